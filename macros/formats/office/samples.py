"""Samples of the Office Deployment Tool's configuration file."""

from __future__ import annotations

from collections.abc import Callable

from macros.formats.base.context import SampleContext
from macros.formats.base.keys import PLACEHOLDER
from macros.formats.base.sample import Mistake, Sample, Samples

from .configuration import Mode, OfficeRequest, ProductRequest, generate

_ENGLISH = ("en-US",)
_SUITE = ProductRequest("ProPlus2024Volume", _ENGLISH, ("Lync",))


def _office(request: OfficeRequest, *mistakes: Mistake) -> Sample:
    return _office_of(lambda context: request, *mistakes, use=request.mode)


def _office_of(request: Callable[[SampleContext], OfficeRequest], *mistakes: Mistake, use: Mode) -> Sample:
    return Sample(
        make=lambda context, origin: generate(request(context), origin, context.catalog),
        mistakes=lambda context: mistakes,
        use=use,
    )


_MADE = {
    "office-2024-kms-64": _office(
        OfficeRequest((_SUITE,)),
        Mistake('64" Channel="PerpetualVL2024"', '64" Channel="Current"', "R01"),
    ),
    "office-2024-kms-32": _office(
        OfficeRequest((_SUITE,), architecture="32"),
        Mistake('OfficeClientEdition="32"', 'OfficeClientEdition="x86"', "value"),
    ),
    "office-2024-mak-64": _office(
        OfficeRequest((_SUITE,), method="mak"),
        Mistake('ID="ProPlus2024Volume"', 'ID="O365ProPlusRetail"', "R10"),
    ),
    "project-visio-2024-kms-64": _office(
        OfficeRequest(
            (_SUITE, ProductRequest("ProjectPro2024Volume", _ENGLISH), ProductRequest("VisioPro2024Volume", _ENGLISH))
        ),
        Mistake(
            'ID="VisioPro2024Volume">\n      <Language ID="en-US"/>',
            'ID="VisioPro2024Volume">\n      <Language ID="en-GB"/>',
            "R17",
        ),
    ),
    "visio-2024-beside-m365": _office(
        OfficeRequest(
            (ProductRequest("O365ProPlusRetail", _ENGLISH), ProductRequest("VisioPro2024Volume", _ENGLISH)),
            channel="MonthlyEnterprise",
        ),
        Mistake('ID="O365ProPlusRetail"', f'ID="O365ProPlusRetail" PIDKEY="{PLACEHOLDER}"', "R10"),
    ),
    "proofing-tools": _office(
        OfficeRequest((_SUITE,), proofing=("de-DE", "fr-FR", "es-ES")),
        Mistake('ID="de-DE"', 'ID="German"', "unknown-language"),
    ),
    "office-2024-kms-download": _office_of(
        lambda context: OfficeRequest(
            (_SUITE,),
            mode="download",
            source_path=rf"\\fileserver.{context.organization.dns_zone}\office-ltsc-2024",
        ),
        Mistake('<Language ID="en-US"/>', '<Language ID="MatchInstalled"/>', "R13"),
        use="download",
    ),
}

SAMPLES = Samples.beside(__file__, "odt", _MADE)
