"""What holds for every page of the built site."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from copy import copy
from datetime import date
from functools import cache
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urljoin, urlsplit

import html5lib
import pytest
import yaml

from macros.catalog.decision_tables import Compiled
from macros.catalog.models import Catalog
from macros.domain.decision import narrowed
from macros.publish.building import built
from tests.built import ROOT, Site

ALLOWED_HOSTS = yaml.safe_load((Path(__file__).parent / "allowed_hosts.yaml").read_text("utf-8"))

KEY = re.compile(r"\b(?:[0-9A-Z]{5}-){4}[0-9A-Z]{5}\b")
PLACEHOLDER = re.compile(r"([A-Z])\1{4}(-\1{5}){4}")
LOADS = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "link": "href",
    "use": "href",
    "object": "data",
}
NOT_LOADED = {"canonical", "next", "prev", "alternate", "edit"}


def is_remote(address: str) -> bool:
    return bool(urlsplit(address).netloc)


def test_the_site_has_the_pages_that_it_promises(site: Site) -> None:
    promised = {
        "index.html",
        *(f"choose/{name}.html" for name in ("index", "compare", "tables", "worksheet", "questions")),
        *(f"methods/{name}.html" for name in ("mak", "kms", "adba", "not-volume-activation")),
        *(f"plan/{name}.html" for name in ("capacity", "renewal", "kms-hosts", "mak-budget", "lifecycle")),
        *(f"deploy/{name}.html" for name in ("office", "dns")),
        *(f"reference/{name}.html" for name in ("facts", "keys", "products", "claims", "conflicts", "commands")),
        *(f"learn/{name}.html" for name in ("onboarding", "glossary")),
        *(f"contributing/{name}.html" for name in ("index", "facts", "macros", "architecture")),
    }
    assert promised <= set(site.pages)


def test_every_folded_part_says_what_is_in_it_and_hides_no_heading_of_the_page(site: Site) -> None:
    found = 0
    for path in site.pages:
        page = site.page(path)
        # A line that begins with the mark stands in a paragraph of its own, or it stays text.
        marks = page.find_all(string=re.compile("Fold: "))
        assert [mark for mark in marks if not mark.find_parent("pre")] == [], path
        for part in page.select("details.vag-details--folded"):
            found += 1
            assert part.summary, path
            assert part.summary.get_text(strip=True), path
            assert part.summary.select("a, button") == [], path
            assert part.select("h1, h2") == [], path
            files = {each.get_text() for each in part.summary.select("code") if "." in each.get_text()}
            assert files <= {each.get_text() for each in part.select(".vag-sample__name")}, path
            assert len(part.find_all(recursive=False)) > 1, path
    assert found > 100


def test_no_page_loads_anything_from_another_host(site: Site) -> None:
    found = [
        (page, element.name, element[attribute])
        for page in site.pages
        for name, attribute in LOADS.items()
        for element in site.page(page).find_all(name, attrs={attribute: True})
        if is_remote(element[attribute]) and not NOT_LOADED & set(element.get("rel", []))
    ]
    assert found == []


def test_the_search_of_the_theme_is_left_out_and_nothing_names_it(site: Site) -> None:
    paths = [file.relative_to(site.folder).as_posix() for file in site.files]
    theirs = re.compile(r"(?:^|/)(?:lunr|workers)/|/(?:tinyseg|wordcut)\.js")
    assert [path for path in paths if theirs.search(path)] == []
    named = re.compile(r"javascripts/(?:lunr|workers)/|workers/search")
    texts = [file for file in site.files if file.suffix in {".html", ".js", ".css", ".json"}]
    assert [file.name for file in texts if named.search(file.read_text("utf-8"))] == []
    # What the script of the theme is told is whole all the same, and the search of this site is there.
    for path in site.pages:
        settings = site.page(path).select_one("script#__config")
        assert path == "404.html" or {"base", "features", "translations"} <= json.loads(settings.get_text()).keys()
    assert "search/lunr.js" in paths


def test_no_stylesheet_asks_another_host(site: Site) -> None:
    address = re.compile(r"(?:url\(|@import\s+)[\"']?(https?:|//)")
    assert [file.name for file in site.files if file.suffix == ".css" and address.search(file.read_text("utf-8"))] == []


def test_no_script_of_the_site_names_a_host_to_load_from(site: Site) -> None:
    hosts = ("unpkg.com", "jsdelivr", "cdnjs", "fonts.googleapis", "fonts.gstatic")
    scripts = [file for file in site.files if file.suffix in (".js", ".html")]
    loaded = re.compile(r"<script[^>]+src=[\"']https?:")
    assert [file.name for file in scripts if loaded.search(file.read_text("utf-8"))] == []
    ours = [file for file in scripts if "assets/javascripts/vag" in file.as_posix()]
    assert [file.name for file in ours if any(host in file.read_text("utf-8") for host in hosts)] == []


def test_outgoing_links_go_to_hosts_that_are_allowed_for_a_reason(site: Site) -> None:
    allowed = {entry["host"] for entry in ALLOWED_HOSTS}
    assert all(entry["reason"] for entry in ALLOWED_HOSTS)
    hosts = Counter(
        urlsplit(link["href"]).netloc for page in site.pages for link in site.page(page).find_all("a", href=True)
    )
    del hosts[""]
    assert set(hosts) - allowed == set()
    assert allowed - set(hosts) == set(), "no page links to these hosts any more; take them off the list"


def leads_into_the_guide(page: str, fragment: str, tables: Compiled) -> bool:
    """Whether an anchor of the guide's page is a situation, all of which the guide understands."""
    answers = dict(parse_qsl(fragment))
    answers.pop("group", None)  # a name, which the guide only shows
    given = {name: int(value) if value.isdigit() else value for name, value in answers.items()}
    return page == "choose/index.html" and bool(answers) and bool(narrowed(tables, given))


