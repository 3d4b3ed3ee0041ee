"""SRV records for KMS, as formats: one for each way in which a DNS server takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from macros.formats.base.context import Context
from macros.formats.base.findings import Finding, Rule
from macros.formats.base.format import Encodings, File, Format, Language, Mark
from macros.formats.base.rules import Rules
from macros.formats.base.sample import Sample
from macros.formats.shells.marks import CMD, PS1

from . import dnsmasq, nsupdate, samba, samples, unbound, windows, zone
from .reading import LIMITS, Content, Form
from .records import judge
from .srv import Wanted


@dataclass(frozen=True)
class Compared:
    """The records of a file, and what they are compared with."""

    content: Content
    wanted: Wanted


Read = Callable[[str, Wanted], Content]
"""Reads the records of a text; names without a zone belong to the first that is wanted."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SrvFormat(Format[Compared]):
    """A format of SRV records, which all are judged by the same rules."""

    form: Form
    records: Read
    signs: tuple[str, ...]
    """Patterns of which a file of this form has at least one."""

    def against(self, wanted: Wanted) -> SrvFormat:
        """The same, compared with what is given here, whatever the context knows."""
        return replace(self, read=lambda file, context: Compared(self.records(file.text, wanted), wanted))


def _format(
    form: Form,
    read: Read,
    *signs: str,
    id: str,
    language: Language,
    names: tuple[Mark, ...],
    samples: Mapping[str, Sample],
    encodings: Encodings = "unmarked",
) -> SrvFormat:
    def read_file(file: File, context: Context) -> Compared:
        wanted = Wanted.of(context)
        return Compared(read(file.text, wanted), wanted)

    def judge_file(compared: Compared, context: Context) -> Iterator[Finding]:
        return judge(compared.content, compared.wanted, form)

    return SrvFormat(
        id=id,
        title=f"SRV records as {form.title}",
        language=language,
        names=names,
        # One sign is enough, and several say no more.
        marks=(("|".join(f"(?:{mark})" for mark in signs), 3),),
        sources=form.sources,
        encodings=encodings,
        limits=LIMITS,
        rules=Rules(lambda: {rule.id: _of_form(rule, form) for rule in form.rules.values()}),
        read=read_file,
        judge=judge_file,
        samples=samples,
        form=form,
        records=read,
        signs=signs,
    )


def _of_form(rule: Rule, form: Form) -> Rule:
    """A rule as it reads for one form."""
    message, cure = (
        words.replace("{form}", form.title).replace("{order}", form.order) for words in (rule.message, rule.cure)
    )
    return replace(rule, message=message, cure=cure)


FORMATS = (
    _format(
        windows.POWERSHELL,
        windows.read_powershell,
        r"(?<![a-z0-9_])Add-DnsServerResourceRecord",
        id="dns-powershell",
        language="powershell",
        names=(PS1,),
        samples=samples.IN_POWERSHELL,
        encodings="marked",
    ),
    _format(
        windows.DNSCMD,
        windows.read_dnscmd,
        r"^[ \t]*@?[^ \t\n]{0,200}?dnscmd(\.exe)?[ \t][^\n]{0,200}?/record",
        id="dns-dnscmd",
        language="bat",
        names=(CMD,),
        samples=samples.IN_DNSCMD,
    ),
    _format(
        nsupdate.FORM,
        nsupdate.read,
        r"^[ \t]*update[ \t]+(add|del)",
        r"^[ \t]*(add|del|delete)[ \t]+[^ \t\n]{1,255}([ \t]+[0-9]+)?([ \t]+IN)?[ \t]+SRV(?![A-Za-z0-9_])",
        id="dns-nsupdate",
        language="text",
        names=((r"\.nsupdate$", 3),),
        samples=samples.IN_NSUPDATE,
    ),
    _format(
        dnsmasq.FORM,
        dnsmasq.read,
        r"^[ \t]*srv-host[ \t]*=",
        id="dns-dnsmasq",
        language="properties",
        names=((r"dnsmasq[^/]*\.conf$", 3), (r"\.conf$", 1)),
        samples=samples.IN_DNSMASQ,
    ),
    _format(
        unbound.FORM,
        unbound.read,
        r"^[ \t]*local-data:",
        id="dns-unbound",
        language="text",
        names=((r"unbound[^/]*\.conf$", 3), (r"\.conf$", 1)),
        samples=samples.IN_UNBOUND,
    ),
    _format(
        samba.FORM,
        samba.read,
        r"^[ \t]*([^ \t\n]+[ \t]+)?[^ \t\n]{0,200}?samba-tool[ \t]+dns",
        id="dns-samba",
        language="bash",
        names=((r"\.sh$", 1),),
        samples=samples.IN_SAMBA,
    ),
    _format(
        zone.FORM,
        zone.read,
        r"^[^ \t\n]{1,255}[ \t]+([0-9]+[a-z]?[ \t]+)?(IN[ \t]+)?([0-9]+[a-z]?[ \t]+)?SRV[ \t(]+[0-9]",
        r"^\$(ORIGIN|TTL)[ \t]",
        r"^[^ \t\n]{1,255}[ \t]+([0-9]+[a-z]?[ \t]+)?(IN[ \t]+)?SOA[ \t]",
        id="dns-zone",
        language="zone",
        names=((r"\.zone$", 3), (r"\.(db|dns)$", 1), (r"^db\.", 1)),
        samples=samples.IN_ZONES,
    ),
)

BY_ID: Mapping[str, SrvFormat] = {one.id: one for one in FORMATS}
