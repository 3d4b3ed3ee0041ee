"""The decision guide in a real browser: against the vectors, against Python, and as a reader uses it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urldefrag, urlencode, urljoin

import pytest
from playwright.sync_api import FilePayload, Page, expect

from macros.catalog.decision_tables import UNKNOWN, Compiled, compiled, thresholds
from macros.catalog.models import Catalog
from macros.domain.decision import Answers, advise
from macros.render.parts.script_data import tables_as_data
from macros.render.parts.view import View
from tests.browser.axe_script import violations
from tests.browser.conftest import NARROW, WIDE
from tests.browser.tabs import moved
from tests.built import Site
from tests.catalog.test_decision_tables import changed, with_more_ways_to_the_internet
from tests.situations import cases, to_adba
from tests.timing import shortest

GUIDE, WALK = "choose/index.html", "choose/questions.html"
VECTORS = cases()
PIECES = 4
"""A change tries a quarter of the vectors in the browser, and all of them in Python."""
RANDOM_SITUATIONS = 2000
SLOWEST_STEP = 50
"""Milliseconds."""

pytestmark = pytest.mark.browser

ADBA = to_adba()


def expected(vector: dict[str, Any]) -> set[str]:
    return {vector["outcome"]} if "outcome" in vector else set(vector["possible"])


@pytest.fixture
def guide(open_page: Callable[..., Page], address: str) -> Callable[..., Page]:
    """Open the guide, with answers if any."""
    return lambda answers=None, **how: open_page(f"{address}/{GUIDE}#{urlencode(answers or {})}", **how)


def question(page: Page) -> str | None:
    """Id of the question that is shown; None at a result."""
    shown = page.locator("[data-vag-guide] [data-vag-question]")
    return shown.get_attribute("data-vag-question") if shown.count() else None


def result(page: Page) -> set[str]:
    return set((page.locator("[data-vag-guide]").get_attribute("data-vag-result") or "").split())


def answer(page: Page, value: str | int) -> None:
    """Give an answer and wait for the next view."""
    before = page.url
    if isinstance(value, int):
        page.get_by_role("textbox", name=page.locator("#vag-question").inner_text()).fill(str(value))
        page.get_by_role("button", name="Continue").click()
    else:
        page.locator(f'[data-vag-guide] .vag-answer[data-value="{value}"]').click()
    drawn(page, before)


def drawn(page: Page, before: str) -> None:
    """Wait until another address than the one before is shown."""
    page.wait_for_function(
        "before => location.href !== before"
        " && document.querySelector('[data-vag-guide]').dataset.vagDrawn === location.hash",
        arg=before,
    )


def arrived(page: Page, part: str) -> None:
    """Wait until an address with this part is there and drawn: the address changes first."""
    page.wait_for_url(f"**{part}**")
    drawn(page, "")


def given(page: Page) -> list[str]:
    return page.locator("section.vag-given dt").all_inner_texts()


READER = """async all => {
    const root = document.querySelector("[data-vag-guide]");
    const next = () => new Promise(done => addEventListener("hashchange", done, { once: true }));
    const reached = [];
    for (const answers of all) {
        for (let step; (step = root.querySelector("[data-vag-question]")); ) {
            const value = answers[step.dataset.vagQuestion] ?? "unknown";
            const shown = next();
            if (typeof value === "number") {
                step.querySelector("input").value = value;
                step.querySelector("form").requestSubmit();
            } else step.querySelector(`.vag-answer[data-value="${value}"]`).click();
            await shown;
        }
        reached.push(root.dataset.vagResult.split(" "));
        const again = next();
        root.querySelector(".vag-again").click();
        await again;
    }
    return reached;
}"""
"""Answers what is asked, by clicking and typing, until there is a result; then starts again."""


@pytest.mark.parametrize("piece", range(PIECES))
def test_a_reader_reaches_what_the_vectors_expect(guide: Callable[..., Page], piece: int) -> None:
    page = guide()
    some = VECTORS[piece::PIECES]
    reached = page.evaluate(READER, [vector["answers"] for vector in some])
    found = {vector["id"]: set(outcomes) for vector, outcomes in zip(some, reached, strict=True)}
    assert found == {vector["id"]: expected(vector) for vector in some}


@cache
def step_at(site: Site, page: str, anchor: str) -> tuple[str, list[Any]]:
    """The question of a step, and its links. A reader who knows little comes by thousands of times."""
    parsed = site.page(page)
    step = parsed.find(id=anchor) if anchor else parsed.select_one("[data-vag-guide]")
    assert step is not None
    return str(step.get("data-vag-question", "")), step.select("a.vag-answer")


def follow(site: Site, start: tuple[str, str], answers: Answers) -> Iterator[str]:
    """Outcomes that a reader without scripts reaches; who does not know an answer follows every link."""
    page, anchor = start
    question, links = step_at(site, page, anchor)
    if anchor.startswith("outcome-"):
        yield anchor.removeprefix("outcome-")
        return
    assert question, anchor
    value = answers.get(question, UNKNOWN)
    taken = [link for link in links if value == UNKNOWN or leads(link, value)]
    assert taken, (anchor, value)
    for link in taken:
        path, fragment = urldefrag(urljoin(page, str(link["href"])))
        yield from follow(site, (path, fragment), answers)


def leads(link: Any, value: str | int) -> bool:
    if isinstance(value, str):
        return bool(link.get("data-value") == value)
    return int(link["data-low"]) <= value and ("data-high" not in link.attrs or value <= int(link["data-high"]))


def test_the_links_lead_where_the_vectors_expect(site: Site) -> None:
    reached = {vector["id"]: set(follow(site, (GUIDE, ""), vector["answers"])) for vector in VECTORS}
    assert reached == {vector["id"]: expected(vector) for vector in VECTORS}


def test_the_links_work_in_a_browser_without_scripts(open_page: Callable[..., Page], address: str) -> None:
    page = open_page(f"{address}/{GUIDE}", javascript=False)
    page.locator("[data-vag-guide] a.vag-answer[data-value=volume]").click()
    for value in [*ADBA.values()][1:]:
        page.locator(f"section:target a.vag-answer[data-value={value}]").click()
    page.wait_for_url(f"**/{GUIDE}#outcome-adba")
    expect(page.get_by_role("heading", name="ADBA", exact=False).first).to_be_visible()


def test_script_and_python_agree(guide: Callable[..., Page], tables: Compiled, catalog: Catalog) -> None:
    chance = random.Random(20261124)
    situations = [dict(a_situation(chance, tables)) for _ in range(RANDOM_SITUATIONS)]
    script = guide().evaluate(
        "all => { const tables = vagDecision.read(); return all.map(each => vagDecision.advise(tables, each)) }",
        situations,
    )
    for answers, found in zip(situations, script, strict=True):
        assert found == in_the_script(advise(tables, catalog.decision_tables, answers)), answers


def test_script_and_python_agree_on_a_question_with_many_answers(guide: Callable[..., Page], view: View) -> None:
    records = changed(view.catalog.decision_tables, lambda data: with_more_ways_to_the_internet(data, 27))
    many = compiled(records, thresholds(view.catalog))
    other = replace(view, tables=many, catalog=view.catalog.model_copy(update={"decision_tables": records}))
    chance = random.Random(20261128)
    situations = [dict(a_situation(chance, many)) for _ in range(RANDOM_SITUATIONS // 10)]
    script = guide().evaluate(
        """([data, all]) => {
          document.getElementById("vag-decision").textContent = data;
          const tables = vagDecision.read();
          return all.map((each) => vagDecision.advise(tables, each));
        }""",
        [json.dumps(tables_as_data(other)), situations],
    )
    for answers, found in zip(situations, script, strict=True):
        assert found == in_the_script(advise(many, records, answers)), answers


def a_situation(chance: random.Random, tables: Compiled) -> Iterator[tuple[str, str | int]]:
    """Answers in any order; some are open, and numbers lie around the thresholds."""
    for dimension in chance.sample(tables.dimensions, len(tables.dimensions)):
        edges = [edge for band in dimension.bands for edge in (band.low, (band.high or band.low + 1000))]
        values: list[str | int] = [*dimension.values, *edges]
        drawn = chance.choice([None, UNKNOWN, *values, *values])
        if drawn is not None:
            yield dimension.id, drawn


def in_the_script(advice: Any) -> dict[str, Any]:
    return {
        "possible": [*advice.possible],
        "outcome": advice.outcome,
        "fallbacks": [*advice.fallbacks],
        "reasons": [{"table": each.table, "rule": each.rule, "certain": each.certain} for each in advice.reasons],
        "changes": [
            {"question": each.question, "value": each.value, "outcomes": [*each.outcomes]}
            | ({"band": [each.band.low, each.band.high]} if each.band else {})
            for each in advice.changes
        ],
        "ask": advice.ask,
    }


def test_the_question_takes_the_focus_and_is_the_heading(guide: Callable[..., Page]) -> None:
    page = guide()
    answer(page, "volume")
    heading = page.locator("[data-vag-guide] h2")
    expect(heading).to_be_focused()
    assert heading.inner_text() == page.locator("#vag-question").inner_text()


def test_back_in_the_browser_and_on_the_page_lead_to_the_question_before(guide: Callable[..., Page]) -> None:
    page = guide()
    seen = []
    for value in [*ADBA.values()][:3]:
        seen.append(question(page))
        answer(page, value)
    before = page.url
    page.go_back()
    drawn(page, before)
    assert question(page) == seen[2]
    page.get_by_role("link", name="Back", exact=True).click()
    page.wait_for_function(f"document.querySelector('[data-vag-question=\"{seen[1]}\"]')")
    before = page.url
    page.go_back()
    drawn(page, before)
    assert question(page) == seen[2]


def test_a_changed_answer_keeps_the_others(guide: Callable[..., Page]) -> None:
    page = guide(ADBA)
    assert result(page) == {"adba"}
    page.get_by_role("link", name="Change the answer for Directory").click()
    expect(page.locator(".vag-answer em")).to_have_text("(your answer so far)")
    answer(page, "none")
    assert question(page) not in {None, "directory"}
    assert "Contact with your network" in given(page)
    answer(page, 30)
    while (asked := question(page)) is not None:
        assert asked not in ADBA, "an answer that was given is not asked for again"
        answer(page, {"kms_reach": "yes", "pool_count": 30, "product": "windows-client"}[asked])
    assert result(page) == {"kms-central"}
    assert "Contact with your network" in given(page)
    spare = page.locator(".vag-given__row", has_text="Release").last
    expect(spare).to_contain_text("(not needed now)")


SPARE = ("Purpose", "Directory", "Release", "Contact with your network")


def test_an_early_change_keeps_what_is_not_needed_now_and_says_so(guide: Callable[..., Page]) -> None:
    page = guide(ADBA)
    page.get_by_role("link", name="Change the answer for License").click()
    answer(page, "subscription")
    spared = page.locator(".vag-note", has_text="Not needed now")
    for label in SPARE:
        expect(spared).to_contain_text(label)
        expect(page.locator('[role="status"]', has_text="Not needed now")).to_contain_text(label)
    answer(page, "office")
    assert result(page) == {"subscription-sign-in"}
    assert given(page)[:2] == ["License", "Product"]
    for label in SPARE:
        row = page.locator(".vag-given__row", has=page.locator("dt", has_text=label)).last
        expect(row).to_contain_text("(not needed now)")
    assert "Purpose" not in page.locator(".vag-note").inner_text(), "each is named once"


def test_answers_that_were_not_needed_come_back_when_they_are(guide: Callable[..., Page]) -> None:
    page = guide(ADBA)
    for value in ("subscription", "volume"):
        page.get_by_role("link", name="Change the answer for License").click()
        answer(page, value)
    assert result(page) == {"adba"}
    assert all(f"{key}={value}" in page.url for key, value in ADBA.items())


def test_back_loses_no_answer(guide: Callable[..., Page]) -> None:
    page = guide({key: ADBA[key] for key in [*ADBA][:5]})
    assert question(page) == "corporate_contact"
    for earlier in [*ADBA][4:0:-1]:
        before = page.url
        page.get_by_role("link", name="Back", exact=True).click()
        drawn(page, before)
        assert question(page) == earlier
        expect(page.locator(".vag-answer em")).to_have_text("(your answer so far)")
    answer(page, ADBA["purpose"])
    assert question(page) == "corporate_contact"
    answer(page, ADBA["corporate_contact"])
    assert result(page) == {"adba"}


@pytest.mark.parametrize("target", ["#outcomes", "#outcome-kms-central"])
def test_a_link_within_the_page_and_a_reload_lose_nothing(target: str, guide: Callable[..., Page]) -> None:
    page = guide(ADBA | {"group": "Office floor"})
    moved(page, target)
    page.wait_for_url(f"**{target}")
    assert result(page) == {"adba"}
    page.reload()
    page.wait_for_url(f"**{target}")
    assert result(page) == {"adba"}
    assert page.get_by_label("Name of the group").input_value() == "Office floor"
    page.go_back()
    arrived(page, "license=volume")
    assert result(page) == {"adba"}


def test_an_address_within_the_page_shows_the_first_question(guide: Callable[..., Page], address: str) -> None:
    page = guide()
    page.goto("about:blank")
    page.goto(f"{address}/{GUIDE}#outcomes")
    assert question(page) == "license"
    assert page.locator("[data-vag-guide] [data-value=unknown]").count() == 1


def test_a_link_into_a_closed_part_opens_it(guide: Callable[..., Page]) -> None:
    page = guide()
    page.evaluate(
        """() => {
            const part = document.createElement("details");
            const inner = document.createElement("p");
            inner.id = "why-group";
            part.append(inner);
            document.querySelector("[data-vag-guide]").after(part);
            location.hash = "#why-group";
        }"""
    )
    page.wait_for_function("document.getElementById('why-group').closest('details').open")


WITHOUT_FALLBACK: dict[str, dict[str, str]] = {
    "not-volume-activation": {"license": "retail-or-oem", "platform": "other", "product": "windows-client"},
    "subscription-sign-in": {"license": "subscription", "product": "office"},
    "azure-kms": {"license": "volume", "purpose": "production", "platform": "azure-vm", "product": "windows-server"},
}


@pytest.mark.parametrize("outcome", WITHOUT_FALLBACK)
def test_an_outcome_without_a_fallback_says_so(outcome: str, guide: Callable[..., Page], catalog: Catalog) -> None:
    page = guide(WITHOUT_FALLBACK[outcome])
    assert result(page) == {outcome}
    none = catalog.decision_tables.outcome(outcome).no_fallback
    assert none is not None
    shown = page.locator(".vag-result > p", has_text="If that fails:")
    expect(shown).to_contain_text(none.text)
    assert page.locator(".vag-result").get_by_text("If that fails:").count() == 1
    data = json.loads(saved(page, "Record as JSON"))
    assert (data["fallbacks"], data["no_fallback"]) == ([], none.text)
    assert f"- If that fails: {none.text}" in saved(page, "Record as Markdown")


def test_a_choice_that_the_guidance_leaves_is_shown_printed_and_recorded(
    guide: Callable[..., Page], catalog: Catalog
) -> None:
    page = guide(ADBA)
    rule = catalog.decision_tables.rule("method", "domain-first")
    assert rule.choice
    for medium in ("screen", "print"):
        page.emulate_media(media=medium)  # type: ignore[arg-type]
        expect(page.locator(".vag-result").get_by_text(rule.choice)).to_be_visible()
    page.emulate_media(media="screen")
    data = json.loads(saved(page, "Record as JSON"))
    assert data["choices"] == [rule.choice]
    assert set(rule.choice_facts) <= {fact["id"] for fact in data["facts"]}
    assert f"- {rule.choice} (" in saved(page, "Record as Markdown")
    assert "guidance leaves a choice" not in guide(WITHOUT_FALLBACK["azure-kms"]).locator(".vag-result").inner_text()


def test_ticks_belong_to_their_outcome_and_are_kept_in_the_record(guide: Callable[..., Page]) -> None:
    page = guide(ADBA)
    page.get_by_role("checkbox").first.check()
    page.locator(".vag-changes a").filter(has_text="Days or weeks").click()
    arrived(page, "purpose=short-lived-lab")
    assert result(page) == {"leave-unactivated"}
    assert not any(box.is_checked() for box in page.get_by_role("checkbox").all())
    page.go_back()
    arrived(page, "purpose=production")
    assert [box.is_checked() for box in page.get_by_role("checkbox").all()].count(True) == 1
    data = json.loads(saved(page, "Record as JSON"))
    assert [each["done"] for each in data["prerequisites"]].count(True) == 1
    data["prerequisites"].reverse()
    page = guide()
    opened(page, data)
    assert page.get_by_role("checkbox").first.is_checked()
    assert [box.is_checked() for box in page.get_by_role("checkbox").all()].count(True) == 1


@pytest.mark.parametrize("medium", ["screen", "print"])
def test_a_result_names_group_day_version_and_address(
    medium: Any, guide: Callable[..., Page], tables: Compiled
) -> None:
    page = guide(ADBA)
    page.get_by_label("Name of the group").fill("Office <b>floor</b>")
    page.emulate_media(media=medium)
    part = page.locator(".vag-result", has=page.get_by_text("For your records"))
    today = page.evaluate("new Date().toISOString().slice(0, 10)")
    for text in (today, tables.version):
        expect(part.get_by_text(text, exact=True)).to_be_visible()
    expect(page.get_by_label("Name of the group")).to_be_visible()
    expect(part.get_by_role("link", name="This result")).to_be_visible()
    assert part.get_by_role("link", name="This result").get_attribute("href") == page.url
    page.emulate_media(media="screen")
    data = json.loads(saved(page, "Record as JSON"))
    assert (data["group"], data["decided_on"], data["table_version"]) == ("Office <b>floor</b>", today, tables.version)
    assert data["address"] == page.url
    text = saved(page, "Record as Markdown")
    for line in ("- Group: Office <b>floor</b>", f"- Decided on: {today}", f"- Decision tables: {tables.version}"):
        assert line in text
    again = guide()
    opened(again, data)
    assert again.get_by_label("Name of the group").input_value() == "Office <b>floor</b>"
    page.reload()
    assert page.get_by_label("Name of the group").input_value() == "Office <b>floor</b>"


def test_a_link_reproduces_the_result_elsewhere_and_after_a_reload(
    guide: Callable[..., Page], open_page: Callable[..., Page], tables: Compiled
) -> None:
    page = guide(ADBA)
    shown = page.locator(".vag-result").inner_text()
    assert f"table={tables.version}" in page.url
    assert "result=adba" in page.url
    assert open_page(page.url).locator(".vag-result").inner_text() == shown
    page.reload()
    assert page.locator(".vag-result").inner_text() == shown


def test_a_link_of_other_tables_says_what_changed(guide: Callable[..., Page]) -> None:
    page = guide(ADBA | {"table": "00000000", "result": "kms-central"})
    note = page.locator(".vag-note--warn")
    expect(note).to_contain_text("have changed since this link was made")
    expect(note).to_contain_text("KMS, central host")
    assert result(page) == {"adba"}
    expect(guide(ADBA | {"table": "00000000", "result": "adba"}).locator(".vag-note--info")).to_contain_text("the same")


def test_a_link_with_nonsense_names_it_and_uses_the_rest(guide: Callable[..., Page]) -> None:
    page = guide(ADBA | {"site_count": "-4", "internet": "<img src=x onerror=alert(1)>", "nothing": "x"})
    note = page.locator(".vag-note--warn")
    for text in ("site_count: -4", "internet: <img", "nothing: x"):
        expect(note).to_contain_text(text)
    assert page.locator("[data-vag-guide] img").count() == 0
    assert result(page) == {"adba"}


def test_knowing_nothing_leaves_everything_possible(guide: Callable[..., Page], tables: Compiled) -> None:
    page = guide()
    asked = []
    while (shown := question(page)) is not None:
        asked.append(shown)
        answer(page, UNKNOWN)
    assert sorted(asked) == sorted(tables.position)
    assert result(page) == set(tables.methods)
    assert page.locator(".vag-result a[href*='change=']").count() == len(asked)


def test_a_wrong_number_is_explained_and_not_lost(guide: Callable[..., Page]) -> None:
    page = guide({"license": "volume", "purpose": "production", "platform": "other", "directory": "none"})
    assert question(page) == "site_count"
    field = page.get_by_role("textbox", name=page.locator("#vag-question").inner_text())
    for wrong in ("", "-1", "2.5", "many", "99999999", "1e3"):
        field.fill(wrong)
        page.get_by_role("button", name="Continue").click()
        assert question(page) == "site_count"
        error = page.locator("#vag-number-error")
        expect(error).to_be_visible()
        expect(error).to_have_attribute("role", "alert")
        expect(field).to_have_attribute("aria-invalid", "true")
        assert "vag-number-error" in (field.get_attribute("aria-describedby") or "").split()
        assert error.bounding_box()["y"] > field.bounding_box()["y"]  # type: ignore[index]
        expect(field).to_be_focused()
        assert field.input_value() == wrong
    answer(page, 12)
    assert "site_count=12" in page.url


def test_a_wrong_number_survives_that_the_page_is_drawn_again(guide: Callable[..., Page]) -> None:
    page = guide({"license": "volume", "purpose": "production", "platform": "other", "directory": "none"})
    field = page.get_by_role("textbox", name=page.locator("#vag-question").inner_text())
    field.fill("about 20")
    page.get_by_role("button", name="Continue").click()
    opened(page, "no record")
    assert field.input_value() == "about 20"
    expect(page.locator("#vag-number-error")).to_contain_text("whole number")
    field.fill("20")
    page.get_by_role("button", name="Continue").click()
    arrived(page, "site_count=20")


NUMBERS: dict[str, int | None] = {
    "0": 0,
    " 25 ": 25,
    "007": 7,
    "1,000": 1000,
    "1.000": 1000,
    "1 000": 1000,
    "1,000,000": 1_000_000,
    "10000000": 10_000_000,
    "10000001": None,
    "1,000.000": None,
    "1000,000": None,
    "1,00": None,
    "2.5": None,
    "-1": None,
    "+1": None,
    "1e3": None,
    "0x10": None,
    "\u0661": None,
    "": None,
    "many": None,
    "9" * 400: None,
}


def test_numbers_are_read_as_people_write_them(guide: Callable[..., Page]) -> None:
    found = guide().evaluate("all => all.map(text => vagDecision.number(text))", [*NUMBERS])
    for (text, value), read in zip(NUMBERS.items(), found, strict=True):
        assert read.get("value") == value, text
        assert ("error" in read) == (value is None), text


def test_the_keyboard_alone_is_enough(guide: Callable[..., Page]) -> None:
    page = guide()
    for value in ADBA.values():
        target = page.locator(f'[data-vag-guide] .vag-answer[data-value="{value}"]')
        for _ in range(60):
            page.keyboard.press("Tab")
            if target.evaluate("element => element === document.activeElement"):
                break
        before = page.url
        page.keyboard.press("Enter")
        drawn(page, before)
    assert result(page) == {"adba"}


def test_what_would_change_leads_there(guide: Callable[..., Page], tables: Compiled, catalog: Catalog) -> None:
    page = guide(ADBA)
    changes = advise(tables, catalog.decision_tables, ADBA).changes
    links = page.locator(".vag-changes a")
    assert links.count() == len(changes)
    links.filter(has_text="Days or weeks").click()
    arrived(page, "purpose=short-lived-lab")
    assert result(page) == {"leave-unactivated"}


def saved(page: Page, name: str) -> str:
    with page.expect_download() as download:
        page.get_by_role("button", name=name).click()
    return Path(download.value.path()).read_text("utf-8")


def test_a_record_holds_answers_reasons_and_facts_with_their_days(
    guide: Callable[..., Page], tables: Compiled, catalog: Catalog
) -> None:
    page = guide(ADBA)
    page.get_by_role("checkbox").first.check()
    data = json.loads(saved(page, "Record as JSON"))
    advice = advise(tables, catalog.decision_tables, ADBA)
    assert data["answers"] == ADBA
    assert (data["outcome"], data["table_version"]) == ("adba", tables.version)
    assert [(rule["table"], rule["rule"]) for rule in data["rules"]] == [(r.table, r.rule) for r in advice.reasons]
    for fact in data["facts"]:
        known = catalog.fact(fact["id"])
        assert (fact["statement"], fact["verified_on"]) == (known.statement, known.verified_on.isoformat())
    text = saved(page, "Record as Markdown")
    assert text.startswith("# Activation method: ADBA\n")
    assert text.count("- [x] ") == 1
    assert all(fact["id"] in text and fact["statement"] in text for fact in data["facts"])
    assert data["address"] in text


def opened(page: Page, data: Any) -> str:
    """Open a decision record and return what the page says about it."""
    record = (data if isinstance(data, str) else json.dumps(data)).encode()
    notes = page.locator("[data-vag-guide] > .vag-note")
    notes.evaluate_all("notes => notes.forEach((note) => note.setAttribute('data-before', ''))")
    chosen: FilePayload = {"name": "record.json", "mimeType": "application/json", "buffer": record}
    page.get_by_label("Open a decision record").set_input_files(chosen)
    note = page.locator("[data-vag-guide] > .vag-note:not([data-before])").first
    note.wait_for()
    return note.inner_text()


def test_an_old_record_says_what_changed_since(guide: Callable[..., Page]) -> None:
    page = guide(ADBA)
    data = json.loads(saved(page, "Record as JSON"))
    same = opened(guide(), data)
    assert "the same today: ADBA" in same
    assert "No fact that it stands on has changed" in same
    first, second, third = data["facts"][:3]
    first["statement"] = "An older wording."
    second["verified_on"] = "2020-01-01"
    third["id"] = "kms.withdrawn"
    old = data | {"outcome": "kms-central", "table_version": "00000000", "answers": ADBA | {"withdrawn": "x"}}
    page = guide()
    said = opened(page, old)
    assert "Then: KMS, central host. Now: ADBA." in said
    assert "An older wording." in said
    assert f"{second['id']} was checked again" in said
    assert "kms.withdrawn is no longer cited" in said
    assert "withdrawn" in said
    assert "00000000" in said
    assert result(page) == {"adba"}


def test_the_verdict_on_a_record_is_announced_and_ends_with_the_next_change(guide: Callable[..., Page]) -> None:
    data = json.loads(saved(guide(ADBA), "Record as JSON"))
    page = guide()
    assert "the same today: ADBA" in opened(page, data)
    status = page.locator('[role="status"]', has_text="Result")
    expect(status).to_contain_text("The outcome would be the same today: ADBA")
    before = page.url
    page.get_by_role("link", name="Change the answer for Purpose").click()
    drawn(page, before)
    assert page.locator("[data-vag-report]").count() == 1, "nothing has changed yet"
    answer(page, "short-lived-lab")
    assert page.locator("[data-vag-report]").count() == 0
    expect(status).to_contain_text("no longer holds")


def test_a_record_that_lacks_an_answer_says_which(guide: Callable[..., Page], catalog: Catalog) -> None:
    data = json.loads(saved(guide(ADBA), "Record as JSON"))
    del data["answers"]["directory"]
    page = guide()
    said = opened(page, data)
    assert "An answer is missing today. Then: ADBA." in said
    assert question(page) is not None
    assert catalog.decision_tables.question(str(question(page))).question in said


RECORD = {
    "kind": "volume-activation-decision",
    "format": 1,
    "decided_on": "2026-11-24",
    "outcome": "adba",
    "answers": {},
    "facts": [],
}


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("outcome", [3, ["adba"], {"id": "adba"}, True]),
        ("decided_on", [None, 3, "", "today", "24.11.2026", ["2026-11-24x"], "<img src=x onerror=alert(1)>"]),
        ("answers", [None, [], "license", 3]),
        ("facts", [None, {}, "x"]),
        ("group", [3, {}, ["x"]]),
        ("prerequisites", [3, {}, "x"]),
    ],
)
def test_a_record_with_a_wrong_type_is_refused_and_the_key_named(
    key: str, values: list[Any], guide: Callable[..., Page]
) -> None:
    page = guide()
    for value in values:
        said = opened(page, RECORD | {key: value})
        assert f"“{key}” must" in said, value
        expect(page.locator('[role="status"]', has_text="This is no decision record")).to_contain_text(f"“{key}” must")
        assert question(page) == "license"


@pytest.mark.parametrize(
    "data",
    [
        "",
        "{",
        "[1]",
        "null",
        "{}",
        '{"kind": "volume-activation-decision", "format": 2}',
        "\x00",
        "<script>alert(1)</script>",
    ],
)
def test_a_file_that_is_no_record_is_refused_with_the_reason(data: str, guide: Callable[..., Page]) -> None:
    page = guide()
    assert "This is no decision record" in opened(page, data)
    assert question(page) == "license"


def test_a_hostile_record_is_shown_as_text(guide: Callable[..., Page]) -> None:
    evil = "<img src=x onerror=document.title='owned'>"
    data = {
        "kind": "volume-activation-decision",
        "format": 1,
        "decided_on": "2026-11-24",
        "group": evil,
        "prerequisites": [{"text": evil, "done": True}],
        "outcome": evil,
        "table_version": evil,
        "answers": {"license": evil, "__proto__": evil, evil: evil, "site_count": 1e300, "product": {"a": 1}},
        "facts": [{"id": id_, "statement": evil} for id_ in (evil, "__proto__", "constructor")],
    }
    page = guide()
    assert evil in opened(page, data)
    assert page.locator("[data-vag-guide] img").count() == 0
    assert page.title() != "owned"


def test_a_step_takes_less_than_a_frame_or_three(guide: Callable[..., Page]) -> None:
    timed = """value => new Promise(done => {
        const start = performance.now();
        addEventListener("hashchange", () => done(performance.now() - start), { once: true });
        document.querySelector(`[data-vag-guide] .vag-answer[data-value="${value}"]`).click();
    })"""

    def step() -> float:
        page = guide()
        times = [page.evaluate(timed, value) for value in ADBA.values()]
        print("milliseconds a step:", [round(time, 1) for time in times])
        # The first steps run before the browser has compiled the script.
        return median(times)

    assert shortest(step, SLOWEST_STEP) < SLOWEST_STEP


STATES: dict[str, dict[str, str]] = {
    "first question": {},
    "choice": {"license": "volume"},
    "number": {"license": "volume", "purpose": "production", "platform": "other", "directory": "none"},
    "change": ADBA | {"change": "directory"},
    "result": ADBA,
    "several possible": {
        "license": "spla",
        "purpose": UNKNOWN,
        "platform": "other",
        "internet": UNKNOWN,
        "product": "office",
    },
    "old link": ADBA | {"table": "00000000", "result": "kms-central", "nothing": "x"},
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_in_any_state(state: str, width: int, dark: bool, guide: Callable[..., Page]) -> None:
    page = guide(STATES[state], width=width, dark=dark)
    assert violations(page, "[data-vag-guide]") == []


def test_every_state_fits_a_small_screen(guide: Callable[..., Page]) -> None:
    for answers in STATES.values():
        page = guide(answers, width=320)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_guide_works_from_disk(open_page: Callable[..., Page], site: Site) -> None:
    page = open_page(f"{(site.folder / GUIDE).as_uri()}#{urlencode(ADBA)}")
    assert result(page) == {"adba"}
    page.get_by_role("link", name="Start again").click()
    page.wait_for_function("document.querySelector('[data-vag-question=license]')")
    answer(page, "subscription")
    before = page.url
    page.go_back()
    drawn(page, before)
    assert question(page) == "license"


def test_only_the_result_is_printed(guide: Callable[..., Page]) -> None:
    page = guide(ADBA)
    page.emulate_media(media="print")
    expect(page.locator(".vag-result h2")).to_be_visible()
    expect(page.locator("#outcomes")).to_be_hidden()
    expect(page.get_by_role("button", name="Copy link")).to_be_hidden()
