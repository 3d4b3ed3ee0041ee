"""Tables about firewalls and the settings of clients."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from macros.formats.firewall.table import PROTOCOL, Row, to_microsoft
from macros.formats.firewall.table import table as connections
from macros.render.parts.citations import cite, fact
from macros.render.parts.components import columns, table
from macros.render.parts.html import Html, bullets, join, tag
from macros.render.parts.view import View
from macros.render.parts.words import Words

INTERNET = "deploy/firewall.md#internet"
_SAID = Words.beside(
    __file__,
    "connections",
    "table organization",
    "columns 5",
    "hosts",
    "host-columns 2",
    "and",
    "no-connection organization",
    "not-stated",
    "none",
    "values-columns 5",
    "listed hosts",
    "dns-from",
    "dns-to",
    "dns-port port",
    "dns-direction",
    "dns-why",
)
_PRODUCTS: Mapping[str, str] = {"windows": "Windows", "office": "Office"}


def firewall_table(view: View) -> Html:
    """The connections that activation needs in this organization: who opens them, to whom, on which port, and why.

    Where none is needed, that is said.
    """
    rows = connections(view.organization, view.policy, view.catalog)
    if not rows:
        return tag("p", _SAID.plain("no-connection", organization=view.organization.name))
    groups = [[*found] for _, found in groupby(rows, key=lambda row: (row.source, row.why))]
    return table(
        _SAID.plain("table", organization=view.organization.name),
        _SAID.list("columns"),
        [_names_first(view), *(_connection(view, found) for found in groups)],
    )


def _names_first(view: View) -> tuple[object, ...]:
    """The way to DNS, without which no client finds a host. The file leaves it out: no address of a server is known."""
    return (
        _SAID["dns-from"],
        _SAID["dns-to"],
        _SAID.say(view, "dns-port", port=fact(view, "kms.dns.query_port")),
        _SAID["dns-direction"],
        join([_SAID["dns-why"], " ", cite(view, "kms.discovery_order")]),
    )


def activation_hosts(view: View) -> Html:
    """The hosts of Microsoft that activation online needs, with their ports."""
    rows = to_microsoft(view.catalog)
    ports = {name: [port for one, port in rows if one == name] for name, _ in rows}
    return table(
        _SAID["hosts"],
        columns(_SAID.list("host-columns"), 1),
        [(tag("code", name), _SAID["and"].join(str(port) for port in found)) for name, found in ports.items()],
    )


def registry_table(view: View, caption: str, *fact_ids: str) -> Html:
    """Registry values by their facts: name, product, type, default and meaning. Raises UnknownIdError."""
    rows = []
    for fact_id in fact_ids:
        record = view.catalog.fact(fact_id)
        value = record.value
        if not isinstance(value, Mapping) or not {"key", "name", "type"} <= value.keys():
            raise ValueError(f'fact "{fact_id}" is about no registry value')
        default = value.get("default")
        rows.append(
            (
                tag("code", value["name"], class_="vag-key"),
                _PRODUCTS[fact_id.split(".")[1]],
                tag("code", value["type"], class_="vag-key") if value["type"] else _SAID["not-stated"],
                _SAID["none"] if default is None else str(default),
                join([record.statement, " ", cite(view, fact_id)]),
            )
        )
    return table(caption, _SAID.list("values-columns"), rows)


def _connection(view: View, rows: list[Row]) -> tuple[object, ...]:
    first = rows[0]
    ports = dict.fromkeys(row.port for row in rows)
    return (
        first.source,
        _destinations(view, rows),
        f"{PROTOCOL} {_SAID['and'].join(str(port) for port in ports)}",
        first.direction,
        join([first.why, ". ", cite(view, first.fact)]),
    )


def _destinations(view: View, rows: list[Row]) -> Html:
    """Names with their addresses. Those that go by name alone are many, and stand in a table of their own."""
    names = dict.fromkeys(row.destination for row in rows)
    if rows[0].by_name:
        return tag("a", _SAID.plain("listed", hosts=len(names)), href=view.href(INTERNET))
    addresses = {name: ", ".join(row.address for row in rows if row.destination == name) for name in names}
    shown = [join([join(map(_host, name.split(" or ")), " or "), f" ({addresses[name]})"]) for name in names]
    return shown[0] if len(shown) == 1 else bullets(shown)


def _host(name: str) -> Html:
    """A host name that stays on one line where there is room, and else wraps after its dots only."""
    *labels, last = name.split(".")
    return tag("code", *(join([f"{label}.", tag("wbr")], "") for label in labels), last, class_="vag-key")


MACROS = (firewall_table, activation_hosts, registry_table)
