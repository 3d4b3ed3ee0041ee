"""A diagnosis for others to read: the reader's data for the page's script, and a reading as JSON and as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from macros.catalog.output_models import Outputs
from macros.domain.diagnosis import PRODUCT_SLOTS, Entry, Found, Reading, advice_of, fold, reader
from macros.domain.error_codes import names_without_a_page
from macros.render.parts.components import State
from macros.render.parts.findings_text import printable
from macros.render.parts.places import (
    CODES,
    LANGUAGES_FILE,
    NAMES_FILE,
    OUTPUTS_FILE,
    READER,
    checklist_page,
    code_page,
    fact_place,
)
from macros.render.parts.report import SEVERITIES
from macros.render.parts.script_data import data_file, keys_as_data
from macros.render.parts.view import View
from macros.render.parts.words import Words

STATES: Mapping[str, State] = {
    "licensed": "ok",
    "initial-grace": "warn",
    "extended-grace": "warn",
    "out-of-tolerance": "bad",
    "non-genuine-grace": "bad",
    "notification": "bad",
    "unlicensed": "bad",
    "unknown": "info",
}
LEVELS: Mapping[str, State] = {"error": "bad", "warning": "warn", "unseen": "info", "good": "ok", "aside": "info"}
"""What a licensed product is marked with: green only when nothing is wrong and nothing is missing."""
VERDICTS: Mapping[str, tuple[State, str]] = {
    "fault": ("bad", "Fault"),
    "attention": ("warn", "Attention"),
    "unseen": ("info", "Not shown here"),
    "good": ("ok", "Good"),
}
LABELS = Words.beside(
    __file__,
    "reader-labels",
    "channel",
    "status",
    "remaining_minutes",
    "until",
    "error_code",
    "partial_key",
    "kms_host",
    "kms_port",
    "srv_priority",
    "activation_interval",
    "renewal_interval",
    "current_count",
    "total_requests",
)
_BY_COLUMN = ("kinds", "fields", "phrases", "lines", "derive", "findings")
WORDS = Words.beside(
    __file__,
    "reader",
    "unnamed",
    "nothing_known",
    "most_like kinds",
    "findings",
    "products",
    "listing",
    "not_understood",
    "line",
    "lines",
    "client",
    "kms-host",
    "all_understood",
    "some_understood count all",
    "english_everywhere",
)


def link_of(view: View, target: str) -> tuple[str, str | None]:
    """Words for a next step, and the page that it leads to; no page as long as the site has none.

    A target is an error code, a link of outputs.yaml, a checklist, or a step of one.
    """
    outputs = view.catalog.outputs
    if target in outputs.links:
        link = outputs.links[target]
        return link.text, link.page
    if target.startswith("0x"):
        known = any(record.code == target for record in view.catalog.error_codes)
        return target, code_page(target) if known else None
    if "." in target:
        name, _, step_id = target.partition(".")
        found = view.catalog.checklist(name)
        step = next(each for each in found.steps if each.id == step_id)
        return f"Checklist: {found.short}, {step.title}", f"{checklist_page(name)}#{step_id}"
    checklist = next((each for each in view.catalog.checklists if each.id == target), None)
    return (f"Checklist: {checklist.title}", checklist_page(target)) if checklist else (f"Checklist {target}", None)


def data_files(view: View) -> dict[str, bytes]:
    """Files of data that pages of this section ask for once they need them, by path in the site."""
    reading = replace(view, page=READER)
    data = outputs_as_data(reading)
    english, *others = data["languages"]
    small = {**data, "languages": [english], **{name: _by_column(data[name]) for name in _BY_COLUMN}}
    return {
        OUTPUTS_FILE: data_file({"vag-outputs": small, "vag-keys": keys_as_data(reading)}),
        LANGUAGES_FILE: data_file({"vag-languages": others}),
        NAMES_FILE: data_file({"vag-code-names": names_without_a_page(view.catalog)}),
    }


def _facts_of(outputs: Outputs) -> list[str]:
    """Facts that what is found stands on."""
    return sorted({name for rule in outputs.findings for name in rule.facts})


def outputs_as_data(view: View) -> Mapping[str, Any]:
    """What the script reads with: the records of outputs.yaml, with labels ready for comparing."""
    outputs = view.catalog.outputs
    data = outputs.model_dump(
        mode="json", by_alias=True, exclude_defaults=True, exclude={"languages", "examples", "constants"}
    )
    given = advice_of(view.catalog)
    for rule in data["findings"]:
        advice = rule.pop("advice", None)
        if advice:
            rule["step"] = advice.partition(":")[0]
            rule["todo"] = f"{given[advice]} {rule['todo']}" if "todo" in rule else given[advice]
    targets = {name for rule in outputs.findings for name in rule.next} - {"code", "method"}
    targets |= {rule["step"] for rule in data["findings"] if "step" in rule}
    targets |= {*outputs.methods.values()}
    return {
        **data,
        "languages": [
            [language.name, wording.tier, _folded(wording.fields), _folded(wording.statuses), _folded(wording.phrases)]
            for language in outputs.languages
            for wording in language.tiers
        ],
        "error_codes": {record.code: record.summary for record in view.catalog.error_codes},
        "targets": {name: _href(view, link_of(view, name)) for name in sorted(targets)},
        "codes_folder": view.href(f"{CODES}/"),
        "facts": {name: view.href(fact_place(view.catalog, name)) for name in _facts_of(outputs)},
        "slots": PRODUCT_SLOTS,
        "say": {
            **WORDS,
            "severities": SEVERITIES,
            "states": STATES,
            "levels": LEVELS,
            "verdicts": VERDICTS,
            "labels": dict(LABELS),
        },
    }


@dataclass(frozen=True)
class Read:
    """A file with what was read in it."""

    file: str
    reading: Reading


@dataclass(frozen=True)
class Unread:
    """A file in which nothing was read, and why, in words."""

    file: str
    reason: str


def readings_as_data(view: View, rows: Iterable[Read | Unread]) -> list[Mapping[str, Any]]:
    """A report for machines, one object a file, in the order given. Pages are paths inside the site."""
    return [_unread(row) if isinstance(row, Unread) else _reading(view, row.file, row.reading) for row in rows]


def _unread(row: Unread) -> Mapping[str, Any]:
    empty: Mapping[str, Any] = {"role": None, "products": [], "findings": [], "not_understood": []}
    return {"file": row.file, "kind": None, "reason": row.reason, **empty}


def _reading(view: View, file: str, reading: Reading) -> Mapping[str, Any]:
    return {
        "file": file,
        "kind": reading.kind.id if reading.kind else None,
        "role": reading.role,
        "verdict": reading.verdict and {**reading.verdict.__dict__},
        "products": products_as_data(reading),
        "findings": [_finding(view, found) for found in reading.findings],
        "not_understood": [line.number for line in reading.lines if line.meaning is None],
    }


def shown_values(view: View, product: Entry) -> Iterator[tuple[str, str]]:
    """Labels and values of a product, without its state and channel."""
    for name, label in LABELS.items():
        value = product.slots.get(name)
        if value is None or name in ("status", "channel"):
            continue
        if name == "remaining_minutes":
            template = view.catalog.outputs.words.left_in_all
            value = template.format(time=reader(view.catalog).time(int(value)), count=value)
        yield label, str(value)


def products_as_data(reading: Reading) -> list[dict[str, Any]]:
    """What the text says of each product; null where it says nothing."""
    return [
        {name: product.slots.get(name) for name in PRODUCT_SLOTS} | {"level": product.level}
        for product in reading.products
    ]


def state_of(product: Entry) -> State:
    """The mark beside the status of a product. What is printed as licensed is green only when all is well."""
    status = str(product.slots["status"])
    return LEVELS[product.level] if status == "licensed" else STATES[status]


def readings_as_text(view: View, rows: Iterable[Read | Unread]) -> str:
    """A report for people."""
    return "\n\n".join("\n".join(_text(view, row)) for row in rows)


def is_well(reading: Reading) -> bool:
    """Whether a license was read, and all is well with it."""
    return reading.verdict is not None and reading.verdict.state == "good"


def _text(view: View, row: Read | Unread) -> Iterable[str]:
    name = printable(row.file)
    if isinstance(row, Unread):
        yield f"{name}: not read: {row.reason}"
        return
    words, reading = view.catalog.outputs.words, row.reading
    if reading.kind is None or reading.verdict is None:
        yield f"{name}: {WORDS['nothing_known']}"
        return
    yield f"{name}: {VERDICTS[reading.verdict.state][1]}: {reading.verdict.text}"
    if reading.verdict.todo:
        yield f"  {reading.verdict.todo}"
    yield f"  Read as {reading.kind.name}{WORDS.get(reading.role or '', '')}"
    for product in reading.products:
        slots = product.slots
        state = words.statuses[str(slots["status"])]
        yield f"  {slots.get('name', WORDS['unnamed'])}: {state}, {words.channels[str(slots['channel'])]}"
        shown = [f"{label}: {value}" for label, value in shown_values(view, product)]
        if shown:
            yield f"    {'; '.join(shown)}"
    for found in reading.findings:
        yield f"  {SEVERITIES[found.severity][1]} {found.id}{_places(found.lines)}: {found.summary}"
        links = [link_of(view, target) for target in found.next]
        yield f"    {found.todo}{''.join(f' [{text}]' for text, _ in links)}"
    unread = [line.number for line in reading.lines if line.meaning is None]
    if unread:
        yield f"  Not understood: {', '.join(map(str, unread))}"


def _places(lines: Sequence[int]) -> str:
    return f" ({WORDS['line'] if len(lines) == 1 else WORDS['lines']} {', '.join(map(str, lines))})" if lines else ""


def _finding(view: View, found: Found) -> Mapping[str, Any]:
    links = (link_of(view, target) for target in found.next)
    return {
        "id": found.id,
        "severity": found.severity,
        "summary": found.summary,
        "lines": found.lines,
        "next": [{"text": found.todo, "page": None}, *({"text": text, "page": _address(page)} for text, page in links)],
        "facts": found.facts,
    }


def _address(page: str | None) -> str | None:
    return page and page.replace(".md", ".html", 1)


def _href(view: View, link: tuple[str, str | None]) -> tuple[str, str | None]:
    return link[0], view.href(link[1]) if link[1] else None


def _by_column(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, list[Any]]:
    """Rows as a list for each column, which packs better: alike values stand together."""
    return {name: [row.get(name) for row in rows] for name in dict.fromkeys(name for row in rows for name in row)}


def _folded(words: Mapping[str, Sequence[str]]) -> Mapping[str, list[str]]:
    return {name: [fold(each) for each in texts] for name, texts in words.items()}
