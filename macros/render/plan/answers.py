"""Answers to the questions of a plan, as data for machines and as text for people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from macros.catalog.models import HostUpdate
from macros.catalog.plan_numbers import (
    CountNumbers,
    ExpiryNumbers,
    HostKeyNumbers,
    HostKeysNumbers,
    MakNumbers,
    Numbers,
    OutageNumbers,
    TrafficNumbers,
)
from macros.domain.mak_budget import Month
from macros.domain.plans import count, expiry, host_key, host_keys, mak, outage, traffic
from macros.domain.renewal import Span
from macros.render.parts.quantity import counted, day, number, percent
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .renewal import STATES

_WORDS = Words.beside(
    __file__,
    "answers",
    "count-met asking threshold spare",
    "count-short asking threshold missing",
    "count-chance seen chance",
    "count-needed wanted needed more",
    "count-enough wanted needed",
    "count-never wanted",
    "expiry-expires last expires",
    "expiry-announced announced",
    "expiry-never",
    "expiry-inexact",
    "expiry-not-licensed",
    "outage-new",
    "outage-announced date",
    "outage-first date",
    "outage-all date",
    "outage-none",
    "outage-later expired",
    "mak-now needed left",
    "mak-short missing",
    "mak-year per_year ids_kept",
    "mak-used-up month",
    "mak-lasts",
    "mak-ids-kept month",
    "mak-ids-kept-lasts",
    "host-key-left left total used hosts",
    "host-key-strict left total",
    "host-key-over over hosts_over",
    "host-keys-none",
    "host-keys-one key",
    "host-keys-update updates",
    "host-keys-doubt",
    "host-keys-partial key listed missing",
    "traffic-hosts clients advised missing",
    "traffic-day renewals bytes",
    "traffic-peak hour second bytes",
)


def answer(view: View, numbers: Numbers) -> Any:
    """The answer to the question that the numbers belong to. Raises NumbersError."""
    return _ANSWERS[type(numbers)](view, numbers)


_ANSWERS: Mapping[type[Numbers], Callable[[View, Any], Any]] = {
    CountNumbers: lambda view, numbers: count.answer(numbers, view.policy),
    ExpiryNumbers: lambda view, numbers: expiry.answer(numbers, view.policy),
    OutageNumbers: lambda view, numbers: outage.answer(numbers, view.policy),
    MakNumbers: lambda view, numbers: mak.answer(numbers, view.policy),
    HostKeyNumbers: lambda view, numbers: host_key.answer(numbers, view.policy),
    HostKeysNumbers: lambda view, numbers: host_keys.answer(numbers, view.catalog),
    TrafficNumbers: lambda view, numbers: traffic.answer(numbers, view.policy),
}


def answer_as_data(found: Any) -> Mapping[str, Any]:
    """An answer as JSON has it: days in ISO form, a month as `2027-03`, fractions as numbers."""
    data = dict(_plain(found))
    # Traffic of all clients stands where the other topics have their numbers.
    return {**data.pop("all", {}), **data}


def answer_as_text(view: View, numbers: Numbers, found: Any) -> str:
    """An answer as lines for a terminal."""
    say: Mapping[type, Callable[..., Iterator[str]]] = {
        CountNumbers: _count,
        ExpiryNumbers: _expiry,
        OutageNumbers: _outage,
        MakNumbers: _mak,
        HostKeyNumbers: _host_key,
        HostKeysNumbers: lambda numbers, found: _host_keys(view, found),
        TrafficNumbers: _traffic,
    }
    return "\n".join(say[type(numbers)](numbers, found))


def _plain(value: Any) -> Any:
    written = next((write for kind, write in _WRITTEN if isinstance(value, kind)), None)
    if written:
        return written(value)
    return {each.name: _plain(getattr(value, each.name)) for each in fields(value)} if is_dataclass(value) else value


def _state(span: Span) -> Mapping[str, str | None]:
    return {
        "state": span.state,
        "from": span.first.isoformat(),
        "to": span.last.isoformat() if span.last else None,
        "user_sees": STATES[span.state].sees,
    }


_WRITTEN: Sequence[tuple[type, Callable[[Any], Any]]] = (
    (Span, _state),
    (HostUpdate, lambda update: update.update),
    (date, lambda day: day.isoformat()),
    (Month, str),
    (Fraction, lambda value: int(value) if value.denominator == 1 else float(value)),
    (tuple, lambda values: [*map(_plain, values)]),
)
"""How a value is written that JSON does not have."""


def _said(name: str, **slots: object) -> str:
    return _WORDS[name].format(**slots)


def _count(numbers: CountNumbers, found: count.CountAnswer) -> Iterator[str]:
    asking, limit = counted(found.asking, "computer"), number(found.threshold)
    if found.met:
        yield _said("count-met", asking=asking, threshold=limit, spare=number(found.asking - found.threshold))
    else:
        yield _said("count-short", asking=asking, threshold=limit, missing=number(found.short_by))
    yield _said("count-chance", seen=number(found.expected_seen, 1), chance=percent(found.probability))
    wanted = f"{numbers.wanted * 100:.10g}%"
    if found.needed is None:
        yield _said("count-never", wanted=wanted)
    else:
        name = "count-needed" if found.more_needed else "count-enough"
        more = {"more": number(found.more_needed)} if found.more_needed else {}
        yield _said(name, wanted=wanted, needed=counted(found.needed, "computer"), **more)


def _expiry(numbers: ExpiryNumbers, found: expiry.ExpiryAnswer) -> Iterator[str]:
    if found.expires:
        last = date.fromordinal(found.expires.toordinal() - 1)
        yield _said("expiry-expires", last=day(last), expires=day(found.expires))
    elif numbers.kind == "office-new":
        yield _said("expiry-not-licensed")
    else:
        yield _said("expiry-never")
    if found.announced:
        yield _said("expiry-announced", announced=day(found.announced))
    if not found.is_exact:
        yield _said("expiry-inexact")
    for span in found.states:
        until = f"to {span.last}" if span.last else "on"
        yield f"  from {span.first} {until}: {STATES[span.state].label}. {STATES[span.state].sees}."
    if found.scheduled:
        yield f"  renewals scheduled: {', '.join(each.isoformat() for each in found.scheduled)}"


def _outage(numbers: OutageNumbers, found: outage.OutageAnswer) -> Iterator[str]:
    yield _said("outage-new")
    if found.first_announcement:
        yield _said("outage-announced", date=day(found.first_announcement))
    if found.first_expiry:
        yield _said("outage-first", date=day(found.first_expiry))
    else:
        yield _said("outage-none")
    if found.all_expired:
        yield _said("outage-all", date=day(found.all_expired))
    if found.expired_in_all:
        yield _said("outage-later", expired=number(found.expired_in_all, 1))
    for each in found.days:
        expired = f"{percent(float(each.expired_share))}, {number(each.expired, 1)} of {number(numbers.computers)}"
        yield f"  day {each.day}, {each.date}: expired {expired}"


def _mak(numbers: MakNumbers, found: mak.MakAnswer) -> Iterator[str]:
    yield _said("mak-now", needed=number(found.needed_now), left=number(found.left))
    if found.short_by:
        yield _said("mak-short", missing=number(found.short_by))
    yield _said("mak-year", per_year=number(found.per_year), ids_kept=number(found.per_year_ids_kept))
    yield _said("mak-used-up", month=found.used_up) if found.used_up else _said("mak-lasts")
    if found.used_up and found.used_up_ids_kept != found.used_up:
        kept = found.used_up_ids_kept
        yield _said("mak-ids-kept", month=kept) if kept else _said("mak-ids-kept-lasts")


def _host_key(numbers: HostKeyNumbers, found: host_key.HostKeyAnswer) -> Iterator[str]:
    yield _said(
        "host-key-left",
        left=counted(found.left, "activation"),
        total=number(found.total),
        used=number(found.used),
        hosts=counted(found.hosts_left, "more host"),
    )
    yield _said("host-key-strict", left=number(found.left_strict), total=number(found.total_strict))
    if found.over or found.hosts_over:
        yield _said(
            "host-key-over", over=counted(found.over, "activation"), hosts_over=counted(found.hosts_over, "host")
        )


def _host_keys(view: View, found: host_keys.HostKeysAnswer) -> Iterator[str]:
    def name(product: str) -> str:
        return view.catalog.product(product).name

    def names(products: tuple[str, ...]) -> str:
        return ", ".join(map(name, products))

    groups = {group.id: group.name for group in view.catalog.host_keys.groups}
    if not found.keys:
        yield _said("host-keys-none")
    for key in found.keys:
        yield _said("host-keys-one", key=groups[key.key])
        for host in key.hosts:
            updates = "; ".join(update.update for update in host.updates)
            first = f": {_said('host-keys-update', updates=updates)}" if updates else ""
            doubt = "" if host.is_certain else f" ({_said('host-keys-doubt')})"
            yield f"  {name(host.system)}{doubt}{first}"
    for part in found.partial:
        yield _said(
            "host-keys-partial", key=groups[part.key], listed=names(part.listed), missing=names(part.not_listed)
        )


def _traffic(numbers: TrafficNumbers, found: traffic.TrafficAnswer) -> Iterator[str]:
    every = found.all
    yield _said(
        "traffic-hosts",
        clients=counted(numbers.clients, "KMS client"),
        advised=counted(found.hosts_advised, "host"),
        missing=number(found.hosts_missing),
    )
    yield _said(
        "traffic-day",
        renewals=counted(every.renewals_per_day, "request", decimals=1),
        bytes=number(every.bytes_per_day, 1),
    )
    yield _said(
        "traffic-peak",
        hour=counted(every.peak_requests_per_hour, "request", decimals=1),
        second=number(every.peak_requests_per_second, 2),
        bytes=number(every.peak_bytes_per_hour, 1),
    )
