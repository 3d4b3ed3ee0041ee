from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from bs4 import BeautifulSoup, Tag
from lxml import etree

from macros.catalog.models import Catalog, UnknownIdError
from macros.catalog.organization_file import load_organization
from macros.formats import library
from macros.formats.base.sample import Mistake
from macros.formats.dns.srv import records
from macros.formats.library import FORMAT_OF, SAMPLES, SampleError, available, sample
from macros.formats.office.rules import REFERENCE
from macros.render.deploy import samples as rendering
from macros.render.deploy.named_samples import NAMES, NEEDS, written
from macros.render.downloads import downloads
from macros.render.parts.named import NO_ANSWER, filled
from macros.render.parts.view import View
from macros.render.registry import render
from tests.built import ORGANIZATIONS, ROOT
from tests.parsing import as_built

ViewOf = Callable[..., View]
OFFICE = [sample_id for sample_id, form in FORMAT_OF.items() if form.language == "xml"]


def soup(html: str) -> BeautifulSoup:
    return as_built(html)


def block(view: View, sample_id: str) -> Tag:
    found = soup(rendering.sample(view, sample_id)).select_one(".vag-sample")
    assert found
    return found


def shown(code: Tag) -> str:
    """The code as a reader copies it: without the words for those who do not see the mark."""
    for part in code.select(".vag-hidden"):
        part.decompose()
    return code.get_text()


def test_every_sample_stands_on_a_page() -> None:
    pages = "".join(page.read_text("utf-8") for page in (ROOT / "docs").rglob("*.md"))
    unseen = [sample_id for sample_id in SAMPLES if f'"{sample_id}"' not in pages]
    assert unseen == [], 'show each on the page of its format: {{ sample("its-id") }}'


@pytest.mark.slow
@pytest.mark.parametrize("sample_id", SAMPLES)
def test_a_sample_shows_exactly_the_file_that_is_downloaded(sample_id: str, view: View) -> None:
    found = block(view, sample_id)
    file_name = SAMPLES[sample_id].file_name
    code = found.select_one(".vag-sample > .highlight code, .vag-sample > .vag-details--folded > .highlight code")
    assert code
    assert shown(code) == downloads(view)[f"downloads/{file_name}"]
    assert found.select_one(".vag-sample__name").get_text() == file_name


@pytest.mark.slow
@pytest.mark.parametrize("sample_id", SAMPLES)
def test_a_sample_says_that_it_was_checked(sample_id: str, view: View) -> None:
    made = library.sample(sample_id, rendering.context(view))
    said = block(view, sample_id).select_one(".vag-sample__result").get_text()
    assert {finding.severity for finding in made.report.findings} <= {"info"}
    notes = len(made.report.findings)
    found = f"{notes} note{'s' * (notes > 1)}" if notes else "no finding"
    assert f"valid: {made.report.checks} checks, {found}" in said


@pytest.mark.slow
@pytest.mark.parametrize("sample_id", SAMPLES)
def test_a_twin_marks_the_changed_line_and_shows_its_message(sample_id: str, view: View) -> None:
    made = library.sample(sample_id, rendering.context(view))
    blocks = block(view, sample_id).select("details.vag-sample__twin")
    assert len(blocks) == len(made.twins) >= 1
    for found, twin in zip(blocks, made.twins, strict=True):
        assert twin.finding.message in found.get_text()
        marked = found.select(".hll")
        assert len(marked) == 1
        assert shown(marked[0]).rstrip("\n") == twin.text.split("\n")[twin.line - 1]
        assert found.select_one(".no-copy")


@pytest.mark.parametrize("sample_id", SAMPLES)
def test_a_twin_differs_from_its_sample_in_one_line(sample_id: str, view: View) -> None:
    made = library.sample(sample_id, rendering.context(view))
    for twin in made.twins:
        pairs = zip(made.text.split("\n"), twin.text.split("\n"), strict=True)
        different = [number for number, (one, other) in enumerate(pairs, start=1) if one != other]
        assert different == [twin.line]
        assert twin.finding.line == twin.line
        assert twin.report.verdict in ("warning", "invalid")


@pytest.mark.slow
@pytest.mark.parametrize("sample_id", SAMPLES)
def test_a_sample_stands_on_one_line(sample_id: str, view: View) -> None:
    assert "\n" not in rendering.sample(view, sample_id)


