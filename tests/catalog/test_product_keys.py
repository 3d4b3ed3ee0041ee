"""Product keys are seen in every spelling, published ones and what only resembles one are not, and in time."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.catalog import product_keys
from macros.catalog.models import Catalog
from macros.catalog.product_keys import HIDDEN, Secret, find, masked, pieces_in, without
from macros.catalog.published_keys import bare, digest, published, without_keys
from macros.catalog.secrets import TEXTS
from tests.built import EXAMPLE, ROOT
from tests.spellings import LETTERS, SPELLINGS, WHOLE, keys, near_misses, readable
from tests.timing import shortest

PUBLISHED = published()
LINEAR = 12
"""Times as long for eight times the text, at most: a busy machine is no failure."""
LOOKED_THROUGH = 100
"""Milliseconds of one processor for all data and pages."""
BEHIND_A_LABEL = {"two groups alone", "consonants"}
"""Near misses that are a part of a key where a label says so."""
HOSTILE = {
    "near keys": "BCDFG-HJKMN-PQRTV-WXY23-4678 ",
    "keys": "BCDFG-HJKMP-QRTVW-XY234-" + "67892 ",
    "groups": "BCDFG-",
    "letters": "BCDFG",
    "a bad end": "BCDFGHJKMNx ",
    "escapes": "&amp;" * 5,
    "percents": "%25",
    "tags": "B<b>",
    "open tags": "<a",
    "ends of lines": "\n",
    "blanks": " ",
    "single letters": "B ",
    "backslashes": "\\",
    "dashes": "\u2011",
    "full-width": "\uff22",
    "unseen": "B\u00ad",
    "cut": "BCDFG\n>",
    "mistyped": "AE0LS-",
}

made_up = st.builds(
    lambda letters, digit, at: "-".join(
        (letters[:at] + digit + letters[at + 1 :])[start : start + 5] for start in range(0, 25, 5)
    ),
    st.text(alphabet=LETTERS, min_size=25, max_size=25).filter(lambda text: len(set(text)) >= 10),
    st.sampled_from("2346789"),
    st.integers(0, 24),
).filter(lambda key: any(letter.isalpha() for letter in key[:23]))


def test_there_are_as_many_spellings_and_near_misses_as_promised() -> None:
    assert len(SPELLINGS) >= 200
    assert len(near_misses()) >= 100


@pytest.mark.slow
@pytest.mark.parametrize("name", SPELLINGS)
def test_no_spelling_of_a_key_can_be_read(name: str) -> None:
    for key in keys(20):
        shown = masked(SPELLINGS[name](key), PUBLISHED)
        assert HIDDEN in shown
        assert readable(shown, key) == []


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(made_up)
def test_no_spelling_of_any_key_can_be_read(key: str) -> None:
    for name, spell in SPELLINGS.items():
        assert readable(masked(spell(key), PUBLISHED), key) == [], name


@pytest.mark.parametrize("name", WHOLE)
def test_lines_and_length_stay_where_nothing_is_escaped(name: str) -> None:
    text = f"first\n{WHOLE[name](next(keys(1)))}\nlast"
    assert masked(text).count("\n") == text.count("\n")
    assert masked(text).startswith("first\n")
    assert masked(text).endswith("\nlast")


@pytest.mark.slow
def test_every_published_key_stays_in_every_spelling(catalog: Catalog) -> None:
    printed = {key.key for key in catalog.client_keys}
    assert len(printed) == len(PUBLISHED) == 138
    for name, spell in SPELLINGS.items():
        for key in printed:
            assert masked(spell(key), PUBLISHED) == spell(key), name


# ------------------------------------------------------------------------------------------------------ quick look

SURROUNDINGS = ("{}", "a {} b", "key: {}\n", "7{}7", "<p>{}</p>", "-{}-", "The end of support.\n\n{}\n\nAnd more.")
pieces = st.one_of(
    st.sampled_from(
        ["-", "--", " ", "\n", "\n> ", "<b>", "<a b='c'>", "&#45;", "&#66;", "%42", "\\u0042", "\\n", "&shy;", "\u00ad",
         "\u2011", "\uff22", "=2D", "&amp;ndash;", "key ", "a", "L", "5", ".", "\u00e9", "\u2003", "\x01"]
    ),
    st.text(alphabet=LETTERS, min_size=1, max_size=6),
    st.text(alphabet=LETTERS, min_size=5, max_size=5),
    st.text(alphabet=LETTERS + "AL05", min_size=5, max_size=5),
    made_up.flatmap(lambda key: st.sets(st.integers(0, 28), max_size=5).map(lambda at: mistyped(key, *at))),
)  # fmt: skip


def mistyped(key: str, *at: int) -> str:
    return "".join("O" if index in at else letter for index, letter in enumerate(key))


def found_without_a_quick_look(text: str) -> list[Secret]:
    """What the long way finds: every pattern goes over the whole text."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(product_keys, "_may_hold", lambda _: True)
        patch.setattr(product_keys, "_folds", product_keys._find_fold.finditer)
        return find(text, PUBLISHED)


