"""What the check and the form of SRV records get from Python: complete, and nothing typed a second time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from bs4 import Tag

from macros.catalog.models import Catalog
from macros.formats.base.findings import Rule
from macros.formats.base.keys import KEY_SHAPE
from macros.formats.dns.format import BY_ID
from macros.formats.library import SAMPLES, sample
from macros.render.deploy import dns_check_page
from macros.render.deploy.dns_check_data import (
    ELSEWHERE,
    LABELS,
    LAYOUTS,
    dns_as_data,
    dns_data,
    rules,
)
from macros.render.deploy.samples import context
from macros.render.parts.view import View
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
READ = [kind for kind in BY_ID if kind != ELSEWHERE]
FORMS = (dns_check_page.dns_check_form, dns_check_page.dns_build_form)


def test_every_rule_is_there_with_its_words_and_pages(view: View, catalog: Catalog) -> None:
    data, every = dns_as_data(view), rules()
    assert_rules_as_in_python(data, every, catalog)
    assert {rule for kind in READ for rule in BY_ID[kind].form.rules} <= set(every)
    for page in {page for kind in BY_ID.values() for page in kind.form.sources}:
        assert data["sources"][page] == [catalog.source(page).title, str(catalog.source(page).url)]


def test_a_rule_says_the_same_in_every_form() -> None:
    """The data holds each rule once."""
    said: dict[str, Rule] = {}
    for kind in READ:
        for name, rule in BY_ID[kind].form.rules.items():
            assert said.setdefault(name, rule) == rule


def test_patterns_mean_the_same_in_scripts(view: View) -> None:
    """A script has another idea of white space, of word characters, and of where a line begins."""
    for kind in dns_as_data(view)["kinds"].values():
        for mark in kind["marks"]:
            assert not re.search(r"\\[sSwWdDbB]|(?<!\[)\^|\(\?[^:<!=]", mark.replace("[^", "").replace(r"(?<!", "")), (
                mark
            )


def test_the_organization_is_there_as_its_file_has_it(view: View) -> None:
    wanted = dns_as_data(view)["wanted"]["organization"]
    organization = view.organization
    assert [*wanted["hosts"]] == [host.name for host in organization.kms_hosts]
    assert wanted["zones"] == organization.zones
    assert {record["target"] for record in wanted["records"]} == set(wanted["hosts"])


def test_data_is_one_script_element_that_nothing_in_it_can_end(view_of: ViewOf, view: View) -> None:
    changed = view_of(organization=view.organization.model_copy(update={"name": ENDS_A_SCRIPT}))
    assert ENDS_A_SCRIPT in data_in(dns_data(changed))["origin"][0]


def test_pages_hold_no_key(view: View) -> None:
    text = dns_data(view) + dns_check_page.dns_build_form(view) + dns_check_page.dns_check_examples(view)
    assert KEY_SHAPE.findall(text) == []


def test_every_state_of_a_report_has_its_words(view: View) -> None:
    assert set(dns_as_data(view)["words"]["activations"]) == {"none", *BY_ID}


# ----------------------------------------------------------------------------------------------------- examples


def test_every_twin_of_a_form_that_is_read_is_an_example(view: View) -> None:
    made = [(kind, twin) for kind in READ for one in BY_ID[kind].samples for twin in sample(one, context(view)).twins]
    shown = soup(dns_check_page.dns_check_examples(view)).select("details")
    texts: Mapping[str, Tag] = {
        "".join(f"{line.get_text()}\n" for line in example.select("[data-vag-example] code")): example
        for example in shown
    }
    assert len(shown) == len(texts) == len(made) > 0
    for kind, twin in made:
        example = texts[twin.text]
        assert [each["data-vag-kind"] for each in example.select("[data-vag-example]")] == [kind]
        for item, finding in zip(example.select(".vag-found__list > li"), twin.report.findings, strict=True):
            assert finding.message in item.get_text()
            assert finding.cure in item.get_text()


# -------------------------------------------------------------------------------------------------------- forms


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_hidden_until_its_script_runs_and_a_note_says_what_to_do(
    form: Callable[[View], str], view: View
) -> None:
    assert_hidden_until_its_script_runs(form(view))


@pytest.mark.parametrize("form", FORMS)
def test_every_control_has_a_label_and_a_name_of_its_own(form: Callable[[View], str], view: View) -> None:
    assert_every_control_has_a_label(form(view))
    names = [control["name"] for control in soup(form(view)).select("input, select, textarea")]
    assert len(set(names)) == len(names)


def test_the_form_offers_every_form_of_the_samples_but_the_whole_zone() -> None:
    """A zone to try out needs addresses, which the form does not ask for."""
    assert set(LABELS) == set(LAYOUTS) == {one for form in BY_ID.values() for one in form.samples} - {"dns-zone"}


def test_the_form_has_a_row_for_each_host_and_one_where_there_is_none(view: View, view_of: ViewOf) -> None:
    def names(shown: View) -> list[str]:
        page = soup(dns_check_page.dns_build_form(shown))
        return [str(each["value"]) for each in page.select('input[name^="name"]')]

    assert names(view) == [host.name for host in view.organization.kms_hosts]
    assert names(view_of(organization=view.organization.model_copy(update={"kms_hosts": ()}))) == [""]


def test_a_host_keeps_what_its_file_says(view: View, view_of: ViewOf) -> None:
    zones = view.organization.zones
    own = {"port": 4711, "priority": 0, "weight": 65535, "publish_in": zones}
    host = view.organization.kms_hosts[0].model_copy(update=own)
    page = soup(
        dns_check_page.dns_build_form(view_of(organization=view.organization.model_copy(update={"kms_hosts": (host,)})))
    )
    values = [page.select(f'input[name="{name}1"]')[0]["value"] for name in ("port", "priority", "weight", "in")]
    assert values == ["4711", "0", "65535", ", ".join(zones)]


def test_ready_files_are_the_samples(view: View) -> None:
    links = soup(dns_check_page.dns_build_ready(replace(view, page="deploy/build-dns.md"))).select("a[download]")
    assert [link["href"] for link in links] == [f"../downloads/{SAMPLES[one].file_name}" for one in LABELS]


@pytest.mark.parametrize(
    ("page", "own"), [("check-dns", ["dns-check.js"]), ("build-dns", ["dns-check.js", "dns-build.js"])]
)
def test_a_page_loads_its_scripts_in_the_order_in_which_they_need_each_other(
    page: str, own: list[str], view: View
) -> None:
    shown = page_of(view, page)
    first = ["keys.js", "text-reading.js", "drawn.js", "text-box.js", "findings.js", "conditions.js"]
    assert loaded(shown) == [*first, "organization-records.js", "organization-files.js", *own]
    assert len(shown.select("script#vag-dns")) == 1
