"""The handbook: the onboarding set as Markdown, with its sources as footnotes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from lxml import etree

from macros import cli
from macros.catalog.models import Catalog
from macros.catalog.strict_yaml import DataError
from macros.editions.handbook import handbook_file, handbook_files, handbook_path
from macros.editions.markdown import Notes, as_markdown
from macros.editions.pages import pages_in
from macros.editions.parts import parts
from macros.editions.sheet import spot_id
from tests.built import ROOT, Site
from tests.editions.conftest import EDITION

VECTORS = yaml.safe_load((ROOT / "tests" / "vectors" / "page_markdown.yaml").read_text("utf-8"))
ADDRESS = "https://guide.example/it/"


@pytest.mark.parametrize("case", VECTORS, ids=lambda case: case["name"])
def test_html_as_markdown(case: Mapping[str, Any]) -> None:
    article = etree.fromstring(f"<article>{case['html']}</article>", etree.HTMLParser()).find("body/article")
    assert as_markdown(article, Notes(), lambda href: href) == case["markdown"]


@pytest.fixture(scope="module")
def book(catalog: Catalog, built: Mapping[str, bytes]) -> str:
    return handbook_file(catalog, EDITION, built, ADDRESS)


@pytest.fixture(scope="module")
def folder(catalog: Catalog, built: Mapping[str, bytes]) -> dict[str, str]:
    return {name: data.decode() for name, data in handbook_files(catalog, EDITION, built).items()}


def test_it_holds_what_the_onboarding_reads(built: Mapping[str, bytes]) -> None:
    text = (ROOT / "docs" / "learn" / "onboarding.md").read_text("utf-8")
    read = re.findall(r"\*\*Read\*\*(.*?)\*\*Do\*\*", text, re.DOTALL)
    linked = {f"{one}".replace("../", "") for part in read for one in re.findall(r"\]\(([^)#]+\.md)", part)}
    linked = {one if "/" in one else f"learn/{one}" for one in linked}
    # What only works in a browser, and the register, whose records are its footnotes.
    elsewhere = {"choose/index.md", "deploy/check.md", "reference/facts.md"}
    assert linked - {*parts().handbook} == elsewhere
    assert {*parts().handbook} - linked == {"learn/onboarding.md"}


def test_each_mark_has_one_footnote_and_each_footnote_a_mark(book: str, catalog: Catalog) -> None:
    body, _, notes = book.partition("\n[^1]: ")
    notes = f"[^1]: {notes}"
    marks = {int(number) for number in re.findall(r"\[\^(\d+)\](?!:)", body)}
    listed = [int(number) for number in re.findall(r"^\[\^(\d+)\]: ", notes, re.MULTILINE)]
    assert listed == list(range(1, len(marks) + 1))
    assert {*listed} == marks
    records = re.findall(r"\[Record\]\(<([^>]+)>\)", notes)
    assert len(records) == len({*records}) == len(listed)
    addresses = {str(source.url) for source in catalog.sources}
    for line in notes.strip().splitlines():
        cited = re.findall(r"<(https://[^>]+)>(?:;|\.)", line)
        assert cited, line
        assert {*cited} <= addresses


def test_links_of_the_one_file_lead_to_an_anchor_of_it_or_to_the_guide(book: str) -> None:
    anchors = Counter(re.findall(r'<a id="([^"]+)"></a>', book))
    assert {*anchors.values()} == {1}
    links = [*re.findall(r"\]\(<([^>]+)>\)", book), *re.findall(r"\]\((#[^)]+)\)", book)]
    inside = [link for link in links if link.startswith("#")]
    assert len(inside) > 100
    assert {link[1:] for link in inside} <= {*anchors}
    assert all(link.startswith(("#", "https://")) for link in links)
    # A link to a heading leads to that heading.
    assert "(<#methods-kms--set-up>)" in book


def test_links_of_the_folder_lead_to_files_of_it(folder: Mapping[str, str]) -> None:
    assert {*folder} == {"README.md", *(f"{spot_id(path)}.md" for path in parts().handbook)}
    for name, text in folder.items():
        for link in re.findall(r"\]\(<?([^)>]+)>?\)", re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)):
            if link.startswith("https://"):
                continue
            file, _, anchor = link.partition("#")
            assert file in folder, (name, link)
            assert not anchor or f'<a id="{anchor}"></a>' in folder[file], (name, link)
    # Nobody said where the guide is found, so nothing leads there.
    assert not [name for name, text in folder.items() if "guide.example" in text or "../" in text]
    assert "Record: `kms.validity`." in "".join(folder.values())


def test_every_page_stands_in_it_once_in_the_order_of_the_onboarding(book: str, built: Mapping[str, bytes]) -> None:
    pages = pages_in(built)
    titles = [f"\n# {pages[path].title}\n" for path in parts().handbook]
    places = [book.index(title) for title in titles]
    assert places == sorted(places)
    assert [book.count(title) for title in titles] == [1] * len(titles)


def test_it_says_which_edition_it_is_and_holds_no_html_but_anchors(book: str) -> None:
    assert book.startswith("# Volume Activation Guide: the handbook\n\nVersion 1.2.3, made for 2026-11-24 from")
    code = re.sub(r"```.*?```|`[^`\n]*`", "", book, flags=re.DOTALL)
    assert {*re.findall(r"(?<!\\)<(\w+)[ >]", code.replace("(<", "(").replace("<https", "https"))} == {"a"}


def test_a_site_without_a_page_of_it_is_told(catalog: Catalog, built: Mapping[str, bytes]) -> None:
    without = {path: data for path, data in built.items() if path != "methods/kms.html"}
    with pytest.raises(DataError, match=r'parts\.yaml, handbook: "methods/kms\.md" is no page of the site'):
        handbook_file(catalog, EDITION, without)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli.main, ["handbook", *map(str, arguments)])


def test_a_name_decides_between_a_file_and_a_folder(site: Site, tmp_path: Path) -> None:
    result = run(tmp_path / "new" / "book.md", "--site", site.folder, "--address", "https://guide.example/it")
    assert result.exit_code == 0, result.stderr
    assert "(<https://guide.example/it/choose/index.html>)" in (tmp_path / "new" / "book.md").read_text("utf-8")
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "mine.md").write_text("mine")
    assert run(tmp_path / "book", "--site", site.folder).exit_code == 0
    assert (tmp_path / "book" / "README.md").is_file()
    assert (tmp_path / "book" / "mine.md").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["book.md", "--address", "guide"], "must be an address such as https://guide.example/"),
        (["folder.md"], "is a folder; name a file that ends in .md"),
        ([" "], "the name of the folder is empty"),
    ],
)
def test_what_it_cannot_do_is_told(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.md").mkdir()
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_its_file_says_version_and_day() -> None:
    assert handbook_path(EDITION) == "downloads/volume-activation-guide-1.2.3-2026-11-24-handbook.md"
