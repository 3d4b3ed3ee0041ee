"""The pages of a built site as trees, and what their links lead to. Nothing here knows what built them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree

from macros.build import article_in
from macros.catalog.strict_yaml import DataError, Problem

_HEADING = re.compile(r"<h1\b.*?</h1>", re.DOTALL)
_PARTS_OF_SCRIPTS = re.compile(r"<template\b(?:(?!<template\b).)*?</template>", re.DOTALL)
"""What scripts clone. One may stand in another; what is left is dropped with the outer one."""
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
Element = Any
"""An element of lxml, which has no types of its own."""


@dataclass(frozen=True)
class Page:
    """A page by its path in the site, and the source path that it was made from."""

    source: str
    path: str
    text: str
    """HTML of the article."""

    @property
    def title(self) -> str:
        """Its heading."""
        found = _HEADING.search(self.text)
        return " ".join(text_of(_tree(found[0])).split()) if found else self.path

    def tree(self) -> Element:
        """The article as a tree of its own, which may be changed."""
        return _tree(_PARTS_OF_SCRIPTS.sub("", self.text))


def _tree(text: str) -> Element:
    return etree.fromstring(f"<article>{text}</article>", etree.HTMLParser()).find("body/article")


def pages_in(built: Mapping[str, bytes]) -> dict[str, Page]:
    """The pages of a site, from its files by path, by the source path of each."""
    found = {}
    for path, data in built.items():
        article = article_in(data.decode()) if path.endswith(".html") else None
        if article is not None:
            source = f"{path.removesuffix('.html')}.md"
            found[source] = Page(source, path, article)
    return found


def styles_in(built: Mapping[str, bytes], page: str = "index.html") -> Sequence[str]:
    """The stylesheets that a page asks for, by path in the site, in their order.

    Raises DataError when the page is missing: then the folder holds no site.
    """
    if page not in built:
        raise DataError([Problem(page, None, "", "is missing; expected the files of a built site")])
    folder = posixpath.dirname(page)
    return [posixpath.normpath(posixpath.join(folder, path)) for path in _STYLE.findall(built[page].decode())]


@dataclass(frozen=True)
class Place:
    """What a link leads to: a page or file of the site by path with an anchor, or another address."""

    path: str = ""
    anchor: str = ""
    address: str = ""


def place_of(href: str, page: str) -> Place:
    """What a link on a page leads to."""
    parts = urlsplit(href)
    if parts.scheme or parts.netloc:
        return Place(address=href)
    path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path))) if parts.path else page
    return Place(path, unquote(parts.fragment))


def text_of(element: Element) -> str:
    """The text of an element without what only a screen shows: the link beside a heading."""
    return "".join(_texts(element))


def _texts(element: Element) -> Iterator[str]:
    if element.get("class") != "headerlink" and isinstance(element.tag, str):
        yield element.text or ""
        for child in element:
            yield from _texts(child)
            yield child.tail or ""


def inside(element: Element) -> str:
    """What stands in an element, as HTML."""
    return "".join(
        [escape(element.text or ""), *(etree.tostring(one, encoding="unicode", method="html") for one in element)]
    )
