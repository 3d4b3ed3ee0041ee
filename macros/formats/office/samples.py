"""Samples of the Office Deployment Tool's configuration file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from macros.formats.base.sample import Context, Mistake, Plan

from . import configuration as office_xml
from .configuration import OfficeRequest, ProductRequest

_ENGLISH = ("en-US",)
_SUITE = ProductRequest("ProPlus2024Volume", _ENGLISH, ("Lync",))


def _office(name: str, request: Callable[[Context], OfficeRequest], *mistakes: Mistake) -> Plan:
    return Plan(
        file_name=f"{name}.xml",
        language="xml",
        make=lambda context, origin: office_xml.generate(request(context), origin, context.catalog),
        check=lambda text, context: office_xml.validate(
            text, context.catalog, mode=request(context).mode, template=True
        ),
        mistakes=lambda context: mistakes,
    )


PLANS: Mapping[str, Plan] = {
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
}
"""Samples by id."""
