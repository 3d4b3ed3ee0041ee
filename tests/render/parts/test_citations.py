from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from bs4 import BeautifulSoup

from macros.catalog.values import counted, in_words, number, part_of
from macros.render.parts.citations import cite, fact, source, statement
from macros.render.parts.quantity import day, percent
from macros.render.parts.usage import NOBODY, fill, slot, usage
from macros.render.parts.view import View


def link(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html5lib").find("a")


def test_a_value_is_shown_with_its_unit_and_leads_to_its_fact(view_of: Callable[..., View]) -> None:
    found = link(fact(view_of(page="methods/kms.md"), "kms.validity"))
    assert found.get_text() == "180 days"
    assert found["href"] == "../reference/facts/kms-renewal.html#kms.validity"


def test_a_part_is_shown_in_another_unit_of_time(view: View) -> None:
    assert link(fact(view, "kms.renewal_interval", "default")).get_text() == "10,080 minutes"
    assert link(fact(view, "kms.renewal_interval", "default", unit="days")).get_text() == "7 days"
    assert link(fact(view, "kms.renewal_interval", "default", unit="days", bare=True)).get_text() == "7"


def test_a_value_that_is_not_simply_documented_says_so(view: View) -> None:
    assert "unconfirmed" in fact(view, "kms.count.office_separate")
    assert "sources differ" in fact(view, "kms.csvlk.activations_per_host", "total")
    assert "unconfirmed" not in fact(view, "kms.validity")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("kms.validty",), r"near matches: kms\.validity"),
        (("kms.renewal_interval", "defalt"), "parts here: default, min, max"),
        (("kms.validity", None, "dayz"), 'no unit has the id "dayz"'),
    ],
)
def test_a_missing_value_raises_and_names_what_there_is(view: View, arguments: tuple[str, ...], says: str) -> None:
    with pytest.raises(LookupError, match=says):
        fact(view, *arguments)


def test_a_value_without_a_time_unit_does_not_convert(view: View) -> None:
    with pytest.raises(ValueError, match="only units of time convert"):
        fact(view, "kms.threshold.windows_client", unit="days")


def test_a_citation_has_a_name_for_screen_readers(view: View) -> None:
    assert "Fact kms.port" in link(cite(view, "kms.port")).get_text()


def test_a_statement_is_the_sentence_of_the_fact(view: View) -> None:
    assert (
        view.catalog.fact("kms.autostart").statement
        in BeautifulSoup(statement(view, "kms.autostart"), "html5lib").get_text()
    )


def test_a_source_is_linked_by_its_title(view: View) -> None:
    found = link(source(view, "kms-activation-planning"))
    assert found.get_text() == view.catalog.source("kms-activation-planning").title
    assert found["href"].startswith("https://learn.microsoft.com/")


@pytest.mark.parametrize(
    ("page", "target", "expected"),
    [
        ("index.md", "plan/renewal.md", "plan/renewal.html"),
        ("plan/capacity.md", "plan/renewal.md#office", "renewal.html#office"),
        ("plan/capacity.md", "index.md", "../index.html"),
        ("contributing/decisions/0001.md", "downloads/facts.json", "../../downloads/facts.json"),
        ("plan/capacity.md", "#here", "#here"),
    ],
)
def test_addresses_are_relative_to_the_page(view: View, page: str, target: str, expected: str) -> None:
    assert replace(view, page=page).href(target) == expected


def test_usage_lists_the_pages_that_show_a_fact() -> None:
    cited = '<a data-fact="kms.port"></a><a data-fact="kms.port"></a>'
    assert usage({"b.md": cited, "a.md": cited, "none.md": "text"}) == {"kms.port": ("a.md", "b.md")}


def test_a_slot_is_filled_with_links_to_other_pages(view_of: Callable[..., View]) -> None:
    here = view_of(page="reference/facts.md")
    used = {"kms.port": ("plan/renewal.md", "reference/facts.md")}
    filled = BeautifulSoup(
        fill(here, f"<dl>{slot('kms.port')}{slot('kms.vpn')}</dl>", used, {"plan/renewal.md": "A & B"}), "html5lib"
    )
    first, second = filled.find_all("dd")
    assert [(a.get_text(), a["href"]) for a in first.find_all("a")] == [("A & B", "../plan/renewal.html")]
    assert second.get_text() == NOBODY
    assert "data-vag-usage" not in str(filled)


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0, "0%"), (1, "100%"), (0.00001, "under 0.1%"), (0.99999, "over 99.9%"), (0.5, "50.0%"), (0.001, "0.1%")],
)
def test_a_share_is_never_called_certain_unless_it_is(share: float, expected: str) -> None:
    assert percent(share) == expected


def test_numbers_carry_separators_and_dates_their_weekday() -> None:
    assert number(10080) == "10,080"
    assert number(Fraction(1, 3), 2) == "0.33"
    assert counted(1, "host") == "1 host"
    assert counted(0, "host") == "0 hosts"
    assert day(date(2028, 2, 29)) == "2028-02-29 (Tue)"


def test_values_in_words() -> None:
    assert in_words(None, None) == "not stated"
    assert in_words([True, False], None) == "yes, no"
    assert in_words({"on_host": 1, "b": "x"}, None) == "on host: 1; b: x"


def test_a_part_of_a_part_is_found() -> None:
    assert part_of({"a": [{"b": 1}]}, "a.0.b") == 1
    with pytest.raises(LookupError, match="parts here: a"):
        part_of({"a": 1}, "b")
