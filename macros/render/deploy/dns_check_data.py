"""The check of SRV records as data for a page's scripts: rules, forms, the organization's records, and words.

The scripts compute what macros/formats/dns_*.py compute; whatever is not a step of it stands here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from macros.formats import kinds
from macros.formats.base import reading
from macros.formats.base.facts_used import facts_used, newest
from macros.formats.base.findings import Rule
from macros.formats.base.origin import Origin
from macros.formats.base.report import FILES, MOST_FINDINGS, PAGES, UNREADABLE
from macros.formats.base.sample import Context
from macros.formats.dns import (
    dnsmasq as dns_dnsmasq,
)
from macros.formats.dns import (
    judge as dns_judge,
)
from macros.formats.dns import (
    nsupdate as dns_nsupdate,
)
from macros.formats.dns import (
    samba as dns_samba,
)
from macros.formats.dns import (
    srv as dns_srv,
)
from macros.formats.dns import (
    unbound as dns_unbound,
)
from macros.formats.dns import (
    windows as dns_windows,
)
from macros.formats.dns import (
    zone as dns_zone,
)
from macros.formats.dns.forms import KINDS
from macros.formats.dns.layout import Layout
from macros.formats.dns.samples import PLANS
from macros.formats.dns.srv import Wanted
from macros.render.parts.html import Html
from macros.render.parts.report import SEVERITIES, VERDICTS
from macros.render.parts.script_data import json_script
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .check_data import check_words
from .samples import context

ELSEWHERE = "dns-powershell"
"""The form that a page's scripts write and do not read: PowerShell needs a full parser."""

LABELS: Mapping[str, str] = {
    "dns-records": "BIND: lines for a zone file",
    "dns-powershell": "Windows DNS: PowerShell",
    "dns-dnscmd": "Windows DNS: dnscmd",
    "dns-nsupdate": "BIND: nsupdate",
    "dns-dnsmasq": "dnsmasq",
    "dns-unbound": "Unbound",
    "dns-samba": "Samba: samba-tool",
}
"""Samples that a reader can build, by the DNS server that takes them."""

LAYOUTS: Mapping[str, Layout] = {
    "dns-records": dns_zone.LAYOUT,
    "dns-powershell": dns_windows.POWERSHELL_LAYOUT,
    "dns-dnscmd": dns_windows.DNSCMD_LAYOUT,
    "dns-nsupdate": dns_nsupdate.LAYOUT,
    "dns-dnsmasq": dns_dnsmasq.LAYOUT,
    "dns-unbound": dns_unbound.LAYOUT,
    "dns-samba": dns_samba.LAYOUT,
}

REFUSED = Words.beside(
    __file__,
    "dns-refused",
    "no-zone",
    "no-host",
    "no-record",
    "name given",
    "number part host given least",
    "zone host given",
)
"""Why there is no file, and what to do."""

LEFT_OUT = Words.beside(__file__, "dns-left-out", "outside host")
"""What the file does not show, and why."""

ACTIVATION = "Records only lead clients to a host: the host counts them and activates them."


def dns_data(view: View) -> Html:
    """Rules and forms of SRV records as JSON, for the scripts of a page."""
    return json_script("vag-dns", dns_as_data(view))


def rules() -> dict[str, Rule]:
    """Every rule that a page's scripts know, by its id."""
    forms = [kind.form.rules for name, kind in KINDS.items() if name != ELSEWHERE]
    return {rule.id: rule for own in (*forms, UNREADABLE, FILES, PAGES) for rule in own.values()}


