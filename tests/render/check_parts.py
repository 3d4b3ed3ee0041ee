"""What the tests of the check pages share: what stands in their scripts, their data and their forms."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bs4 import BeautifulSoup

from macros.catalog.models import Catalog
from macros.formats.base.findings import Rule
from macros.render.parts.view import View
from macros.render.registry import render
from tests.built import ROOT
from tests.parsing import as_built

ENDS_A_SCRIPT = "</script><script>alert(1)</script>"


def soup(html: str) -> BeautifulSoup:
    return as_built(html)


def page_of(view: View, name: str) -> BeautifulSoup:
    """What the macros of a page under deploy/ make."""
    source = (ROOT / "docs" / "deploy" / f"{name}.md").read_text("utf-8").split("---", 2)[2]
    return soup(render(replace(view, page=f"deploy/{name}.md"), source))


def loaded(page: BeautifulSoup) -> list[str]:
    """The scripts of a page, in their order."""
    return [str(each["src"]).rpartition("/")[2] for each in page.select("script[src]")]


def data_in(html: str) -> Any:
    """The data of a script element, of which there is one."""
    found = soup(html).find_all("script")
    assert len(found) == 1
    return json.loads(str(found[0].string))


def assert_rules_as_in_python(data: dict[str, Any], every: Mapping[str, Rule], catalog: Catalog) -> None:
    """The data holds these rules and no other, with their words, and the title and address of what they cite."""
    assert set(data["rules"]) == set(every)
    for name, (severity, message, cure, sources) in data["rules"].items():
        rule = every[name]
        assert (severity, message, cure, tuple(sources)) == (rule.severity, rule.message, rule.cure, rule.sources)
        for page in sources:
            assert data["sources"][page] == [catalog.source(page).title, str(catalog.source(page).url)]


def assert_hidden_until_its_script_runs(html: str) -> None:
    """A form nobody can use without its script is not shown, and a note says what to do."""
    page = soup(html)
    shown, note = page.select_one("form"), page.select_one("[data-vag-without]")
    assert shown
    assert note
    assert shown.has_attr("hidden")
    assert not note.has_attr("hidden")
    assert "JavaScript" in note.get_text()


def assert_every_control_has_a_label(html: str) -> None:
    """Of its own or around it, and each group has a legend."""
    page = soup(html)
    named = {label["for"] for label in page.select("label[for]")}
    controls = page.select("input, select, textarea")
    assert controls
    for control in controls:
        assert control.find_parent("label") or control.get("id") in named, control
    for group in page.select("fieldset"):
        assert group.legend
        assert group.legend.get_text(strip=True)
