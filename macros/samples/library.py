"""The samples that the site shows: made from the catalog and the organization, each with twins that must fail.

A twin is the sample with one mistake, made by one replacement, so that it cannot drift from the sample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from macros.catalog.models import Catalog, UnknownIdError
from macros.catalog.organization import Organization
from macros.domain.policy import Policy

from . import dns_srv, office_xml
from .findings import Finding, Report
from .office_xml import OfficeRequest, ProductRequest
from .origin import Origin

Language = Literal["xml", "zone", "powershell"]

_ENGLISH = ("en-US",)
_SUITE = ProductRequest("ProPlus2024Volume", _ENGLISH, ("Lync",))


class SampleError(ValueError):
    """A sample that must not be shown: it has findings, or a twin of it passes."""


@dataclass(frozen=True)
class Mistake:
    """What a twin replaces by what, and the rule that must notice it."""

    old: str
    new: str
    rule: str


@dataclass(frozen=True)
class Twin:
    """A sample with one mistake. `line` is the changed line, and the line of the finding."""

    text: str
    line: int
    finding: Finding
    report: Report


@dataclass(frozen=True)
class Sample:
    """A file that is known to be valid, and its twins that are known to be not."""

    id: str
    file_name: str
    language: Language
    text: str
    report: Report
    twins: tuple[Twin, ...]


@dataclass(frozen=True)
class Context:
    """What samples are made from."""

    catalog: Catalog
    organization: Organization
    policy: Policy
    today: date

    def origin(self, file_name: str) -> Origin:
        """The head of a file."""
        return Origin(file_name, self.organization.name, self.today)


@dataclass(frozen=True)
class _Plan:
    """How one sample is made and checked."""

    file_name: str
    language: Language
    make: Callable[[Context, Origin], str]
    check: Callable[[str, Context], Report]
    mistakes: Callable[[Context], tuple[Mistake, ...]]
    possible: Callable[[Context], bool] = lambda context: True
    """Whether the organization has what the sample is about."""


def _office(name: str, request: Callable[[Context], OfficeRequest], *mistakes: Mistake) -> _Plan:
    return _Plan(
        file_name=f"{name}.xml",
        language="xml",
        make=lambda context, origin: office_xml.generate(request(context), origin, context.catalog),
        check=lambda text, context: office_xml.validate(
            text, context.catalog, mode=request(context).mode, template=True
        ),
        mistakes=lambda context: mistakes,
    )


def _wanted(context: Context) -> dns_srv.Wanted:
    return dns_srv.Wanted.of(context.organization, context.policy)


def _has_records(context: Context) -> bool:
    return bool(dns_srv.records(context.organization, context.policy))


def _has_records_of_its_own(context: Context) -> bool:
    found = dns_srv.records(context.organization, context.policy)
    return any(record.zone == context.organization.dns_zone for record in found)


def _first(context: Context) -> dns_srv.SrvRecord:
    return dns_srv.records(context.organization, context.policy)[0]


def _address_of_first(context: Context) -> str:
    address = context.organization.kms_hosts[0].address
    return str(address) if address else dns_srv.PLACEHOLDER_ADDRESS


def _zone_mistakes(context: Context) -> tuple[Mistake, ...]:
    first = _first(context)
    data = f"{first.port} {first.target}"
    return (Mistake(f"{data}.\n", f"{data}\n", "target-missing-dot"),)


def _record_mistakes(context: Context) -> tuple[Mistake, ...]:
    first = _first(context)
    name = context.policy.srv_name
    return (
        Mistake(f"{first.port} {first.target}.", f"{first.port} {_address_of_first(context)}", "target-is-address"),
        Mistake(f"{name}.", f"{name.replace('tcp', 'udp')}.", "srv-protocol"),
    )


def _powershell_mistakes(context: Context) -> tuple[Mistake, ...]:
    first, name = _first(context), context.policy.srv_name
    return (
        Mistake(f'-Name "{name}"', f'-Name "{name.removeprefix("_")}"', "srv-name"),
        Mistake(f"-Port {first.port}", f"-Port {first.port - 1}", "srv-port"),
    )


PLANS: Mapping[str, _Plan] = {
    "office-2024-kms-64": _office(
        "office-2024-kms-64",
        lambda context: OfficeRequest((_SUITE,)),
        Mistake('64" Channel="PerpetualVL2024"', '64" Channel="Current"', "R01"),
    ),
    "office-2024-kms-32": _office(
        "office-2024-kms-32",
        lambda context: OfficeRequest((_SUITE,), architecture="32"),
        Mistake('OfficeClientEdition="32"', 'OfficeClientEdition="x86"', "value"),
    ),
    "office-2024-mak-64": _office(
        "office-2024-mak-64",
        lambda context: OfficeRequest((_SUITE,), method="mak"),
        Mistake('ID="ProPlus2024Volume"', 'ID="O365ProPlusRetail"', "R10"),
    ),
    "project-visio-2024-kms-64": _office(
        "project-visio-2024-kms-64",
        lambda context: OfficeRequest(
            (_SUITE, ProductRequest("ProjectPro2024Volume", _ENGLISH), ProductRequest("VisioPro2024Volume", _ENGLISH))
        ),
        Mistake(
            'ID="VisioPro2024Volume">\n      <Language ID="en-US"/>',
            'ID="VisioPro2024Volume">\n      <Language ID="en-GB"/>',
            "R17",
        ),
    ),
    "proofing-tools": _office(
        "proofing-tools",
        lambda context: OfficeRequest((_SUITE,), proofing=("de-DE", "fr-FR", "es-ES")),
        Mistake('ID="de-DE"', 'ID="German"', "unknown-language"),
    ),
    "office-2024-kms-download": _office(
        "office-2024-kms-download",
        lambda context: OfficeRequest(
            (_SUITE,),
            mode="download",
            source_path=rf"\\fileserver.{context.organization.dns_zone}\office-ltsc-2024",
        ),
        Mistake('<Language ID="en-US"/>', '<Language ID="MatchInstalled"/>', "R13"),
    ),
    "dns-zone": _Plan(
        file_name="kms-srv.zone",
        language="zone",
        make=lambda context, origin: dns_srv.zone_file(context.organization, context.policy, origin),
        check=lambda text, context: dns_srv.validate(text, _wanted(context)),
        mistakes=_zone_mistakes,
        possible=_has_records_of_its_own,
    ),
    "dns-records": _Plan(
        file_name="kms-srv-records.txt",
        language="zone",
        make=lambda context, origin: dns_srv.record_lines(context.organization, context.policy, origin),
        check=lambda text, context: dns_srv.validate(text, _wanted(context)),
        mistakes=_record_mistakes,
        possible=_has_records,
    ),
    "dns-powershell": _Plan(
        file_name="kms-srv.ps1",
        language="powershell",
        make=lambda context, origin: dns_srv.powershell(context.organization, context.policy, origin),
        check=lambda text, context: dns_srv.validate_powershell(text, _wanted(context)),
        mistakes=_powershell_mistakes,
        possible=_has_records,
    ),
}
"""Every sample by its id."""


def sample(sample_id: str, context: Context) -> Sample:
    """One sample, checked.

    Raises UnknownIdError for an id that no sample has, and SampleError when the sample has an error or a warning, or
    when a twin of it is not rejected on the changed line by the rule that must notice it.
    """
    if sample_id not in PLANS:
        raise UnknownIdError("sample", sample_id, PLANS)
    plan = PLANS[sample_id]
    text = plan.make(context, context.origin(plan.file_name))
    report = plan.check(text, context)
    if report.verdict != "valid":
        raise SampleError(f"sample {sample_id} must not be shown: {_described(report)}")
    twins = tuple(_twin(sample_id, text, mistake, plan, context) for mistake in plan.mistakes(context))
    return Sample(sample_id, plan.file_name, plan.language, text, report, twins)


def available(context: Context) -> tuple[str, ...]:
    """Ids of the samples that can be made for this organization."""
    return tuple(sample_id for sample_id, plan in PLANS.items() if plan.possible(context))


def samples(context: Context) -> tuple[Sample, ...]:
    """Every sample that can be made for this organization."""
    return tuple(sample(sample_id, context) for sample_id in available(context))


def _twin(sample_id: str, text: str, mistake: Mistake, plan: _Plan, context: Context) -> Twin:
    if mistake.old not in text:
        raise SampleError(f"sample {sample_id}: its twin replaces {mistake.old!r}, which the sample does not contain")
    twin = text.replace(mistake.old, mistake.new, 1)
    line = _first_difference(text, twin)
    report = plan.check(twin, context)
    found = next((one for one in report.findings if one.id == mistake.rule and one.line == line), None)
    if found is None or report.verdict == "valid":
        raise SampleError(
            f"sample {sample_id}: its twin must be rejected by {mistake.rule} on line {line}, but got: "
            + _described(report)
        )
    return Twin(twin, line, found, report)


def _first_difference(one: str, other: str) -> int:
    pairs = zip(one.split("\n"), other.split("\n"), strict=True)
    return next(number for number, (left, right) in enumerate(pairs, start=1) if left != right)


def _described(report: Report) -> str:
    return "; ".join(f"{one.id} on line {one.line}: {one.message}" for one in report.findings) or "no finding"
