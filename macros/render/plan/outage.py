"""Outages of KMS hosts or of the domain, and computers with rare contact, as tables and a drawing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from macros.catalog.organization import Group
from macros.domain import outage as outages
from macros.domain.activation import Activation, never_by_kms
from macros.domain.outage import Cadence, Contact, adba_cadence, kms_cadence, starts_of
from macros.render.parts import svg
from macros.render.parts.citations import cite, fact
from macros.render.parts.clock import shifted
from macros.render.parts.components import Column, columns, figure, numbered, table
from macros.render.parts.html import Html, escape, join, tag
from macros.render.parts.quantity import number, percent
from macros.render.parts.view import View
from macros.render.parts.words import Words

METHODS = {"kms": "KMS", "azure-kms": "Azure KMS", "adba": "ADBA", "mak": "MAK"}
CONTACT = Words.beside(__file__, "contact", "every-day", "never", "one-day-in days", "no-difference", "not-recorded")
_SAID = Words.beside(
    __file__,
    "outage",
    "day days",
    "nobody-renews name",
    "table",
    "columns 6",
    "limits",
    "limits-columns 6",
    "kms",
    "adba",
    "adba-started",
    "within time",
    "within-or-start time",
    "hour hours",
    "left-out announced day",
    "groups",
    "group-columns 3",
    "about method computers",
    "about-part method computers of",
    "from-to least most",
    "nearly-none",
    "chart",
    "chart-axis",
    "chart-caption curves",
    "chart-description curves",
    "curve name points",
    "point share days",
    "curve-starts every",
    "curve-never-starts every",
    "rare",
    "rare-columns 7",
)
_NEVER = Words.beside(
    __file__,
    "never-activated",
    "left-out",
    "group group missing why",
    "missing missing computers",
    "silent",
    "counted host count threshold",
    "see counts",
    "not-all",
)

_FACTS_OF_METHOD = {
    "kms": ("kms.validity", "kms.renewal_interval", "kms.activation_interval"),
    "adba": ("adba.validity", "adba.renewal", "adba.retry", "adba.start"),
}


def outage_table(view: View, days: Sequence[int] | None = None) -> Html:
    """What an outage of the given lengths in days does to computers that are on the network every day.

    Without `days`: the renewal interval, half the period, and the lengths around which something changes.
    """
    kms, adba = kms_cadence(view.policy), adba_cadence(view.policy)

    def row(length: int) -> tuple[object, ...]:
        return (
            _SAID.plain("day", days=length),
            shifted(view, length),
            _share(outages.expired_during(kms, 1, length)),
            _share(outages.expired_during(adba, 1, length)),
            _share(outages.expired_ever(adba, length)),
            _share(outages.expired_ever(adba, length, 1)),
        )

    return table(
        _SAID["table"],
        columns(_SAID.list("columns"), 2, 3, 4, 5),
        [row(length) for length in days or _lengths(view)],
    )


def outage_days(view: View) -> Html:
    """Days without a KMS host until the first licenses end, of computers that are there each day."""
    facts = _FACTS_OF_METHOD["kms"]
    return join([_SAID.plain("day", days=kms_cadence(view.policy).first_expiry), " ", cite(view, *facts)])


def outage_limits(view: View) -> Html:
    """The three dates of an outage that begins today, by method, as one table, and what the figures leave out."""

    def row(name: str, cadence: Cadence, method: str, starts: Contact) -> tuple[object, ...]:
        safe = int(outages.safe_days(cadence, starts))
        days, hours = cadence.retry, cadence.retry * 24
        back = _SAID.plain("day", days=days) if days >= 1 else _SAID.plain("hour", hours=hours)
        within = "within-or-start" if cadence.retry > 1 and starts != "never" else "within"
        return (
            name,
            join([_SAID.plain("day", days=safe), tag("br"), shifted(view, safe)]),
            join([_SAID.plain("day", days=cadence.first_expiry), tag("br"), shifted(view, cadence.first_expiry)]),
            join([fact(view, f"{method}.validity"), tag("br"), shifted(view, cadence.validity)]),
            _SAID.plain(within, time=back),
            cite(view, *_FACTS_OF_METHOD[method]),
        )

    adba = adba_cadence(view.policy)
    limits = table(
        _SAID["limits"],
        _SAID.list("limits-columns"),
        [
            row(_SAID["kms"], kms_cadence(view.policy), "kms", "never"),
            row(_SAID["adba"], adba, "adba", "never"),
            row(_SAID["adba-started"], adba, "adba", 1),
        ],
    )
    return join([limits, _left_out_of_limits(view)])


def _left_out_of_limits(view: View) -> Html:
    """What happens before the end of "no harm": from the first minute, and from the announcement on."""
    announced = _announced_from(view)
    return tag("p", _SAID.say(view, "left-out", announced=announced, day=shifted(view, announced)))


def _announced_from(view: View) -> int:
    """Days into an outage of the KMS hosts after which the first Windows clients announce the end."""
    return kms_cadence(view.policy).first_expiry - view.policy.windows_warning_days


def outage_groups(view: View, days: Sequence[int] | None = None) -> Html:
    """Per group with KMS or ADBA: computers expired at the end of an outage of each length, as expected numbers."""
    if not _renewing_groups(view):
        return join([tag("p", _SAID.plain("nobody-renews", name=view.organization.name)), never_activated(view)])
    kms = kms_cadence(view.policy)
    lengths = days or (
        kms.validity // 2,
        kms.validity - view.policy.windows_warning_days,
        kms.first_expiry,
        kms.validity,
    )
    shown = table(
        _SAID["groups"],
        [
            *_SAID.list("group-columns"),
            *(Column(_SAID.plain("day", days=length), numeric=True) for length in lengths),
        ],
        [
            (
                _group_name(group, found),
                _contact(group),
                _starts(group),
                *(_between(_expected(found, share) for share in _bounds(group, cadence, n)) for n in lengths),
            )
            for group, cadence, found in _renewing_groups(view)
        ],
    )
    return join([shown, never_activated(view)])


def never_activated(view: View) -> Html | None:
    """Groups that a KMS host has not activated yet, whole or in part, in a sentence each; None when there are none."""
    groups = {group.id: group for group in view.organization.groups}
    lines = [
        tag(
            "li",
            _NEVER.say(
                view,
                "group",
                group=groups[id_].name,
                missing=numbered(
                    f"kms.never:{id_}", _NEVER.plain("missing", missing=found.missing, computers=groups[id_].count)
                ),
                why=why_never(view, found),
            ),
        )
        for id_, found in never_by_kms(view.organization, view.catalog, view.policy).items()
    ]
    if not lines:
        return None
    return join([tag("p", _NEVER["left-out"]), tag("ul", *lines)])


def why_never(view: View, found: Activation) -> Html:
    """Why computers of a group with method kms were never activated: counts below the threshold, or no contact."""
    if found.silent:
        return escape(_NEVER["silent"])
    hosts = join(
        (
            _NEVER.say(
                view,
                "counted",
                host=host_id,
                count=numbered(f"kms.count:{host_id}:{each.kind}", number(each.reported)),
                threshold=numbered(f"kms.threshold:{each.kind}", number(each.threshold)),
            )
            for host_id, each in found.short
        ),
        "; ",
    )
    return _NEVER.say(view, "see", counts=hosts) if found.short else _NEVER.say(view, "not-all")


def outage_chart(view: View) -> Html:
    """Share of computers expired on each day of an outage: there every day, and the group with the rarest contact."""
    kms = kms_cadence(view.policy)
    curves = _curves(view)
    first, last = kms.validity // 2, kms.validity + kms.renewal * 3
    left, right, top, bottom = 56, 700, 30, 250
    middle = (top + bottom) / 2 + 5

    def x(days: float) -> float:
        return left + (right - left) * (days - first) / (last - first)

    def y(share: float) -> float:
        return bottom - (bottom - top) * share

    def curve(shown: _Curve) -> Html:
        shares = [(n, float(shown.expired(n))) for n in range(first, last + 1)]
        return svg.polyline([(x(n), y(share)) for n, share in shares], "vag-svg__line")

    parts = [
        *(
            join(
                [
                    svg.line(left, y(level), right, y(level), "vag-svg__grid"),
                    svg.text(left - 8, y(level) + 5, f"{level:.0%}", "vag-svg__muted", "end"),
                ]
            )
            for level in (0, 0.25, 0.5, 0.75, 1)
        ),
        *(
            svg.text(x(days), bottom + 22, days, "vag-svg__muted", "middle")
            for days in (first, (first + kms.first_expiry) // 2, kms.first_expiry, kms.validity)
        ),
        svg.text((left + right) / 2, bottom + 44, _SAID["chart-axis"], "vag-svg__muted", "middle"),
        svg.line(x(kms.first_expiry), top, x(kms.first_expiry), bottom, "vag-svg__threshold"),
        *(curve(each) for each in curves),
        svg.text(x(kms.validity) + 12, middle, curves[0].name, "vag-svg__strong"),
        *(
            svg.text(max(x(each.half) - 10, left + 190), middle - 68 * row, each.name, "vag-svg__strong", "end")
            for row, each in enumerate(curves[1:])
        ),
    ]
    words = ". ".join(
        _SAID.plain(
            "curve",
            name=each.name.capitalize(),
            points=", ".join(
                _SAID.plain("point", share=_share(each.expired(n)), days=n)
                for n in (first, kms.first_expiry, kms.validity)
            ),
        )
        for each in curves
    )
    return figure(
        svg.drawing(720, 305, _SAID["chart"], _SAID.plain("chart-description", curves=words), *parts),
        _SAID.plain("chart-caption", curves=words),
    )


def rare_contact_table(view: View) -> Html:
    """Per group with KMS or ADBA: how likely it is that a computer expires for want of contact, without an outage."""

    def row(group: Group, cadence: Cadence, found: Activation) -> tuple[object, ...]:
        every = group.network_every_days
        ways = _ways(group, cadence)
        expired = [outages.expired_without_outage(cadence, every, starts) for starts in ways]
        return (
            _group_name(group, found),
            _contact(group),
            _starts(group),
            _share(outages.without_contact(cadence, every)),
            _between(_share(outages.renewal_missed(cadence, every, starts)) for starts in ways),
            _between(_share(share) for share in expired),
            _between(_expected(found, share) for share in expired),
        )

    if not _renewing_groups(view):
        return join([tag("p", _SAID.plain("nobody-renews", name=view.organization.name)), never_activated(view)])
    shown = table(
        _SAID["rare"],
        columns(_SAID.list("rare-columns"), 3, 4, 5, 6),
        [row(*each) for each in _renewing_groups(view)],
    )
    return join([shown, never_activated(view)])


@dataclass(frozen=True)
class _Curve:
    """A curve of the chart: computers there one day in `every`, with a start one day in `starts`."""

    name: str
    cadence: Cadence
    every: Contact
    starts: Contact

    def expired(self, days: int) -> Fraction:
        return outages.expired_during(self.cadence, self.every, days, self.starts)

    @property
    def half(self) -> int:
        """First day of an outage on which half of the computers are expired."""
        return next(n for n in range(self.cadence.validity + 1) if self.expired(n) >= Fraction(1, 2))


def _curves(view: View) -> list[_Curve]:
    """Computers that are there every day, then the group with the rarest contact under each bound on its starts."""
    daily = _Curve(how_often(1), kms_cadence(view.policy), 1, "never")
    seldom = [each for each in _renewing_groups(view) if each[0].network_every_days not in ("never", 1)]
    if not seldom:
        return [daily]
    group, cadence, _ = max(seldom, key=lambda each: int(each[0].network_every_days))
    ways = _ways(group, cadence)
    every = how_often(group.network_every_days)
    names = [every]
    if len(ways) > 1:
        names = [_SAID.plain("curve-starts", every=every), _SAID.plain("curve-never-starts", every=every)]
    return [
        daily,
        *(
            _Curve(name, cadence, group.network_every_days, starts)
            for name, starts in zip(names, reversed(ways), strict=True)
        ),
    ]


def _ways(group: Group, cadence: Cadence) -> list[Contact]:
    """How often the group's computers start there, both bounds when that is not known and makes a difference."""
    rarest, most = starts_of(group)
    return [rarest] if cadence.retry <= 1 or rarest == most else [rarest, most]


