"""Which pages stand in which edition, from `parts.yaml`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from macros.build import section_pages
from macros.catalog.strict_yaml import DataError, Problem, nearest, read, validate

_FILE = Path(__file__).with_name("parts.yaml")
SHOWN = f"macros/editions/{_FILE.name}"
_Text = Annotated[str, StringConstraints(min_length=1)]
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z-]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Chapter(_Strict):
    """Pages that stand one behind the other."""

    title: _Text
    pages: Annotated[tuple[_Text, ...], Field(min_length=1)]
    """Patterns of source paths."""

    def has(self, path: str) -> bool:
        """Whether a page, by its source path, is one of the chapter."""
        return any(_matches(path, pattern) for pattern in self.pages)


class Paper(_Strict):
    """An edition for paper."""

    title: _Text
    chapters: Annotated[tuple[_Id, ...], Field(min_length=1)]


class Parts(_Strict):
    """The whole file."""

    chapters: dict[_Id, Chapter]
    left_out: dict[_Text, _Text]
    """Pages that are on no paper, with the reason."""
    papers: dict[_Id, Paper]
    handbook: Annotated[tuple[_Text, ...], Field(min_length=1)]


def parts() -> Parts:
    """The settings. Raises DataError with line, key and what is allowed."""
    return _parts()


@cache
def _parts() -> Parts:
    document = read(_FILE, SHOWN)
    found = validate(Parts, document)
    wrong = [
        document.problem(("papers", name, "chapters"), f'"{one}" is no chapter.{nearest(one, found.chapters)}')
        for name, paper in found.papers.items()
        for one in paper.chapters
        if one not in found.chapters
    ]
    if wrong:
        raise DataError(wrong)
    return found


def chapters_of(settings: Parts, pages: Collection[str], listed: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """The source paths of each chapter in the order in which they are read, by the id of the chapter.

    `listed` are the pages of the navigation in its order. Raises DataError for a page that stands in no chapter, for a
    chapter without pages, and for a page that is named and that there is not.
    """
    paths = sorted({*pages} - {*settings.left_out})
    held = {path: next((name for name, one in settings.chapters.items() if one.has(path)), "") for path in paths}
    expected = "stands in no chapter; expected one whose pages it is among, or a reason in left_out"
    wrong = [(path, expected) for path, name in held.items() if not name]
    named = [("left_out", path) for path in settings.left_out] + [("handbook", path) for path in settings.handbook]
    wrong += [(key, f'"{path}" is no page.{nearest(path, pages)}') for key, path in named if path not in pages]
    place = {path: number for number, path in enumerate(listed)}
    ordered = sorted(paths, key=lambda path: (*_place(path, place), path))
    found = {name: [path for path in ordered if held[path] == name] for name in settings.chapters}
    wrong += [(f"chapters.{name}", "has no page") for name, own in found.items() if not own]
    if wrong:
        raise DataError(Problem(SHOWN, None, key, message) for key, message in wrong)
    return found


def _place(path: str, place: Mapping[str, int]) -> tuple[int, int]:
    """Where a page stands among those of the navigation; behind the page of its section when it is not listed."""
    if path in place:
        return place[path], 0
    return next((place[one] for one in section_pages(path) if one in place), len(place)), 1


def _matches(path: str, pattern: str) -> bool:
    pure, wanted = PurePosixPath(path), PurePosixPath(pattern)
    return len(pure.parts) == len(wanted.parts) and pure.match(pattern)
