"""Fragments of HTML in `macros/templates`: what a person may want to word anew, and what a script draws too.

A template is HTML with slots, in Jinja. A module names what it fills: `FOUND = Template("finding", "mark", "message")`,
and `FOUND(mark=..., message=...)` draws it. Text is escaped, HTML is not escaped again. An attribute with an empty slot
(None or False) is left out. A line break beside a tag or a slot counts for nothing, so a template may be indented;
between words it is a blank.

A template that scripts draw names them, and then stands in their pages as `<template data-vag-part="finding">` with its
slots open: a comment in a text, `{name}` in an attribute (docs/assets/javascripts/drawn.js).

A slot that the template lacks, one that nothing fills, and a file that nothing uses stop the build by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateSyntaxError, meta
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from jinja2.nodes import Template as Parsed

from macros.catalog.strict_yaml import Problem, nearest

from .html import Html, attribute, escape, join, literal, tag

FOLDER = Path(__file__).resolve().parents[2] / "templates"
SUFFIX = ".html"
_SHOWN = "macros/templates"
SHARED: dict[str, Any] = {}
"""Functions that every template may call, by name; each gives HTML."""
_SLOTTED = re.compile(r'\s+([\w-]+)="([^"]*\{\{[^"]*)"')
_SLOT = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_PLACES = re.compile(r" (id|href)(?==\")")
_TAG_ENDS = re.compile("([<>])")
_BREAK = re.compile(r"[ \t]*\n\s*")
_FIRST_BREAK = re.compile(r"\A[ \t]*\n\s*")
_LAST_BREAK = re.compile(r"[ \t]*\n\s*\Z")


class Template:
    """A fragment by the name of its file, and what is filled in. `scripts` are those that draw it too.

    `variants` are names for them, each with the slots that are not theirs to fill.
    """

    declared: dict[str, Template] = {}  # noqa: RUF012  (what the modules of this build need)

    def __init__(
        self,
        name: str,
        *slots: str,
        scripts: Iterable[str] = (),
        variants: Mapping[str, Mapping[str, object]] | None = None,
    ) -> None:
        self.name, self.slots, self.scripts = name, frozenset(slots), frozenset(scripts)
        self.variants = variants or {name: {}}
        self.declared[name] = self

    def __call__(self, **values: object) -> Html:
        """The fragment with its slots filled. Raises TypeError for a slot too many or too few."""
        if values.keys() != self.slots:
            wrong = ", ".join(sorted(values.keys() ^ self.slots))
            raise TypeError(f"{_file(self.name)} is filled by other slots than it was declared with: {wrong}")
        return Html(environment().get_template(self.name + SUFFIX).render(values))

    def open(self) -> Html:
        """The fragment for scripts, its slots open."""
        slots: dict[str, object] = {slot: Open.of(slot) for slot in self.slots}
        return join(opened(name, self(**{**slots, **own})) for name, own in self.variants.items())


def opened(name: str, html: Html) -> Html:
    """What scripts clone by a name. Until one does, nothing in it is a place in the page, or leads to one."""
    inside = Html(_PLACES.sub(r" data-vag-\1", html))
    return tag("template", inside, data_vag_part=name, data_vag_unsearched=True)


class Open(Html):
    """A slot that a script will fill: a comment, which may stand wherever an element may, also between rows."""

    __slots__ = ()

    @classmethod
    def of(cls, slot: str) -> Open:
        """A slot by its name."""
        return cls(f"<!--{slot}-->")

    @property
    def inside(self) -> str:
        """The slot as an attribute holds it."""
        return f"{{{self[4:-3]}}}"


def templates_of(scripts: Iterable[str]) -> Html | None:
    """The fragments that some scripts draw, out of sight and out of the search; None when they draw none."""
    wanted = {*scripts}
    found = [one.open() for one in Template.declared.values() if one.scripts & wanted]
    return tag("div", *found, hidden=True) if found else None


def problems() -> list[Problem]:
    """What is wrong with the templates: files, slots, and how they are written."""
    files = {file.stem: file for file in sorted(FOLDER.glob(f"*{SUFFIX}"))}
    read: dict[str, Parsed] = {}
    found: list[Problem] = []
    for name, file in files.items():
        try:
            read[name] = environment().parse(file.read_text("utf-8"), name)
        except TemplateSyntaxError as error:
            found.append(Problem(_file(name), error.lineno, "", str(error.message)))
    if found:
        return found
    used = {*Template.declared} | {name for one in read.values() for name in _imported(one)}
    unused = (Problem(_file(name), None, "", "nothing uses it") for name in files if name not in used)
    return [*chain.from_iterable(_problems_of(one, read) for one in Template.declared.values()), *unused]


@cache
def environment() -> Environment:
    """How templates are read: escaped as Markdown needs it, on one line, nothing filled with nothing."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        extensions=[_Written],
        auto_reload=False,
    )
    made.globals |= {"attribute": _attribute, **SHARED}
    return made


class _Written(Extension):
    """Reads attributes with slots as a whole, and takes line breaks out. Lines keep their numbers."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return _SLOTTED.sub(_call, source)

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        is_tag = False
        for token in stream:
            if token.type != "data":
                yield token
                continue
            written = ""
            for piece in _TAG_ENDS.split(token.value):
                is_tag = piece == "<" or (is_tag and piece != ">")
                written += _BREAK.sub(" ", _LAST_BREAK.sub("", piece)) if is_tag else literal(_one_line(piece))
            yield Token(token.lineno, token.type, written)


def _call(found: re.Match[str]) -> str:
    """class="note--{{ state }}" as a call that may leave the attribute out."""
    pieces = _SLOT.split(found[2])
    given = (piece if place % 2 else repr(piece) for place, piece in enumerate(pieces) if piece)
    breaks = "\n" * found[0].split(found[1], 1)[0].count("\n")
    return f"{{{{{breaks} attribute({found[1]!r}, {', '.join(given)}) }}}}"


def _one_line(text: str) -> str:
    return _BREAK.sub(" ", _LAST_BREAK.sub("", _FIRST_BREAK.sub("", text)))


def _attribute(name: str, *parts: Any) -> Html:
    if any(part is None or part is False for part in parts):
        return Html("")
    if len(parts) == 1 and parts[0] is True:
        return Html(attribute(name, True))
    return Html(attribute(name, "".join(part.inside if isinstance(part, Open) else str(part) for part in parts)))


def _shown(value: object) -> object:
    return value if hasattr(value, "__html__") else Html("") if value is None else escape(value)


def _problems_of(one: Template, read: Mapping[str, Parsed]) -> Iterator[Problem]:
    file = _file(one.name)
    if one.name not in read:
        yield Problem(file, None, "", f"it is missing, and a page needs it.{nearest(one.name, read)}")
        return
    slots = meta.find_undeclared_variables(read[one.name]) - {*environment().globals}
    for slot in sorted(one.slots - slots):
        yield Problem(file, None, "", f'the slot "{slot}" is missing, and a page fills it')
    for slot in sorted(slots - one.slots):
        yield Problem(file, None, "", f'nothing fills "{slot}".{nearest(slot, one.slots)}')


def _imported(read: Parsed) -> Iterator[str]:
    yield from (name.removesuffix(SUFFIX) for name in meta.find_referenced_templates(read) if name)


def _file(name: str) -> str:
    return f"{_SHOWN}/{name}{SUFFIX}"
