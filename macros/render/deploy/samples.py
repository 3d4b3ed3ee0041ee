"""Samples: files that were checked while the site was built, each with twins that show what the check catches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from pygments.lexer import Lexer  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import STANDARD_TYPES, _TokenType  # type: ignore[import-untyped]

from macros.catalog.models import ClientKey, OdtChannel, UnknownIdError, find
from macros.domain import lifecycle as domain
from macros.formats.base.findings import Activation, Finding, Report
from macros.formats.base.sample import Context, Language
from macros.formats.dns import srv as dns_srv
from macros.formats.library import PLANS, Sample, Twin, available
from macros.formats.library import sample as checked
from macros.formats.office.rules import REFERENCE
from macros.render.parts.citations import confidence_mark
from macros.render.parts.components import Column, note, status, table, when
from macros.render.parts.html import Html, bullets, hidden, join, tag
from macros.render.parts.quantity import counted
from macros.render.parts.report import finding, read_in
from macros.render.parts.view import View
from macros.render.plan.lifecycle import LIFECYCLE_PAGE, phase_of

FOLDER = "downloads"

PURPOSES: Mapping[str, str] = {
    "office-2024-kms-64": "Office LTSC Professional Plus 2024, 64-bit, activated by KMS or ADBA.",
    "office-2024-kms-32": "The same for 32-bit Office, where an add-in or a data source still needs it.",
    "office-2024-mak-64": "Office LTSC Professional Plus 2024, 64-bit, activated with a MAK.",
    "project-visio-2024-kms-64": "Office, Project and Visio of 2024 together, activated by KMS or ADBA.",
    "proofing-tools": "Office with spelling and grammar in three more languages, without their menus.",
    "office-2024-kms-download": "Fetches the installation files once, onto a share that computers install from.",
    "dns-zone": "A zone that loads alone, to check records before they go into your own zone.",
    "dns-records": "The records alone, to paste into zone files that are kept by hand.",
    "dns-powershell": "The same records as commands for a Windows DNS server.",
    "dns-dnscmd": "The same records for scripts that use dnscmd on a Windows DNS server.",
    "dns-nsupdate": "The records as one dynamic update, for BIND and other servers that take it.",
    "dns-dnsmasq": "The records for dnsmasq, which answers them itself.",
    "dns-unbound": "The records for Unbound, which answers them itself.",
    "dns-samba": "The records as commands for a Samba domain controller.",
    "unattend-windows-11": "Windows 11 Enterprise, activated by KMS or ADBA.",
    "unattend-ltsc": "Windows 11 Enterprise LTSC 2024, activated by KMS or ADBA.",
    "unattend-server": "Windows Server 2025 Standard, activated by KMS or ADBA.",
    "unattend-setup": "For installation media: chooses the image of Windows Server 2025 Datacenter, and activates it.",
    "unattend-capture": "For sysprep, before you capture an image: the licensing state is reset.",
    "unattend-mak": "The same with a MAK, which then stands in the file in clear text.",
    "kms-host": "Sets a KMS host up, from the role to the activation, with a check after each step.",
    "kms-host-office": "Adds the host key of an Office release to a KMS host that runs already.",
    "adba-activate": "Creates the activation object in the forest, online or by phone.",
    "adba-remove": "Removes an activation object, after asking twice.",
    "mak-windows": "Activates Windows on one computer with a MAK, online or by phone.",
    "mak-office": "Activates an installed volume edition of Office with a MAK.",
    "mak-vamt": "Activates Windows on many computers through VAMT, online or by proxy.",
    "ansible-state": "Reads how Windows is activated on many computers, and changes nothing.",
    "ansible-discovery": "Removes fixed KMS hosts, so that clients find their host by DNS.",
    "ansible-fixed-host": "Gives groups of computers their one KMS host by name.",
    "ansible-gvlk": "Installs the client setup key where another key is installed, and activates.",
    "ansible-mak": "Activates with a MAK that lies in a vault.",
    "firewall-host": "Enables the rule that Windows brings along, on a KMS host with the standard port.",
    "firewall-host-limited": "The same for the networks of your clients alone.",
    "firewall-host-rule": "A rule of your own on the KMS host; a host with another port needs it.",
    "firewall-client": "For clients whose firewall blocks what goes out.",
    "firewall-host-netsh": "The rule of the host for netsh.",
    "firewall-client-netsh": "The rule of the clients for netsh.",
    "firewall-table": "Every connection that activation needs, for firewalls between networks.",
    "registry-windows": "Fixes Windows clients to one KMS host.",
    "registry-office": "Fixes Office clients to one KMS host.",
    "registry-undo": "Takes the fixed host away from Windows and Office.",
    "registry-domains": "On a KMS host: the other domains in which it publishes.",
    "preferences-commands": "Adds the values to a Group Policy object that exists.",
    "preferences-xml": "The same items as the file that Group Policy keeps.",
    "clients-slmgr": "Fixes Windows on one computer to a KMS host, and activates.",
    "clients-ospp": "Fixes Office on one computer to a KMS host, and activates.",
    "clients-domain": "Names the one DNS domain in which clients look for a host.",
    "clients-change": "Changes Windows from a MAK or a retail key to KMS or ADBA.",
    "clients-undo": "Lets Windows and Office ask DNS again.",
    "clients-powershell": "Sets the values for Windows and Office in the registry.",
    "clients-powershell-undo": "Removes them again.",
    "clients-oslicense": "Fixes Windows to a KMS host where the module OSLicense is installed.",
    "clients-oslicense-undo": "Takes that back.",
}
"""What each sample is for, by its id."""

_ACTIVATIONS: Mapping[Activation, str] = {
    "kms-adba": "KMS or ADBA",
    "mak": "MAK",
    "subscription": "Subscription",
    "retail": "Retail key",
    "mixed": "Several methods",
    "none": "None",
    "unknown": "Unknown",
}
_NO_ZONE = "No KMS host stands in the zone that the file of the organization names as dns_zone, so this has no records."
_NO_RECORD = "Computers of these zones find no host; name the zones in publish_in of a host:"
_NO_HOST = "The file of the organization names no KMS host, so there are no records to show."


def context(view: View) -> Context:
    """What samples are made from, on this page's view."""
    return Context(view.catalog, view.organization, view.policy, view.today)


