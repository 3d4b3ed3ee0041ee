"""What holds for a KMS host stands wherever a page leads to it: the restart after a setting, the count of a renewal."""

from __future__ import annotations

import re

import pytest

from macros.catalog.models import Catalog
from tests.built import Site

SETTINGS = re.compile(r"/(?:sprt|sai|sri|sdns|cdns|spri|cpri)\b")
NEAR = re.compile(SETTINGS.pattern + r"[^§]{0,200}restart", re.IGNORECASE | re.DOTALL)
LISTS = ("reference/facts", "reference/claims.html")
"""Pages that name the options for what they are, and do not lead to them."""
SHARED_SAMPLE = "deploy/kms-host.html"
"""Its script holds the options; what it does is tested with the script."""


def cited(site: Site, page: str) -> set[str]:
    return {str(element["data-fact"]) for element in site.page(page).select("[data-fact]")}


def words(site: Site, page: str) -> str:
    """What a reader sees of a page, without the data for its scripts."""
    return " ".join(text for text in site.page(page).find_all(string=True) if text.parent.name != "script")


def test_pages_that_lead_to_a_setting_of_a_host_name_the_restart(site: Site) -> None:
    seen = set()
    for page in site.pages:
        if SETTINGS.search(words(site, page)) and not page.startswith(LISTS) and page != SHARED_SAMPLE:
            seen.add(page)
            # A page of an error code shows steps of checklists, with their words and without their facts.
            of_a_step = page.startswith("troubleshoot/codes/") and NEAR.search(words(site, page))
            assert of_a_step or "kms.host.settings_restart" in cited(site, page), page
    assert len(seen) > 5


def test_steps_that_change_a_host_name_the_restart_and_its_price(catalog: Catalog) -> None:
    seen = 0
    for checklist in catalog.checklists:
        for step in checklist.steps:
            texts = [step.good, step.otherwise, step.caution or "", *(one.run for one in step.commands)]
            if any(SETTINGS.search(text) for text in texts):
                seen += 1
                whole = " ".join([*texts, *(one.label or "" for one in step.commands)])
                assert "kms.host.settings_restart" in step.facts, f"{checklist.id}.{step.id}"
                assert re.search(r"sppsvc|restart", whole, re.IGNORECASE), f"{checklist.id}.{step.id}"
    assert seen >= 3


@pytest.mark.parametrize(
    "page",
    [
        "troubleshoot/checklists/health.html",
        "troubleshoot/checklists/kms-count.html",
        "troubleshoot/checklists/clone.html",
        "troubleshoot/checklists/expiry.html",
        "methods/kms.html",
        "plan/capacity.html",
        "plan/kms-hosts.html",
        "plan/renewal.html",
        "choose/compare.html",
        "learn/glossary.html",
        "learn/onboarding.html",
        "reference/claims.html",
    ],
)
def test_a_renewal_needs_the_count_and_the_page_says_on_what_that_stands(site: Site, page: str) -> None:
    assert "kms.renewal.below_threshold" in cited(site, page)


def test_no_page_says_that_a_host_below_its_threshold_renews(site: Site) -> None:
    wrong = re.compile(r"below (?:its|the|their) threshold[^.]{0,60}\bstill (?:renew|activat)", re.IGNORECASE)
    assert [page for page in site.pages if wrong.search(words(site, page))] == []


def test_rights_to_set_up_a_host_lead_to_the_other_reading(site: Site) -> None:
    for page in ("methods/kms.html", "deploy/kms-host.html", "plan/kms-hosts.html"):
        links = [str(link["href"]) for link in site.page(page).select("a[href]")]
        assert any(link.endswith("conflicts.html#conflict.kms_host_rights") for link in links), page
