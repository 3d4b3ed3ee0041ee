from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from macros.catalog import json_schema
from macros.catalog.loader import DATA, load, load_cached
from macros.catalog.models import Catalog, UnknownIdError, find
from macros.catalog.strict_yaml import DataError, read
from tests.json_schema import mistakes


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")


def message(folder: Path) -> str:
    with pytest.raises(DataError) as caught:
        load(folder)
    return str(caught.value)


def test_all_reference_data_is_there(catalog: Catalog) -> None:
    assert len(catalog.facts) >= 220
    assert len(catalog.conflicts) >= 17
    assert len(catalog.claims) >= 9
    assert len(catalog.client_keys) >= 155
    assert len(catalog.error_codes) >= 144
    assert len(catalog.commands) >= 60
    assert len(catalog.lifecycle) >= 22
    assert len(catalog.odt.products) >= 102
    assert len(catalog.host_keys.groups) >= 9


def test_every_fact_has_a_source_and_a_verified_date(catalog: Catalog) -> None:
    assert all(fact.sources and fact.verified_on for fact in catalog.facts)


def test_records_are_frozen(catalog: Catalog) -> None:
    with pytest.raises(ValueError, match="frozen"):
        catalog.facts[0].value = 181  # type: ignore[misc]


@pytest.mark.slow
def test_a_wrong_record_is_named_by_file_line_id_and_key(data: Path) -> None:
    edit(data / "facts" / "kms.yaml", "confidence: documented", "confidence: certain")
    text = message(data)
    assert text.startswith("facts/kms.yaml, line ")
    assert ", confidence: " in text
    assert "Allowed:" in text


@pytest.mark.slow
def test_an_unknown_key_names_the_nearest(data: Path) -> None:
    edit(data / "facts" / "kms.yaml", "verified_on:", "verifed_on:")
    assert 'Did you mean "verified_on"?' in message(data)


@pytest.mark.slow
def test_problems_of_several_files_come_together(data: Path) -> None:
    edit(data / "facts" / "kms.yaml", "confidence: documented", "confidence: certain")
    edit(data / "units.yaml", "one:", "only:")
    text = message(data)
    assert "facts/kms.yaml" in text
    assert "units.yaml" in text


@pytest.mark.slow
def test_a_missing_file_stops_the_load(data: Path) -> None:
    (data / "claims.yaml").unlink()
    assert "claims.yaml: cannot be read" in message(data)


@pytest.mark.slow
def test_a_file_that_is_no_list_says_what_is_expected(data: Path) -> None:
    (data / "units.yaml").write_text("days: 1\n")
    assert "must be a list of records" in message(data)


@pytest.mark.slow
def test_a_reference_that_leads_nowhere_stops_the_load(data: Path) -> None:
    edit(data / "claims.yaml", "- kms.csvlk.max_hosts", "- kms.csvlk.max_host")
    assert 'Did you mean "kms.csvlk.max_hosts"?' in message(data)


def quoting(first: str, second: str) -> str:
    """Two facts whose values are these texts, and one whose statement quotes the first."""
    common = """
  applies_to: [kms]
  sources: [plan-for-volume-activation-client]
  verified_on: 2026-11-24
  review_by: 2027-11-24
  confidence: documented
"""
    return (
        f"\n- id: plan.first\n  statement: The first.\n  value: '{first}'{common}"
        f"\n- id: plan.second\n  statement: The second.\n  value: {{words: ['{second}']}}{common}"
        f"\n- id: plan.third\n  statement: 'It says {{plan.first}}.'\n  value: null{common}"
    )


@pytest.mark.slow
def test_a_value_that_quotes_another_one_is_quoted_in_words(data: Path) -> None:
    with (data / "facts" / "plan.yaml").open("a", encoding="utf-8") as file:
        file.write(quoting("at most {plan.second:words.0}", "every {kms.validity}"))
    loaded = load(data)
    validity = f"every {loaded.fact('kms.validity').value} days"
    assert loaded.fact("plan.first").value == f"at most {validity}"
    assert loaded.fact("plan.third").statement == f"It says at most {validity}."


@pytest.mark.slow
def test_values_that_quote_each_other_stop_the_load_and_both_are_named(data: Path) -> None:
    with (data / "facts" / "plan.yaml").open("a", encoding="utf-8") as file:
        file.write(quoting("{plan.second:words.0}", "{plan.first}"))
    text = message(data)
    assert "facts/plan.yaml, line " in text
    assert 'plan.second, value: quotes the value of "plan.first", which quotes this one' in text


@pytest.mark.slow
def test_the_cache_sees_an_edit(data: Path) -> None:
    before = load_cached(data)
    assert load_cached(data) is before
    edit(data / "facts" / "kms.yaml", "A KMS activation is valid", "An activation by KMS is valid")
    assert load_cached(data) is not before


def test_an_unknown_id_names_near_ones(catalog: Catalog) -> None:
    with pytest.raises(UnknownIdError, match=r"kms\.validity"):
        catalog.fact("kms.validty")