def test_code_has_the_markup_that_the_theme_gives_a_copy_button(view: View) -> None:
    found = block(view, "office-2024-kms-64")
    assert found.select_one("div.highlight.language-xml > pre > code")
    assert found.select(".highlight .nt, .highlight .c")


def test_the_mak_sample_has_the_placeholder_and_no_other_key(view: View) -> None:
    root = etree.fromstring(downloads(view)["downloads/office-2024-mak-64.xml"])
    assert [one.get("PIDKEY") for one in root.iter("Product")] == ["AAAAA-AAAAA-AAAAA-AAAAA-AAAAA"]


@pytest.mark.parametrize("sample_id", OFFICE)
def test_a_file_names_the_organization_and_the_day_of_the_facts(sample_id: str, view: View) -> None:
    text = library.sample(sample_id, rendering.context(view)).text
    assert view.organization.name in text
    assert view.today.isoformat() in text


def test_the_download_link_leads_to_the_file_from_any_page(view_of: ViewOf) -> None:
    for page, expected in (("deploy/dns.md", "../downloads/kms-srv.zone"), ("index.md", "downloads/kms-srv.zone")):
        link = block(view_of(page=page), "dns-zone").select_one("a.vag-sample__download")
        assert link["href"] == expected
        assert link["download"] == "kms-srv.zone"


def test_an_unknown_sample_names_the_nearest(view: View) -> None:
    with pytest.raises(UnknownIdError, match="office-2024-kms-64"):
        rendering.sample(view, "office-2024-kms-46")


def test_every_sample_has_a_purpose() -> None:
    assert all(planned.purpose.endswith(".") for planned in SAMPLES.values())


def plan_with(sample_id: str, monkeypatch: pytest.MonkeyPatch, **changes: object) -> None:
    monkeypatch.setattr(library, "SAMPLES", {**SAMPLES, sample_id: replace(SAMPLES[sample_id], **changes)})


