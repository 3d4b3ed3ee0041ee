"""Samples that differ from one organization to the next by names alone.

Where a browser keeps the reader's organization, a page puts its names into them. A test compares what comes of that
with the sample that is made and checked for such an organization. All other samples are made anew by a build.
"""

from __future__ import annotations

from collections.abc import Mapping

from macros.render.parts.named import filled
from macros.render.parts.view import View

_HOST = ("<KMS host>", "<port>")
_NAME_ALONE = (
    "ansible-discovery",
    "ansible-mak",
    "ansible-state",
    "clients-oslicense-undo",
    "clients-powershell-undo",
    "clients-undo",
    "collect-licenses",
    "mak-office",
    "mak-vamt",
    "mak-windows",
    "office-2024-kms-32",
    "office-2024-kms-64",
    "office-2024-mak-64",
    "project-visio-2024-kms-64",
    "proofing-tools",
    "registry-undo",
    "unattend-capture",
    "unattend-ltsc",
    "unattend-mak",
    "unattend-server",
    "unattend-setup",
    "unattend-windows-11",
    "visio-2024-beside-m365",
)
NAMES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_NAME_ALONE, ()),
    "adba-activate": ("<domains>",),
    "adba-remove": ("<domains>",),
    "clients-domain": ("<DNS zone>",),
    "clients-ospp": _HOST,
    "clients-oslicense": _HOST,
    "clients-powershell": _HOST,
    "office-2024-kms-download": ("<DNS zone>",),
    "preferences-commands": _HOST,
    "preferences-xml": _HOST,
    "registry-office": _HOST,
    "registry-windows": _HOST,
}
"""Names in each of them beside that of the organization in its head, in the order in which they are looked for."""
NEEDS: Mapping[str, tuple[str, ...]] = {"preferences-commands": ("<domain>",), "preferences-xml": ("<domain>",)}
"""Names without which a sample makes no sense, beside those that stand in it."""
_HEAD = "made by the Volume Activation Guide for "


def written(view: View, sample_id: str, text: str) -> dict[int, str]:
    """How the lines of a sample that hold names are written, by line from 1; none of another sample."""
    if sample_id not in NAMES:
        return {}
    found = {}
    for number, line in enumerate(text.split("\n"), start=1):
        own = line.replace(f"{_HEAD}{view.organization.name}", f"{_HEAD}<organization>")
        for name in NAMES[sample_id]:
            own = own.replace(filled(view, name), name)
        if own != line:
            found[number] = own
    return found
