"""Samples of answer files."""

from __future__ import annotations

from collections.abc import Mapping

from macros.formats.base.sample import Context, Mistake, Plan

from . import answer_file as unattend
from .answer_file import AnswerRequest


def _answer(name: str, request: AnswerRequest, *mistakes: Mistake) -> Plan:
    return Plan(
        file_name=f"{name}.xml",
        language="xml",
        make=lambda context, origin: unattend.generate(request, origin, context.catalog),
        check=lambda text, context: unattend.validate(text, context.catalog, template=True),
        mistakes=lambda context: mistakes,
    )


def _setup(context: Context) -> tuple[Mistake, ...]:
    """The image names one edition, and the key is that of the other."""
    catalog = context.catalog
    keys = {one.edition: one.key for one in catalog.client_keys if one.product == _SERVER.product}
    right, wrong = f"<Key>{keys['Datacenter']}</Key>", f"<Key>{keys['Standard']}</Key>"
    return (Mistake(right, wrong, "unattend-key-edition"), Mistake(right, "<Key></Key>", "unattend-key-empty"))


_SERVER = AnswerRequest("windows-server-2025", "Datacenter", image="Windows Server 2025 SERVERDATACENTER")

PLANS: Mapping[str, Plan] = {
    "unattend-windows-11": _answer(
        "unattend-windows-11-enterprise",
        AnswerRequest("windows-11", "Enterprise"),
        Mistake('pass="specialize"', 'pass="oobeSystem"', "unattend-key-pass"),
        Mistake("Microsoft-Windows-Shell-Setup", "Microsoft-Windows-ShellSetup", "unattend-component"),
    ),
    "unattend-ltsc": _answer(
        "unattend-windows-11-ltsc-2024",
        AnswerRequest("windows-11-ltsc-2024", "Enterprise LTSC 2024"),
        Mistake(' xmlns="urn:schemas-microsoft-com:unattend"', "", "unattend-namespace"),
    ),
    "unattend-server": _answer(
        "unattend-windows-server-2025-standard",
        AnswerRequest("windows-server-2025", "Standard"),
        Mistake('processorArchitecture="amd64"', 'processorArchitecture="x64"', "unattend-attribute"),
    ),
    "unattend-setup": Plan(
        file_name="Autounattend.xml",
        language="xml",
        make=lambda context, origin: unattend.generate(_SERVER, origin, context.catalog),
        check=lambda text, context: unattend.validate(text, context.catalog, template=True),
        mistakes=_setup,
    ),
    "unattend-capture": _answer(
        "unattend-capture",
        AnswerRequest("windows-11", "Enterprise", capture=True),
        Mistake("<SkipRearm>0</SkipRearm>", "<SkipRearm>1</SkipRearm>", "unattend-skip-rearm"),
    ),
    "unattend-mak": _answer(
        "unattend-mak",
        AnswerRequest("windows-11-ltsc-2024", None),
        Mistake("AAAAA</ProductKey>", "AAAA</ProductKey>", "unattend-key-shape"),
        Mistake(
            "<ProductKey>AAAAA-AAAAA-AAAAA-AAAAA-AAAAA</ProductKey>",
            "<ProductKey><Key>AAAAA-AAAAA-AAAAA-AAAAA-AAAAA</Key></ProductKey>",
            "unattend-key-element",
        ),
    ),
}
"""Samples by id."""