def dns_as_data(view: View) -> Mapping[str, Any]:
    """What the check and the form compute with. Fields of records keep their names."""
    every = rules()
    cited = {name for rule in every.values() for name in rule.sources}
    cited |= {name for kind in KINDS.values() for name in kind.form.sources}
    policy = view.policy
    return {
        "rules": {rule.id: [rule.severity, rule.message, rule.cure, rule.sources] for rule in every.values()},
        "sources": {one.id: [one.title, str(one.url)] for one in map(view.catalog.source, sorted(cited))},
        "most": {
            "characters": reading.MOST_CHARACTERS,
            "read": dns_judge.MOST_CHARACTERS,
            "lines": dns_judge.MOST_LINES,
            "findings": MOST_FINDINGS,
            "head": kinds._HEAD,
        },
        "encodings": {"utf-8": "utf_8 utf8 u8"},
        "placeholder": "",
        "keys": {},
        "kinds": {name: _kind(name) for name in KINDS},
        "cited": [*dns_judge.LINE_RULES, "srv-order"],
        "parts": dns_judge.PARTS,
        "types": dns_judge.TYPES,
        "lists": _lists(),
        "name": policy.srv_name,
        "ttl": dns_srv.ZONE_TTL,
        "defaults": {"port": policy.port, "priority": policy.srv_priority, "weight": policy.srv_weight},
        "wanted": {
            "organization": wanted(Wanted.of(view.organization, policy)),
            "": wanted(Wanted.anywhere(policy)),
        },
        "origin": origin(view, "{file}").lines(),
        "layouts": {sample: _layout(sample) for sample in LAYOUTS},
        "words": {
            "severities": SEVERITIES,
            "verdicts": VERDICTS,
            "activations": {"none": ACTIVATION, **{name: _read_as(name) for name in KINDS}},
            "refused": dict(REFUSED),
            "left_out": dict(LEFT_OUT),
            "host": "Host {number}",
            **check_words(),
        },
    }


def wanted(one: Wanted) -> dict[str, Any]:
    """What a file is compared with, as scripts take it."""
    return {
        "zones": one.zones,
        "hosts": None if one.hosts is None else dict(one.hosts),
        "records": None if one.records is None else [asdict(record) for record in one.records],
        "port": one.port,
    }


def origin(view: View, file_name: str) -> Origin:
    """The head of a file that a reader builds: all kinds are made from the same facts."""
    made_from = context(view)

    def all_of_them(noting: Context) -> None:
        for name in LAYOUTS:
            PLANS[name].make(noting, noting.origin(file_name))

    return made_from.origin(file_name, newest(facts_used(all_of_them, made_from)))


def _kind(name: str) -> dict[str, Any]:
    form = KINDS[name].form
    return {
        "name": f"SRV records as {form.title}",
        "title": form.title,
        "order": form.order,
        "owner": form.owner,
        "sources": form.sources,
        "relative": form.relative,
        "marks": [_for_scripts(mark) for mark in KINDS[name].marks],
    }


def _for_scripts(pattern: str) -> str:
    """A pattern that means the same in a script: there, ^ would stand behind other line ends too."""
    return re.sub(r"^\^", r"(?<![^\\n])", pattern)


def _read_as(name: str) -> str:
    return f"Read as {KINDS[name].form.title}. {ACTIVATION}"


def _lists() -> dict[str, Any]:
    """Names that forms know, and numbers that their readers count with."""
    return {
        "zone": {
            "unknown": dns_judge.UNKNOWN_ZONE,
            "example": dns_judge.EXAMPLE_ZONE,
            "known": dns_zone.KNOWN,
            "soa": dns_zone.SOA_PARTS,
            "addresses": dns_zone.ADDRESSES,
        },
        "dns-dnscmd": {
            "tool": dns_windows.TOOL,
            "add": dns_windows.ADD,
            "before": dns_windows.BEFORE_DATA,
            "operations": dns_windows.OPERATIONS,
            "options": dns_windows.OPTIONS,
        },
        "dns-nsupdate": {
            "commands": dns_nsupdate.COMMANDS,
            "changes": dns_nsupdate.CHANGES,
            "classes": dns_nsupdate.CLASSES,
        },
        "dns-dnsmasq": {
            "order": dns_dnsmasq.ORDER,
            "key": dns_dnsmasq.KEY,
            "misspelled": dns_dnsmasq.MISSPELLED,
            "fields": dns_dnsmasq.MOST_FIELDS,
        },
        "dns-unbound": {
            "clauses": dns_unbound.CLAUSES,
            "hides": dns_unbound.HIDES,
            "ignores": dns_unbound.IGNORES,
            "type": dns_unbound.TYPE,
            "types": dns_unbound.TYPES,
        },
        "dns-samba": {
            "order": dns_samba.ORDER,
            "tool": dns_samba.TOOL,
            "takes": dns_samba.TAKES_VALUE,
            "arguments": dns_samba.ARGUMENTS,
            "actions": dns_samba.ACTIONS,
        },
    }


def _layout(sample: str) -> dict[str, Any]:
    kind = next(name for name, kind in KINDS.items() if sample in kind.makes)
    return {**asdict(LAYOUTS[sample]), "kind": kind, "file": PLANS[sample].file_name}


MACROS = (dns_data,)
