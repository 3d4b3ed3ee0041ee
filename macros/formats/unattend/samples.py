"""Samples of answer files."""

from __future__ import annotations

from macros.formats.base.context import SampleContext
from macros.formats.base.sample import Mistake, Sample, Samples

from .answer_file import AnswerRequest, generate


def _answer(request: AnswerRequest, *mistakes: Mistake) -> Sample:
    return Sample(
        make=lambda context, origin: generate(request, origin, context.catalog), mistakes=lambda context: mistakes
    )


def _setup(context: SampleContext) -> tuple[Mistake, ...]:
    """The image names one edition, and the key is that of the other."""
    catalog = context.catalog
    keys = {one.edition: one.key for one in catalog.client_keys if one.product == _SERVER.product}
    right, wrong = f"<Key>{keys['Datacenter']}</Key>", f"<Key>{keys['Standard']}</Key>"
    return (Mistake(right, wrong, "unattend-key-edition"), Mistake(right, "<Key></Key>", "unattend-key-empty"))


_SERVER = AnswerRequest("windows-server-2025", "Datacenter", image="Windows Server 2025 SERVERDATACENTER")

_MADE = {
    "unattend-windows-11": _answer(
        AnswerRequest("windows-11", "Enterprise"),
        Mistake('pass="specialize"', 'pass="oobeSystem"', "unattend-key-pass"),
        Mistake("Microsoft-Windows-Shell-Setup", "Microsoft-Windows-ShellSetup", "unattend-component"),
    ),
    "unattend-ltsc": _answer(
        AnswerRequest("windows-11-ltsc-2024", "Enterprise LTSC 2024"),
        Mistake(' xmlns="urn:schemas-microsoft-com:unattend"', "", "unattend-namespace"),
    ),
    "unattend-server": _answer(
        AnswerRequest("windows-server-2025", "Standard"),
        Mistake('processorArchitecture="amd64"', 'processorArchitecture="x64"', "unattend-attribute"),
    ),
    "unattend-setup": Sample(make=lambda context, origin: generate(_SERVER, origin, context.catalog), mistakes=_setup),
    "unattend-capture": _answer(
        AnswerRequest("windows-11", "Enterprise", capture=True),
        Mistake("<SkipRearm>0</SkipRearm>", "<SkipRearm>1</SkipRearm>", "unattend-skip-rearm"),
    ),
    "unattend-mak": _answer(
        AnswerRequest("windows-11-ltsc-2024", None),
        Mistake("AAAAA</ProductKey>", "AAAA</ProductKey>", "unattend-key-shape"),
        Mistake(
            "<ProductKey>AAAAA-AAAAA-AAAAA-AAAAA-AAAAA</ProductKey>",
            "<ProductKey><Key>AAAAA-AAAAA-AAAAA-AAAAA-AAAAA</Key></ProductKey>",
            "unattend-key-element",
        ),
    ),
}

SAMPLES = Samples.beside(__file__, "unattend", _MADE)
