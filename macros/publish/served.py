"""What the configuration of every target is made from: a site's headers, media types, and where it will stand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from macros.catalog.strict_yaml import DataError, Problem, short

from . import policy
from .settings import Settings

LOST = "404.html"
"""The page for addresses that lead nowhere."""


@dataclass(frozen=True)
class Served:
    """A site as servers are told of it."""

    settings: Settings
    headers: Mapping[str, str]
    fixed: tuple[str, ...]
    """Files that never change, by path in the site."""
    unusual: Mapping[str, str]
    """Files whose media type hosts do not know by themselves, by path in the site."""
    base: str
    """The folder of the server in which the site stands, with a slash at both ends."""


# What stands in configuration files as it is, also in patterns.
_PLAIN = re.compile(r"(?:/[A-Za-z0-9_-]+)*/?")
_USUAL = {"css", "csv", "gz", "html", "js", "json", "map", "png", "svg", "txt", "xml", "zip"}


def served(settings: Settings, files: Mapping[str, bytes], base: str = "/") -> Served:
    """What to tell servers of the files of a site by path. Raises DataError for a site that cannot be served so."""
    media = {path: settings.media_of(path) for path in files}
    if problems := [*_misread(files, media)]:
        raise DataError(problems)
    pages = {path: data.decode() for path, data in files.items() if path.endswith(".html")}
    return Served(
        settings=settings,
        headers=policy.headers(settings, pages),
        fixed=tuple(sorted(filter(settings.cache.is_fixed, files))),
        unusual={path: kind for path, kind in sorted(media.items()) if path.rpartition(".")[2] not in _USUAL},
        base=base,
    )


def _misread(files: Mapping[str, bytes], media: Mapping[str, str]) -> list[Problem]:
    """Files that a browser would read with other letters than they have."""
    found = []
    for path, kind in media.items():
        charset = kind.partition("charset=")[2]
        try:
            files[path].decode(charset or "latin-1")
        except UnicodeError:
            found.append(Problem(path, None, "", f"is not {charset}, which servers will say of it"))
    return found


def base_of(address: str) -> str:
    """The folder of a server in which a site stands that has this address; the top without an address.

    Raises DataError for what is no address of a site.
    """
    if not address:
        return "/"
    try:
        parts = urlsplit(address)
        is_good = parts.scheme in {"http", "https"} and parts.hostname and not parts.query and not parts.fragment
    except ValueError:
        parts, is_good = urlsplit(""), False
    if not is_good or not _PLAIN.fullmatch(parts.path):
        allowed = (
            "must be an address such as https://guide.example/ or https://example.com/guide/, whose path has only "
            f"English letters, digits, - and _; given: {short(address)}"
        )
        raise DataError([Problem("address", None, "", allowed)])
    return f"/{parts.path.strip('/')}/" if parts.path.strip("/") else "/"
