"""The site's parts: table of numbers, status, card, figure, disclosure. One style each; see contributing/macros."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from .html import Html, join, tag
from .quantity import day as written
from .templates import SHARED, Open, Template, opened

State = Literal["ok", "warn", "bad", "info"]
GLYPHS: dict[State, str] = {"ok": "✓", "warn": "!", "bad": "✕", "info": "i"}
STATUS = Template(
    "status",
    "state",
    "glyph",
    "text",
    scripts=["drawn"],
    variants={f"status-{state}": {"state": state, "glyph": glyph} for state, glyph in GLYPHS.items()},
)
NOTE = Template("note", "state", "mark", "content", scripts=["guide"])


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading, and whether it holds numbers."""

    label: str
    numeric: bool = False


def columns(labels: Sequence[str], *numeric: int) -> list[Column]:
    """Columns by their labels; `numeric` are the places of those that hold numbers, from 0."""
    return [Column(label, place in numeric) for place, label in enumerate(labels)]


def table(
    caption: str,
    columns: Sequence[str | Column],
    rows: Iterable[Sequence[object]],
    row_ids: Sequence[str] = (),
    *,
    row_attributes: Sequence[Mapping[str, object]] = (),
    first: int | None = None,
) -> Html:
    """A table whose first cell in each row is the row's heading.

    On narrow screens each row becomes a block with its labels, so roles are written out to keep it a table for
    screen readers. `row_ids` gives rows an anchor; `row_attributes` says on which days each shows, and `first` how many
    at most (clock.span_attributes). Spaces between cells keep their words apart in the search index.
    """
    heads = _heads(columns)
    header = tag(
        "tr",
        join((tag("th", head.label, role="columnheader", scope="col", class_=_numeric(head)) for head in heads), " "),
        role="row",
    )
    body = [
        _row(
            _cells(heads, row),
            " ",
            id=row_ids[index] if index < len(row_ids) else None,
            **(row_attributes[index] if row_attributes else {}),
        )
        for index, row in enumerate(rows)
    ]
    content = tag(
        "table",
        tag("caption", caption),
        " ",
        tag("thead", header, role="rowgroup"),
        " ",
        tag("tbody", join(body, " "), role="rowgroup", data_vag_first=first),
        class_="vag-table",
        role="table",
    )
    return tag("div", content, class_="vag-table-wrap", role="region", aria_label=caption, tabindex="0")


def open_row(name: str, columns: Sequence[str | Column], *more: Html) -> Html:
    """A row of a table for scripts, by a name: its slots are `cell-0`, `cell-1` and so on; `more` stands behind."""
    heads = _heads(columns)
    cells = [Open.of(f"cell-{place}") for place, _ in enumerate(heads)]
    return opened(name, tag("table", tag("tbody", _row([*_cells(heads, cells), *more]))))


def opened_table(name: str, caption: str, columns: Sequence[str | Column]) -> Html:
    """A table without a row for scripts, by a name. Its rows are those of `open_row`."""
    return opened(name, table(caption, columns, ()))


def status(state: State, text: object) -> Html:
    """A state as glyph and word: color alone never carries it."""
    return STATUS(state=state, glyph=GLYPHS[state], text=text)


SHARED["status"] = status


def numbered(name: str, shown: object) -> Html:
    """A number that other pages print too, under a name that is the same everywhere: a test compares them.

    The name says what is counted and of what: `mak.left:office-2024-mak`.
    """
    return tag("span", shown, data_vag_number=name)


def when(day: date, weekday: bool = True) -> Html:
    """A day that does not break at the end of a line: `2026-11-24 (Tue)`."""
    return tag("time", written(day, weekday), datetime=day.isoformat(), class_="vag-date")


def note(state: State, title: str, *content: object) -> Html:
    """A framed remark with a title."""
    return NOTE(state=state, mark=status(state, title), content=join(content))


def figure(drawing: Html, caption: object, *text_equivalent: object) -> Html:
    """A drawing with its caption, and the same content as text beside it."""
    return tag(
        "figure",
        # Narrow screens scroll the drawing sideways, which must work by keyboard too.
        tag("div", drawing, class_="vag-figure__canvas", tabindex="0", role="group", aria_label="Drawing"),
        tag("figcaption", caption),
        *text_equivalent,
        class_="vag-figure",
    )


def cards(items: Iterable[tuple[object, object, object]], card_attributes: Sequence[Mapping[str, object]] = ()) -> Html:
    """Numbers with a label and a line below: (label, value, line); `card_attributes` say on which days each shows."""
    return tag(
        "div",
        *(
            tag(
                "div",
                tag("p", label, class_="vag-card__label"),
                tag("p", value, class_="vag-card__value"),
                tag("p", line, class_="vag-card__line"),
                class_="vag-card",
                **(card_attributes[index] if card_attributes else {}),
            )
            for index, (label, value, line) in enumerate(items)
        ),
        class_="vag-cards",
    )


def details(summary: object, *content: object) -> Html:
    """A part that opens on demand."""
    return tag("details", tag("summary", summary), *content, class_="vag-details")


def folded(summary: object, *content: object) -> Html:
    """A long part of a page that opens on demand, and stands open on paper."""
    return tag("details", tag("summary", summary), *content, class_="vag-details vag-details--folded")


def definition_list(items: Iterable[tuple[object, object]]) -> Html:
    """Terms and what belongs to them."""
    return tag("dl", *(join([tag("dt", term), tag("dd", meaning)]) for term, meaning in items), class_="vag-list")


def code_block(text: str, language: str = "text") -> Html:
    """Text to copy, as the theme draws code: it gets the theme's copy button."""
    return tag("div", tag("pre", tag("code", text)), class_=f"highlight language-{language}")


def _cells(heads: Sequence[Column], row: Sequence[object]) -> Iterable[Html]:
    for index, (head, cell) in enumerate(zip(heads, row, strict=True)):
        if index == 0:
            yield tag("th", cell, role="rowheader", scope="row", class_=_numeric(head), data_label=head.label)
        else:
            yield tag("td", cell, role="cell", class_=_numeric(head), data_label=head.label)


def _heads(columns: Sequence[str | Column]) -> list[Column]:
    return [column if isinstance(column, Column) else Column(column) for column in columns]


def _row(cells: Iterable[Html], separator: str = "", **attributes: object) -> Html:
    return tag("tr", join(cells, separator), role="row", **attributes)


def _numeric(head: Column) -> str | None:
    return "vag-num" if head.numeric else None
