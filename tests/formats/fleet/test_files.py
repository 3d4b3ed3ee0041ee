"""Files of many kinds, whole and broken: what was read is counted, and what was not is named."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog
from macros.domain.fleet.tally import Tally
from macros.domain.policy import Policy
from macros.formats.fleet import tables
from macros.formats.fleet.columns import columns
from macros.formats.fleet.files import Files
from macros.formats.fleet.sink import RULES, FileRead
from macros.formats.fleet.tables import MOST_LINE
from macros.given import no_text
from tests.conftest import TODAY
from tests.workbooks import packed as zipped

HEAD = "ComputerName,Name,Description,LicenseStatus,PartialProductKey,GracePeriodRemaining"
ROW = '"{}","Windows(R), Enterprise edition","Windows(R) Operating System, VOLUME_KMSCLIENT channel",1,2YT43,255000'
GOOD = f"{HEAD}\n{ROW.format('PC1')}\n{ROW.format('PC2')}\n"
SLMGR = """\
Name: Windows(R), Enterprise edition
Description: Windows(R) Operating System, VOLUME_KMSCLIENT channel
Partial Product Key: 2YT43
License Status: Licensed
Volume activation expiration: 223200 minute(s) (155 day(s))
    Client Machine ID (CMID): 00000000-1111-2222-3333-444444444444
    KMS machine name from DNS: kms01.corp.example.com:1688
    Renewal interval: 10080 minutes
