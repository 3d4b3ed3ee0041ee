"""The edition to carry: one archive with the whole site, the same bytes for the same input."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from io import BytesIO

from macros.editions.edition import Edition

from .targets import template

SUMS = "SHA256SUMS"
READ_ME = "READ-ME.txt"
_MODE = 0o644
_UNIX = 3
"""The system that an archive says it was made on, whatever made it."""


def archive(edition: Edition, files: Mapping[str, bytes]) -> bytes:
    """A ZIP archive of files by path, with their digests and what a reader must know of it."""
    read_me = template(READ_ME.lower()).render(
        version=edition.version, day=edition.day, replace=edition.replace, organization=edition.organization
    )
    # As editors on Windows expect it.
    held = {**files, READ_ME: read_me.replace("\n", "\r\n").encode()}
    held[SUMS] = sums(held)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path, data in sorted(held.items()):
            entry = zipfile.ZipInfo(f"{edition.name}/{path}", (*edition.day.timetuple()[:3], 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, _UNIX, _MODE << 16
            packed.writestr(entry, data)
    return stream.getvalue()


def sums(files: Mapping[str, bytes]) -> bytes:
    """The digests of files by path, as `sha256sum --check` reads them."""
    return "".join(f"{digest(data)}  {path}\n" for path, data in sorted(files.items())).encode()


def digest(data: bytes) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(data).hexdigest()
