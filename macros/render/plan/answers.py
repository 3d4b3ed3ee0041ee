"""Answers to the questions of a plan, as data for machines and in words for people.

The words stand in `answers.yaml`, beside when they hold: the command line, the pages and their scripts say the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from macros.catalog.models import HostUpdate, Identifier
from macros.catalog.plan_numbers import (
    TOPICS,
    CountNumbers,
    ExpiryNumbers,
    HostKeyNumbers,
    HostKeysNumbers,
    MakNumbers,
    Numbers,
    OutageNumbers,
    Topic,
    TrafficNumbers,
)
from macros.catalog.strict_yaml import DataError, validate
from macros.domain.mak_budget import Month
from macros.domain.plans import count, expiry, host_key, host_keys, mak, outage, traffic
from macros.domain.renewal import Span
from macros.formats.base.checks import COMMON, Expression
from macros.formats.base.conditions import Functions, Tree, calls_in, names_in, parse, walker
from macros.formats.base.rules import document_of
from macros.render.parts.clock import FORMS
from macros.render.parts.quantity import NEARLY_ALL, NEARLY_NONE, day, number, percent
from macros.render.parts.view import View

from .renewal import SEES, STATES

FILE = Path(__file__).with_name("answers.yaml")


# ------------------------------------------------------------------------------------------------------------ answer


def answer(view: View, numbers: Numbers) -> Any:
    """The answer to the question that the numbers belong to. Raises NumbersError."""
    return _ANSWERS[type(numbers)](view, numbers)


_ANSWERS: Mapping[type[Numbers], Callable[[View, Any], Any]] = {
    CountNumbers: lambda view, numbers: count.answer(numbers, view.policy),
    ExpiryNumbers: lambda view, numbers: expiry.answer(numbers, view.policy, view.today),
    OutageNumbers: lambda view, numbers: outage.answer(numbers, view.policy, view.today),
    MakNumbers: lambda view, numbers: mak.answer(numbers, view.policy),
    HostKeyNumbers: lambda view, numbers: host_key.answer(numbers, view.policy),
    HostKeysNumbers: lambda view, numbers: host_keys.answer(numbers, view.catalog),
    TrafficNumbers: lambda view, numbers: traffic.answer(numbers, view.policy),
}


def answer_as_data(found: Any) -> dict[str, Any]:
    """An answer as JSON has it: days in ISO form, a month as `2027-03`, fractions as numbers."""
    data = dict(as_plain(found))
    # Traffic of all clients stands where the other topics have their numbers.
    return {**data.pop("all", {}), **data}


def numbers_as_data(numbers: Numbers) -> dict[str, Any]:
    """Numbers as JSON has them, under the keys that a reader writes."""
    return {each.alias or name: as_plain(getattr(numbers, name)) for name, each in type(numbers).model_fields.items()}


def as_plain(value: Any) -> Any:
    """A value of the domain as JSON has it."""
    written = next((write for kind, write in _WRITTEN if isinstance(value, kind)), None)
    if written:
        return written(value)
    if isinstance(value, BaseModel):
        return {name: as_plain(getattr(value, name)) for name in type(value).model_fields}
    return {each.name: as_plain(getattr(value, each.name)) for each in fields(value)} if is_dataclass(value) else value


def state_as_data(span: Span, written: Callable[[date], Any]) -> Mapping[str, Any]:
    """A state with its words; `written` says how its first and its last day are given."""
    return {
        "state": span.state,
        "name": STATES[span.state],
        "from": written(span.first),
        "to": written(span.last) if span.last else None,
        "user_sees": SEES[span.state],
    }


_WRITTEN: Sequence[tuple[type, Callable[[Any], Any]]] = (
    (Span, lambda span: state_as_data(span, date.isoformat)),
    (HostUpdate, lambda update: update.update),
    (date, lambda day: day.isoformat()),
    (Month, str),
    (Fraction, lambda value: int(value) if value.denominator == 1 else float(value)),
    (tuple, lambda values: [*map(as_plain, values)]),
)
"""How a value is written that JSON does not have."""


# ------------------------------------------------------------------------------------------------------------- words


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Link(_Written):
    """Where a reader goes from a sentence: a page, from the docs folder."""

    text: str
    page: str


class Sentence(_Written):
    """A sentence, when it holds, what fills its slots, and where it leads."""

    when: Expression = "true"
    say: str
    slots: Mapping[str, Expression] = {}
    link: Link | None = None


class Table(_Written):
    """A table: what has a row, or a row for each of its parts, and the columns."""

    title: str
    is_short: bool = False
    each: Expression
    where: Expression = "true"
    parts: Expression | None = None
    columns: Annotated[Mapping[str, Expression], Field(min_length=1)]


class Entry(_Written):
    """A day for a calendar, and when there is one."""

    when: Expression
    day: Expression
    say: str


class Words(_Written):
    """What is said of the answer to one question."""

    sentences: tuple[Sentence, ...]
    table: Table
    calendar: tuple[Entry, ...] = ()
    facts: Annotated[tuple[Identifier, ...], Field(min_length=1)]


_Slip = tuple[tuple[str | int, ...], str]
_NAMES = {"numbers", "found"}


@cache
def words() -> Mapping[Topic, Words]:
    """The words of every question. Raises DataError with line, key and what is allowed."""
    document = document_of(FILE)
    written = validate(dict[Topic, Words], document)
    wrong = [
        document.problem((topic, *path), message) for topic, each in written.items() for path, message in _slips(each)
    ]
    wrong += [document.problem((), f'has no words for "{topic}"') for topic in TOPICS if topic not in written]
    if wrong:
        raise DataError(wrong)
    return written


def _slips(words: Words) -> Iterator[_Slip]:
    """What would go wrong only when the words are said."""
    for at, sentence in enumerate(words.sentences):
        asked = {name for _, name, *_ in Formatter().parse(sentence.say) if name}
        for name in sorted(asked ^ {*sentence.slots}):
            yield ("sentences", at), f"{{{name}}} is {'not filled' if name in asked else 'nowhere in the sentence'}"
        for key, text in {"when": sentence.when, **sentence.slots}.items():
            yield from _wrong_names(("sentences", at, key), parse(text), _NAMES)
    for at, entry in enumerate(words.calendar):
        for key, text in {"when": entry.when, "day": entry.day}.items():
            yield from _wrong_names(("calendar", at, key), parse(text), _NAMES)
    table = words.table
    yield from _wrong_names(("table", "each"), parse(table.each), _NAMES)
    inner = {*_NAMES, "it", *(["part"] if table.parts else [])}
    for key, text in {"where": table.where, **table.columns}.items():
        yield from _wrong_names(("table", key), parse(text), inner)


def _wrong_names(path: tuple[str | int, ...], tree: Tree, names: set[str]) -> Iterator[_Slip]:
    for name in sorted({*names_in(tree)} - names):
        yield path, f"there is no {name}; there are {', '.join(sorted(names))}"
    for function, _ in calls_in(tree):
        if function not in FUNCTIONS:
            yield path, f"there is no function {function}; there are {', '.join(sorted(FUNCTIONS))}"


FUNCTIONS = {*COMMON, "number", "decimal", "about", "left", "percent", "day", "ahead", "counted", "product", "key"}
"""Functions that the words may use."""


def functions(view: View) -> Functions:
    """Values in words, as the pages write them. plan-answer.js has the same."""
    names = names_of(view)
    return {
        **COMMON,
        "number": number,
        "decimal": _decimal,
        "about": _about,
        "left": _left,
        "percent": _percent,
        "day": lambda text: day(date.fromisoformat(text)),
        "ahead": FORMS["ahead"].of,
        "counted": _counted,
        "product": lambda id_: names["products"][id_],
        "key": lambda id_: names["keys"][id_],
    }


def _decimal(value: float, places: int = 0) -> str:
    """A number with decimals when it is none of the integers.

    Twelve digits are what a computation in floating point is good for; half of the last one shown is rounded up, as
    browsers do it.
    """
    near = Decimal(f"{value:.12g}")
    return number(int(near)) if near == int(near) else _rounded(near, places)


WHOLE_FROM = 100
"""Of an average as large as this nobody reads parts; our own choice, and that of plan-answer.js."""


def _about(value: float) -> str:
    """An average: from a hundred on in whole numbers."""
    near = Decimal(f"{value:.12g}")
    return number(int(near.quantize(Decimal(1), ROUND_HALF_UP))) if near >= WHOLE_FROM else _decimal(value, 1)


def _left(value: float) -> str:
    """What is left, or what is missing."""
    return f"{_decimal(-value, 1)} missing" if value < 0 else _decimal(value, 1)


def _rounded(near: Decimal, places: int) -> str:
    return f"{near.quantize(Decimal(1).scaleb(-max(places, 1)), ROUND_HALF_UP):,}"


def _percent(share: float) -> str:
    if not NEARLY_NONE <= share <= NEARLY_ALL:
        return percent(share)
    return f"{_rounded(Decimal(f'{share * 100:.12g}'), 1)}%"


def _counted(value: float, one: str, many: str | int | None = None, places: int = 0) -> str:
    """A number and its noun; the third is the plural or the number of decimals."""
    plural, digits = (None, many) if isinstance(many, int) else (many, places)
    return f"{_decimal(value, digits)} {one if value == 1 else plural or f'{one}s'}"


def names_of(view: View) -> Mapping[str, Mapping[str, str]]:
    """What products and host keys are called, by id."""
    return {
        "products": {product.id: product.name for product in view.catalog.products},
        "keys": {group.id: group.name for group in view.catalog.host_keys.groups},
    }


@dataclass(frozen=True)
class Said:
    """An answer in words: sentences, and a table with its columns."""

    sentences: tuple[str, ...]
    links: tuple[Link | None, ...]
    """Where each sentence leads."""
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def said(view: View, topic: Topic, numbers: Numbers, found: Any) -> Said:
    """What is said of an answer."""
    written, known = words()[topic], functions(view)
    names = {"numbers": numbers_as_data(numbers), "found": answer_as_data(found)}

    def value(text: str, **more: Any) -> Any:
        return walker(parse(text), known)({**names, **more})

    def rows() -> Iterator[dict[str, Any]]:
        for it in value(table.each):
            if value(table.where, it=it):
                parts = [{}] if table.parts is None else [{"part": part} for part in value(table.parts, it=it)]
                yield from ({"it": it, **part} for part in parts)

    table = written.table
    holding = [each for each in written.sentences if value(each.when)]
    return Said(
        sentences=tuple(
            each.say.format(**{slot: value(text) for slot, text in each.slots.items()}) for each in holding
        ),
        links=tuple(each.link for each in holding),
        title=table.title,
        columns=tuple(table.columns),
        rows=tuple(tuple(str(value(text, **row)) for text in table.columns.values()) for row in rows()),
    )


def answer_as_text(view: View, topic: Topic, numbers: Numbers, found: Any) -> str:
    """An answer as lines for a terminal."""
    spoken = said(view, topic, numbers, found)
    lines = [
        f"{sentence} {link.text}: {view.href(link.page)}" if link else sentence
        for sentence, link in zip(spoken.sentences, spoken.links, strict=True)
    ]
    if spoken.rows:
        grid = [spoken.columns, *spoken.rows]
        widths = [max(len(row[at]) for row in grid) for at in range(len(spoken.columns))]
        lines += ["", f"{spoken.title}:"]
        lines += [
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in grid
        ]
    return "\n".join(lines)


def words_as_data(view: View, topic: Topic) -> Mapping[str, Any]:
    """The words of a question for a page's script: expressions as trees."""
    written = words()[topic]
    table = written.table
    return {
        "sentences": [
            [
                parse(each.when),
                each.say,
                {slot: parse(text) for slot, text in each.slots.items()},
                [each.link.text, view.href(each.link.page)] if each.link else None,
            ]
            for each in written.sentences
        ],
        "each": parse(table.each),
        "where": parse(table.where),
        "parts": parse(table.parts) if table.parts else None,
        "columns": [parse(text) for text in table.columns.values()],
        "calendar": [[parse(each.when), parse(each.day), each.say] for each in written.calendar],
    }
