from __future__ import annotations

import importlib
import time
from dataclasses import replace
from pathlib import Path

import pytest

from macros.catalog.models import Catalog, UnknownIdError
from macros.catalog.organization import Organization
from macros.domain.policy import Policy
from macros.formats import detect as detecting
from macros.formats import library
from macros.formats.base import format
from macros.formats.base.context import Context, SampleContext
from macros.formats.base.format import AnyFormat, judged
from macros.formats.base.reading import MOST_CHARACTERS, decode
from macros.formats.base.report import UNREADABLE
from macros.formats.detect import FORMATS, UNKNOWN_KIND, UnknownKindError, detect, examine
from macros.formats.library import SAMPLES, CheckedSample
from tests.built import EXAMPLE, ROOT
from tests.conftest import TODAY


@pytest.fixture(scope="module")
def reference(catalog: Catalog, policy: Policy) -> Context:
    return Context(catalog, policy)


@pytest.fixture(scope="module")
def made(catalog: Catalog, organization: Organization, policy: Policy) -> dict[str, CheckedSample]:
    context = SampleContext(catalog, policy, organization, TODAY)
    return {sample_id: library.sample(sample_id, context) for sample_id in library.available(context)}


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest, made: dict[str, CheckedSample]) -> CheckedSample:
    return made[request.param]


def kind_of(sample: CheckedSample) -> AnyFormat:
    kind = detect(sample.file_name, sample.text)
    assert kind, f"{sample.file_name} looks like no kind"
    return kind


# ------------------------------------------------------------------------------------------------------ records


def test_every_kind_is_told_apart_by_its_id() -> None:
    ids = [kind.id for kind in FORMATS]
    assert len(set(ids)) == len(ids)
    assert len({kind.title for kind in FORMATS}) == len(ids)


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.id)
def test_a_kind_has_rules_with_known_sources(kind: AnyFormat, reference: Context) -> None:
    known = {source.id for source in reference.catalog.sources}
    rules = [*kind.rules.values()]
    assert rules
    assert {source for rule in rules for source in rule.sources} <= known
    assert {*kind.sources} <= known
    assert kind.sources or all(rule.sources for rule in rules)


def test_every_folder_with_a_format_is_on_the_list() -> None:
    files = sorted((ROOT / "macros" / "formats").glob("*/format.py"))
    modules = [
        importlib.import_module(f"macros.formats.{file.parent.name}.format")
        for file in files
        if file.parent.name != "base"
    ]
    assert {form.id for module in modules for form in module.FORMATS} == {form.id for form in FORMATS}


def test_every_sample_has_words_of_its_own() -> None:
    assert library.problems() == []
    assert len({planned.file_name for planned in SAMPLES.values()}) == len(SAMPLES)


