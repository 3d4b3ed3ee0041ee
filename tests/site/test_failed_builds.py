"""A build that fails says why in words, and leaves the last good site."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

from tests.built import EXAMPLE, ROOT, run_build

COPIED = ("macros", "overrides", "docs")


def replaced(path: str, old: str, new: str) -> Callable[[Path], None]:
    def edit(project: Path) -> None:
        file = project / path
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")

    return edit


def added(path: str, text: str) -> Callable[[Path], None]:
    def edit(project: Path) -> None:
        file = project / path
        file.write_text(file.read_text("utf-8") + text, "utf-8")

    return edit


NEW_CODE = """\
- code: '0xC004F0FE'
  group: windows
  summary: A code that nobody has seen.
  methods: [MAK]
  roles: [client]
  causes: [None]
  resolution: [None]
  sources: [troubleshoot-activation-error-codes]
"""
FAULTS: dict[str, tuple[Callable[[Path], object], tuple[str, ...]]] = {
    "organization": (
        replaced("organization.yml", "count: 640", "count: many"),
        ("organization.yml, line ", "groups[0].count", "many"),
    ),
    "data that is no YAML": (replaced("macros/data/units.yaml", "- id:", "- id: ["), ("units.yaml, line ",)),
    "a macro that a page calls wrongly": (
        added("docs/learn/glossary.md", "\n{{ host_key_matrix(7, 8, 9) }}\n"),
        ("docs/learn/glossary.md, line ", "host_key_matrix"),
    ),
    "a fact that a page asks for and nobody has": (
        added("docs/learn/glossary.md", '\n{{ fact("kms.no_such_thing") }}\n'),
        ("docs/learn/glossary.md, line ", 'no fact has the id "kms.no_such_thing"'),
    ),
    "a name that no macro has": (added("docs/learn/glossary.md", "\n{{ facts_of_it }}\n"), ("facts_of_it",)),
    "a brace that is not closed": (added("docs/learn/glossary.md", "\n{{ fact( }}\n"), ("learn/glossary.md",)),
    "a sample without its data": (
        replaced("macros/formats/unattend/samples.py", "keys['Datacenter']", "keys['Datacentre']"),
        ("unattend-setup", "'Datacentre' is asked for"),
    ),
    "code that goes wrong where nobody expects it": (
        replaced("macros/site.py", "    catalog = load_cached()\n", "    catalog = load_cached()\n    [][0]\n"),
        ("macros/site.py, line ", "list index out of range"),
    ),
    "an error code without its page": (
        replaced("macros/data/error-codes.yaml", "records:\n", f"records:\n{NEW_CODE}\n"),
        ("docs/troubleshoot/codes/0xc004f0fe.md", "python -m macros pages"),
    ),
    "a page of an error code that is gone": (
        lambda project: shutil.copy(
            project / "docs/troubleshoot/codes/0x80070005.md", project / "docs/troubleshoot/codes/0xc004f0fe.md"
        ),
        ("docs/troubleshoot/codes/0xc004f0fe.md", "is the page of what the data does not have"),
    ),
    "a warning at the end of a strict build": (
        added("docs/learn/glossary.md", "\n[nowhere](#nothing-has-this-id)\n"),
        ("nothing-has-this-id", "is left as it was"),
    ),
}


def files(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture
def copied_project(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    for folder in COPIED:
        copytree(ROOT / folder, project / folder)
    for name in ("mkdocs.yml", "pyproject.toml"):
        (project / name).write_bytes((ROOT / name).read_bytes())
    (project / "organization.yml").write_bytes(EXAMPLE.read_bytes())
    return project


@pytest.mark.slow
@pytest.mark.site
@pytest.mark.parametrize("fault", FAULTS, ids=list(FAULTS))
def test_a_build_that_fails_says_why_and_leaves_the_last_site(fault: str, copied_project: Path, tmp_path: Path) -> None:
    edit, words = FAULTS[fault]
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("the last good site")
    edit(copied_project)
    result = run_build(copied_project, site)
    said = result.stdout + result.stderr
    assert result.returncode != 0, said
    assert "Traceback" not in said
    for word in words:
        assert word in said
    assert files(site) == {"index.html": b"the last good site"}
    assert sorted(one.name for one in tmp_path.iterdir()) == ["project", "site"]
