"""Every case that a source can be in, played by a host on loopback."""

from __future__ import annotations

from datetime import date

import pytest

from macros.watch.settings import settings
from tests.watch.conftest import PAGE, TEXT, Check, Played, drip, said, sleep, source

DAY = {"page_date": "2026-01-02"}


def test_what_was_recorded_is_unchanged_until_a_passage_or_the_date_changes(played: Played, check: Check) -> None:
    one = source(played.page("/a"), **DAY)
    first = check(one)
    assert said(first.verdicts[0]) == [("new", "new")]
    assert not first.verdicts[0].is_well
    recorded = check(one, record=True)
    assert recorded.verdicts[0].is_recorded
    assert recorded.verdicts[0].is_well
    records = tuple(recorded.records)
    assert [*records[0].sections] == ["Thresholds", "Ports"]
    # A menu that differs each time is none of the page's own text.
    played.page("/a")
    assert said(check(one, records=records).verdicts[0]) == [("same", "same")]
    played.page("/a", PAGE.replace("{number}", "5"))
    changed = check(one, records=records).verdicts[0]
    assert said(changed) == [("passage", "changed")]
    assert changed.points[0].slots == {"sections": "Thresholds"}
    # A whole run with --record accepts no change; one for this source does.
    assert tuple(check(one, records=records, record=True).records) == records
    accepted = tuple(check(one, records=records, record=True, only=("a-page",)).records)
    assert said(check(one, records=accepted).verdicts[0]) == [("same", "same")]
    played.page("/a", PAGE.replace("2026-01-02", "2026-03-04"))
    assert ("date", "date") in said(check(one, records=records).verdicts[0])
    assert ("same", "same") in said(check(one, records=records).verdicts[0])


def test_sections_that_come_go_and_change_places_are_named(played: Played, check: Check) -> None:
    body = "<main><h1>One</h1>a<h2>Two</h2>b<h2>Two</h2>c</main>"
    one = source(played.page("/a", body))
    records = tuple(check(one, record=True).records)
    assert [*records[0].sections] == ["One", "Two", "Two [2]"]
    played.page("/a", body.replace("<h2>Two</h2>b", "<h2>Three</h2>b"))
    found = check(one, records=records).verdicts[0]
    assert {point.name: point.slots["sections"] for point in found.points} == {
        "changed": "Two",
        "missing": "Two [2]",
        "added": "Three",
    }
    # Where the passages that count are named, others are told and are no change.
    relied = (records[0].model_copy(update={"passages": ("One",)}),)
    assert said(check(one, records=relied).verdicts[0]) == [("same", "elsewhere")]
    played.page("/a", "<main><h2>Two</h2>b<h1>One</h1>a<h2>Two</h2>c</main>")
    assert said(check(one, records=records).verdicts[0]) == [("passage", "order")]


def test_the_text_of_a_page_counts_more_than_the_page(played: Played, check: Check) -> None:
    played.page("/MicrosoftDocs/some-docs/HEAD/a%20b.md", TEXT, Content_Type="text/plain; charset=utf-8")
    where = {"repository": "MicrosoftDocs/some-docs", "path": "a b.md"}
    one = source(played.page("/a"), **DAY, **where)
    (record,) = check(one, record=True).records
    assert (record.read, [*record.sections]) == ("text", ["Thresholds", "Ports"])
    played.page("/a", PAGE.replace("{number}", "5"))
    assert said(check(one, records=(record,)).verdicts[0]) == [("same", "same")]
    played.page("/MicrosoftDocs/some-docs/HEAD/a%20b.md", TEXT.replace("{day}", "3/4/2026"), Content_Type="text/plain")
    found = check(one, records=(record,)).verdicts[0]
    assert found.points[0].slots == {"recorded": "2026-01-02", "seen": f"{date(2026, 3, 4)}"}
    # Without the text, the page is there, and says nothing of what was recorded.
    del played.answers["/MicrosoftDocs/some-docs/HEAD/a%20b.md"]
    assert said(check(one, records=(record,)).verdicts[0]) == [("gone", "gone-text"), ("unread", "other-kind")]
    assert "/MicrosoftDocs/some-docs/HEAD/a%20b.md" in played.paths()
    # The repository of somebody else is no text of the page.
    check(source(played.at("/a"), name="b", repository="somebody/some-docs", path="a.md"))
    assert not [path for path in played.paths() if path.startswith("/somebody")]


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone(status: int, played: Played, check: Check) -> None:
    found = check(source(played.page("/a", "", status)))
    assert said(found.verdicts[0]) == [("gone", "gone-page")]
    assert not found.is_offline


@pytest.mark.parametrize("status", [401, 403, 500, 502])
def test_a_page_that_cannot_be_reached(status: int, played: Played, check: Check) -> None:
    assert said(check(source(played.page("/a", "", status))).verdicts[0]) == [("unreachable", "status")]


