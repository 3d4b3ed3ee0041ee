"""The site built by Zensical, the successor of mkdocs and its theme, beside the site that mkdocs builds."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, expect

from macros.build import articles_in, project_files, search_of
from macros.export import write
from macros.site import base_view
from tests.built import Site

THEME_FILES = ("assets/javascripts/bundle.", "assets/javascripts/lunr/", "assets/javascripts/workers/", "search.")
OURS = ("assets/", "downloads/", "search/")
THEME_STYLES = ("assets/stylesheets/theme.css", "assets/stylesheets/main.", "assets/stylesheets/palette.")


@pytest.fixture(scope="module")
def successor(tmp_path_factory: pytest.TempPathFactory) -> Site:
    project = tmp_path_factory.mktemp("successor")
    write(project, project_files(base_view()))
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    result = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "No issues found" in result.stdout + result.stderr
    site = project / "site"
    (site / "search").mkdir()
    for path, text in search_of(base_view(), articles_in(site)).items():
        (site / path).write_text(text, "utf-8")
    return Site(site)


def article(page: BeautifulSoup) -> Tag:
    found = page.select_one("article") or page.select_one("main")
    assert found
    return found


def text(page: BeautifulSoup) -> str:
    return " ".join(article(page).get_text(" ").split())


def ids(page: BeautifulSoup) -> list[str]:
    # Where the theme's "Skip to content" leads.
    return [str(one["id"]) for one in article(page).select("[id]") if one["id"] != "__skip"]


def links(page: BeautifulSoup) -> list[str]:
    return [str(one["href"]) for one in article(page).select("a[href]")]


def scripts(page: BeautifulSoup) -> list[str]:
    sources = [str(one["src"]).removeprefix("./") for one in page.select("script[src]")]
    return [source for source in sources if "/bundle." not in source]


def data(page: BeautifulSoup) -> list[str]:
    return [one.get_text() for one in article(page).select('script[type="application/json"]')]


def outline(page: BeautifulSoup) -> list[str]:
    return [str(one["href"]) for one in page.select(".md-nav--secondary a[href]")]


def tabs(page: BeautifulSoup) -> list[str]:
    return [one.get_text(" ", strip=True) for one in page.select(".md-tabs__link")]


def edition(page: BeautifulSoup) -> list[str]:
    return [one.get_text() for one in page.select(".vag-edition")]


@pytest.mark.parametrize(
    "part", [text, ids, links, scripts, data, outline, tabs, edition], ids=lambda part: part.__name__
)
def test_every_page_has_the_same(part: object, site: Site, successor: Site) -> None:
    assert callable(part)
    assert successor.pages == site.pages
    assert [path for path in site.pages if part(site.page(path)) != part(successor.page(path))] == []


def test_every_download_script_and_style_is_the_same_file(site: Site, successor: Site) -> None:
    def files(built: Site) -> dict[str, bytes]:
        named = {file.relative_to(built.folder).as_posix(): file for file in built.files}
        return {
            path: file.read_bytes()
            for path, file in named.items()
            if path.startswith(("assets/", "downloads/", "search/"))
            and not path.startswith((*THEME_FILES, *THEME_STYLES))
        }

    ours = files(site)
    assert any(path.startswith("downloads/") for path in ours)
    assert ours.items() <= files(successor).items()


def test_the_search_works_from_disk_and_from_the_box_of_the_start_page(successor: Site, browser: Browser) -> None:
    page = browser.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((Path(successor.folder) / "index.html").as_uri())
    page.locator("#vag-code").fill("threshold")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").get_by_role("link").first).to_be_visible()
    expect(page.get_by_role("searchbox", name="Search the guide")).to_have_value("threshold")
    assert errors == []
    page.context.close()
