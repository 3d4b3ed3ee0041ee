"""What the scripts of the plan pages compute from: thresholds, periods and lists, as the domain has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, get_args

from macros.catalog.models import HostKeyGroup
from macros.catalog.plan_numbers import ExpiryKind, Topic
from macros.domain.count import KINDS, threshold
from macros.domain.host_keys import listing, named_systems
from macros.domain.outage import Cadence, adba_cadence, kms_cadence
from macros.domain.plans.expiry import hours, kind_of
from macros.domain.plans.outage import DAYS, FELT
from macros.domain.renewal import KINDS as TIMELINES
from macros.domain.renewal import Kind, timeline
from macros.render.parts.view import View

from .answers import as_plain, state_as_data

_FIRST = date(2001, 1, 1)
"""Any day: only distances from it are told."""


def known(view: View, topic: Topic) -> Mapping[str, Any]:
    """What the answer to a question is computed from, as its script takes it."""
    return _KNOWN[topic](view)


def _count(view: View) -> Mapping[str, Any]:
    policy = view.policy
    return {
        "thresholds": {kind: threshold(kind, policy) for kind in KINDS},
        "caps": {
            "clients": policy.cap_with_client,
            "servers": policy.cap_server_only,
            "office": policy.cap_office,
        },
        "window_days": policy.window_days,
        "renewal_minutes": policy.renewal_minutes,
    }


def _expiry(view: View) -> Mapping[str, Any]:
    aliases = {kind: kind_of(kind) for kind in get_args(ExpiryKind)}
    return {
        "aliases": {kind: own for kind, own in aliases.items() if kind != own},
        "timelines": {kind: _timeline(view, kind) for kind in TIMELINES},
    }


def _timeline(view: View, kind: Kind) -> Mapping[str, Any]:
    line = timeline(kind, view.policy, _FIRST)

    def days(day: date | None) -> int | None:
        return None if day is None else (day - _FIRST).days

    return {
        "states": [state_as_data(span, days) for span in line.spans],
        "scheduled": [*map(days, line.attempts)],
        "announced": days(line.warning),
        "expires": days(line.expiry),
        "retry_hours": as_plain(hours(line.retry)),
    }


def _outage(view: View) -> Mapping[str, Any]:
    cadences = {"kms": kms_cadence(view.policy), "adba": adba_cadence(view.policy)}
    return {
        "cadences": {method: _cadence(cadence) for method, cadence in cadences.items()},
        "warning_days": view.policy.windows_warning_days,
        "days": DAYS,
        "felt": FELT,
    }


def _cadence(cadence: Cadence) -> Mapping[str, int]:
    minutes = int(cadence.retry * (timedelta(days=1) // timedelta(minutes=1)))
    return {"validity": cadence.validity, "renewal": cadence.renewal, "retry_minutes": minutes}


def _host_keys(view: View) -> Mapping[str, Any]:
    keys = view.catalog.host_keys
    return {
        "keys": [_key(view, group) for group in keys.groups],
        "updates": [
            [each.host_system, each.to_activate, each.update, each.listed.day.isoformat() if each.listed else None]
            for each in keys.updates
        ],
    }


def _key(view: View, group: HostKeyGroup) -> Mapping[str, Any]:
    """A key with the products that it lists, and for each whether its release is named in so many words."""
    products = dict.fromkeys(product for line in group.activates for product in line.products)
    return {
        "id": group.id,
        "systems": group.host_systems,
        "named": named_systems(view.catalog, group),
        "listed": {product: listing(view.catalog, group.id, product).status == "listed" for product in products},
        "release": group.host_systems[0] if group.kind == "windows" else None,
    }


_KNOWN: Mapping[Topic, Callable[[View], Mapping[str, Any]]] = {
    "count": _count,
    "expiry": _expiry,
    "outage": _outage,
    "mak": lambda view: {"per_activation": view.policy.mak_per_activation},
    "host-key": lambda view: {"hosts": view.policy.key_hosts, "per_host": view.policy.key_activations_per_host},
    "host-keys": _host_keys,
    "traffic": lambda view: {
        "message_bytes": view.policy.message_bytes,
        "renewal_minutes": view.policy.renewal_minutes,
        "retry_minutes": view.policy.retry_minutes,
        "advised": view.policy.hosts_advised,
        "advised_over": view.policy.hosts_advised_over,
    },
}
