"""Rows go in one by one, and what is kept of each is a few numbers. What they add up to is told at the end.

Of several collections of a computer the newest counts, and of one license that stands twice in it the last row.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections import Counter as Counts
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from sys import intern

from macros.catalog.models import Catalog
from macros.domain.policy import Policy

from .kinds import MOST_KINDS, UNTOLD, Kind, Row, kinds

_ANY = "*"
_LARGEST = 2**31 - 1
_NOT_TOLD = -1
_SHIFT = 32
_CHAIN = 16
"""Licenses of a computer that are looked at one by one. A computer has a few in use."""
_MOST_KNOWN = 100_000
"""Rows by which kinds are remembered. Our choice."""
MANY_KINDS = "row-kinds"
"""The rule about rows of a further kind where there are too many."""
MOST_ENDINGS = 10_000
"""Licenses that are listed because they end soon, the first to end. Our choice; all are counted."""
_NO_ID = re.compile(r"[0{}-]*")
_DAY = re.compile(r"([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})")
_JSON_DAY = re.compile(r"/Date\((-?[0-9]{1,15})")
_YEAR, _MONTHS = 4, 12
_MINUTE, _DAY_MINUTES = 60, 1440


@dataclass(frozen=True, slots=True)
class Left:
    """A row that is in no number: where it stands, and why not."""

    file: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Products of one kind that have about the same time left: their computers, one for each product."""

    kind: Kind
    days: int | None
    """The days left, down to the next bound that a rule or a bar has; None where nothing ends."""
    missed: int
    beyond: bool
    computers: Sequence[int]


@dataclass(frozen=True, slots=True)
class Ending:
    """A license that ends soon."""

    days: int
    computer: int
    kind: Kind


@dataclass(frozen=True, slots=True)
class Counter:
    """What a KMS host says of itself."""

    computer: int
    kind: Kind
    count: int | None
    total: int | None
    failed: int | None


@dataclass(frozen=True)
class Seen:
    """What the rows add up to. Computers are numbers; `names` has their names."""

    today: date
    names: Sequence[str]
    products: int
    rows: int
    aside: int
    """Rows about a product without a key, which is not in use."""
    older: int
    """Rows of a collection for which there is a newer one."""
    repeated: int
    """Rows about a license that another row of the same collection is about."""
    undated: int
    """Rows of which nobody can tell on which day they were read."""
    unread_minutes: int
    """Rows whose time left is no number."""
    cells: tuple[Cell, ...]
    endings: tuple[Ending, ...]
    """The first licenses to end, and those that have ended since they were collected."""
    ends: Mapping[int, int]
    """How many licenses end in so many days, up to the last horizon; below 0 those that have ended."""
    within: Mapping[int, int]
    """Licenses that end within so many days."""
    clones: tuple[tuple[int, ...], ...]
    """Computers that share a client machine ID, by the ID."""
    suites: tuple[int, ...]
    """Computers with several Office suites."""
    counters: tuple[Counter, ...]
    values: Mapping[str, Mapping[int, str]] = field(default_factory=dict, repr=False)
    """What columns that a plan asks for say of computers, by the labels of the columns."""
    bounds: tuple[int, ...] = field(default=(), repr=False)

    @property
    def computers(self) -> int:
        """How many computers there are."""
        return len(self.names)


