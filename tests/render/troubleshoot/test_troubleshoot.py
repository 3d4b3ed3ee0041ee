"""Pages on fixing: every code has its page with the same headings, every check leads somewhere, no value is typed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain

import pytest
import yaml
from bs4 import BeautifulSoup

from macros.catalog.integrity import checks_lead_somewhere
from macros.catalog.loader import DATA
from macros.catalog.models import Catalog, UnknownIdError
from macros.catalog.organization import Organization
from macros.domain.error_codes import names_without_a_page
from macros.render.parts.named import filled
from macros.render.parts.places import CODES, checklist_page, code_page
from macros.render.parts.view import View
from macros.render.troubleshoot.checklists import checklist, checklist_rules, checklists_table
from macros.render.troubleshoot.error_codes import (
    asked_codes,
    code_box,
    error_code_page,
    error_codes_table,
    event_fields,
    event_flags,
    events_table,
    page_source,
    products_of,
    roles_of,
)
from macros.render.troubleshoot.troubleshoot import rich, symptom_finder, target_link, top_symptoms
from macros.site import DOCS
from tests.site.test_prose import guarded

HEADINGS = [
    "What it means",
    "Likely causes",
    "Checks and fixes",
    "Where it appears",
    "Methods and products",
    "What not to do",
    "Sources",
    "Related codes",
]


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html5lib")


def test_every_code_has_exactly_the_page_that_the_command_writes(catalog: Catalog) -> None:
    wanted = {DOCS / code_page(record.code): page_source(record) for record in catalog.error_codes}
    found = {file: file.read_text("utf-8") for file in (DOCS / CODES).glob("*.md") if file.stem != "index"}
    assert found == wanted, "run: python -m macros pages"


def test_every_checklist_has_its_page(catalog: Catalog) -> None:
    wanted = {DOCS / checklist_page(record.id) for record in catalog.checklists}
    found = {file for file in (DOCS / "troubleshoot/checklists").glob("*.md") if file.stem != "index"}
    assert found == wanted


@pytest.mark.slow
def test_every_page_of_a_code_has_the_same_headings_and_says_what_is_thin(view: View, catalog: Catalog) -> None:
    for record in catalog.error_codes:
        page = soup(error_code_page(view, record.code))
        first, *others = [heading.get_text() for heading in page.find_all("h2")]
        assert first.startswith("First check: "), record.code
        assert page.select_one(".vag-check__short :is(pre, .vag-check__screen)"), record.code
        unknown = {"Where it appears"} - set(others)
        assert not (unknown and record.roles), record.code
        assert others == [heading for heading in HEADINGS if heading not in unknown], record.code
        assert "not stated" not in page.get_text(" "), record.code
        if record.group in ("office_repair", "named", "unconfirmed"):
            assert re.search("Thin|Name only|Unconfirmed", page.get_text(" ")), record.code
        for name in record.sources:
            assert page.find(attrs={"data-source": name}), (record.code, name)


def test_an_unknown_code_names_the_near_ones(view: View) -> None:
    with pytest.raises(UnknownIdError, match="0xC004F075"):
        error_code_page(view, "0xC004F075x")


def test_the_tables_hold_every_code_once_the_most_asked_first(view: View, catalog: Catalog) -> None:
    tables = soup(error_codes_table(view)).select("table")
    asked, *others = [[row.get_text() for row in one.select("tbody tr th")] for one in tables]
    assert asked == [*asked_codes(view)]
    assert asked[0] in min(catalog.symptoms, key=lambda symptom: symptom.rank).seen
    assert len(asked) > 10
    assert len(others) == 3
    assert all(others)
    assert others == [sorted(one) for one in others], "by number"
    assert sorted([*asked, *chain(*others)]) == sorted(record.code for record in catalog.error_codes)


def test_codes_know_where_they_are_seen(catalog: Catalog) -> None:
    assert roles_of(catalog.error_code("0xC004F074")) == ("Client",)
    assert roles_of(catalog.error_code("0x80072338")) == ("KMS host",)
    assert roles_of(catalog.error_code("0x80070005")) == ("Client", "KMS host")
    assert roles_of(catalog.error_code("0xD0000272")) == ()
    assert products_of(catalog.error_code("0xC004F038")) == ("Windows", "Office")


def test_the_box_is_hidden_without_scripts_and_has_a_label(view: View) -> None:
    form = soup(code_box(view)).select_one("form")
    assert form.has_attr("hidden")
    assert form.find("label")["for"] == form.find("input")["id"]


def test_every_event_fact_stands_in_the_table_in_order(view: View, catalog: Catalog) -> None:
    rows = soup(events_table(view)).select("tbody tr")
    numbers = [int(row.th.get_text()) for row in rows]
    assert numbers == sorted(numbers)
    assert {12288, 12289, 12290, 12293, 8198} <= set(numbers)
    assert len(numbers) == len(
        [f for f in catalog.facts if f.area == "event" and isinstance(f.value, dict) and "event_id" in f.value]
    )


@pytest.mark.parametrize("event", ["12288", "12290"])
def test_the_fields_of_an_event_are_counted_from_one(view: View, event: str) -> None:
    places = [row.th.get_text() for row in soup(event_fields(view, event)).select("tbody tr")]
    assert places == [str(number) for number in range(1, len(places) + 1)]
    assert len(places) >= 8


@pytest.mark.parametrize("event", ["12288", "12290"])
def test_every_field_of_an_event_has_a_name_and_a_guess_is_marked(view: View, event: str) -> None:
    found = soup(event_fields(view, event)).select("tbody tr")
    rows = [[cell.get_text() for cell in row.select("td")] for row in found]
    assert "VM info" in [field for field, _, _ in rows]
    for field, _, reading in rows:
        assert not field.startswith("Not "), field
        assert "UTC" not in reading or "our reading" in reading, reading


def test_the_flags_of_events_are_those_of_the_fact(view: View, catalog: Catalog) -> None:
    rows = [row.get_text(" ") for row in soup(event_flags(view)).select("tbody tr")]
    flags = catalog.fact("event.flags").value
    assert isinstance(flags, dict)
    assert [row.split()[0] for row in rows] == list(flags)
    values = [int(flag, 16) for flag in flags]
    assert all(value.bit_count() == 1 for value in values), "several flags add up to one number"
    assert len(values) == len(set(values)) == 5


def test_a_symbol_comes_with_the_source_that_defines_it(view: View, catalog: Catalog) -> None:
    named = {one.code: one for one in catalog.code_names}
    assert len([record for record in catalog.error_codes if record.code in named]) >= 130
    for record in catalog.error_codes:
        page = soup(error_code_page(replace(view, page=code_page(record.code)), record.code))
        said = [part for part in page.select("p") if part.get_text().startswith("Symbol: ")]
        one = named.get(record.code)
        assert [code.get_text() for part in said for code in part.select("code")] == ([one.name] if one else [])
        assert [link["data-source"] for part in said for link in part.select("a")] == (list(one.sources) if one else [])


def test_the_names_are_those_of_codes_without_a_page(view: View, catalog: Catalog) -> None:
    names = names_without_a_page(catalog)
    assert names["0xC004C00E"] == "SL_E_CHPA_INVALID_PRODUCT_KEY_LENGTH"
    assert not names.keys() & {record.code for record in catalog.error_codes}
    assert len(names) >= 300


def test_a_code_with_a_name_alone_claims_no_cause_and_no_method_that_a_page_gives(catalog: Catalog) -> None:
    for record in catalog.error_codes:
        if record.group == "named":
            assert record.causes == (), record.code
            assert not {"troubleshoot-activation-error-codes", "office-activation-process-issues"} & {*record.sources}


_CLONE_REPAIR = "kms.clones.repair"
_REARMED_CLONES = re.compile(r"rearm (?:the )?(?:clones|copies)|(?:clones|copies)[^.\n]*rearm", re.IGNORECASE)


def test_a_rearm_of_copies_never_stands_without_its_condition(catalog: Catalog) -> None:
    steps = {
        f"{record.id}.{step.id}": step
        for record in catalog.checklists
        for step in record.steps
        if any("slmgr.vbs /rearm" in command.run for command in step.commands)
    }
    assert {"kms-count.deployed", "clone.rearm"} <= set(steps)
    assert [name for name, step in steps.items() if _CLONE_REPAIR not in step.facts] == []
    pages = [(file.name, line) for file in DOCS.rglob("*.md") for line in file.read_text("utf-8").splitlines()]
    assert [(name, line) for name, line in pages if _REARMED_CLONES.search(line) and _CLONE_REPAIR not in line] == []


def test_the_capacity_page_and_the_checklists_give_one_advice_on_clones(view: View, catalog: Catalog) -> None:
    row = next(
        line
        for line in (DOCS / "plan/capacity.md").read_text("utf-8").splitlines()
        if line.startswith("| Clones without `sysprep /generalize` |")
    )
    steps = {step.id: step for name in ("kms-count", "clone") for step in catalog.checklist(name).steps}
    said = [row, steps["deployed"].otherwise, steps["generalized"].otherwise, catalog.fact(_CLONE_REPAIR).statement]
    for text in said:
        assert [word for word in ("rebuild", "reinstall") if word not in text.lower()] == [], text


def test_what_is_not_confirmed_of_counts_is_said_so(catalog: Catalog) -> None:
    assert catalog.fact("kms.count.office_separate").confidence == "unconfirmed"
    counted = next(step for step in catalog.checklist("kms-count").steps if step.id == "counted")
    said = [text for rule in catalog.outputs.findings if "separately" in (text := rule.text)]
    assert len(said) >= 3
    for text in [*said, counted.good]:
        assert "as far as the pages show" in text.lower(), text


@pytest.mark.slow
@pytest.mark.parametrize("name", ["office", "clone", "expiry", "health"])
def test_a_step_for_one_method_tells_the_others_to_skip_it(name: str, view: View, catalog: Catalog) -> None:
    items = soup(checklist(view, name)).select(".vag-check__step")
    for step, item in zip(catalog.checklist(name).steps, items, strict=True):
        says = f"Only with {step.only_with.upper()}: skip this step" if step.only_with else "Only with"
        assert (says in " ".join(item.get_text().split())) is bool(step.only_with)
        if "KMS host" in step.where:
            assert step.only_with == "kms", f"{name}.{step.id} is done on a KMS host"


def test_a_checklist_is_a_numbered_list_with_an_anchor_for_each_step(view: View, catalog: Catalog) -> None:
    for record in catalog.checklists:
        page = soup(checklist(replace(view, page=checklist_page(record.id)), record.id))
        steps = page.select("ol[data-vag-checklist] > li")
        assert [step.h3["id"] for step in steps] == [step.id for step in record.steps]
        for step, data in zip(steps, record.steps, strict=True):
            text = step.get_text(" ")
            assert all(word in text for word in ("Where:", "Rights:", "Expected", "If not")), data.id
            typed = [command for command in data.commands if command.shell != "screen"]
            assert len(step.select("pre")) == len(typed)
            assert len(step.select(".vag-check__screen")) == len(data.commands) - len(typed)


@pytest.mark.slow
def test_step_ids_do_not_collide_with_the_other_anchors_of_the_page(view: View, catalog: Catalog) -> None:
    for record in catalog.checklists:
        page = soup(checklist(view, record.id))
        ids = [element["id"] for element in page.find_all(id=True)]
        assert len(ids) == len(set(ids)), record.id
        assert "checklist" not in ids


def test_commands_carry_the_names_of_the_organization(view: View, organization: Organization) -> None:
    text = filled(view, "a <KMS host>:<port> <DNS zone> <domain>\nb <every KMS host>\nc <every DNS zone>")
    first, *lines = text.splitlines()
    host = organization.kms_hosts[0]
    assert organization.active_directory is not None
    assert first == f"a {host.name}:{view.policy.port} {organization.dns_zone} {organization.active_directory.dns_name}"
    assert lines == [f"b {each.name}" for each in organization.kms_hosts] + [f"c {zone}" for zone in organization.zones]


def test_an_organization_without_hosts_keeps_the_placeholders(view: View, organization: Organization) -> None:
    bare = replace(view, organization=organization.model_copy(update={"kms_hosts": (), "active_directory": None}))
    assert filled(bare, "<KMS host> <every KMS host> <domain>") == "<KMS host> <KMS host> <domain>"
    assert "<KMS host>" in soup(checklist(bare, "kms-client")).get_text()


@pytest.mark.slow
def test_no_placeholder_of_the_organization_is_left_on_a_page(view: View, catalog: Catalog) -> None:
    pages = [checklist(view, record.id) for record in catalog.checklists]
    pages += [error_code_page(view, record.code) for record in catalog.error_codes]
    pages += [symptom_finder(view), checklist_rules(view), checklists_table(view)]
    for html in pages:
        text = soup(html).get_text()
        left = re.findall(r"<(?:every )?(?:KMS host|DNS zone|port|domain|address of the host)>|\[\[|\]\]", text)
        assert left == []


def test_marks_codes_and_options_become_links_and_code(view: View) -> None:
    html = soup(rich(view, "0xC004F074: run /ato, see [[dns.srv]] or [[kms-host]]; not 0xC004F0FF, and/or a/b."))
    assert [a["href"] for a in html.find_all("a")] == [
        "troubleshoot/codes/0xc004f074.html",
        "troubleshoot/checklists/dns.html#srv",
        "troubleshoot/checklists/kms-host.html",
    ]
    assert [code.get_text() for code in html.find_all("code")] == ["0xC004F074", "/ato", "0xC004F0FF"]


def test_a_link_to_a_step_of_the_same_page_is_short(view_of: Callable[..., View]) -> None:
    here = view_of(page="troubleshoot/checklists/dns.md")
    assert soup(target_link(here, "dns.srv")).a.get_text() == "step 3"
    with pytest.raises(UnknownIdError, match="srv"):
        target_link(here, "dns.srvv")


def test_every_problem_of_the_survey_has_a_symptom(catalog: Catalog) -> None:
    ranks = sorted(symptom.rank for symptom in catalog.symptoms)
    assert ranks == list(range(1, 44))


def test_every_symptom_leads_to_a_check_or_a_page_that_exists(view: View, catalog: Catalog) -> None:
    rows = soup(symptom_finder(view)).select("#symptoms > li")
    assert len(rows) == len(catalog.symptoms)
    for row in rows:
        path = row.select_one(".vag-register__title a")["href"].partition("#")[0].replace(".html", ".md")
        assert (DOCS / path).is_file(), row["id"]
        assert row["data-method"]
        assert row["data-product"]
        assert row["data-shown"]


def test_the_top_symptoms_are_the_first_ones(view: View, catalog: Catalog) -> None:
    links = [a.get_text() for a in soup(top_symptoms(view)).find_all("a")]
    assert links == [s.seen for s in sorted(catalog.symptoms, key=lambda s: s.rank)[:10]]


def test_a_check_that_does_not_exist_is_a_problem_of_the_data(catalog: Catalog) -> None:
    symptom = catalog.symptoms[0].model_copy(update={"checks": ("dns.nothing",)})
    lost = catalog.symptoms[0].model_copy(update={"checks": (), "page": None})
    broken = catalog.model_copy(update={"symptoms": (symptom, lost)})
    found = [str(problem) for problem in checks_lead_somewhere(broken)]
    assert any("dns.nothing" in problem for problem in found)
    assert any("leads nowhere" in problem for problem in found)
    assert [*checks_lead_somewhere(catalog)] == []


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _texts(part)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["checklists", "symptoms", "error-codes"])
def test_no_sentence_types_a_value_that_a_fact_holds(catalog: Catalog, name: str) -> None:
    pattern = guarded(catalog)
    reference = re.compile(r"\{[a-z][a-z0-9_]*\.[^}]*\}")
    records = yaml.safe_load((DATA / f"{name}.yaml").read_text("utf-8"))
    found = [
        match[0] for record in records for text in _texts(record) for match in pattern.finditer(reference.sub("", text))
    ]
    assert found == [], "write {fact.id} instead"
