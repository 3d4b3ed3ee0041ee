"""What a run found, for readers, for an issue, and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from macros.catalog.published_keys import without_keys
from macros.render.parts.findings_text import printable
from macros.render.parts.words import Words

from .comparing import STATES, Point, State, Verdict

_TITLES = Words.beside(__file__, "states", *STATES)
_TODO = Words.beside(
    __file__,
    "todo",
    "gone",
    "passage source",
    "date",
    "moved",
    "unread source",
    "unreachable source",
    "new",
    "unasked",
)
_A = "address"
_POINTS = Words.beside(
    __file__,
    "points",
    f"gone-page status {_A}",
    f"gone-text status {_A}",
    f"moved {_A} to",
    "date seen recorded",
    "date-found seen",
    "changed sections",
    "missing sections",
    "added sections",
    "order",
    "elsewhere sections",
    "same day",
    "new",
    f"other-kind {_A} recorded",
    f"status status {_A}",
    "redirect to",
    *(
        f"{name} {_A}"
        for name in (
            "offline",
            "robots",
            "no-robots",
            "given-up",
            "busy",
            "scheme",
            "silent",
            "slow",
            "loop",
            "large",
            "encoded",
            "cut",
            "lacking",
            "older",
            "kind",
            "empty",
        )
    ),
)
REPORT = Words.beside(
    __file__,
    "report",
    "title",
    "offline",
    "unseen",
    "clones",
    "went-on",
    "counts number whole",
    "recorded",
    "relies records",
    "nobody",
    "todo todo",
    "more number",
    "fine",
    "saved number file",
    "stopped file",
)
Relying = Mapping[str, Sequence[tuple[str, str]]]
_MOST_NAMED = 12
_LONGEST = 400
"""Characters that are shown of an address or a heading."""
_BROUGHT = frozenset({"address", "to", "recorded"})
"""Slots that may hold any text."""
_MOST_IN_ISSUE = 60_000
"""Characters of an issue: GitHub takes 65,536 of them."""


def as_data(verdicts: Sequence[Verdict], relying: Relying, notes: Sequence[str], is_offline: bool) -> dict[str, Any]:
    """The whole list, as plain data."""
    return {
        "offline": is_offline,
        "notes": [*notes],
        "counts": {state: sum(one.state == state for one in verdicts) for state in STATES},
        "sources": [_source_as_data(one, relying) for one in verdicts],
    }


def _source_as_data(verdict: Verdict, relying: Relying) -> dict[str, Any]:
    return {
        "id": verdict.source.id,
        "title": verdict.source.title,
        "url": str(verdict.source.url),
        "state": verdict.state,
        "asked_at": verdict.asked_at or None,
        "recorded_now": verdict.is_recorded,
        "found": [
            {"state": point.state, "what": point.name, "text": said(point), **_sections_of(point)}
            for point in verdict.points
        ],
        "to_do": _todo(verdict),
        "relied_on_by": [{"file": file, "record": record} for file, record in relying.get(verdict.source.id, ())],
    }


def _sections_of(point: Point) -> dict[str, Any]:
    return {"sections": point.slots["sections"].split("\n")} if "sections" in point.slots else {}


def said(point: Point, quoted: str = "") -> str:
    """The sentence of a point. What a page brought into it is one line that obeys nobody; `quoted` stands around it."""
    slots = {name: _quoted(value, quoted if name in _BROUGHT else "") for name, value in point.slots.items()}
    if "sections" in slots:
        sections = point.slots["sections"].split("\n")
        slots["sections"] = _listed([_quoted(one, quoted or '"') for one in sections], ", ")
    return _POINTS.plain(point.name, **slots)


def _quoted(text: str, sign: str) -> str:
    return f"{sign}{_shown(text).replace(sign, ' ')}{sign}" if sign else _shown(text)


def _shown(text: str) -> str:
    line = printable(" ".join(without_keys(text[: 4 * _LONGEST]).split()))
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _listed(texts: Sequence[str], between: str) -> str:
    """The first of the texts, and how many more there are."""
    rest = len(texts) - _MOST_NAMED
    return between.join(texts[:_MOST_NAMED]) + (f" (+{rest})" if rest > 0 else "")


def _todo(verdict: Verdict) -> str | None:
    """What to do for what is gravest; None where nobody has to do anything."""
    return _TODO.plain(verdict.to_do, source=verdict.source.id) if verdict.to_do else None


def _lists(verdicts: Iterable[Verdict]) -> Iterator[tuple[State, list[Verdict]]]:
    for state, found in groupby(sorted(verdicts, key=lambda one: STATES.index(one.state)), lambda one: one.state):
        yield state, [*found]


def _told(verdict: Verdict, quoted: str = "") -> Iterator[str]:
    """What is said of a source, with the gravest first."""
    for point in sorted(verdict.points, key=lambda point: STATES.index(point.state)):
        yield said(point, quoted)
    if verdict.is_recorded:
        yield REPORT["recorded"]


def _relied(verdict: Verdict, relying: Relying) -> str:
    found = [f"{record} ({file})" for file, record in relying.get(verdict.source.id, ())]
    return REPORT.plain("relies", records=_listed(found, ", ")) if found else REPORT["nobody"]


def as_text(verdicts: Sequence[Verdict], relying: Relying, notes: Iterable[str]) -> str:
    """A list for each state, the gravest first."""
    lines = [*notes]
    for state, found in _lists(verdicts):
        lines += ["", f"{_TITLES[state]}: {REPORT.plain('counts', number=len(found), whole=len(verdicts))}"]
        for verdict in found:
            lines.append(f"  {verdict.source.id}: {_shown(verdict.source.title)}")
            lines += [f"    {text}" for text in _told(verdict)]
            if todo := _todo(verdict):
                lines += [f"    {_relied(verdict, relying)}", f"    {REPORT.plain('todo', todo=todo)}"]
    return "\n".join(lines).lstrip("\n")


def as_markdown(verdicts: Sequence[Verdict], relying: Relying, notes: Iterable[str]) -> str:
    """The same for an issue: what has to be done in full, the rest as numbers, and no longer than an issue may be."""
    lines = [f"# {REPORT['title']}", "", *(f"{note}\n" for note in notes)]
    lists = [*_lists(verdicts)]
    for state, found in lists:
        lines.append(f"- {_TITLES[state]}: {REPORT.plain('counts', number=len(found), whole=len(verdicts))}")
    pending = [
        (state, verdict) for state, found in lists for verdict in found if not verdict.is_well or state == "unasked"
    ]
    if not pending:
        lines += ["", REPORT["fine"]]
    length, before = sum(map(len, lines)), None
    for number, (state, verdict) in enumerate(pending):
        part = ["", f"## {_TITLES[state]}"] if state != before else []
        part += ["", *_as_item(verdict, relying)]
        length += sum(len(line) + 1 for line in part)
        if length > _MOST_IN_ISSUE:
            lines += ["", REPORT.plain("more", number=len(pending) - number)]
            break
        lines += part
        before = state
    return "\n".join(lines) + "\n"


def _as_item(verdict: Verdict, relying: Relying) -> Iterator[str]:
    """A source as an item to tick. What pages say stands in code, where it is no markup and calls nobody."""
    yield f"- [ ] `{verdict.source.id}`: <{verdict.source.url}>"
    for text in _told(verdict, "`"):
        yield f"    - {_escaped(text)}"
    yield f"    - {_escaped(_relied(verdict, relying))}"
    if todo := _todo(verdict):
        yield f"    - {REPORT.plain('todo', todo=todo)}"


def _escaped(text: str) -> str:
    """Text outside of code without markup, mentions and numbers of issues."""
    parts = text.split("`")
    made = [part if number % 2 else _plain(part) for number, part in enumerate(parts)]
    return "`".join(made)


def _plain(text: str) -> str:
    for sign in "\\<>*_[]|":
        text = text.replace(sign, f"\\{sign}")
    return text.replace("@", "@\N{ZERO WIDTH SPACE}").replace("#", "#\N{ZERO WIDTH SPACE}")