def _bounds(group: Group, cadence: Cadence, days: int) -> Iterator[Fraction]:
    for starts in _ways(group, cadence):
        yield outages.expired_during(cadence, group.network_every_days, days, starts)


def _between(values: Iterable[str]) -> str:
    """One value, or the least and the largest: the worst bound comes first and is written last."""
    found = list(dict.fromkeys(values))
    return found[0] if len(found) == 1 else _SAID.plain("from-to", least=found[-1], most=found[0])


def _renewing_groups(view: View) -> list[tuple[Group, Cadence, Activation]]:
    """Groups with KMS or ADBA that have licenses to renew, with the periods of their method."""
    cadences = {"kms": kms_cadence(view.policy), "adba": adba_cadence(view.policy)}
    found = (
        (group, cadences[group.method], view.situation.activations[group.id])
        for group in view.organization.groups
        if group.method in cadences
    )
    return [each for each in found if each[2].state != "never"]


def _group_name(group: Group, found: Activation) -> Html:
    name = "about-part" if found.missing else "about"
    about = _SAID.plain(name, method=METHODS[group.method], computers=found.licensed, of=group.count)
    return join([group.name, tag("br"), tag("small", about)])


def _starts(group: Group) -> str:
    """How often the computers start there, as far as the file says it; without effect for KMS."""
    if group.method != "adba":
        return CONTACT["no-difference"]
    return CONTACT["not-recorded"] if group.starts_every_days is None else how_often(group.starts_every_days)


