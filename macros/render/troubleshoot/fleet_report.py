"""The report of a fleet for people: the same parts on the page, in Markdown and on paper.

It is made from what the command gives for machines, so that no form says another number than the others. The browser
draws and writes the same: docs/assets/javascripts/fleet-report.js.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from macros.domain.count import KINDS, threshold
from macros.render.parts.citations import cite
from macros.render.parts.components import Column, table
from macros.render.parts.findings_text import printable
from macros.render.parts.html import Html, join, tag
from macros.render.parts.places import FACTS
from macros.render.parts.quantity import number
from macros.render.parts.report import SEVERITIES, found_list, said
from macros.render.parts.templates import Template
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .fleet_data import FORMS, NAMED, SEPARATORS, WORDS, counted_words, listed

SAID = Words.beside(
    __file__,
    "fleet-report",
    "title day",
    "findings",
    "products",
    "expiry",
    "hosts",
    "plan organization",
    "files",
    "no_plan",
    "unexplained computers",
    "thresholds clients servers office",
    "products_table",
    "products_columns 6",
    "bars_table",
    "bars_columns 3",
    "soonest_table",
    "soonest_columns 4",
    "hosts_table",
    "hosts_columns 7",
    "counts_table",
    "counts_columns 5",
    "plan_table",
    "plan_columns 4",
    "files_table",
    "files_columns 5",
    "left_table",
    "left_columns 3",
    "own_table table",
    "ended",
    "not_read",
    "read_on links",
    "facts facts",
    "all_computers computers",
    "more_rows rows",
    "more_findings findings",
)
NUMERIC: Mapping[str, Sequence[int]] = {
    "products": (1, 2),
    "bars": (1,),
    "soonest": (2,),
    "hosts": (1, 2, 3, 4, 5),
    "counts": (2, 3, 4),
    "plan": (1, 2, 3),
    "files": (2, 3),
    "left": (1,),
}
"""Tables of the report, and which of their columns hold numbers."""
MOST_ROWS = 200
"""Rows of a table, and findings, that are shown. Our choice; what machines read has all."""
SOON, LEFT, WIDEST = 10, 20, 40
"""Activations and rows that are listed, and the length of the longest bar."""
BAR = Template("fleet-bar", "width", scripts=["fleet-report"])
COMPUTERS = Template("fleet-computers", "names", scripts=["fleet-report"])
_MARKS = re.compile(r"[\\`*_\[\]<>|&~]")


@dataclass(frozen=True)
class Bar:
    """A cell that shows a share of the widest bar."""

    width: int


@dataclass(frozen=True)
class Heading:
    """A heading inside the report."""

    text: str


@dataclass(frozen=True)
class Said:
    """Sentences: one, or a list of them."""

    texts: Sequence[str]
    is_list: bool = False


@dataclass(frozen=True)
class Table:
    """A table by its name."""

    name: str
    rows: Sequence[Sequence[str | int | Bar]]


@dataclass(frozen=True)
class Findings:
    """The findings, as the report has them."""

    all: Sequence[Mapping[str, Any]]


Part = Heading | Said | Table | Findings


def parts(view: View, report: Mapping[str, Any]) -> Iterator[Part]:
    """The report in its order: what is wrong stands before the numbers. What is too long is cut, and that is said."""
    for part in _parts(view, report):
        if isinstance(part, Table):
            yield Table(part.name, part.rows[:MOST_ROWS])
            more, word = len(part.rows) - MOST_ROWS, "rows"
        elif isinstance(part, Findings):
            yield Findings(part.all[:MOST_ROWS])
            more, word = len(part.all) - MOST_ROWS, "findings"
        else:
            yield part
            continue
        if more > 0:
            yield Said([SAID.plain(f"more_{word}", **{word: more})])


def _parts(view: View, report: Mapping[str, Any]) -> Iterator[Part]:
    totals, files = report["totals"], report["files"]
    counts = {name: totals[name] for name in ("computers", "products", "rows")}
    yield Said([WORDS.plain("totals", **counts, files=len(files), day=report["day"])])
    apart = {
        "left": totals["rows_left_out"],
        "aside": totals["rows_not_in_use"],
        "older": totals["rows_of_older_collections"],
        "repeated": totals["rows_repeated"],
    }
    lines = [WORDS.plain(name, rows=count) for name, count in apart.items() if count]
    lines += [] if totals["products"] else [WORDS["nothing"]]
    if lines:
        yield Said(lines, is_list=True)
    if totals["products"] and report["plan"] is None:
        yield Said([SAID["no_plan"]])
    if report["findings"]:
        yield Heading(SAID["findings"])
        weights = Counter(one["severity"] for one in report["findings"])
        counts = {"errors": weights["error"], "warnings": weights["warning"], "notes": weights["info"]}
        yield Said([WORDS.plain("weights", **counts)])
        yield Findings(report["findings"])
    elif totals["rows"]:
        yield Said([WORDS["no_findings"]])
    if totals["products"]:
        yield from _numbers(view, report)
    yield Heading(SAID["files"])
    # Those that were not read stand first.
    yield Table("files", [*_files(sorted(files, key=lambda one: not (one["reason"] or one["left_out"])))])
    if report["left_out"]:
        rows = [(printable(one["file"]), one["line"], printable(one["reason"])) for one in report["left_out"][:LEFT]]
        yield Table("left", rows)
        if totals["rows_left_out"] > len(rows):
            yield Said([WORDS.plain("more", rows=totals["rows_left_out"] - len(rows))])


def _numbers(view: View, report: Mapping[str, Any]) -> Iterator[Part]:
    if any(bar["products"] for bar in report["expiry"]["bars"]):
        yield from _expiry(report["expiry"])
    yield Heading(SAID["products"])
    yield Table("products", [*_products(view, report["products"])])
    if report["hosts"] or report["host_counts"]:
        yield from _hosts(view, report)
    plan = report["plan"]
    if plan is None:
        return
    yield Heading(SAID.plain("plan", organization=plan["organization"]))
    yield Table(
        "plan", [(", ".join(one["groups"]), one["planned"], one["seen"], one["open"]) for one in plan["groups"]]
    )
    if plan["unexplained_computers"]:
        yield Said([SAID.plain("unexplained", computers=plan["unexplained_computers"])])


def _expiry(expiry: Mapping[str, Any]) -> Iterator[Part]:
    yield Heading(SAID["expiry"])
    within = expiry["within_days"].items()
    yield Said([WORDS.plain("within", days=int(most), products=count) for most, count in within], is_list=True)
    widest = max(bar["products"] for bar in expiry["bars"])
    # What is there is seen, however few it is.
    wide = [max(bar["products"] * WIDEST // widest, int(bar["products"] > 0)) for bar in expiry["bars"]]
    yield Table(
        "bars", [(_days(bar), bar["products"], Bar(width)) for bar, width in zip(expiry["bars"], wide, strict=True)]
    )
    if expiry["soonest"]:
        yield Table(
            "soonest",
            [
                (
                    one["computer"],
                    printable(one["product"]),
                    one["days"] if one["days"] >= 0 else SAID["ended"],
                    one["day"],
                )
                for one in expiry["soonest"][:SOON]
            ],
        )


def _days(bar: Mapping[str, Any]) -> str:
    if bar["from_days"] is None:
        return WORDS["bar_ended"]
    if bar["to_days"] is None:
        return WORDS.plain("bar_last", **{"from": bar["from_days"]})
    return WORDS.plain("bar", **{"from": bar["from_days"], "to": bar["to_days"] - 1})


def _products(view: View, products: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[str | int | Bar]]:
    outputs = view.catalog.outputs.words
    methods = {method.id: method.name for method in view.catalog.fleet.methods}
    for one in products:
        yield (
            printable(one["product"]),
            one["products"],
            one["computers"],
            counted_words((outputs.statuses[name], count) for name, count in one["status"].items()),
            counted_words((outputs.channels[name], count) for name, count in one["channel"].items()),
            counted_words((methods[name], count) for name, count in one["method"].items()),
        )


def _hosts(view: View, report: Mapping[str, Any]) -> Iterator[Part]:
    yield Heading(SAID["hosts"])
    needed = dict(zip(("clients", "servers", "office"), (threshold(kind, view.policy) for kind in KINDS), strict=True))
    yield Said([SAID.plain("thresholds", **needed)])
    if report["hosts"]:
        yield Table(
            "hosts",
            [
                (
                    one["name"],
                    *(
                        one[name]
                        for name in ("windows_clients", "windows_servers", "office", "set_by_hand", "found_by_dns")
                    ),
                    WORDS["cloud"] if one["of_a_cloud"] else WORDS["unplanned"] if one["planned"] is False else "",
                )
                for one in report["hosts"]
            ],
        )
    if report["host_counts"]:
        yield Table(
            "counts",
            [
                (
                    one["computer"],
                    one["product"],
                    *(
                        WORDS["not_told"] if one[name] is None else one[name]
                        for name in ("count", "total_requests", "failed_requests")
                    ),
                )
                for one in report["host_counts"]
            ],
        )


def _files(files: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[str | int | Bar]]:
    for one in files:
        if one["reason"]:
            yield printable(one["file"]), SAID["not_read"], 0, one["left_out"], one["reason"]
            continue
        notes = [WORDS.plain("file_separator", separator=SEPARATORS[one["separator"]])] if one["separator"] else []
        notes += [WORDS.plain("file_encoding", encoding=one["encoding"])] if one["encoding"] else []
        notes += [WORDS.plain("file_language", language=one["language"])] if one["language"] else []
        notes += [WORDS["file_stem"]] if one["named_by_file"] else []
        notes += [WORDS.plain("file_damaged", lines=one["damaged_lines"])] if one["damaged_lines"] else []
        if one["unknown_columns"]:
            notes.append(f"{WORDS.plain('file_unknown', columns=printable(', '.join(one['unknown_columns'])))}.")
        if one["missing_columns"] and one["form"] != "text":
            notes.append(f"{WORDS.plain('file_missing', columns=', '.join(one['missing_columns']))}.")
        yield printable(one["file"]), FORMS[one["form"] or "text"], one["rows"], one["left_out"], " ".join(notes)


def names_of(found: Mapping[str, Any]) -> str:
    """The first computers of a finding, and how many more there are."""
    return listed(found["computers"][:NAMED], found["computers_count"], found["same_as"])


# -------------------------------------------------------------------------------------------------------- Markdown


def as_markdown(view: View, report: Mapping[str, Any]) -> str:
    """The report as a file of Markdown."""
    blocks = [f"# {SAID.plain('title', day=report['day'])}", *(_written(part) for part in parts(view, report))]
    return "\n\n".join(blocks) + "\n"


def _written(part: Part) -> str:
    if isinstance(part, Heading):
        return f"## {_escaped(part.text)}"
    if isinstance(part, Said):
        return "\n".join(f"{'- ' if part.is_list else ''}{_escaped(text)}" for text in part.texts)
    if isinstance(part, Findings):
        return "\n".join(_finding_written(one) for one in part.all)
    columns, numeric = SAID.list(f"{part.name}_columns"), NUMERIC[part.name]
    lines = [columns, ["---:" if place in numeric else "---" for place, _ in enumerate(columns)]]
    lines += [[_cell(each) for each in row] for row in part.rows]
    head = f"**{SAID[f'{part.name}_table']}**\n\n"
    return head + "\n".join(f"| {' | '.join(row)} |" for row in lines)


def _finding_written(one: Mapping[str, Any]) -> str:
    _, word = SEVERITIES[one["severity"]]
    said_of = [f"- **{word}** `{one['id'].replace('`', '')}`: {_escaped(one['summary'])} {_escaped(one['todo'])}"]
    if one["next"]:
        links = ", ".join(f"{link['text']} ({link['page']})" if link["page"] else link["text"] for link in one["next"])
        said_of.append(_escaped(SAID.plain("read_on", links=links)))
    if one["facts"]:
        page = FACTS.replace(".md", ".html")
        said_of.append(_escaped(SAID.plain("facts", facts=", ".join(f"{page}#{name}" for name in one["facts"]))))
    if one["computers_count"]:
        said_of.append(_escaped(names_of(one)))
    return "  \n  ".join(said_of)


def _cell(value: str | int | Bar) -> str:
    if isinstance(value, Bar):
        return "#" * value.width
    return number(value) if isinstance(value, int) else _escaped(value)


def _escaped(text: str) -> str:
    """Text that stays text in Markdown."""
    return _MARKS.sub(r"\\\g<0>", text)


# ------------------------------------------------------------------------------------------------------------ HTML


def columns_of(name: str) -> list[Column]:
    """The columns of a table."""
    return [Column(label, place in NUMERIC[name]) for place, label in enumerate(SAID.list(f"{name}_columns"))]


def drawn(view: View, report: Mapping[str, Any]) -> Html:
    """The report as the page shows it."""
    return tag("div", *(_drawn(view, part) for part in parts(view, report)), class_="vag-fleet__report")


def _drawn(view: View, part: Part) -> Html:
    if isinstance(part, Heading):
        return tag("h3", part.text)
    if isinstance(part, Said):
        if part.is_list:
            return tag("ul", *(tag("li", text) for text in part.texts))
        return join(tag("p", text) for text in part.texts)
    if isinstance(part, Findings):
        return found_list(_finding_drawn(view, one) for one in part.all)
    rows = [[_cell_drawn(each) for each in row] for row in part.rows]
    return table(SAID[f"{part.name}_table"], columns_of(part.name), rows)


def _finding_drawn(view: View, one: Mapping[str, Any]) -> Html:
    links: list[object] = []
    for link in one["next"]:
        href = view.href(link["page"].replace(".html", ".md", 1)) if link["page"] else None
        links += [", " if links else " ", tag("a", link["text"], href=href) if href else tag("span", link["text"])]
    facts = join([" ", cite(view, *one["facts"])]) if one["facts"] else None
    names = COMPUTERS(names=names_of(one)) if one["computers_count"] else None
    return said(one["severity"], one["id"], "", join([one["summary"], facts]), one["todo"], *links, names)


def _cell_drawn(value: str | int | Bar) -> object:
    if isinstance(value, Bar):
        return BAR(width=str(value.width))
    return number(value) if isinstance(value, int) else value