@pytest.mark.slow
def test_every_link_and_anchor_inside_the_site_leads_somewhere(site: Site, tables: Compiled) -> None:
    ids = {page: {element["id"] for element in site.page(page).find_all(id=True)} for page in site.pages}
    broken = []
    for page in site.pages:
        if page == "404.html":
            continue
        for link in site.page(page).find_all("a", href=True):
            parts = urlsplit(link["href"])
            if parts.scheme or parts.netloc:
                continue
            target = (site.folder / page).parent / unquote(parts.path) if parts.path else site.folder / page
            if target.is_dir():
                target = target / "index.html"
            name = target.resolve().relative_to(site.folder.resolve()).as_posix()
            known = not parts.fragment or unquote(parts.fragment) in ids.get(name, ())
            if not target.is_file() or not (known or leads_into_the_guide(name, parts.fragment, tables)):
                broken.append((page, link["href"]))
    assert broken == []


def test_no_id_stands_twice_on_a_page(site: Site) -> None:
    for page in site.pages:
        ids = Counter(element["id"] for element in site.page(page).find_all(id=True))
        assert {name for name, times in ids.items() if times > 1} == set(), page


@pytest.mark.slow
def test_every_page_is_html_that_a_strict_parser_accepts(site: Site) -> None:
    for page in site.pages:
        parser = html5lib.HTMLParser(strict=False)
        parser.parse((site.folder / page).read_text("utf-8"))
        errors = [(position, code) for position, code, _ in parser.errors]
        assert errors == [], page


@pytest.mark.slow
def test_no_macro_call_or_markdown_is_left_in_the_text(site: Site) -> None:
    for page in site.pages:
        body = copy(site.page(page).find("article"))
        if body is None:
            continue
        for code in body.find_all(["code", "pre", "script"]):
            code.decompose()
        text = body.get_text()
        assert not re.search(r"\{\{|\{%|\}\}|\*\*|^#{1,6} |<[a-z]+ class=", text, re.MULTILINE), page