def how_often(every: Contact) -> str:
    """How often a computer is on the network, or starts there."""
    if every == "never":
        return CONTACT["never"]
    return CONTACT["every-day"] if every == 1 else CONTACT.plain("one-day-in", days=every)


def _contact(group: Group) -> str:
    return how_often(group.network_every_days)


def _expected(found: Activation, share: Fraction) -> str:
    """An expected number of computers, never rounded to none or all when it is neither."""
    computers = share * found.licensed
    if 0 < computers < Fraction(1, 20):
        return _SAID["nearly-none"]
    return f"{number(computers, 1)}"


def _share(share: Fraction) -> str:
    """A share in percent. Exact shares of many digits must not turn into 0% or 100% on their way."""
    smallest = Fraction(1, 10**9)
    return percent(float(share) if share in (0, 1) else float(min(max(share, smallest), 1 - smallest)))


def _lengths(view: View) -> list[int]:
    """The renewal interval, half the period, and the lengths around which something changes."""
    kms, adba = kms_cadence(view.policy), adba_cadence(view.policy)
    middle = kms.validity - kms.renewal // 2
    ways: tuple[Contact, ...] = ("never", 1)
    safe = {int(outages.safe_days(cadence, starts)) for cadence in (kms, adba) for starts in ways}
    return sorted({kms.renewal, kms.validity // 2, _announced_from(view), *safe, middle, kms.validity})


MACROS = (outage_table, outage_days, outage_limits, outage_groups, outage_chart, rare_contact_table)
