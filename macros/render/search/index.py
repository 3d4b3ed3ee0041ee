"""The index of the search, made when the site is built: the browser reads it when a reader turns to the search.

It has the form of lunr, and lunr.js, which mkdocs ships, matches words in it (search-find.js). What is added here is
the field's knowledge: kinds, weights, and words that mean the same.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from lunr import __TARGET_JS_VERSION__ as LUNR_VERSION
from lunr.stemmer import PorterStemmer
from lunr.stop_word_filter import WORDS

from macros.catalog.models import Catalog

from .entries import Entry, entries

INDEX, LIBRARY = "search/index.js", "search/lunr.js"
"""Files of the site."""
_FIELDS = {"title": 6, "around": 2, "text": 1}
"""What an entry is found by, and how much a word in it counts. Our choice."""
_WORD = re.compile(r"[^\W_]+")
"""`slmgr.vbs` and `_vlmcs._tcp` are two words each, as search-find.js has it."""
_K1, _B = 1.2, 0.75
_PORTER = PorterStemmer()


def search_files(catalog: Catalog, pages: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Files of the search by path in the site; `pages` has the HTML of each article by its address, and `names` what
    the navigation calls it."""
    found = entries(pages, names, catalog.search.kinds)
    library = files("mkdocs.contrib.search") / "templates" / "search" / "lunr.js"
    return {INDEX: index_script(catalog, found), LIBRARY: library.read_text("utf-8")}


def index_script(catalog: Catalog, found: Sequence[Entry]) -> str:
    """A script that hands the index over: browsers load no data from a folder on disk in another way.

    Text in a call of JSON.parse is read twice as fast as the same data as a script.
    """
    data = {
        "kinds": [[kind.kind, kind.weight] for kind in catalog.search.kinds],
        "silent": catalog.search.silent,
        "alike": words_alike(catalog),
        "entries": shown(found, catalog),
        "index": lunr_index([{name: getattr(one, name) for name in _FIELDS} for one in found], _FIELDS),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    quoted = text.replace("\\", "\\\\").replace("'", "\\'").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return f"window.vagSearchIndex = JSON.parse('{quoted}');\n"


def words_alike(catalog: Catalog) -> list[tuple[str, ...]]:
    """Words and phrases that mean the same: from the search's own data, the glossary, and the names of products."""
    found = [one.words for one in catalog.search.alike]
    found += [(term.term, *term.also) for term in catalog.glossary if term.also]
    found += [(product.name, *product.aliases) for product in catalog.products if product.aliases]
    return found


def shown(found: Sequence[Entry], catalog: Catalog) -> list[list[Any]]:
    """What a result shows: address, title, page, number of its kind, whether it is a row, and its beginning."""
    numbers = {kind: number for number, kind in enumerate(catalog.search.kinds)}
    return [[one.address, one.title, one.page, numbers[one.kind], int(one.is_row), one.excerpt] for one in found]


def lunr_index(documents: Sequence[Mapping[str, str]], boosts: Mapping[str, float]) -> dict[str, Any]:
    """An index as lunr.js loads it: documents are numbered, and have a text for each field that has a boost.

    lunr's own builder makes the same, but takes a fifth of the time of a whole build. The score of a term in a field is
    Okapi BM25 with the constants of lunr.
    """
    counts = {field: [Counter(_stems(one[field])) for one in documents] for field in boosts}
    terms: dict[str, dict[str, list[int]]] = {}
    for field, each in counts.items():
        for number, found in enumerate(each):
            for term in found:
                terms.setdefault(term, {name: [] for name in boosts})[field].append(number)
    places = {term: place for place, term in enumerate(terms)}
    rarity = {term: _rarity(sum(map(len, found.values())), len(documents)) for term, found in terms.items()}
    vectors = []
    for field, boost in boosts.items():
        lengths = [found.total() for found in counts[field]]
        usual = sum(lengths) / len(lengths) or 1
        for number, (found, length) in enumerate(zip(counts[field], lengths, strict=True)):
            damped = _K1 * (1 - _B + _B * length / usual)
            vectors.append((f"{field}/{number}", [
                value
                for term, times in sorted(found.items(), key=lambda pair: places[pair[0]])
                for value in (places[term], round(rarity[term] * (_K1 + 1) * times / (damped + times) * boost, 2))
            ]))  # fmt: skip
    inverted = [
        (term, {"_index": places[term], **{field: {str(number): {} for number in found[field]} for field in boosts}})
        for term, found in sorted(terms.items())
    ]
    return {
        "version": LUNR_VERSION, "fields": [*boosts], "fieldVectors": vectors, "invertedIndex": inverted,
        "pipeline": ["stemmer"],
    }  # fmt: skip


def _rarity(fields: int, documents: int) -> float:
    """lunr's inverse document frequency of a term that stands in a number of fields."""
    return math.log(1 + abs((documents - fields + 0.5) / (fields + 0.5)))


def _stems(text: str) -> Iterator[str]:
    return (stem for word in _WORD.findall(text.lower()) if (stem := _stem(word)))


@cache
def _stem(word: str) -> str:
    """The stem of a word; empty for a word that lunr leaves out."""
    return "" if word in WORDS else str(_PORTER.stem(word))
