"""The samples that the site shows: made from the catalog and the organization, each with twins that must fail.

A twin is the sample with one mistake, made by one replacement, so that it cannot drift from the sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from macros.catalog.models import UnknownIdError
from macros.catalog.strict_yaml import DataError, Problem
from macros.formats.base.context import SampleContext
from macros.formats.base.facts_used import origin_of
from macros.formats.base.findings import Finding, Report
from macros.formats.base.format import AnyFormat, Language, check
from macros.formats.base.loaded import Loaded, shown
from macros.formats.base.rules import FOLDERS
from macros.formats.base.sample import Mistake, Sample, groups_in

from .detect import FORMATS


def _formats() -> Mapping[str, AnyFormat]:
    return {sample_id: form for form in FORMATS for sample_id in form.samples}


def _samples() -> Mapping[str, Sample]:
    return {sample_id: planned for form in FORMATS for sample_id, planned in form.samples.items()}


FORMAT_OF: Mapping[str, AnyFormat] = Loaded(_formats)
"""The format of every sample, by the id of the sample."""
SAMPLES: Mapping[str, Sample] = Loaded(_samples)
"""Every sample by its id."""


_BATCH = (".cmd", ".bat")


def on_disk(sample_id: str, text: str) -> bytes:
    """The file of a sample as its programs want it.

    Windows takes a batch file with lines that end in a line feed alone only in part: it may miss a label.
    """
    if SAMPLES[sample_id].file_name.endswith(_BATCH):
        return text.replace("\n", "\r\n").encode()
    return FORMAT_OF[sample_id].encode(text)


class SampleError(ValueError):
    """A sample that must not be shown: it has findings, or a twin of it passes."""


@dataclass(frozen=True)
class Twin:
    """A sample with one mistake. `line` is the changed line, and the line of the finding."""

    text: str
    line: int
    finding: Finding
    report: Report


@dataclass(frozen=True)
class CheckedSample:
    """A file that is known to be valid, and its twins that are known to be not."""

    id: str
    file_name: str
    language: Language
    text: str
    report: Report
    twins: tuple[Twin, ...]


def sample(sample_id: str, context: SampleContext) -> CheckedSample:
    """One sample, checked.

    Raises UnknownIdError for an id that no sample has, and SampleError when the sample has an error or a warning, or
    when a twin of it is not rejected on the changed line by the rule that must notice it.
    """
    if sample_id not in SAMPLES:
        raise UnknownIdError("sample", sample_id, SAMPLES)
    return _made(sample_id, SAMPLES[sample_id], context)


@lru_cache(maxsize=256)
def _made(sample_id: str, planned: Sample, context: SampleContext) -> CheckedSample:
    """Made once for a context, however many pages and downloads show it."""
    form, of_sample = FORMAT_OF[sample_id], replace(context, own=True, use=planned.use)
    try:
        text = planned.make(context, origin_of(planned.file_name, planned.make, context))
        planned.second_reader(text, context)
        report = check(form, text, of_sample)
        if report.verdict != "valid":
            raise SampleError(f"sample {sample_id} must not be shown: {_described(report)}")
        twins = tuple(_twin(sample_id, text, mistake, of_sample) for mistake in planned.mistakes(context))
    except SampleError:
        raise
    except Exception as error:
        raise SampleError(
            f"sample {sample_id} ({planned.file_name}) cannot be made from macros/data and organization.yml: "
            f"{_reason(error)}"
        ) from error
    return CheckedSample(sample_id, planned.file_name, form.language, text, report, twins)


def available(context: SampleContext) -> tuple[str, ...]:
    """Ids of the samples that can be made for this organization."""
    return tuple(sample_id for sample_id, planned in SAMPLES.items() if possible(sample_id, planned, context))


def possible(sample_id: str, planned: Sample, context: SampleContext) -> bool:
    """Whether a sample can be made for this organization. Raises SampleError when the data does not even tell that."""
    try:
        return planned.possible(context)
    except Exception as error:
        raise SampleError(f"sample {sample_id} ({planned.file_name}) cannot be made: {_reason(error)}") from error


def samples(context: SampleContext) -> tuple[CheckedSample, ...]:
    """Every sample that can be made for this organization."""
    return tuple(sample(sample_id, context) for sample_id in available(context))


def problems() -> list[Problem]:
    """What is wrong with the words of samples: none, of one that nothing makes, or an id or a file name given twice."""
    found: list[Problem] = []
    owners: dict[str, str] = {}
    for form in FORMATS:
        try:
            for sample_id, planned in form.samples.items():
                place = f"{form.id}.{sample_id}"
                names = (f"the id {sample_id}", f"the file name {planned.file_name}")
                taken = [name for name in names if owners.setdefault(name, place) != place]
                found += [Problem("samples.yaml", None, place, f"{owners[name]} has {name} too") for name in taken]
        except DataError as error:
            found += error.problems
    known = sorted(form.id for form in FORMATS)
    for file in sorted(FOLDERS.glob("*/samples.yaml")):
        try:
            groups = groups_in(file)
        except DataError as error:
            found += error.problems
            continue
        wrong = f"no format has this id; there are {', '.join(known)}"
        found += [Problem(shown(file), None, group, wrong) for group in groups if group not in known]
    # Formats of one folder share a file, and what is wrong with all of it.
    return [*dict.fromkeys(found)]


def _twin(sample_id: str, text: str, mistake: Mistake, context: SampleContext) -> Twin:
    if mistake.old not in text:
        raise SampleError(f"sample {sample_id}: its twin replaces {mistake.old!r}, which the sample does not contain")
    twin = text.replace(mistake.old, mistake.new, 1)
    line = _first_difference(text, twin)
    report = check(FORMAT_OF[sample_id], twin, context)
    found = next((one for one in report.findings if one.id == mistake.rule and one.line == line), None)
    if found is None or report.verdict == "valid":
        raise SampleError(
            f"sample {sample_id}: its twin must be rejected by {mistake.rule} on line {line}, but got: "
            + _described(report)
        )
    return Twin(twin, line, found, report)


def _reason(error: Exception) -> str:
    """Why the data does not do. A lookup that fails names what the data should hold."""
    if isinstance(error, KeyError) and error.args:
        return f"{error.args[0]!r} is asked for, and the data does not have it under this name"
    if isinstance(error, StopIteration):
        return "a record is asked for that the data does not have"
    return f"{error} ({type(error).__name__})"


def _first_difference(one: str, other: str) -> int:
    pairs = zip(one.split("\n"), other.split("\n"), strict=True)
    return next(number for number, (left, right) in enumerate(pairs, start=1) if left != right)


def _described(report: Report) -> str:
    return "; ".join(f"{one.id} on line {one.line}: {one.message}" for one in report.findings) or "no finding"
