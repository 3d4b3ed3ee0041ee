"""The page that reads outputs: its examples, what its script gets, and where its next steps lead."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from bs4 import BeautifulSoup

from macros.catalog.models import Catalog
from macros.domain.diagnosis import reader
from macros.domain.error_codes import names_without_a_page
from macros.render.parts.components import GLYPHS
from macros.render.parts.places import FIRST_FILE, LANGUAGES_FILE, NAMES_FILE, OUTPUTS_FILE, READER
from macros.render.parts.script_data import keys_as_data
from macros.render.parts.view import View
from macros.render.troubleshoot import first_checks
from macros.render.troubleshoot.diagnosis import (
    diagnosis_examples,
    diagnosis_findings,
    diagnosis_form,
    diagnosis_languages,
)
from macros.render.troubleshoot.diagnosis_data import LABELS, STATES, data_files, link_of, outputs_as_data
from macros.render.troubleshoot.error_codes import first_check


def soup(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html5lib")


def targets(catalog: Catalog) -> Iterable[str]:
    data = catalog.outputs
    named = {name for rule in data.findings for name in rule.next} | {*data.methods.values(), *data.links}
    named |= {rule.advice.partition(":")[0] for rule in data.findings if rule.advice}
    return named - {"code", "method"}


def test_every_next_step_leads_to_a_page(view: View, catalog: Catalog) -> None:
    assert [name for name in targets(catalog) if link_of(view, name)[1] is None] == []


def test_codes_lead_to_their_pages_and_unknown_ones_nowhere(view: View) -> None:
    assert link_of(view, "0xC004F074") == ("0xC004F074", "troubleshoot/codes/0xc004f074.md")
    assert link_of(view, "0xC004FFFF") == ("0xC004FFFF", None)


def test_a_step_without_a_page_is_words_only(view: View) -> None:
    assert link_of(view, "nowhere") == ("Checklist nowhere", None)


def test_examples_show_what_the_reader_says(view: View, catalog: Catalog) -> None:
    shown = soup(diagnosis_examples(view))
    for example, part in zip(catalog.outputs.examples, shown.select("details"), strict=True):
        reading = reader(catalog).read(example.output, view.today)
        text = part.get_text()
        assert reading.findings
        assert all(found.summary in text and found.todo in text for found in reading.findings)
        lines = part.select("[data-line]")
        assert [int(str(line["data-line"])) for line in lines] == [line.number for line in reading.lines]
        assert [line.code.get_text() for line in lines if line.code] == [line.text for line in reading.lines]
        assert all(str(line.meaning) in text for line in reading.lines)


def test_examples_name_no_real_organization(catalog: Catalog) -> None:
    for example in catalog.outputs.examples:
        assert {*re.findall("[a-z]+[.](?:com|net|org|local)", example.output)} <= {"contoso.com"}


def test_macros_give_one_line(view: View) -> None:
    for macro in (diagnosis_form, diagnosis_examples, diagnosis_findings, diagnosis_languages):
        assert "\n" not in macro(view)


@pytest.mark.slow
def test_every_finding_and_language_is_listed(view: View, catalog: Catalog) -> None:
    assert sorted(cell.get_text() for cell in soup(diagnosis_findings(view)).select("tbody td:last-child")) == sorted(
        rule.id for rule in catalog.outputs.findings
    )
    assert "{" not in soup(diagnosis_findings(view)).get_text()
    assert len(soup(diagnosis_languages(view)).select("tbody tr")) == len(catalog.outputs.languages)


BY_COLUMN = ("kinds", "fields", "phrases", "lines", "derive", "findings")
_GIVEN = re.compile(r"""\(window\.vagFiles\?\?=\{\}\)\["([a-z-]+)"\]='((?:[^'\\]|\\.)*)';""")


def given(content: bytes) -> dict[str, Any]:
    """What a file of data holds, by name."""
    text = content.decode()
    assert _GIVEN.sub("", text) == ""
    return {name: json.loads(re.sub(r"\\(.)", r"\1", held)) for name, held in _GIVEN.findall(text)}


def by_row(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in zip(columns, row, strict=True) if value is not None}
        for row in zip(*columns.values(), strict=True)
    ]


def test_the_script_gets_everything(view: View, catalog: Catalog) -> None:
    data = outputs_as_data(replace(view, page=READER))
    files = {path: given(content) for path, content in data_files(view).items()}
    small = files[OUTPUTS_FILE].pop("vag-outputs")
    whole = {name: by_row(each) if name in BY_COLUMN else each for name, each in small.items()}
    whole["languages"] += files[LANGUAGES_FILE].pop("vag-languages")
    assert whole == json.loads(json.dumps(data))
    assert files[OUTPUTS_FILE].pop("vag-keys") == json.loads(json.dumps(keys_as_data(view)))
    assert files[NAMES_FILE].pop("vag-code-names") == names_without_a_page(catalog)
    assert not any(files.values())
    assert {*data["targets"]} >= {*targets(catalog)} - {*catalog.outputs.links}
    assert data["codes_folder"] == "codes"
    assert {state for state, _ in data["say"]["severities"].values()} <= {*GLYPHS}


def test_every_state_and_channel_has_words(catalog: Catalog) -> None:
    words = catalog.outputs.words
    assert {*STATES} == {*words.statuses}
    assert {rule.to for rule in catalog.outputs.derive if rule.set == "channel"} == {*words.channels}
    methods = catalog.outputs.methods
    assert {rule.to for rule in catalog.outputs.derive if rule.set == "channel"} <= {*methods}
    assert {name.removeprefix("office ") for name in methods} <= {*words.channels}
    assert "name" not in LABELS


def test_first_checks_are_those_of_the_pages_of_codes_and_of_what_is_found(view: View, catalog: Catalog) -> None:
    checks = given(first_checks.data_files(view)[FIRST_FILE])["vag-first-checks"]
    with_a_check = {
        record.code: first_check(view, record) for record in catalog.error_codes if first_check(view, record)
    }
    assert {code: one["step"] for code, one in checks["codes"].items()} == with_a_check
    assert {*checks["steps"]} >= {*with_a_check.values()}
    assert all(one["reach"] for one in checks["codes"].values())
    steps = {
        f"{checklist.id}.{step.id}": step
        for checklist in catalog.checklists
        for step in checklist.steps
        if step.is_check
    }
    wanted = {target for target in targets(catalog) if target in steps}
    assert wanted <= {*checks["steps"]} <= {*steps}
    for name, trees in checks["steps"].items():
        text = json.dumps(trees)
        assert f"First check: {steps[name].title}" in text
        assert text.count('"pre"') + text.count('"vag-check__screen"') == len(steps[name].commands), name