def sample(view: View, sample_id: str) -> Html:
    """A sample with its check, copy button, download, and twins that the check rejects.

    Raises UnknownIdError for an id that no sample has, and SampleError when the sample must not be shown.
    """
    if sample_id in PURPOSES and sample_id not in available(context(view)):
        if PLANS[sample_id].missing:
            return note("info", "Not for your organization", tag("p", PLANS[sample_id].missing))
        reason = _NO_ZONE if view.organization.kms_hosts else _NO_HOST
        return note("info", "No records", tag("p", reason))
    shown = checked(sample_id, context(view))
    return tag(
        "div",
        _head(view, shown),
        tag("p", PURPOSES[sample_id]),
        code(shown.text, shown.language),
        *(_twin(view, shown, twin) for twin in shown.twins),
        class_="vag-sample",
        id=f"sample-{sample_id}",
    )


def sample_table(view: View, *sample_ids: str) -> Html:
    """Samples to choose from: what each is for, how it activates, and its download. Skips what cannot be made."""
    possible = available(context(view))
    shown = [(checked(one, context(view)), PURPOSES[one]) for one in sample_ids if one in possible]
    columns = ["File", "For", "Activation", "Check"]
    rows = [
        (
            tag("a", tag("code", one.file_name), href=f"#sample-{one.id}"),
            join([purpose, " ", _download(view, one)]),
            _ACTIVATIONS[one.report.activation],
            status("ok", "valid"),
        )
        for one, purpose in shown
    ]
    return table("Files to choose from", columns, rows)


def srv_table(view: View) -> Html:
    """The SRV records of this organization, zone by zone."""
    found = dns_srv.records(view.organization, view.policy)
    if not found:
        return note("info", "No records", tag("p", _NO_HOST))
    silent = [zone for zone in view.organization.zones if zone not in {one.zone for one in found}]
    columns: list[str | Column] = [
        "Name",
        "Target",
        Column("Priority", True),
        Column("Weight", True),
        Column("Port", True),
    ]
    rows = [
        (
            tag("code", f"{view.policy.srv_name}.{one.zone}"),
            tag("code", one.target),
            str(one.priority),
            str(one.weight),
            str(one.port),
        )
        for one in found
    ]
    shown = table(f"SRV records of {view.organization.name}", columns, rows)
    if not silent:
        return shown
    return join([note("warn", "Zones without a record", tag("p", _NO_RECORD), bullets(silent)), shown])


def srv_check_commands(view: View) -> str:
    """Plain text for a code block: one nslookup for each zone of the organization."""
    return dns_srv.check_commands(view.organization, view.policy)


def srv_expected_answer(view: View) -> str:
    """Plain text for a code block: what nslookup answers for the organization's own zone."""
    return dns_srv.expected_answer(view.organization, view.policy) or "(the organization's file names no KMS host)"


def office_channels(view: View) -> Html:
    """Releases of volume Office: their channel, product IDs, and whether they are supported."""
    rows = [
        (
            view.catalog.product(_release(view, channel)).name,
            tag("code", channel.id),
            join((tag("code", one) for one in channel.required_for), ", "),
            join([*channel.also_for], ", "),
            _support(view, _release(view, channel)),
        )
        for channel in view.catalog.odt.channels
    ]
    return table("Channels and support", ["Release", "Channel", "Suites", "Also on it", "Support"], rows)


def office_product_ids(view: View, generation: str) -> Html:
    """Volume product IDs of one year with the GVLK that belongs to each. Raises LookupError for an unknown year."""
    found = [one for one in view.catalog.odt.products if one.license == "volume" and one.generation == generation]
    if not found:
        raise LookupError(f'no volume product ID is of the year "{generation}"')
    keys = {(key.product, key.edition): key for key in view.catalog.client_keys}
    rows = [
        (
            join([tag("code", one.id), confidence_mark(one.confidence)]),
            one.name,
            _key(keys.get((one.product or "", one.gvlk_edition or ""))),
        )
        for one in found
    ]
    return table(f"Product IDs of {generation}", ["Product ID", "Product", "GVLK"], rows)