def test_no_reference_to_a_fact_is_left_unresolved(site: Site, catalog: Catalog) -> None:
    areas = "|".join(sorted({fact.area for fact in catalog.facts}))
    reference = re.compile(rf"\{{(?:{areas})\.[A-Za-z0-9_.]+(?::[^{{}}]*)?\}}")
    # Pages for editors show how a reference is written.
    pages = [page for page in site.pages if not page.startswith("contributing/")]
    found = [(page, reference.findall(unescape((site.folder / page).read_text("utf-8")))) for page in pages]
    assert [(page, left) for page, left in found if left] == []


def test_our_html_has_no_inline_style_and_no_inline_handler(site: Site) -> None:
    for page in site.pages:
        article = site.page(page).find("article")
        for element in article.find_all(True) if article else ():
            assert "style" not in element.attrs, (page, element.name)
            assert not [name for name in element.attrs if name.startswith("on")], (page, element.name)


@pytest.mark.slow
def test_no_product_key_but_published_ones_is_in_the_site(site: Site, catalog: Catalog) -> None:
    published = {key.key for key in catalog.client_keys}
    for file in site.files:
        if file.suffix in (".html", ".json", ".xml", ".txt", ".js"):
            for key in set(KEY.findall(file.read_text("utf-8"))):
                assert key in published or PLACEHOLDER.fullmatch(key), (file.name, key[-5:])


def test_every_page_has_one_title_and_a_language(site: Site) -> None:
    for page in site.pages:
        parsed = site.page(page)
        assert parsed.html["lang"] == "en"
        if page != "404.html":
            assert len(parsed.find("article").find_all("h1")) == 1, page


@pytest.mark.slow
def test_two_builds_give_the_same_bytes(site: Site) -> None:
    first = {file.relative_to(site.folder).as_posix(): file.read_bytes() for file in site.files}
    # The second one as it is published.
    second = built("", date(2026, 11, 24))
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_our_scripts_and_styles_stay_light_on_every_page(site: Site) -> None:
    weights = {page: sum(_weight(file) for file in _own_assets(site, page)) for page in site.pages}
    heaviest = max(weights, key=lambda page: weights[page])
    print(f"{weights[heaviest]} bytes on {heaviest}, {weights['index.html']} on index.html")
    assert 0 < weights[heaviest] <= 40_000, f"{heaviest}: {weights[heaviest]} bytes gzipped"


def test_what_reads_an_output_comes_when_it_is_needed_and_stays_light(site: Site) -> None:
    """The page itself, and all that a paste in English needs; other languages and names of rare codes come after it."""
    page = "troubleshoot/read-output.html"
    form = site.page(page).select_one("[data-vag-diagnosis]")
    assert form
    asked = str(form["data-vag-diagnosis"]).split()
    needed = [site.folder / "troubleshoot" / path for path in asked]
    own, later = _weight(site.folder / page), sum(map(_weight, needed))
    rare = [str(form[f"data-vag-{name}"]) for name in ("languages", "names")]
    more = [_weight(site.folder / "troubleshoot" / path) for path in rare]
    print(f"{own} bytes of HTML, {later} bytes for a paste, then {more}")
    assert len(asked) > 3
    assert own <= 25_000
    assert own + later <= 70_000
    assert not {*needed} & {*_own_assets(site, page)}


def _own_assets(site: Site, page: str) -> list[Path]:
    """Scripts and styles of this project that a page loads."""
    parsed = site.page(page)
    named = [tag["src"] for tag in parsed.find_all("script", src=True)]
    named += [tag["href"] for tag in parsed.find_all("link", rel="stylesheet")]
    # As addresses: 404.html names its files from the root.
    paths = [unquote(urlsplit(urljoin(f"/{page}", name)).path).lstrip("/") for name in named]
    return [site.folder / path for path in paths if (ROOT / "docs" / path).is_file()]


@cache
def _weight(file: Path) -> int:
    return len(gzip.compress(file.read_bytes(), 9))


@pytest.mark.parametrize("anchor", ["what-fails-most"])
@pytest.mark.parametrize("method", ["mak", "kms", "adba"])
def test_method_pages_keep_the_anchors_that_others_link_to(site: Site, method: str, anchor: str) -> None:
    assert site.page(f"methods/{method}.html").find(id=anchor) is not None
