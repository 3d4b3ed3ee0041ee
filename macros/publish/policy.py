"""The Content-Security-Policy that fits a built site: nothing inline runs but what the theme wrote, by its hash."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser

from macros.catalog.strict_yaml import DataError, Problem

from .settings import Settings

_POLICY = "Content-Security-Policy"
_HEADER_ONLY = {"frame-ancestors", "report-uri", "sandbox"}
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_IS_FROM_FILE = re.compile(r"\ssrc\s*=", re.IGNORECASE)
_TYPE = re.compile(r"\stype\s*=\s*[\"']?([^\"'\s>]*)", re.IGNORECASE)
_RUNS = re.compile(
    r"(?:|module|importmap|speculationrules|(?:text|application)/(?:x-)?(?:java|ecma)script)", re.IGNORECASE
)
"""Types of scripts that browsers run, or act on. Data have others."""
_SUSPECT = re.compile(r"<style\b|\sstyle\s*=|\son[a-z]+\s*=|javascript:", re.IGNORECASE)


def headers(settings: Settings, pages: Mapping[str, str]) -> dict[str, str]:
    """What a server sends with every file of a site, from its pages by path.

    Raises DataError for a page that the policy would break, with what is in it.
    """
    if problems := [*_problems(pages)]:
        raise DataError(problems)
    return {_POLICY: policy(settings, pages.values()), **settings.headers}


def policy(settings: Settings, pages: Iterable[str]) -> str:
    """The policy as a header says it, with the hashes of what the pages run."""
    hashes = sorted({_hash(code) for page in pages for code in inline_scripts(page)})
    return "; ".join(
        " ".join([name, *said, *(hashes if name == "script-src" else ())]) for name, said in settings.policy.items()
    )


def in_page(headers: Mapping[str, str], page: bytes) -> bytes:
    """A page that says its policy itself, for hosts that send no headers.

    What browsers take from headers alone is left out.

    Raises DataError for a page without the line of its encoding, behind which the policy stands.
    """
    kept = [one for one in headers[_POLICY].split("; ") if one.split()[0] not in _HEADER_ONLY]
    said = (
        f'\n<meta http-equiv="{_POLICY}" content="{"; ".join(kept)}">'
        f'\n<meta name="referrer" content="{headers["Referrer-Policy"]}">'
    )
    head, mark, rest = page.partition(b'<meta charset="utf-8">')
    if not mark:
        raise DataError([Problem("a page", None, "", 'has no <meta charset="utf-8">, so its policy has no place')])
    return head + mark + said.encode() + rest


def inline_scripts(page: str) -> Iterator[str]:
    """Scripts that stand in a page and run, as a browser reads them."""
    for attributes, code in _SCRIPT.findall(page):
        kind = found[1] if (found := _TYPE.search(attributes)) else ""
        if not _IS_FROM_FILE.search(attributes) and _RUNS.fullmatch(kind):
            yield code.replace("\r\n", "\n").replace("\r", "\n")


def _hash(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


def _problems(pages: Mapping[str, str]) -> Iterator[Problem]:
    for path, page in pages.items():
        # Reading a page takes long, and few hold anything like it.
        if _SUSPECT.search(page):
            reader = _Reader()
            reader.feed(page)
            for line, what in reader.found:
                yield Problem(path, line, "", f"{what}, which the policy of a published site stops")


class _Reader(HTMLParser):
    """Finds what no hash allows: styles in a page, and scripts in attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        line = self.getpos()[0]
        if tag == "style":
            self.found.append((line, "has a <style> element"))
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.found.append((line, f'<{tag}> has the attribute "{name}"'))
            elif (value or "").strip().lower().startswith("javascript:"):
                self.found.append((line, f'<{tag}> has a script as its "{name}"'))
