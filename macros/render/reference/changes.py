"""What changed in the records: the page by release, and what a register says of the history of a record."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, get_args

from macros.catalog.kept_records import TITLES
from macros.catalog.models import Catalog, Change, RecordKind, Release
from macros.catalog.values import in_words as value_in_words
from macros.domain.changes import History, histories, titled
from macros.render.parts.citations import source
from macros.render.parts.components import Column, State, note, status, table, when
from macros.render.parts.html import Html, join, tag
from macros.render.parts.places import code_page, fact_place
from macros.render.parts.quantity import number
from macros.render.parts.templates import Template
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .rows import command_anchor, in_words

PAGE = "reference/changes.md"
FEED = "downloads/changes.atom"
_KIND_NAMES = Words.beside(__file__, "record-kinds", *(f"{kind} 2" for kind in get_args(RecordKind)))
_SAID = Words.beside(
    __file__,
    "changes",
    *(
        "added",
        "changed",
        "removed",
        "was",
        "is",
        "nothing",
        "why",
        "no-why",
        "pages pages",
        "moved id",
        "number number",
    ),
    *(
        "unreleased",
        "unreleased-about release",
        "in-release release",
        "in-none",
        "release release day",
        "none",
        "filter",
        "records release",
    ),
    *("record-columns 3", "summary release day records", "pending changes", "since release", "since-next"),
    *("changed-in where", "added-in where", "next", "gone", "new", "keep", "nothing-new day", "first-visit"),
    *("news count day", "seen", "heading what kind title"),
)
_TONES: Mapping[str, State] = {"added": "ok", "changed": "info", "removed": "warn"}
_VISIT = Template("visit", "words", "last", "keep", "seen")


@dataclass(frozen=True)
class Side:
    """A key of a record as it was and as it is, in words; None where the change does not say it."""

    label: str
    old: str | None
    new: str | None


# What a change says


def heading(change: Change) -> str:
    """What became of which record, for lists and feeds: `Changed: fact kms.validity`."""
    kind = _KIND_NAMES.list(change.kind)[0]
    return _SAID.plain("heading", what=_SAID[change.what], kind=kind, title=change.id)


def title_of(catalog: Catalog, change: Change) -> str:
    """What readers know the record by: as the change says it, or as the record does now; empty where neither does."""
    return titled(change, TITLES[change.kind]) or _title_now(catalog, change)


_NOW: Mapping[RecordKind, tuple[str, str]] = {
    "fact": ("facts", "id"),
    "code": ("error_codes", "code"),
    "support-date": ("lifecycle", "id"),
    "product": ("products", "id"),
    "claim": ("claims", "id"),
    "conflict": ("conflicts", "id"),
}
"""Where the catalog has the records of a kind, and their key."""


def _title_now(catalog: Catalog, change: Change) -> str:
    """What a record is called now."""
    held, key = _NOW.get(change.kind, ("", ""))
    records = getattr(catalog, held) if held else ()
    return next((str(getattr(one, TITLES[change.kind])) for one in records if getattr(one, key) == change.id), "")


def sides(catalog: Catalog, change: Change) -> tuple[Side, ...]:
    """What changed, key by key. Of lists, only what one side has and the other has not."""
    unit = _unit(catalog, change)
    # Of a whole record, the unit stands with the value, and the sources stand below.
    beside = () if change.what == "changed" else ("unit", "sources")
    keys = [key for key in {**(change.old or {}), **(change.new or {})} if key not in beside]
    found = []
    for key in keys:
        old, new = (change.old or {}).get(key), (change.new or {}).get(key)
        if change.what == "changed":
            old, new = _only_different(old, new)
        said = [_value(catalog, value, unit if key == "value" else None) for value in (old, new)]
        found.append(
            Side(
                _begun(in_words(key)),
                None if change.what == "added" else said[0],
                None if change.what == "removed" else said[1],
            )
        )
    return tuple(found)


def release_said(release: Release | None) -> str:
    """The release of a change: its number, or that none has it yet."""
    return _SAID.plain("in-release", release=release.release) if release else _SAID["in-none"]


def sides_said(catalog: Catalog, change: Change) -> list[str]:
    """What changed, a text for each key: `Value: was 30 days; now 45 days`."""
    found = []
    for side in sides(catalog, change):
        both = (_SAID["was"], " ", side.old, "; ", _SAID["is"], " ", side.new)
        said = "".join(map(str, both)) if change.what == "changed" else side.old or side.new
        found.append(f"{side.label}: {said}")
    return found


def text_of(catalog: Catalog, change: Change) -> str:
    """What changed and why, as lines of text."""
    lines = sides_said(catalog, change)
    why = f"{_SAID['why']}: {change.why or _SAID['no-why']}"
    moved = [_SAID.plain("moved", id=change.now)] if change.now else []
    return "\n".join([*lines, *moved, why])


def _begun(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}"


def _unit(catalog: Catalog, change: Change) -> str | None:
    """The unit of a fact's value: as the change says it, or as the fact has it."""
    if change.kind != "fact":
        return None
    said = (change.new or {}).get("unit") or (change.old or {}).get("unit")
    known = next((fact.unit for fact in catalog.facts if fact.id == change.id), None)
    wanted = str(said) if said else known
    return wanted if any(unit.id == wanted for unit in catalog.units) else None


