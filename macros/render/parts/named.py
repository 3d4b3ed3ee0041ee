"""Texts with names of the organization: `Test-NetConnection -ComputerName <KMS host> -Port <port>`.

Where a browser keeps the reader's own organization, the page fills the same texts with its names: organization-names.js
does what `filled` does here, and both run tests/vectors/names.yaml. So a name that a page shows carries how it was
written: `named` and `marked` put marks around it, which `escape` turns into an element.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from macros.catalog.organization import NO_ZONE
from macros.formats.dns import srv

from .view import View

NO_ANSWER = "(no KMS host is described)"
"""Stands where a DNS answer would name KMS hosts."""
_OBJECTS = "adba.object_location"


def filled(view: View, text: str) -> str:
    """A text with the organization's names in it. `<every KMS host>` and `<every DNS zone>` repeat their line."""
    lines = text.splitlines()
    for token, values in _REPEATED.items():
        names = values(view)
        lines = [line.replace(token, value) for line in lines for value in (names if token in line else [""])]
    written = "\n".join(lines)
    for token, value in _NAMES.items():
        if token in written:
            written = written.replace(token, value(view))
    return written


def named(view: View, text: str) -> str:
    """The same, carrying how it was written."""
    return _mark(text, filled(view, text)) if _TOKEN.search(text) else text


def marked(view: View, text: str) -> str:
    """A sentence with each name carrying how it was written. It does not repeat itself for each name: it lists them.

    A host that stands behind what it is, as in `KMS host, <KMS host>`, carries the comma too: what names nobody there
    can leave both out, as read-output.js does.
    """
    return _SAID.sub(lambda found: named(view, _LISTED.get(found[0], found[0])), text)


def shows_example_names(view: View, texts: Iterable[str]) -> bool:
    """Whether texts name an organization whose domains are those that RFC 2606 keeps for examples: nobody has them."""
    return any(_TOKEN.search(text) for text in texts) and all(_EXAMPLE.search(zone) for zone in view.organization.zones)


def names_as_data(view: View) -> Mapping[str, object]:
    """What organization-names.js fills texts with, beside the organization."""
    usual = {"port": view.policy.port, "priority": view.policy.srv_priority, "weight": view.policy.srv_weight}
    return {
        "answer": srv.ANSWER,
        "no_answer": NO_ANSWER,
        "no_zone": NO_ZONE,
        "objects": view.catalog.fact(_OBJECTS).value,
        "srv_name": view.policy.srv_name,
        "usual": usual,
    }


def _mark(written: str, shown: str) -> str:
    return f"\ue000{written}\ue001{shown}\ue002"


def _hosts(view: View) -> list[str]:
    return [host.name for host in view.organization.kms_hosts] or ["<KMS host>"]


def _address(view: View) -> str:
    hosts = view.organization.kms_hosts
    return next((str(host.address) for host in hosts if host.address), "<address of the host>")


def _port(view: View) -> str:
    hosts = view.organization.kms_hosts
    return str((hosts[0].port if hosts else None) or view.policy.port)


def _zones(view: View) -> list[str]:
    return ["<DNS zone>" if zone == NO_ZONE else zone for zone in view.organization.zones]


def _domain(view: View) -> str:
    forest = view.organization.active_directory
    return forest.dns_name if forest else "<domain>"


def _objects(view: View) -> str:
    pattern = str(view.catalog.fact(_OBJECTS).value)
    forest = view.organization.active_directory
    if forest is None:
        return pattern
    return pattern.replace("<forest root DN>", ",".join(f"DC={label}" for label in forest.dns_name.split(".")))


_REPEATED: Mapping[str, Callable[[View], list[str]]] = {
    "<every KMS host>": _hosts,
    "<every DNS zone>": _zones,
}
"""Names that repeat the line that they stand in."""
_NAMES: Mapping[str, Callable[[View], str]] = {
    "<organization>": lambda view: view.organization.name,
    "<KMS hosts>": lambda view: ", ".join(_hosts(view)),
    "<KMS host>": lambda view: _hosts(view)[0],
    "<address of the host>": _address,
    "<port>": _port,
    "<DNS zones>": lambda view: ", ".join(_zones(view)),
    "<DNS zone>": lambda view: _zones(view)[0],
    "<domain>": _domain,
    "<domains>": lambda view: "', '".join(forest.dns_name for forest in view.organization.forests) or "<domains>",
    "<activation objects>": _objects,
    "<SRV answer>": lambda view: srv.expected_answer(view.organization, view.policy) or NO_ANSWER,
}
"""What a name stands for; itself where the organization has none."""
_LISTED = {"<every KMS host>": "<KMS hosts>", "<every DNS zone>": "<DNS zones>"}
_TOKEN = re.compile("|".join(map(re.escape, (*_REPEATED, *_NAMES))))
_SAID = re.compile(f"(?:, (?=<KMS host>))?(?:{_TOKEN.pattern})")
_EXAMPLE = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|net|org))?|test|invalid|localhost)$", re.IGNORECASE)
