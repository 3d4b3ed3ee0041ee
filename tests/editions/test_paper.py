"""The editions for paper: all of the pages, and nothing that needs a screen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import pairwise
from urllib.parse import unquote, urldefrag, urljoin

import pytest
from bs4 import BeautifulSoup, Tag

from macros.catalog.models import Catalog
from macros.catalog.strict_yaml import DataError
from macros.editions.paper import paper_files
from macros.editions.parts import chapters_of, parts
from macros.editions.sheet import spot_id
from macros.publish.policy import headers
from macros.publish.settings import settings
from tests.built import Site
from tests.editions.conftest import EDITION

NAMES = list(parts().papers)
SHORT = ["choose", "plan", "deploy", "troubleshoot", "codes", "reference", "facts", "edit"]
NEEDS_A_SCREEN = (
    "script, template, form, button, nav, [hidden], [role=status], .headerlink, .vag-clock, .vag-toolbar, .vag-actions,"
    " .vag-record, .vag-find, .vag-step__back, .vag-given__change, .vag-again, a.vag-cite"
)
ADDED = ".vag-paper-marks, .vag-paper-title, .vag-paper-file > code:last-child"
Paper = Callable[[str], BeautifulSoup]


def plain(part: Tag) -> str:
    """Text without blanks: where a line breaks on paper is another matter."""
    return re.sub(r"\s+", "", part.get_text())


def sections(paper: BeautifulSoup) -> dict[str, Tag]:
    return {str(one["id"]): one for one in paper.select(".vag-paper-page")}


def sources_of(site: Site) -> dict[str, str]:
    """Paths of the pages by the id that each has on paper."""
    return {spot_id(f"{path.removesuffix('.html')}.md"): path for path in site.pages if path != "404.html"}


def test_every_page_stands_on_paper_once_beside_the_whole_guide(site: Site, paper: Paper) -> None:
    there = Counter(name for one in SHORT for name in sections(paper(one)))
    assert {*there.values()} == {1}
    left_out = {spot_id(path) for path in parts().left_out}
    assert {*there} == {*sources_of(site)} - left_out - {"index"}
    assert {*sections(paper("guide"))} <= {*there, "index"}


@pytest.mark.parametrize("name", SHORT)
def test_the_text_of_each_page_is_all_there(name: str, site: Site, paper: Paper) -> None:
    paths = sources_of(site)
    for place, section in sections(paper(name)).items():
        page = BeautifulSoup(str(site.page(paths[place]).article), "lxml")
        title = page.h1
        for helper in page.select(NEEDS_A_SCREEN):
            helper.decompose()
        number = plain(section.select_one(".vag-paper-title .vag-paper-number"))
        assert plain(section.select_one(".vag-paper-title")) == number + plain(title)
        title.decompose()
        # Fields of forms, whose names say nothing without them; a choice is part of its question.
        for label in page.select("label:not(.vag-choice, .tabbed-labels > label)"):
            label.decompose()
        for tabs in page.select(".tabbed-set"):
            for label, block in zip(tabs.select("label"), tabs.select(".tabbed-block"), strict=True):
                block.insert(0, label)
        own = BeautifulSoup(str(section), "lxml")
        for added in own.select(ADDED):
            added.decompose()
        assert plain(own) == plain(page), place


@pytest.mark.parametrize("name", NAMES)
def test_links_stay_in_the_document_or_lead_to_the_web(name: str, paper: Paper) -> None:
    ids = Counter(str(one["id"]) for one in paper(name).select("[id]"))
    assert {*ids.values()} == {1}
    for link in paper(name).select("a"):
        address = str(link["href"])
        assert address.startswith("https://") or (address.startswith("#") and address[1:] in ids), address
    for one in paper(name).select("[aria-labelledby], [aria-describedby], [for], [headers]"):
        for attribute in ("aria-labelledby", "aria-describedby", "for", "headers"):
            named = one.get(attribute, "")
            assert {*(named if isinstance(named, list) else named.split())} <= {*ids}


def test_a_link_to_a_place_in_another_page_leads_to_that_place(site: Site, paper: Paper) -> None:
    """Each link of the guide, in its order, against what the page of the site says."""
    paths = sources_of(site)
    found_on = sections(paper("guide"))
    inside = {path: place for place, path in paths.items() if place in found_on}
    followed = 0
    for place, section in found_on.items():
        page = BeautifulSoup(str(site.page(paths[place]).article), "lxml")
        for helper in page.select(f"{NEEDS_A_SCREEN}, h1"):
            helper.decompose()
        wanted = []
        for link in page.select("a[href]:not([data-fact])"):
            path, anchor = urldefrag(urljoin(f"https://x/{paths[place]}", str(link["href"])))
            path = path.removeprefix("https://x/")
            if path in inside:
                wanted.append((inside[path], unquote(anchor), link.get_text()))
        found = section.select('a[href^="#"]:not(.vag-paper-mark)')
        assert len(found) == len(wanted)
        for (target, anchor, text), link in zip(wanted, found, strict=True):
            assert link["href"][1:] in {f"{target}--{anchor}", target}, text
            assert link.get_text() == text
            followed += 1
    assert followed > 500


@pytest.mark.parametrize("name", NAMES)
def test_each_source_has_one_number_and_each_mark_leads_to_its_own(name: str, catalog: Catalog, paper: Paper) -> None:
    document = paper(name)
    listed = [str(one["id"]) for one in document.select(".vag-paper-sources li")]
    assert listed == [f"source-{number}" for number in range(1, len(listed) + 1)]
    entries = [(one.get_text(), str(one.a["href"])) for one in document.select(".vag-paper-sources li")]
    known = {(source.title, str(source.url)) for source in catalog.sources}
    assert all(any(text.startswith(title) and url == address for title, url in known) for text, address in entries)
    assert len({*entries}) == len(listed)
    used = {f"source-{mark.get_text()}" for mark in document.select(".vag-paper-mark")}
    assert used == {*listed}
    assert all(mark["href"] == f"#source-{mark.get_text()}" for mark in document.select(".vag-paper-mark"))


@pytest.mark.parametrize("name", ["choose", "plan", "reference"])
def test_the_marks_of_a_page_are_the_sources_of_its_facts(
    name: str, site: Site, catalog: Catalog, paper: Paper
) -> None:
    by_address = {str(source.url): source.id for source in reversed(catalog.sources)}
    texts = {f"source-{n}": one.get_text() for n, one in enumerate(paper(name).select(".vag-paper-sources li"), 1)}
    sources, facts = {one.id: one for one in catalog.sources}, {fact.id: fact for fact in catalog.facts}
    paths = sources_of(site)
    for place, section in sections(paper(name)).items():
        page = BeautifulSoup(str(site.page(paths[place]).article), "lxml")
        for helper in page.select(NEEDS_A_SCREEN.removesuffix(", a.vag-cite")):
            helper.decompose()
        cited = {one for link in page.select("a[data-fact]") for one in facts[str(link["data-fact"])].sources}
        links = page.select("a[href]:not([data-fact])")
        cited |= {str(link.get("data-source") or by_address.get(str(link["href"]), "")) for link in links} - {""}
        marked = {texts[str(mark["href"])[1:]] for mark in section.select(".vag-paper-mark")}
        assert len(marked) == len(cited), place
        for one in cited:
            wanted = f"{sources[one].title}. {sources[one].publisher}, "
            assert any(text.startswith(wanted) and str(sources[one].url) in text for text in marked), one


@pytest.mark.parametrize("name", NAMES)
def test_nothing_needs_a_script_or_leads_around(name: str, paper: Paper, papers: Mapping[str, bytes]) -> None:
    document = paper(name)
    assert document.select("script, template, form, input, button, select, textarea, nav, [style], [hidden]") == []
    assert document.select("details, summary") == []
    left = {one for tag in document.select("*") for one in tag.attrs if one.startswith("data-vag")}
    assert left == set()
    assert headers(settings(), {f"{name}.html": papers[f"print/{name}.html"].decode()})


def test_the_contents_name_every_page_with_its_number_in_order(paper: Paper) -> None:
    for name in NAMES:
        entries = paper(name).select(".vag-paper-contents a")
        titles = paper(name).select(".vag-paper-chapter, .vag-paper-title, .vag-paper-sources > h2")
        assert [" ".join(one.get_text().split()) for one in entries] == [
            " ".join(one.get_text().split()) for one in titles
        ]
    numbers = [one.get_text() for one in paper("guide").select(".vag-paper-title .vag-paper-number")]
    assert numbers[:3] == ["1.1", "2.1", "2.2"]
    assert len({*numbers}) == len(numbers)
    levels = [int(one.name[1]) for one in paper("guide").select("h1, h2, h3, h4, h5, h6")]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_numbers_behind_links_are_those_of_their_pages(paper: Paper) -> None:
    numbers = {place: one.select_one(".vag-paper-number").get_text() for place, one in sections(paper("guide")).items()}
    links = paper("guide").select("a[data-number]")
    assert len(links) > 200
    for link in links:
        assert link["data-number"] == numbers[str(link["href"])[1:].partition("--")[0]]


def test_the_cover_says_which_edition_it_is(paper: Paper) -> None:
    cover = paper("plan").select_one(".vag-paper-cover").get_text()
    assert "1.2.3" in cover
    assert "2026-11-24" in cover
    assert "2026-12-25" in cover


def test_the_same_site_gives_the_same_bytes(
    catalog: Catalog, built: Mapping[str, bytes], listed: list[str], papers: Mapping[str, bytes]
) -> None:
    # What is made is no page of the site: to make it again changes nothing.
    assert paper_files(catalog, EDITION, dict(reversed({**built, **papers}.items())), listed) == papers


def test_a_page_that_no_chapter_has_stops_it_with_its_name() -> None:
    known = {*parts().handbook, *parts().left_out}
    rest = [pattern for one in parts().chapters.values() for pattern in one.pages if "*" not in pattern]
    with pytest.raises(DataError, match=r"elsewhere/a\.md: stands in no chapter"):
        chapters_of(parts(), {*known, *rest, "elsewhere/a.md"}, [])


def test_a_page_that_is_named_and_gone_stops_it() -> None:
    with pytest.raises(
        DataError, match=r'handbook: "learn/onboarding\.md" is no page\. Did you mean "learn/onboard\.md"'
    ):
        chapters_of(parts(), {"learn/onboard.md"}, [])
    with pytest.raises(DataError, match=r"chapters\.plan: has no page"):
        chapters_of(parts(), {"learn/onboard.md"}, [])


def test_unlisted_pages_stand_behind_the_page_of_their_section(listed: list[str], site: Site) -> None:
    pages = {f"{path.removesuffix('.html')}.md" for path in site.pages if path != "404.html"}
    chapters = chapters_of(parts(), pages, listed)
    assert chapters["facts"][0] == "reference/facts.md"
    assert list(chapters["codes"]) == sorted(chapters["codes"])
    assert list(chapters["plan"]) == [path for path in listed if path.startswith("plan/")]
