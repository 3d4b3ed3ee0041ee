"""Office configurations built in a real browser: the same files as Python, and a reason for what no file can hold."""

from __future__ import annotations

import random
from dataclasses import asdict
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from macros.catalog.models import Catalog
from macros.formats.office.configuration import OfficeRequest, ProductRequest, generate
from macros.render.deploy.check_data import LEFT_OUT, REFUSED, origin
from macros.render.parts.view import View
from tests.browser.check_pages import SEED, built, call, found_on_page

pytestmark = pytest.mark.browser

BUILD = "deploy/build-office.html"
BUILT = 300
GENERATED = """(requests) => requests.map((request) => {
    try { return vagBuild.generate(request); }
    catch (error) { return error.reason ? null : String(error); }
})"""


def requests(catalog: Catalog) -> list[OfficeRequest]:
    chance = random.Random(SEED)
    products = [each for each in catalog.odt.products if each.license == "volume"]
    cultures = [each.culture for each in catalog.odt.languages] + [*catalog.odt.language_tokens]
    apps = next(each for each in catalog.odt.elements if each.name == "ExcludeApp").attributes[0].allowed
    folders = (None, "\\\\files\\office", 'C:\\a & "b" <c>\t', "é--😀-")

    def product(release: str) -> ProductRequest:
        one = chance.choice([each for each in products if each.generation == release])
        languages = tuple(chance.sample(cultures, chance.randrange(1, 4)))
        excluded = tuple(chance.sample(apps, chance.randrange(3))) if one.kind == "suite" else ()
        return ProductRequest(one.id, languages, excluded)

    made = []
    for _ in range(BUILT):
        release = chance.choice(catalog.odt.channels).generation
        method = chance.choice(["kms-adba", "kms-adba", "mak"])
        made.append(
            OfficeRequest(
                tuple(product(release) for _ in range(chance.randrange(1, 4))),
                architecture=chance.choice(["64", "32"]),
                method=method,
                write_gvlk=method != "mak" and chance.random() < 0.3,
                mode=chance.choice(["configure", "configure", "download"]),
                proofing=tuple(chance.sample(cultures[:20], chance.randrange(3))),
                source_path=chance.choice(folders),
                remove_msi=chance.random() < 0.5,
                updates=chance.random() < 0.5,
                updates_path=chance.choice(folders),
                display=chance.choice(["None", "Full"]),
            )
        )
    return made


def test_every_file_is_the_same_as_that_of_python(build: Page, view: View, catalog: Catalog) -> None:
    asked = requests(catalog)
    expected: list[str | None] = []
    for request in asked:
        try:
            expected.append(generate(request, origin(view), catalog))
        except ValueError:
            expected.append(None)
    found = call(build, GENERATED, [asdict(request) for request in asked])
    different = [pair for pair in zip(asked, expected, found, strict=True) if pair[1] != pair[2]]
    files = sum(text is not None for text in expected)
    print(f"built files: {len(asked)}, {files} possible, {len(asked) - len(different)} agree")
    assert different[:2] == []
    assert files > BUILT / 2


def choose(page: Page, *products: str) -> None:
    page.evaluate("document.querySelectorAll('article details').forEach((each) => { each.open = true })")
    for box in page.locator("input[name=products]").all():
        box.set_checked(box.get_attribute("value") in products)


def test_a_file_is_built_as_one_chooses(build: Page) -> None:
    choose(build, "Standard2024Volume")
    build.locator("input[name=languages]").fill("de-DE, en-GB")
    text = built(build)
    assert '<Product ID="Standard2024Volume">' in text
    assert '<Language ID="de-DE"/>' in text
    expect(found_on_page(build).locator("h2")).to_contain_text("Valid: no finding")


def refusals(catalog: Catalog) -> dict[str, dict[str, Any]]:
    """What each reason is given for: the products that are chosen, and how they are activated."""
    by_release = [channel.required_for[0] for channel in catalog.odt.channels]
    only_mak = next(each.id for each in catalog.odt.products if each.license == "volume" and each.pidkey == "mak-only")
    return {
        "no-product": {"products": []},
        "no-channel": {"products": by_release[:2]},
        "mak-only": {"products": [only_mak]},
        "character": {"products": by_release[:1], "path": "\x01"},
    }


def test_what_no_file_can_hold_is_refused_with_the_reason(build: Page, catalog: Catalog) -> None:
    given = refusals(catalog)
    # A volume product that takes a client key has a published one, so nobody can ask for the missing one.
    assert set(given) == set(REFUSED) - {"no-gvlk"}
    for reason, asked in given.items():
        choose(build, *asked["products"])
        build.locator("input[name=source_path]").fill(asked.get("path", ""))
        expect(found_on_page(build).locator("h2")).to_contain_text("No file")
        words = REFUSED[reason].rpartition("}")[2] or REFUSED[reason]
        expect(found_on_page(build)).to_contain_text(words.strip())


def test_what_the_file_leaves_out_is_said(build: Page, catalog: Catalog) -> None:
    said = set()

    def look() -> None:
        text = found_on_page(build).inner_text()
        said.update(name for name, words in LEFT_OUT.items() if words in text)

    suite = catalog.odt.channels[0].required_for[0]
    choose(build, suite)
    build.locator("input[name=companion_languages]").fill("de-DE")
    build.locator("input[name=method][value=mak]").check()
    look()
    build.locator("input[name=updates]").uncheck()
    build.locator("input[name=updates_path]").fill("\\\\files\\updates")
    look()
    build.locator("input[name=mode][value=download]").check()
    look()
    project = next(each.id for each in catalog.odt.products if each.kind == "project" and each.license == "volume")
    choose(build, project)
    build.locator("input[name=exclude]").first.check()
    look()
    assert said == set(LEFT_OUT)