@pytest.mark.parametrize(
    ("headers", "body", "why"),
    [
        ({}, "x" * 20_001, "large"),
        ({"Content_Type": "application/pdf"}, "%PDF", "kind"),
        ({"Content_Type": ""}, "text", "kind"),
        ({"Content_Encoding": "gzip"}, "\x1f", "encoded"),
        ({"Content_Length": "500"}, "<main>A part", "cut"),
        ({}, "", "empty"),
        ({}, "<main><nav>Menu</nav></main>", "empty"),
    ],
)
def test_an_answer_that_cannot_be_compared(
    headers: dict[str, str], body: str, why: str, played: Played, check: Check
) -> None:
    found = check(source(played.page("/a", body, **headers)), record=True)
    assert said(found.verdicts[0]) == [("unread", why)]
    assert [*found.records] == []
    assert not found.verdicts[0].is_well


@pytest.mark.parametrize("silence", [0.2])
@pytest.mark.parametrize("how", [sleep, drip])
def test_a_slow_answer_is_not_waited_for(how: object, played: Played, check: Check) -> None:
    played.doing["/a"] = how  # type: ignore[assignment]
    found = check(source(played.at("/a")), source(played.page("/b"), name="b"))
    assert [said(one) for one in found.verdicts] == [[("unreachable", "slow")], [("new", "new")]]
    assert not found.is_offline


def test_redirects_are_followed_and_told_where_they_lead_to_another_page(played: Played, check: Check) -> None:
    played.page("/en-us/a", ETag='"1"')
    played.page("/b")
    played.page("/en-us/a?view=new")
    leads = {
        "same": played.leads("/a", "/en-us/a?view=new#part"),
        "other": played.leads("/old", "/b"),
        "host": played.leads("/away", played.at("/b", "localhost"), 302),
    }
    found = {one.source.id: one for one in check(*(source(at, name) for name, at in leads.items())).verdicts}
    assert said(found["same"]) == [("new", "new")]
    assert said(found["other"]) == [("moved", "moved"), ("new", "new")]
    assert found["other"].points[0].slots["to"] == played.at("/b")
    assert found["host"].points[0].slots["to"] == played.at("/b", "localhost")
    # Another host has rules of its own.
    assert [host for host, path in played.asked if path == "/robots.txt"] == [
        f"127.0.0.1:{played.port}",
        f"localhost:{played.port}",
    ]


@pytest.mark.parametrize(
    ("to", "why"),
    [("/a", "loop"), ("/a?1", "loop"), ("file:///etc/passwd", "redirect"), ("http://[", "redirect"), ("", "status")],
)
def test_a_redirect_that_leads_nowhere(to: str, why: str, played: Played, check: Check) -> None:
    played.leads("/a?1", "/a?2")
    played.leads("/a?2", "/a?1")
    assert said(check(source(played.leads("/a", to))).verdicts[0]) == [("unreachable", why)]


def test_what_robots_txt_forbids_is_not_asked_for(played: Played, check: Check) -> None:
    played.page("/robots.txt", "User-agent: volume-activation-guide\nDisallow: /private/\nCrawl-delay: 0\n")
    played.leads("/open", "/private/b")
    found = check(source(played.page("/private/a")), source(played.at("/open"), "b"), source(played.page("/c"), "c"))
    assert [said(one) for one in found.verdicts] == [[("unasked", "robots")], [("unasked", "robots")], [("new", "new")]]
    assert played.paths() == ["/open", "/c"]
    assert [one.is_well for one in found.verdicts] == [True, True, False]


@pytest.mark.parametrize("status", [500, 503])
def test_a_host_whose_rules_cannot_be_read_is_left_alone(status: int, played: Played, check: Check) -> None:
    played.page("/robots.txt", "", status)
    found = check(source(played.page("/a")), source(played.page("/b"), "b"))
    assert {point.state for one in found.verdicts for point in one.points} == {"unreachable"}
    assert played.paths() == []
    assert not all(one.is_well for one in found.verdicts)


def test_a_host_that_wants_to_be_left_alone_is(played: Played, check: Check) -> None:
    found = check(source(played.page("/a", "", 429)), source(played.page("/b"), "b"))
    assert [said(one) for one in found.verdicts] == [[("unreachable", "busy")]] * 2
    assert played.paths() == ["/a"]


def test_each_request_names_the_project(played: Played, check: Check) -> None:
    check(source(played.page("/a")))
    (agent,) = played.agents
    assert agent.startswith(f"{settings().name}/1.2.3 ")


def test_a_page_that_says_it_is_the_same_is_not_sent_again(played: Played, check: Check) -> None:
    played.leads("/a", "/en-us/a")
    played.page("/en-us/a", ETag='"1"')
    one = source(played.at("/a"), **DAY)
    records = tuple(check(one, record=True).records)
    # The host would say something else; it is asked only whether it has another version.
    played.page("/en-us/a", "<main>Other</main>", ETag='"1"')
    assert said(check(one, records=records).verdicts[0]) == [("same", "same")]
    played.page("/en-us/a", "<main>Other</main>", ETag='"2"')
    assert said(check(one, records=records).verdicts[0])[-1][0] == "passage"


def test_the_last_of_two_sources_at_one_address_asks_nothing(played: Played, check: Check) -> None:
    check(source(played.page("/a")), source(played.at("/a"), "b"))
    assert played.paths() == ["/a"]
