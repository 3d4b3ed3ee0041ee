"""Bytes that are no text: told by how a file begins, and by bytes that text does not hold.

The browser does the same for a fleet: docs/assets/javascripts/fleet-files.js, with what `signs` gives.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping

BINARY = "it is no text"
SIGNATURES: Mapping[bytes, str] = {
    b"ElfFile\0": "it is an event log (.evtx); save its events as XML or text",
    b"PReg": "it is a Registry.pol of Group Policy; export the settings as a .reg file or as registry preferences",
    b"regf": "it is a part of the registry; export the key as a .reg file",
    b"PK\x03\x04": "it is an archive or an Office document; take the text out of it",
    b"\xd0\xcf\x11\xe0": "it is an old Office document; save it as plain text, or a table as CSV",
    b"%PDF-": "it is a PDF; copy the text out of it",
    b"\x89PNG": "it is a picture; the text itself is needed",
    b"\xff\xd8\xff": "it is a picture; the text itself is needed",
    b"GIF8": "it is a picture; the text itself is needed",
    b"BM\x00\x00": "it is a picture; the text itself is needed",
    b"\x1f\x8b": "it is compressed; unpack it",
    b"MZ": "it is a program",
}
"""How files begin that people give and that are no text, and what to do with them. Looked at when text is ruled out."""
LOOKED_AT = 8192
ODD = bytes({*range(0x20), 0x7F} - set(b"\a\b\t\n\v\f\r\x1a\x1b"))
"""Bytes that text does not hold. Colors of terminals and the end mark of old editors do occur."""
WIDE = 8
ODD_SHARE = 20
"""One such byte in so many makes a file binary. Our choice: compressed data has one in ten, damaged text a few."""


def no_text(data: bytes) -> str | None:
    """Why bytes are no text, in words; None for text in whatever encoding."""
    start = data[:LOOKED_AT]
    known = next((words for sign, words in SIGNATURES.items() if start.startswith(sign)), None)
    if known and b"\0" in data:
        return known
    odd = len(start) - len(start.translate(None, ODD))
    return (known or BINARY) if odd * ODD_SHARE > len(start) and not _is_wide(start) else None


def signs() -> Mapping[str, object]:
    """What the browser needs for the same: letters stand for bytes."""
    return {
        "signatures": [[sign.decode("latin-1"), words] for sign, words in SIGNATURES.items()],
        "odd": ODD.decode("latin-1"),
        "looked_at": LOOKED_AT,
        "wide": WIDE,
        "odd_share": ODD_SHARE,
        "binary": BINARY,
    }


def _is_wide(start: bytes) -> bool:
    """Whether it is UTF-16, which has a zero byte in every second place of plain letters."""
    if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return True
    even, uneven = start[::2].count(0), start[1::2].count(0)
    return max(even, uneven) * WIDE > len(start) and min(even, uneven) * WIDE < max(even, uneven)
