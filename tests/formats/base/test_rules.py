"""Rules as data: what an editor may write, and what a wrong file is told."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

from macros.catalog.models import Catalog
from macros.catalog.strict_yaml import DataError
from macros.formats.base import rules
from macros.formats.base.findings import Place
from macros.formats.base.rules import Rules, files, groups_in

RULE = """\
group:
  one:
    severity: error
    message: '{given} is wrong.'
    cure: Correct it.
"""


def written(tmp_path: Path, text: str) -> Path:
    (tmp_path / "rules.yaml").write_text(text, "utf-8")
    return tmp_path / "format.py"


def test_a_rule_is_read_from_the_file_beside_its_code(tmp_path: Path) -> None:
    rule = Rules.beside(str(written(tmp_path, RULE)), "group")["one"]
    found = rule.finding(Place(3, 4), given="x")
    assert (found.id, found.severity, found.message, found.line) == ("one", "error", "x is wrong.", 3)


def test_nothing_is_read_before_a_rule_is_asked_for(tmp_path: Path) -> None:
    some = Rules.beside(str(tmp_path / "nowhere.py"), "group") | Rules.beside(str(tmp_path / "nowhere.py"), "other")
    with pytest.raises(DataError, match=r"rules\.yaml: cannot be read"):
        some["one"]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("severity: error", "severity: fatal", "line 3, group.one.severity"),
        ("severity: error", "serverity: error", 'Did you mean "severity"?'),
        ("{given} is", "{given is", "line 4, group.one.message"),
        ("{given}", "{}", "{} is no name"),
        ("{given}", "{given:>40}", "{given} is no name"),
        ("{given}", "{given.__class__}", "{given.__class__} is no name"),
        ("    cure: Correct it.\n", "", "a message and its cure stand together"),
        ("  one:", "  one two:", "group.one two"),
        ("    cure: Correct it.\n", "    cure: Correct it.\n    sources: rfc-2782\n", "group.one.sources"),
    ],
)
def test_a_wrong_rule_is_refused_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    module = written(tmp_path, RULE.replace(old, new))
    with pytest.raises(DataError) as error:
        Rules.beside(str(module), "group")["one"]
    assert said in str(error.value)


def test_a_rule_with_two_places_is_refused(tmp_path: Path) -> None:
    module = written(tmp_path, RULE + RULE.partition("\n")[2])
    with pytest.raises(DataError, match="line 6"):
        Rules.beside(str(module), "group")["one"]


def test_a_group_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"rules\.yaml, groups: the group is missing"):
        Rules.beside(str(written(tmp_path, RULE)), "groups")["one"]


def test_a_name_that_the_check_does_not_fill_in_is_named(tmp_path: Path) -> None:
    rule = Rules.beside(str(written(tmp_path, RULE)), "group")["one"]
    with pytest.raises(LookupError, match=r"rule one says \{given\}; its check fills in \{give\}"):
        rule.finding(None, give="x")


def test_a_key_in_a_rule_is_refused_and_not_repeated(tmp_path: Path) -> None:
    key = "-".join(["BCDFG", "HJKMP", "QRTVW", "XY234", "6789B"])
    with pytest.raises(DataError) as error:
        Rules.beside(str(written(tmp_path, RULE.replace("Correct it.", f"Use {key}."))), "group")["one"]
    assert "holds a product key" in str(error.value)
    assert key not in str(error.value)


def test_every_file_of_rules_is_in_order(catalog: Catalog) -> None:
    assert len(files()) >= 9
    assert rules.problems(catalog) == []
    known = [rule for file in files() for group in groups_in(file).values() for rule in group.values()]
    assert len(known) >= 300
    for rule in known:
        for text in (rule.message, rule.cure, rule.statement):
            shown = "".join(literal for literal, *_ in Formatter().parse(text))
            assert not text or shown.rstrip("}").endswith((".", "!", "?")) or text.endswith("}"), f"{rule.id}: {text}"


def test_a_source_that_nobody_knows_is_named(catalog: Catalog, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    written(tmp_path, RULE + "    sources: [rfc-2728]\n")
    monkeypatch.setattr(rules, "files", lambda: (tmp_path / "rules.yaml",))
    assert [str(one) for one in rules.problems(catalog)] == [
        'rules.yaml, group.one: "rfc-2728" is no source. Did you mean "rfc-2782"?'
    ]


def test_two_groups_together_keep_the_first_place_and_the_last_rule(tmp_path: Path) -> None:
    more = "other:\n  two: {severity: info, message: Two., cure: Two.}\n"
    more += "  one: {severity: info, message: New., cure: New.}\n"
    module = str(written(tmp_path, RULE + more))
    both = Rules.beside(module, "group") | Rules.beside(module, "other")
    assert [(rule.id, rule.message) for rule in both.values()] == [("one", "New."), ("two", "Two.")]
    assert len(both) == 2
