"""Pages with the organization that a browser keeps: its names, its numbers, and a line where neither can be."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.catalog.organization_file import load_organization
from macros.formats.dns.srv import Wanted
from macros.formats.library import available, sample
from macros.render.deploy.dns_check_data import wanted
from macros.render.deploy.named_samples import NAMES
from macros.render.deploy.samples import context
from macros.render.parts.named import filled
from macros.render.parts.organization import org_left_out
from macros.render.parts.view import View
from macros.render.plan.my_organization import organization_as_data
from macros.render.registry import render
from macros.site import DOCS, read_pages
from tests.browser.conftest import NARROW
from tests.browser.tabs import one_tab, unfolded
from tests.browser.test_pages import violations
from tests.built import ORGANIZATIONS
from tests.parsing import as_built

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
NAMES_OF_FILES = ("university", "bank", "nine_pcs", "subscription_only", "service_provider")
PAGES = (
    "index",
    "plan/capacity",
    "plan/renewal",
    "plan/mak-budget",
    "plan/kms-hosts",
    "plan/lifecycle",
    "methods/kms",
    "methods/not-volume-activation",
    "deploy/dns",
    "deploy/clients",
    "deploy/adba",
    "choose/compare",
    "learn/onboarding",
    "troubleshoot/checklists/health",
)
COUNTED = ("index", "plan/capacity", "plan/mak-budget", "plan/kms-hosts", "choose/compare")
"""Pages whose numbers are compared: their parts stand on the others too."""
DONE = ".vag-kept strong:not(:empty)"
READ = """() => {
    const text = (each) => each.textContent;
    const own = document.querySelector(".md-content");
    const named = [...own.querySelectorAll("[data-vag-named]:not(.vag-sample *)")];
    return {
        named: named.map((each) => [each.dataset.vagNamed, text(each)]),
        numbers: [...own.querySelectorAll("[data-vag-of] [data-vag-number]")]
            .map((each) => [each.dataset.vagNumber, text(each)]),
        samples: [...own.querySelectorAll(".vag-sample[data-vag-names]:has(pre)")]
            .map((each) => [each.id, text(each.querySelector("pre code"))]),
        lines: own.innerText.split("\\n"),
    };
}"""
KEEP = "kept => localStorage.setItem('vag-organization', JSON.stringify({ version: 1, isShown: true, ...kept }))"


@pytest.fixture(scope="module")
def tab(browser: Browser, address: str) -> Iterator[Page]:
    with one_tab(browser) as page:
        page.goto(f"{address}/learn/glossary.html")
        yield page


def kept(page: Page, view: View, own: Organization) -> None:
    words = organization_as_data(view)["banner"]
    page.evaluate(KEEP, {"organization": own.model_dump(mode="json"), "words": words})


def numbers_in_python(view: View, text: str) -> dict[str, str]:
    found = as_built(render(view, text)).select("[data-vag-number]")
    return {str(each["data-vag-number"]): each.get_text() for each in found}


def test_what_a_build_left_out_is_there_for_who_has_it(tab: Page, address: str, view: View, catalog: Catalog) -> None:
    """A site of an organization without KMS hosts, read by one that has some, and the other way round."""
    nobody = replace(view, organization=load_organization(ORGANIZATIONS / "nine_pcs.yml", catalog))
    left = org_left_out(nobody, "kms", "count_table", "form")
    assert org_left_out(view, "kms", "count_table", "form") == ""
    said = '<p data-vag-lacked="hosts">It names no KMS host.</p>'
    url = f"{address}/plan/capacity.html"

    def without(route: Route) -> None:
        response = route.fetch()
        route.fulfill(
            response=response, body=response.text().replace("</h1>", f"</h1><div id=left>{left}{said}</div>", 1)
        )

    tab.route(url, without)
    shown = {}
    for name in ("bank", "nine_pcs"):
        kept(tab, view, load_organization(ORGANIZATIONS / f"{name}.yml", catalog))
        tab.goto(url)
        tab.wait_for_selector(DONE)
        shown[name] = tab.locator("#left").inner_text()
    tab.unroute(url)
    assert "kms1.bank.example" in shown["bank"]
    assert "The form at the top of this page answers for yours." in shown["bank"]
    assert "It names no KMS host." not in shown["bank"]
    assert shown["nine_pcs"].strip() == "It names no KMS host."


@pytest.mark.parametrize("name", NAMES_OF_FILES)
def test_pages_name_and_count_what_a_build_for_it_would(
    name: str, tab: Page, address: str, view: View, catalog: Catalog
) -> None:
    own = load_organization(ORGANIZATIONS / f"{name}.yml", catalog)
    theirs = replace(view, organization=own)
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    kept(tab, view, own)
    sources, compared, samples = read_pages(DOCS), 0, 0
    for path in PAGES:
        tab.goto(f"{address}/{path}.html")
        tab.wait_for_selector(DONE)
        assert "comes with the site, not of" not in tab.locator(DONE).inner_text(), path
        found = tab.evaluate(READ)
        for template, shown in found["named"]:
            assert shown.removesuffix("\n") == filled(theirs, template).removesuffix("\n"), (path, template)
        source = sources[f"{path}.md"] if path in COUNTED else ""
        built = numbers_in_python(replace(theirs, page=f"{path}.md"), source)
        both = [(number, shown) for number, shown in found["numbers"] if number in built]
        assert [(path, *each, built[each[0]]) for each in both if each[1] != built[each[0]]] == []
        compared += len(both)
        possible = available(context(theirs))
        shown_samples = {each.removeprefix("sample-"): text for each, text in found["samples"]}
        for sample_id, text in shown_samples.items():
            assert text == sample(sample_id, context(theirs)).text.rstrip("\n") + "\n", sample_id
            samples += 1
        assert set(shown_samples) <= set(possible) & set(NAMES)
        for line in found["lines"]:
            isolated = re.search("when this site was built|for which this site was built|this site was built for", line)
            assert isolated or view.organization.name not in line, (path, line)
    print(name, compared, samples)
    assert errors == []
    assert compared or name in ("nine_pcs", "subscription_only")
    assert samples


def test_files_are_taken_with_the_names_and_bytes_that_they_need(
    tab: Page, address: str, view: View, catalog: Catalog, tmp_path: Path
) -> None:
    own = load_organization(ORGANIZATIONS / "university.yml", catalog)
    kept(tab, view, own)
    tab.goto(f"{address}/deploy/clients.html")
    unfolded(tab).wait_for_selector(DONE)
    for sample_id, encoding, end in (("registry-windows", "utf-16", "\r\n"), ("clients-undo", "utf-8", "\r\n")):
        with tab.expect_download() as started:
            tab.locator(f"#sample-{sample_id} .vag-sample__download").click()
        started.value.save_as(tmp_path / sample_id)
        wanted = sample(sample_id, context(replace(view, organization=own))).text
        assert (tmp_path / sample_id).read_bytes().decode(encoding) == wanted.replace("\n", end)


@pytest.mark.parametrize("name", NAMES_OF_FILES)
def test_checks_compare_with_it_and_forms_start_with_it(
    name: str, tab: Page, address: str, view: View, catalog: Catalog
) -> None:
    own = load_organization(ORGANIZATIONS / f"{name}.yml", catalog)
    theirs = replace(view, organization=own)
    kept(tab, view, own)
    tab.goto(f"{address}/deploy/build-dns.html")
    tab.wait_for_selector(DONE)
    expect(tab.locator(DONE)).to_contain_text(f"What is built here is for {own.name}")
    compared = tab.evaluate("() => window.vagDns.known.wanted.organization")
    assert compared == json.loads(json.dumps(wanted(Wanted.of(context(theirs)))))
    made = tab.locator("[data-vag-found]").inner_text()
    if own.kms_hosts:
        assert f"made by the Volume Activation Guide for {own.name}" in made
        assert [host.name for host in own.kms_hosts if host.name not in made] == []
    tab.goto(f"{address}/deploy/build-clients.html")
    tab.wait_for_selector(DONE)
    hosts = tab.evaluate("() => window.vagClients.known.hosts.organization")
    assert hosts == context(theirs).hosts
    assert tab.evaluate("() => document.querySelector('[data-vag-build]').elements.host.value") == next(iter(hosts), "")


def test_a_hostile_name_stays_a_comment(tab: Page, address: str, view: View) -> None:
    name = '--> & del %TEMP% "<script>window.hacked = 1</script>\u202e` $(x)'
    kept(tab, view, view.organization.model_copy(update={"name": name}))
    for path in ("deploy/office", "deploy/clients", "index"):
        tab.goto(f"{address}/{path}.html")
        tab.wait_for_selector(DONE)
        for _, text in tab.evaluate(READ)["samples"]:
            [head] = [line for line in text.split("\n") if "made by the Volume Activation Guide" in line]
            assert (
                re.search(r"[%<>$`\"]|--.*for|\u202e", head.split("Guide for ")[1].partition(" Guide built")[0]) is None
            )
    assert tab.locator("h2#today").inner_text().startswith(name[:20])
    assert tab.evaluate("() => window.hacked") is None


def test_what_another_edition_kept_leaves_the_page_and_says_so(tab: Page, address: str, view: View) -> None:
    groups = [{"product": "windows-99", "method": "kms", "count": 1}]
    words = organization_as_data(view)["banner"]
    tab.evaluate(KEEP, {"organization": {"name": "Old", "groups": groups}, "words": words})
    tab.goto(f"{address}/plan/capacity.html")
    tab.wait_for_selector(DONE)
    expect(tab.locator(DONE)).to_contain_text("comes with the site, not of Old")
    assert view.organization.name in tab.locator("#counts").inner_text()


@pytest.mark.parametrize("path", ["index", "plan/capacity", "deploy/dns"])
def test_what_is_drawn_passes_axe_and_fits_narrow_screens(
    path: str, tab: Page, address: str, view: View, catalog: Catalog
) -> None:
    kept(tab, view, load_organization(ORGANIZATIONS / "bank.yml", catalog))
    tab.goto(f"{address}/{path}.html")
    tab.wait_for_selector(DONE)
    assert violations(tab) == []
    size = tab.viewport_size
    tab.set_viewport_size({"width": NARROW - 70, "height": 800})
    assert tab.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    tab.set_viewport_size(size or {"width": 1440, "height": 900})