def odt_rules(view: View, *rule_ids: str) -> Html:
    """Rules of the configuration file by their ids (`R01`), each with the pages it was read on.

    Raises UnknownIdError for an id that no rule has.
    """
    for unknown in [rule_id for rule_id in rule_ids if rule_id not in REFERENCE]:
        raise UnknownIdError("rule", unknown, REFERENCE)
    return bullets(
        join([tag("strong", rule.id), " ", rule.statement, " ", read_in(view, rule.sources)], "")
        for rule in map(REFERENCE.__getitem__, rule_ids)
    )


def odt_download(view: View, text: str) -> Html:
    """A link to the page from which Microsoft offers the Office Deployment Tool."""
    return tag("a", text, href=str(view.catalog.odt.tool_download), class_="vag-source")


def code(text: str, language: Language, marked: int | None = None) -> Html:
    """Code with the theme's colors. A marked line is named for those who do not see the mark."""
    # The theme draws a marked line as a block, so its line break belongs inside, as Pygments has it.
    shown = (
        tag("span", hidden("Changed line: "), line, "\n", class_="hll") if number == marked else join([line, "\n"])
        for number, line in enumerate(_lines(text.rstrip("\n"), language), start=1)
    )
    block = tag("pre", tag("span"), tag("code", *shown))
    # What is shown as wrong must not be copied by mistake.
    return tag("div", block, class_=f"language-{language} highlight{' no-copy' if marked else ''}")


def _head(view: View, shown: Sample) -> Html:
    return tag(
        "div",
        tag("span", shown.file_name, class_="vag-sample__name"),
        " ",
        tag("span", _result(shown.report), class_="vag-sample__result"),
        " ",
        _download(view, shown),
        class_="vag-sample__head",
    )


def _result(report: Report) -> Html:
    findings = counted(len(report.findings), "note") if report.findings else "no finding"
    return status("ok", f"valid: {counted(report.checks, 'check')}, {findings}")


def _download(view: View, shown: Sample) -> Html:
    address = view.href(f"{FOLDER}/{shown.file_name}")
    words = join(["Download", hidden(f" {shown.file_name}")])
    return tag("a", words, href=address, download=shown.file_name, class_="vag-sample__download")


def _twin(view: View, shown: Sample, twin: Twin) -> Html:
    summary = f"The same file with one mistake on line {twin.line}, rejected: {twin.finding.id}"
    return tag(
        "details",
        tag("summary", summary),
        bullets(finding(view, one) for one in _serious(twin)),
        code(twin.text, shown.language, twin.line),
        class_="vag-details vag-sample__twin",
    )


def _serious(twin: Twin) -> list[Finding]:
    """The finding that the twin is for, then the others it causes."""
    others = [one for one in twin.report.findings if one.severity != "info" and one != twin.finding]
    return [twin.finding, *others]


def _release(view: View, channel: OdtChannel) -> str:
    """Id in products.yaml of the release that a channel serves."""
    suite = find(view.catalog.odt.products, channel.required_for[0], "product ID")
    if suite.product is None:
        raise LookupError(f"product ID {suite.id} names no release")
    return suite.product


def _support(view: View, product_id: str) -> Html:
    """The state of support, by each of two dates where pages differ."""
    cells: list[Html] = []
    for entry in domain.entries_of(view.catalog, product_id):
        ends = when(entry.end_of_support, weekday=False) if entry.end_of_support else join(["not stated"])
        link = tag("a", "last day: ", ends, href=view.href(f"{LIFECYCLE_PAGE}#{entry.id}"))
        cells.append(join([phase_of(view, entry), " ", link, confidence_mark(entry.confidence)]))
    return join(cells, "; ")


def _key(key: ClientKey | None) -> Html:
    return tag("code", key.key) if key else join(["none published"])


def _lines(text: str, language: Language) -> list[Html]:
    parts: list[list[Html]] = [[]]
    for kind, value in _tokens(text, language):
        first, *rest = value.split("\n")
        parts[-1].append(_token(kind, first))
        parts += [[_token(kind, line)] for line in rest]
    return [join(line) for line in parts]


def _token(kind: str, text: str) -> Html:
    return tag("span", text, class_=kind) if kind and text else join([text])


def _tokens(text: str, language: Language) -> Iterator[tuple[str, str]]:
    """Class of the theme and text, for each token."""
    for kind, value in _lexer(language).get_tokens(text):
        yield _class_of(kind), value


def _class_of(kind: _TokenType) -> str:
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    return str(STANDARD_TYPES[kind])


@cache
def _lexer(language: Language) -> Lexer:
    return get_lexer_by_name(language, ensurenl=False, stripnl=False)


MACROS = (
    sample,
    sample_table,
    srv_table,
    srv_check_commands,
    srv_expected_answer,
    office_channels,
    office_product_ids,
    odt_rules,
    odt_download,
)
