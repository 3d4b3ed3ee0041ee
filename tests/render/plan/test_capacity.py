"""The capacity page: its tables and drawings show what the domain computed, for any organization."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup, Tag

from macros.catalog.organization import Organization
from macros.domain.capacity import advice, host_loads
from macros.domain.contact import hold, needed, seen_probability
from macros.domain.count import COUNT_KINDS, Pool, host_count, pools, threshold
from macros.domain.host_key_budget import budgets
from macros.render.parts.quantity import number
from macros.render.parts.view import View
from macros.render.plan import capacity
from macros.render.plan.capacity_drawings import distribution_bars
from macros.render.registry import render
from tests.built import ROOT
from tests.fleets import fleet, group, host

PAGE = ROOT / "docs" / "plan" / "capacity.md"
ViewOf = Callable[..., View]

FLEETS = {
    "nobody uses KMS": fleet((), group("a", "windows-11", 10, (), method="unactivated")),
    "a host that nobody asks": fleet((host("h"),), group("a", "windows-11", 10, (), method="unactivated")),
    "a group without computers": fleet((host("h"),), group("a", "windows-11", 0, ("h",))),
    "a group that is never there": fleet(
        (host("h"),), group("a", "windows-11", 99, ("h",), network_every_days="never")
    ),
    "shares of computers": fleet(
        (host("h"), host("i"), host("j")), group("a", "windows-11", 100, ("h", "i", "j"), network_every_days=21)
    ),
    "two Office generations": fleet(
        (host("h"),), group("a", "office-ltsc-2024", 6, ("h",)), group("b", "office-ltsc-2021", 3, ("h",))
    ),
    "a count that wavers": fleet((host("h"),), group("a", "windows-11", 40, ("h",), network_every_days=21)),
    "a count that does not hold": fleet((host("h"),), group("a", "windows-11", 30, ("h",), network_every_days=21)),
    "a domain that is short": fleet((host("h"),), group("a", "windows-11", 24, ("h",), directory="ad-ready")),
    "exactly the threshold": fleet((host("h"),), group("a", "windows-11", 25, ("h",))),
    "names with markup": fleet((host("h"),), group("a", "windows-11", 3, ("h",)).model_copy(update={"name": "<b>*A*"})),
}  # fmt: skip


@pytest.fixture(params=["the shipped organization", *FLEETS])
def any_view(request: pytest.FixtureRequest, view: View, organization: Organization) -> View:
    return replace(view, organization=FLEETS.get(request.param, organization), page="plan/capacity.md")


def of(view: View, name: str) -> View:
    return replace(view, organization=FLEETS[name], page="plan/capacity.md")


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html5lib")


def text(element: Tag | None) -> str:
    assert element is not None
    return " ".join(element.get_text(" ").split())


def rows(html: str) -> list[list[str]]:
    return [[text(cell) for cell in row.select("th, td")] for row in soup(html).select("tbody tr")]


def organization_pools(view: View) -> tuple[Pool, ...]:
    return pools(view.organization, view.catalog, view.policy)


@pytest.mark.slow
def test_every_macro_is_one_line_without_styles_or_scripts(any_view: View) -> None:
    for macro in capacity.MACROS:
        html = macro(any_view, 40, 21) if macro is capacity.hold_example else macro(any_view)
        assert "\n" not in html
        assert not soup(html).select("[style], script, [onclick]")


def test_the_page_renders_for_any_organization(any_view: View) -> None:
    page = render(any_view, PAGE.read_text("utf-8"))
    assert "{{" not in page
    assert "<b>" not in page


def test_the_count_table_shows_what_the_hosts_report(any_view: View) -> None:
    expected = [
        [number(s.computers), number(s.reported), number(threshold(s.kind, any_view.policy))]
        for pool in organization_pools(any_view)
        for count in pool.counts
        for s in count.standings
    ]
    found = rows(capacity.count_table(any_view))
    assert [row[2:5] for row in found if row[4]] == expected
    assert all("Stands by" in row[5] for row in found if not row[4])


def test_groups_and_their_computers_stand_beside_the_count(view: View) -> None:
    first = rows(capacity.count_table(view))[0]
    assert "Branch office desktops: 220" in first[1]
    assert "Data center servers: 28" in first[1]


def test_a_host_of_a_higher_priority_value_stands_by(view: View) -> None:
    standing_by = [row for row in rows(capacity.count_table(view)) if "Stands by" in row[-1]]
    assert [row[0] for row in standing_by] == ["Any product at kms2"]


def test_the_isolated_network_is_shown_short_with_a_way_out_by_mak(view_of: ViewOf) -> None:
    view = view_of(page="plan/capacity.md")
    (note,) = soup(capacity.count_findings(view)).select(".vag-note--bad")
    assert "Plant control stations, isolated network: short by 6" in text(note)
    assert "../methods/mak.html" in {link["href"] for link in note.select("a")}
    short = [card for card in soup(capacity.count_cards(view)).select(".vag-card") if card.select(".vag-status--bad")]
    assert [text(card.select_one(".vag-card__value")) for card in short] == ["✕ Short by 6"]
    assert "19 ask, 25 needed" in text(short[0])


def test_adba_is_a_way_out_for_domain_members_only(view: View) -> None:
    def hrefs(name: str) -> set[str]:
        return {str(a["href"]) for a in soup(capacity.count_findings(of(view, name))).select("a")}

    assert "../methods/adba.html" in hrefs("a domain that is short")
    assert "../methods/adba.html" not in hrefs("names with markup")


@pytest.mark.parametrize(
    ("name", "state", "says"),
    [
        ("nobody uses KMS", "info", "No group uses KMS"),
        ("a group that is never there", "bad", "never on the network"),
        ("two Office generations", "warn", "depends on how Office is counted"),
        ("a count that wavers", "warn", "not often enough there"),
        ("a count that does not hold", "bad", "not often enough there"),
        ("a domain that is short", "bad", "short by 1"),
        ("exactly the threshold", "ok", "Every count is met, and holds"),
    ],
)
def test_a_finding_says(name: str, state: str, says: str, view: View) -> None:
    (note,) = soup(capacity.count_findings(of(view, name))).select(".vag-note")
    assert f"vag-note--{state}" in note["class"]
    assert says in text(note)


def test_the_hold_table_shows_the_model(any_view: View) -> None:
    expected = []
    for pool in organization_pools(any_view):
        for count in pool.counts:
            held = hold(count, any_view.policy)
            expected += [[number(held.expected_seen, 1), number(held.expected_reported, 1)] for _ in held.chances]
    assert [row[2:4] for row in rows(capacity.hold_table(any_view))] == expected


def test_only_certainty_is_shown_as_one_hundred_percent(view: View) -> None:
    organization = fleet((host("h"),), group("a", "windows-11", 500, ("h",), network_every_days=2))
    html = capacity.hold_table(replace(view, organization=organization))
    assert rows(html)[0][5] == "over 99.9%"
    assert rows(capacity.hold_table(of(view, "exactly the threshold")))[0][5] == "100%"


def test_both_readings_of_the_office_count_are_shown_with_their_fact(view: View) -> None:
    organization = fleet(
        (host("h"),),
        group("a", "office-ltsc-2024", 20, ("h",), network_every_days=21),
        group("b", "office-ltsc-2021", 6, ("h",), network_every_days=21),
    )
    cell = soup(capacity.hold_table(replace(view, organization=organization))).select("tbody td")[4]
    assert re.fullmatch(r"\d+\.\d% to over 99\.9% unconfirmed", text(cell))
    assert cell.a["data-fact"] == "kms.count.office_generations"


def test_the_table_of_computers_needed_shows_the_model(view: View) -> None:
    tables = soup(capacity.computers_needed(view)).select("table")
    limits = [view.policy.threshold_client, view.policy.threshold_server]
    assert len(tables) == len(limits), "thresholds that are equal share a table"
    for table, limit in zip(tables, limits, strict=True):
        for row in table.select("tbody tr"):
            label, _, *counts = [text(cell) for cell in row.select("th, td")]
            every = 1 if label == "every day" else int(label.removeprefix("1 day in "))
            assert counts == [number(needed(every, limit, w, view.policy) or 0) for w in capacity.WANTED]


def test_the_frequencies_of_the_organization_have_a_row(view: View) -> None:
    organization = fleet((host("h"),), group("a", "windows-11", 1, ("h",), network_every_days=17))
    labels = [row[0] for row in rows(capacity.computers_needed(replace(view, organization=organization)))]
    assert labels.count("1 day in 17") == 2
    assert "1 day in 17" not in capacity.computers_needed(view)


def test_thresholds_that_differ_get_a_table_each(view: View) -> None:
    other = replace(view, policy=replace(view.policy, threshold_office=6))
    assert len(soup(capacity.computers_needed(other)).select("table")) == 3


def test_the_capacity_table_shows_each_host_and_the_sum(any_view: View) -> None:
    loads = host_loads(any_view.organization, any_view.catalog, any_view.policy)
    found = rows(capacity.capacity_table(any_view))
    expected = [
        [number(load.traffic.clients, 1), number(load.traffic.renewals_per_day, 1), number(load.starts_per_day, 1)]
        for load in loads
    ]
    assert [row[1:4] for row in found[: len(loads)]] == expected
    assert len(found) == len(loads) + (len(loads) > 1)
    if len(loads) > 1:
        assert found[-1][1] == number(sum(load.traffic.clients for load in loads), 1)


def test_the_hosts_table_compares_advice_and_hosts(any_view: View) -> None:
    expected = [
        [number(item.clients), number(item.advised)]
        for item in advice(any_view.organization, any_view.catalog, any_view.policy)
    ]
    assert [[row[1], row[3]] for row in rows(capacity.hosts_table(any_view))] == expected


def test_a_missing_host_is_asked_for_and_the_other_reading_is_shown(view: View) -> None:
    organization = fleet((host("h"),), group("a", "windows-11", 51, ("h",)))
    html = capacity.hosts_table(replace(view, organization=organization))
    assert rows(html)[0][-1] == "! Add 1 host"
    conflict = view.catalog.conflict("conflict.two_hosts")
    assert [text(quote) for quote in soup(html).select("[data-vag-quote]")] == [conflict.a.text, conflict.b.text]


def test_the_host_key_table_shows_both_readings(view: View) -> None:
    found = rows(capacity.host_key_budget_table(view))
    for row, item in zip(found, budgets(view.organization, view.policy), strict=True):
        for cell, allowance in ((row[1], item.hosts), (row[3], item.in_all), (row[4], item.strict)):
            assert cell == f"{allowance.used} of {allowance.total} used, {allowance.left} left"
        for use in item.per_host:
            assert f"{use.activations.used} of {use.activations.total} used" in row[2]


@pytest.mark.parametrize(
    ("used", "state"),
    [((1, 1), "ok"), ((5, 5), "warn"), ((6, 6), "warn"), ((10, 0), "warn"), ((11, 0), "bad")],
)
def test_a_host_key_budget_is(used: tuple[int, int], state: str, view: View) -> None:
    hosts = tuple(
        h.model_copy(update={"keys": (h.keys[0].model_copy(update={"activations_used": count}),)})
        for h, count in zip((host("h"), host("i")), used, strict=True)
    )
    organization = fleet(hosts, group("a", "windows-11", 30, ("h",)))
    html = capacity.host_key_budget_table(replace(view, organization=organization))
    (row,) = soup(html).select("tbody tr")
    assert row.select(f".vag-status--{state}")
    assert ("overdrawn by 1" in text(row)) == (used == (11, 0))


@pytest.mark.slow
def test_every_drawing_has_title_description_and_a_table_beside_it(any_view: View) -> None:
    page = soup(render(any_view, PAGE.read_text("utf-8")))
    drawings = page.select("svg")
    assert drawings
    for drawing in drawings:
        assert drawing["role"] == "img"
        assert text(drawing.title)
        assert re.search(r"\d", text(drawing.desc))
        figure = drawing.find_parent("figure")
        assert figure is not None
        assert figure.select("table")
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_the_bars_of_the_counts_are_as_long_as_the_counts(any_view: View) -> None:
    drawing = soup(capacity.count_chart(any_view)).svg
    counts = [
        count
        for kms_host in any_view.organization.kms_hosts
        for kind in COUNT_KINDS
        for count in [host_count(kms_host.id, kind, any_view.organization, any_view.catalog, any_view.policy)]
        if count.askers
    ]
    if drawing is None:
        assert counts == []
        return
    tracks, bars = (drawing.select(css) for css in (".vag-svg__track", "rect:not(.vag-svg__track)"))
    for count, track, bar in zip(counts, tracks, bars, strict=True):
        assert float(bar["width"]) / float(track["width"]) == pytest.approx(count.reported / count.cap, abs=1e-3)


def test_a_distribution_is_colored_by_the_threshold() -> None:
    drawing = soup(distribution_bars("t", "d 1", (0.1, 0.2, 0.3, 0.4), 2, ("line", "axis")))
    assert (len(drawing.select(".vag-svg__bad")), len(drawing.select(".vag-svg__ok"))) == (2, 2)
    heights = [float(bar["height"]) for bar in drawing.select("rect")]
    assert heights == pytest.approx([37.5, 75, 112.5, 150])


def test_a_count_that_varies_is_drawn_and_others_are_not(view: View) -> None:
    assert soup(capacity.hold_charts(of(view, "a count that wavers"))).select("svg")
    assert not soup(capacity.hold_charts(of(view, "exactly the threshold"))).select("svg")


def test_the_example_shows_the_model(view: View) -> None:
    html = capacity.hold_example(view, 40, 21)
    expected = 40 * float(seen_probability(21, view.policy))
    assert f"expected count {expected:.1f}" in text(soup(html).figcaption)


def test_hosts_with_the_same_first_label_are_called_by_their_full_name(view: View) -> None:
    twins = tuple(host(id_).model_copy(update={"name": f"kms.{id_}.example.com"}) for id_ in ("north", "south"))
    organization = fleet(twins, group("a", "windows-11", 30, ("north",)))
    assert "kms.north.example.com" in rows(capacity.count_table(replace(view, organization=organization)))[0][0]


@pytest.mark.parametrize(("kind", "field"), [("windows-client", "cap_with_client"), ("office", "cap_office")])
def test_the_output_of_a_host_shows_its_cap(kind: str, field: str, view: View) -> None:
    example = soup(capacity.count_output(view, kind)).select_one(".vag-example")
    assert text(example) == f"Current count: {getattr(view.policy, field)}"
