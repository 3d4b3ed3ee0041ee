"""What the search looks through, and its index: the same as lunr's own builder makes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from lunr import lunr

from macros.catalog.models import Catalog, OtherHeadings, SearchKind
from macros.catalog.strict_yaml import DataError
from macros.render.search.entries import Entry, entries
from macros.render.search.index import (
    INDEX,
    index_script,
    lunr_index,
    other_headings,
    search_files,
    whole_words,
    words_alike,
)

PLAIN = SearchKind(kind="Page", pages=("*.html",))
ROWS = SearchKind(kind="Key", pages=("keys.html",), named_by=2)
PAGE = """
<h1 id="top">Counts<a class="headerlink" href="#top">¶</a></h1>
<p>A host counts <strong>clients</strong>.<span class="vag-cites"><a>§</a></span></p>
<h2 id="hold">Will it hold?</h2><p>One</p><p>two.</p><script>never</script><template>never</template>
<table><caption>Never</caption><thead><tr><th>Never</th></tr></thead><tbody>
<tr id="row"><th>First <code>cell</code></th><td>second</td><td>third <svg><text>never</text></svg></td></tr>
</tbody></table>
<h3 id="more">More</h3><pre><code>slmgr.vbs /dlv</code></pre><pre>{long}</pre>
<div class="vag-of"><table><tbody><tr id="ours"><th>Ours</th><td>listed</td><td>12</td></tr></tbody></table></div>
<form><label>Never</label><fieldset><legend>never</legend></fieldset></form>
<h2 id="out" data-vag-unsearched>Left out</h2><p>never</p>
<h2 id="last">Last</h2><p data-vag-unsearched>never</p><p>end</p>
""".replace("{long}", "never " * 40)


def found(kind: SearchKind = PLAIN, address: str = "plan/counts.html") -> list[Entry]:
    return entries({address: PAGE}, {address: "In the navigation"}, [kind])


def test_every_heading_and_row_is_an_entry_with_its_own_words() -> None:
    assert [(one.address, one.title, one.text, one.is_row) for one in found()] == [
        ("plan/counts.html", "Counts", "A host counts clients.", False),
        ("plan/counts.html#hold", "Will it hold?", "One two.", False),
        ("plan/counts.html#row", "First cell", "second third", True),
        ("plan/counts.html#more", "More", "slmgr.vbs /dlv", False),
        ("plan/counts.html#ours", "Ours", "listed 12", True),
        ("plan/counts.html#last", "Last", "end", False),
    ]


def test_a_row_about_the_organization_counts_less_than_one_about_the_field() -> None:
    weights = {one.address.partition("#")[2]: one.weight for one in found()}
    assert weights["ours"] < weights["row"] == weights["hold"] == 1


def test_a_section_with_a_form_counts_more_than_one_without() -> None:
    weights = {one.address.partition("#")[2]: one.weight for one in found()}
    assert weights["more"] > weights["last"]


def shown(article: str) -> dict[str, str]:
    """What results show, by anchor."""
    every = entries({"a.html": f'<h1 id="a">A</h1>{article}'}, {}, [PLAIN])
    return {one.address.partition("#")[2]: one.excerpt for one in every}


def test_a_result_shows_sentences_and_no_table_of_numbers() -> None:
    table = "<table><caption>Computers by host</caption><tbody><tr><th>kms1</th><td>568</td></tr></tbody></table>"
    said = shown(f'<h2 id="text">Text</h2><p>Two hosts.</p>{table}<h2 id="table">Table</h2>{table}')
    assert said["text"] == "Two hosts."
    assert said["table"] == "Computers by host"


def test_a_result_shows_no_label_without_what_it_is_for() -> None:
    source = '<a class="vag-source">A page (for admins)</a>'
    cites = '<span class="vag-cites" data-vag-unsearched><a>§</a></span>'
    said = shown(
        f'<h2 id="read">R</h2><p>One suite. Read in: {source}; {source}. Next.</p><p>Sources: {source} (undated)</p>'
        f'<h2 id="from">F</h2><p>Days left.</p><p><small>Computed from: {cites}</small></p>'
        f'<h2 id="plan">P</h2><p>It follows the guidance ({source}) and more.</p>'
        f'<h2 id="tool">T</h2><p>Get it: see {source}, run it.</p>'
    )
    assert said["read"] == "One suite. Next."
    assert said["from"] == "Days left."
    assert said["plan"] == "It follows the guidance and more."
    assert said["tool"] == "Get it: see A page (for admins), run it."


def test_a_result_shows_days_of_a_row_with_their_head_and_other_numbers_not() -> None:
    cells = '<td>568</td><td data-label="Ends">2031-10-14</td><td>extended support</td>'
    said = shown(
        f'<h2 id="hosts">Hosts</h2><table><tbody><tr id="one"><th>kms1</th>{cells}</tr>'
        '<tr id="two"><th>kms2</th><td>12</td><td>3.5</td></tr></tbody></table>'
    )
    assert said["one"] == "Ends: 2031-10-14 · extended support"
    assert said["two"] == "Hosts"


def test_what_has_headings_or_fields_alone_shows_these() -> None:
    form = "<form><label>Clients</label><label>Hosts</label></form>"
    said = shown(f'<h2 id="up">Up</h2><h3 id="b">By phone</h3><p>So.</p><h2 id="ask">Ask</h2>{form}')
    assert said["up"] == "By phone"
    assert said["ask"] == "Clients, Hosts"


def test_what_follows_the_forms_of_a_page_is_the_pages() -> None:
    said = shown('<h2 id="own">Own</h2><div data-vag-own="forms"><form></form></div><p>The page is about counts.</p>')
    assert said[""] == "The page is about counts."


def test_a_cell_that_says_nothing_without_its_head_is_left_out() -> None:
    rows = entries({"plan/counts.html": PAGE}, {}, [PLAIN], ["listed"])
    assert next(one.text for one in rows if one.address.endswith("#ours")) == "12"


def test_a_page_without_words_of_its_own_shows_how_it_begins() -> None:
    def shown(article: str) -> str:
        return entries({"a.html": article}, {}, [PLAIN])[0].excerpt

    section = '<h2 id="why">Why</h2><p>A port is blocked.</p>'
    told = "<p data-vag-unsearched>One computer: its key.</p>"
    trail = '<p class="vag-trail" data-vag-unsearched>Home / Codes</p>'
    assert shown(f'<h1 id="a">Code</h1>{trail}{told}{section}') == "One computer: its key."
    assert shown(f'<h1 id="a">Code</h1>{trail}{section}') == "A port is blocked."
    assert shown(f'<h1 id="a">Code</h1><p>Own words.</p>{told}{section}') == "Own words."


def test_an_entry_is_found_by_what_stands_above_it_too() -> None:
    around = {one.address.partition("#")[2]: one.around.split() for one in found()}
    assert around["row"] == around["more"] == ["Counts", "In", "the", "navigation", "Will", "it", "hold?"]
    assert around["hold"] == ["Counts", "In", "the", "navigation"]


def test_rows_of_a_kind_are_named_by_as_many_cells_as_it_says() -> None:
    [row] = [one for one in found(ROWS, "keys.html") if one.address == "keys.html#row"]
    assert (row.title, row.text) == ("First cell, second", "third")


def test_a_page_of_no_kind_has_no_entry() -> None:
    assert entries({"other.txt": PAGE}, {}, [PLAIN]) == []


def test_an_excerpt_ends_with_a_whole_word() -> None:
    entry = Entry("a.html", "A", PLAIN, "A", text="word " * 60)
    assert re.fullmatch(r"(word )+…", entry.excerpt)
    assert len(entry.excerpt) < 180


def words(index: dict[str, Any]) -> dict[str, dict[str, float]]:
    """Weight of each word in each field."""
    names = {posting["_index"]: word for word, posting in index["invertedIndex"]}
    return {
        name: dict(zip((names[place] for place in vector[::2]), vector[1::2], strict=True))
        for name, vector in index["fieldVectors"]
    }


def postings(index: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (word, {name: value for name, value in one.items() if name != "_index"}) for word, one in index["invertedIndex"]
    ]


def test_the_index_is_the_one_that_lunr_makes() -> None:
    boosts = {"title": 6, "text": 1}
    documents = [
        {"title": "Counts of hosts", "text": "A KMS host counts 25 clients, and 5 servers count too."},
        {"title": "Renewal", "text": "Clients renew after 7 days; servers as well, when the host answers."},
        {"title": "", "text": "Nothing here of counting clients"},
    ]
    fields = [{"field_name": name, "boost": boost} for name, boost in boosts.items()]
    numbered = [{"n": str(number), **one} for number, one in enumerate(documents)]
    theirs = lunr(ref="n", fields=fields, documents=numbered).serialize()
    ours = json.loads(json.dumps(lunr_index(documents, boosts)))
    assert {key: ours[key] for key in ("version", "fields", "pipeline")} == {
        key: theirs[key] for key in ("version", "fields", "pipeline")
    }
    assert postings(ours) == postings(json.loads(json.dumps(theirs)))
    assert words(ours).keys() == words(theirs).keys()
    for name, weights in words(theirs).items():
        assert words(ours)[name] == pytest.approx(weights, abs=0.006)


def test_the_script_hands_over_what_it_holds(catalog: Catalog) -> None:
    hostile = Entry("a.html", "It's", PLAIN, 'A "title" \\ with \u2028', text="'; alert(1); '</script>")
    pages = catalog.search.kinds
    hostile.kind = pages[0]
    script = index_script(catalog, [hostile])
    quoted = re.fullmatch(r"window\.vagSearchIndex = JSON\.parse\('(.*)'\);\n", script)
    assert quoted
    assert "\u2028" not in script
    text = re.sub(r"\\(u2028|.)", lambda found: "\u2028" if found[1] == "u2028" else found[1], quoted[1])
    data = json.loads(text)
    assert data["entries"] == [["a.html", hostile.title, "It's", 0, 0, hostile.text, 1]]


def test_terms_and_other_names_of_products_are_known_to_it(catalog: Catalog) -> None:
    known = [set(one) for one in words_alike(catalog)]
    term = next(term for term in catalog.glossary if term.also)
    product = next(product for product in catalog.products if product.aliases)
    assert {term.term, *term.also} in known
    assert {product.name, *product.aliases} in known


def test_a_place_is_found_by_what_readers_call_it(catalog: Catalog) -> None:
    called = OtherHeadings(place="plan/counts.html#hold", words=("does it last", "can it stay"))
    search = catalog.search.model_copy(update={"headings": (called,)})
    changed = catalog.model_copy(update={"search": search})
    places = found()
    at = next(number for number, one in enumerate(places) if one.address == called.place)
    assert other_headings(changed, places) == [(at, "does it last"), (at, "can it stay")]


def test_a_place_that_its_page_does_not_have_is_named_with_its_neighbors(catalog: Catalog) -> None:
    called = OtherHeadings(place="plan/counts.html#hald", words=("does it last",))
    changed = catalog.model_copy(update={"search": catalog.search.model_copy(update={"headings": (called,)})})
    with pytest.raises(DataError, match=r"plan/counts\.html#hald: .* near: .*plan/counts\.html#hold"):
        other_headings(changed, found())


def test_a_slip_stands_for_a_word_that_is_written_often_or_in_a_heading() -> None:
    documents = [{"title": "Activated", "text": "window window once"}, {"title": "", "text": "window activated 1688"}]
    assert whole_words(documents, [("golden image",)]) == ["window", "activated", "golden", "image"]


def test_its_files_are_the_index_and_the_library(catalog: Catalog) -> None:
    files = search_files(catalog, {"plan/counts.html": PAGE}, {})
    assert "lunr" in files.pop("search/lunr.js")
    assert files.keys() == {INDEX}
