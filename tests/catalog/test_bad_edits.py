"""Slips of an editor that load refuses: the message names the file, the record and what is allowed, and no key."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from macros.catalog.loader import DATA, load
from macros.catalog.models import Catalog
from macros.catalog.organization_file import load_organization
from macros.catalog.secrets import refuse_secrets_in
from macros.catalog.strict_yaml import DataError
from macros.domain.policy import Policy
from tests.built import EXAMPLE
from tests.spellings import SPELLINGS, WHOLE, keys, readable

SECRET = next(keys(1))
SPACED = SECRET.replace("-", " ")
GVLK = "-".join(["TVRH6", "WHNXV", "R9WG3", "9XRFY", "MY832"])
OTHER = "-".join(["D764K", "2NDRG", "47T6Q", "P8T8W", "YP6DF"])


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DATA, tmp_path / "data"))


def edited(data: Path, file: str, old: str, new: str) -> str:
    """What load says of one edit."""
    path = data / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(DataError) as error:
        load(data)
    return str(error.value)


EDITS = {
    "parts that do not add up": (
        "facts/kms.yaml", "reactivations: 9", "reactivations: 8",
        ("facts/kms.yaml, kms.csvlk.activations_per_host, value.total: 10", "expected 9"),
    ),
    "a brace that is not closed": (
        "facts/kms.yaml", "{kms.csvlk.activations_per_host:total:bare}", "{kms.csvlk.activations_per_host:total:bare",
        ("facts/kms.yaml", "statement", "not closed", "expected {fact.id}"),
    ),
    "a brace that was not opened": (
        "facts/kms.yaml", "{kms.csvlk.activations_per_host:total:bare}", "kms.csvlk.activations_per_host:total:bare}",
        ("facts/kms.yaml", "statement", "not opened"),
    ),
    "a go-to that is not closed": (
        "checklists.yaml", "[[kms-host.key]]", "[[kms-host.key]",
        ("checklists.yaml", 'has "[[" without "]]"', "expected [[a-checklist.step]]"),
    ),
    "a day that is no Tuesday": (
        "lifecycle.yaml", "mainstream_end: 2029-10-09", "mainstream_end: 2029-10-10",
        ("lifecycle.yaml", "mainstream_end", "is a Wednesday; expected a Tuesday"),
    ),
    "a year that no product has": (
        "lifecycle.yaml", "mainstream_end: 2029-10-09", "mainstream_end: 2092-10-07",
        ("lifecycle.yaml", "mainstream_end", "2092-10-07 is in no year of a product; expected 1990 to 2060"),
    ),
    "a client key with the letter O": (
        "client-keys.yaml", GVLK, "O" + GVLK[1:], ("client-keys.yaml, line ", ", key: must match the pattern"),
    ),
    "a key that is no client key": (
        "client-keys.yaml", GVLK, SECRET,
        ("client-keys.yaml, windows-server-2025, Standard, key", "not among the keys that were found", "then add '"),
    ),
    "one key for two editions": (
        "client-keys.yaml", OTHER, GVLK,
        ("client-keys.yaml, windows-server-2025, Datacenter, key", "is the key of windows-server-2025, Standard too"),
    ),
    "a broken pattern": (
        "outputs.yaml", "date: '", "date: '(", ("outputs.yaml, date: is no pattern", "expected a regular expression"),
    ),
    "a slow pattern": (
        "outputs.yaml", "date: '", "date: '(?:[a-z]+)+", ("outputs.yaml, date: repeats what repeats already",),
    ),
    "a key in a note": (
        "glossary.yaml", "meaning: ", f"meaning: {SECRET} ",
        ("glossary.yaml, line ", ".meaning: holds a product key that Microsoft does not publish"),
    ),
    "a key in a comment": (
        "checklists.yaml", "\n- id", f"\n# {SPACED}\n- id", ("checklists.yaml, line ", "holds a product"),
    ),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", EDITS)
def test_a_slip_is_refused(name: str, data: Path) -> None:
    file, old, new, parts = EDITS[name]
    said = edited(data, file, old, new)
    assert [part for part in parts if part not in said] == [], said
    assert readable(said, SECRET) == []


def test_an_empty_file_is_refused(data: Path) -> None:
    (data / "glossary.yaml").write_text("# nothing\n")
    with pytest.raises(DataError, match=r"glossary\.yaml.*is empty; expected records"):
        load(data)


@pytest.mark.parametrize("name", ["facts/kms.yaml.orig", "facts/notes.txt", "extra.yaml", "facts/more/kms.yaml"])
def test_a_file_that_nothing_reads_is_refused(name: str, data: Path) -> None:
    (data / name).parent.mkdir(exist_ok=True)
    (data / name).write_text("- id: x\n")
    with pytest.raises(DataError, match=r"is read by nothing; remove it\. Allowed: "):
        load(data)


def test_a_unit_of_another_kind_is_refused(catalog: Catalog) -> None:
    for fact_id, unit in (("kms.threshold.windows_client", "days"), ("kms.validity", "hosts"), ("kms.port", "days")):
        facts = tuple(fact.model_copy(update={"unit": unit}) if fact.id == fact_id else fact for fact in catalog.facts)
        with pytest.raises(ValueError, match=rf'fact "{fact_id}": .* must be in .*, not in {unit}'):
            Policy.of(catalog.model_copy(update={"facts": facts}))


# ------------------------------------------------------------------------------------------------- before a build


@pytest.mark.parametrize("spelling", [*WHOLE][::8])
def test_a_key_in_the_organization_is_refused(spelling: str, catalog: Catalog, tmp_path: Path) -> None:
    written = WHOLE[spelling](SECRET)
    if not written.isprintable():
        written = WHOLE["joined by en dash"](SECRET)
    file = tmp_path / "organization.yml"
    text = EXAMPLE.read_text("utf-8")
    first = text.index("  name: ", text.index("\ngroups:"))
    quoted = written.replace("'", "''")
    file.write_text(f"{text[:first]}  name: 'PCs {quoted}'{text[text.index(chr(10), first) :]}", "utf-8")
    with pytest.raises(DataError) as error:
        load_organization(file, catalog)
    assert readable(str(error.value), SECRET) == []
    assert "groups[0].name: holds a product key that Microsoft does not publish" in str(error.value)


def test_a_published_key_in_the_organization_is_no_secret(catalog: Catalog, tmp_path: Path) -> None:
    file = tmp_path / "organization.yml"
    file.write_text(f"# {GVLK}\n{EXAMPLE.read_text('utf-8')}", "utf-8")
    assert load_organization(file, catalog)


@pytest.mark.parametrize("name", ["joined by en dash", "nothing between", "escaped: number in HTML", "full-width"])
def test_a_key_in_a_page_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.md").write_text(f"one\ntwo {SPELLINGS[name](SECRET)}\n{GVLK}\n", "utf-8")
    with pytest.raises(DataError) as error:
        refuse_secrets_in([tmp_path / "docs"], tmp_path)
    assert str(error.value).startswith("docs/a.md, line 2: holds a product key")
    assert readable(str(error.value), SECRET) == []


def test_a_key_in_the_name_of_a_page_is_refused(tmp_path: Path) -> None:
    (tmp_path / f"{SECRET}.md").write_text("nothing")
    with pytest.raises(DataError) as error:
        refuse_secrets_in([tmp_path], tmp_path)
    assert readable(str(error.value), SECRET) == []


def test_the_pages_have_none() -> None:
    root = DATA.parent.parent
    refuse_secrets_in([root / "docs", root / "overrides"], root)
