from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from macros.catalog.loader import DATA, load
from macros.catalog.models import Catalog, Unit
from macros.catalog.references import REFERENCE, Values, resolve
from macros.catalog.strict_yaml import DataError, parse

UNITS = {
    "minutes": Unit(id="minutes", one="minute", many="minutes", measures="time", minutes=1),
    "days": Unit(id="days", one="day", many="days", measures="time", minutes=1440),
}
VALUES = Values(
    {
        "kms.validity": (180, "days"),
        "kms.renewal": ({"default": 10080, "list": [1, 2]}, "minutes"),
        "kms.port": (1688, None),
    },
    UNITS,
)


def resolved(text: str) -> str:
    return str(resolve(parse(f"text: '{text}'", "x.yaml"), VALUES).data["text"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("valid for {kms.validity}.", "valid for 180 days."),
        ("{kms.validity} and {kms.validity}", "180 days and 180 days"),
        ("{kms.renewal:default}", "10,080 minutes"),
        ("{kms.renewal:default:days}", "7 days"),
        ("{kms.renewal:list.1}", "2 minutes"),
        ("{kms.validity::bare}-day period", "180-day period"),
        ("{kms.port}", "1688"),
        ("{kms.validity::bare} days, or {kms.validity} before the end", "180 days, or 180 days before the end"),
        ("no reference in {braces} or {0}", "no reference in {braces} or {0}"),
    ],
)
def test_a_reference_becomes_the_value_in_words(text: str, expected: str) -> None:
    assert resolved(text) == expected


def test_a_raw_reference_keeps_the_number() -> None:
    assert resolve(parse("port: '{kms.port::raw}'", "x.yaml"), VALUES).data == {"port": 1688}
    assert resolve(parse("value: '{kms.validity::raw-minutes}'", "x.yaml"), VALUES).data == {"value": 259_200}


def test_a_sentence_shows_the_number_behind_a_value_that_is_a_reference_itself() -> None:
    facts = {
        "kms.validity": (180, "days"),
        "kms.states": ([{"state": "licensed", "days": "{kms.validity::raw}"}], "days"),
        "kms.twin": ("{kms.validity::raw}", "days"),
    }
    document = parse("text: '{kms.states:0.days}, {kms.twin}, {kms.twin::bare}'", "x.yaml")
    assert resolve(document, Values(facts, UNITS)).data == {"text": "180 days, 180 days, 180"}


def test_no_text_of_the_data_shows_a_reference(catalog: Catalog) -> None:
    texts = [str(fact) for fact in catalog.facts] + [str(claim) for claim in catalog.claims]
    texts += [str(item) for item in (*catalog.conflicts, *catalog.commands, *catalog.glossary, *catalog.lifecycle)]
    assert [text for text in texts if REFERENCE.search(text)] == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{kms.validty}", "near matches: kms.validity"),
        ("{kms.renewal:defalt}", "parts here: default, list"),
        ("{kms.validity::dayz}", 'no unit has the id "dayz"'),
        ("{kms.port::days}", "only units of time convert"),
        ("port {kms.port::raw}", "needs a text of its own"),
        ("{kms.validity} days before the end", '"180 days days" has two units'),
        ("{kms.renewal:default:days} times", '"7 days times" has two units'),
    ],
)
def test_a_reference_that_leads_nowhere_stops_the_load(text: str, says: str) -> None:
    with pytest.raises(DataError, match=says) as caught:
        resolved(text)
    assert caught.value.problems[0].line == 1
    assert caught.value.problems[0].key == "text"


def test_a_changed_value_reaches_every_sentence_that_names_it(tmp_path: Path) -> None:
    data = Path(shutil.copytree(DATA, tmp_path / "data"))
    file = data / "facts" / "kms.yaml"
    text = file.read_text("utf-8")
    assert text.count("value: 1688\n") == 1
    file.write_text(text.replace("value: 1688\n", "value: 1699\n"), "utf-8")
    assert "1699" in load(data).fact("kms.port").statement