class Tally:
    """Takes rows, and tells what they add up to."""

    def __init__(self, catalog: Catalog, policy: Policy, asked: Mapping[str, int] | None = None) -> None:
        """Take rows; `asked` says where columns stand that a plan tells computers apart by, by their labels."""
        self._asked: list[tuple[int, dict[int, str]]] = [(place, {}) for place in (asked or {}).values()]
        self._values = dict(zip(asked or {}, (values for _, values in self._asked), strict=True))
        self._kinds = kinds(catalog)
        self._at = {name: place for place, name in enumerate(self._kinds.columns)}
        self._published = self._kinds.published
        self._validity = policy.validity_days * _DAY_MINUTES
        self._renewal = policy.renewal_minutes
        self._bounds = bounds(catalog)
        self._horizons = catalog.fleet.horizons
        self._soon = max(self._horizons)
        # A kind with each of its keys: none, not told, a published one by its characters, any other.
        self._known: dict[tuple[str, Row], int] = {}
        self._all: list[Kind] = []
        self._numbers: dict[Kind, int] = {}
        self._licenses: dict[str, int] = {}
        self._license_of = array("q")
        self._ids: dict[str, int] = {}
        self._names: list[str] = []
        self._newest = array("q")
        self._cmids: dict[str, int] = {}
        self._cmid_of = array("q")
        self._suites: dict[str, bool] = {"": False}
        self._several: set[int] = set()
        # The licenses of a computer are a chain: the last one, and before each the one that came before it.
        self._last_of, self._before = array("i"), array("i")
        self._wide: set[int] = set()
        self._far: dict[int, int] = {}
        self._computer, self._kind, self._minutes = array("i"), array("i"), array("i")
        self._missed, self._stamp = array("i"), array("q")
        self._counters: dict[int, tuple[str, str, str]] = {}
        self._last_name, self._last_stamp = ("", _NOT_TOLD), ("", 0)
        self._intervals: dict[str, int] = {}
        self.rows = self.aside = self.repeated = self.unread_minutes = 0

    def add(self, row: Row) -> str | None:
        """Take a row. Its computer is known. Gives the id of a rule where the row is not taken."""
        at = self._at
        partial = row[at["partial_key"]]
        shape = partial if partial in self._published or partial == UNTOLD else partial and _ANY
        key = (shape, row[: self._kinds.size])
        kind = self._known.get(key)
        if kind is None:
            kind = self._new_kind(key, row, partial.strip())
            if kind is None:
                return MANY_KINDS
        self.rows += 1
        given = row[at["computer"]]
        if given != self._last_name[0]:
            self._last_name = (given, self._number_of(given))
        computer = self._last_name[1]
        text = row[at["collected"]]
        if text != self._last_stamp[0]:
            self._last_stamp = (text, moment(text))
        stamp = self._last_stamp[1]
        if stamp > self._newest[computer]:
            self._newest[computer] = stamp
            self._several.discard(computer)
        told = self._all[kind]
        if not told.in_use:
            self.aside += 1
            return None
        place = self._kept(row, computer, kind, stamp)
        if told.is_host:
            self._counters[place] = (row[at["count"]], row[at["total"]], row[at["failed"]])
        if stamp >= self._newest[computer]:
            self._note(row, computer)
        return None

    def _kept(self, row: Row, computer: int, kind: int, stamp: int) -> int:
        """Keep the numbers of a row; where those of its license stand."""
        at = self._at
        minutes = self._number(row[at["minutes"]])
        missed = 0
        if minutes > 0:
            missed = max(self._validity - minutes - 1, 0) // self._interval(row[at["renewal"]])
        place = self._place(computer, self._license_of[kind])
        if place == len(self._kind):
            self._computer.append(computer)
            self._kind.append(kind)
            self._minutes.append(minutes)
            self._missed.append(missed)
            self._stamp.append(stamp)
            return place
        if stamp == self._stamp[place]:
            self.repeated += 1
        if stamp >= self._stamp[place]:
            self._kind[place], self._minutes[place] = kind, minutes
            self._missed[place], self._stamp[place] = missed, stamp
        return place

    def _note(self, row: Row, computer: int) -> None:
        """What a row says of its computer, beside the license."""
        for place, values in self._asked:
            if row[place]:
                values[computer] = intern(row[place])
        cmid, office = row[self._at["cmid"]], row[self._at["click_to_run"]]
        if cmid:
            self._cmid_of[computer] = self._cmids.setdefault(cmid.strip("{} ").lower(), len(self._cmids))
        if office:
            several = self._suites.get(office)
            if several is None:
                several = self._suites[office] = self._has_several(office)
            if several:
                self._several.add(computer)

    def seen(self, today: date) -> Seen:
        """What all rows add up to, on a day."""
        older = undated = products = 0
        cells: dict[tuple[int, int | None, bool, bool], array[int]] = {}
        # Days and place in one number: a tuple for each would take ten times as much.
        endings = array("q")
        counters: list[Counter] = []
        suites: dict[int, str] = {}
        several = set(self._several)
        day_of_today = today.toordinal()
        facts = [(kind.renews, kind.suite, kind.is_host) for kind in self._all]
        rows = zip(self._computer, self._kind, self._minutes, self._missed, self._stamp, strict=True)
        for place, (computer, kind, minutes, missed, stamp) in enumerate(rows):
            if stamp and stamp < self._newest[computer]:
                older += 1
                continue
            renews, suite, is_host = facts[kind]
            products += 1
            if suite:
                before = suites.setdefault(computer, suite)
                if before != suite:
                    several.add(computer)
            if is_host:
                counters.append(self._counter(place))
            if not renews or minutes <= 0:
                group: tuple[int, int | None, bool, bool] = (kind, None, False, False)
            else:
                if stamp:
                    age = max(day_of_today - stamp // _DAY_MINUTES, 0)
                else:
                    age, undated = 0, undated + 1
                days = minutes // _DAY_MINUTES - age
                if days < self._soon:
                    endings.append((days << _SHIFT) + place)
                group = (kind, bisect_right(self._bounds, days), missed > 0, minutes > self._validity)
            found = cells.get(group)
            if found is None:
                found = cells[group] = array("i")
            found.append(computer)
        return Seen(
            today=today,
            names=self._names,
            products=products,
            rows=self.rows,
            aside=self.aside,
            older=older + (self.rows - self.aside - len(self._kind) - self.repeated),
            repeated=self.repeated,
            undated=undated,
            unread_minutes=self.unread_minutes,
            cells=tuple(
                Cell(self._all[kind], None if days is None else self._day(days), int(missed), beyond, computers)
                for (kind, days, missed, beyond), computers in cells.items()
            ),
            endings=tuple(self._ending(packed) for packed in sorted(endings)[:MOST_ENDINGS]),
            ends=(ends := Counts(packed >> _SHIFT for packed in endings)),
            within={most: sum(ends[day] for day in range(most)) for most in self._horizons},
            clones=self._clones(),
            suites=tuple(sorted(several)),
            counters=tuple(counters),
            values=self._values,
            bounds=self._bounds,
        )

    def _new_kind(self, key: tuple[str, Row], row: Row, partial: str) -> int | None:
        """The number of the kind of a row; None where there are too many."""
        if len(self._all) >= MOST_KINDS:
            return None
        kind = self._kinds.kind(row, partial)
        number = self._numbers.get(kind)
        if number is None:
            number = self._numbers[kind] = len(self._all)
            self._all.append(kind)
            self._license_of.append(self._licenses.setdefault(kind.license, len(self._licenses)))
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[key] = number
        return number

    def _number_of(self, given: str) -> int:
        """The number of a computer. Small letters and large ones are the same, as in DNS."""
        name = given.strip().removesuffix(".")
        folded = name.lower()
        number = self._ids.get(folded)
        if number is None:
            self._ids[folded] = number = len(self._names)
            self._names.append(folded if name == folded else name)
            self._newest.append(0)
            self._cmid_of.append(_NOT_TOLD)
            self._last_of.append(_NOT_TOLD)
        return number

    def _place(self, computer: int, license_id: int) -> int:
        """Where the row of a license of a computer stands; a new place, put into its chain, where there is none."""
        place, steps = self._last_of[computer], 0
        while place != _NOT_TOLD:
            if self._license_of[self._kind[place]] == license_id:
                return place
            place, steps = self._before[place], steps + 1
            if steps == _CHAIN:
                return self._far_place(computer, license_id)
        return self._new_place(computer)

    def _far_place(self, computer: int, license_id: int) -> int:
        """The same for a computer with many licenses, whose chain would take long."""
        if computer not in self._wide:
            self._wide.add(computer)
            place = self._last_of[computer]
            while place != _NOT_TOLD:
                self._far[computer << _SHIFT | self._license_of[self._kind[place]]] = place
                place = self._before[place]
        key = computer << _SHIFT | license_id
        if key not in self._far:
            self._far[key] = self._new_place(computer)
        return self._far[key]

    def _new_place(self, computer: int) -> int:
        place = len(self._kind)
        self._before.append(self._last_of[computer])
        self._last_of[computer] = place
        return place

    def _ending(self, packed: int) -> Ending:
        place = packed & (1 << _SHIFT) - 1
        return Ending(packed >> _SHIFT, self._computer[place], self._all[self._kind[place]])

    def _number(self, text: str) -> int:
        """Minutes left; -1 where nothing is told."""
        if not text:
            return _NOT_TOLD
        try:
            return min(max(int(text), _NOT_TOLD), _LARGEST)
        except ValueError:
            self.unread_minutes += bool(text.strip())
            return _NOT_TOLD

    def _interval(self, text: str) -> int:
        """Minutes between two renewals, never less than the interval that Microsoft names."""
        found = self._intervals.get(text)
        if found is None:
            stripped = text.strip()
            told = int(stripped) if stripped.isascii() and stripped.isdigit() else 0
            found = self._intervals[text] = max(min(told, _LARGEST), self._renewal)
        return found

    def _has_several(self, office: str) -> bool:
        """Whether product IDs of Click-to-Run are those of several suites."""
        ids = {one.strip() for one in re.split("[,;|]", office)}
        return sum(bool(self._kinds.suite_ids.search(one)) for one in ids) > 1

    def _counter(self, place: int) -> Counter:
        count, total, failed = (_count(text) for text in self._counters[place])
        return Counter(self._computer[place], self._all[self._kind[place]], count, total, failed)

    def _clones(self) -> tuple[tuple[int, ...], ...]:
        nobody = {number for text, number in self._cmids.items() if _NO_ID.fullmatch(text)}
        same: dict[int, list[int]] = {}
        for computer, cmid in enumerate(self._cmid_of):
            if cmid != _NOT_TOLD and cmid not in nobody:
                same.setdefault(cmid, []).append(computer)
        return tuple(tuple(group) for group in same.values() if len(group) > 1)

    def _day(self, place: int) -> int:
        """The bound at or below which the days of a place begin; one less than the first for what has ended."""
        return self._bounds[place - 1] if place else self._bounds[0] - 1


def bounds(catalog: Catalog) -> tuple[int, ...]:
    """Days at which something changes: a horizon, a bar, a condition of a rule."""
    fleet = catalog.fleet
    named = {
        bound
        for rule in fleet.findings
        for condition in rule.when
        if condition.slot == "days"
        for bound in (condition.over, condition.under)
        if bound is not None
    }
    bars = range(max(fleet.horizons), fleet.validity, fleet.bar)
    return tuple(sorted({0, *fleet.horizons, *bars, fleet.validity, *named}))


def _count(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None


def moment(text: str) -> int:
    """The minute of a day and time, counted like days of the calendar; 0 when it can be read in no or in two ways."""
    text = text.strip()
    if not text:
        return 0
    if "W" in text:
        # A week of a year: nothing writes it, and the browser reads none.
        return 0
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo:
            found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        return _other_moment(text)
    return found.toordinal() * _DAY_MINUTES + found.hour * _MINUTE + found.minute


def _other_moment(text: str) -> int:
    json = _JSON_DAY.match(text)
    if json:
        return (int(json[1]) // 1000 // _MINUTE) + date(1970, 1, 1).toordinal() * _DAY_MINUTES
    found = _DAY.match(text)
    if not found:
        return 0
    first, second, third = (int(each) for each in found.groups())
    if len(found[1]) == _YEAR:
        orders = {(first, second, third)}
    elif len(found[3]) == _YEAR:
        orders = {(third, first, second), (third, second, first)}
    else:
        return 0
    days = {day for order in orders if (day := _day(*order))}
    return days.pop() * _DAY_MINUTES if len(days) == 1 else 0


def _day(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).toordinal()
    except ValueError:
        return None


def by_product(seen: Seen) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
    """Products by their names, with how many there are of each state, channel and method."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for cell in seen.cells:
        parts = found.setdefault(cell.kind.product, {"status": {}, "channel": {}, "method": {}})
        told = {"status": cell.kind.status, "channel": cell.kind.channel, "method": cell.kind.method.id}
        for name, value in told.items():
            parts[name][value] = parts[name].get(value, 0) + len(cell.computers)
    return {name: found[name] for name in sorted(found)}


def histogram(seen: Seen) -> Mapping[int, int]:
    """Products that renew, by the bound at or below which their days left begin; -1 for what has ended."""
    counts = dict.fromkeys((-1, *seen.bounds), 0)
    for cell in seen.cells:
        if cell.days is not None:
            counts[cell.days] += len(cell.computers)
    return counts
