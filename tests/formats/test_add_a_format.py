"""The page that walks through a new format is right: what it says to write works as it stands there."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.catalog.strict_yaml import DataError
from macros.domain.policy import Policy
from macros.formats import detect, library
from macros.formats.base import rules
from macros.formats.base.context import Context
from macros.formats.base.format import AnyFormat, File, check
from macros.formats.base.loaded import Loaded
from macros.render.parts.findings_text import checked_as_sarif
from tests.built import ROOT
from tests.formats.reports import made_for

PAGE = ROOT / "docs" / "contributing" / "formats.md"
FILES = dict(re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE))
FOLDER = "macros/formats/host_list"


def loaded(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("host_list_of_a_test", folder / "format.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    # Records look their own module up.
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def written(root: Path, **changes: str) -> Path:
    for name, text in FILES.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(changes.get(file.name.replace(".", "_"), text), "utf-8")
    return root / FOLDER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return written(tmp_path)


@pytest.fixture
def form(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AnyFormat]:
    """The format of the page, made known as the page says."""
    (form,) = loaded(folder).FORMATS
    known = (*detect.FORMATS, form)
    for module in (detect, library):
        monkeypatch.setattr(module, "FORMATS", known)
    monkeypatch.setattr(library, "FORMAT_OF", Loaded(library._formats))
    monkeypatch.setattr(library, "SAMPLES", Loaded(library._samples))
    for module in (rules, library):
        monkeypatch.setattr(module, "FOLDERS", folder.parent)
    yield form
    sys.modules.pop("host_list_of_a_test")


def test_the_page_has_each_file_of_the_folder() -> None:
    assert {*FILES} == {f"{FOLDER}/{name}" for name in ("rules.yaml", "format.py", "samples.yaml")}


@pytest.mark.parametrize(("name", "text"), [("kms-hosts.txt", "a"), ("", "# one\nkms1.corp.example.com 1688\n")])
def test_it_is_recognized(name: str, text: str, form: AnyFormat) -> None:
    assert detect.detect(name, text) is form
    assert form in detect.most_like(name, File(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# none\n\nkms1.corp.example.com 1688\n", []),
        ("kms1.corp.example.com\n", [("host-list-line", 1)]),
        ("kms1.corp.example.com 1688\nkms2.corp.example.com 70000\n", [("host-list-port", 2)]),
        ("kms1.corp.example.com 1 # x\n", [("host-list-line", 1)]),
    ],
)
def test_it_is_judged(text: str, expected: object, form: AnyFormat, catalog: Catalog, policy: Policy) -> None:
    checked = detect.examine("kms-hosts.txt", text.encode(), None, Context(catalog, policy))
    assert checked.format is form
    assert [(finding.id, finding.line) for finding in checked.report.findings] == expected
    assert checked.report.activation == "none"


def test_it_is_compared_with_an_organization(form: AnyFormat, organization: Organization) -> None:
    context = replace(made_for(organization), own=True)
    assert [one.id for one in check(form, "kms.example.org 1688\n", context).findings] == ["host-list-unknown"]


def test_what_is_the_same_for_all_formats_comes_with_it(form: AnyFormat, catalog: Catalog, policy: Policy) -> None:
    context = Context(catalog, policy)
    parts = ("BCDFG", "HJKMN", "PQRTV", "WXY23", "46789")
    secret = "-".join(parts)
    for given in (secret, parts[1]):
        (masked,) = check(form, f"# {secret}\na {given}", context).findings
        assert masked.id == "host-list-port"
        assert given not in masked.message
    found = {
        "file-encoding": "a 1\n".encode("utf-16"),
        "zero-byte": b"# \0\na 1\n",
        "too-large": b"\n" * 1001 + b"a",
        "nothing-recognized": b"a 1\n",
        "empty-file": b" ",
        "encoding": b"\xff\xfa",
    }
    for rule, data in found.items():
        assert rule in [one.id for one in check(form, data, context).findings], rule


def test_its_sample_is_made_with_a_twin_that_fails(form: AnyFormat, organization: Organization) -> None:
    made = library.sample("host-list", made_for(organization))
    assert (made.file_name, made.language, made.report.verdict) == ("kms-hosts.txt", "text", "valid")
    assert [twin.finding.id for twin in made.twins] == ["host-list-line"]
    assert "host-list" in library.available(made_for(organization))
    alone = organization.model_copy(update={"kms_hosts": ()})
    assert "host-list" not in library.available(made_for(alone))
    assert library.SAMPLES["host-list"].purpose.startswith("Your KMS hosts")


def test_its_rules_are_listed(form: AnyFormat, catalog: Catalog, policy: Policy) -> None:
    assert [file.parent.name for file in rules.files()] == ["host_list"]
    assert rules.problems(catalog) == []
    checked = detect.examine("kms-hosts.txt", b"a 1\n", None, Context(catalog, policy))
    listed = checked_as_sarif([checked], catalog, "1")["runs"][0]["tool"]["driver"]["rules"]
    assert {f"host-list/{rule}" for rule in form.rules} <= {rule["id"] for rule in listed}


def test_its_words_are_looked_at(form: AnyFormat, folder: Path) -> None:
    assert library.problems() == []
    other = folder.parent / "other"
    other.mkdir()
    (other / "samples.yaml").write_text("host-lits:\n  a:\n    file: a.txt\n    purpose: A.\n", "utf-8")
    (folder.parent / "wrong").mkdir()
    (folder.parent / "wrong" / "samples.yaml").write_text("host-list:\n  a:\n    file: a.txt\n", "utf-8")
    said = [(one.file, one.key) for one in library.problems()]
    assert said == [("samples.yaml", "host-lits"), ("samples.yaml", "host-list.a.purpose")]


def test_two_samples_with_one_file_name_are_told(form: AnyFormat, monkeypatch: pytest.MonkeyPatch) -> None:
    again = replace(form, id="again", samples={"again": form.samples["host-list"]})
    monkeypatch.setattr(library, "FORMATS", (*library.FORMATS, again))
    (problem,) = library.problems()
    assert "host-list.host-list has the file name kms-hosts.txt too" in str(problem)


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        ("other:\n  host-list:\n    file: a.txt\n    purpose: Words.\n", "host-list.host-list: the sample is made"),
        ("host-list:\n  host-list:\n    file: a.txt\n", "purpose"),
        (
            "host-list:\n  host-list:\n    file: a.txt\n    purpose: A.\n  hosts:\n    file: b.txt\n    purpose: B.\n",
            "host-list.hosts: nothing makes this sample",
        ),
    ],
)
def test_a_sample_without_its_words_is_refused_with_file_id_and_cure(samples: str, said: str, tmp_path: Path) -> None:
    (form,) = loaded(written(tmp_path, samples_yaml=samples)).FORMATS
    with pytest.raises(DataError, match=re.escape(said)) as raised:
        len(form.samples)
    assert str(raised.value).startswith("samples.yaml")
