"""Sentences of the built pages hold together: what is put into them neither doubles a word nor breaks a name."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup, SoupStrainer

from macros.catalog.models import Catalog
from tests.built import Site

BLOCKS = "p, li, td, th, dt, dd, caption, summary, figcaption, h1, h2, h3, h4, label, legend"
UNSAID = "pre, script, style, [aria-hidden=true], .vag-cites, .headerlink, .vag-hidden, .vag-register__value"
NAME = "Name"
"""What stands for a piece of code or the title of another page: neither is a word of the sentence around it."""

LOWER_BY_NATURE = {
    *("slmgr", "ospp", "sysprep", "netsh", "dnscmd", "dnsmasq", "nsupdate", "nslookup", "samba-tool", "winver"),
    *("pydantic", "ansible-lint", "win_regedit", "specialize", "endoflife.date", "tokens.dat", "vnextdiag"),
}
"""Programs, files and passes that their makers write in lower case, also at the start of a sentence."""
BEFORE_NO_SENTENCE = re.compile(r"\b(?:e\.g|i\.e|vs|etc|approx|No|[\w-]+(?:\.[\w-]+)+)\.$")
"""Abbreviations, and names of DNS that end in a dot."""
DOUBLES_ON_PURPOSE = {"that that", "had had"}
NOT_ENGLISH = re.compile(
    r"""\b(?:
    (?:do|does|did)\ not\ stand\ (?:here|there) | stands?\ (?:twice|side\ by\ side|in\ clear\ text|in\ no\ number)
    | speaks?\ (?:that|for\ it\ that) | helps?\ nothing | knows?\ no | for\ the\ sake\ of\ trying
    | restart(?:ed)?\ (?:it\ )?as\ a\ trial | (?<!there\ )(?:is|are)\ no\ (?:error|secret|proof|licensing\ fault)
    )\b""",
    re.VERBOSE | re.IGNORECASE,
)
"""Phrases that are good words in the wrong language: contributing/style, "Words to use", has what to write instead."""


def units(catalog: Catalog) -> str:
    names = {name for unit in catalog.units for name in (unit.one, unit.many)} | {"time", "times"}
    return "|".join(sorted(map(re.escape, names), key=len, reverse=True))


def doubled_units(text: str, catalog: Catalog) -> Iterator[str]:
    """`30 days days`, `5 rearms times`, `10 activations per host on a host`."""
    unit = units(catalog)
    again = r"\bper (\w+) (?:on|for|of) (?:a|each|one) \1\b"
    for found in re.finditer(rf"\b\d[\d.,]* (?:{unit}) (?:{unit})\b|{again}", text):
        yield found[0]


def doubled_words(text: str) -> Iterator[str]:
    for found in re.finditer(r"\b([A-Za-z]+) \1(?![\w-])", text, re.IGNORECASE):
        if found[1] != NAME and found[0].lower() not in DOUBLES_ON_PURPOSE:
            yield found[0]


def broken_capitals(text: str) -> Iterator[str]:
    """`dNS administrator`: an abbreviation whose first letter was made small."""
    yield from re.findall(r"(?<![\w\\/.-])[a-z][A-Z]{2,}\b", text)


def small_starts(text: str, names: set[str]) -> Iterator[str]:
    """First words of sentences that are neither capitalized nor a name in small letters."""
    starts = [0] if text.endswith((".", "!", "?")) else []
    ends = (found.end() for found in re.finditer(r"[a-z)\"][.!?] (?=[a-z])", text))
    starts += [end for end in ends if not BEFORE_NO_SENTENCE.search(text[: end - 1])]
    for start in starts:
        word = re.match(r"[a-z][\w-]*", text[start:])
        if word and word[0] not in names and not re.match(r"[\w-]*[./\\_]\w", text[start:]):
            yield text[start : start + 40]


def foreign_phrases(text: str) -> Iterator[str]:
    """`a license that does not stand here`, `this is no fault`: a reader has to read them twice."""
    yield from (found[0] for found in NOT_ENGLISH.finditer(text))


def blocks(page: BeautifulSoup) -> Iterator[str]:
    """The text of each innermost block, with pieces of code and titles in links replaced by a name."""
    article = page.select_one("article")
    if article is None:
        return
    for part in article.select(UNSAID):
        part.decompose()
    for part in article.select("code, kbd, a"):
        if part.name != "a" or part.get_text().strip().endswith("?"):
            part.replace_with(NAME)
    for block in article.select(BLOCKS):
        if not block.select_one("p, li, td, dt, dd, table"):
            yield " ".join(block.get_text().split())


def said(site: Site) -> Iterator[tuple[str, str]]:
    for path in site.pages:
        fresh = BeautifulSoup((site.folder / path).read_text("utf-8"), "lxml", parse_only=SoupStrainer("article"))
        for text in blocks(fresh):
            yield path, text


@pytest.fixture(scope="module")
def texts(site: Site) -> dict[str, str]:
    """Every text of the site with the first page that says it."""
    first: dict[str, str] = {}
    for path, text in said(site):
        first.setdefault(text, path)
    assert len(first) > 3000
    return first


@pytest.fixture(scope="module")
def names(view) -> set[str]:  # type: ignore[no-untyped-def]
    organization = view.organization
    own = [*organization.kms_hosts, *organization.mak_allotments, *organization.groups]
    return LOWER_BY_NATURE | {item.id for item in own}


def test_no_value_has_two_units(texts: dict[str, str], catalog: Catalog) -> None:
    assert [(path, found) for text, path in texts.items() for found in doubled_units(text, catalog)] == []


def test_no_word_stands_twice(texts: dict[str, str]) -> None:
    assert [(path, found) for text, path in texts.items() for found in doubled_words(text)] == []


def test_no_abbreviation_lost_its_capital(texts: dict[str, str]) -> None:
    assert [(path, found) for text, path in texts.items() for found in broken_capitals(text)] == []


def test_no_phrase_is_translated_word_for_word(texts: dict[str, str]) -> None:
    # The editors' pages name what not to write.
    read = {text: path for text, path in texts.items() if not path.startswith("contributing/")}
    assert [(path, found) for text, path in read.items() for found in foreign_phrases(text)] == []


def test_sentences_start_with_a_capital(texts: dict[str, str], names: set[str]) -> None:
    assert [(path, found) for text, path in texts.items() for found in small_starts(text, names)] == []


def test_defects_would_be_found(catalog: Catalog) -> None:
    assert list(doubled_units("Use it when: 30 days days before a known end.", catalog)) == ["30 days days"]
    assert list(doubled_units("Office can be rearmed 5 rearms times;", catalog)) == ["5 rearms times"]
    assert list(doubled_units("10 activations per host on a host.", catalog)) == ["per host on a host"]
    assert list(doubled_words("it waits for for the host")) == ["for for"]
    assert list(broken_capitals("Rights: dNS administrator")) == ["dNS"]
    said = "Which host does not stand here. This is no licensing fault."
    assert list(foreign_phrases(said)) == ["does not stand here", "is no licensing fault"]
    assert list(small_starts("The end. then it goes on.", set())) == ["then it goes on."]
    assert list(small_starts("enterprise Admins only.", set())) == ["enterprise Admins only."]
    for fine in (
        "slmgr.vbs shows it.",
        "Take it, e.g. no key.",
        "A week is 7 days, that is 10,080 minutes.",
        "There is no error code, and a client is no longer activated.",
    ):
        found = [*doubled_units(fine, catalog), *doubled_words(fine), *small_starts(fine, LOWER_BY_NATURE)]
        assert [*found, *foreign_phrases(fine)] == [], fine
