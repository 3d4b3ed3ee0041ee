"""What the pages behind the facts said when somebody last accepted them: a digest of each section, never their text.

A build does not need this file, so the catalog does not hold it; whoever compares pages reads it here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, StringConstraints

from .models import Day, Identifier, Record, Text
from .secrets import refuse_secrets
from .strict_yaml import DataError, Problem, nearest, read, validate

NAME = "source-digests"
FILE = f"{NAME}.yaml"
Digest = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{16}$")]

_HEAD = """\
# yaml-language-server: $schema=schemas/source-digests.schema.json
# What sources said when they were last accepted: a digest of each section by its heading, and of the whole.
# `python -m macros check-sources --record` writes the file; a person reviews what changed in it. Only `passages` is
# written by hand: headings of the sections that our records rely on. Without it, every section counts.

"""


class SourceDigest(Record):
    """What a source said on a day, as digests."""

    source: Identifier = Field(description="Id in sources.yaml")
    read: Literal["page", "text"] = Field(description="What was read: the page, or the text in its repository")
    address: Text = Field(description="Where it was read")
    recorded_on: Day = Field(description="Day on which it was read")
    digest: Digest = Field(description="Digest of all that was read")
    sections: Mapping[str, Digest] = Field(description="Digest of each section, by its heading")
    passages: tuple[Text, ...] = Field((), description="Headings of the sections that our records rely on; empty: all")
    commit: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")] | None = Field(
        None, description="Commit of a clone that it was read from; recorded_on is the day of that commit"
    )


def read_digests(file: Path, sources: Collection[str]) -> tuple[SourceDigest, ...]:
    """The records of a file. Raises DataError with line, key, and what is allowed."""
    document = read(file, file.name)
    refuse_secrets(document.text, file.name, document)
    if not isinstance(document.data, list):
        raise DataError([document.problem((), "must be a list of records; expected [] where nothing is recorded")])
    found = tuple(validate(list[SourceDigest], document))
    if wrong := [*_problems(file.name, found, sources)]:
        raise DataError(wrong)
    return found


def _problems(file: str, found: Iterable[SourceDigest], sources: Collection[str]) -> Iterator[Problem]:
    for source, times in Counter(one.source for one in found).items():
        if times > 1:
            yield Problem(file, None, source, f"stands {times} times; sources are expected once")
        if source not in sources:
            yield Problem(file, None, source, f"names no source of sources.yaml.{nearest(source, sources)}")
    for one in found:
        for heading in one.passages:
            if heading not in one.sections:
                allowed = nearest(heading, one.sections)
                yield Problem(file, None, f"{one.source}, passages", f'"{heading}" is no section of it.{allowed}')


def as_yaml(found: Iterable[SourceDigest]) -> str:
    """The text of the file, in the order of the ids."""
    records = [
        {
            **one.model_dump(mode="json", exclude={"passages", "commit"}),
            **({"passages": [*one.passages]} if one.passages else {}),
            **({"commit": one.commit} if one.commit else {}),
        }
        for one in sorted(found, key=lambda one: one.source)
    ]
    return _HEAD + yaml.safe_dump(records, sort_keys=False, allow_unicode=True, width=10_000)
