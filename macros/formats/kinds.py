"""Kinds of files that can be checked: how each is recognized, and which check reads it.

A check of this module sees the text alone, without the organization's file: it tells whether a file is right in
itself. A new format adds one record to KINDS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from macros.catalog.models import Catalog, find
from macros.domain.policy import Policy
from macros.formats.base.findings import Finding, Place, Report, Rule, Said
from macros.formats.base.keys import hide_pieces, mask_all, secret_pieces
from macros.formats.base.reading import MOST_CHARACTERS, UnreadableError, byte_order_mark, decode
from macros.formats.base.report import FILES, UNREADABLE, report

from .ansible import playbook as ansible
from .ansible import rules as ansible_rules
from .clients import command_lines, group_policy, registry_file
from .clients import commands as client_commands
from .clients import settings as client_settings
from .dns import forms as dns_forms
from .firewall import commands as firewall
from .firewall import rules as firewall_rules
from .firewall import table as firewall_table
from .office import configuration as office_xml
from .office import rules as office_rules
from .scripts import activation as activation_script
from .scripts import adba as adba_setup
from .scripts import host as host_setup
from .scripts import mak as mak_setup
from .unattend import answer_file as unattend
from .unattend import rules as unattend_rules

Check = Callable[[str | bytes, "Reference"], Report]
Mark = tuple[str, int]
"""A pattern, without regard to case, and how much it says for a kind when it is found."""

Encodings = Literal["marked", "utf-8", "unmarked"]
"""What programs that take a file read: what a byte order mark names, UTF-8 alone, or UTF-8 without a mark."""

ENOUGH = 3
"""Points from which a kind is taken: weak signs, such as the ending of a name, are not enough alone."""
_HEAD = 64_000
"""Characters that are looked at to tell the kind."""


@dataclass(frozen=True)
class Reference:
    """What checks compare a text with."""

    catalog: Catalog
    policy: Policy


@dataclass(frozen=True)
class Kind:
    """A kind of file. `sources` lead to the format itself, for rules that cite no page of their own."""

    id: str
    title: str
    names: tuple[Mark, ...]
    """What file names say; only the strongest counts."""
    marks: tuple[Mark, ...]
    """What the text says; each counts once, against the kind when its points are negative."""
    check: Check
    rules: Callable[[Reference], Iterable[Rule]]
    sources: tuple[str, ...] = ()
    encodings: Encodings = "marked"

    def score(self, name: str, text: str) -> int:
        """How much speaks for this kind, 0 when nothing does. `name` is a path or empty, `text` the head of a file."""
        file_name = re.split(r"[\\/]", name)[-1]
        named = max((points for pattern, points in self.names if _found(pattern, file_name)), default=0)
        return named + sum(points for pattern, points in self.marks if _found(pattern, text))


@dataclass(frozen=True)
class Checked:
    """A file with its kind and what the check reported."""

    file: str
    kind: Kind
    report: Report


@dataclass(frozen=True)
class Unchecked:
    """A file that could not be checked, and why, in words."""

    file: str
    reason: str


UNKNOWN_KIND = "its kind cannot be told from name and content; name one with --kind"


class UnknownKindError(ValueError):
    """A file of which neither name nor content says what kind it is."""


def examine(file: str, data: bytes, kind_id: str | None, reference: Reference) -> Checked:
    """Check one file, as the given kind or as the kind that it looks like. `file` is `-` when it has no name.

    Raises UnknownKindError when it looks like no kind, UnknownIdError for a kind that does not exist.
    """
    kind = find(KINDS, kind_id, "kind") if kind_id else detect("" if file == "-" else file, data)
    shown = mask_all(file)
    if kind is None:
        raise UnknownKindError(UNKNOWN_KIND)
    if len(data) > MOST_CHARACTERS:
        # Whoever reads the file may stop here, so its size is not known.
        large = UNREADABLE["too-large"].finding(None, size=f"more than {MOST_CHARACTERS:,} bytes")
        return Checked(shown, kind, report([large], {}, "unknown"))
    found = _discreet(kind.check(data, reference), data)
    if not found.findings and kind.score("", _head(data)) <= 0:
        # A check that finds nothing to judge must not call the wrong file valid.
        found = replace(found, findings=(FILES["nothing-recognized"].finding(None, kind=Said(kind.title)),))
    return Checked(shown, kind, replace(found, findings=(*_encoding_problems(kind, data), *found.findings)))


def _discreet(found: Report, data: bytes) -> Report:
    """The report, with every piece of a key of the file hidden, whatever a message repeats of it."""
    try:
        pieces = secret_pieces(decode(data))
    except UnreadableError:
        return found
    if not pieces:
        return found

    def said(one: Finding) -> Finding:
        return replace(one, message=hide_pieces(one.message, pieces), cure=hide_pieces(one.cure, pieces))

    return replace(found, findings=tuple(map(said, found.findings)))


def _encoding_problems(kind: Kind, data: bytes) -> Iterator[Finding]:
    """What is wrong with how a text is written, although it can be read here."""
    try:
        text = decode(data)
    except UnreadableError:
        return
    mark = byte_order_mark(data)
    if mark and mark != "UTF-8" and kind.encodings != "marked":
        yield FILES["file-encoding"].finding(Place(1), encoding=Said(mark))
    elif mark and kind.encodings == "unmarked":
        yield FILES["byte-order-mark"].finding(Place(1))
    zero = text.find("\0")
    if zero >= 0:
        yield FILES["zero-byte"].finding(Place(text.count("\n", 0, zero) + 1))


def detect(name: str, data: str | bytes) -> Kind | None:
    """The kind that a file looks like, None when it looks like none. Of two that are even, the earlier in KINDS."""
    text = _head(data)
    scores = [(kind.score(name, text), kind) for kind in KINDS]
    best, kind = max(scores, key=lambda scored: scored[0])
    return kind if best >= ENOUGH else None


def kinds_in_words() -> str:
    """Every kind with its title, to choose from."""
    return ", ".join(f"{kind.id} ({kind.title})" for kind in KINDS)


def _found(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE | re.MULTILINE) is not None


def _head(data: str | bytes) -> str:
    head = data[:_HEAD]
    try:
        return decode(head)
    except UnreadableError:
        # The kind can be told from a text that is damaged, or cut in the middle of a character.
        return head if isinstance(head, str) else head.decode("utf-8", "replace")


# ------------------------------------------------------------------------------------------------------- kinds

_POWERSHELL: Mark = (r"^[ \t]*(\$\w+[ \t]*=|param[ \t]*\(|#requires\b|[a-z]+-[a-z]\w+[ \t]+-\w)", 1)
_BATCH: Mark = (r"^[ \t]*(@?echo[ \t]+off\b|rem[ \t]|::)|%~?\w+%", 1)
_OTHER_LANGUAGE: Mark = (r"^[ \t]*'?[\w$]+'?[ \t]*=>|^class[ \t]+[\w:]+[ \t]*\(|^[ \t]*end[ \t]*$", -4)
"""Puppet and Ruby, which run the same commands inside files of their own."""
_CALL = (
    r"^[ \t]*@?(call[ \t]+)?(\"?[\w%:\\.()-]{0,80}[cw]script(\.exe)?\"?[ \t]+(//\w+[ \t]+){0,4})?"
    r"\"?[\w%:\\.() -]{0,120}?\b(slmgr|ospp)(\.vbs)?\"?[ \t]+/[a-z]"
)
"""A line of a batch file that calls one of the two scripts of Microsoft."""
_KEY_INSTALLED: Mark = (r"[ \t\"']/(ipk|inpkey:)|\bInstall-VamtProductKey\b", 2)
_PS1: Mark = (r"\.psm?1$", 1)
_CMD: Mark = (r"\.(cmd|bat)$", 1)
_XML: Mark = (r"\.xml$", 1)


def _rules_of(*known: Mapping[str, Rule]) -> Callable[[Reference], Iterable[Rule]]:
    return lambda reference: {rule.id: rule for rules in known for rule in rules.values()}.values()


def _by_catalog(validate: Callable[..., Report]) -> Check:
    return lambda data, reference: validate(data, reference.catalog)


def _by_policy(validate: Callable[..., Report]) -> Check:
    return lambda data, reference: validate(data, reference.catalog, reference.policy)


def _dns(form_id: str, *names: Mark) -> Kind:
    """A form of SRV records, checked without knowledge of the organization."""
    known = dns_forms.KINDS[form_id]
    said = {"{form}": known.form.title, "{order}": known.form.order}
    return Kind(
        id=form_id,
        title=f"SRV records as {known.form.title}",
        names=names,
        marks=(("|".join(f"(?:{mark})" for mark in known.marks), ENOUGH),),
        check=lambda data, reference: dns_forms.validate_any(form_id, data, reference.policy),
        rules=lambda reference: (_filled(rule, said) for rule in dns_forms.rules_of(form_id)),
        sources=known.form.sources,
        encodings="marked" if form_id == "dns-powershell" else "unmarked",
    )


def _filled(rule: Rule, said: Mapping[str, str]) -> Rule:
    message, cure = rule.message, rule.cure
    for name, words in said.items():
        message, cure = message.replace(name, words), cure.replace(name, words)
    return replace(rule, message=message, cure=cure)


KINDS: tuple[Kind, ...] = (
    Kind(
        id="odt",
        title="configuration file of the Office Deployment Tool",
        names=((r"^configuration[^/]*\.xml$", 3), _XML),
        marks=(
            (r"<configuration[\s>/]", 1),
            # With its capital letter; configuration files of programs begin with a small one.
            (r"(?-i:<Configuration[\s>/])", 2),
            (r"<product\s+id\s*=", 2),
            (r"\bofficeclientedition\s*=", 2),
        ),
        check=_by_catalog(office_xml.validate),
        rules=_rules_of(office_rules.RULES),
        sources=office_rules.OPTIONS,
    ),
    Kind(
        id="unattend",
        title="answer file of Windows Setup",
        names=((r"^(auto)?unattend[^/]*\.xml$", 3), _XML),
        marks=(
            (r"<unattend[\s>/]", 3),
            (r"urn:schemas-microsoft-com:unattend", 2),
            (r"<settings\s+pass\s*=", 2),
            (r"<component\s[^>]{0,200}?\bname\s*=\s*[\"']Microsoft-Windows-", 2),
        ),
        check=_by_catalog(unattend.validate),
        rules=_rules_of(unattend_rules.RULES),
        sources=unattend_rules.ACTIVATION_KEY,
    ),
    Kind(
        id="group-policy",
        title="registry preferences of a Group Policy object",
        names=((r"^registry\.xml$", 3), _XML),
        marks=(
            (r"<registrysettings[\s>/]", 3),
            (r"<registry\s+clsid\s*=", 2),
            (r"<properties\s[^>]{0,200}?\bhive\s*=", 2),
        ),
        check=_by_policy(group_policy.validate),
        rules=_rules_of(group_policy.RULES),
        sources=group_policy.FORM,
    ),
    Kind(
        id="registry",
        title="registry file (.reg)",
        names=((r"\.reg$", 3),),
        marks=((r"^[ \t]*(windows registry editor version|regedit4)", 4), (r"^\[-?(hkey_|hk(lm|cu|u|cr)\\)", 3)),
        check=_by_policy(registry_file.validate),
        rules=_rules_of(registry_file.RULES),
        sources=registry_file.SYNTAX,
    ),
    Kind(
        id="ansible",
        title="Ansible playbook or tasks",
        names=((r"\.ya?ml$", 1),),
        marks=(
            (r"^[ \t]*- (name|hosts)[ \t]*:", 2),
            (r"^[ \t]*(tasks|hosts|gather_facts|become|pre_tasks|roles)[ \t]*:", 1),
            (r"^[ \t]*(- )?(ansible\.windows\.|community\.windows\.)?win_(shell|command|regedit|powershell)[ \t]*:", 3),
        ),
        check=_by_catalog(ansible.validate),
        rules=_rules_of(ansible_rules.RULES),
        sources=ansible_rules.MODULES_PAGE,
        encodings="utf-8",
    ),
    Kind(
        id="adba-script",
        title="PowerShell script that activates a forest",
        names=(_PS1,),
        marks=((r"[ \t\"']/(ad-activation-|del-ao|ao-list|name-ao)", 4), _POWERSHELL, _OTHER_LANGUAGE),
        check=_by_catalog(adba_setup.validate),
        rules=_rules_of(adba_setup.RULES),
        sources=activation_script.SLMGR,
    ),
    Kind(
        id="kms-host-script",
        title="PowerShell script that sets a KMS host up",
        names=(_PS1,),
        marks=(
            (r"\bvolumeactivation\b|\bvolume activation services\b", 2),
            (r"\bIsKeyManagementServiceMachine\b|[ \t\"']/(sdns|cdns|sprt|sai|sri)\b", 2),
            (r"\bhost ?key\b|\bcsvlk\b", 1),
            _KEY_INSTALLED,
            _POWERSHELL,
            _OTHER_LANGUAGE,
        ),
        check=_by_catalog(host_setup.validate),
        rules=_rules_of(host_setup.RULES),
        sources=activation_script.SLMGR,
    ),
    Kind(
        id="mak-script",
        title="PowerShell script that activates with a MAK",
        names=(_PS1,),
        marks=((r"\bmak\b", 2), _KEY_INSTALLED, _POWERSHELL, _OTHER_LANGUAGE),
        check=_by_catalog(mak_setup.validate),
        rules=_rules_of(mak_setup.RULES),
        sources=activation_script.SLMGR,
    ),
    Kind(
        id="firewall-powershell",
        title="PowerShell script with firewall rules",
        names=(_PS1,),
        marks=((r"(^|[|;={(])[ \t]*(new|set)-netfirewallrule\b", 3), _POWERSHELL, _OTHER_LANGUAGE),
        check=_by_policy(firewall.validate_powershell),
        rules=_rules_of(firewall_rules.RULES),
        sources=firewall_rules.NEW,
    ),
    Kind(
        id="firewall-netsh",
        title="batch file with firewall rules",
        names=(_CMD,),
        marks=((r"\bnetsh(\.exe)?[ \t]+advfirewall\b", 3), _BATCH, _OTHER_LANGUAGE),
        check=_by_policy(firewall.validate_netsh),
        rules=_rules_of(firewall_rules.RULES),
        sources=firewall_rules.NETSH,
        encodings="unmarked",
    ),
    Kind(
        id="firewall-table",
        title="table of rules for network firewalls (CSV)",
        names=((r"\.csv$", 1),),
        marks=((r"^[ \t]*rule[ \t]*,[ \t]*source[ \t]*,[ \t]*destination\b", 3),),
        check=_by_policy(firewall_table.validate),
        rules=_rules_of(firewall_rules.RULES),
        sources=firewall_rules.PLANNING,
    ),
    Kind(
        id="client-powershell",
        title="PowerShell script with settings of KMS clients",
        names=(_PS1,),
        marks=(
            (r"\bKeyManagementService(Name|Port)\b", 2),
            (r"(^|[|;={(])[ \t]*(new|set|remove)-itemproperty\b|\bSetKeyManagementService(Machine|Port)\b", 2),
            (r"\b(get|set|invoke|clear)-((kms|ad|os|subscription)\w*license\w*|gpprefregistryvalue)\b", 3),
            (r"[ \t\"']/(skms|ckms|sethst|setprt|remhst|skms-domain)\b", 3),
            _POWERSHELL,
            _OTHER_LANGUAGE,
        ),
        check=_by_policy(client_settings.validate_powershell),
        rules=_rules_of(client_commands.RULES),
        sources=command_lines.SLMGR,
    ),
    Kind(
        id="client-batch",
        title="batch file with settings of KMS clients",
        names=(_CMD,),
        marks=(
            (_CALL, 3),
            (r"^[ \t]*@?reg(\.exe)?[ \t]+(add|delete)\b", 2),
            (r"\bSoftwareProtectionPlatform\b", 1),
            _BATCH,
            _OTHER_LANGUAGE,
        ),
        check=_by_policy(client_settings.validate_batch),
        rules=_rules_of(client_commands.RULES),
        sources=command_lines.SLMGR,
        encodings="unmarked",
    ),
    _dns("dns-powershell", _PS1),
    _dns("dns-dnscmd", _CMD),
    _dns("dns-nsupdate", (r"\.nsupdate$", 3)),
    _dns("dns-dnsmasq", (r"dnsmasq[^/]*\.conf$", 3), (r"\.conf$", 1)),
    _dns("dns-unbound", (r"unbound[^/]*\.conf$", 3), (r"\.conf$", 1)),
    _dns("dns-samba", (r"\.sh$", 1)),
    _dns("dns-zone", (r"\.zone$", 3), (r"\.(db|dns)$", 1), (r"^db\.", 1)),
)
"""Every kind that can be checked. Of two that fit equally the earlier is taken, so the particular come first."""