def _only_different(old: Any, new: Any) -> tuple[Any, Any]:
    if not (isinstance(old, list) and isinstance(new, list)):
        return old, new
    gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
    return (gone, come) if gone or come else (old, new)


def _value(catalog: Catalog, value: Any, unit: str | None) -> str:
    if value in (None, [], {}):
        return _SAID["nothing"]
    return value_in_words(value, catalog.unit(unit) if unit else None)


# Where records stand


def place(catalog: Catalog, kind: RecordKind, record_id: str) -> str | None:
    """Where readers find a record: source path and anchor. None for one that is gone, or that no page has."""
    found = _PLACES.get(kind)
    return found(catalog, record_id) if found else None


def _fact(catalog: Catalog, name: str) -> str | None:
    return fact_place(catalog, name) if any(fact.id == name for fact in catalog.facts) else None


def _code(catalog: Catalog, name: str) -> str | None:
    return code_page(name) if any(one.code == name for one in catalog.error_codes) else None


def _client_key(catalog: Catalog, name: str) -> str | None:
    product = name.partition(", ")[0]
    return f"reference/keys.md#{product}" if any(key.product == product for key in catalog.client_keys) else None


def _decision(catalog: Catalog, name: str) -> str | None:
    table_id, _, rule_id = name.partition("/")
    known = {(one.id, rule.id) for one in catalog.decision_tables.tables for rule in one.rules}
    return f"choose/tables.md#table-{table_id}" if (table_id, rule_id) in known else None


def _command(catalog: Catalog, name: str) -> str | None:
    item = next((one for one in catalog.commands if f"{one.tool}, {one.option}" == name), None)
    return f"reference/commands.md#{command_anchor(item)}" if item else None


def _row_of(page: str, ids: Callable[[Catalog], Iterable[str]]) -> Callable[[Catalog, str], str | None]:
    """A page whose rows have the ids of their records as anchors; the anchor may begin with a word."""
    return lambda catalog, name: f"{page}{name}" if name in ids(catalog) else None


_PLACES: Mapping[RecordKind, Callable[[Catalog, str], str | None]] = {
    "fact": _fact,
    "code": _code,
    "client-key": _client_key,
    "host-key": lambda catalog, name: "plan/kms-hosts.md#matrix",
    "host-update": lambda catalog, name: "plan/kms-hosts.md#updates",
    "office-host": _row_of(
        "plan/kms-hosts.md#office-host-", lambda c: [one.product for one in c.host_keys.office_hosts]
    ),
    "support-date": _row_of("plan/lifecycle.md#", lambda c: [one.id for one in c.lifecycle]),
    "product": _row_of("reference/products.md#", lambda c: [one.id for one in c.products]),
    "claim": _row_of("reference/claims.md#", lambda c: [one.id for one in c.claims]),
    "conflict": _row_of("reference/conflicts.md#", lambda c: [one.id for one in c.conflicts]),
    "command": _command,
    "decision": _decision,
    "question": lambda catalog, name: "choose/tables.md#questions",
    "outcome": _row_of("choose/index.md#outcome-", lambda c: [one.id for one in c.decision_tables.outcomes]),
}
"""By kind. Rules of checks stand on no page of their own."""