# -------------------------------------------------------------------------------------------------------- check


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_file_is_decoded_once(encoding: str, reference: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """To tell its format, to check it, and to hide its keys."""
    seen: list[str | bytes] = []

    def counted(data: str | bytes) -> str:
        seen.append(data)
        return decode(data)

    monkeypatch.setattr(format, "decode", counted)
    assert examine("a.reg", "Windows Registry Editor Version 5.00\n".encode(encoding), None, reference).report
    assert len(seen) == 1


@pytest.mark.slow
def test_a_sample_is_recognized_and_valid_without_the_organization(sample: CheckedSample, reference: Context) -> None:
    checked = examine(sample.file_name, sample.text.encode(), None, reference)
    serious = [finding for finding in checked.report.findings if finding.severity != "info"]
    # A template holds a placeholder, which is a warning in a file that is used.
    assert [finding.id for finding in serious if finding.id not in PLACEHOLDERS] == []


PLACEHOLDERS = {"placeholder-key", "unattend-key-placeholder"}


def test_a_sample_is_recognized_by_its_text_alone(sample: CheckedSample) -> None:
    assert detect("", sample.text) is kind_of(sample)
    assert detect("unnamed.txt", sample.text.encode("utf-16")) is kind_of(sample)


def test_a_twin_is_recognized_as_what_it_was(sample: CheckedSample) -> None:
    for twin in sample.twins:
        assert detect(sample.file_name, twin.text) is kind_of(sample), twin.finding.id


def test_every_finding_is_of_a_rule_that_its_kind_lists(sample: CheckedSample, reference: Context) -> None:
    kind = kind_of(sample)
    known = {*kind.rules, *UNREADABLE}
    for twin in sample.twins:
        assert {finding.id for finding in judged(kind, twin.text, reference).findings} <= known


def test_every_kind_has_a_sample(made: dict[str, CheckedSample]) -> None:
    assert {kind_of(sample).id for sample in made.values()} == {kind.id for kind in FORMATS}


# ---------------------------------------------------------------------------------------------------- detection


@pytest.mark.parametrize(
    "path", ["README.md", "pyproject.toml", "mkdocs.yml", "organization.yml", "Makefile", "macros/cli.py", "LICENSE"]
)
def test_a_file_of_another_kind_is_not_recognized(path: str) -> None:
    file = EXAMPLE if path == "organization.yml" else ROOT / path
    assert detect(path, file.read_bytes()) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app.config", "<configuration><appSettings><add key='a' value='b'/></appSettings></configuration>"),
        ("web.xml", "<configuration/>"),
        ("pom.xml", "<project><build/></project>"),
        ("", ""),
        ("a.xml", ""),
        ("data.json", '{"a": 1}'),
        ("page.html", "<!doctype html><title>x</title>"),
        ("list.txt", "buy milk\n"),
        ("x", "\0" * 100),
        (
            "kms.pp",
            "class kms ($port = '1') {\n  registry_value { 'KeyManagementServicePort':\n    data => $port,\n  }\n}\n",
        ),
        ("kms.rb", "batch 'KMS' do\n  code <<-EOH\ncscript.exe slmgr.vbs /ato\n  EOH\nend\n"),
    ],
)
def test_what_only_looks_a_little_like_a_kind_is_not_taken_for_it(name: str, text: str) -> None:
    assert detect(name, text) is None


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("configuration.xml", "", "odt"),
        ("C:\\share\\Configuration-Office2024.xml", "hello", "odt"),
        ("folder/configuration.xml", "<Configuration>", "odt"),
        ("office.xml", "<Configuration/>", "odt"),
        ("", "<Configuration>\n <Add OfficeClientEdition='64'>", "odt"),
        ("", "<Settings><Add OfficeClientEdition='64'><Product ID='x'/></Add></Settings>", "odt"),
        ("office.xml", "<!DOCTYPE x>\n<Configuration>&x;", "odt"),
    ],
)
def test_damaged_files_are_recognized(name: str, text: str, kind: str) -> None:
    found = detect(name, text)
    assert found
    assert found.id == kind


def test_the_text_tells_when_the_name_says_something_else() -> None:
    found = detect("kms-srv.zone", "<Configuration>\n <Add OfficeClientEdition='64'><Product ID='ProPlus2024Volume'/>")
    assert found
    assert found.id == "odt"


def test_of_two_that_are_even_the_earlier_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (replace(FORMATS[0], id=name, marks=((r"x", 9),)) for name in ("one", "two"))
    monkeypatch.setattr(detecting, "FORMATS", (first, second))
    assert detect("", "x") is first


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [
        b"<" * 300_000,
        b"<add " * 60_000,
        b" " * 300_000,
        b"\n" * 300_000,
        b" \n" * 150_000,
        b"- " * 150_000,
        b"_vlmcs" * 50_000,
        b"a=" * 90_000,
    ],
)
def test_telling_the_kind_of_hostile_input_is_quick(data: bytes) -> None:
    started = time.process_time()
    detect("a.xml", data)
    assert time.process_time() - started < 2


# ------------------------------------------------------------------------------------------------------ examine


def test_the_given_kind_is_taken_whatever_the_file_looks_like(reference: Context) -> None:
    for kind in FORMATS:
        assert examine("notes.txt", b"buy milk", kind.id, reference).format is kind


def test_a_kind_that_does_not_exist_names_the_nearest(reference: Context) -> None:
    with pytest.raises(UnknownIdError, match="odt"):
        examine("-", b"", "odf", reference)


def test_a_file_that_looks_like_no_kind_is_told(reference: Context) -> None:
    with pytest.raises(UnknownKindError, match=UNKNOWN_KIND):
        examine("notes.txt", b"buy milk", None, reference)


def test_a_dash_is_no_name(reference: Context) -> None:
    checked = examine("-", b"<Configuration/>", None, reference)
    assert (checked.file, checked.format.id) == ("-", "odt")


def test_a_large_file_is_a_finding_without_a_size_that_was_not_measured(reference: Context) -> None:
    checked = examine("configuration.xml", b"x" * (MOST_CHARACTERS + 1), None, reference)
    [finding] = checked.report.findings
    assert finding.id == "too-large"
    assert f"more than {MOST_CHARACTERS:,} bytes" in finding.message
    assert checked.report.verdict == "invalid"


@pytest.mark.slow
def test_a_file_that_is_read_twice_gives_the_same_report(made: dict[str, CheckedSample], reference: Context) -> None:
    for sample in made.values():
        name = Path(sample.file_name).name
        once, again = (examine(name, sample.text.encode(), None, reference) for _ in range(2))
        assert once == again
