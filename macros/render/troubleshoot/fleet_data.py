"""What a fleet says, for others to read: as JSON, as text, as rows for spreadsheets, and as a draft of a plan."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import yaml

from macros.catalog import fleet_report as report
from macros.catalog.organization import Organization
from macros.catalog.published_keys import without_keys
from macros.domain.fleet.draft import draft
from macros.domain.fleet.findings import Found, findings, hosts, in_order
from macros.domain.fleet.plan import Compared, compare
from macros.domain.fleet.tally import Left, Seen, by_product, histogram
from macros.formats.base.spreadsheet import cell
from macros.formats.fleet.sink import FileRead
from macros.render.parts.findings_text import printable
from macros.render.parts.quantity import number
from macros.render.parts.report import SEVERITIES
from macros.render.parts.sentences import SLOT, in_slot
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .diagnosis_data import link_of

MOST_LEFT = 1_000
"""Rows that are left out and listed. Our choice; the others are counted."""
NAMED = 8
"""Computers that a text names for a finding. JSON and CSV have all."""
_TEXT_LEFT, _TEXT_SOON = 20, 10
SLOTS = re.compile(SLOT)
"""Gaps of a sentence that the code fills in."""
_CODE = "code"
COLUMNS = ("severity", "finding", "summary", "todo", "computer")
"""The columns of the CSV. The names are an interface: others read them."""
WORDS = Words.beside(
    __file__,
    "fleet",
    "totals computers products rows files day",
    "nothing",
    "aside rows",
    "older rows",
    "repeated rows",
    "left rows",
    "more rows",
    "products",
    "methods",
    "expiry",
    "within days products",
    "bar_ended",
    "bar from to",
    "bar_last from",
    "soonest",
    "soon computer product days",
    "ended computer product",
    "hosts",
    "host host clients servers office hand dns",
    "cloud",
    "unplanned",
    "host_counts",
    "host_count computer product count total failed",
    "not_told",
    "plan organization",
    "lot groups planned seen open",
    "findings",
    "no_findings",
    "ends_on products",
    "and_more count",
    "same_as finding names",
    "weights errors warnings notes",
    "files",
    "file_read file form rows",
    "file_left left",
    "file_separator separator",
    "file_encoding encoding",
    "file_language language",
    "file_unknown columns",
    "file_missing columns",
    "file_stem",
    "file_damaged lines",
    "file_refused file reason",
    "row_left file line reason",
)
DRAFT = Words.beside(
    __file__,
    "fleet-draft",
    "head",
    "no_zone zone",
    "host_left host computers",
    "host_keys",
    "assumed",
    "release given product",
    "left product products",
    "none",
)
FORMS = {"csv": "CSV", "json": "JSON", "clixml": "CLIXML", "text": "output", "workbook": "workbook"}
SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


@dataclass
class LeftOut:
    """Rows that are in no number: how many there are, and the first of them."""

    count: int = 0
    first: list[Left] = field(default_factory=list)

    def add(self, file: str, line: int, reason: str) -> None:
        """Take note of a row."""
        self.count += 1
        if len(self.first) < MOST_LEFT:
            self.first.append(Left(file, line, without_keys(reason)))


@dataclass(frozen=True)
class Whole:
    """A fleet with its files, what was left out, and its plan if there is one."""

    seen: Seen
    files: Sequence[FileRead]
    left: LeftOut
    organization: Organization | None
    compared: Compared | None
    findings: tuple[Found, ...]

    @property
    def is_usable(self) -> bool:
        """Whether any row was read."""
        return self.seen.rows > 0

    @property
    def is_well(self) -> bool:
        """Whether everything was read, and nothing is wrong."""
        is_read = not any(one.reason or one.damaged for one in self.files)
        return is_read and all(one.rule.severity == "info" for one in self.findings)


def whole(
    view: View,
    seen: Seen,
    files: Sequence[FileRead],
    left: LeftOut,
    organization: Organization | None = None,
) -> Whole:
    """Everything that is to say of a fleet; against a plan where an organization is given."""
    found = findings(seen, view.catalog, view.policy, left.count)
    compared = compare(seen, organization, view.catalog) if organization else None
    everything = in_order([*found, *(compared.findings if compared else ())])
    return Whole(seen, files, left, organization, compared, everything)


# ----------------------------------------------------------------------------------------------------------- words


def summary(view: View, found: Found) -> str:
    """A finding in one sentence."""
    slots = {**found.slots}
    if found.rule.scope == _CODE:
        code = str(slots["code"])
        known = next((one.summary for one in view.catalog.error_codes if one.code == code), "")
        slots["meaning"] = f": {known}" if known else "."
    return without_keys(_filled(found.rule.text, slots))


def _filled(text: str, slots: Mapping[str, object]) -> str:
    return SLOTS.sub(lambda match: str(in_slot(match[0], slots)), text)


def links(view: View, found: Found) -> tuple[tuple[str, str | None], ...]:
    """Words and pages of what to read next."""
    targets = [str(found.values["code"]) if name == _CODE else name for name in found.rule.next]
    own = view.catalog.fleet.links
    return tuple((own[one].text, own[one].page) if one in own else link_of(view, one) for one in targets)


def listed(names: Sequence[str], count: int, first: str | None) -> str:
    """The names of some computers of `count`, and how many more there are; `first` is a finding about the same ones."""
    more = count - len(names)
    text = f"{', '.join(names)}{' ' + WORDS.plain('and_more', count=more) if more else ''}"
    return WORDS.plain("same_as", finding=first, names=text) if first else text


def name_of(seen: Seen, computer: int) -> str:
    """The name of a computer as it is shown: one line, and no product key in it."""
    return printable(without_keys(seen.names[computer]))


# ------------------------------------------------------------------------------------------------------------ JSON


def as_data(view: View, fleet: Whole) -> Mapping[str, Any]:
    """The report for machines."""
    seen = fleet.seen
    made = report.FleetReport(
        day=seen.today,
        totals=report.Totals(
            computers=seen.computers,
            products=seen.products,
            rows=seen.rows,
            rows_left_out=fleet.left.count,
            rows_not_in_use=seen.aside,
            rows_of_older_collections=seen.older,
            rows_repeated=seen.repeated,
            rows_without_a_day=seen.undated,
        ),
        files=tuple(_file(one) for one in fleet.files),
        left_out=tuple(report.LeftOut(file=one.file, line=one.line, reason=one.reason) for one in fleet.left.first),
        products=tuple(_products(seen)),
        methods=_methods(seen),
        expiry=_expiry(view, seen),
        hosts=tuple(_hosts(fleet)),
        host_counts=tuple(
            report.HostCount(
                computer=name_of(seen, one.computer),
                product=one.kind.product,
                count=one.count,
                total_requests=one.total,
                failed_requests=one.failed,
            )
            for one in seen.counters
        ),
        findings=tuple(
            _finding(view, seen, one, first) for one, first in zip(fleet.findings, alike(fleet.findings), strict=True)
        ),
        plan=_plan(fleet),
    )
    return made.model_dump(mode="json", by_alias=True)


def _file(one: FileRead) -> report.File:
    return report.File(
        file=one.file,
        form=one.form,
        encoding=one.encoding,
        separator=one.separator,
        language=one.language,
        rows=one.rows,
        left_out=one.left,
        unknown_columns=tuple(without_keys(label) for label in one.unknown),
        missing_columns=one.missing,
        named_by_file=one.named_by_file,
        damaged_lines=one.damaged,
        reason=one.reason or None,
    )


def _products(seen: Seen) -> Iterator[report.Product]:
    computers: dict[str, set[int]] = {}
    releases: dict[str, tuple[str, ...]] = {}
    for one in seen.cells:
        computers.setdefault(one.kind.product, set()).update(one.computers)
        releases[one.kind.product] = one.kind.products
    for product, parts in by_product(seen).items():
        yield report.Product(
            product=without_keys(product),
            releases=releases[product],
            products=sum(parts["status"].values()),
            computers=len(computers[product]),
            status=dict(parts["status"]),
            channel=dict(parts["channel"]),
            method=dict(parts["method"]),
        )


def _methods(seen: Seen) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in seen.cells:
        counts[one.kind.method.id] = counts.get(one.kind.method.id, 0) + len(one.computers)
    return dict(sorted(counts.items()))


def _expiry(view: View, seen: Seen) -> report.Expiry:
    found = [*histogram(seen).items()]
    bars = [
        report.Bar(
            from_days=low if low >= 0 else None,
            to_days=0 if low < 0 else found[place + 1][0] if place + 1 < len(found) else None,
            products=count,
        )
        for place, (low, count) in enumerate(found)
    ]
    within = {str(most): count for most, count in seen.within.items()}
    soonest = [
        report.Soon(
            computer=name_of(seen, one.computer),
            product=without_keys(one.kind.product),
            days=one.days,
            day=seen.today + timedelta(days=one.days),
        )
        for one in seen.endings
    ]
    return report.Expiry(
        validity_days=view.catalog.fleet.validity, within_days=within, bars=tuple(bars), soonest=tuple(soonest)
    )


def _hosts(fleet: Whole) -> Iterator[report.Host]:
    unplanned = {str(one.values["host"]) for one in fleet.findings if one.rule.id == "host-unplanned"}
    for one in hosts(fleet.seen):
        yield report.Host(
            name=printable(without_keys(one.name)),
            windows_clients=len(one.computers.get("windows-client", ())),
            windows_servers=len(one.computers.get("windows-server", ())),
            office=len(one.computers.get("office", ())),
            set_by_hand=one.by_hand,
            found_by_dns=one.by_dns,
            of_a_cloud=one.of_cloud,
            planned=None if fleet.organization is None else one.name not in unplanned,
        )


def alike(findings: Iterable[Found]) -> Iterator[str | None]:
    """For each finding the id of the first one above it that is about the same computers, if there is one."""
    first: dict[tuple[int, ...], str] = {}
    for found in findings:
        earlier = first.setdefault(found.computers, found.id) if found.computers else found.id
        yield None if earlier == found.id else without_keys(earlier)


def _finding(view: View, seen: Seen, found: Found, first: str | None) -> report.Finding:
    return report.Finding(
        id=without_keys(found.id),
        rule=found.rule.id,
        severity=found.rule.severity,
        scope=found.rule.scope,
        computers_count=len(found.computers),
        computers=tuple(name_of(seen, one) for one in found.computers),
        same_as=first,
        summary=summary(view, found),
        todo=found.rule.todo,
        next=tuple(
            report.Link(text=text, page=page and page.replace(".md", ".html", 1)) for text, page in links(view, found)
        ),
        facts=found.rule.facts,
    )


def _plan(fleet: Whole) -> report.Plan | None:
    if fleet.organization is None or fleet.compared is None:
        return None
    unexplained = {computer for one in fleet.compared.unexplained for computer in one.computers}
    return report.Plan(
        organization=fleet.organization.name,
        groups=tuple(
            report.Lot(
                groups=tuple(group.id for group in lot.groups),
                planned=lot.planned,
                seen=len(lot.computers),
                open=len(lot.open),
            )
            for lot in fleet.compared.lots
        ),
        unexplained_computers=len(unexplained),
    )


# ------------------------------------------------------------------------------------------------------------- CSV


def as_csv(view: View, fleet: Whole) -> str:
    """A row for each finding and computer, and one for a finding about no computer."""
    out = io.StringIO()
    # Standard output turns the end of a line into that of its system.
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for found in fleet.findings:
        said = [found.rule.severity, without_keys(found.id), summary(view, found), found.rule.todo]
        for name in [name_of(fleet.seen, one) for one in found.computers] or [""]:
            writer.writerow([cell(each) for each in (*said, name)])
    return out.getvalue()


# ------------------------------------------------------------------------------------------------------------ text


def as_text(view: View, fleet: Whole) -> str:
    """The report for people."""
    return "\n".join(_lines(view, fleet))


def _lines(view: View, fleet: Whole) -> Iterator[str]:
    seen = fleet.seen
    yield WORDS.plain(
        "totals",
        computers=seen.computers,
        products=seen.products,
        rows=seen.rows,
        files=len(fleet.files),
        day=seen.today.isoformat(),
    )
    yield from _apart(fleet)
    if seen.products:
        yield from _numbers(view, fleet)
    yield from _of_findings(view, fleet)
    yield from _of_files(view, fleet)


def _apart(fleet: Whole) -> Iterator[str]:
    """Rows that are in no number, or in fewer than one would think."""
    seen = fleet.seen
    counts = (("left", fleet.left.count), ("aside", seen.aside), ("older", seen.older), ("repeated", seen.repeated))
    for name, count in counts:
        if count:
            yield f"  {WORDS.plain(name, rows=count)}"
    if not seen.products:
        yield f"  {WORDS['nothing']}"


def _numbers(view: View, fleet: Whole) -> Iterator[str]:
    seen, outputs = fleet.seen, view.catalog.outputs.words
    names = {method.id: method.name for method in view.catalog.fleet.methods}
    yield ""
    yield WORDS["products"]
    for one in _products(seen):
        states = counted_words((outputs.statuses[name], count) for name, count in one.status.items())
        channels = counted_words((outputs.channels[name], count) for name, count in one.channel.items())
        yield f"  {printable(one.product)}: {number(one.products)}: {states}; {channels}"
    yield ""
    yield f"{WORDS['methods']} {counted_words((names[name], count) for name, count in _methods(seen).items())}"
    expiry = _expiry(view, seen)
    if any(bar.products for bar in expiry.bars):
        yield from _of_expiry(expiry)
    if found := [*_hosts(fleet)]:
        yield ""
        yield WORDS["hosts"]
        for host in found:
            marks = [WORDS["cloud"]] if host.of_a_cloud else [WORDS["unplanned"]] if host.planned is False else []
            said = WORDS.plain(
                "host",
                host=host.name,
                clients=host.windows_clients,
                servers=host.windows_servers,
                office=host.office,
                hand=host.set_by_hand,
                dns=host.found_by_dns,
            )
            yield f"  {' '.join([said, *marks])}"
    if seen.counters:
        yield ""
        yield WORDS["host_counts"]
        for counter in seen.counters:
            told = {"count": counter.count, "total": counter.total, "failed": counter.failed}
            values = {name: WORDS["not_told"] if value is None else value for name, value in told.items()}
            yield "  " + WORDS.plain(
                "host_count", computer=name_of(seen, counter.computer), product=counter.kind.product, **values
            )
    plan = _plan(fleet)
    if plan:
        yield ""
        yield WORDS.plain("plan", organization=plan.organization)
        for lot in plan.groups:
            numbers = {"planned": lot.planned, "seen": lot.seen, "open": lot.open}
            yield f"  {WORDS.plain('lot', groups=', '.join(lot.groups), **numbers)}"


def _of_expiry(expiry: report.Expiry) -> Iterator[str]:
    yield ""
    yield WORDS["expiry"]
    for most, count in expiry.within_days.items():
        yield f"  {WORDS.plain('within', days=int(most), products=count)}"
    widest = max(bar.products for bar in expiry.bars)
    for bar in expiry.bars:
        if bar.from_days is None:
            label = WORDS["bar_ended"]
        elif bar.to_days is None:
            label = WORDS.plain("bar_last", **{"from": bar.from_days})
        else:
            label = WORDS.plain("bar", **{"from": bar.from_days, "to": bar.to_days - 1})
        drawn = "#" * (bar.products * 40 // widest) or ("." if bar.products else "")
        yield f"  {label:>24}  {bar.products:>9,}  {drawn}".rstrip()
    if expiry.soonest:
        yield f"  {WORDS['soonest']}"
        for one in expiry.soonest[:_TEXT_SOON]:
            name = "soon" if one.days >= 0 else "ended"
            values: dict[str, object] = {"computer": one.computer, "product": printable(one.product)}
            yield f"    {WORDS.plain(name, **values, **({'days': one.days} if one.days >= 0 else {}))}"


def _of_findings(view: View, fleet: Whole) -> Iterator[str]:
    yield ""
    if not fleet.findings:
        if fleet.is_usable:
            yield WORDS["no_findings"]
        return
    yield WORDS["findings"]
    for found, first in zip(fleet.findings, alike(fleet.findings), strict=True):
        yield f"  {SEVERITIES[found.rule.severity][1]} {without_keys(found.id)}: {printable(summary(view, found))}"
        yield f"    {found.rule.todo}{''.join(f' [{text}]' for text, _ in links(view, found))}"
        names = [name_of(fleet.seen, one) for one in found.computers[:NAMED]]
        if names:
            yield f"    {listed(names, len(found.computers), first)}"


def _of_files(view: View, fleet: Whole) -> Iterator[str]:
    yield ""
    yield WORDS["files"]
    for one in fleet.files:
        if one.reason:
            yield f"  {WORDS.plain('file_refused', file=printable(one.file), reason=one.reason)}"
            continue
        said = [WORDS.plain("file_read", file=printable(one.file), form=FORMS[one.form or "text"], rows=one.rows)]
        said += [WORDS.plain("file_left", left=one.left)] if one.left else []
        said += [WORDS.plain("file_separator", separator=SEPARATORS[one.separator])] if one.separator else []
        said += [WORDS.plain("file_encoding", encoding=one.encoding)] if one.encoding else []
        said += [WORDS.plain("file_language", language=one.language)] if one.language else []
        said += [WORDS["file_stem"]] if one.named_by_file else []
        said += [WORDS.plain("file_damaged", lines=one.damaged)] if one.damaged else []
        yield f"  {' '.join(said)}"
        if one.unknown:
            yield f"    {WORDS.plain('file_unknown', columns=printable(', '.join(map(without_keys, one.unknown))))}"
        if one.missing and one.form != "text":
            yield f"    {WORDS.plain('file_missing', columns=', '.join(one.missing))}"
    for left in fleet.left.first[:_TEXT_LEFT]:
        yield f"  {WORDS.plain('row_left', file=printable(left.file), line=left.line, reason=printable(left.reason))}"
    if fleet.left.count > _TEXT_LEFT:
        yield f"  {WORDS.plain('more', rows=fleet.left.count - min(len(fleet.left.first), _TEXT_LEFT))}"


def counted_words(pairs: Iterable[tuple[str, int]]) -> str:
    """Words, each with how many there are, the most first."""
    ordered = sorted(pairs, key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{name} {number(count)}" for name, count in ordered)


# ----------------------------------------------------------------------------------------------------------- draft


def as_draft(view: View, seen: Seen) -> str:
    """A first organization.yml. Raises NothingToDraftError."""
    made = draft(seen, view.catalog)
    said = [DRAFT["head"], *(DRAFT.plain(name, **values) for name, values in made.remarks)]
    head = "\n".join(f"# {without_keys(printable(line))}" for line in said)
    body = yaml.safe_dump(made.data, sort_keys=False, allow_unicode=True, width=120)
    return f"# yaml-language-server: $schema=macros/data/schemas/organization.schema.json\n{head}\n\n{body}"
