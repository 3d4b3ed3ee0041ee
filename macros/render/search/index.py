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
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from lunr import __TARGET_JS_VERSION__ as LUNR_VERSION
from lunr.stemmer import PorterStemmer
from lunr.stop_word_filter import WORDS

from macros.catalog.models import Catalog
from macros.catalog.strict_yaml import DataError, Problem

from .entries import Entry, entries

INDEX, LIBRARY = "search/index.js", "search/lunr.js"
"""Files of the site."""
_FIELDS = {"title": 6, "around": 2, "text": 1}
"""What an entry is found by, and how much a word in it counts. Our choice."""
_WORD = re.compile(r"[^\W_]+")
"""`slmgr.vbs` and `_vlmcs._tcp` are two words each, as search-find.js has it."""
_SLIPS = 4
"""Letters of the shortest word that is read with a slip of typing, as search-find.js has it."""
_K1, _B = 1.2, 0.75
_PORTER = PorterStemmer()


def search_files(catalog: Catalog, pages: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Files of the search by path in the site; `pages` has the HTML of each article by its address, and `names` what
    the navigation calls it."""
    found = entries(pages, names, catalog.search.kinds, catalog.search.bare_cells)
    library = files("mkdocs.contrib.search") / "templates" / "search" / "lunr.js"
    return {INDEX: index_script(catalog, found), LIBRARY: library.read_text("utf-8")}


def index_script(catalog: Catalog, found: Sequence[Entry]) -> str:
    """A script that hands the index over: browsers load no data from a folder on disk in another way.

    Text in a call of JSON.parse is read twice as fast as the same data as a script.
    """
    documents = [{name: getattr(one, name) for name in _FIELDS} for one in found]
    others = other_headings(catalog, found)
    named = [{"title": title, "around": "", "text": ""} for _, title in others]
    data = {
        "kinds": [[kind.kind, kind.weight, kind.asked] for kind in catalog.search.kinds],
        "silent": catalog.search.silent,
        "alike": words_alike(catalog),
        "entries": shown(found, catalog),
        "others": others,
        "words": whole_words([*documents, *named], words_alike(catalog)),
        "index": lunr_index([*documents, *named], _FIELDS),
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
    """What a result shows: address, title, page, number of its kind, whether it is a row, its beginning, its weight."""
    numbers = {kind: number for number, kind in enumerate(catalog.search.kinds)}
    return [
        [one.address, one.title, one.page, numbers[one.kind], int(one.is_row), one.excerpt, one.weight] for one in found
    ]


def other_headings(catalog: Catalog, found: Sequence[Entry]) -> list[tuple[int, str]]:
    """Further headings of entries, by the number of the entry; those of pages that are not there are left out.

    Raises DataError for a place that its page does not have.
    """
    numbers = {one.address: number for number, one in enumerate(found)}
    pages = {address.partition("#")[0] for address in numbers}
    headings = [one for one in catalog.search.headings if one.place.partition("#")[0] in pages]
    for one in headings:
        if one.place not in numbers:
            near = get_close_matches(one.place, numbers, 3)
            said = f"no heading of the site has this address; near: {', '.join(near)}"
            raise DataError([Problem("search.yaml", None, f"headings, {one.place}", said)])
    return [(numbers[one.place], words) for one in headings for words in one.words]


def whole_words(documents: Sequence[Mapping[str, str]], alike: Sequence[Sequence[str]]) -> list[str]:
    """Words that a slip of typing may stand for, the most frequent first: written twice or more, or in a heading."""
    told = Counter(word for one in documents for text in one.values() for word in _plain_words(text))
    named = {word for one in documents for word in _plain_words(one["title"])}
    named |= {word for group in alike for phrase in group for word in _plain_words(phrase)}
    return sorted({word for word in told if told[word] > 1} | named, key=lambda word: (-told[word], word))


def _plain_words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.lower()) if word.isascii() and word.isalpha() and len(word) >= _SLIPS]


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
