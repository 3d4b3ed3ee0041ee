"""An organization that has no groups of computers yet: every place that would praise it says that nothing is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from macros.catalog.models import Catalog
from macros.catalog.organization_file import load_organization
from macros.render.choose import worksheet
from macros.render.parts.view import View
from macros.render.plan.act_now import act_now
from macros.render.start import overview
from tests.built import ORGANIZATIONS


@pytest.fixture(params=["just_starting", "hosts_only"])
def starting(request: pytest.FixtureRequest, view: View, catalog: Catalog) -> View:
    return replace(view, organization=load_organization(ORGANIZATIONS / f"{request.param}.yml", catalog))


PARTS = [
    act_now,
    overview.org_state,
    overview.org_methods,
    worksheet.worksheet_result,
    worksheet.worksheet_findings,
    worksheet.worksheet_reasons,
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_a_part_says_that_there_is_no_group_and_praises_nothing(part: Callable[[View], str], starting: View) -> None:
    shown = BeautifulSoup(part(starting), "html.parser")
    text = shown.get_text(" ").lower()
    assert "group" in text
    assert "nothing to" not in text
    assert "0" not in text.split()
    if part is not overview.org_state:
        assert not shown.select(".vag-status--ok")


def test_who_has_no_group_is_led_to_where_one_is_added(starting: View) -> None:
    for part in (act_now, overview.org_state):
        links = [link["href"] for link in BeautifulSoup(part(starting), "html.parser").select("a")]
        assert any("plan/my-organization" in str(link) for link in links)
