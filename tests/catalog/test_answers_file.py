"""Situations as YAML, as JSON, and as JSON that is no YAML."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.answers_file import read_situations
from macros.catalog.strict_yaml import DataError


def situations(text: str) -> list[object]:
    return [answers for _, answers in read_situations(io.BytesIO(text.encode()), "answers")[1]]


answers = st.dictionaries(st.text("abc-_", min_size=1), st.text("abc /\\\"é-:'") | st.integers(-(10**9), 10**9))


@pytest.mark.slow
@given(st.lists(answers.filter(lambda found: "answers" not in found), max_size=4), st.sampled_from([None, 1, "\t"]))
def test_json_reads_as_json_however_it_is_laid_out(wanted: list[dict[str, object]], indent: int | str | None) -> None:
    assert situations(json.dumps(wanted, indent=indent)) == wanted


def test_yaml_knows_the_line_of_each_answer() -> None:
    document, [(path, _)] = read_situations(io.BytesIO(b"name: record\nanswers:\n  license: volume\n"), "answers")
    assert path == ("answers",)
    assert document.line((*path, "license")) == 3


@pytest.mark.parametrize("text", ["\t[", '\t{"a": 1, "a": 2}', "\t[NaN]", "\t[" * 200 + "]" * 200, "[" * 100_000])
def test_what_is_neither_is_refused(text: str) -> None:
    with pytest.raises(DataError):
        situations(text)
