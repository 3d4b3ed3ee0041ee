"""Words of a section: sentences in the `words.yaml` beside its modules, so that changing one needs no Python.

A module names what it needs, and the slots of each sentence: `Words.beside(__file__, "refused", "no-product",
"mak-only product")`. A key that the file lacks, one that nothing names, and a slot that the code does not fill stop the
build with file, line and the nearest name. Behind a list stands how many sentences it has: `columns 4`. Sentences are
written as `parts.sentences` says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache, cached_property
from itertools import chain
from pathlib import Path
from typing import Annotated

from pydantic import RootModel, StringConstraints

from macros.catalog.models import Catalog
from macros.catalog.secrets import refuse_secrets
from macros.catalog.strict_yaml import DataError, Document, Problem, nearest, read, validate
from macros.catalog.yaml_events import KeyPath

from .html import Html
from .sentences import FACT_ID, SLOT, in_slot, rich
from .view import View

FILE = "words.yaml"
_ROOT = Path(__file__).resolve().parents[3]
_SLOT = re.compile(SLOT)
_FACTS = re.compile(rf"\{{({FACT_ID})[:}}]|(?<!\[)\[({FACT_ID}(?:, *{FACT_ID})*)\](?!\])")
_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]
_Text = Annotated[str, StringConstraints(min_length=1)]


class _File(RootModel[dict[_Id, dict[_Id, _Text | tuple[_Text, ...]]]]):
    """A `words.yaml`: groups of sentences, and lists of them, by their names."""


class Words(Mapping[str, str]):
    """The sentences of a group by name, read when the first of them is asked for."""

    declared: dict[tuple[Path, str], Words] = {}  # noqa: RUF012  (what the modules of this build need)

    def __init__(self, file: Path, group: str, slots: Mapping[str, frozenset[str]]) -> None:
        self.file, self.group, self.slots = file, group, slots
        self.declared[file, group] = self

    @classmethod
    def beside(cls, module: str, group: str, *names: str) -> Words:
        """The words of a group beside a module. Behind each name stand its slots: `mak-only product`."""
        split = (name.split() for name in names)
        return cls(Path(module).resolve().parent / FILE, group, {name: frozenset(slots) for name, *slots in split})

    def __getitem__(self, name: str) -> str:
        text = self._written[name]
        return text if isinstance(text, str) else " ".join(text)

    def __iter__(self) -> Iterator[str]:
        return iter(self._written)

    def __len__(self) -> int:
        return len(self._written)

    def list(self, name: str) -> tuple[str, ...]:
        """The sentences of a name that has several."""
        text = self._written[name]
        return (text,) if isinstance(text, str) else text

    def say(self, view: View, name: str, /, **slots: object) -> Html:
        """A sentence with its marks drawn and its slots filled."""
        return rich(view, self[name], slots=slots)

    def plain(self, name: str, /, **slots: object) -> str:
        """A text without marks, its slots filled: for captions, headings, drawings and attributes."""
        return _SLOT.sub(lambda found: str(in_slot(found[0], slots)), self[name])

    @cached_property
    def _written(self) -> Mapping[str, str | tuple[str, ...]]:
        if wrong := [*_problems_of(self)]:
            raise DataError(wrong)
        return _groups(self.file)[self.group]


def problems(catalog: Catalog) -> list[Problem]:
    """What is wrong with the words of all sections: names, slots, and the facts that they stand on."""
    known = {fact.id for fact in catalog.facts}
    files = sorted({file for file, _ in Words.declared})
    return [
        *chain.from_iterable(_of_file(file, known) for file in files),
        *chain.from_iterable(map(_problems_of, Words.declared.values())),
    ]


def _of_file(file: Path, facts: Collection[str]) -> Iterator[Problem]:
    """Groups that nothing uses, and facts that do not exist."""
    document, used = _document(file), {group for of, group in Words.declared if of == file}
    for group in _groups(file):
        if group not in used:
            yield document.problem((group,), f"nothing uses this group.{nearest(group, used)}")
    for path, text in _texts(file):
        for one, several in _FACTS.findall(text):
            for fact_id in [one] if one else re.split(", *", several):
                if fact_id not in facts:
                    yield document.problem(path, f'"{fact_id}" is no fact.{nearest(fact_id, facts)}')


def _problems_of(words: Words) -> Iterator[Problem]:
    document, groups = _document(words.file), _groups(words.file)
    if words.group not in groups:
        yield Problem(document.file, None, words.group, "the group is missing, and a page needs it")
        return
    written = groups[words.group]
    for name in words.slots:
        if name not in written:
            yield document.problem((words.group,), f'"{name}" is missing, and a page needs it')
    for name, text in written.items():
        path: KeyPath = (words.group, name)
        if name not in words.slots:
            yield document.problem(path, f'nothing uses "{name}".{nearest(name, words.slots)}')
            continue
        sentences = [text] if isinstance(text, str) else text
        wanted = next((int(slot) for slot in words.slots[name] if slot.isdigit()), len(sentences))
        if wanted != len(sentences):
            yield document.problem(path, f"{wanted} sentences are needed here, and there are {len(sentences)}")
        for slot, *_ in _SLOT.findall(" ".join(sentences)):
            if slot not in words.slots[name]:
                allowed = ", ".join(f"{{{each}}}" for each in sorted(words.slots[name])) or "none"
                yield document.problem(path, f"nothing fills {{{slot}}}; allowed here: {allowed}")


def _texts(file: Path) -> Iterator[tuple[KeyPath, str]]:
    for group, texts in _groups(file).items():
        for name, text in texts.items():
            for one in [text] if isinstance(text, str) else text:
                yield (group, name), one


@cache
def _document(file: Path) -> Document:
    shown = file.relative_to(_ROOT).as_posix() if file.is_relative_to(_ROOT) else file.name
    document = read(file, shown)
    refuse_secrets(document.text, document.file, document)
    return document


@cache
def _groups(file: Path) -> Mapping[str, Mapping[str, str | tuple[str, ...]]]:
    return validate(_File, _document(file)).root
