"""The method pages: numbers are the organization's or a fact's, reasons cite one, pages have their parts."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.models import Catalog
from macros.catalog.organization import Forest, ForestSchema, Organization
from macros.render.methods import methods
from macros.render.parts import organization as organization_names
from macros.render.parts.html import Html, attribute
from macros.render.parts.named import filled, named
from macros.render.parts.sentences import rich
from macros.render.parts.view import View
from macros.render.registry import render
from tests.built import ROOT
from tests.marked import page_as_html

DOCS = ROOT / "docs"
METHOD_PAGES = ("methods/mak.md", "methods/kms.md", "methods/adba.md")
PAGES = (*METHOD_PAGES, "methods/not-volume-activation.md", "learn/onboarding.md")
PARTS = (
    "when-it-fits",
    "requirements",
    "limits",
    "your-numbers",
    "set-up",
    "check",
    "what-fails-most",
    "further-reading",
)
VOLUME = get_args(methods.VolumeMethod)
CITED = {"a.vag-fact", "a.vag-cite"}

ViewOf = Callable[..., View]


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html5lib")


def rows(html: str, caption: str | None = None) -> list[list[str]]:
    """Texts of the body cells of the table with this caption, or of the first one."""
    tables = soup(html).select("table")
    wanted = next(t for t in tables if caption is None or _text(t.caption) == caption)
    return [[_text(cell) for cell in row.select("th, td")] for row in wanted.select("tbody tr")]


def card_values(html: str) -> dict[str, str]:
    return {
        _text(card.select_one(".vag-card__label")): _text(card.select_one(".vag-card__value"))
        for card in soup(html).select(".vag-card")
    }


def _text(element: Tag | None) -> str:
    assert element is not None
    return " ".join(element.get_text(" ").split())


def cited(html: str) -> set[str]:
    return set(re.findall(r'data-fact="([^"]+)"', html))


@pytest.fixture
def organization_view(view_of: ViewOf, organization: Organization) -> Callable[..., View]:
    """A view of the shipped organization with some fields replaced."""
    return lambda **changes: view_of(organization=organization.model_copy(update=changes))


def with_fact(view: View, fact_id: str, value: object) -> View:
    """The view after an editor changed the value of one fact."""
    facts = tuple(f.model_copy(update={"value": value}) if f.id == fact_id else f for f in view.catalog.facts)
    return replace(view, catalog=view.catalog.model_copy(update={"facts": facts}))


# Values inside commands


def test_a_value_for_a_command_is_the_bare_value_of_its_fact(view: View, catalog: Catalog) -> None:
    assert methods.value(view, "kms.port") == str(catalog.fact("kms.port").value)
    assert methods.value(view, "kms.renewal_interval", "default") == "10080"
    assert not isinstance(methods.value(view, "kms.dns.srv_name"), Html)
    assert methods.value(view, "kms.dns.srv_name") == "_vlmcs._tcp"


def test_an_unknown_fact_in_a_command_stops_the_build_and_names_the_near_one(view: View) -> None:
    with pytest.raises(LookupError, match=r"kms\.port"):
        methods.value(view, "kms.prt")


def test_an_unknown_part_in_a_command_stops_the_build(view: View) -> None:
    with pytest.raises(LookupError):
        methods.value(view, "kms.renewal_interval", "defualt")


@pytest.mark.parametrize("fact_id", ["kms.renewal_interval", "kms.discovery_order", "kms.dns.srv_ttl", "kms.autostart"])
def test_a_fact_without_one_value_is_refused_in_a_command(view: View, fact_id: str) -> None:
    with pytest.raises(TypeError, match=fact_id):
        methods.value(view, fact_id)


def test_commands_name_the_first_host_of_the_organization_and_its_port(
    view: View, organization: Organization, organization_view: Callable[..., View]
) -> None:
    first = organization.kms_hosts[0]
    assert soup(organization_names.org_host(view)).get_text() == first.name
    assert filled(view, "<KMS host>:<port>") == f"{first.name}:{methods.value(view, 'kms.port')}"
    moved = organization_view(kms_hosts=(first.model_copy(update={"port": 1700}),))
    assert filled(moved, "<port>") == "1700"


def test_commands_show_placeholders_to_an_organization_without_hosts_and_forest(
    organization_view: Callable[..., View],
) -> None:
    bare = organization_view(kms_hosts=(), active_directory=None)
    assert filled(bare, "<KMS host>:<port> <domain>") == f"<KMS host>:{methods.value(bare, 'kms.port')} <domain>"
    assert "<forest root DN>" in filled(bare, "<activation objects>")


def test_the_container_of_activation_objects_is_named_for_the_forest(view: View) -> None:
    assert filled(view, "<activation objects>").endswith(",CN=Configuration,DC=corp,DC=example,DC=com")


def test_a_text_carries_how_its_names_are_written(view: View) -> None:
    text = soup(organization_names.org_text(view, "ping <KMS host> & <port>"))
    assert text.code.span["data-vag-named"] == "ping <KMS host> & <port>"
    assert text.get_text() == filled(view, "ping <KMS host> & <port>")
    assert attribute("title", named(view, "<KMS host>")) == f' title="{view.organization.kms_hosts[0].name}"'
    assert named(view, "no name") == "no name"


# Text with values and citations


def test_rich_text_shows_values_citations_code_and_links(view_of: ViewOf) -> None:
    view = view_of(page="methods/kms.md")
    found = soup(
        rich(view, "every {kms.renewal_interval:default:days}, `/ato` [kms.vpn], <plan/capacity.md#counts count>")
    )
    assert _text(found.select_one("a.vag-fact")) == "7 days"
    assert _text(found.select_one("code")) == "/ato"
    assert [mark["data-fact"] for mark in found.select("a.vag-cite")] == ["kms.vpn"]
    assert found.select("a")[-1]["href"] == "../plan/capacity.html#counts"


@pytest.mark.parametrize("text", ["{kms.prt}", "[kms.prt]", "{kms.renewal_interval:defualt}"])
def test_rich_text_with_an_unknown_fact_stops_the_build(view: View, text: str) -> None:
    with pytest.raises(LookupError):
        rich(view, text)


@pytest.mark.slow
@given(st.text(st.characters(exclude_characters="{}[]`<>/\r\0", exclude_categories=["Cs", "Cc"])))
def test_plain_text_passes_through_rich_unchanged(view: View, text: str) -> None:
    assert soup(f"<p>{rich(view, text)}</p>").p.get_text() == text  # type: ignore[union-attr]


@pytest.mark.parametrize(("word", "shown"), [("yes", "Fits"), ("care", "With care"), ("no", "Does not fit")])
def test_the_answer_is_a_word_and_not_only_a_color(word: str, shown: str, view: View) -> None:
    assert re.sub(r"^\S+ ", "", soup(methods.answer(view, word)).get_text()) == shown


@pytest.mark.parametrize("word", ["maybe", "Yes", ""])
def test_another_answer_is_refused(word: str, view: View) -> None:
    with pytest.raises(LookupError, match="answer"):
        methods.answer(view, word)


# Error codes


def test_an_error_code_is_shown_with_what_it_says(view: View, catalog: Catalog) -> None:
    record = next(e for e in catalog.error_codes if e.code == "0xC004F074")
    assert soup(methods.error_code(view, record.code)).get_text() == f"{record.code}: {record.summary.rstrip('.')}"
    assert soup(methods.error_code(view, record.code, summary=False)).get_text() == record.code


def test_an_unknown_error_code_stops_the_build_and_names_the_near_one(view: View) -> None:
    with pytest.raises(LookupError, match="0xC004F074"):
        methods.error_code(view, "0xC004F0744")


def test_each_page_about_several_codes_is_linked_once(view: View, catalog: Catalog) -> None:
    named = [e.sources for e in catalog.error_codes if e.code in ("0xC004C020", "0xC004C021")]
    links = soup(methods.error_sources(view, "0xC004C020", "0xC004C021")).select("a[data-source]")
    assert sorted(link["data-source"] for link in links) == sorted({page for pages in named for page in pages})


# The organization's numbers


@pytest.mark.parametrize("method", VOLUME)
def test_a_methods_table_has_a_row_for_each_group_that_uses_it(
    view: View, organization: Organization, method: Any
) -> None:
    groups = [group for group in organization.groups if group.method == method]
    shown = rows(methods.method_groups_table(view, method))
    assert [(row[0], row[2]) for row in shown] == [(group.name, f"{group.count:,}") for group in groups]


def test_every_group_stands_in_exactly_one_table_of_the_method_pages(view: View, organization: Organization) -> None:
    tables = [methods.method_groups_table(view, m) for m in VOLUME]
    tables.append(methods.method_groups_table(view, "avma", "azure-kms", "subscription", "own-key", "unactivated"))
    assert sorted(row[0] for t in tables for row in rows(t)) == sorted(group.name for group in organization.groups)


@pytest.mark.parametrize("method", VOLUME)
def test_the_cards_add_up_to_the_installations_of_the_method(
    view: View, organization: Organization, method: Any
) -> None:
    kinds = ("Windows clients", "Windows servers", "Office installations")
    nouns = {name for kind in kinds for name in (kind, f"{kind}, never activated")}
    cards = card_values(methods.method_numbers(view, method))
    total = sum(int(value.replace(",", "")) for label, value in cards.items() if label in nouns)
    assert total == sum(group.count for group in organization.groups if group.method == method)


def test_granted_activations_are_the_used_and_the_left_ones(view: View, organization: Organization) -> None:
    shown = rows(methods.method_numbers(view, "mak"), "MAKs and their activations")
    assert [[int(cell.replace(",", "")) for cell in row[1:4]] for row in shown] == [
        [allotment.total, allotment.used, allotment.total - allotment.used] for allotment in organization.mak_allotments
    ]


def test_an_allotment_names_the_groups_that_draw_on_it(view: View, organization: Organization) -> None:
    shown = rows(methods.method_numbers(view, "mak"), "MAKs and their activations")
    for allotment, row in zip(organization.mak_allotments, shown, strict=True):
        drawing = [g.name for g in organization.groups if g.mak and g.mak.allotment == allotment.id]
        assert row[4] == (", ".join(drawing) or "No group")


def test_each_kms_host_is_listed_with_its_port_and_its_keys(
    view: View, organization: Organization, catalog: Catalog
) -> None:
    names = {group.id: group.name for group in catalog.host_keys.groups}
    shown = rows(methods.method_numbers(view, "kms"), "KMS hosts")
    assert [(row[0], row[2], row[3]) for row in shown] == [
        (host.name, str(host.port or view.policy.port), " ".join(names[key.group] for key in host.keys))
        for host in organization.kms_hosts
    ]


def test_the_count_needed_is_the_thresholds_of_the_facts(view: View) -> None:
    policy = view.policy
    expected = f"{policy.threshold_client} / {policy.threshold_server} / {policy.threshold_office}"
    assert card_values(methods.method_numbers(view, "kms"))["Count needed"] == expected


@pytest.mark.parametrize(
    ("products", "needed"),
    [
        ([], None),
        (["windows-11"], "1"),
        (["windows-11", "windows-10", "windows-server-2025"], "1"),
        (["office-ltsc-2024"], "1"),
        (["windows-11", "office-ltsc-2024", "office-ltsc-2021", "office-ltsc-2021"], "3"),
    ],
)
def test_windows_shares_an_activation_object_and_each_office_generation_has_its_own(
    organization: Organization, organization_view: Callable[..., View], products: list[str], needed: str | None
) -> None:
    one = next(group for group in organization.groups if group.method == "adba")
    groups = tuple(one.model_copy(update={"product": product}) for product in products)
    cards = card_values(methods.method_numbers(organization_view(groups=groups), "adba"))
    assert cards.get("Activation objects needed") == needed


@pytest.mark.parametrize(
    ("level", "ready"),
    [
        ("windows-server-2008", False),
        ("windows-server-2008-r2", False),
        ("windows-server-2012", True),
        ("windows-server-2012-r2", True),
        ("windows-server-2025", True),
    ],
)
def test_adba_needs_the_schema_of_its_fact_or_a_later_one(
    organization: Organization, organization_view: Callable[..., View], level: ForestSchema, ready: bool
) -> None:
    assert organization.active_directory
    forest = organization.active_directory.model_copy(update={"schema_level": level})
    html = methods.method_numbers(organization_view(active_directory=forest), "adba")
    assert ("sufficient for ADBA" in html) is ready
    assert ("too low, extend it to Windows Server 2012" in html) is not ready


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        (("ws2025",), ("ws2022",), "2 of 2 there already"),
        (("ws2025",), ("office-ltsc-2024",), "1 of 2 there already"),
        ((), (), "0 of 2 there already"),
        # Where nothing is known of one of them, no number is given.
        (("ws2025",), None, None),
    ],
)
def test_each_forest_needs_activation_objects_of_its_own(
    first: tuple[str, ...] | None,
    second: tuple[str, ...] | None,
    told: str | None,
    organization: Organization,
    organization_view: Callable[..., View],
) -> None:
    forests = [
        Forest(dns_name=name, schema_level="windows-server-2016", activation_objects=objects)
        for name, objects in (("a.example.com", first), ("b.example.com", second))
    ]
    one = next(group for group in organization.groups if group.method == "adba")
    groups = (one, one.model_copy(update={"id": "other", "forest": "b.example.com"}))
    view = organization_view(groups=groups, active_directory=forests[0], further_forests=(forests[1],))
    html = methods.method_numbers(view, "adba")
    cards = card_values(html)
    assert cards["Activation objects needed"] == "2"
    assert {"Schema of a.example.com", "Schema of b.example.com"} <= {*cards}
    text = soup(html).get_text(" ")
    assert "b.example.com: Windows" in text
    assert told in text if told else "there already" not in text


def test_who_has_neither_a_forest_nor_a_group_reads_no_numbers_of_adba(organization_view: Callable[..., View]) -> None:
    assert methods.method_numbers(organization_view(active_directory=None, groups=()), "adba") == ""


@pytest.mark.parametrize("method", VOLUME)
def test_an_organization_that_does_not_use_a_method_reads_so(
    organization_view: Callable[..., View], method: Any
) -> None:
    empty = organization_view(groups=(), kms_hosts=(), mak_allotments=())
    name = methods.METHOD_NAMES[method]
    assert f"No group uses {name} today." in soup(methods.method_summary(empty, method)).get_text()
    assert f"uses {name}." in soup(methods.method_groups_table(empty, method)).get_text()
    assert "Installations" not in card_values(methods.method_numbers(empty, method))
    assert methods.method_computers(empty, method) == "no computers"


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ([("windows-11", 1)], "1 Windows client"),
        ([("windows-11", 2), ("windows-10", 3)], "5 Windows clients"),
        ([("office-ltsc-2024", 1200), ("windows-11", 1)], "1 Windows client and 1,200 Office installations"),
        (
            [("office-ltsc-2024", 2), ("windows-server-2025", 1), ("windows-11", 0), ("windows-10", 4)],
            "4 Windows clients, 1 Windows server and 2 Office installations",
        ),
        ([("windows-11", 0)], "no computers"),
    ],
)
def test_computers_are_counted_in_words(
    organization: Organization, organization_view: Callable[..., View], groups: list[tuple[str, int]], words: str
) -> None:
    one = organization.groups[0]
    own = tuple(
        one.model_copy(update={"product": product, "count": count, "method": "adba"}) for product, count in groups
    )
    assert methods.method_computers(organization_view(groups=own), "adba") == words


# Sequences and what comes


def test_a_sequence_is_shown_in_its_order(view: View, catalog: Catalog) -> None:
    items = [_text(item) for item in soup(methods.fact_list(view, "kms.discovery_order")).select("ol > li")]
    value = catalog.fact("kms.discovery_order").value
    assert isinstance(value, list)
    assert [item.removesuffix(" § Fact kms.discovery_order") for item in items] == value


@pytest.mark.parametrize("fact_id", ["kms.port", "kms.renewal_interval"])
def test_a_fact_that_is_no_sequence_is_refused_as_a_list(view: View, fact_id: str) -> None:
    with pytest.raises(TypeError, match=fact_id):
        methods.fact_list(view, fact_id)


@pytest.mark.parametrize(("method", "mark"), [("mak", "-OSLicense"), ("kms", "-KmsLicense"), ("adba", "-ADLicense")])
def test_what_comes_lists_the_cmdlets_of_the_method_only(view: View, catalog: Catalog, method: Any, mark: str) -> None:
    known = catalog.fact("tools.oslicense").value
    assert isinstance(known, dict)
    shown = [_text(item) for item in soup(methods.coming_tools(view, method)).select("li")]
    assert shown == [name for name in known["cmdlets"] if mark in name]  # type: ignore[union-attr,operator]
    assert shown


# All macros, all pages


def calls(view: View) -> Iterator[tuple[str, str]]:
    arguments: dict[str, tuple[Any, ...]] = {
        "value": ("kms.port",),
        "error_code": ("0xC004F074",),
        "error_sources": ("0xC004F074",),
        "fact_list": ("kms.activation_order",),
        "answer": ("yes",),
        "method_computers": ("kms",),
        "method_groups_table": ("kms", "mak", "adba"),
    }
    for macro in methods.MACROS:
        parameters = list(inspect.signature(macro).parameters)
        for method in VOLUME if "method" in parameters else (None,):
            own = arguments.get(macro.__name__, () if method is None else (method,))
            yield macro.__name__, macro(view, *own)  # type: ignore[operator]


def test_every_macro_gives_one_line_without_styles_and_scripts(view: View) -> None:
    for name, html in calls(view):
        assert "\n" not in html, name
        assert not re.search(r"\sstyle=|<script|\son\w+=", html), name


@pytest.fixture(scope="module")
def rendered(view: View) -> dict[str, str]:
    return {page: render(replace(view, page=page), (DOCS / page).read_text("utf-8")) for page in PAGES}


@pytest.mark.parametrize("page", METHOD_PAGES)
def test_a_method_page_has_its_parts_in_order(page: str) -> None:
    anchors = re.findall(
        r"^## .*\{ #([\w-]+)(?: data-vag-unsearched)? \}$", (DOCS / page).read_text("utf-8"), re.MULTILINE
    )
    assert [anchor for anchor in anchors if anchor in PARTS] == list(PARTS)


@pytest.mark.parametrize("page", METHOD_PAGES)
def test_the_links_of_the_summary_lead_to_parts_of_the_page(page: str, view: View) -> None:
    method: Any = Path(page).stem
    text = (DOCS / page).read_text("utf-8")
    for link in soup(methods.method_summary(view, method)).select("a[href^='#']"):
        assert f"{{ {link['href']} }}" in text


def test_computers_that_kms_never_activated_are_no_installations(view: View, organization: Organization) -> None:
    cards = card_values(methods.method_numbers(view, "kms"))
    assert cards["Windows clients, never activated"] == "19"
    asking = {group.id: group.count for group in organization.groups if group.method == "kms"}
    assert cards["Windows clients"] == str(asking["branch"])
    assert "19 Windows clients that should use it were never activated" in methods.method_summary(view, "kms")
    assert "in 3 groups use KMS" in soup(methods.method_summary(view, "kms")).get_text()
    table = {row[0]: row for row in rows(methods.method_groups_table(view, "kms"))}
    assert "never: count not met" in table["Plant control stations, isolated network"][4]
    assert table["Branch office desktops"][4].endswith("yes")


def test_a_fleet_that_kms_does_not_activate_reads_so(
    organization: Organization, organization_view: Callable[..., View]
) -> None:
    plant = next(group for group in organization.groups if group.id == "plant")
    only = organization_view(groups=(plant,))
    assert methods.method_computers(only, "kms") == "no computers"
    text = soup(methods.method_summary(only, "kms")).get_text()
    assert "KMS activates nobody today. 19 Windows clients that should use it" in text
    met = organization_view(groups=(plant.model_copy(update={"count": 25}),))
    assert methods.method_computers(met, "kms") == "25 Windows clients"
    assert "never activated" not in methods.method_numbers(met, "kms")


def test_the_overview_of_other_ways_leads_to_its_sections(view: View) -> None:
    page = "methods/not-volume-activation.md"
    text = (DOCS / page).read_text("utf-8")
    links = soup(page_as_html(view, page)).select('[aria-label="Products that activate in their own way"] tbody th a')
    assert len(links) > 5
    for link in links:
        assert f"{{ {link['href']} }}" in text


@pytest.mark.parametrize("page", METHOD_PAGES)
def test_what_fails_most_has_four_to_six_entries_that_say_check_and_fix(page: str) -> None:
    part = (DOCS / page).read_text("utf-8").split("{ #what-fails-most }")[1].split("\n## ")[0]
    entries = part.split("\n### ")[1:]
    assert 4 <= len(entries) <= 6
    for entry in entries:
        assert "**First check:**" in entry
        assert "**Fix:**" in entry


@pytest.mark.parametrize("page", PAGES)
def test_a_page_cites_only_facts_that_exist(page: str, rendered: dict[str, str], catalog: Catalog) -> None:
    found = cited(rendered[page])
    assert found
    assert found <= {fact.id for fact in catalog.facts}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_holds_no_product_key(page: str, rendered: dict[str, str]) -> None:
    text = soup(rendered[page]).get_text()
    assert re.findall(r"\b(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}\b", text) == []


@pytest.mark.parametrize("page", PAGES)
def test_every_heading_below_the_title_has_an_anchor_of_its_own(page: str) -> None:
    headings = re.findall(r"^##+ .*$", _without_code((DOCS / page).read_text("utf-8")), re.MULTILINE)
    anchors = [re.search(r"\{ #([a-z0-9-]+)(?: data-vag-unsearched)? \}$", heading) for heading in headings]
    assert all(anchors), [h for h, a in zip(headings, anchors, strict=True) if not a]
    names = [anchor[1] for anchor in anchors if anchor]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("page", PAGES)
def test_a_command_is_followed_by_what_to_expect(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    for block in re.finditer(
        r"^( *)```(?:bat|powershell)\n.*?^\1```\n(.*?)(?=^ *```|^#|\Z)", text, re.DOTALL | re.MULTILINE
    ):
        before = text[: block.start()].rsplit("\n\n", 1)[-1]
        assert re.search(r"\bExpected\b", block[2]) or "Expected" in before, block[0]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_removes_a_key_without_naming_it(page: str) -> None:
    for block in re.findall(r"```(?:bat|powershell)\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL):
        assert "/upk" not in block
        # A restart is for settings that need one, never a trial.
        assert "sppsvc" not in block or "/sprt" in block.partition("sppsvc")[0]


def test_every_question_of_the_onboarding_has_an_answer_that_is_computed_or_cited(catalog: Catalog) -> None:
    text = (DOCS / "learn/onboarding.md").read_text("utf-8")
    folded = re.findall(r'^\?\?\? question "(.+)"\n((?:    .+\n)+)', text, re.MULTILINE)
    assert len(folded) == text.count("??? question") >= 1
    for question, answer in folded:
        assert question.endswith("?")
        assert re.search(r"\{\{ (?:cite|fact|method_computers)\(", answer), question
    for asked in catalog.practice:
        assert asked.question.endswith("?")
        assert asked.facts or asked.example, asked.id
    assert len(folded) + len(catalog.practice) >= 13


def _without_code(text: str) -> str:
    return re.sub(r"^( *)```.*?^\1```", "", text, flags=re.DOTALL | re.MULTILINE)