@pytest.mark.slow
@pytest.mark.parametrize("surroundings", SURROUNDINGS)
def test_the_quick_look_misses_no_spelling(surroundings: str) -> None:
    for key in keys(4, 3):
        for name, spell in SPELLINGS.items():
            for written in (spell(key), spell(mistyped(key, 7, 19)), spell(mistyped(key, 6, 12, 13, 20, 24))):
                text = surroundings.format(written)
                assert find(text, PUBLISHED) == found_without_a_quick_look(text), name


@pytest.mark.slow
@settings(max_examples=400)
@given(st.lists(pieces, max_size=40).map("".join))
def test_the_quick_look_misses_nothing(text: str) -> None:
    assert find(text, PUBLISHED) == found_without_a_quick_look(text)


def test_the_data_and_the_pages_are_looked_through_in_little_time() -> None:
    folders = [ROOT / name for name in ("macros/data", "docs", "overrides")]
    found = [file for folder in folders for file in folder.rglob("*") if file.suffix in TEXTS]
    # No build looks through the schemas and the records of a release, which are made from the data.
    files = [file for file in found if file.parent.name not in ("schemas", "releases")]
    texts = [file.read_text("utf-8") for file in [*files, EXAMPLE]]
    assert sum(map(len, texts)) > 1_000_000

    def once() -> float:
        start = process_time()
        for text in texts:
            find(text, PUBLISHED)
        return (process_time() - start) * 1_000

    assert shortest(once, LOOKED_THROUGH) < LOOKED_THROUGH


def test_a_published_key_beside_a_secret_one_stays(catalog: Catalog) -> None:
    secret, printed = next(keys(1)), catalog.client_keys[0].key
    for text in (f"{secret} {printed}", f"{printed} {secret}", f"{printed}\n{secret}\n{printed}"):
        shown = masked(text, PUBLISHED)
        assert printed in shown
        assert readable(shown, secret) == []


@pytest.mark.parametrize("name", near_misses())
def test_what_only_resembles_a_key_stays(name: str) -> None:
    text = near_misses()[name]
    assert masked(text, PUBLISHED) == text
    assert masked(f"Product key: {text}\nnext", PUBLISHED) == f"Product key: {text}\nnext" or name in BEHIND_A_LABEL


def test_the_last_five_letters_of_a_key_may_be_read() -> None:
    key = next(keys(1))
    assert masked(key) == "-".join([HIDDEN * 5] * 4 + [key[-5:]])
    assert masked(key.lower()).endswith(key[-5:])


@pytest.mark.parametrize("spell", [str, " ".join, str.lower, "%".join, lambda part: f"x{part}y"])
def test_pieces_are_hidden_where_the_file_has_the_key(spell: Callable[[str], str]) -> None:
    key = next(keys(1))
    said = "; ".join(f"{spell(part)!r} is no option" for part in key.split("-"))
    shown = without(said, pieces_in(key))
    assert readable(shown, key) == []
    assert shown.count(HIDDEN) == 20
    assert spell(key[-5:]) in shown
    assert without(said, pieces_in("nothing")) == said


def test_a_half_group_that_is_quoted_with_the_next_is_hidden() -> None:
    key = next(keys(1))
    shown = without(f"Not expected: {' '.join(key[8:])}.", pieces_in(key))
    assert readable(shown, key) == []
    assert shown.count(HIDDEN) == 13


def test_pieces_of_published_keys_stay_beside_a_mistyped_one(catalog: Catalog) -> None:
    printed = catalog.client_keys[0].key
    pieces = pieces_in(mistyped(printed, 7), PUBLISHED)
    assert pieces
    assert without(f"{printed} and {printed[:5]}", pieces, PUBLISHED) == f"{printed} and {printed[:5]}"


def test_a_mistyped_key_is_hidden() -> None:
    key = next(keys(1))
    for wrong in "O0AE1LSI5":
        assert masked(wrong + key[1:]).startswith(HIDDEN)


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_the_time_grows_with_the_text(name: str) -> None:
    unit = HOSTILE[name]

    def seconds(length: int) -> float:
        text = unit * (length // len(unit))
        start = process_time()
        masked(text, PUBLISHED)
        return process_time() - start

    bound = LINEAR * max(min(seconds(25_000) for _ in range(3)), 0.01)
    assert shortest(lambda: seconds(200_000), bound) < bound


# ------------------------------------------------------------------------------------------------------ published


def test_a_key_is_published_when_both_files_say_so(tmp_path: Path, catalog: Catalog) -> None:
    secret, printed = next(keys(1)), catalog.client_keys[0].key
    (tmp_path / "client-keys.yaml").write_text(f"- key: {secret}\n- key: {printed}\n")
    assert published(tmp_path) == frozenset()
    (tmp_path / "client-keys-compared.yaml").write_text(f"- '{digest(printed)}'\n- '{digest(next(keys(1, 9)))}'\n")
    assert published(tmp_path) == {bare(printed)}


def test_a_digest_gives_no_key_away() -> None:
    assert re.fullmatch("[0-9a-f]{16}", digest(next(keys(1))))
    assert digest("b-c") == digest("BC")


def test_published_keys_are_known_without_a_catalog(catalog: Catalog) -> None:
    text = " ".join(key.key for key in catalog.client_keys)
    assert without_keys(text) == text
