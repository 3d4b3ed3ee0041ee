"""The link between data and pages: what a page shows is what the data says, today and after an edit."""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import html

from macros.catalog.integrity import unused_facts
from macros.catalog.models import Catalog, Fact
from macros.render.parts.places import fact_place
from macros.site import base_view, usage_of_pages
from tests.built import EXAMPLE, ROOT, Site, build_site, run_build

COPIED = ("mkdocs.yml", "pyproject.toml", "docs", "macros", "overrides")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project that a test may edit."""
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tmp_path / "project" / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (tmp_path / "project").mkdir(exist_ok=True)
            shutil.copy(source, tmp_path / "project" / name)
    shutil.copy(EXAMPLE, tmp_path / "project" / "organization.yml")
    return tmp_path / "project"


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
    file.write_text(text.replace(old, new), "utf-8")


def parsed(site: Site, page: str) -> html.HtmlElement:
    """A page in ten times less time than `site.page` needs, for what looks at all pages of several sites."""
    return html.document_fromstring((site.folder / page).read_text("utf-8"))


def shown(site: Site) -> dict[str, dict[str, list[str]]]:
    """Texts of the values of each fact, by page."""
    found: dict[str, dict[str, list[str]]] = {}
    for page in site.pages:
        for element in parsed(site, page).find_class("vag-fact"):
            if element.tag == "a":
                found.setdefault(element.get("data-fact"), {}).setdefault(page, []).append(element.text_content())
    return found


@pytest.mark.slow
def test_every_citation_leads_to_a_fact(site: Site, catalog: Catalog) -> None:
    known = {fact.id: fact_place(catalog, fact.id).replace(".md#", ".html#") for fact in catalog.facts}
    pages = {page: parsed(site, page) for page in site.pages}
    ids = {page: {*map(str, whole.xpath("//@id"))} for page, whole in pages.items()}
    # Old links lead to the list of all facts.
    assert {*known} <= ids["reference/facts.html"]
    for fact_id, place in known.items():
        assert fact_id in ids[place.partition("#")[0]], place
    cited = [
        (page, element)
        for page, whole in pages.items()
        for element in whole.xpath("//*[@data-fact][not(ancestor::template)]")
    ]
    assert len(cited) > 1_000
    for page, element in cited:
        fact_id = element.get("data-fact")
        assert fact_id in known, page
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), element.get("href")))
        assert target == known[fact_id], page


@pytest.mark.slow
def test_the_register_names_exactly_the_other_pages_that_show_a_fact(site: Site, catalog: Catalog) -> None:
    # Also in templates for scripts.
    citing = {page: set(parsed(site, page).xpath("//article//@data-fact")) for page in site.pages}
    for fact in catalog.facts:
        own = fact_place(catalog, fact.id).partition("#")[0].replace(".md", ".html")
        row = site.page(own).find(id=fact.id)
        links = row.find("dt", string="Shown on").find_next_sibling("dd").find_all("a")
        named = {posixpath.normpath(posixpath.join(posixpath.dirname(own), a["href"])) for a in links}
        assert named == {page for page, facts in citing.items() if fact.id in facts}


@pytest.mark.slow
def test_every_fact_is_used_or_kept_for_reference(catalog: Catalog) -> None:
    used = usage_of_pages(base_view())
    assert [str(problem) for problem in unused_facts(catalog, used)] == []


@dataclass(frozen=True)
class Edit:
    """A value that changes, `also` in facts that have it for the same reason, and what readers saw before."""

    fact_id: str
    old: int
    new: int
    old_words: str
    also: tuple[str, ...] = ()


EDITS = (
    Edit("kms.validity", 180, 199, r"(?<!every-)\b180[ -]days?\b(?!\()", ("adba.validity", "adba.remote")),
    Edit("kms.port", 1688, 1699, r"(?<![\w-])1688\b"),
    Edit("kms.threshold.windows_client", 25, 27, r"\b25 (?:or more )?(?:Windows clients|computers)\b"),
)


def set_value(project: Path, fact_id: str, old: int, new: int) -> None:
    """Change the value of one fact in its data file."""
    file = project / "macros" / "data" / "facts" / f"{fact_id.partition('.')[0]}.yaml"
    before, mark, record = file.read_text("utf-8").partition(f"- id: {fact_id}\n")
    changed = record.replace(f"\n  value: {old}\n", f"\n  value: {new}\n", 1)
    assert mark
    assert changed.partition("- id:")[0] != record.partition("- id:")[0]
    file.write_text(before + mark + changed, "utf-8")


@pytest.mark.slow
def test_one_edit_changes_every_page_that_shows_the_value(
    site: Site, project: Path, tmp_path: Path, catalog: Catalog
) -> None:
    for change in EDITS:
        for fact_id in (change.fact_id, *change.also):
            set_value(project, fact_id, change.old, change.new)
    edited = Site(build_site(project, tmp_path / "built"))
    # Most pages have nothing of the kind in any of their text, and a look at what exactly they have takes long.
    whole = {page: " ".join(parsed(edited, page).itertext()) for page in edited.pages}
    shown_before, shown_after = shown(site), shown(edited)
    for change in EDITS:
        before, after = shown_before[change.fact_id], shown_after[change.fact_id]
        assert len(before) >= 2, "the fact should be shown on several pages for this test to mean something"
        assert after.keys() == before.keys()
        old = re.compile(rf"(?<!\d){change.old}(?!\d)")
        for page, texts in before.items():
            for was, now in zip(texts, after[page], strict=True):
                assert was != now, page
                assert not old.search(now), page
        left = [
            (change.fact_id, page, match[0])
            for page in edited.pages
            if re.search(change.old_words, whole[page])
            for match in re.finditer(change.old_words, readable(edited, page, change.fact_id, catalog))
        ]
        assert left == []


def parts_of(fact: Fact) -> Iterable[object]:
    """The values of a fact that has several."""
    return fact.value.values() if isinstance(fact.value, dict) else ()


def readable(site: Site, page: str, fact_id: str, catalog: Catalog) -> str:
    """Text of a page without other facts of the same value, quoted claims and made-up outputs."""
    article = site.page(page).find("article")
    if article is None:
        return ""
    value = str(catalog.fact(fact_id).value)
    same = [f.id for f in catalog.facts if f.id != fact_id and value in map(str, (f.value, *parts_of(f)))]
    others = [f"a.vag-fact:not([data-fact='{fact_id}'])", *(f"[id='{other}']" for other in same)]
    parts = article.select(", ".join([*others, "blockquote", "[data-vag-quote]", ".vag-example"]))
    left_out = {id(text) for part in parts for text in part.descendants}
    return " ".join(text for text in article.strings if id(text) not in left_out)


@pytest.mark.slow
def test_a_wrong_organization_stops_the_build_with_line_and_key(project: Path, tmp_path: Path) -> None:
    edit(project / "organization.yml", "count: 640", "cuont: 640")
    result = run_build(project, tmp_path / "built")
    assert result.returncode != 0
    output = result.stdout + result.stderr
    assert re.search(r"organization\.yml, line \d+, groups\[0\]\.cuont: unknown key\. Did you mean \"count\"\?", output)
    assert not (tmp_path / "built" / "index.html").exists()


@pytest.mark.slow
def test_a_wrong_fact_stops_the_build_with_line_and_key(project: Path, tmp_path: Path) -> None:
    file = project / "macros" / "data" / "facts" / "kms.yaml"
    file.write_text(file.read_text("utf-8").replace("confidence: documented", "confidence: certain", 1), "utf-8")
    result = run_build(project, tmp_path / "built")
    assert result.returncode != 0
    assert re.search(
        r"facts/kms\.yaml, line \d+, kms\.\S+, confidence: \"certain\" is not allowed", result.stdout + result.stderr
    )


@pytest.mark.slow
def test_an_unknown_fact_on_a_page_stops_the_build_and_names_the_nearest(project: Path, tmp_path: Path) -> None:
    page = project / "docs" / "index.md"
    page.write_text(page.read_text("utf-8") + '\n{{ fact("kms.validty") }}\n', "utf-8")
    result = run_build(project, tmp_path / "built")
    assert result.returncode != 0
    assert "kms.validity" in result.stdout + result.stderr


@pytest.mark.slow
def test_another_organization_builds_another_site(site: Site, tmp_path: Path) -> None:
    other = tmp_path / "other.yml"
    text = EXAMPLE.read_text("utf-8").replace("Example Manufacturing", "Sample Foundry")
    other.write_text(text.replace("corp.example.com", "corp.sample.example"), "utf-8")
    built = Site(build_site(ROOT, tmp_path / "built", ORGANIZATION=str(other)))
    dns = built.page("deploy/dns.html").get_text()
    assert "kms1.corp.sample.example" in dns
    assert "corp.example.com" not in dns
    assert "kms1.corp.example.com" in site.page("deploy/dns.html").get_text()
