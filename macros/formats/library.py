"""The samples that the site shows: made from the catalog and the organization, each with twins that must fail.

A twin is the sample with one mistake, made by one replacement, so that it cannot drift from the sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from macros.catalog.models import UnknownIdError
from macros.formats.base.facts_used import origin_of
from macros.formats.base.findings import Finding, Report
from macros.formats.base.sample import Context, Language, Mistake, Plan

from .ansible import samples as ansible_plans
from .clients import (
    group_policy_samples as group_policy_plans,
)
from .clients import (
    registry_samples as registry_file_plans,
)
from .clients import (
    settings_samples as client_settings_plans,
)
from .dns import samples as dns_plans
from .firewall import samples as firewall_plans
from .office import samples as office_plans
from .scripts import adba_samples as adba_plans
from .scripts import host_samples as host_plans
from .scripts import mak_samples as mak_plans
from .unattend import samples as unattend_plans

FORMATS = (
    office_plans,
    dns_plans,
    unattend_plans,
    host_plans,
    adba_plans,
    mak_plans,
    ansible_plans,
    firewall_plans,
    registry_file_plans,
    group_policy_plans,
    client_settings_plans,
)
PLANS: Mapping[str, Plan] = dict(chain.from_iterable(module.PLANS.items() for module in FORMATS))
"""Every sample by its id."""


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
class Sample:
    """A file that is known to be valid, and its twins that are known to be not."""

    id: str
    file_name: str
    language: Language
    text: str
    report: Report
    twins: tuple[Twin, ...]


def sample(sample_id: str, context: Context) -> Sample:
    """One sample, checked.

    Raises UnknownIdError for an id that no sample has, and SampleError when the sample has an error or a warning, or
    when a twin of it is not rejected on the changed line by the rule that must notice it.
    """
    if sample_id not in PLANS:
        raise UnknownIdError("sample", sample_id, PLANS)
    return _made(sample_id, PLANS[sample_id], context)


@lru_cache(maxsize=256)
def _made(sample_id: str, plan: Plan, context: Context) -> Sample:
    """Made once for a context, however many pages and downloads show it."""
    try:
        text = plan.make(context, origin_of(plan.file_name, plan.make, context))
        report = plan.check(text, context)
        if report.verdict != "valid":
            raise SampleError(f"sample {sample_id} must not be shown: {_described(report)}")
        twins = tuple(_twin(sample_id, text, mistake, plan, context) for mistake in plan.mistakes(context))
    except SampleError:
        raise
    except Exception as error:
        raise SampleError(
            f"sample {sample_id} ({plan.file_name}) cannot be made from macros/data and organization.yml: "
            f"{_reason(error)}"
        ) from error
    return Sample(sample_id, plan.file_name, plan.language, text, report, twins)


def available(context: Context) -> tuple[str, ...]:
    """Ids of the samples that can be made for this organization."""
    return tuple(sample_id for sample_id, plan in PLANS.items() if possible(sample_id, plan, context))


def possible(sample_id: str, plan: Plan, context: Context) -> bool:
    """Whether a sample can be made for this organization. Raises SampleError when the data does not even tell that."""
    try:
        return plan.possible(context)
    except Exception as error:
        raise SampleError(f"sample {sample_id} ({plan.file_name}) cannot be made: {_reason(error)}") from error


def samples(context: Context) -> tuple[Sample, ...]:
    """Every sample that can be made for this organization."""
    return tuple(sample(sample_id, context) for sample_id in available(context))


def _twin(sample_id: str, text: str, mistake: Mistake, plan: Plan, context: Context) -> Twin:
    if mistake.old not in text:
        raise SampleError(f"sample {sample_id}: its twin replaces {mistake.old!r}, which the sample does not contain")
    twin = text.replace(mistake.old, mistake.new, 1)
    line = _first_difference(text, twin)
    report = plan.check(twin, context)
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