def test_a_sample_with_a_warning_is_not_shown(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    make = SAMPLES["office-2024-kms-64"].make
    plan_with("office-2024-kms-64", monkeypatch, make=lambda *given: make(*given).replace(' AcceptEULA="TRUE"', ""))
    with pytest.raises(SampleError, match="silent-without-license"):
        rendering.sample(view, "office-2024-kms-64")
    with pytest.raises(SampleError, match="silent-without-license"):
        downloads(view)


@pytest.mark.parametrize(
    ("mistake", "message"),
    [
        (Mistake('ID="en-US"', 'ID="de-DE"', "unknown-language"), "must be rejected by unknown-language on line 15"),
        (Mistake('ID="en-US"', 'ID="German"', "R01"), "must be rejected by R01 on line 15"),
        (Mistake("what is not there", "", "R01"), "does not contain"),
    ],
)
def test_a_twin_that_is_not_rejected_as_expected_stops_the_build(
    mistake: Mistake, message: str, view: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_with("office-2024-kms-64", monkeypatch, mistakes=lambda context: (mistake,))
    with pytest.raises(SampleError, match=message):
        rendering.sample(view, "office-2024-kms-64")


def test_the_choice_lists_each_file_with_its_activation(view: View) -> None:
    rows = soup(rendering.sample_table(view, *OFFICE)).select("tbody tr")
    assert [row.th.get_text() for row in rows] == [SAMPLES[sample_id].file_name for sample_id in OFFICE]
    activations = {row.th.get_text(): row.select("td")[1].get_text() for row in rows}
    assert activations["office-2024-mak-64.xml"] == "MAK"
    assert {"MAK", "KMS or ADBA"} <= set(activations.values())


def test_the_table_of_records_holds_each_host_in_its_zones(view: View) -> None:
    rows = soup(rendering.srv_table(view)).select("tbody tr")
    assert [(row.th.get_text(), row.td.get_text()) for row in rows] == [
        (f"_vlmcs._tcp.{record.zone}", record.target) for record in records(view.organization, view.policy)
    ]


@pytest.mark.slow
def test_an_organization_without_hosts_gets_a_note_instead_of_records(view_of: ViewOf, view: View) -> None:
    alone = view_of(organization=view.organization.model_copy(update={"kms_hosts": ()}))
    for html in (rendering.sample(alone, "dns-zone"), rendering.srv_table(alone)):
        assert "names no KMS host" in soup(html).get_text()
    assert [path for path in downloads(alone) if "kms-srv" in path] == []
    assert filled(alone, "<SRV answer>") == NO_ANSWER


@pytest.mark.parametrize(("day", "ended"), [(date(2026, 10, 13), False), (date(2026, 10, 14), True)])
def test_support_is_told_as_of_the_day_of_the_build(day: date, ended: bool, view_of: ViewOf) -> None:
    rows = soup(rendering.office_channels(view_of(today=day))).select("tbody tr")
    said = {row.th.get_text(): row.select("td")[-1].get_text() for row in rows}
    assert ("support ended" in said["Office LTSC 2021"]) is ended
    assert "2026-10-13" in said["Office LTSC 2021"]
    assert "support ended" in said["Office 2019"]
    assert "support ended" not in said["Office LTSC 2024"]


def test_product_ids_stand_beside_their_gvlk(view: View) -> None:
    keys = {key.edition: key.key for key in view.catalog.client_keys}
    rows = soup(rendering.office_product_ids(view, "2024")).select("tbody tr")
    assert len(rows) == 12
    for row in rows:
        name, key = (cell.get_text() for cell in row.select("td"))
        assert key == keys[name]
    with pytest.raises(LookupError, match="2042"):
        rendering.office_product_ids(view, "2042")


def test_rules_are_printed_with_their_pages(view: View) -> None:
    items = soup(rendering.odt_rules(view, "R01", "R22")).select("li")
    rules = REFERENCE
    for item, rule in zip(items, (rules["R01"], rules["R22"]), strict=True):
        assert rule.statement in item.get_text()
        assert [link["data-source"] for link in item.select("a")] == list(rule.sources)
    with pytest.raises(UnknownIdError, match="R99"):
        rendering.odt_rules(view, "R99")


def test_a_code_block_names_each_zone_and_carries_how_it_is_written(view: View) -> None:
    text = "nslookup -type=srv _vlmcs._tcp.<every DNS zone>\n  <zone file>"
    block = (
        f'1. x\n\n    {{% call org_code("bat") %}}\n    {text.replace(chr(10), chr(10) + "    ")}\n    {{% endcall %}}'
    )
    shown = soup(render(view, block))
    assert shown.select_one("[data-vag-named]")["data-vag-named"] == text
    assert shown.code.get_text() == "".join(
        [*(f"nslookup -type=srv _vlmcs._tcp.{zone}\n" for zone in view.organization.zones), "  <zone file>\n"]
    )


def test_names_alone_make_a_sample_that_of_another_organization(view: View, view_of: ViewOf, catalog: Catalog) -> None:
    """What the browser puts together is what would be made, and checked, for the other organization."""
    first, *others = view.organization.kms_hosts
    moved = first.model_copy(update={"name": "other.plant.example.com", "port": 1700})
    forest = view.organization.active_directory.model_copy(update={"dns_name": "forest.example.com"})
    odd = view.organization.model_copy(update={"kms_hosts": (moved, *others), "active_directory": forest})
    lab = forest.model_copy(update={"dns_name": "lab.example.com"})
    odd = odd.model_copy(update={"further_forests": (lab,)})
    organizations = [odd, *(load_organization(file, catalog) for file in sorted(ORGANIZATIONS.glob("*.yml")))]
    compared = 0
    for own in (view_of(organization=one) for one in organizations):
        possible = available(rendering.context(own))
        for sample_id, names in NAMES.items():
            needs = (*names, *NEEDS.get(sample_id, ()))
            has_all = all(filled(own, name) != name for name in needs)
            assert (sample_id in possible) >= has_all, sample_id
            if not has_all:
                continue
            text = sample(sample_id, rendering.context(view)).text
            named = written(view, sample_id, text)
            lines = [named.get(number, line) for number, line in enumerate(text.split("\n"), start=1)]
            made = sample(sample_id, rendering.context(own)).text
            assert [filled(own, line) for line in lines] == made.split("\n")
            compared += 1
    print(compared)
    assert compared > 300


def test_hostile_text_in_a_file_stays_text() -> None:
    html = rendering.code("<script>alert('_x_ *y* `z`')</script>\n&amp;", "xml")
    assert "\n" not in html
    assert soup(html).script is None
    assert soup(html).code.get_text() == "<script>alert('_x_ *y* `z`')</script>\n&amp;\n"
