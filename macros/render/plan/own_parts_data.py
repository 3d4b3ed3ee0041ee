"""What pages draw a reader's organization with: two files of data, which only a browser that keeps one asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from macros.catalog.models import ProductKind
from macros.catalog.organization import Organization
from macros.formats.base.context import SampleContext
from macros.formats.library import available
from macros.render.parts.named import names_as_data
from macros.render.parts.names import METHOD_NAMES
from macros.render.parts.script_data import data_file, tables_as_data
from macros.render.parts.templates import templates_of
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .answers_data import known
from .my_organization import CLIENT_IDS, organization_as_data, words_of_form

NAMES_FILE = "assets/data/own-names.js"
PARTS_FILE = "assets/data/own-parts.js"
_NAMES = Words.beside(__file__, "own-names", "lacking needs", "lacking-again needs")
_SAID = Words.beside(
    __file__,
    "own-parts",
    "form built",
    "form-again",
    "page built",
    "page-again",
    "calendar",
    "calendar-again",
    "sample built",
    "sample-again",
    "sample-dns built",
    "sample-dns-again",
    "sample-dns-page",
    "sample-none name",
    "example built",
    "example-again",
    "windows",
    "windows-line office groups",
    "windows-none",
    "none",
    "office office",
    "groups groups",
    "met",
    "met-of met all",
    "met-none",
    "left",
    "left-of left total",
    "left-none",
    "date",
    "date-none",
    "asked asking threshold chance",
    "counts name",
    "count-columns 6",
    "threshold-columns 4",
    "holds",
    "hold-columns 5",
    "methods name",
    "method-columns 4",
    "unmet",
    "no-group name methods",
    "no-group-by-way name",
    "groups-of name methods",
    "group-columns 6",
    "used used groups method",
    "unused method",
    "never never",
    "nobody",
    "and first last",
    "windows-client count",
    "windows-server count",
    "office-installations count",
    "renewals",
    "renewal-columns 6",
    "no-renewals name",
    "unrecorded groups",
    "none-left",
    "later day",
    "next-end",
    "next-end-line group left",
    "maks name",
    "mak-columns 9",
    "not-used-up",
    "after month",
    "no-asker name",
    "mak-card verdict needed",
    "activations left",
    "draws name",
    "draw-columns 7",
    "no-draw name",
    "no-mak name",
    "keys name",
    "key-columns 6",
    "of used limit left",
    "overdrawn used limit over",
    "key-over",
    "key-strict",
    "key-last",
    "key-within",
    "resets name",
    "reset-columns 6",
    "every days",
    "not-by-kms",
    "covers name",
    "cover-columns 4",
    "covered",
    "no-cover name",
    "support name",
    "support-columns 3",
    "no-support name",
    "by-release product computers",
    "releases",
    "computers computers",
    "hosts hosts",
    "support-ended",
    "records name",
    "record-columns 5",
    "no-records name",
    "no-keys name",
    "days-never",
    "days-every",
    "days-some days",
)
_LISTS = frozenset(name for name in _SAID.slots if name.endswith("columns"))
_DRAWN = ("drawn", "my-organization")
"""Scripts whose templates the parts are drawn with."""
_ROOT = "index.md"
_USED = (
    "products",
    "systems",
    "keys",
    "activates",
    "act",
    "sheet",
    "count",
    "mak",
    "usual",
    "target",
    "projected",
    "releases",
    "tolerated",
    "no_zone",
)


def data_files(view: View) -> dict[str, bytes]:
    """The two files by path in the site. Addresses in them are those of the start page."""
    root = replace(view, page=_ROOT)
    names = {**names_as_data(root), "words": {**_NAMES}}
    return {
        NAMES_FILE: data_file({"vag-own-names": names}),
        PARTS_FILE: data_file(
            {
                "vag-organization": organization_data(root),
                "vag-decision": tables_as_data(root),
                "vag-own-parts": parts_data(root),
            }
        ),
    }


def _hostless(view: View) -> Iterator[str]:
    """Samples that an organization without a KMS host can have."""
    nobody = Organization(name=view.organization.name, active_directory=view.organization.active_directory)
    yield from available(SampleContext(view.catalog, view.policy, nobody, view.today))


def organization_data(view: View) -> Mapping[str, Any]:
    """What the scripts of the page "My organization" compute verdicts and open points with, and no more."""
    data = organization_as_data(view)
    return {
        **{name: data[name] for name in _USED},
        "options": {"keys": data["options"]["keys"]},
        "form": words_of_form("verdict", "mak", *get_args(ProductKind)),
    }


def parts_data(view: View) -> Mapping[str, Any]:
    """Words, names and limits of the parts."""
    return {
        "built": view.organization.name,
        "said": {name: [*_SAID.list(name)] if name in _LISTS else _SAID[name] for name in _SAID.slots},
        "methods": dict[str, str](METHOD_NAMES.items()),
        "resets": {**CLIENT_IDS},
        "expiry": known(view, "expiry"),
        "lifecycle": {entry.id: view.href(f"plan/lifecycle.md#{entry.id}") for entry in view.catalog.lifecycle},
        "hostless": [*_hostless(view)],
        "srv_name": view.policy.srv_name,
        "templates": templates_of(_DRAWN),
    }
