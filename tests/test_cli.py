from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from macros.catalog.models import Catalog
from macros.cli import main
from tests.built import ORGANIZATIONS
from tests.situations import to_adba

SMALL = ORGANIZATIONS / "small.yml"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.mark.slow
def test_facts_as_json_are_complete(catalog: Catalog) -> None:
    result = run("facts", "--format", "json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert [fact["id"] for fact in found] == [fact.id for fact in catalog.facts]
    assert all(fact["sources"] and fact["verified_on"] for fact in found)


@pytest.mark.slow
def test_one_fact_names_the_pages_that_show_it() -> None:
    result = run("facts", "--id", "kms.validity")
    assert result.exit_code == 0
    assert "180 days" in result.stdout
    assert "methods/kms.md" in result.stdout


@pytest.mark.slow
def test_an_unknown_id_is_unusable_input_and_names_near_ones() -> None:
    result = run("facts", "--id", "kms.validty")
    assert result.exit_code == 2
    assert "kms.validity" in result.stderr
    assert result.stdout == ""


@pytest.mark.slow
def test_facts_are_found_by_a_word_of_theirs(catalog: Catalog) -> None:
    found = json.loads(run("facts", "--word", "CSVLK hosts", "--format", "json").stdout)
    assert "kms.csvlk.max_hosts" in {fact["id"] for fact in found}
    assert len(found) < len(catalog.facts) / 4
    titles = {source.id: source.title.casefold() for source in catalog.sources}
    for fact in found:
        text = " ".join([fact["id"], fact["statement"], *(titles[name] for name in fact["sources"])]).casefold()
        assert "csvlk" in text
        assert "hosts" in text


@pytest.mark.slow
def test_a_word_that_no_fact_says_is_no_list_of_all(catalog: Catalog) -> None:
    for nothing in ("qqq", "", " "):
        result = run("facts", "--word", nothing)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "in its id, statement or the title of a source" in result.stderr


@pytest.mark.slow
def test_an_unknown_fact_says_how_to_look_for_a_word() -> None:
    result = run("facts", "--id", "csvlk")
    assert result.exit_code == 2
    assert 'no fact has the id "csvlk"' in result.stderr
    assert "to look for a word: python -m macros facts --word csvlk finds " in result.stderr
    assert "facts --word TEXT" in run("facts", "--id", "qqq.www").stderr


@pytest.mark.slow
def test_reviews_of_all_data_are_listed_and_late_ones_are_findings(
    monkeypatch: pytest.MonkeyPatch, catalog: Catalog
) -> None:
    assert run("reviews", "--due").exit_code == 0
    every = json.loads(run("reviews", "--format", "json").stdout)
    assert len(every) == len(catalog.facts) + len(catalog.lifecycle) + len(catalog.file_reviews)
    assert [one["review_by"] for one in every] == sorted(one["review_by"] for one in every)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    late = run("reviews", "--due")
    assert late.exit_code == 1
    assert "client-keys.yaml: All of the file" in late.stdout
    assert "lifecycle.yaml, ws2025: Windows Server 2025" in late.stdout


@pytest.mark.slow
def test_facts_that_are_due_are_findings(monkeypatch: pytest.MonkeyPatch, catalog: Catalog) -> None:
    assert run("facts", "--due").exit_code == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "4102444800")
    result = run("facts", "--due", "--format", "json")
    assert result.exit_code == 1
    assert len(json.loads(result.stdout)) == len(catalog.facts)


def test_an_export_is_whole_and_a_drift_is_noticed(tmp_path: Path) -> None:
    assert run("export", "--check", tmp_path).exit_code == 1
    assert run("export", tmp_path).exit_code == 0
    assert run("export", "--check", tmp_path).exit_code == 0
    (tmp_path / "downloads" / "facts.json").write_text("[]")
    result = run("export", "--check", tmp_path)
    assert result.exit_code == 1
    assert "downloads/facts.json" in result.stderr
    assert "python -m macros export" in result.stderr


