"""Which regular expressions data may hold: told by a grammar, and held against the time that they really take."""

from __future__ import annotations

import re
from time import perf_counter

import pytest

from macros.catalog.models import Catalog
from macros.catalog.patterns import LINE, MOST_WAYS, problem_of
from macros.catalog.prose import patterns
from tests.timing import shortest

SLOW = (
    "[a-z]*[a-z]*[a-z]*!",
    "(?:a|a)*!",
    "(?:a|ab?){0,40}!",
    "(?:a?a?a?){0,15}!",
    "(?:[a-z]{1,40}){1,8}!",
    "(?:a*)*!",
)
FAST = (
    "^[a-z]{1,200}$", "(?:ab)*!", "[^,]{1,60},[^,]{1,60},[^,]{1,60},[^,]{1,60}$", "^(?:Office|Windows) [0-9]{2,4}$",
    "(?:-[0-9]{6,7}){4,8}", "^(?!X{5})([A-Z0-9]{5})$", "a{0,15}a{0,15}a{0,15}", r"\[[0-9A-F:.]{2,45}\]", "",
    "a|",
)  # fmt: skip


@pytest.mark.parametrize("pattern", FAST)
def test_a_pattern_that_no_text_makes_slow_is_taken(pattern: str) -> None:
    assert problem_of(pattern) is None


@pytest.mark.parametrize("pattern", SLOW)
def test_a_pattern_that_some_text_makes_slow_is_refused(pattern: str) -> None:
    assert re.search(r"take for ever; expected ", problem_of(pattern) or "")


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("a(b", "is no pattern: missing ), unterminated subpattern at character 2; expected a regular expression"),
        ("[z-a]", "is no pattern: bad character range z-a at character 2"),
        (r"a\d", r"has \d at character 2, which Python and browsers read differently; expected a list such as [0-9]"),
        (r"[\w]", r"has [\w] at character 1"),
        (r"(a)\1", r"has \1 at character 4"),
        ("(?P<x>a)", "has (?P at character 1, which Python and browsers read differently; expected ( or (?:"),
        ("(?i)a", "has (?i at character 1"),
        ("[a[b]", "has a bracket in a list at character 1"),
        ("[]a]", r"which Python and browsers read differently; expected it escaped: \["),
        ("|".join(["(?:a|b|c)(?:a|b|c)(?:a|b|c)"] * 100), "has more than 2,000 alternatives in all"),
    ],
)
def test_a_pattern_that_is_not_of_the_small_language_is_named(pattern: str, says: str) -> None:
    assert says in (problem_of(pattern) or "")


def test_the_patterns_of_the_data_are_found_and_taken(catalog: Catalog) -> None:
    found = [*patterns(catalog)]
    assert len(found) >= 137
    assert [(file, place, problem) for file, place, text in found if (problem := problem_of(text))] == []


def test_the_number_of_ways_is_what_a_text_takes() -> None:
    """The most expensive pattern that is taken, on a line that fits it up to the last sign."""
    side = int(MOST_WAYS**0.5) - 1
    pattern = f"^[a-z]{{0,{side}}}[a-z]{{0,{side}}}!"
    assert problem_of(pattern) is None

    def measure() -> float:
        start = perf_counter()
        assert re.search(pattern, "a" * LINE) is None
        return perf_counter() - start

    assert shortest(measure, 0.05) < 0.05
