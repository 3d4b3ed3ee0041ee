"""Checks as data: when a rule speaks, and what a wrong check is told before it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from macros.catalog.strict_yaml import DataError
from macros.formats.base.checks import Checks
from macros.formats.base.findings import Place
from macros.formats.base.rules import Rules

WRITTEN = """\
own:
  big:
    severity: error
    message: '{name} is too big.'
    cure: 'At most {most}.'
  odd:
    severity: info
    message: It is odd.
    cure: Look again.

patterns:
  digits: '[0-9]+'

checks:
  own:
  - each: file.things
    where: it.name
    let: {large: it.size > known.most}
    first:
    - rule: big
      when: large
      at: it.place
      given: {name: it.name}
      said: {most: known.most}
    - rule: odd
      when: matches("digits", it.name)
      at: it.place
"""
OWN = WRITTEN.partition("checks:\n")[2]
RESTS = """\
  own:
  - each: file.things
    where: it.name
    rest: small
    first:
    - {rule: big, when: it.size > known.most, at: it.place, given: {name: it.name}, said: {most: known.most}}
  - each: small
    where: found == 1
    rest: unlike
    all:
    - {rule: odd, when: 'matches("digits", it.name)', at: it.place}
  - each: unlike
    where: found == 2
    first:
    - {rule: odd, at: it.place}
  - where: found == 3
    first:
    - {rule: odd, at: "null"}
"""
NAMED = """\
  own:
  - each: file.things
    where: it.name
    rest: named
  - each: named
    first:
    - {rule: odd, when: it.size > known.most, at: it.place}
"""
"""A check without a rule gives records a name."""
TWO = RESTS.replace("  - each: small", "  later:\n  - each: small", 1)
"""The same checks in two groups."""
FILE: dict[str, list[dict[str, Any]]] = {
    "things": [
        {"name": "1", "size": 9, "place": Place(1)},
        {"name": "22", "size": 1, "place": Place(2)},
        {"name": "", "size": 9, "place": Place(3)},
        {"name": "x", "size": 1, "place": Place(4)},
    ]
}


def checks_in(tmp_path: Path, old: str = "", new: str = "", groups: str | tuple[str, ...] = "own") -> Checks:
    assert old in WRITTEN
    (tmp_path / "rules.yaml").write_text(WRITTEN.replace(old, new, 1) if old else WRITTEN, "utf-8")
    module = str(tmp_path / "format.py")
    return Checks.beside(module, groups, Rules.beside(module, "own"), {"double": lambda number: number * 2})


def made(tmp_path: Path, old: str = "", new: str = "") -> list[tuple[str, str, int | None]]:
    names: dict[str, Any] = {"file": FILE, "known": {"most": 5}}
    return [(found.id, found.message, found.line) for found in checks_in(tmp_path, old, new).findings(names)]


def test_the_first_rule_that_holds_speaks(tmp_path: Path) -> None:
    assert made(tmp_path) == [("big", "1 is too big.", 1), ("odd", "It is odd.", 2)]


def test_under_all_each_rule_that_holds_speaks(tmp_path: Path) -> None:
    assert [found[0::2] for found in made(tmp_path, "first:", "all:")] == [("big", 1), ("odd", 1), ("odd", 2)]


def test_a_check_without_records_looks_once(tmp_path: Path) -> None:
    found = made(
        tmp_path,
        OWN,
        "  own:\n  - first:\n    - {rule: odd, when: count(file.things) == 4, at: 'file.things[1].place'}\n",
    )
    assert found == [("odd", "It is odd.", 2)]


def test_checks_below_see_what_no_rule_spoke_of_and_how_much_was_found(tmp_path: Path) -> None:
    found = made(tmp_path, OWN, RESTS)
    assert [each[0::2] for each in found] == [("big", 1), ("odd", 2), ("odd", 4), ("odd", None)]


def test_a_check_without_a_rule_names_records(tmp_path: Path) -> None:
    assert [each[0::2] for each in made(tmp_path, OWN, NAMED)] == [("odd", 1)]


def test_later_groups_know_what_the_earlier_ones_left(tmp_path: Path) -> None:
    names: dict[str, Any] = {"file": FILE, "known": {"most": 5}}
    left: dict[str, list[Any]] = {}
    found = [*checks_in(tmp_path, OWN, TWO, ("own", "later")).findings(names, left)]
    assert [(each.id, each.line) for each in found] == [("big", 1), ("odd", 2), ("odd", 4), ("odd", None)]
    assert {name: [one["name"] for one in records] for name, records in left.items()} == {
        "small": ["22", "x"],
        "unlike": ["x"],
    }


def test_a_group_alone_does_not_know_them(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"checks\.later\[0\]\.each: there is no name small"):
        [*checks_in(tmp_path, OWN, TWO, "later").findings({"file": FILE, "known": {"most": 5}})]


def test_functions_of_the_format_are_called(tmp_path: Path) -> None:
    assert [found[2] for found in made(tmp_path, "it.size > known.most", "double(it.size) > known.most")] == [1, 2]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "large: it.size",
            "large: its.size",
            "checks.own[0].let.large: there is no name its; there are file, found, it, known",
        ),
        ("when: large", "when: larger", "checks.own[0].first[0].when: there is no name larger"),
        ("when: large", "when: large and", "checks.own[0].first[0].when: is no expression"),
        ("when: large", "when: large is null", "cannot hold large is null; allowed:"),
        ("rule: big", "rule: bigg", 'there is no rule bigg. Did you mean "big"?'),
        ("{name: it.name}", "{names: it.name}", "big asks for {name}, which is not given"),
        ("{name: it.name}", "{names: it.name}", "big does not say {names}, which is given"),
        ('matches("digits"', 'matches("digit"', "the first argument of matches is the name of a pattern: digits"),
        ("matches(", "match(", "there is no function match; there are all, any"),
        (OWN, RESTS.replace("each: small", "each: smal"), "checks.own[1].each: there is no name smal; there are"),
        (OWN, RESTS.replace("each: file.things", "each: small"), "checks.own[0].each: there is no name small"),
        (OWN, NAMED.replace("    rest: named\n", ""), "without a rule it needs `rest`"),
        ("first:", "fist:", 'Did you mean "first"?'),
        ("'[0-9]+'", r"'\d+'", r"line 12, patterns.digits: holds \d"),
        ("'[0-9]+'", "'^[0-9]+'", "patterns.digits: holds ^"),
        ("'[0-9]+'", "'.+'", "patterns.digits: holds ."),
        ("'[0-9]+'", "'[0-9'", "patterns.digits: is no pattern"),
        ("  own:\n  - each", "  other:\n  - each", "has no group own, which the check needs"),
    ],
)
def test_a_wrong_check_is_refused_before_it_runs(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(DataError) as error:
        made(tmp_path, old, new)
    assert said in str(error.value)
    assert "rules.yaml" in str(error.value)


def test_a_field_that_no_record_has_stops_the_check(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="there is no field sizes"):
        made(tmp_path, "it.size >", "it.sizes >")


def test_what_is_computed_once_is_computed_when_it_is_asked_for(tmp_path: Path) -> None:
    # `it.size > known.nothing` would fail; it is not asked for where `where` holds for nothing.
    changed = WRITTEN.replace("where: it.name", "where: it.name == 'no'").replace("known.most}", "known.nothing}", 1)
    (tmp_path / "rules.yaml").write_text(changed, "utf-8")
    module = str(tmp_path / "format.py")
    checks = Checks.beside(module, "own", Rules.beside(module, "own"), {})
    assert [*checks.findings({"file": FILE, "known": {"most": 5}})] == []
