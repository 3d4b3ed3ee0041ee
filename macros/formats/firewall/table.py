"""Connections that activation needs, as a table for firewalls between networks: generated and checked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.catalog.values import part_of
from macros.domain.policy import Policy
from macros.formats.base.context import Context, SampleContext
from macros.formats.base.findings import Finding, Place, Said
from macros.formats.base.format import File
from macros.formats.base.hosts import host_problem, port_of
from macros.formats.base.origin import Origin
from macros.formats.base.spreadsheet import cell

from .rules import RULES, Wanted, is_address

COLUMNS = ("rule", "source", "destination", "address", "protocol", "port", "direction", "why")


@dataclass(frozen=True)
class Row:
    """One connection that a firewall between networks has to let through, from who opens it to who answers."""

    rule: str
    source: str
    destination: str
    address: str
    """Address of the destination, `by name` where there is none to write, `unknown` where the file tells none."""
    port: int
    direction: str
    why: str
    fact: str
    """Id of the fact that asks for it."""

    @property
    def by_name(self) -> bool:
        """Whether the destination has no address that could be written."""
        return self.address == _BY_NAME

    @property
    def cells(self) -> tuple[str, ...]:
        """The row as the file has it."""
        return (
            self.rule, self.source, self.destination, self.address, PROTOCOL, str(self.port), self.direction, self.why,
        )  # fmt: skip


PROTOCOL = "TCP"
_HOST_KEY = (
    "Online activation of the host key. Assumed: the organization's file does not say whether its hosts reach the"
    " internet; by phone, they need not"
)
_LIST_FOR_OFFICE = "; the list is the one for Windows, none is stated for Office"
_HOSTS_FACT = "mak.activation_hosts"
_BY_NAME = "by name"
_UNKNOWN = "unknown"
_TO_INTERNET = "to the internet"
_INSIDE = "inside"
_MOST_NAMES = 10
"""Our choice: more names in one cell nobody reads."""


def table(organization: Organization, policy: Policy, catalog: Catalog) -> tuple[Row, ...]:
    """Every connection that activation needs here, in the order of who needs it."""
    return (
        *_to_hosts(organization, policy),
        *_hosts_to_microsoft(organization, catalog),
        *_mak_to_microsoft(organization, catalog),
        *_azure(organization, catalog),
    )


def table_csv(context: SampleContext, origin: Origin) -> str:
    """The table as a file, below lines that begin with #."""
    organization, policy, catalog = context.organization, context.policy, context.catalog
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for line in [*origin.lines(), "Lines that begin with # are remarks; leave them out if your firewall minds."]:
        out.write(f"# {line}\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(cell, row.cells) for row in table(organization, policy, catalog))
    return out.getvalue()


def _listed(names: Sequence[str]) -> str:
    """Names for one cell. A long list is cut, so that the table stays readable."""
    more = len(names) - _MOST_NAMES
    return "; ".join([*names[:_MOST_NAMES], *([f"and {more} more"] if more > 0 else [])])


def _to_hosts(organization: Organization, policy: Policy) -> Iterator[Row]:
    for host in organization.kms_hosts:
        users = [group.name for group in organization.groups if group.method == "kms" and host.id in group.kms_hosts]
        yield Row(
            rule=f"kms-{host.id}",
            source=_listed(users) or "KMS clients",
            destination=host.name,
            address=str(host.address) if host.address else _UNKNOWN,
            port=policy.port if host.port is None else host.port,
            direction=_INSIDE,
            why="Activation and renewal of KMS clients",
            fact="kms.port",
        )


def _hosts_to_microsoft(organization: Organization, catalog: Catalog) -> Iterator[Row]:
    if organization.kms_hosts:
        names = _listed([host.name for host in organization.kms_hosts])
        yield from _to_microsoft("host-key", names, _HOST_KEY, catalog)


def _mak_to_microsoft(organization: Organization, catalog: Catalog) -> Iterator[Row]:
    users = [group for group in organization.groups if group.method == "mak"]
    for suffix, is_office, remark in (("", False, ""), ("-office", True, _LIST_FOR_OFFICE)):
        alike = [group for group in users if (catalog.product(group.product).kind == "office") == is_office]
        direct = [group.name for group in alike if group.internet == "direct"]
        proxied = [group.name for group in alike if group.internet == "via-admin-workstation"]
        if direct:
            why = f"Online activation with a MAK{remark}"
            yield from _to_microsoft(f"mak{suffix}", _listed(direct), why, catalog)
        if proxied:
            why = f"Proxy activation of {_listed(proxied)}{remark}"
            yield from _to_microsoft(f"mak-proxy{suffix}", "the computer with VAMT", why, catalog)


def to_microsoft(catalog: Catalog) -> tuple[tuple[str, int], ...]:
    """Names and ports of the hosts of Microsoft that activation online needs."""
    value = catalog.fact(_HOSTS_FACT).value
    return tuple(
        (name, int(str(part_of(value, f"{scheme}_port"))))
        for scheme in ("https", "http")
        for name in cast(Sequence[str], part_of(value, scheme))
    )


def _to_microsoft(rule: str, source: str, why: str, catalog: Catalog) -> Iterator[Row]:
    for name, port in to_microsoft(catalog):
        yield Row(rule, source, name, _BY_NAME, port, _TO_INTERNET, why, _HOSTS_FACT)


def _azure(organization: Organization, catalog: Catalog) -> Iterator[Row]:
    users = [group.name for group in organization.groups if group.method == "azure-kms"]
    if not users:
        return
    value = catalog.fact("kms.azure").value
    port = int(str(part_of(value, "port")))
    names = cast(Sequence[str], part_of(value, "global.hosts"))
    addresses = cast(Sequence[str], part_of(value, "global.ips"))
    for address in addresses:
        yield Row(
            rule="azure-kms",
            source=_listed(users),
            destination=" or ".join(names),
            address=address,
            port=port,
            direction="from a public address of Azure",
            why="Activation of virtual machines in Azure",
            fact="kms.azure",
        )


# ----------------------------------------------------------------------------------------------------- validate


@dataclass(frozen=True)
class Cells:
    """The cells of a table with the line that each row ends on, and why it could be read no further."""

    rows: tuple[tuple[int, list[str]], ...]
    broken: Finding | None = None


def read(file: File, context: Context) -> Cells:
    """The table, without the remarks above it."""
    lines = file.text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip() and not line.startswith("#")), None)
    if first is None:
        return Cells(())
    reader = csv.reader(io.StringIO("\n".join(lines[first:])))
    rows: list[tuple[int, list[str]]] = []
    try:
        # What was read before an error stays.
        rows.extend((first + reader.line_num, row) for row in reader)
    except csv.Error as error:
        place, column = Place(first + reader.line_num), Said("A cell")
        return Cells(tuple(rows), RULES["csv-value"].finding(place, column=column, given=str(error), why=""))
    return Cells(tuple(rows))


