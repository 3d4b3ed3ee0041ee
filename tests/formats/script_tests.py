"""What the tests of all scripts that activate have in common."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

from macros.catalog.models import Catalog
from macros.catalog.published_keys import bare, published
from macros.formats.base.findings import Report
from macros.formats.base.keys import KEY_SHAPE, PLACEHOLDER
from tests.formats.filled import filled

Validate = Callable[..., Report]


def vectors(name: str) -> list[dict[str, Any]]:
    text = (Path(__file__).parent.parent / "vectors" / f"{name}.yaml").read_text("utf-8")
    found: list[dict[str, Any]] = yaml.safe_load(text)["cases"]
    return found


def case(vector: dict[str, Any]) -> str:
    return str(vector["case"])


def judged(vector: dict[str, Any], validate: Validate, catalog: Catalog) -> None:
    report = validate(filled(vector["text"], catalog), catalog)
    found = sorted([[finding.id, finding.line] for finding in report.findings], key=str)
    assert found == sorted(vector["expected"], key=str)
    sources = {source.id for source in catalog.sources}
    for finding in report.findings:
        assert finding.message.endswith((".", "!")), finding
        assert finding.cure, finding
        assert finding.column, finding
        assert set(finding.sources) <= sources, finding
        for shown in KEY_SHAPE.findall(finding.message + finding.cure):
            assert shown == PLACEHOLDER or bare(shown) in published()


def severe(validate: Validate, catalog: Catalog) -> None:
    """A house rule is a remark on the script of somebody, and a warning on our own."""
    text = "Set-NetFirewallRule -Name SPPSVC-In-TCP -Enabled True"
    assert validate(text, catalog).verdict == "valid"
    assert validate(text, catalog, own=True).verdict == "warning"
    assert [one.severity for one in validate(text, catalog).findings] == ["info"]


HOSTILE: dict[str, str | bytes] = {
    "nothing": "",
    "zero bytes": b"\0" * 100,
    "a zero in the text": "slmgr /ipk \0",
    "UTF-16": "slmgr /ikp x".encode("utf-16"),
    "half a character": b"\xff\xfeslmgr",
    "Latin-1": "slmgr é".encode("latin-1"),
    "a line of a megabyte": "slmgr /ipk " + "x" * 1_000_000,
    "a script for browsers": "<script>alert(1)</script>",
    "deep nesting": "(" * 5_000,
    "deep blocks": "{" * 50_000,
    "many calls": "slmgr /ikp x\n" * 4_000,
    "many lines": "\n" * 100_000 + "x",
    "braces": "slmgr /{0} {x} %s",
    "a lone half of a pair": "slmgr /ikp \ud800",
    "much too large": " " * 3_000_000,
    "an open string": "slmgr /ikp '",
    "an open comment": "<# slmgr /ipk",
}


def hostile(name: str, validate: Validate, catalog: Catalog) -> None:
    started = time.process_time()
    report = validate(HOSTILE[name], catalog)
    assert report.findings, "hostile input gets a finding"
    assert report.verdict == "invalid"
    assert all(one.message and one.cure and len(one.message) < 500 for one in report.findings)
    assert time.process_time() - started < 5


def many_steps(validate: Validate, catalog: Catalog) -> None:
    """A long script that is checked step by step is read in time."""
    started = time.process_time()
    validate("slmgr /ipk $Key\nGet-License; throw 1\n" * 2_000, catalog)
    assert time.process_time() - started < 8


PIECES = st.sampled_from(
    ["slmgr", "ospp.vbs", "/ipk", "/ato", "/upk", "/inpkey:", "$Key", "{", "}", "(", ")", "'", '"', "#", "<#", "#>",
     "\n", " ", "|", ";", "throw", "Get-License", "Install-VamtProductKey", "-Products", "@{", "`", "\u2019", "/name",
     "AAAAA-", "@'"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=50).map("".join) | st.binary(max_size=200) | st.text(max_size=200)
