"""An organization that is described in the page, taken along and built shows the same numbers on both sites."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from macros.catalog.models import Catalog
from macros.catalog.organization_file import load_organization
from tests.browser.conftest import serving
from tests.browser.test_my_organization_form import opened_file
from tests.built import EXAMPLE, ORGANIZATIONS, ROOT, Site, build_once

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
PAGE = "plan/my-organization.html"
NAMES = ("example", "university", "service_provider")
KIND_IDS = {"Windows clients": "windows-client", "Windows Server": "windows-server", "Office": "office"}


@pytest.fixture(scope="module")
def addresses() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def taken_along(page: Page, name: str, folder: Path) -> Path:
    """The file that the page gives for a fixture that was opened in it."""
    opened_file(page, (ORGANIZATIONS / f"{name}.yml").read_text("utf-8"))
    with page.expect_download() as started:
        page.get_by_role("button", name="Download organization.yml").click()
    target = folder / "organization.local.yml"
    started.value.save_as(target)
    return target


def points(page: Page, within: str) -> list[str]:
    found: list[str] = page.locator(f"{within} li:not([hidden]) .vag-status").all_inner_texts()
    return [" ".join(each.split()[1:]) for each in found]


def rows(page: Page, caption: str) -> list[list[str]]:
    found: list[list[str]] = page.evaluate(
        """caption => [...document.querySelectorAll("[data-vag-found] table")]
            .filter((table) => table.caption.textContent === caption)
            .flatMap((table) => [...table.tBodies[0].rows])
            .map((row) => [...row.cells].map((cell) => cell.innerText))""",
        caption,
    )
    return found


def numbers(page: Page) -> dict[str, str]:
    """Numbers of a page by their names, as a reader sees them."""
    found: dict[str, str] = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll("[data-vag-number]")]
            .map((each) => [each.dataset.vagNumber, each.textContent]))"""
    )
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_built_site_shows_what_the_page_showed(
    name: str,
    address: str,
    addresses: ExitStack,
    open_page: OpenPage,
    site: Site,
    shared_folder: Path,
    tmp_path: Path,
    catalog: Catalog,
) -> None:
    page = open_page(f"{address}/{PAGE}")
    file = taken_along(page, name, tmp_path)
    assert load_organization(file, catalog) == load_organization(ORGANIZATIONS / f"{name}.yml", catalog)
    expect(page.get_by_role("heading", name="Act now")).to_be_visible()
    told = points(page, "[data-vag-found] .vag-found__list:not(.vag-wrong)")
    counts, maks = rows(page, "Counts of your KMS hosts"), rows(page, "Balance of your MAKs")
    assert told

    # The site of the tests is that of the example; the others are built from the file that was taken along.
    assert (ORGANIZATIONS / "example.yml") == EXAMPLE
    built = (
        site.folder
        if name == "example"
        else build_once(shared_folder / f"round-trip-{name}", ROOT, ORGANIZATION=str(file))
    )
    base = addresses.enter_context(serving(built))
    start = open_page(f"{base}/index.html")
    assert points(start, "[data-vag-of=act_now]") == told

    organization = load_organization(file, catalog)
    hosts = {host.name: host.id for host in organization.kms_hosts}
    shown = open_page(f"{base}/plan/capacity.html")
    capacity = numbers(shown)
    assert {*points(shown, ".md-content .vag-found__list")} <= {*told}
    for head, computers, _, threshold, *_ in counts:
        host, _, products = head.partition(": ")
        kind = KIND_IDS[products]
        assert capacity[f"kms.asking:{hosts[host]}:{kind}"] == computers
        assert capacity[f"kms.threshold:{kind}"] == threshold
    assert sum(each.startswith("kms.asking:") for each in capacity) == len(counts)

    shown = open_page(f"{base}/plan/mak-budget.html")
    budget = numbers(shown)
    assert {*points(shown, ".md-content .vag-found__list")} <= {*told}
    for head, left, needed, *_ in maks:
        mak = head.partition(": ")[0]
        assert budget[f"mak.left:{mak}"] == left.split()[0]
        assert budget[f"mak.needed-today-by:{mak}"] == needed
    assert sum(each.startswith("mak.left:") for each in budget) == len(maks)
