"""The interface for programs: its files fit their schemas, its schemas keep their promise, and a reader can work."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from macros.cli import main
from macros.render.api import resources
from macros.render.api.contract import breaking
from macros.render.parts.view import View
from tests.json_schema import mistakes

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def files(view: View) -> dict[str, Any]:
    made = resources.api_files(view, "1.2.3")
    return {path.removeprefix("api/v1/"): json.loads(data) for path, data in made.items()}


def test_the_schemas_are_those_that_were_promised() -> None:
    assert resources.changes() == ([], [])


def test_every_file_fits_its_schema_and_stands_in_the_index(files: dict[str, Any]) -> None:
    listed = files["index.json"]["files"]
    described = {path.strip("/") for path in files["openapi.json"]["paths"]}
    held = {name for name in files if not name.startswith("schemas/")} - {"index.json", "openapi.json"}
    assert {entry["address"] for entry in listed.values()} == described == held
    for name, entry in listed.items():
        found = files[entry["address"]]
        schema = files[entry["schema"]]
        assert [*mistakes(found, schema, files, entry["schema"])] == [], name
        assert (found["api"], found["name"], found["edition"]) == (1, name, {"version": "1.2.3", "day": "2026-11-24"})
        assert found["data"]
        spoiled = {**found, "data": 1}
        assert [*mistakes(spoiled, schema, files, entry["schema"])], name


def test_a_reader_finds_the_pages_behind_a_value(files: dict[str, Any]) -> None:
    fact = next(one for one in files["facts.json"]["data"] if one["id"] == "kms.validity")
    sources = {one["id"]: one for one in files["sources.json"]["data"]}
    unit = next(one for one in files["units.json"]["data"] if one["id"] == fact["unit"])
    assert (fact["value"], unit["many"]) == (180, "days")
    assert all(sources[name]["url"].startswith("https://") for name in fact["sources"])


def test_a_reader_finds_keys_and_support_dates_of_a_release(files: dict[str, Any]) -> None:
    products = {one["name"]: one["id"] for one in files["products.json"]["data"]}
    wanted = products["Windows Server 2025"]
    keys = [one["key"] for one in files["client-keys.json"]["data"] if one["product"] == wanted]
    assert keys
    assert wanted in json.dumps(files["lifecycle.json"]["data"])


def test_a_reader_finds_the_steps_that_cure_a_code(files: dict[str, Any]) -> None:
    code = next(one for one in files["error-codes.json"]["data"] if one["code"] == "0xC004F074")
    steps = {f"{one['id']}.{step['id']}" for one in files["checklists.json"]["data"] for step in one["steps"]}
    lists = {one["id"] for one in files["checklists.json"]["data"]}
    assert code["checks"]
    assert {*code["checks"]} <= steps | lists


def test_a_download_is_the_one_whose_digest_is_told(files: dict[str, Any]) -> None:
    addresses = [one["address"] for one in files["samples.json"]["data"]]
    assert len(addresses) == len({*addresses}) > 20
    assert all(address.startswith("downloads/") for address in addresses)


OLD = {
    "type": "object",
    "required": ["data"],
    "properties": {"data": {"type": "array", "items": {"$ref": "#/$defs/Fact"}}},
    "$defs": {
        "Fact": {
            "type": "object",
            "required": ["id", "unit"],
            "properties": {
                "id": {"type": "string"},
                "unit": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                "word": {"enum": ["a", "b"], "type": "string"},
                "parts": {"type": "array", "items": {"$ref": "#/$defs/Fact"}},
                "by": {"type": "object", "additionalProperties": {"type": "integer"}},
            },
        }
    },
}


def of_fact(change: Change) -> Change:
    return lambda schema: change(schema["$defs"]["Fact"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (of_fact(lambda fact: fact["properties"].pop("id")), ["data[].id is gone"]),
        (of_fact(lambda fact: fact["required"].remove("id")), ["data[].id may be missing now"]),
        (of_fact(lambda fact: fact["properties"]["id"].update(type="integer")), ["data[].id may be integer now"]),
        (of_fact(lambda fact: fact["properties"]["id"].update(type=["string", "null"])), ["data[].id may be null now"]),
        (
            of_fact(lambda fact: fact["properties"]["by"].update(additionalProperties={"type": "string"})),
            ["data[].by.* may be string now"],
        ),
        (of_fact(lambda fact: fact["properties"].update(parts={"type": "string"})), ["data[].parts may be string now"]),
        (lambda schema: schema["properties"].pop("data"), ["data is gone"]),
        (of_fact(lambda fact: fact["properties"].update(new={"type": "string"})), []),
        (of_fact(lambda fact: fact["required"].append("word")), []),
        (of_fact(lambda fact: fact["properties"]["word"]["enum"].append("c")), []),
        (of_fact(lambda fact: fact["properties"].update(unit={"type": "string"})), []),
        (lambda schema: schema["$defs"].update(Other=schema["$defs"]["Fact"]), []),
    ],
)
def test_what_breaks_readers_is_named_and_what_does_not_is_allowed(change: Change, said: list[str]) -> None:
    new = copy.deepcopy(OLD)
    change(new)
    assert breaking(OLD, new) == said


def test_a_breaking_change_is_refused_and_the_promise_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, schema in resources.promised().items():
        (tmp_path / name).write_text(json.dumps(schema))
    old = json.loads((tmp_path / "facts.schema.json").read_text())
    old["$defs"]["Fact"]["properties"]["gone"] = {"type": "string"}
    (tmp_path / "facts.schema.json").write_text(json.dumps(old))
    monkeypatch.setattr(resources, "SCHEMAS", tmp_path)
    result = CliRunner().invoke(main, ["schemas", "--check"])
    assert result.exit_code == 1
    assert "facts.schema.json: data[].gone is gone" in result.stderr
    assert json.loads((tmp_path / "facts.schema.json").read_text()) == old
