"""Samples as data: how each is made and spoiled in code, its file name and purpose in a `samples.yaml` beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, RootModel, StringConstraints

from macros.catalog.secrets import refuse_secrets
from macros.catalog.strict_yaml import DataError, Problem, read, validate

from .context import SampleContext
from .loaded import Loaded, shown
from .origin import Origin

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


@dataclass(frozen=True)
class Mistake:
    """What a twin replaces by what, and the rule that must notice it."""

    old: str
    new: str
    rule: str


Make = Callable[[SampleContext, Origin], str]
Mistakes = Callable[[SampleContext], tuple[Mistake, ...]]


def no_mistakes(context: SampleContext) -> tuple[Mistake, ...]:
    """For a sample without twins."""
    return ()


@dataclass(frozen=True)
class Sample:
    """How one sample is made, and with which mistakes its twins must fail."""

    make: Make
    mistakes: Mistakes = no_mistakes
    possible: Callable[[SampleContext], bool] = lambda context: True
    """Whether the organization has what the sample is about."""
    use: str = ""
    """What the file is used for, in a word of its format."""
    second_reader: Callable[[str, SampleContext], object] = lambda text, context: None
    """Reads the file once more by other means, so that ours cannot be wrong alone. It raises."""
    file_name: str = ""
    purpose: str = ""
    """What the sample is for, in one sentence."""
    missing: str = ""
    """What the reader hears when the sample is not possible."""


class _Written(BaseModel):
    """What an editor writes about a sample."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: _FileName
    purpose: _Words
    missing: _Words | None = None


class _File(RootModel[dict[str, dict[str, _Written]]]):
    """A `samples.yaml`: for each format by its id, its samples by their ids."""


class Samples(Loaded[Sample]):
    """Samples of one format by id, joined with their words when the first of them is asked for."""

    @classmethod
    def beside(cls, module: str, format_id: str, made: Mapping[str, Sample]) -> Samples:
        """The samples that are made here, with the words of the `samples.yaml` that stands beside a module.

        Asking for one raises DataError when the file is wrong, lacks a sample, or has one that nothing makes.
        """
        file = Path(module).resolve().parent / "samples.yaml"
        return cls(lambda: _joined(file, format_id, made))


def groups_in(file: Path) -> tuple[str, ...]:
    """Ids of the formats that a file has samples of. Raises DataError."""
    return tuple(_read(file))


def _joined(file: Path, format_id: str, made: Mapping[str, Sample]) -> Mapping[str, Sample]:
    written = _read(file).get(format_id, {})
    lacking = [
        Problem(
            shown(file),
            None,
            f"{format_id}.{sample_id}",
            "the sample is made, and the file says nothing of it; add its `file` (name) and its `purpose`",
        )
        for sample_id in made
        if sample_id not in written
    ]
    unknown = [
        Problem(
            shown(file),
            None,
            f"{format_id}.{sample_id}",
            "nothing makes this sample; add it to samples.py of the same folder, or take it out here",
        )
        for sample_id in written
        if sample_id not in made
    ]
    if lacking or unknown:
        raise DataError([*lacking, *unknown])
    return {
        sample_id: replace(made[sample_id], file_name=one.file, purpose=one.purpose, missing=one.missing or "")
        for sample_id, one in written.items()
    }


@cache
def _read(file: Path) -> dict[str, dict[str, _Written]]:
    if not file.is_file():
        raise DataError([Problem(shown(file), None, "", "the file is missing; it says what each sample is for")])
    document = read(file, shown(file))
    refuse_secrets(document.text, document.file, document)
    return validate(_File, document).root