def test_a_file_in_the_way_of_an_export_is_unusable_input(tmp_path: Path) -> None:
    (tmp_path / "downloads").write_text("in the way")
    result = run("export", tmp_path)
    assert result.exit_code == 2
    assert "downloads" in result.stderr


def test_a_wrong_organization_is_unusable_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "organization.yml"
    file.write_text("name: 1\n")
    monkeypatch.setenv("ORGANIZATION", str(file))
    result = run("export", tmp_path / "out")
    assert result.exit_code == 2
    assert f"{file}, line 1" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("named", ["nothing.yml", "."])
def test_an_organization_that_is_no_file_says_so(named: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORGANIZATION", str(tmp_path / named))
    result = run("export", tmp_path / "out")
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr


@pytest.mark.slow
def test_the_schemas_are_checked() -> None:
    assert run("schemas", "--check").exit_code == 0


ADBA = to_adba() | {"product": "windows-client"}


def recommend(answers: str | bytes, *options: str) -> Result:
    return CliRunner().invoke(main, ["recommend", "--answers", "-", *options], input=answers)


def test_a_recommendation_names_outcome_fallback_rule_reasons_facts_and_changes(catalog: Catalog) -> None:
    complete = ADBA | {"kms_reach": "yes", "pool_count": 30, "site_count": 3, "internet": "none"}
    result = recommend(json.dumps(complete), "--format", "json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (found["outcome"], found["fallback"], found["rule"]) == ("adba", "kms-central", "domain-first")
    assert found["answers"] == complete
    assert [reason["rule"] for reason in found["reasons"]][-1] == "domain-first"
    assert set(found["facts"]) == {fact for reason in found["reasons"] for fact in reason["facts"]}
    assert {fact.id for fact in catalog.facts} >= set(found["facts"])
    assert {"input": "directory", "value": "none", "outcome": "kms-central", "possible": ["kms-central"]} in found[
        "would_change"
    ]


def test_a_list_of_situations_gives_a_list_in_its_order() -> None:
    situations = [ADBA, {"license": "subscription", "product": "office"}, {}]
    found = json.loads(recommend(json.dumps(situations), "--format", "json").stdout)
    assert [each["outcome"] for each in found] == ["adba", "subscription-sign-in", None]
    assert json.loads(recommend("[]", "--format", "json").stdout) == []


def test_what_is_open_leaves_several_and_names_the_next_question() -> None:
    result = recommend("license: volume\ndirectory: unknown\n")
    assert result.exit_code == 0
    assert "Not decided yet" in result.stdout
    assert "next question, " in result.stdout
    found = json.loads(recommend("license: volume", "--format", "json").stdout)
    assert (found["outcome"], found["fallback"], found["rule"]) == (None, None, None)
    assert {"adba", "kms-central", "mak-offline"} < set(found["possible"])


def test_a_number_that_would_change_it_is_given_as_a_range() -> None:
    answers = ADBA | {"directory": "none", "kms_reach": "yes", "pool_count": 25, "site_count": 0, "internet": "direct"}
    result = recommend(json.dumps(answers))
    assert "would change: pool_count from 0 to 24 -> mak-online" in result.stdout
    found = json.loads(recommend(json.dumps(answers), "--format", "json").stdout)["would_change"]
    [pool] = [change for change in found if change["input"] == "pool_count"]
    assert (pool["value"], pool["at_least"], pool["at_most"], pool["outcome"]) == (24, 0, 24, "mak-online")


def test_a_decision_record_is_answers_too(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    file.write_text(json.dumps({"kind": "volume-activation-decision", "format": 1, "answers": ADBA}))
    assert run("recommend", "--answers", file).stdout.startswith("adba: ADBA")


def test_a_decision_record_with_its_day_is_told_what_changed_since() -> None:
    assert json.loads(recommend(json.dumps(ADBA), "--format", "json").stdout)["record"] is None
    kept = recommend(json.dumps(ADBA), "--format", "json").stdout
    text = recommend(kept).stdout
    assert "Record of " in text
    assert ": adba; the same today\n  nothing that it stands on has changed since\n" in text
    assert json.loads(recommend(kept, "--format", "json").stdout)["record"]["same"] is True
    result = recommend("- answers: {license: volume}\n- answers: {license: volume}\n  decided_on: soon\n")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "line 3, [1].decided_on: must be a day such as" in result.stderr


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ("licence: volume", "line 1, licence: is no question; allowed: product, license"),
        (
            "- license: volume\n- license: oem\n",
            "line 2, [1].license: 'oem' is no answer; allowed: volume, subscription",
        ),
        ("pool_count: -1", "line 1, pool_count: -1 is no answer; allowed: a whole number of computers from 0"),
        ("pool_count: 4.5", "4.5 is no answer"),
        ("site_count: true", "True is no answer"),
        ("site_count: 10000001", "10000001 is no answer"),
        ("internet: [direct]", "['direct'] is no answer"),
        ("internet:\n", "None is no answer"),
        ("volume", "must be answers by question"),
        ("", "must be answers by question"),
        ("[[]]", "[0]: must be answers by question"),
        ("answers: 3", "answers: must be answers by question"),
        ("license: volume\nlicense: spla\n", "stands twice"),
        ('{"license": "volume", "license": "spla"}', "stands twice"),
        ('{"license": NaN', "is not YAML"),
        ("[" * 5000, "nested deeper"),
        ("license: " + "x" * 100_000, "'" + "x" * 59 + "... is no answer"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"a: \x00", "U+0000"),
    ],
)
def test_answers_that_cannot_be_used_are_refused_with_place_and_cure(answers: str | bytes, said: str) -> None:
    result = recommend(answers)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_file_of_answers_that_does_not_exist_is_unusable_input(tmp_path: Path) -> None:
    result = run("recommend", "--answers", tmp_path / "nothing.yml")
    assert result.exit_code == 2
    assert "nothing.yml" in result.stderr


@pytest.mark.slow
def test_an_export_for_another_organization_leaves_nothing_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("export", tmp_path).exit_code == 0
    monkeypatch.setenv("ORGANIZATION", str(SMALL))
    result = run("export", "--check", tmp_path)
    assert result.exit_code == 1
    assert "Left over from another export: " in result.stderr
    assert "downloads/kms-host.ps1" in result.stderr
    assert "python -m macros export" in result.stderr
    assert run("export", tmp_path).exit_code == 0
    assert not (tmp_path / "downloads" / "kms-host.ps1").exists()
    assert run("export", "--check", tmp_path).exit_code == 0


def test_an_error_that_nobody_foresaw_ends_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise KeyError("Datacenter")

    monkeypatch.setattr("macros.cli.base_view", broken)
    result = run("export", "--check", "nowhere")
    assert result.exit_code == 2
    assert isinstance(result.exception, SystemExit)
    assert "KeyError: Datacenter" in result.stderr
    assert "organization.yml, or a record in macros/data" in result.stderr


@pytest.mark.slow
def test_an_expanded_project_needs_no_macros_and_forgets_what_is_no_longer_made(tmp_path: Path) -> None:
    result = run("expand", tmp_path)
    assert result.exit_code == 0, result.stderr
    assert "- macros:" not in (tmp_path / "mkdocs.yml").read_text("utf-8")
    page = tmp_path / "docs" / "plan" / "renewal.md"
    assert "{{" not in page.read_text("utf-8")
    assert (tmp_path / "docs" / "downloads" / "facts.json").is_file()
    (tmp_path / "mine.md").write_text("mine", "utf-8")
    page.write_text("changed", "utf-8")
    assert run("expand", tmp_path).exit_code == 0
    assert (tmp_path / "mine.md").is_file()
    assert page.read_text("utf-8") != "changed"
