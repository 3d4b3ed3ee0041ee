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
        ("facts/kms.yaml, line ", "kms.csvlk.activations_per_host, value.total: 10", "expected 9"),
    ),
    "a default beyond the largest value": (
        "facts/kms.yaml", "min: 15", "min: 50000",
        ("facts/kms.yaml, line ", "kms.renewal_interval, value: min 50000 is more than default 10080", "in order"),
    ),
    "a unit of another kind": (
        "facts/kms.yaml", "unit: hosts", "unit: days",
        (
            "facts/kms.yaml, line ", "kms.csvlk.max_hosts, unit: ",
            '"days" counts time, and the fact measures hosts; expected a unit of hosts: hosts',
        ),
    ),
    "a unit and no word of what it measures": (
        "facts/kms.yaml", "  measures: hosts\n", "",
        ("kms.csvlk.max_hosts, unit: ", "the fact does not say what; expected measures: hosts"),
    ),
    "a length of time in hosts": (
        "facts/mak.yaml", "unit: activations\n", "unit: days\n",
        ("facts/mak.yaml, line ", 'mak.count_consumption, unit: "days" counts time', "a unit of activations"),
    ),
    "a fact in the file of another area": (
        "facts/esu.yaml", "- id: esu.", "- id: adba.",
        ("facts/esu.yaml, line ", "is of the area adba; expected it in facts/adba.yaml"),
    ),
    "a disagreement without the word": (
        "facts/kms.yaml", "confidence: conflicting", "confidence: documented",
        (
            "facts/kms.yaml, line ", "kms.csvlk.activations_per_host, confidence: documented, but conflict.csvlk_total",
            "expected conflicting, or the fact under settled there",
        ),
    ),
    "a word without a disagreement": (
        "conflicts.yaml", "  facts:\n  - tools.oslicense.update\n", "",
        ("facts/tools.yaml, line ", "tools.oslicense.update, confidence: conflicting, but no record", "expected one"),
    ),
    "a product without its last day": (
        "lifecycle.yaml", "  end_of_support: 2017-04-11\n", "",
        ("lifecycle.yaml, line ", "vista, end_of_support: is missing; expected 2017-04-11"),
    ),
    "a channel that a file may not name": (
        "odt.yaml", "      PerpetualVL2021, PerpetualVL2024]\n", "      PerpetualVL2021]\n",
        ("odt.yaml, line ", 'Add.Channel, allowed: leaves out "PerpetualVL2024", which stands under channels; add it'),
    ),
    "a support date in conflict without the word": (
        "lifecycle.yaml", "confidence: conflicting", "confidence: documented",
        ("lifecycle.yaml, line ", "office-ltsc-2024, confidence: documented, but conflict.ltsc2024_end is named"),
    ),
    "a support date in conflict without the record": (
        "lifecycle.yaml", "  conflict: conflict.ltsc2024_end\n", "",
        ("lifecycle.yaml, line ", "conflicting, but no conflict is named; expected the record of conflicts.yaml"),
    ),
    "methods that no fact says": (
        "products.yaml", "methods: elig.windows_server\n", "methods: elig.windows_serve\n",
        ("products.yaml, line ", "windows-server-2025, methods: names", 'Did you mean "elig.windows_server"?'),
    ),
    "a settled fact that the record does not touch": (
        "conflicts.yaml", "  settled:\n  - kms.csvlk.max_hosts\n", "  settled:\n  - kms.validity\n",
        ('conflict.csvlk_total, settled: "kms.validity" is none of its facts; expected one of kms.csvlk.max_hosts,',),
    ),
    "a brace that is not closed": (
        "facts/kms.yaml", "{kms.csvlk.activations_per_host:total:bare}", "{kms.csvlk.activations_per_host:total:bare",
        ("facts/kms.yaml", "statement", "not closed", "expected {fact.id}"),
    ),
    "a brace that was not opened": (
        "facts/kms.yaml", "{kms.csvlk.activations_per_host:total:bare}", "kms.csvlk.activations_per_host:total:bare}",
        ("facts/kms.yaml, line ", "statement", "not opened"),
    ),
    "an open brace in odt.yaml": (
        "odt.yaml", "note: Free text that", "note: Free {kms.validity text that",
        ("odt.yaml, line ", ", Description, note: ", "not closed"),
    ),
    "an open brace in products.yaml": (
        "products.yaml", "name: Windows 8.1", "name: Windows {kms.validity 8.1",
        ("products.yaml, line ", "windows-8.1, name: ", "not closed"),
    ),
    "an open brace in sources.yaml": (
        "sources.yaml", "title: Error", "title: '{kms.validity is' #",
        ("sources.yaml, line ", "0x8007000d-activate-machine, title: ", "not closed"),
    ),
    "an open brace in reference-only.yaml": (
        "reference-only.yaml", "reason: ", "reason: '{kms.validity is' #",
        ("reference-only.yaml, line ", "reason: ", "not closed"),
    ),
    "an open brace in units.yaml": (
        "units.yaml", "one: minute", "one: minute {", ("units.yaml, line ", "minutes, one: ", "not closed"),
    ),
    "an open brace in outputs.yaml": (
        "outputs.yaml", "  nobody: ", "  nobody: '{x' #", ("outputs.yaml, line ", "words, nobody: ", "not closed"),
    ),
    "an open brace in client-keys.yaml": (
        "client-keys.yaml", "edition: Standard", "edition: 'Standard {'",
        ("client-keys.yaml", "edition: ", "not closed"),
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
        ("lifecycle.yaml, line ", "mainstream_end", "2092-10-07 is in no year of a product; expected 1990 to 2060"),
    ),
    "a year that no page has": (
        "sources.yaml", "page_date: 2023", "page_date: 1023",
        ("sources.yaml, line ", "0x8007000d-activate-machine, page_date", "1023-12-26 is in no year"),
    ),
    "a day of reading that is to come": (
        "lifecycle.yaml", "verified_on: 2026", "verified_on: 2096",
        ("lifecycle.yaml, line ", "verified_on", "2096-11-24"),
    ),
    "a client key with the letter O": (
        "client-keys.yaml", GVLK, "O" + GVLK[1:], ("client-keys.yaml, line ", ", key: must match the pattern"),
    ),
    "a placeholder": (
        "client-keys.yaml", GVLK, "-".join(["X" * 5] * 5),
        (
            "client-keys.yaml, line ", "key: is a placeholder", "leave the record out",
            "under not_published of the product in products.yaml client-keys: why there is none",
        ),
    ),
    "a key that is no client key": (
        "client-keys.yaml", GVLK, SECRET,
        ("client-keys.yaml, line ", "windows-server-2025, Standard, key", "not among the keys", "then add '"),
    ),
    "one key for two editions": (
        "client-keys.yaml", OTHER, GVLK,
        ("client-keys.yaml, line ", "windows-server-2025, Datacenter, key: is the key of windows-server-2025, Stan"),
    ),
    "a broken pattern": (
        "outputs.yaml", "date: '", "date: '(",
        ("outputs.yaml, line ", ", date: is no pattern", "expected a regular expression"),
    ),
    "a pattern that browsers read differently": (
        "outputs.yaml", "date: '", r"date: '\d", (", date: has \\d at character 1, which Python and browsers", "[0-9]"),
    ),
    "repetitions side by side": (
        "outputs.yaml", "date: '", "date: '[a-z]*[a-z]*[a-z]*!", (", date: has repetitions that can share one text",),
    ),
    "a slow pattern": (
        "outputs.yaml", "date: '", "date: '(?:[a-z]+)+",
        ("outputs.yaml, line ", ", date: repeats what repeats already"),
    ),
    "a product ID that is ill-formed": (
        "odt.yaml", "- id: ProPlus2024Volume", "- id: ProPlus 2024Volume",
        ("odt.yaml, line ", "products[0].id: must match the pattern"),
    ),
    "a product ID that a channel does not find": (
        "odt.yaml", "- id: ProPlus2024Volume", "- id: ProPlus2024Volum",
        ("odt.yaml, line ", "PerpetualVL2024, required_for: names", 'Did you mean "ProPlus2024Volum"?'),
    ),
    "an edition that has no key": (
        "odt.yaml", "gvlk_edition: '", "gvlk_edition: 'The ",
        ("odt.yaml, line ", "gvlk_edition: names", "which is no edition of office-2016-c2r in client-keys.yaml"),
    ),
    "a new release without its parts": (
        "products.yaml", "- id: windows-server-2022\n", "- id: windows-server-2028\n  name: Windows Server 2028\n"
        "  kind: windows-server\n  methods: elig.windows_server\n- id: windows-server-2022\n",
        (
            "products.yaml, line ", "windows-server-2028: has no client key; expected one in client-keys.yaml",
            "has no support date; expected one in lifecycle.yaml", "has no host key that activates it; expected one",
            "or, under not_published of this product, client-keys: why there is none",
        ),
    ),
    "a new Office without its parts": (
        "products.yaml", "- id: office-2019\n",
        "- id: office-ltsc-2027\n  name: Office LTSC 2027\n  kind: office\n  methods: elig.office_2019\n"
        "- id: office-2019\n",
        (
            "office-ltsc-2027: has no client key", "no support date", "no host key", "no host for its key; expected",
            "no product ID of the Office Deployment Tool; expected one in odt.yaml", "no channel", "no list",
        ),
    ),
    "a part that is published after all": (
        "products.yaml", "  name: Windows 8.1\n  kind: windows-client\n",
        "  name: Windows 8.1\n  kind: windows-client\n  not_published: {client-keys: Nobody has one.}\n",
        ("products.yaml, line ", "windows-8.1, not_published: client-keys is published", "remove it"),
    ),
    "a part that the kind does not have": (
        "products.yaml", "  name: Windows 8.1\n  kind: windows-client\n",
        "  name: Windows 8.1\n  kind: windows-client\n  not_published: {odt-channels: Nobody has one.}\n",
        ("windows-8.1, not_published: odt-channels is for office alone; remove it",),
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


@pytest.mark.slow
@pytest.mark.parametrize("text", ["# nothing\n", "", "[]\n", "{}\n", "null\n"])
@pytest.mark.parametrize("name", ["glossary.yaml", "facts/esu.yaml", "odt.yaml"])
def test_an_empty_file_is_refused(name: str, text: str, data: Path) -> None:
    (data / name).write_text(text)
    with pytest.raises(DataError, match=rf"{name}.*is empty; expected records"):
        load(data)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["facts/kms.yaml.orig", "facts/notes.txt", "extra.yaml", "facts/more/kms.yaml"])
def test_a_file_that_nothing_reads_is_refused(name: str, data: Path) -> None:
    (data / name).parent.mkdir(exist_ok=True)
    (data / name).write_text("- id: x\n")
    with pytest.raises(DataError, match=r"is read by nothing; remove it\. Allowed: "):
        load(data)


@pytest.mark.slow
def test_a_unit_of_another_kind_is_refused(catalog: Catalog) -> None:
    for fact_id, unit in (("kms.threshold.windows_client", "days"), ("kms.validity", "hosts"), ("kms.port", "days")):
        facts = tuple(fact.model_copy(update={"unit": unit}) if fact.id == fact_id else fact for fact in catalog.facts)
        with pytest.raises(ValueError, match=rf'facts/kms.yaml, fact "{fact_id}": .* must be in .*, not in {unit}'):
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
