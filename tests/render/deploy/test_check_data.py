"""What the check and the form of Office configurations get from Python: complete, and nothing but published keys."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import pytest
from bs4 import Tag

from macros.catalog.models import Catalog
from macros.formats.base import wrapped
from macros.formats.base.findings import Activation, Severity, Verdict
from macros.formats.base.keys import KEY_SHAPE, PLACEHOLDER
from macros.formats.base.report import FILES, UNREADABLE
from macros.formats.library import sample
from macros.formats.office.configuration import OfficeRequest, ProductRequest, generate
from macros.formats.office.rules import RULES
from macros.formats.office.samples import SAMPLES
from macros.render.deploy import check_page
from macros.render.deploy.check_data import (
    ACTIVATIONS,
    SEVERITIES,
    VERDICTS,
    odt_as_data,
    odt_data,
    origin,
)
from macros.render.deploy.samples import context
from macros.render.parts.view import View
from tests.formats.reports import validator
from tests.render.check_parts import (
    ENDS_A_SCRIPT,
    assert_every_control_has_a_label,
    assert_hidden_until_its_script_runs,
    assert_rules_as_in_python,
    data_in,
    loaded,
    page_of,
    soup,
)

ViewOf = Callable[..., View]
FORMS = (check_page.check_form, check_page.build_form)


def test_every_rule_is_there_with_its_words_and_pages(view: View, catalog: Catalog) -> None:
    data = odt_as_data(view)
    every = {**RULES, **UNREADABLE, **wrapped.RULES, "more-findings": FILES["more-findings"]}
    assert_rules_as_in_python(data, every, catalog)


def test_the_checks_of_the_page_speak_of_every_rule(view: View) -> None:
    checks = odt_as_data(view)["checks"]["checks"]
    assert {item[0] for check in checks for item in check["items"]} == {*RULES}


def test_the_reference_is_there_as_the_catalog_has_it(view: View, catalog: Catalog) -> None:
    data, odt = odt_as_data(view), catalog.odt
    assert data["keys"] == {key.key: [key.product, key.edition] for key in catalog.client_keys}
    assert [each["id"] for each in data["products"]] == [product.id for product in odt.products]
    assert [each["culture"] for each in data["languages"]] == [language.culture for language in odt.languages]
    for made, element in zip(data["elements"], odt.elements, strict=True):
        assert made["name"] == element.name
        assert bool(made.get("unconfirmed")) == (element.confidence == "unconfirmed")
        assert [each["name"] for each in made["attributes"]] == [attribute.name for attribute in element.attributes]


def test_the_page_holds_no_key_but_published_ones(view: View, catalog: Catalog) -> None:
    published = {key.key for key in catalog.client_keys} | {PLACEHOLDER}
    text = odt_data(view) + check_page.build_form(view) + check_page.check_examples(view)
    assert set(KEY_SHAPE.findall(text)) <= published


def test_data_is_one_script_element_that_nothing_in_it_can_end(view_of: ViewOf, view: View) -> None:
    changed = view_of(organization=view.organization.model_copy(update={"name": ENDS_A_SCRIPT}))
    assert ENDS_A_SCRIPT in data_in(odt_data(changed))["origin"][0]


def test_every_state_of_a_report_has_its_words() -> None:
    assert set(ACTIVATIONS) == set(get_args(Activation))
    assert set(VERDICTS) == set(get_args(Verdict))
    assert set(SEVERITIES) == set(get_args(Severity))


# ----------------------------------------------------------------------------------------------------- examples


def examples(view: View) -> list[Tag]:
    return soup(check_page.check_examples(view)).select("details")


def test_every_twin_of_an_office_sample_is_an_example(view: View) -> None:
    twins = [twin for one in SAMPLES for twin in sample(one, context(view)).twins]
    shown = examples(view)
    assert len(shown) == len(twins) > 0
    for example, twin in zip(shown, twins, strict=True):
        lines = example.select("[data-vag-example] > div")
        assert "".join(f"{line.code.get_text()}\n" for line in lines if line.code) == twin.text
        said = example.select(".vag-found__list > li")
        assert len(said) == len(twin.report.findings)
        for item, finding in zip(said, twin.report.findings, strict=True):
            assert f"line {finding.line}" in item.get_text()
            assert finding.message in item.get_text()
            assert finding.cure in item.get_text()
            assert [link["data-source"] for link in item.select("a")] == [*finding.sources]
        marked = {int(str(line["data-line"])) for line in lines if line.select(".vag-status")}
        assert marked == {finding.line for finding in twin.report.findings}
        assert ACTIVATIONS[twin.report.activation] in example.get_text()


# -------------------------------------------------------------------------------------------------------- forms


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_hidden_until_its_script_runs_and_a_note_says_what_to_do(
    form: Callable[[View], str], view: View
) -> None:
    assert_hidden_until_its_script_runs(form(view))


@pytest.mark.parametrize("form", FORMS)
def test_every_control_has_a_label(form: Callable[[View], str], view: View) -> None:
    assert_every_control_has_a_label(form(view))


def control_values(view: View, name: str) -> list[str]:
    return [str(each["value"]) for each in soup(check_page.build_form(view)).select(f'input[name="{name}"]')]


def test_the_form_offers_every_volume_product_of_a_perpetual_channel_once(view: View, catalog: Catalog) -> None:
    perpetual = {channel.id for channel in catalog.odt.channels}
    wanted = [one.id for one in catalog.odt.products if one.license == "volume" and perpetual & {*one.channels}]
    assert sorted(control_values(view, "products")) == sorted(wanted)


def test_the_form_offers_every_language_app_and_method(view: View, catalog: Catalog) -> None:
    page = soup(check_page.build_form(view))
    codes = [str(option["value"]) for option in page.select("[data-vag-language] option")]
    assert codes == [language.culture for language in catalog.odt.languages] + [*catalog.odt.language_tokens]
    excluded = next(each for each in catalog.odt.elements if each.name == "ExcludeApp")
    assert control_values(view, "exclude") == [*excluded.attributes[0].allowed]
    assert control_values(view, "method") == ["kms-adba", "gvlk", "mak"]


def test_what_the_form_starts_with_is_a_valid_file(view: View, catalog: Catalog) -> None:
    page = soup(check_page.build_form(view))
    chosen = [str(each["value"]) for each in page.select("input[name=products][checked]")]
    excluded = [str(each["value"]) for each in page.select("input[name=exclude][checked]")]
    languages = str(page.select("input[name=languages]")[0]["value"])
    request = OfficeRequest(tuple(ProductRequest(one, (languages,), tuple(excluded)) for one in chosen))
    assert validator("odt")(generate(request, origin(view), catalog), catalog).findings == ()


def test_the_form_says_whether_a_release_is_supported(view: View, view_of: ViewOf, catalog: Catalog) -> None:
    def said(shown: View) -> list[str]:
        return [each.get_text(" ", strip=True) for each in soup(check_page.build_form(shown)).select("summary")]

    later = replace(view, today=view.today.replace(year=view.today.year + 9))
    newest = catalog.odt.channels[0].generation
    assert any(newest in text and "ended" not in text for text in said(view))
    assert any(newest in text and "ended" in text for text in said(later))


def test_ready_files_are_the_samples(view: View) -> None:
    links = soup(check_page.build_ready(replace(view, page="deploy/build-office.md"))).select("a[download]")
    assert [link["href"] for link in links] == [f"../downloads/{one.file_name}" for one in SAMPLES.values()]


@pytest.mark.parametrize(
    ("page", "own"), [("check", ["odt-check.js"]), ("build-office", ["odt-check.js", "odt-build.js"])]
)
def test_a_page_loads_its_scripts_in_the_order_in_which_they_need_each_other(
    page: str, own: list[str], view: View
) -> None:
    shown = page_of(view, page)
    assert loaded(shown) == [
        "keys.js",
        "text-reading.js",
        "xml-reading.js",
        "wrapped.js",
        "drawn.js",
        "text-box.js",
        "findings.js",
        "conditions.js",
        "organization-files.js",
        *own,
    ]
    assert len(shown.select("script#vag-odt")) == 1
