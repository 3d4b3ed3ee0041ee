"""A run: asks for each address that this run has not seen yet, and keeps every answer at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from .asking import Answer, Visitor, origin
from .memory import Memory, Outcome, Seen
from .reading import Reading, UnreadableError, read_page, read_text
from .settings import Settings

_OUTCOMES: Mapping[str, Outcome] = {
    "robots": "unasked",
    "scheme": "unasked",
    "large": "unread",
    "encoded": "unread",
    "cut": "unread",
    "lacking": "unread",
    "older": "unasked",
}
"""What a trouble means, where it does not mean that the page cannot be reached."""
_OK, _SAME = 200, 304
_GONE = (404, 410)
_FEW = 3
"""Requests without any answer after which this machine is taken to be offline."""
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True)
class Ran:
    """What a run saw, by address, and whether no host at all answered."""

    seen: Mapping[str, Seen]
    is_offline: bool = False
    went_on: bool = False


def run(
    wanted: Mapping[str, bool],
    visitor: Visitor,
    memory: Memory,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    told: Callable[[str], None] = lambda _: None,
) -> Ran:
    """Ask for all addresses. Each says whether it is read as the text of a page."""
    went_on = memory.begin(wanted, now(), visitor.settings.go_on_hours)
    visitor.robots = memory.robots
    found: dict[str, Seen] = {}
    for address, is_text in wanted.items():
        if known := memory.settled(address):
            found[address] = known
            continue
        told(address)
        rules, before = {*memory.robots}, memory.seen.get(address)
        answer = visitor.visit(address, _conditions(before))
        found[address] = seen_of(address, answer, before, is_text, now=now(), settings=visitor.settings)
        memory.rules(rules)
        # What nobody answered is asked again, and what was read before is remembered for that.
        if found[address].is_settled:
            memory.keep(found[address])
        if _is_offline(visitor, wanted):
            return Ran(found, is_offline=True, went_on=went_on)
    if not visitor.answers and visitor.silent:
        return Ran(found, is_offline=True, went_on=went_on)
    memory.end(found)
    return Ran(found, went_on=went_on)


def _is_offline(visitor: Visitor, wanted: Iterable[str]) -> bool:
    """Whether no host answered, of several that were tried where there are several."""
    if visitor.answers or sum(visitor.silent.values()) < _FEW:
        return False
    return len(visitor.silent) > 1 or len({origin(address) for address in wanted}) == 1


def _conditions(before: Seen | None) -> dict[str, dict[str, str]]:
    """Headers that ask for a page only if it is another one than was read before, where that was read."""
    if before is None or before.outcome != "read":
        return {}
    asked = {"If-None-Match": before.etag, "If-Modified-Since": before.modified}
    return {before.final: {name: value for name, value in asked.items() if value}}


def seen_of(
    address: str, answer: Answer, before: Seen | None, is_text: bool, *, now: datetime, settings: Settings
) -> Seen:
    """What an answer says of an address. `before` is what an answer that says "not modified" confirms."""
    if answer.status == _SAME and not answer.trouble and before and before.outcome == "read":
        return before.model_copy(update={"asked_at": now, "final": answer.address, "status": _SAME})
    of = Seen(address=address, asked_at=now, outcome="read", status=answer.status, final=answer.address)
    if answer.trouble:
        outcome = _OUTCOMES.get(answer.trouble, "unreachable")
        return of.model_copy(update={"outcome": outcome, "why": answer.trouble})
    if answer.status in _GONE:
        return of.model_copy(update={"outcome": "gone"})
    if answer.status != _OK:
        return of.model_copy(update={"outcome": "unreachable", "why": "status"})
    try:
        reading = _read(answer, is_text, settings)
    except UnreadableError as error:
        return of.model_copy(update={"outcome": "unread", "why": str(error)})
    own = {"etag": answer.etag, "modified": answer.modified}
    read = {"page_date": reading.page_date, "digest": reading.digest, "sections": dict(reading.sections)}
    return of.model_copy(update={**own, **read})


def _read(answer: Answer, is_text: bool, settings: Settings) -> Reading:
    if answer.kind not in settings.kinds or (is_text and answer.kind in _HTML):
        raise UnreadableError("kind")
    reader = read_page if answer.kind in _HTML else read_text
    return reader(answer.body, answer.charset, settings)
