"""The line of a problem that was found in the finished records."""

from __future__ import annotations

import pytest

from macros.catalog.places import with_line
from macros.catalog.strict_yaml import Problem, parse

LIST = parse(
    """- id: kms
  steps:
  - id: port
    text: a
  - id: name
    text: b
- product: server
  edition: Standard
  key: 1
- product: server
  edition: Datacenter
  key: 2
- tool: slmgr
  option: /sai
- id: kms.validity
  value: {total: 3, parts:
    [1,
     2]}
""",
    "a.yaml",
)
NESTED = parse("words: {nobody: x}\nfields:\n- id: name\n  patterns:\n  - a\n  - b\nrules: [{id: name}]\n", "a.yaml")


@pytest.mark.parametrize(
    ("document", "key", "line"),
    [
        (LIST, "kms", 1),
        (LIST, "kms, name, text", 6),
        (LIST, "kms.port", 3),
        (LIST, "kms.port, text", 4),
        (LIST, "server, Datacenter, key", 12),
        (LIST, "server, Standard, key", 9),
        (LIST, "slmgr /sai, default", 13),
        (LIST, "kms.validity, value.total", 16),
        (LIST, "kms.validity, value.parts[1]", 18),
        (LIST, "kms.validity, no such key", 15),
        (LIST, "[1].key", 9),
        (LIST, "nobody", None),
        (NESTED, "words, nobody", 1),
        (NESTED, "fields, name, patterns, [1]", 6),
        (NESTED, "rules, name", 7),
    ],
)
def test_a_record_and_key_lead_to_their_line(document: object, key: str, line: int | None) -> None:
    assert with_line(Problem("a.yaml", None, key, "x"), {"a.yaml": document}).line == line  # type: ignore[dict-item]


def test_what_has_a_line_keeps_it_and_another_file_gives_none() -> None:
    assert with_line(Problem("a.yaml", 7, "kms", "x"), {"a.yaml": LIST}).line == 7
    assert with_line(Problem("b.yaml", None, "kms", "x"), {"a.yaml": LIST}).line is None
