"""What is published of a site, and the edition to carry."""

from __future__ import annotations

import gzip
import hashlib
import re
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from macros.catalog.strict_yaml import DataError
from macros.publish.folder import published
from macros.publish.targets import TARGETS
from macros.render.parts.view import View
from tests.built import Site
from tests.publish.conftest import EDITION, FORMS

ZIP = "site/downloads/volume-activation-guide-1.2.3-2026-11-24.zip"
TOP = "volume-activation-guide-1.2.3-2026-11-24/"
PAGE = "contributing/publish.html"


def packed(files: dict[str, bytes]) -> zipfile.ZipFile:
    return zipfile.ZipFile(BytesIO(files[ZIP]))


def test_the_site_is_there_with_what_belongs_to_it(files: dict[str, bytes], built: dict[str, bytes]) -> None:
    for path, data in built.items():
        if path != PAGE:
            assert files[f"site/{path}"] == data
    assert {target.path for target in TARGETS} <= {*files}
    assert all(path.startswith(("site/", "servers/")) for path in files)


def test_a_compressed_copy_is_smaller_and_holds_the_same(files: dict[str, bytes]) -> None:
    copies = {path for path in files if path.endswith(".gz")}
    assert {"site/index.html.gz", "site/assets/stylesheets/main.0123abcd.min.css.gz"} == copies
    for path in copies:
        assert gzip.decompress(files[path]) == files[path.removesuffix(".gz")]
        # No time in it, or it would differ each day.
        assert files[path][4:8] == bytes(4)


def test_a_site_without_an_address_has_no_site_map(site: Site) -> None:
    assert not [*site.folder.glob("sitemap*")]


def test_the_edition_is_offered_with_its_size_and_digest(files: dict[str, bytes]) -> None:
    page = files[f"site/{PAGE}"].decode()
    digest = hashlib.sha256(files[ZIP]).hexdigest()
    assert f'href="../{ZIP.removeprefix("site/")}" download' in page
    assert digest in page
    assert "unpublished" not in page
    name = ZIP.rpartition("/")[2]
    assert files[f"{ZIP}.sha256.txt"].decode() == f"{digest}  {name}\n"


def test_other_forms_stand_in_the_site_and_in_the_archive_and_are_named(files: dict[str, bytes]) -> None:
    archive = packed(files)
    for path, data in FORMS.items():
        assert files[f"site/{path}"] == data
        assert archive.read(f"{TOP}site/{path}") == data
    for page in (files[f"site/{PAGE}"], archive.read(f"{TOP}site/{PAGE}")):
        assert '<a href="../print/guide.html">The whole guide</a>' in page.decode()
        name = "volume-activation-guide-1.2.3-2026-11-24-handbook.md"
        assert f'<a href="../downloads/{name}" download>{name}</a>' in page.decode()
        # What was not made is not named.
        assert "print/plan.html" not in page.decode()


def test_without_other_forms_none_is_named(view: View, built: dict[str, bytes]) -> None:
    page = published(view, EDITION, built, {})[f"site/{PAGE}"].decode()
    assert "print/" not in page
    assert "handbook" not in page
    assert "downloads/volume-activation-guide" in page


def test_the_same_input_gives_the_same_bytes(view: View, built: dict[str, bytes], files: dict[str, bytes]) -> None:
    assert published(view, EDITION, dict(reversed(built.items())), FORMS) == files
    other = published(view, replace(EDITION, day=date(2026, 11, 25)), built, {})
    assert {path for path in other if "2026-11-25" in path}
    assert not {path for path in other if "2026-11-24" in path}


def test_the_archive_is_the_same_on_every_system(files: dict[str, bytes]) -> None:
    entries = packed(files).infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.date_time for entry in entries} == {(2026, 11, 24, 0, 0, 0)}
    assert {(entry.create_system, entry.external_attr >> 16) for entry in entries} == {(3, 0o644)}
    assert {entry.filename[: len(TOP)] for entry in entries} == {TOP}
    assert not any(entry.filename.endswith((".gz", ".zip")) for entry in entries)


def test_the_archive_says_its_day_and_when_to_replace_it(files: dict[str, bytes]) -> None:
    archive = packed(files)
    read_me = archive.read(f"{TOP}READ-ME.txt").decode("ascii")
    assert "made for 2026-11-24" in read_me
    # The day from which its pages say that they are old.
    assert "from 2026-12-25 on" in read_me
    assert all(len(line) <= 120 for line in read_me.splitlines())
    page = archive.read(f"{TOP}site/{PAGE}").decode()
    assert "edition of 2026-11-24 to carry" in page
    assert "2026-12-25" in page
    # It has no copy of itself.
    assert '.zip"' not in page


def test_the_digests_in_the_archive_are_read_by_sha256sum(files: dict[str, bytes], tmp_path: Path) -> None:
    packed(files).extractall(tmp_path)
    folder = tmp_path / TOP
    command = ["sha256sum", "--check", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout == b""
    (folder / "site" / "index.html").write_bytes(b"other")
    said = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    assert said.returncode == 1
    assert b"site/index.html" in said.stdout
    listed = re.findall(r"^[0-9a-f]{64}  (.+)$", (folder / "SHA256SUMS").read_text(), re.MULTILINE)
    there = {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}
    assert {*listed} == there - {"SHA256SUMS"}


def test_a_policy_can_stand_in_the_pages_but_not_in_the_edition(view: View, built: dict[str, bytes]) -> None:
    files = published(view, EDITION, built, FORMS, "https://example.com/guide/", policy_in_pages=True)
    said = b'<meta http-equiv="Content-Security-Policy"'
    assert all(said in data for path, data in files.items() if path.endswith(".html"))
    # From disk, no file is the site's own.
    assert said not in packed(files).read(f"{TOP}site/index.html")
    assert gzip.decompress(files["site/index.html.gz"]) == files["site/index.html"]


@pytest.mark.parametrize("page", [b"<p>nothing</p>", b"<p data-vag-offline>a</p><p data-vag-offline>b</p>"])
def test_a_site_without_the_place_for_the_offer_is_refused(view: View, built: dict[str, bytes], page: bytes) -> None:
    with pytest.raises(DataError, match=r"contributing/publish\.html: offers the edition"):
        published(view, EDITION, {**built, PAGE: page}, FORMS)