# What a register says of a record


@lru_cache(maxsize=4)
def _histories(catalog: Catalog) -> Mapping[tuple[RecordKind, str], History]:
    return histories(catalog.changes)


def history_said(view: View, kind: RecordKind, record_id: str, begins: bool = False) -> Html:
    """Since which release a record is there, and where it changed last: `in the guide since 0.1.0`.

    `begins` writes it as the beginning of a sentence.
    """
    found = _histories(view.catalog).get((kind, record_id))
    releases = view.catalog.changes.releases
    since = found.since if found else releases[-1] if releases else None
    said = _SAID.plain("since", release=since.release) if since else _SAID["since-next"]
    said = _begun(said) if begins else said
    is_changed = found is not None and found.changes[0][1].what == "changed"
    return join([said, "; ", _where(view, found.changes[0])] if found and is_changed else [said])


def change_mark(view: View, kind: RecordKind, record_id: str) -> Html | None:
    """Where a record came or changed last; None for one that is as it was in the first release."""
    found = _histories(view.catalog).get((kind, record_id))
    return tag("p", _where(view, found.changes[0]), class_="vag-register__meta") if found else None


def _where(view: View, at: tuple[Release | None, Change]) -> Html:
    release, change = at
    link = tag("a", release.release if release else _SAID["next"], href=view.href(f"{PAGE}#{anchor(change)}"))
    return _SAID.say(view, "added-in" if change.what == "added" else "changed-in", where=link)


def gone_list(view: View, kind: RecordKind, of: Callable[[str], bool] = lambda _: True) -> Html | None:
    """Records that a register had, at the anchors that they had, each with what the page of changes says of it."""
    changes = [change for change in gone(view.catalog, kind) if of(change.id)]
    if not changes:
        return None
    lines = [
        tag(
            "li",
            tag("a", tag("code", change.id), href=view.href(f"{PAGE}#{anchor(change)}")),
            f": {title_of(view.catalog, change)}",
            id=change.id,
        )
        for change in changes
    ]
    return tag("div", tag("p", _SAID["gone"]), tag("ul", *lines), data_vag_unsearched=True)


def gone(catalog: Catalog, kind: RecordKind) -> list[Change]:
    """The removals of records that are gone, by their ids."""
    there = {change.id for _, change in catalog.changes.every() if change.kind == kind}
    last = (_histories(catalog)[kind, name].last for name in sorted(there) if place(catalog, kind, name) is None)
    return [change for change in last if change and change.what == "removed"]


# The page


def changes_summary(view: View) -> Html:
    """The newest release, how many records it has, and how many changes no release has yet."""
    log = view.catalog.changes
    parts: list[object] = []
    if log.releases:
        newest = log.releases[0]
        held = sum(newest.records.values())
        parts.append(
            _SAID.say(view, "summary", release=newest.release, day=when(newest.day, weekday=False), records=held)
        )
    if log.unreleased:
        parts.append(_SAID.say(view, "pending", changes=len(log.unreleased)))
    return join(parts, " ")


def changes_list(view: View) -> Html:
    """Every change by release, the newest first, each at an anchor that does not change."""
    log = view.catalog.changes
    anchors: set[str] = set()
    parts: list[object] = []
    if log.unreleased:
        about = _SAID.say(view, "unreleased-about", release=log.releases[0].release if log.releases else "")
        parts += [tag("h2", _SAID["unreleased"], id="unreleased"), tag("p", about)]
        parts.append(_rows(view, log.unreleased, anchors))
    for release in log.releases:
        title = _SAID.plain("release", release=release.release, day=release.day)
        parts += [tag("h2", title, id=f"release-{release.release}"), tag("p", release.notes)]
        parts.append(_rows(view, release.changes, anchors) if release.changes else tag("p", _SAID["none"]))
    box = tag("div", class_="vag-toolbar", data_vag_filter="changes", data_vag_filter_label=_SAID["filter"])
    return join([_visit(view), box if log.every() else None, tag("div", *parts, id="changes")])


