"""No product key but published ones in any file of the site, however written; and proof that one would be seen."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from macros.catalog.models import Catalog
from tests.built import Site
from tests.site import test_site

BINARY = frozenset({".gz", ".ico", ".png", ".woff", ".woff2"})
"""Types of files that hold no text of ours. Every other file is read, whatever its name."""
SECRET = "-".join(["BCDFG", "HJKMP", "QRTVW", "XY234", "67892"])
"""Of the shape and the letters of a key, and a key to nothing."""
_KEY = re.compile(r"(?<![0-9A-Z])[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}(?![0-9A-Z])", re.IGNORECASE)
_TAG = re.compile(r"<(?:!--.*?--|[^<>]*)>", re.DOTALL)
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200d\u2060\ufeff\0]")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\uff0d]")
_ESCAPE = re.compile(r"\\+(?:u([0-9a-f]{4})|x([0-9a-f]{2}))", re.IGNORECASE)


def text_of(file: Path) -> str:
    """The text of a file in the encoding that its mark names, else in UTF-8."""
    data = file.read_bytes()
    utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return data.decode("utf-16" if utf_16 else "utf-8")


def readings(text: str) -> Iterator[str]:
    """The text as it stands, and as a reader or a program sees it: without tags, with entities and escapes undone."""
    for one in (text, _TAG.sub("", text)):
        plain = unescape(one)
        yield from (plain, _ESCAPE.sub(lambda found: chr(int(found[1] or found[2], 16)), plain), unquote(plain))


def keys_in(text: str) -> set[str]:
    """Every product key in a text, in capital letters."""
    # Most files read the same in each way, and each way costs time.
    seen = {_DASHES.sub("-", _UNSEEN.sub("", one)) for one in {*readings(text)}}
    return {key.upper() for one in seen for key in _KEY.findall(one)}


@cache
def keys_of(site: Site) -> dict[Path, set[str]]:
    """The keys in every file of a site that may hold text."""
    return {file: keys_in(text_of(file)) for file in site.files if file.suffix not in BINARY}


def unpublished(site: Site, catalog: Catalog) -> list[tuple[str, str]]:
    """Files with keys that Microsoft does not publish, and the last group of each."""
    published = {key.key for key in catalog.client_keys}
    return [
        (file.relative_to(site.folder).as_posix(), key[-5:])
        for file, keys in keys_of(site).items()
        for key in sorted(keys - published)
        if not test_site.PLACEHOLDER.fullmatch(key)
    ]


def tagged(key: str) -> str:
    return "".join(f'<span class="n">{part}</span>' for part in re.split("(-)", key))


FORMS: Mapping[str, Callable[[str], str]] = {
    "as it is": lambda key: key,
    "in small letters": str.lower,
    "in a word": lambda key: f"/ipk:{key};",
    "in quotes": lambda key: f'"{key}"',
    "behind an underscore": lambda key: f"key_{key}_",
    "split over tags": tagged,
    "in small letters, split over tags": lambda key: tagged(key.lower()),
    "with a tag in a group": lambda key: f"{key[:3]}<wbr>{key[3:]}",
    "with a comment in a group": lambda key: f"{key[:3]}<!-- > -->{key[3:]}",
    "with entities": lambda key: key.replace("-", "&#45;"),
    "with a soft hyphen": lambda key: key.replace("-", "-\u00ad"),
    "with hyphens that do not break": lambda key: key.replace("-", "\u2011"),
    "with escapes of scripts": lambda key: key.replace("-", "\\u002d"),
    "in an address": lambda key: key.replace("-", "%2D"),
}


def planted(folder: Path, suffix: str, text: str) -> Site:
    """A site with one file."""
    folder.mkdir(exist_ok=True)
    content = json.dumps({"text": text}) if suffix == ".json" else text
    (folder / f"file{suffix}").write_text(f"before {content} after", "utf-8")
    return Site(folder)


# ---------------------------------------------------------------------------------------------------------- site


@pytest.mark.slow
def test_no_file_of_the_site_has_a_key_that_is_not_published(site: Site, catalog: Catalog) -> None:
    assert unpublished(site, catalog) == []


@pytest.mark.slow
def test_the_site_has_published_keys_in_pages_and_in_downloads(site: Site, catalog: Catalog) -> None:
    published = {key.key for key in catalog.client_keys}
    found = {file.suffix for file, keys in keys_of(site).items() if keys & published}
    assert {".html", ".cmd", ".xml"} <= found


def test_every_file_is_text_that_is_read_or_of_a_known_other_type(site: Site) -> None:
    for file in site.files:
        data = file.read_bytes()
        if file.suffix in BINARY:
            assert b"\0" in data, f"{file.name} is text, and nobody looks into it"
        else:
            assert "\0" not in text_of(file), f"{file.name} is no text"


# --------------------------------------------------------------------------------------------------- would it see


@pytest.mark.parametrize("form", FORMS)
def test_a_key_is_seen_in_every_type_of_text(form: str, site: Site, catalog: Catalog, tmp_path: Path) -> None:
    suffixes = {file.suffix for file in site.files} - BINARY
    assert {".html", ".js", ".css", ".json", ".xml", ".svg", ".ps1", ".cmd", ".reg", ".csv", ".yml"} <= suffixes
    for suffix in sorted(suffixes):
        found = unpublished(planted(tmp_path / (suffix or "none"), suffix, FORMS[form](SECRET)), catalog)
        assert found == [(f"file{suffix}", SECRET[-5:])], suffix


def test_a_key_is_seen_in_a_file_of_utf_16(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "kms.reg").write_bytes(codecs.BOM_UTF16_LE + f'"Key"="{SECRET}"'.encode("utf-16-le"))
    assert unpublished(Site(tmp_path), catalog) == [("kms.reg", SECRET[-5:])]


def test_a_key_is_seen_wherever_it_stands_in_a_page(site: Site, catalog: Catalog, tmp_path: Path) -> None:
    page = (site.folder / "index.html").read_text("utf-8")
    places = [found.end() for found in re.finditer(r">", page)]
    for number, place in enumerate(places[:: max(1, len(places) // 20)]):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "index.html").write_text(f"{page[:place]} {tagged(SECRET)} {page[place:]}", "utf-8")
        assert unpublished(Site(folder), catalog) == [("index.html", SECRET[-5:])]


def test_published_keys_and_the_placeholder_are_no_finding(catalog: Catalog, tmp_path: Path) -> None:
    allowed = [*(key.key for key in catalog.client_keys), "-".join(["AAAAA"] * 5)]
    for form, write in FORMS.items():
        assert unpublished(planted(tmp_path, ".html", " ".join(map(write, allowed))), catalog) == [], form


@pytest.mark.parametrize("text", ["12345-12345-12345-12345", "about-12345-67890-12345", "-".join(["ABCDEF"] * 5)])
def test_what_only_resembles_a_key_is_no_finding(text: str) -> None:
    assert keys_in(text) == set()


@pytest.mark.parametrize("suffix", [".html", ".json", ".xml", ".txt", ".js"])
def test_the_plain_test_of_the_site_sees_a_plain_key(suffix: str, catalog: Catalog, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=SECRET[-5:]):
        test_site.test_no_product_key_but_published_ones_is_in_the_site(planted(tmp_path, suffix, SECRET), catalog)
