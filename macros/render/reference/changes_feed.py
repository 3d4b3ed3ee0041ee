"""The log of changes as a feed (Atom, RFC 4287), for programs that tell people what is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import NAMESPACE_DNS, uuid5

from lxml import etree

from macros.catalog.models import Change, Release
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .changes import FEED, PAGE, anchor, heading, text_of, title_of

_ATOM = "http://www.w3.org/2005/Atom"
_OURS = uuid5(NAMESPACE_DNS, "volume-activation-guide")
MOST = 500
"""Changes in the feed, the newest ones. Our choice."""
_SAID = Words.beside(__file__, "feed", "title", "author", "release release", "titled heading title")


def changes_feed(view: View) -> str:
    """An entry for each change and for each release, the newest first.

    Addresses are relative to the feed, because the site works at any address. Ids stay the same at each of them.
    """
    there, log = replace(view, page=FEED), view.catalog.changes
    days = [release.day for release in log.releases] + [change.day for change in log.unreleased]
    feed = etree.fromstring(f'<feed xmlns="{_ATOM}"/>')
    _text(feed, "title", _SAID["title"])
    _text(feed, "id", _id("feed"))
    _text(feed, "updated", _moment(max(days, default=date.min)))
    _text(etree.SubElement(feed, _name("author")), "name", _SAID["author"])
    etree.SubElement(feed, _name("link"), rel="alternate", type="text/html", href=there.href(PAGE))
    etree.SubElement(feed, _name("link"), rel="self", type="application/atom+xml", href=there.href(FEED))
    released = {change.number: release for release, change in log.every()[:MOST]}
    for change in log.unreleased[:MOST]:
        _change(there, feed, change)
    for release in log.releases:
        _release(there, feed, release)
        for change in release.changes:
            if change.number in released:
                _change(there, feed, change)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + etree.tostring(feed, encoding="unicode", pretty_print=True)


def _release(view: View, feed: etree._Element, release: Release) -> None:
    title, address = _SAID.plain("release", release=release.release), f"{PAGE}#release-{release.release}"
    entry = _entry(feed, f"release {release.release}", title, release.day)
    _says(entry, release.notes, view.href(address))


def _change(view: View, feed: etree._Element, change: Change) -> None:
    title = heading(change)
    if called := title_of(view.catalog, change):
        title = _SAID.plain("titled", heading=title, title=called)
    entry = _entry(feed, f"change {change.number}", title, change.day)
    _says(entry, text_of(view.catalog, change), view.href(f"{PAGE}#{anchor(change)}"))


def _entry(feed: etree._Element, name: str, title: str, day: date) -> etree._Element:
    entry = etree.SubElement(feed, _name("entry"))
    _text(entry, "title", title)
    _text(entry, "id", _id(name))
    _text(entry, "updated", _moment(day))
    return entry


def _says(entry: etree._Element, summary: str, address: str) -> None:
    etree.SubElement(entry, _name("link"), rel="alternate", type="text/html", href=address)
    _text(entry, "summary", summary)


def _text(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, _name(name)).text = text


def _name(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _id(name: str) -> str:
    return uuid5(_OURS, name).urn


def _moment(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"
