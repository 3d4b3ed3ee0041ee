"""What rows of the registers share: pages with their dates, links to rows, and ids in words."""

from __future__ import annotations

import re
from collections.abc import Iterable

from macros.catalog.models import CommandOption, Conflict, Fact, Reading
from macros.render.parts.html import Html, join, tag
from macros.render.parts.places import fact_place
from macros.render.parts.view import View
from macros.render.parts.words import Words

WORDS = Words.beside(
    __file__,
    "rows",
    "dated day",
    "undated",
    "no-page",
    "reading text pages",
    "with-first",
    "with-second",
    "with-neither",
    "computed which",
)
_COMPUTED_WITH = {"a": "with-first", "b": "with-second", "neither": "with-neither"}
_WRITTEN = {
    "adba": "ADBA", "avma": "AVMA", "azure": "Azure", "cid": "confirmation ID", "csvlk": "CSVLK", "dns": "DNS",
    "education": "Education", "enterprise": "Enterprise", "gvlk": "GVLK", "id": "ID", "iid": "installation ID",
    "iot": "IoT", "ips": "addresses", "kb": "update", "kms": "KMS", "ltsc": "LTSC", "mak": "MAK", "max": "largest",
    "microsoft": "Microsoft", "min": "smallest", "office": "Office", "ospp": "ospp.vbs", "powershell": "PowerShell",
    "pro": "Pro", "project": "Project", "r2": "R2", "rds": "RDS",
    "rfm": "reduced functionality mode", "server": "Server", "slmgr": "slmgr.vbs",
    "spla": "SPLA", "sql": "SQL", "url": "address", "vamt": "VAMT", "visio": "Visio", "vm": "VM",
    "windows": "Windows", "wmi": "WMI", "us": "US", "china": "China", "germany": "Germany", "21vianet": "21Vianet",
    "ws2025": "Windows Server 2025",
}  # fmt: skip
"""How parts of ids and of keys are written for readers, where not as they stand."""
_GUID = re.compile(r"([0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})")


def pages_read(view: View, ids: Iterable[str]) -> Html:
    """Links to the pages that sources describe, each with the date on it."""
    return join((join([_page(view, name), _page_date(view, name)]) for name in ids), ", ")


def reading(view: View, one: Reading) -> Html:
    """One side of a conflict in our words, with the pages that say so."""
    pages = pages_read(view, one.sources) if one.sources else WORDS["no-page"]
    return WORDS.say(view, "reading", text=tag("span", _with_code(one.text), data_vag_quote=True), pages=pages)


def which_reading(conflict: Conflict) -> str:
    """The reading of a conflict that computations use."""
    return WORDS[_COMPUTED_WITH[conflict.computed_with]]


def computed_with(conflict: Conflict) -> str:
    """The same as a sentence."""
    return WORDS.plain("computed", which=which_reading(conflict))


def fact_link(view: View, fact: Fact) -> Html:
    """The id of a fact, linked to its row."""
    return tag("a", tag("code", fact.id), href=view.href(fact_place(view.catalog, fact.id)), data_fact=fact.id)


def conflict_link(view: View, conflict: Conflict) -> Html:
    """What two pages disagree about, linked to both readings."""
    return tag("a", conflict.topic, href=view.href(f"reference/conflicts.md#{conflict.id}"))


def own_link(anchor: str) -> Html:
    """The id of a row, linked to the row itself."""
    return tag("a", tag("code", anchor), href=f"#{anchor}")


def command_anchor(item: CommandOption) -> str:
    """The anchor of an option: `slmgr-dlv`; `ospp-rearm-value` for the form that takes a value after a colon."""
    value = "-value" if item.option.endswith(":") else ""
    return f"{item.tool}-{item.option.strip('/:').lower()}{value}"


def in_words(identifier: str) -> str:
    """An id or a key as words: `office-ltsc-2024` is `Office LTSC 2024`."""
    words = " ".join(_WRITTEN.get(word, word) for word in re.split(r"[-_]", identifier))
    return words.replace("Windows 8 1", "Windows 8.1")


def _page(view: View, source_id: str) -> Html:
    record = view.catalog.source(source_id)
    return tag("a", record.title, href=str(record.url), class_="vag-source")


def _page_date(view: View, source_id: str) -> str:
    day = view.catalog.source(source_id).page_date
    return WORDS.plain("dated", day=day) if day else WORDS["undated"]


def _with_code(text: str) -> Html:
    """Text with its long identifiers as code, which may break anywhere on a narrow screen."""
    return join(tag("code", part) if _GUID.fullmatch(part) else part for part in _GUID.split(text))