def release_records(view: View) -> Html:
    """Which records have a history: what counts as a change of each kind, and how many the newest release has."""
    log = view.catalog.changes
    if not log.releases:
        return note("info", _SAID["since-next"])
    newest = log.releases[0]
    rows = [
        (_begun(_KIND_NAMES.list(kind)[0]), _KIND_NAMES.list(kind)[1], number(newest.records.get(kind, 0)))
        for kind in get_args(RecordKind)
    ]
    kind, what, count = _SAID.list("record-columns")
    caption = _SAID.plain("records", release=newest.release)
    return table(caption, [kind, what, Column(count, numeric=True)], rows)


def _visit(view: View) -> Html:
    """What is new since the reader's last visit, for the script to say: nothing is kept unless they ask for it."""
    words = {name: _SAID[name] for name in ("new", "nothing-new", "first-visit", "news")}
    return _VISIT(words=json.dumps(words), last=str(view.catalog.changes.last), keep=_SAID["keep"], seen=_SAID["seen"])


def _rows(view: View, changes: Sequence[Change], anchors: set[str]) -> Html:
    return tag("div", *(_row(view, change, anchors) for change in changes), class_="vag-register")


def _row(view: View, change: Change, anchors: set[str]) -> Html:
    where = place(view.catalog, change.kind, change.id)
    name = tag("code", change.id)
    kind = _KIND_NAMES.list(change.kind)[0]
    return tag(
        "div",
        tag(
            "p",
            status(_TONES[change.what], _SAID[change.what]),
            f" {kind} ",
            tag("a", name, href=view.href(where)) if where else name,
            _old_anchor(change, anchors) if change.what == "removed" else None,
            class_="vag-register__title",
        ),
        tag("p", title, class_="vag-register__value") if (title := _shown_title(view.catalog, change)) else None,
        tag("dl", *_details(view, change), class_="vag-list"),
        tag("p", _SAID.say(view, "moved", id=_moved(view, change))) if change.now else None,
        tag("p", tag("strong", _SAID["why"], ":"), " ", change.why or _SAID["no-why"]),
        tag("p", *_meta(view, change), class_="vag-register__meta"),
        class_="vag-register__row",
        id=anchor(change),
        data_vag_change=change.number,
    )


def _shown_title(catalog: Catalog, change: Change) -> str:
    """What the record is called, unless the change says it anyway."""
    return "" if titled(change, TITLES[change.kind]) else _title_now(catalog, change)


def _details(view: View, change: Change) -> Iterator[Html]:
    for side in sides(view.catalog, change):
        both = ((_SAID["was"], side.old), (_SAID["is"], side.new)) if change.what == "changed" else ()
        lines = [join([tag("span", word, " ", class_="vag-register__meta"), _quoted(text)]) for word, text in both]
        said = join(map(_line, lines)) if lines else _quoted(side.old or side.new)
        yield join([tag("dt", side.label), tag("dd", said, data_vag_quote=True)])


def _line(content: Html) -> Html:
    return tag("div", content)


def _quoted(text: str | None) -> Html:
    """What the record says or said, which is no sentence of the page."""
    return tag("span", text, class_="vag-register__value")


def _moved(view: View, change: Change) -> Html:
    where = place(view.catalog, change.kind, change.now or "")
    name = tag("code", change.now)
    return tag("a", name, href=view.href(where)) if where else name


def _meta(view: View, change: Change) -> Iterator[object]:
    yield when(change.day, weekday=False)
    yield ", "
    yield tag("a", _SAID.plain("number", number=str(change.number)), href=f"#{anchor(change)}")
    known = {one.id for one in view.catalog.sources}
    pages = [source(view, name) if name in known else tag("code", name) for name in change.sources]
    if pages:
        yield ". "
        yield _SAID.say(view, "pages", pages=join(pages, ", "))


def anchor(change: Change) -> str:
    """The anchor of a change on its page."""
    return f"change-{change.number}"


def _old_anchor(change: Change, taken: set[str]) -> Html | None:
    """The anchor that a record had in its register, so that a link to it can be mended by the page alone."""
    name = re.sub(r"[^\w.-]+", "-", change.id)
    if name in taken:
        return None
    taken.add(name)
    return tag("span", id=name)


MACROS = (changes_summary, changes_list, release_records)
