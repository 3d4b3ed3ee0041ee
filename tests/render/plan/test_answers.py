"""Answers to the questions of a plan as the command line gives them, on the vectors that pages answer too."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from macros.catalog.plan_numbers import MODELS, TOPICS
from macros.catalog.strict_yaml import DataError
from macros.cli import main
from macros.render.plan import answers, own_numbers
from macros.site import today

FOLDER = Path(__file__).parents[2] / "vectors"
VECTORS: dict[str, list[dict[str, Any]]] = yaml.safe_load((FOLDER / "plans.yaml").read_text("utf-8"))
BROKEN: list[dict[str, str]] = yaml.safe_load((FOLDER / "plans_broken.yaml").read_text("utf-8"))
CASES = [(topic, vector) for topic, vectors in VECTORS.items() for vector in vectors]
NAMES = [f"{topic}: {vector['case']}" for topic, vector in CASES]


def plain(value: Any) -> Any:
    """What YAML reads as a day, as the command line writes it."""
    return value.isoformat() if isinstance(value, date | datetime) else value


def plan(topic: str, numbers: object, *options: str) -> Result:
    text = numbers if isinstance(numbers, str) else json.dumps(numbers, default=plain)
    return CliRunner().invoke(main, ["plan", topic, "--numbers", "-", *options], input=text)


def answered(topic: str, numbers: object) -> dict[str, Any]:
    result = plan(topic, numbers, "--format", "json")
    assert result.exit_code == 0, result.stderr
    data: dict[str, Any] = json.loads(result.stdout)
    return data


def compared(topic: str, vector: dict[str, Any], data: dict[str, Any]) -> Iterator[tuple[object, object]]:
    """What a vector expects, beside what was found."""
    for key, wanted in vector["expect"].items():
        if key == "days":
            found = {each["day"]: each["expired_share"] for each in data["days"]}
            yield {day: pytest.approx(float(Fraction(share))) for day, share in wanted.items()}, found
        elif key == "states":
            found = {each["state"]: [each["from"], each["to"]] for each in data["states"]}
            yield {state: [*map(plain, days)] for state, days in wanted.items()}, found
        elif (topic, key) == ("host-keys", "hosts"):
            yield wanted, {each["key"]: [host["system"] for host in each["hosts"]] for each in data["keys"]}
        elif (topic, key) == ("host-keys", "updates"):
            yield wanted, [update for each in data["keys"] for host in each["hosts"] for update in host["updates"]]
        elif key in ("keys", "elsewhere", "partial"):
            yield sorted(wanted), sorted(each["key"] for each in data[key])
        elif isinstance(wanted, float):
            yield pytest.approx(wanted, rel=0, abs=1e-9), data[key]
        else:
            yield plain(wanted), data[key]
    if "scheduled" in vector:
        number, first, last = vector["scheduled"]
        yield (number, plain(first), plain(last)), (len(data["scheduled"]), data["scheduled"][0], data["scheduled"][-1])
    if "coming" in vector:
        number, first = vector["coming"]
        yield (number, plain(first)), (len(data["coming"]), data["coming"][0])
    if "now" in vector:
        yield vector["now"], data["now"]["state"]


def test_every_topic_has_vectors() -> None:
    assert set(VECTORS) == set(TOPICS)


@pytest.mark.parametrize(("topic", "vector"), CASES, ids=NAMES)
def test_the_command_line_answers_as_its_vector_says(topic: str, vector: dict[str, Any]) -> None:
    data = answered(topic, vector["numbers"])
    pairs = list(compared(topic, vector, data))
    assert [found for _, found in pairs] == [wanted for wanted, _ in pairs]
    text = plan(topic, vector["numbers"])
    assert text.exit_code == 0
    assert text.stdout.strip()
    assert "{" not in text.stdout
    assert vector.get("said", "") in text.stdout
    if "shown" in vector:
        lines = [re.split("  +", line)[:2] for line in text.stdout.splitlines()[-len(vector["shown"]) - 1 :]]
        assert lines == [["Day", "Date"], *vector["shown"]]


def test_without_a_day_the_answer_is_that_of_today() -> None:
    numbers = {"kind": "windows-kms", "last_renewal": (today() - timedelta(days=190)).isoformat()}
    assert "The activation expired 10 days ago" in plan("expiry", numbers).stdout
    assert answered("expiry", numbers) == answered("expiry", numbers | {"as_of": today().isoformat()})
    outage = {"method": "kms", "starts": (today() - timedelta(days=3)).isoformat(), "computers": 9, "every_days": 1}
    assert answered("outage", outage)["days"][0]["from_today"] == -3


def test_a_sentence_names_the_page_it_leads_to() -> None:
    said = plan("expiry", {"kind": "adba", "last_renewal": "2026-01-01", "as_of": "2026-07-01"}).stdout
    assert "Renew it now: plan/renewal.html#renew-now" in said
    assert "Check ADBA: troubleshoot/checklists/adba.html" in said


@pytest.mark.parametrize("wrong", BROKEN, ids=[wrong["case"] for wrong in BROKEN])
def test_wrong_numbers_are_told_with_key_and_what_is_allowed(wrong: dict[str, str]) -> None:
    for form in ("text", "json"):
        result = plan(wrong["topic"], wrong["numbers"], "--format", form)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert wrong["said"] in result.stderr
        assert "Traceback" not in result.stderr


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["plan", "mak", "--numbers", str(tmp_path / "none.yml")])
    assert result.exit_code == 2
    assert "none.yml" in result.stderr


def test_json_and_yaml_say_the_same() -> None:
    numbers = {"clients": 700, "hosts": 3}
    assert answered("traffic", json.dumps(numbers)) == answered("traffic", yaml.safe_dump(numbers))


SLIPS = {
    "a name that is none": ("number(found.spare)", "number(fund.spare)", "there is no fund"),
    "a function that is none": ("number(found.spare)", "numbr(found.spare)", "there is no function numbr"),
    "a slot without a value": ("with {spare} to spare", "with {rest} to spare", "{rest} is not filled"),
    "a value without its slot": ("with {spare} to spare", "with some to spare", "{spare} is nowhere in the sentence"),
    "no expression": ("when: found.met", "when: found met", "is no expression"),
    "a question without words": ("\ntraffic:\n", "\nspeed:\n", '"speed" is not allowed'),
}


@pytest.mark.parametrize(("old", "new", "told"), SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_in_the_words_stops_with_file_and_line(
    old: str, new: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = answers.FILE.read_text("utf-8")
    assert old in text
    (tmp_path / "answers.yaml").write_text(text.replace(old, new, 1), "utf-8")
    monkeypatch.setattr(answers, "FILE", tmp_path / "answers.yaml")
    answers.words.cache_clear()
    try:
        with pytest.raises(DataError, match=r"answers\.yaml, line [0-9]+") as caught:
            answers.words()
    finally:
        answers.words.cache_clear()
    assert told in str(caught.value)


def test_every_form_asks_what_its_question_takes() -> None:
    for topic, form in own_numbers.written().items():
        keys = {each.key for each in form.fields} | ({form.rows.key} if form.rows else set())
        assert keys == {each.alias or name for name, each in MODELS[topic].model_fields.items()}
        if form.rows and form.rows.fields[0].key:
            assert {each.key for each in form.rows.fields} <= {
                "computers",
                "every_days",
                "asks_percent",
                "activations_used",
            }