def test_what_is_looked_up_is_of_the_records_that_are_there_now(catalog: Catalog) -> None:
    first, second, *_ = catalog.facts
    assert catalog.fact(first.id) is first
    changed = first.model_copy(update={"value": 1})
    assert catalog.model_copy(update={"facts": (changed, second)}).fact(first.id) is changed
    with pytest.raises(UnknownIdError, match=f'no fact has the id "{first.id}"'):
        catalog.model_copy(update={"facts": (second,)}).fact(first.id)
    assert find((first, changed), first.id, "fact") is first
    growing = [second]
    with pytest.raises(UnknownIdError):
        find(growing, first.id, "fact")
    growing.append(first)
    assert find(growing, first.id, "fact") is first


def test_the_schemas_are_up_to_date(catalog: Catalog) -> None:
    assert json_schema.drift(catalog) == [], "write them again: make schemas"


@pytest.mark.slow
def test_a_changed_schema_is_noticed(catalog: Catalog, tmp_path: Path) -> None:
    json_schema.write(catalog, tmp_path)
    (tmp_path / "facts.schema.json").write_text("{}")
    (tmp_path / "left-over.json").write_text("{}")
    assert json_schema.drift(catalog, tmp_path) == ["facts.schema.json", "left-over.json"]
    json_schema.write(catalog, tmp_path)
    assert json_schema.drift(catalog, tmp_path) == []


def test_a_schema_lists_the_ids_that_a_key_may_name(catalog: Catalog) -> None:
    schemas = json_schema.schemas(catalog)
    schema = json.loads(schemas["organization.schema.json"])
    file, _, place = schema["$defs"]["Group"]["properties"]["product"]["$ref"].partition("#/$defs/")
    assert json.loads(schemas[file])["$defs"][place]["enum"] == [p.id for p in catalog.products]


def _pointers(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from (value["$ref"] for _ in range("$ref" in value))
        yield from (found for part in value.values() for found in _pointers(part))
    elif isinstance(value, list):
        yield from (found for part in value for found in _pointers(part))


def test_every_pointer_of_a_schema_leads_to_a_rule(catalog: Catalog) -> None:
    found = {name: json.loads(text) for name, text in json_schema.schemas(catalog).items()}
    pointers = {(name, pointer) for name, schema in found.items() for pointer in _pointers(schema)}
    assert {pointer.partition("#")[0] for _, pointer in pointers} == {"", "ids.schema.json"}
    for name, pointer in pointers:
        file, _, place = pointer.partition("#/$defs/")
        assert place in found[file or name]["$defs"], (name, pointer)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("sources", "sources"),
        ("products", "products"),
        ("facts", "facts"),
        ("units", "units"),
        ("conflicts", "conflicts"),
    ],
)
def test_a_new_id_changes_one_schema(field: str, kind: str, catalog: Catalog) -> None:
    records = getattr(catalog, kind)
    new = records[0].model_copy(update={"id": "a-new-one"})
    later = json_schema.schemas(catalog.model_copy(update={kind: (*records, new)}))
    before = json_schema.schemas(catalog)
    assert {name for name, text in later.items() if text != before[name]} == {"ids.schema.json"}
    assert json.loads(later["ids.schema.json"])["$defs"][kind]["enum"][-1] == "a-new-one"


@pytest.mark.slow
def test_a_schema_lets_a_record_leave_out_what_the_head_of_its_file_says(catalog: Catalog) -> None:
    schema = json.loads(json_schema.schemas(catalog)["client-keys.schema.json"])
    assert schema["required"] == ["review_by", "records"]
    assert schema["$defs"]["ClientKey"]["required"] == ["product", "edition", "key"]
    facts = json.loads(json_schema.schemas(catalog)["facts.schema.json"])
    assert {"sources", "confidence"} <= {*facts["$defs"]["Fact"]["required"]}


@pytest.mark.parametrize("file", sorted(DATA.rglob("*.yaml")), ids=lambda f: str(f.relative_to(DATA)))
def test_every_data_file_names_a_schema_that_exists(file: Path) -> None:
    first = file.read_text("utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (file.parent / first.split("=", 1)[1]).resolve().is_file()


FILES = {file.name: json.loads(file.read_text("utf-8")) for file in json_schema.FOLDER.glob("*.json")}


def fits(file: Path) -> list[str]:
    """What an editor marks in a file, by the schema that its first line names."""
    name = file.read_text("utf-8").splitlines()[0].rpartition("/")[2]
    return [*mistakes(read(file, file.name).data, FILES[name], FILES, name)]


@pytest.mark.parametrize("file", sorted(DATA.rglob("*.yaml")), ids=lambda f: str(f.relative_to(DATA)))
def test_a_schema_takes_what_the_loader_takes(file: Path) -> None:
    assert fits(file) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "place"),
    [
        ("facts/kms.yaml", "unit: days", "unit: day", ".unit"),
        ("decision-tables.yaml", "- {platform: other}", "- {platform: []}", ".when[0].platform"),
        ("outputs.yaml", "over: '{kms.validity::raw-minutes}'", "over: '{kms.validity}'", ".over"),
        ("glossary.yaml", "term:", "trem:", ".trem"),
    ],
)
def test_a_schema_marks_a_slip(file: str, old: str, new: str, place: str, tmp_path: Path) -> None:
    text = (DATA / file).read_text("utf-8")
    assert old in text
    copy = tmp_path / "copy.yaml"
    copy.write_text(text.replace(old, new, 1), "utf-8")
    assert any(place in mistake for mistake in fits(copy)), fits(copy)
