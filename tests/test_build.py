from __future__ import annotations

import logging
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from macros.build import TABLES, Held, assets, expanded_pages, plain_settings, project_files, section_pages, titles_in
from macros.plugin import define_env
from macros.render.downloads import download_files
from macros.render.parts.view import View
from tests.built import ROOT

SETTINGS = """site_name: Guide
watch: [macros, overrides]
hooks: [macros/hooks.py]
theme:
  name: material

extra:
  generator: false

plugins:
  - search
  - macros:
      module_name: macros
      on_undefined: strict

markdown_extensions:
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji

nav:
  - index.md
  - Plan:
      - plan/index.md
      - Renewal: plan/renewal.md
      - Hosts:
          - KMS hosts: plan/hosts.md
"""


@pytest.fixture(scope="module")
def project(view: View) -> dict[str, bytes]:
    return project_files(view)


def test_settings_without_hooks_and_macros_name_the_edition() -> None:
    plain = plain_settings(SETTINGS, 'Version 1 "first".')
    assert "macros" not in plain
    assert "hooks" not in plain
    assert f"  - search\n\nmarkdown_extensions:\n  - {TABLES}\n  - pymdownx.emoji:\n" in plain
    assert 'extra:\n  edition: "Version 1 \\"first\\"."\n  generator: false\n' in plain


def test_blocks_stand_aside_and_come_back_with_their_anchors() -> None:
    held = Held()
    first, second = held.hold('<div id="one">1</div>'), held.hold('<table><tr id="two"><td>2</td></tr></table>')
    assert "one" not in first
    assert held.put_back(f"<h1>Title</h1>{second}\n{first}") == (
        '<h1>Title</h1><table><tr id="two"><td>2</td></tr></table>\n<div id="one">1</div>',
        {"one", "two"},
    )


@pytest.mark.parametrize("text", ['<a href="x">x</a>', "<span>x</span>", "<pre>x</pre>", "25", "```\ncode\n```"])
def test_what_stands_in_a_sentence_is_not_held(text: str) -> None:
    assert Held().hold(text) == text


def test_titles_are_those_of_the_navigation_at_every_depth() -> None:
    assert titles_in(SETTINGS) == {"plan/renewal.md": "Renewal", "plan/hosts.md": "KMS hosts"}


def test_a_page_that_is_not_listed_stands_beside_the_index_of_its_folder() -> None:
    assert section_pages("troubleshoot/codes/0xc004f074.md") == ("troubleshoot/codes/index.md", "troubleshoot/codes.md")


def test_scripts_are_small_and_keep_their_names() -> None:
    made = {path: data for path, data in assets().items() if path.endswith(".js")}
    assert "assets/javascripts/site.js" in made
    for path, data in made.items():
        assert 0 < len(data) < (ROOT / "docs" / path).stat().st_size


def test_styles_are_joined_from_their_parts_in_the_order_named(tmp_path: Path) -> None:
    styles = tmp_path / "assets" / "stylesheets"
    (styles / "parts").mkdir(parents=True)
    (styles / "all.css").write_text(
        '/* Parts */\n@import "parts/b.css"; /* first */\n@import "parts/a.css";\n', "utf-8"
    )
    (styles / "parts" / "a.css").write_text(".a { color: red; }\n", "utf-8")
    (styles / "parts" / "b.css").write_text(".b { color: red; }\n", "utf-8")
    assert assets(tmp_path) == {"assets/stylesheets/all.css": b".b{color:red}.a{color:red}"}


def test_every_part_of_the_styles_is_joined() -> None:
    folder = ROOT / "docs" / "assets" / "stylesheets"
    named = re.findall(r'@import "guide/(.+?)";', (folder / "guide.css").read_text("utf-8"))
    assert sorted(named) == sorted(file.name for file in (folder / "guide").iterdir())


def test_the_project_has_every_page_and_download(project: dict[str, bytes], view: View) -> None:
    pages = {f"docs/{file.relative_to(ROOT / 'docs').as_posix()}" for file in (ROOT / "docs").rglob("*.md")}
    downloads = {f"docs/{path}": data for path, data in download_files(view).items()}
    assert pages == {path for path in project if path.endswith(".md")}
    assert downloads.items() <= project.items()
    assert project["docs/assets/stylesheets/guide.css"] == assets()["assets/stylesheets/guide.css"]
    assert {"mkdocs.yml", "overrides/404.html"} <= project.keys()


def test_pages_of_the_project_are_complete(project: dict[str, bytes]) -> None:
    for path, data in project.items():
        if path.endswith(".md"):
            assert "data-vag-usage" not in data.decode(), path
            assert data.decode().count('class="vag-clock"') == 1, path
    register = project["docs/reference/facts/kms-renewal.md"].decode()
    assert re.search(r'<dd><a href="[^"]+">Renewals and outages</a>', register)


@pytest.mark.slow
def test_titles_come_from_the_navigation_the_front_matter_or_the_heading(view: View) -> None:
    pages = expanded_pages(view, {"plan/renewal.md": "Named in the navigation"})
    register = "".join(text for path, text in pages.items() if path.startswith("reference/facts/"))
    for path, title in (
        ("../../plan/renewal.html", "Named in the navigation"),
        ("../../troubleshoot/checklists/dns.html", "DNS"),
        ("../../learn/glossary.html", "Glossary"),
    ):
        assert f'<a href="{path}">{title}</a>' in register


@pytest.mark.parametrize(("epoch", "is_late"), [("1795478400", False), ("1900000000", True)])
def test_a_build_says_how_many_reviews_are_overdue_and_stops_for_none(
    epoch: str, is_late: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    env = SimpleNamespace(conf={"extra": {}, "markdown_extensions": []}, macro=lambda *_: None)
    with caplog.at_level(logging.INFO, "mkdocs.guide"):
        define_env(env)
    told = [one for one in caplog.records if "reviews are overdue, the first since 2027-01-11" in one.getMessage()]
    assert len(told) == is_late
    assert all(one.levelno == logging.INFO for one in told)
