"""No value from outside is typed into prose or into a sentence of the data: it would outlive its fact."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from macros.catalog.loader import DATA
from macros.catalog.models import Catalog
from macros.render.plan.renewal import SEES
from tests.built import ROOT

WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}
MACRO = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
REFERENCE = re.compile(r"\{[a-z][a-z0-9_]*\.[^}]*\}")
ALWAYS_GUARDED = 1000
"""Numbers from here on are guarded without their unit: nobody types 1688 or 10080 by chance."""

PAGES = sorted(p for p in (ROOT / "docs").rglob("*.md") if "contributing" not in p.parts)
SENTENCES = ("statement", "notes", "correct", "remarks", "meaning", "reason", "text")


def guarded(catalog: Catalog) -> re.Pattern[str]:
    """Every value of a fact with its unit, in digits and in words, with a blank or a hyphen between."""
    patterns = set()
    for fact in catalog.facts:
        if fact.unit in (None, "activations", "objects", "hosts"):
            continue
        unit = catalog.unit(fact.unit)
        for value in numbers(fact.value):
            spelled = [f"{value:,}", str(value)] + ([WORDS[value]] if value in WORDS else [])
            units = "" if value >= ALWAYS_GUARDED else rf"[ -](?:{re.escape(unit.many)}|{re.escape(unit.one)})"
            patterns |= {rf"(?<![\w.,-]){re.escape(text)}{units}(?![\w-]*\w)" for text in spelled}
    return re.compile("|".join(sorted(patterns)), re.IGNORECASE)


def numbers(value: object) -> set[int]:
    if isinstance(value, dict | list):
        return set().union(*(numbers(part) for part in (value.values() if isinstance(value, dict) else value)))
    return {value} if isinstance(value, int) and not isinstance(value, bool) and value > 1 else set()


def strip(text: str) -> str:
    return REFERENCE.sub("", MACRO.sub("", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT / "docs").as_posix())
def test_a_page_types_no_value_that_a_fact_holds(page: Path, catalog: Catalog) -> None:
    text = strip(page.read_text("utf-8"))
    found = [(text[: m.start()].count("\n") + 1, m[0]) for m in guarded(catalog).finditer(text)]
    assert found == [], 'write {{ fact("...") }} instead'


def test_no_page_shows_a_channel_of_a_host_key_that_no_source_shows() -> None:
    shown = {match for page in PAGES for match in re.findall(r"VOLUME_KMS_W?S?\w+", page.read_text("utf-8"))}
    assert shown == set()


def test_the_notification_before_the_end_has_one_reading() -> None:
    words = "devices that an organization owns or manages"
    for page in ("plan/renewal.md", "choose/compare.md"):
        text = (ROOT / "docs" / page).read_text("utf-8")
        assert words in text
        assert "managed devices" not in text
    assert words in " ".join(SEES["expiry-announced"].split())


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.relative_to(ROOT / "docs").as_posix())
def test_a_page_links_to_microsoft_through_a_source_record(page: Path) -> None:
    assert re.findall(r"https?://[^\s)]*microsoft\.com[^\s)]*", page.read_text("utf-8")) == [], (
        'write {{ source("...") }}'
    )


@pytest.mark.parametrize("file", sorted(DATA.rglob("*.yaml")), ids=lambda f: f.relative_to(DATA).as_posix())
def test_a_sentence_of_the_data_types_no_value_that_a_fact_holds(file: Path, catalog: Catalog) -> None:
    if file.stem in ("error-codes", "odt", "commands", "host-keys", "lifecycle", "products", "sources", "units"):
        return
    pattern = guarded(catalog)
    found = [
        (name, key, match[0])
        for name, key, text in sentences(yaml.safe_load(file.read_text("utf-8")))
        for match in pattern.finditer(strip(text))
    ]
    assert found == [], "write {fact.id} instead"


def sentences(data: object, name: str = "") -> list[tuple[str, str, str]]:
    """(record, key, text) of every sentence. A claim's own words are a quotation and not looked at."""
    found: list[tuple[str, str, str]] = []
    if isinstance(data, list):
        for item in data:
            found += sentences(
                item, str(item.get("id") or item.get("term") or name) if isinstance(item, dict) else name
            )
    elif isinstance(data, dict):
        for key, value in data.items():
            if key in SENTENCES and isinstance(value, str):
                found.append((name, key, value))
            elif key != "value":
                found += sentences(value, name)
    return found


def test_a_typed_value_would_be_found(catalog: Catalog) -> None:
    pattern = guarded(catalog)
    for text in (
        "lasts 180 days",
        "a 180-day period",
        "port 1688",
        "every seven days",
        "25 computers",
        "10,080 minutes",
    ):
        assert pattern.search(text), text
    for text in ("in 2026", "step 2", "Windows Server 2025", "Office 2019", "on page 25"):
        assert not pattern.search(text), text
