"""Everything that is put on a server, from the files of a built site."""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping

from macros.catalog.strict_yaml import DataError, Problem
from macros.editions.edition import Edition
from macros.editions.forms import papers
from macros.editions.handbook import handbook_path
from macros.render.parts.html import Html, join, tag
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .offline import archive, digest, sums
from .policy import in_page
from .served import Served, base_of, served
from .settings import settings
from .targets import SITE, configuration

OFFER = "contributing/publish.html"
"""The page that offers the edition to carry."""
DOWNLOADS = "downloads"
_WORDS = Words.beside(
    __file__,
    "offline",
    "offered megabytes day link digest sums",
    "sums",
    "carried day replace",
    "paper links",
    "handbook link",
)
_PLACE = re.compile(r"(<p data-vag-offline[^>]*>).*?(</p>)", re.DOTALL)
_SMALLEST = 1024
"""Bytes below which compressing a file saves nothing: it fits into one packet."""
_MEGABYTE = 1_000_000


def published(
    view: View,
    edition: Edition,
    built: Mapping[str, bytes],
    forms: Mapping[str, bytes],
    address: str = "",
    *,
    policy_in_pages: bool = False,
) -> dict[str, bytes]:
    """The site with all that belongs to it, configuration for servers, and the edition to carry, by path.

    `built` are the files of the site, by path in it, and `forms` those of its other forms. `policy_in_pages` is for
    hosts that send no headers of one's own.

    Raises DataError for an address that is none, and for a site that servers would not show as it is.
    """
    site = {**built, **forms}
    told = served(settings(), site, base_of(address))
    servers = configuration(told)
    also = _also(view, edition, forms)
    said = _WORDS.say(view, "carried", day=edition.day, replace=edition.replace)
    carried = _with_note(site, join([said, also]))
    packed = archive(edition, _in_site(carried) | servers)
    name = f"{edition.name}.zip"
    beside = {f"{DOWNLOADS}/{name}": packed, f"{DOWNLOADS}/{name}.sha256.txt": sums({name: packed})}
    online = _with_note(site, join([_offer(view, edition, packed), also])) | beside
    if policy_in_pages:
        online = {
            path: in_page(told.headers, data) if path.endswith(".html") else data for path, data in online.items()
        }
    return _in_site(online | _compressed(told, online)) | servers


def _in_site(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {f"{SITE}/{path}": data for path, data in files.items()}


def _offer(view: View, edition: Edition, packed: bytes) -> Html:
    address = f"../{DOWNLOADS}/{edition.name}.zip"
    return _WORDS.say(
        view,
        "offered",
        megabytes=f"{len(packed) / _MEGABYTE:.1f}",
        day=edition.day,
        link=tag("a", f"{edition.name}.zip", href=address, download=True),
        digest=tag("code", digest(packed), class_="vag-digest"),
        sums=tag("a", _WORDS["sums"], href=f"{address}.sha256.txt", download=True),
    )


def _also(view: View, edition: Edition, forms: Mapping[str, bytes]) -> Html:
    """Where the other forms of the guide stand; nothing is said of one that was not made."""
    links = [tag("a", title, href=f"../{path}") for path, title in papers().items() if path in forms]
    said = [_WORDS.say(view, "paper", links=join(links, ", "))] if links else []
    if (book := handbook_path(edition)) in forms:
        link = tag("a", book.rpartition("/")[2], href=f"../{book}", download=True)
        said.append(_WORDS.say(view, "handbook", link=link))
    return join(join([tag("br"), one]) for one in said)


def _with_note(files: Mapping[str, bytes], note: Html) -> dict[str, bytes]:
    """The site with what its page says of the edition to carry."""
    page, places = _PLACE.subn(lambda found: f"{found[1]}{note}{found[2]}", files.get(OFFER, b"").decode())
    if places != 1:
        raise DataError([Problem(OFFER, None, "", f"offers the edition to carry in {places} places; expected 1")])
    return {**files, OFFER: page.encode()}


def _compressed(told: Served, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Compressed copies beside the files that they make smaller; their time is left out, so they stay the same."""
    worth = {path: data for path, data in files.items() if len(data) >= _SMALLEST and told.settings.is_packed(path)}
    small = {path: gzip.compress(data, 9, mtime=0) for path, data in worth.items()}
    return {f"{path}.gz": data for path, data in small.items() if len(data) < len(files[path])}
