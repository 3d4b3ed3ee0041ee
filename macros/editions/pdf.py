"""Editions for paper as PDF, printed by a Chromium that is there: bookmarks, page numbers, the same bytes each time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

PROGRAM = "CHROMIUM"
"""The environment variable that names the program."""
PROGRAMS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
_FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    # A whole guide is no page of a moment.
    "--timeout=1800000",
    "--no-pdf-header-footer",
    "--generate-pdf-document-outline",
)
_SECONDS = 1800
_DATES = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")
_OBJECT = re.compile(rb"^(\d+) 0 obj\n<</Type /Pages?\b(.*?)^endobj", re.MULTILINE | re.DOTALL)
_KIDS = re.compile(rb"/Kids \[([^\]]*)\]")
_REFERENCE = re.compile(rb"(\d+) 0 R")
_PLACE = re.compile(rb"/([^\s/<>\[\]()]+) \[(\d+) 0 R /XYZ")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_CONTENTS = re.compile(r'<section class="vag-paper-contents".*?</section>', re.DOTALL)
_LINK = re.compile(r'<a href="#([^"]+)"')


class NoPdfError(Exception):
    """There is no PDF; the message says why, and what to do."""


def chromium() -> str:
    """The program that prints. Raises NoPdfError when none is found, with where was looked."""
    named = os.environ.get(PROGRAM, "")
    found = next(filter(None, map(shutil.which, [named] if named else PROGRAMS)), None)
    if found:
        return found
    if named:
        raise NoPdfError(f"{PROGRAM}={named} is no program that can be run, so there is no PDF")
    raise NoPdfError(
        f"no Chromium was found, so there is no PDF; looked for {', '.join(PROGRAMS)}. Install one of them, or name "
        f"one in the environment variable {PROGRAM}. Any browser prints the editions for paper too: they are pages"
    )


def as_pdf(program: str, files: Mapping[str, bytes], page: str, day: date) -> bytes:
    """The PDF of a page. `files` are the page and all that it asks for, by path in the site.

    It is printed twice: the first time says on which sheet everything stands, which the contents of the second tell.
    Raises NoPdfError when the program fails.
    """
    with TemporaryDirectory(prefix="guide-pdf-") as folder:
        for path, data in files.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_bytes(data)
        file = Path(folder) / page
        first = page_numbers(_printed(program, file))
        file.write_text(with_page_numbers(files[page].decode(), first), "utf-8", newline="")
        # The clock of the machine is all that differs from one run to the next.
        moment = f"D:{day:%Y%m%d}000000".encode()
        return _DATES.sub(lambda found: b"/%b (%b" % (found[1], moment), _printed(program, file))


def _printed(program: str, file: Path) -> bytes:
    with TemporaryDirectory(prefix="guide-pdf-") as folder:
        out = Path(folder) / "out.pdf"
        # Chromium refuses to run for root within its sandbox; all that it opens are pages of ours, from disk.
        root = ["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []
        command = [program, *_FLAGS, *root, f"--user-data-dir={folder}/profile", f"--print-to-pdf={out}", file.as_uri()]
        try:
            run = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NoPdfError(f"{program} made no PDF of {file.name}: {error}") from error
        if not out.is_file():
            last = run.stderr.decode(errors="replace").strip().splitlines()[-1:]
            raise NoPdfError(f"{program} made no PDF of {file.name}: {' '.join(last) or f'exit code {run.returncode}'}")
        return out.read_bytes()


def page_numbers(pdf: bytes) -> dict[str, int]:
    """On which page of a PDF of Chromium each anchor stands that a link leads to, from 1 on.

    It writes the tree of pages and the places of anchors as plain text; what cannot be read so has no number.
    """
    nodes = {int(number): inside for number, inside in _OBJECT.findall(pdf)}
    inner = {number: _kids(inside) for number, inside in nodes.items() if _KIDS.search(inside)}
    tops = [*inner.keys() - {kid for kids in inner.values() for kid in kids}]
    leaves = {leaf: number for number, leaf in enumerate(_leaves(tops, inner), start=1)}
    return {
        _ESCAPE.sub(lambda found: bytes.fromhex(found[1].decode()), name).decode(errors="replace"): leaves[int(page)]
        for name, page in _PLACE.findall(pdf)
        if int(page) in leaves
    }


def _kids(inside: bytes) -> Sequence[int]:
    found = _KIDS.search(inside)
    return [int(number) for number in _REFERENCE.findall(found[1])] if found else []


def _leaves(nodes: Sequence[int], inner: Mapping[int, Sequence[int]]) -> Iterator[int]:
    for node in nodes:
        if node in inner:
            yield from _leaves(inner[node], inner)
        else:
            yield node


def with_page_numbers(page: str, numbers: Mapping[str, int]) -> str:
    """A page whose contents name the sheet of each entry, as far as it is known."""
    return _CONTENTS.sub(lambda found: _LINK.sub(lambda link: _numbered(link, numbers), found[0]), page, count=1)


def _numbered(link: re.Match[str], numbers: Mapping[str, int]) -> str:
    return f'{link[0]} data-page="{numbers[link[1]]}"' if link[1] in numbers else link[0]
