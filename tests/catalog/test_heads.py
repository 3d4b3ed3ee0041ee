"""What stands at the head of a data file, and where messages about it lead."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from macros.catalog.heads import Head, once, read_head
from macros.catalog.loader import DATA, load
from macros.catalog.strict_yaml import DataError, Problem, parse

LIST = """review_by: 2027-03-02
defaults:
  confidence: documented
  parts: {sources: [a, b]}
records:
- id: one
- id: two
  confidence: observed
  parts:
  - name: x
  - name: y
    sources: [c]
"""
WHOLE = """review_by: 2027-03-02
defaults:
  elements.attributes: {confidence: documented}
elements:
- name: A
  attributes:
  - name: B
  - name: C
    confidence: observed
"""


def head_of(text: str, *, is_list: bool = True) -> Head:
    return read_head(parse(text, "a.yaml"), is_list=is_list)


def test_a_record_has_what_it_leaves_to_the_head() -> None:
    head = head_of(LIST)
    assert head.review_by == date(2027, 3, 2)
    assert head.document.data == [
        {"id": "one", "confidence": "documented"},
        {
            "id": "two",
            "confidence": "observed",
            "parts": [{"name": "x", "sources": ["a", "b"]}, {"name": "y", "sources": ["c"]}],
        },
    ]


def test_a_file_that_is_one_structure_names_the_list() -> None:
    head = head_of(WHOLE, is_list=False)
    first, second = head.document.data["elements"][0]["attributes"]
    assert (first["confidence"], second["confidence"]) == ("documented", "observed")
    assert head.document.data.keys() == {"elements"}


def test_a_value_of_the_head_has_the_line_of_the_head_and_the_others_their_own() -> None:
    document = head_of(LIST).document
    assert document.line((0, "confidence")) == 3
    assert document.line((1, "confidence")) == 8
    assert document.line((1, "parts", 0, "sources")) == 4
    assert document.line((1, "parts", 1, "sources")) == 12
    assert document.line((0, "id")) == 6
    assert document.line((0, "no such key")) == 6
    whole = head_of(WHOLE, is_list=False).document
    assert whole.line(("elements", 0, "attributes", 0, "confidence")) == 3
    assert whole.line(("elements", 0, "attributes", 1, "confidence")) == 9


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- id: one\n", "a.yaml, line 1: must begin with review_by: and the day, then records: and the list"),
        ("records: [{id: a}]\n", "review_by: is missing; expected the day by which"),
        (
            "review_by: soon\nrecords: [{id: a}]\n",
            "line 1, review_by: must be a day such as 2027-03-02; given: soon",
        ),
        ("review_by: 2027-02-30\nrecords: [{id: a}]\n", "such as 2027-03-02; given: 2027-02-30"),
        (LIST.replace("records:", "recods: []\nrecords:"), 'recods: unknown key. Did you mean "rec'),
        (
            LIST.replace("confidence: doc", "id: x\n  confidence: doc"),
            "defaults.id: is for each record to say",
        ),
        (LIST.replace("sources: [a, b]", "name: q"), "4, defaults.parts.name: is for each record"),
        (LIST.replace("  parts: {", "  pats: {"), 'names no list of this file. Did you mean "parts"?'),
        (
            LIST.replace("- id: one\n", "- id: one\n  confidence: observed\n"),
            "confidence: is a default that no",
        ),
        (
            "review_by: 2027-03-02\ndefaults: []\nrecords: [{id: a}]\n",
            "must be keys with values, such as",
        ),
    ],
)
def test_a_wrong_head_is_refused_with_its_line(text: str, says: str) -> None:
    with pytest.raises(DataError) as error:
        head_of(text)
    assert says in str(error.value)


def test_what_is_wrong_in_the_defaults_is_said_once_and_as_such() -> None:
    head = head_of(LIST)
    twice = [Problem("a.yaml", 3, f"{name}, confidence", "is wrong") for name in ("one", "two")]
    other = Problem("a.yaml", 8, "two, confidence", "is wrong")
    assert [*once([*twice, other], {"a.yaml": head})] == [
        Problem("a.yaml", 3, "defaults.confidence", "is wrong"),
        other,
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("odt.yaml", "    confidence: documented\n", "    confidence: certain\n", "defaults.confidence: "),
        (
            "client-keys.yaml",
            "sources: [kms-client-activation-keys]",
            "sources: [kms-client-keys]",
            "defaults.sources: names",
        ),
    ],
)
def test_a_wrong_default_of_the_data_is_named_once(file: str, old: str, new: str, says: str, tmp_path: Path) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    text = (data / file).read_text("utf-8")
    (data / file).write_text(text.replace(old, new, 1), "utf-8")
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(DataError) as error:
        load(data)
    [problem] = error.value.problems
    assert str(problem).startswith(f"{file}, line {line}, {says}")


@pytest.mark.slow
@pytest.mark.parametrize("file", ["facts/vamt.yaml", "lifecycle.yaml"])
def test_facts_and_support_dates_leave_nothing_to_a_head(file: str, tmp_path: Path) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    text = (data / file).read_text("utf-8")
    first = text.index("\n- id") + 1
    (data / file).write_text(f"{text[:first]}defaults: {{confidence: documented}}\nrecords:\n{text[first:]}", "utf-8")
    with pytest.raises(DataError, match="must be a list of records"):
        load(data)