"""
OBJECT = {
    "ComputerName": "PC1",
    "Name": "Windows(R), Enterprise edition",
    "LicenseStatus": 1,
    "PartialProductKey": "2YT43",
}
TWO = [OBJECT, {**OBJECT, "ComputerName": "PC2"}]
SPACE = 'xmlns="http://schemas.microsoft.com/powershell/2004/04"'


@dataclass
class Told:
    rows: list[Sequence[str]]
    left: list[tuple[str, int, str]]
    files: list[FileRead]

    def column(self, catalog: Catalog, name: str) -> list[str]:
        place = columns(catalog).names.index(name)
        return [row[place] for row in self.rows]


def read(catalog: Catalog, data: str | bytes, name: str = "licenses.csv") -> Told:
    rows: list[Sequence[str]] = []
    left: list[tuple[str, int, str]] = []
    reading = Files(catalog, TODAY, rows.append, lambda file, line, why: left.append((file, line, why)), no_text)
    reading.read(name, io.BytesIO(data.encode() if isinstance(data, str) else data))
    return Told(rows, left, reading.told)


def said(rule: str, **values: str) -> str:
    return RULES[rule].message.format(**values)


def clixml(*names: str) -> str:
    objects = "".join(
        f'<Obj RefId="{n}"><TN RefId="0"><T>Object</T></TN><Props><S N="PSComputerName">{name}</S>'
        '<S N="Name">Windows(R), Enterprise_x0020_edition</S><U32 N="LicenseStatus">1</U32>'
        '<S N="PartialProductKey">2YT43</S><Nil N="Description" /></Props></Obj>'
        for n, name in enumerate(names)
    )
    return f'<Objs Version="1.1.0.1" {SPACE}>{objects}</Objs>'


# What is read

FORMS = {
    "a table": (GOOD, "csv"),
    "a table with a type above": (f"#TYPE Microsoft.Management.Infrastructure.CimInstance\n{GOOD}", "csv"),
    "a table with a separator above": (f"sep=,\n{GOOD}", "csv"),
    "a table with a title above": (f"Licenses of the year\n\n{GOOD}", "csv"),
    "a table without a last line end": (GOOD.rstrip("\n"), "csv"),
    "old line ends": (GOOD.replace("\n", "\r"), "csv"),
    "a byte order mark": ("\ufeff" + GOOD, "csv"),
    "UTF-16": (GOOD.encode("utf-16"), "csv"),
    "UTF-16 without a mark": (GOOD.encode("utf-16-le"), "csv"),
    "a list of objects": (json.dumps(TWO), "json"),
    "objects one a line": ("".join(f"{json.dumps(one)}\n" for one in TWO), "json"),
    "objects inside an object": (json.dumps({"value": TWO, "Count": 2}), "json"),
    "CLIXML": (clixml("PC1", "PC2"), "clixml"),
    "CLIXML in UTF-16": (clixml("PC1", "PC2").encode("utf-16"), "clixml"),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read_row_by_row(name: str, catalog: Catalog) -> None:
    data, form = FORMS[name]
    told = read(catalog, data)
    assert told.column(catalog, "computer") == ["PC1", "PC2"]
    assert told.column(catalog, "status") == ["1", "1"]
    assert set(told.column(catalog, "name")) == {"Windows(R), Enterprise edition"}
    assert (told.files[0].form, told.files[0].rows, told.left) == (form, 2, [])


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_told_by_the_head(separator: str, catalog: Catalog) -> None:
    rows = [HEAD.split(","), ["PC1", "Windows(R), Enterprise edition", "a; b | c", "1", "2YT43", "5"]]
    text = "\n".join(separator.join(f'"{cell}"' for cell in row) for row in rows)
    told = read(catalog, text)
    assert told.files[0].separator == separator
    assert told.column(catalog, "description") == ["a; b | c"]


def test_the_language_of_the_labels_is_told(catalog: Catalog) -> None:
    text = "Computer;Name;Beschreibung;Lizenzstatus\nPC1;Windows(R), Enterprise edition;VOLUME_MAK;Lizenziert\n"
    told = read(catalog, text)
    assert told.files[0].language == "German"
    assert told.column(catalog, "status") == ["Lizenziert"]


def test_columns_that_nobody_knows_and_columns_that_lack_are_named(catalog: Catalog) -> None:
    told = read(catalog, f"{HEAD},Asset Tag,Room\n{ROW.format('PC1')},7,2\n")
    assert told.files[0].unknown == ("Asset Tag", "Room")
    assert {"collected", "system", "cmid"} <= set(told.files[0].missing)
    assert "name" not in told.files[0].missing


def test_an_export_of_vamt_is_read_by_its_columns(catalog: Catalog) -> None:
    text = (
        "Fully Qualified Domain Name,Product Name,Product Description,Partial Product Key,License Status,"
        "Genuine Status,CMID\n"
        'PC1.corp.example.com,"Windows(R), Enterprise edition","Windows(R) Operating System, VOLUME_MAK channel",ABCDE,'
        "Licensed,Genuine,00000000-1111-2222-3333-444444444444\n"
    )
    told = read(catalog, text)
    assert told.files[0].unknown == ()
    assert told.column(catalog, "computer") == ["PC1.corp.example.com"]
    assert told.column(catalog, "cmid") == ["00000000-1111-2222-3333-444444444444"]


def test_a_view_of_configuration_manager_is_read_by_its_columns(catalog: Catalog) -> None:
    """Every column of the inventory that is on by default, with the name of the computer, as a query gives them."""
    names = catalog.fact("tools.configmgr_columns").value
    head = [names["computer"], *names["columns"], "Caption0", "LastHWScan", "ResourceID"]
    cells = {
        "Netbios_Name0": "PC1", "Name0": "Windows(R), Enterprise edition", "LicenseStatus0": "1",
        "Caption0": "Windows 11", "Description0": "Windows(R) Operating System, VOLUME_MAK channel",
        "GracePeriodRemaining0": "0",
    }  # fmt: skip
    told = read(catalog, f"{','.join(head)}\n" + ",".join(f'"{cells.get(name, "")}"' for name in head) + "\n")
    assert told.files[0].unknown == ("ResourceID",)
    assert told.column(catalog, "computer") == ["PC1"]
    assert told.column(catalog, "system") == ["Windows 11"]
    assert {"set_host", "found_host", "key_channel"} <= set(told.files[0].missing)


def test_the_name_of_a_file_stands_for_a_computer_that_nothing_names(catalog: Catalog) -> None:
    text = "Name,LicenseStatus\nWindows,1\n"
    for data in (text, json.dumps({"Name": "Windows", "LicenseStatus": 1}), SLMGR):
        told = read(catalog, data, "share\\PC7.corp.example.com.txt")
        assert told.column(catalog, "computer") == ["PC7.corp.example.com"]
        assert told.files[0].named_by_file


CIM = "Name,Description,LicenseStatus,PSComputerName"


def test_an_empty_name_of_powershell_is_the_computer_that_wrote_the_file(catalog: Catalog) -> None:
    """Get-CimInstance leaves PSComputerName empty for the computer itself."""
    told = read(catalog, f"{CIM}\nWindows,x,1,\nWindows,x,1,PC2\n", "PC1.csv")
    assert told.column(catalog, "computer") == ["PC1", "PC2"]
    assert told.files[0].named_by_file
    plain = read(catalog, f"{CIM},ComputerName\nWindows,x,1,,PC3\n", "PC1.csv")
    assert plain.column(catalog, "computer") == ["PC3"]
    inside = {"Name": "Windows", "LicenseStatus": 1, "PSComputerName": None}
    json_of_cim = read(
        catalog, json.dumps([inside | {"CimSystemProperties": {"ServerName": "PC4"}}, inside]), "PC1.json"
    )
    assert json_of_cim.column(catalog, "computer") == ["PC4", "PC1"]


def test_without_a_column_of_keys_nobody_is_taken_for_unused(catalog: Catalog) -> None:
    for data in (
        f"{CIM}\nWindows,x,0,PC1\n",
        json.dumps({"Name": "Windows", "LicenseStatus": 0, "PSComputerName": "PC1"}),
    ):
        told = read(catalog, data)
        tally = Tally(catalog, Policy.of(catalog))
        tally.add(told.rows[0])
        seen = tally.seen(TODAY)
        assert (seen.products, seen.aside) == (1, 0)
        assert seen.cells[0].kind.status == "unlicensed"


def test_an_output_is_read_by_the_reader_of_outputs(catalog: Catalog) -> None:
    told = read(catalog, SLMGR, "PC1.txt")
    assert told.files[0].form == "text"
    values = {name: told.column(catalog, name) for name in columns(catalog).names}
    assert values["status"] == ["1"]
    assert values["minutes"] == ["223200"]
    assert values["found_host"] == ["kms01.corp.example.com"]
    assert values["cmid"] == ["00000000-1111-2222-3333-444444444444"]


def test_an_archive_is_read_file_by_file(catalog: Catalog) -> None:
    files = {"a/PC1.txt": SLMGR, "all.csv": GOOD, "b/notes.md": "# nothing", "deep.zip": zipped({"x.csv": GOOD})}
    told = read(catalog, zipped(files), "share.zip")
    assert [one.file for one in told.files] == [f"share.zip/{name}" for name in files]
    assert [bool(one.reason) for one in told.files] == [False, False, True, True]
    assert told.column(catalog, "computer") == ["PC1", "PC1", "PC2"]


# What is broken

NOBODY = ROW.format(" ")
BROKEN_ROWS = {
    "too few values": (f"{HEAD}\nPC1,Windows\n{ROW.format('PC2')}\n", 1, {2: "row-width"}),
    "too many values": (f"{HEAD}\n{ROW.format('PC1')},more\n{ROW.format('PC2')}\n", 1, {2: "row-width"}),
    "a mark that is not closed": (f'{HEAD}\nPC1,"Windows,x,1,2,3\n{ROW.format("PC2")}\n', 1, {2: "row-open"}),
    "marks everywhere": (
        HEAD + '\nPC1,"a,b,1,2,3' * 60 + "\n", 0, {**dict.fromkeys(range(2, 61), "row-lines"), 61: "row-width"}
    ),
    "a mark that swallows a row": (
        f'{HEAD},Tag\nPC1,Windows,x,1,2,3,"open\n{ROW.format("PC2")},"a ""b"" c"\n', 1, {2: "row-open"}
    ),
    "no computer": (f"{HEAD}\n{NOBODY}\n{ROW.format('PC2')}\n", 1, {2: "row-nobody"}),
    "nothing of a license": (f"{HEAD}\nPC1,,,,2YT43,\n{ROW.format('PC2')}\n", 1, {2: "row-nothing"}),
    "a zero byte": (f"{HEAD}\nP\0C1,Windows,x,1,2,3\n{ROW.format('PC2')}\n", 1, {2: "row-zero"}),
    "a name of two lines": (
        f'{HEAD}\n"PC\n1",Windows,x,1,2,3\n{ROW.format("PC2")}\n', 1, {2: "row-open", 3: "row-open"}
    ),
    "a line of a megabyte": (f"{HEAD}\nPC1,{'x' * 1_000_000},x,1,2,3\n{ROW.format('PC2')}\n", 1, {2: "row-long"}),
    "a value of a megabyte in marks": (
        f'{HEAD}\nPC1,"{"x" * 1_000_000}",x,1,2,3\n{ROW.format("PC2")}\n', 1, {2: "row-long"}
    ),
    "a line that is just too long": (f"{HEAD}\n{'x' * MOST_LINE}\n{ROW.format('PC2')}\n", 1, {2: "row-long"}),
    "JSON that stops": (json.dumps([OBJECT, OBJECT])[:-30], 1, {1: "row-json"}),
    "a line that is no JSON": (f"{json.dumps(OBJECT)}\n{{oops\n{json.dumps(OBJECT)}\n", 2, {2: "row-json"}),
    "numbers among objects": (json.dumps([OBJECT, 7, "x", None, OBJECT]), 2, {1: "row-no-object"}),
    "an object of something else": (json.dumps([{"ComputerName": "PC1", "Disk": 5}, OBJECT]), 1, {1: "row-nothing"}),
    "an object without a computer": (json.dumps([{**OBJECT, "ComputerName": None}, OBJECT]), 1, {1: "row-nobody"}),
    "deep nesting": ('{"Name": ' + "[" * 100_000, 0, {1: "row-json"}),
    "CLIXML that stops": (clixml("PC1", "PC2")[:-40], 1, {1: "row-xml"}),
    "CLIXML with entities": (
        f'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Objs {SPACE}><Obj><Props><S N="Name">&b;</S>'
        '<S N="LicenseStatus">1</S><S N="PSComputerName">PC1</S></Props></Obj></Objs>', 1, {},
    ),
    "an output without a state": (
        "Key Management Service machine name set to kms1.corp.example.com:1688 successfully.\n", 0, {1: "text-no-state"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN_ROWS)
def test_a_broken_row_is_named_and_the_others_are_read(name: str, catalog: Catalog) -> None:
    data, rows, lines = BROKEN_ROWS[name]
    told = read(catalog, data)
    assert len(told.rows) == rows
    assert told.files[0].rows == rows
    assert {line for _, line, _ in told.left} == set(lines)
    for _, line, why in told.left:
        start = RULES[lines[line]].message.partition("{")[0]
        assert why.startswith(start), (name, why)
        assert len(why) < 300
    assert told.files[0].left == len(told.left)
    assert "DIRT" not in str(told.rows)


USELESS = {
    "nothing": ("", "file-empty"),
    "blanks": (" \r\n\t\n", "file-empty"),
    "zero bytes": (b"\0" * 500, "file-empty"),
    "a mark and nothing": (b"\xef\xbb\xbf", "file-empty"),
    "a head and no row": (HEAD + "\n", "file-no-rows"),
    "a table of something else": ("Name,Size\nreport.docx,5\n", "file-unknown"),
    "a list of names": ("PC1\nPC2\n", "file-unknown"),
    "a letter": ("Dear colleague,\nplease find attached the licenses.\n", "file-unknown"),
    "a page of the web": ("<html><body>Sign in</body></html>", "file-unknown"),
    "an empty list": ("[]", "file-no-rows"),
    "CLIXML of nothing": (f"<Objs {SPACE}></Objs>", "file-no-rows"),
    "a broken archive": (zipped({"a.csv": GOOD})[:60], "file-archive"),
    "a list of VAMT": ("<?xml version='1.0'?><VAMT><Computer/></VAMT>", "file-vamt"),
    "an empty archive": (zipped({}), "file-empty"),
}


@pytest.mark.parametrize("name", USELESS)
def test_a_useless_file_says_why(name: str, catalog: Catalog) -> None:
    data, rule = USELESS[name]
    told = read(catalog, data, "list.cilx" if rule == "file-vamt" else "licenses.csv")
    assert told.rows == []
    (file,) = told.files
    assert file.reason.startswith(RULES[rule].message.partition("{")[0])


BINARY = {
    "a program": b"MZ\x90\0\3\0\0\0" + bytes(range(256)) * 40,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40,
    "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(range(256)) * 40,
    "noise": bytes((n * 7919 + n // 3) % 256 for n in range(20_000)),
}


@pytest.mark.parametrize("name", BINARY)
def test_a_binary_file_is_refused(name: str, catalog: Catalog) -> None:
    told = read(catalog, BINARY[name])
    assert told.rows == []
    assert told.files[0].reason


def test_an_archive_with_a_broken_file_gives_the_others(catalog: Catalog) -> None:
    data = bytearray(zipped({"a.csv": GOOD * 1, "b.csv": GOOD}))
    at = data.index(b"a.csv") + len("a.csv") + 3
    data[at] ^= 0xFF
    told = read(catalog, bytes(data), "share.zip")
    assert told.column(catalog, "computer")[-2:] == ["PC1", "PC2"]
    assert told.files[0].reason or told.left


def test_letters_that_cannot_be_read_are_counted(catalog: Catalog) -> None:
    told = read(catalog, f"{HEAD}\n{ROW.format('PC1')}\n".encode() * 3000 + b"P\xffC2,Windows,x,1,2,3\n")
    assert told.files[0].damaged == 1


def test_an_old_code_page_is_told_by_its_labels(catalog: Catalog) -> None:
    text = "Computer;Name;Beschreibung;Lizenzstatus;Büro\nPC1;Windows;VOLUME_MAK;Lizenziert;Köln\n"
    told = read(catalog, text.encode("cp1252"))
    assert told.files[0].encoding
    assert told.column(catalog, "status") == ["Lizenziert"]


def test_no_key_of_a_file_is_repeated(catalog: Catalog) -> None:
    key = "-".join(["BCDFG", "HJKMN", "PQRTV", "WXY23", "46789"])
    for data in (f'[{{"a": {key}', f"{HEAD}\n{key},x\n", f"<Objs {SPACE}><{key}"):
        told = read(catalog, data)
        assert "BCDFG" not in str(told.left)
        assert "BCDFG" not in str(told.files)


def test_memory_does_not_grow_with_a_hostile_file(catalog: Catalog) -> None:
    """A quotation mark that is opened in every line costs a few readings of each line, and not of the whole file."""
    told = read(catalog, HEAD + '\nPC1,"a,b,1,2,3' * 3_000 + "\n")
    assert len(told.left) == 3_000
    assert told.rows == []


def test_every_rule_about_rows_and_files_is_met_here() -> None:
    met = {rule for _, _, lines in BROKEN_ROWS.values() for rule in lines.values()}
    met |= {rule for _, rule in USELESS.values()} | {"file-nested"}
    assert set(RULES) - met == {
        "file-locked", "file-large", "file-workbook", "file-book", "row-kinds", "text-clipped",
    }  # fmt: skip


def test_an_archive_with_a_password_says_so(catalog: Catalog) -> None:
    data = bytearray(zipped({"a.csv": GOOD}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + offset] |= 1
    told = read(catalog, bytes(data))
    assert [one.reason for one in told.files] == [said("file-locked")]


def test_a_text_of_many_computers_says_that_it_was_cut(catalog: Catalog) -> None:
    told = read(catalog, SLMGR * 400, "PC1.txt")
    assert any("Only its first" in why for _, _, why in told.left)


PIECES = st.sampled_from(
    [HEAD, "\n", "\r", ",", ";", "\t", '"', "PC1", "Windows", "1", "[", "]", "{", "}", ":", "null", '"Name"', "<Objs>",
     "<Obj>", "<S N='Name'>", "</S>", "#TYPE x", "sep=;", "\0", "\ufeff", "é", "License Status: Licensed", "PK\x03\x04",
     "Name: Windows"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=60).map("".join).map(str.encode) | st.binary(max_size=300))
def test_any_bytes_are_read_without_an_exception(data: bytes) -> None:
    told = read(load_cached(), data)
    (file, *_) = told.files or [FileRead("")]
    assert file.rows == len(told.rows) or len(told.files) > 1
    assert file.reason or file.rows or file.left or not told.files


@pytest.mark.parametrize("byte", [b'"', b",", b"\n", b"\0", b"x", b"\xff"])
def test_a_byte_that_is_changed_hides_nothing_without_a_word(byte: bytes, catalog: Catalog) -> None:
    """Two rows: both are read, or what is missing is said, wherever the byte stands."""
    data = GOOD.encode()
    for place in range(len(data)):
        told = read(catalog, data[:place] + byte + data[place + 1 :])
        file = told.files[0]
        assert len(told.rows) == 2 or told.left or file.reason or file.unknown, place


def test_thousands_of_lines_that_are_too_long_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_LINE", 8)
    lines = tables.Lines(io.StringIO("123456789\n" * 5_000 + "a,b\n"))
    assert next(lines) == "a,b\n"
    assert lines.long == [*range(1, 5_001)]
