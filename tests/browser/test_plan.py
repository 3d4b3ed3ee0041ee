"""The forms of the plan pages: the same answers as Python, at once, without network, by keyboard, kept in a link."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from playwright.sync_api import Browser, Page, expect

from macros.catalog.models import Catalog
from macros.catalog.plan_numbers import MODELS, Topic
from macros.render.parts.view import View
from macros.render.plan.answers import answer, answer_as_data, as_plain, said
from tests.browser.tabs import moved, one_tab, opened, unfolded

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
PAGES: dict[str, tuple[Topic, ...]] = {
    "capacity": ("count", "traffic"),
    "renewal": ("expiry", "outage"),
    "mak-budget": ("mak",),
    "kms-hosts": ("host-key", "host-keys"),
}
PAGE_OF = {topic: page for page, topics in PAGES.items() for topic in topics}
VECTORS: dict[Topic, list[dict[str, Any]]] = yaml.safe_load(
    (Path(__file__).parents[1] / "vectors" / "plans.yaml").read_text("utf-8")
)
SEED, RANDOM = 20261129, 150
EVERY = ("always-on", 1, 2, 3.5, 7, 14, 30, 90)
ASK = """([topic, all]) => JSON.stringify(all.map((numbers) => {
  const { found, links, sentences, rows } = window.vagPlan.said(topic, numbers);
  return { found, links, sentences, rows };
}))"""


def plain(numbers: object) -> Any:
    return json.loads(json.dumps(numbers, default=lambda day: day.isoformat()))


def drawn(topic: Topic, draw: random.Random, catalog: Catalog) -> dict[str, Any]:
    """Numbers that a reader may have."""
    day = date(2020, 1, 1) + timedelta(days=draw.randrange(9000))
    small = draw.choice((0, 1, 4, 5, 24, 25, 26, draw.randrange(200), draw.randrange(20_000)))
    lots = [
        {"computers": draw.randrange(40), "every_days": draw.choice(EVERY)}
        | draw.choice(({}, {"asks_percent": draw.choice((0, 25, 100 / 3, 50, 62.5, 100))}))
        for _ in range(draw.randrange(4))
    ]
    listed = [name for group in catalog.host_keys.groups for line in group.activates for name in line.products]
    systems = [system for group in catalog.host_keys.groups for system in group.host_systems]
    every = draw.choice(EVERY)
    made: dict[Topic, dict[str, Any]] = {
        "count": {
            "kind": draw.choice(("windows-client", "windows-server", "office")),
            "groups": lots,
            "wanted": draw.choice((0.5, 0.95, 0.99, 0.999)),
        },
        "expiry": {"kind": draw.choice(("windows-kms", "office-kms", "adba", "office-adba", "windows-server-kms"))}
        | draw.choice(
            (
                {"last_renewal": day},
                {"remaining_minutes": draw.randrange(259_201), "read_on": day.isoformat()},
                {"remaining_minutes": draw.randrange(259_201), "read_on": f"{day}T{draw.randrange(24):02}:30"},
            )
        )
        | {"as_of": day + timedelta(days=draw.randrange(-5, 260))},
        "outage": {
            "method": draw.choice(("kms", "adba")),
            "product": draw.choice(("windows-client", "office")),
            "starts": day,
            "computers": small,
            "every_days": every,
            "as_of": day + timedelta(days=draw.randrange(-60, 260)),
        }
        | draw.choice(({}, {"ends": day + timedelta(days=draw.randrange(200))}))
        | draw.choice(({}, {"started_every_days": 90})),
        "mak": {
            "total": small,
            "used": draw.randrange(small + 3),
            "to_activate": draw.randrange(30),
            "reimaged_per_year": draw.randrange(50),
            "replaced_per_year": draw.randrange(20),
            "from": day,
        },
        "host-key": {"hosts": [{"activations_used": draw.randrange(14)} for _ in range(draw.randrange(9))]},
        "host-keys": {"products": draw.sample(listed, draw.randrange(1, 4))}
        | draw.choice(({}, {"host_system": draw.choice(systems)})),
        "traffic": {"clients": small, "hosts": draw.randrange(5)},
    }
    return made[topic]


@pytest.fixture(scope="module")
def plan_tab(browser: Browser) -> Iterator[Page]:
    with one_tab(browser) as page:
        yield page


def alike(found: Any, wanted: Any) -> bool:
    """The same, and fractions to the ninth place."""
    if isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(alike(found[key], wanted[key]) for key in wanted)
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(alike, found, wanted))
    if isinstance(wanted, float | int) and isinstance(found, float):
        return bool(abs(found - wanted) <= 1e-9 * max(1, abs(wanted)))
    return bool(found == wanted)


@pytest.mark.parametrize("topic", PAGE_OF)
def test_the_page_answers_and_says_what_python_does(
    topic: Topic, plan_tab: Page, address: str, view: View, catalog: Catalog
) -> None:
    draw = random.Random(f"{SEED} {topic}")
    cases = [plain(vector["numbers"]) for vector in VECTORS[topic]]
    cases += [plain(drawn(topic, draw, catalog)) for _ in range(RANDOM)]
    page = opened(plan_tab, f"{address}/plan/{PAGE_OF[topic]}.html")
    for numbers, got in zip(cases, json.loads(page.evaluate(ASK, [topic, cases])), strict=True):
        given = MODELS[topic].model_validate(numbers)
        found = answer(view, given)
        spoken = said(view, topic, given, found)
        wanted = plain(answer_as_data(found))
        assert alike(got["found"], wanted), (numbers, got["found"], wanted)
        assert got["sentences"] == [*spoken.sentences], numbers
        links = [link and [link.text, view.href(link.page)] for link in spoken.links]
        assert [link and link[0] for link in got["links"]] == [link and link[0] for link in links], numbers
        assert got["rows"] == as_plain(spoken.rows), numbers


@pytest.mark.parametrize("topic", PAGE_OF)
def test_a_form_answers_while_a_reader_types_and_asks_for_nothing(
    topic: Topic, address: str, open_page: OpenPage
) -> None:
    page = unfolded(open_page(f"{address}/plan/{PAGE_OF[topic]}.html"))
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    box = page.locator(f"[data-vag-topic={topic}]")
    before = box.locator("[data-vag-found]").inner_text()
    assert before.strip()
    field = box.locator("input[type=number]:visible, select:visible").last
    if field.evaluate("(control) => control.localName") == "select":
        field.select_option(index=3)
    else:
        field.press("ControlOrMeta+a")
        field.type("13")
    expect(box.locator("[data-vag-found]")).not_to_have_text(before)
    assert asked == []
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") in ([0, 0, ""], [1, 0, ""])
    assert urlsplit(page.url).fragment == ""


def test_a_link_brings_the_numbers_back(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/capacity.html")
    box = page.locator("[data-vag-topic=count]")
    box.get_by_role("button", name="Add computers").click()
    box.locator("[name='groups.0.computers']").fill("22")
    box.locator("[name='groups.1.computers']").fill("9")
    box.locator("[name='groups.1.every_days']").fill("14")
    box.locator("[name=kind]").select_option("windows-server")
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.taken = text; }")
    box.get_by_role("button", name="Copy link").click()
    link = page.evaluate("window.taken")
    answered = box.locator("[data-vag-found]").inner_text()
    again = open_page(link)
    other = again.locator("[data-vag-topic=count]")
    expect(other.locator("[data-vag-row]")).to_have_count(2)
    assert other.locator("[data-vag-found]").inner_text() == answered
    other.get_by_role("button", name="Start again").click()
    expect(other.locator("[data-vag-row]")).to_have_count(1)


@pytest.mark.parametrize(
    ("hash_", "topic"),
    [
        ("own=count&groups.0.computers=-3&groups.0.every_days=x&kind=nothing", "count"),
        ("own=count&groups.99999999.computers=1&__proto__.x=1", "count"),
        ("own=expiry&last_renewal=<script>alert(1)</script>&kind=mak", "expiry"),
        ("own=nothing&a=b", "outage"),
    ],
)
def test_a_strange_link_breaks_nothing(hash_: str, topic: Topic, address: str, open_page: OpenPage) -> None:
    page = unfolded(open_page(f"{address}/plan/{PAGE_OF[topic]}.html"))
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    moved(page, hash_)
    assert errors == []
    assert page.locator(f"[data-vag-topic={topic}] [data-vag-found]").inner_text().strip()
    assert page.evaluate("({}).x") is None


WRONG = {
    "count": ("groups.0.computers", "1.5", "“How many” must be a whole number from 0 to 10,000,000."),
    "outage": ("ends", "2001-01-01", "must not be before “Down since”"),
    "expiry": ("remaining_minutes", "9999999", "must be at most 259,200."),
    "mak": ("from", "", "“Numbers of” must be a day that exists."),
    "traffic": ("hosts", "", "“KMS hosts” must be a whole number from 0 to 10,000."),
}


@pytest.mark.parametrize("topic", WRONG)
def test_a_wrong_number_is_told_with_what_is_allowed(topic: Topic, address: str, open_page: OpenPage) -> None:
    name, value, told = WRONG[topic]
    page = unfolded(open_page(f"{address}/plan/{PAGE_OF[topic]}.html"))
    box = page.locator(f"[data-vag-topic={topic}]")
    box.locator(f"[name='{name}']").fill(value)
    expect(box.locator("[data-vag-found]")).to_contain_text(told)


def test_minutes_are_read_now_unless_the_reader_says_otherwise(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/renewal.html")
    box = page.locator("[data-vag-topic=expiry]")
    read, minutes = box.locator("[name=read_on]"), box.locator("[name=remaining_minutes]")
    expect(read).to_have_value("")
    minutes.fill("1440")
    now = page.evaluate(
        "window.vagToday.dayRead(document.querySelector('[data-vag-built]').dataset.vagBuilt, "
        "window.vagToday.local(new Date()))"
    )
    expect(read).to_have_value(re.compile(rf"^{now}T[0-2][0-9]:[0-5][0-9]$"))
    expect(box.locator("[data-vag-found]")).not_to_contain_text("is missing")
    read.fill("2026-03-01T10:00")
    minutes.fill("2880")
    expect(read).to_have_value("2026-03-01T10:00")
    read.fill("")
    expect(box.locator("[data-vag-found]")).to_contain_text("“The minutes were read on” is missing.")


NOW = (
    "window.vagToday.dayRead(document.querySelector('[data-vag-built]').dataset.vagBuilt, "
    "window.vagToday.local(new Date()))"
)


def test_an_activation_that_has_expired_is_told_first_with_a_way_to_renew_it(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/renewal.html")
    box = page.locator("[data-vag-topic=expiry]")
    expect(box.locator("[name=as_of]")).to_have_value(page.evaluate(NOW))
    box.locator("[name=last_renewal]").fill(page.evaluate(f"window.vagToday.shifted({NOW}, -213)"))
    found = box.locator("[data-vag-found] .vag-answer > p")
    expect(found.first).to_contain_text("The activation expired 33 days ago")
    assert found.get_by_role("link", name="Renew it now").get_attribute("href") == "renewal.html#renew-now"
    href = found.get_by_role("link", name="Check the KMS client").get_attribute("href")
    assert href == "../troubleshoot/checklists/kms-client.html"
    assert page.locator("#renew-now").count() == 1


def test_a_day_and_minutes_never_stand_side_by_side(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/renewal.html")
    box = page.locator("[data-vag-topic=expiry]")
    renewal, minutes, read = (
        box.locator(f"[name={name}]") for name in ("last_renewal", "remaining_minutes", "read_on")
    )
    found = box.locator("[data-vag-found]")
    minutes.fill("223200")
    expect(renewal).to_have_value("")
    expect(found).to_contain_text("By the minutes, the last renewal was on")
    renewal.fill("2026-01-01")
    expect(minutes).to_have_value("")
    expect(read).to_have_value("")
    expect(found).not_to_contain_text("By the minutes")
    renewal.fill("")
    expect(found).to_contain_text("“Either: activated or last renewed on” or “Or: minutes left")
    # A link from before: both were in it, and the minutes were used.
    moved(
        page,
        "own=expiry&kind=windows-kms&last_renewal=2026-05-01&remaining_minutes=223200&read_on=2026-01-26T09:00",
    )
    expect(renewal).to_have_value("")
    expect(found).to_contain_text("By the minutes, the last renewal was on 2026-01-01")
    expect(box.locator("[name=as_of]")).to_have_value(page.evaluate(NOW))


def test_a_link_leaves_out_a_day_that_is_today(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/renewal.html")
    box = page.locator("[data-vag-topic=expiry]")
    page.evaluate("navigator.clipboard.writeText = async (text) => { window.taken = text; }")
    copied = box.get_by_role("button", name="Copy link")
    copied.click()
    assert "as_of" not in page.evaluate("window.taken")
    box.locator("[name=as_of]").fill("2031-03-01")
    copied.click()
    assert "as_of=2031-03-01" in page.evaluate("window.taken")


@pytest.mark.parametrize(("page_name", "topic"), [("capacity", "count"), ("kms-hosts", "host-key")])
def test_a_new_row_changes_nothing_until_it_is_filled(
    page_name: str, topic: Topic, address: str, open_page: OpenPage
) -> None:
    page = unfolded(open_page(f"{address}/plan/{page_name}.html"))
    box = page.locator(f"[data-vag-topic={topic}]")
    box.locator("[data-vag-row] input").first.fill("23")
    said = box.locator("[data-vag-found] .vag-answer > p")
    before = said.all_inner_texts()
    assert any("23" in sentence for sentence in before)
    box.locator("[data-vag-add]").click()
    expect(box.locator("[data-vag-row]")).to_have_count(2)
    assert said.all_inner_texts() == before
    page.keyboard.type("4")
    expect(box.locator("[data-vag-row]").nth(1).locator("input").first).to_have_value("4")
    assert said.all_inner_texts() != before


def test_days_can_be_taken_as_a_calendar(address: str, open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page(f"{address}/plan/renewal.html#own=expiry&kind=windows-kms&last_renewal=2026-01-01")
    with page.expect_download() as taken:
        page.locator("[data-vag-topic=expiry]").get_by_role("button", name="Calendar file").click()
    file = tmp_path / taken.value.suggested_filename
    taken.value.save_as(file)
    text = file.read_bytes().decode()
    lines = text.split("\r\n")
    assert file.suffix == ".ics"
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert [line for line in lines if line.startswith("DTSTART")] == [
        "DTSTART;VALUE=DATE:20260531",
        "DTSTART;VALUE=DATE:20260630",
    ]
    assert all(len(line.encode()) <= 75 for line in lines)


def test_without_scripts_an_example_and_the_command_line_stand_there(address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/mak-budget.html", javascript=False)
    box = page.locator("[data-vag-topic=mak]")
    assert "Used up in" in box.inner_text()
    assert box.locator("form").is_hidden()
    assert box.get_by_role("link", name="ask on the command line").get_attribute("href") == "command-line.html#mak"


def test_the_forms_work_by_keyboard_from_a_folder_on_disk(site: Any, open_page: OpenPage) -> None:
    page = open_page(f"{(site.folder / 'plan' / 'capacity.html').as_uri()}")
    box = page.locator("[data-vag-topic=count]")
    box.locator("[name=kind]").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("99")
    expect(box.locator("[data-vag-found]")).to_contain_text(re.compile(r"computers can ask"))
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(box.locator("[data-vag-row]")).to_have_count(2)
    assert page.evaluate("document.activeElement.name") == "groups.1.computers"


@pytest.mark.parametrize("page_name", PAGES)
def test_no_drawing_is_wider_than_a_narrow_screen(page_name: str, address: str, open_page: OpenPage) -> None:
    page = open_page(f"{address}/plan/{page_name}.html", width=390)
    for drawing in page.locator("[data-vag-found] .vag-svg").all():
        box = drawing.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


SLOW = """(numbers) => {
  const times = [];
  for (let run = 0; run < 7; run += 1) {
    const start = performance.now();
    window.vagPlan.said("count", numbers);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[3];
}"""


def test_an_edit_of_many_groups_is_shown_within_a_tenth_of_a_second(plan_tab: Page, address: str) -> None:
    page = opened(plan_tab, f"{address}/plan/capacity.html")
    groups = [{"computers": 3 + at % 7, "every_days": 1 + at % 60} for at in range(500)]
    assert page.evaluate(SLOW, {"kind": "windows-client", "groups": groups, "wanted": 0.999}) < 100
    few = groups[:5]
    assert page.evaluate(SLOW, {"kind": "windows-client", "groups": few, "wanted": 0.999}) < 16