def judge(cells: Cells, context: Context) -> Iterator[Finding]:
    """What is wrong with the rows."""
    wanted, reached = Wanted.of(context), set[str]()
    if not cells.rows and cells.broken is None:
        yield RULES["firewall-nothing"].finding(None)
        return
    for number, (line, row) in enumerate(cells.rows):
        if number == 0:
            if tuple(cell.strip().lower() for cell in row) != COLUMNS:
                given, columns = ", ".join(row), Said(", ".join(COLUMNS))
                yield RULES["csv-columns"].finding(Place(line), given=given, columns=columns)
                return
        elif row and not row[0].startswith("#"):
            yield from _row_findings(row, Place(line), wanted, reached)
    if cells.broken is not None:
        yield cells.broken
    for host in wanted.hosts or {}:
        if host not in reached:
            yield RULES["firewall-missing-host"].finding(None, given=host)


def _row_findings(row: Sequence[str], place: Place, wanted: Wanted, reached: set[str]) -> Iterator[Finding]:
    if len(row) != len(COLUMNS):
        yield RULES["csv-cells"].finding(place, given=Said(len(row)), wanted=Said(len(COLUMNS)))
        return
    cells = dict(zip(COLUMNS, (cell.strip() for cell in row), strict=True))
    if cells["protocol"].upper() != PROTOCOL:
        yield RULES["firewall-protocol"].finding(place, given=cells["protocol"])
    port = port_of(cells["port"])
    if port is None:
        yield RULES["csv-value"].finding(place, column=Said("port"), given=cells["port"], why=Said("no TCP port"))
    names = [name.strip().lower() for name in re.split(r"\bor\b|;", cells["destination"])]
    for name in names:
        why = host_problem(name)
        if why:
            yield RULES["csv-value"].finding(place, column=Said("destination"), given=name, why=Said(f"no host: {why}"))
    if cells["address"] not in (_BY_NAME, _UNKNOWN) and not is_address(cells["address"]):
        yield RULES["firewall-address"].finding(place, given=cells["address"])
    listening = (wanted.hosts or {}).get(names[0])
    if listening is not None:
        reached.add(names[0])
        if port is not None and port != listening:
            yield RULES["firewall-port"].finding(place, given=port, wanted=Said(listening))
