"""The check of SRV records as data for a page's scripts: rules, forms, the organization's records, and words.

The scripts compute what macros/formats/dns computes; whatever is not a step of it stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from macros.formats.base import reading
from macros.formats.base.context import Context, SampleContext
from macros.formats.base.facts_used import facts_used, newest
from macros.formats.base.findings import Rule
from macros.formats.base.format import HEAD
from macros.formats.base.origin import Origin
from macros.formats.base.report import FILES, MOST_FINDINGS, PAGES, UNREADABLE
from macros.formats.dns import dnsmasq, nsupdate, records, samba, srv, unbound, windows, zone
from macros.formats.dns import reading as dns_reading
from macros.formats.dns.format import BY_ID
from macros.formats.dns.layout import Layout
from macros.formats.dns.srv import Wanted
from macros.formats.library import FORMAT_OF, SAMPLES
from macros.render.parts.html import Html
from macros.render.parts.report import SEVERITIES, VERDICTS
from macros.render.parts.script_data import json_script
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .check_data import check_words
from .patterns import for_scripts, recognized_as_data
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
    "dns-records": zone.LAYOUT,
    "dns-powershell": windows.POWERSHELL_LAYOUT,
    "dns-dnscmd": windows.DNSCMD_LAYOUT,
    "dns-nsupdate": nsupdate.LAYOUT,
    "dns-dnsmasq": dnsmasq.LAYOUT,
    "dns-unbound": unbound.LAYOUT,
    "dns-samba": samba.LAYOUT,
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
    forms = [kind.form.rules for name, kind in BY_ID.items() if name != ELSEWHERE]
    return {rule.id: rule for own in (*forms, UNREADABLE, FILES, PAGES) for rule in own.values()}


def dns_as_data(view: View) -> Mapping[str, Any]:
    """What the check and the form compute with. Fields of records keep their names."""
    every = rules()
    cited = {name for rule in every.values() for name in rule.sources}
    cited |= {name for kind in BY_ID.values() for name in kind.form.sources}
    policy = view.policy
    return {
        "rules": {rule.id: [rule.severity, rule.message, rule.cure, rule.sources] for rule in every.values()},
        "sources": {one.id: [one.title, str(one.url)] for one in map(view.catalog.source, sorted(cited))},
        "most": {
            "characters": reading.MOST_CHARACTERS,
            "read": dns_reading.LIMITS.characters,
            "lines": dns_reading.LIMITS.lines,
            "findings": MOST_FINDINGS,
            "head": HEAD,
        },
        "placeholder": "",
        "keys": {},
        "checks": records.checks_as_data(),
        "kinds": {name: _kind(name) for name in BY_ID},
        "recognized": recognized_as_data(),
        "cited": [*dns_reading.LINE_RULES, "srv-order"],
        "parts": dns_reading.PARTS,
        "types": dns_reading.TYPES,
        "lists": _lists(),
        "name": policy.srv_name,
        "ttl": srv.ZONE_TTL,
        "defaults": {"port": policy.port, "priority": policy.srv_priority, "weight": policy.srv_weight},
        "wanted": {
            "organization": wanted(Wanted.of(context(view))),
            "": wanted(Wanted.of(Context(view.catalog, policy))),
        },
        "origin": origin(view, "{file}").lines(),
        "layouts": {sample: _layout(sample) for sample in LAYOUTS},
        "words": {
            "severities": SEVERITIES,
            "verdicts": VERDICTS,
            "activations": {"none": ACTIVATION, **{name: _read_as(name) for name in BY_ID}},
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

    def all_of_them(noting: SampleContext) -> None:
        for name in LAYOUTS:
            SAMPLES[name].make(noting, noting.origin(file_name))

    return made_from.origin(file_name, newest(facts_used(all_of_them, made_from)))


def _kind(name: str) -> dict[str, Any]:
    form = BY_ID[name].form
    return {
        "name": f"SRV records as {form.title}",
        "title": form.title,
        "order": form.order,
        "owner": form.owner,
        "sources": form.sources,
        "relative": form.relative,
        "marks": [for_scripts(mark) for mark in BY_ID[name].signs],
    }


def _read_as(name: str) -> str:
    return f"Read as {BY_ID[name].form.title}. {ACTIVATION}"


def _lists() -> dict[str, Any]:
    """Names that forms know, and numbers that their readers count with."""
    return {
        "zone": {
            "unknown": dns_reading.UNKNOWN_ZONE,
            "example": dns_reading.EXAMPLE_ZONE,
            "known": zone.KNOWN,
            "soa": zone.SOA_PARTS,
            "addresses": zone.ADDRESSES,
        },
        "dns-dnscmd": {
            "tool": windows.TOOL,
            "add": windows.ADD,
            "before": windows.BEFORE_DATA,
            "operations": windows.OPERATIONS,
            "options": windows.OPTIONS,
        },
        "dns-nsupdate": {
            "commands": nsupdate.COMMANDS,
            "changes": nsupdate.CHANGES,
            "classes": nsupdate.CLASSES,
        },
        "dns-dnsmasq": {
            "order": dnsmasq.ORDER,
            "key": dnsmasq.KEY,
            "misspelled": dnsmasq.MISSPELLED,
            "fields": dnsmasq.MOST_FIELDS,
        },
        "dns-unbound": {
            "clauses": unbound.CLAUSES,
            "type": unbound.TYPE,
            "types": unbound.TYPES,
        },
        "dns-samba": {
            "order": samba.ORDER,
            "tool": samba.TOOL,
            "takes": samba.TAKES_VALUE,
            "arguments": samba.ARGUMENTS,
            "actions": samba.ACTIONS,
        },
    }


def _layout(sample: str) -> dict[str, Any]:
    return {**asdict(LAYOUTS[sample]), "kind": FORMAT_OF[sample].id, "file": SAMPLES[sample].file_name}


MACROS = (dns_data,)
