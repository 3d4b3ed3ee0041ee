"""Files inside other texts."""

from __future__ import annotations

import time
from typing import Any

import pytest
import yaml

from macros.catalog.models import Catalog
from macros.domain.policy import Policy
from macros.formats.base import wrapped
from macros.formats.base.context import Context
from macros.formats.base.format import check
from macros.formats.office.format import FORMATS
from tests.built import ROOT

VECTORS: dict[str, Any] = yaml.safe_load((ROOT / "tests" / "vectors" / "wrapped.yaml").read_text("utf-8"))
SUITE = """<Configuration>
  <Add OfficeClientEdition="64" Channel="PerpetualVL2024">
    <Product ID="ProPlus2024Volume">
      <Language ID="en-US"/>
      <ExcludeApp ID="Lync"/>
    </Product>
  </Add>
</Configuration>

"""
HOSTILE = {
    "many files": "<Configuration></Configuration>\n" * 9000,
    "many beginnings": "x" + "<Configuration " * 9000,
    "open comments": "x" + "<!-- <Configuration " * 9000,
    "many blanks": "echo ^<Configuration^>" + " " * 500_000 + ">" * 500,
    "many redirections": "echo ^<Configuration^>\necho " + "> " * 200_000,
    "many entities": "&lt;Configuration" + "&gt;&amp;" * 100_000,
    "many comments before": "x" + "<!-- -->" * 9000 + "<Configuration/>",
    "one long tag": "x<Configuration " + "a='" * 9000,
}


def filled(text: str) -> str:
    echo = "".join(f"echo {line}\n" for line in SUITE.replace("<", "^<").replace(">", "^>").splitlines())
    page = SUITE.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    line = SUITE.replace("\n", "")
    parts = {"{suite}": SUITE, "{suite:^}": echo, "{suite:&}": page, "{line}": line}
    for name, part in parts.items():
        text = text.replace(name, part)
    return text


def found(text: str, catalog: Catalog, policy: Policy) -> list[list[object]]:
    report = check(FORMATS[0], text, Context(catalog, policy))
    return [[one.id, one.line, one.column] for one in report.findings]


@pytest.mark.parametrize("vector", [*VECTORS["cases"], *VECTORS["near_misses"]], ids=lambda vector: vector["case"])
def test_a_file_in_a_text_is_read_through(vector: dict[str, Any], catalog: Catalog, policy: Policy) -> None:
    assert found(filled(vector["text"]), catalog, policy) == vector["expected"]


def test_the_vectors_have_every_rule_five_times() -> None:
    rules = [rule for vector in VECTORS["cases"] for rule, *_ in vector["expected"]]
    assert {*wrapped.RULES} <= {*rules}
    for rule in ("inside", "brackets-escaped", "several-files", "text-around", "brackets-lost"):
        assert rules.count(rule) >= 5, rule


def test_a_place_in_a_part_is_its_place_in_the_text(catalog: Catalog, policy: Policy) -> None:
    """Wherever the same file stands, the same mistake is found at the letter that is wrong."""
    wrong = SUITE.replace("en-US", "xx-YY")
    echo = "".join(f"echo {line}\n" for line in wrong.replace("<", "^<").replace(">", "^>").splitlines())
    page = wrong.replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    for text in (wrong, f"$a = @'\n{wrong}'@", echo, page, f"```\n{wrong}```", f"Hello:\n{wrong}", f"{SUITE}{wrong}"):
        place = next((one[1:] for one in found(text, catalog, policy) if one[0] == "unknown-language"), None)
        lines = text.split("\n")
        line = next(number for number, each in enumerate(lines, start=1) if "xx-YY" in each)
        assert place == [line, lines[line - 1].index("ID=") + 1]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_cheap(name: str, catalog: Catalog, policy: Policy) -> None:
    start = time.process_time()
    assert found(HOSTILE[name], catalog, policy)
    assert time.process_time() - start < 10
