"""Files that nobody writes on purpose end in a message with a place, never in a traceback, and never slowly."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from macros.catalog.models import Catalog
from macros.catalog.organization_file import load_organization
from macros.catalog.strict_yaml import MAX_PROBLEMS, DataError
from tests.built import EXAMPLE

HOSTILE: dict[str, bytes] = {
    "binary": bytes(range(256)) * 40,
    "a NUL byte": b"name: a\x00b\n",
    "an escaped control character": b'name: "a\\u0007b"\n',
    "a Python object": b"name: !!python/object/apply:os.system [true]\n",
    "a tag": b"name: !!str 1\n",
    "an anchor used twice": b"name: &a x\ndns_zone: *a\n",
    "several documents": b"name: a\n---\nname: b\n",
    "UTF-16": "name: a\n".encode("utf-16"),
    "a number of a thousand digits": b"name: " + b"9" * 1000 + b"\n",
    "a key of a million characters": b"x" * 1_000_000 + b": 1\n",
    "a value of a million characters": b"dns_zone: " + b"x" * 1_000_000 + b"\n",
    "a hundred thousand list items": b"groups:\n" + b"- 1\n" * 100_000,
    "a hundred thousand brackets": b"[" * 100_000,
    "dashes inside dashes": b"- " * 50_000 + b"x\n",
    "a list where keys belong": b"- name\n",
    "keys where a list belongs": b"groups: {a: 1}\n",
    "a number as a key": b"1: a\n",
    "an empty key": b"? \n: a\n",
    "Windows line ends and a wrong key": b"name: a\r\nnmae: b\r\n",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_ends_in_a_message(name: str, tmp_path: Path, catalog: Catalog) -> None:
    file = tmp_path / "organization.yml"
    file.write_bytes(HOSTILE[name])
    start = time.perf_counter()
    with pytest.raises(DataError) as caught:
        load_organization(file, catalog)
    assert time.perf_counter() - start < 5
    assert all(problem.file == str(file) and problem.message for problem in caught.value.problems)
    assert len(caught.value.problems) <= MAX_PROBLEMS
    assert all(len(str(problem)) < 2_000 for problem in caught.value.problems)


def test_windows_line_ends_and_a_byte_order_mark_are_read(tmp_path: Path, catalog: Catalog) -> None:
    example = EXAMPLE.read_text("utf-8")
    file = tmp_path / "organization.yml"
    file.write_bytes(b"\xef\xbb\xbf" + example.replace("\n", "\r\n").encode())
    assert load_organization(file, catalog).name == "Example Manufacturing"


def test_a_file_full_of_mistakes_says_that_there_are_more(tmp_path: Path, catalog: Catalog) -> None:
    file = tmp_path / "organization.yml"
    file.write_text("".join(f"wrong{number}: 1\n" for number in range(500)))
    with pytest.raises(DataError, match="There are more problems"):
        load_organization(file, catalog)
