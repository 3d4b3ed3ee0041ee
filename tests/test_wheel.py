"""The wheel, installed where no checkout is: every command works, and so do the jobs that other repositories run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from macros.site import version
from package import guide_wheel
from tests.adopted import permitted
from tests.built import EXAMPLE, ROOT, Site
from tests.formats.office.test_configuration import BASES
from tests.situations import to_adba

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "deploy" / "pipelines.md").read_text("utf-8")
CHECKED = r"volume-activation check [^\n]+"
GOOD = BASES["suite"]
BAD = GOOD.replace('64" Channel="PerpetualVL2024"', '64" Channel="Current"')

# Every subcommand, and what it is given; the names are compared with those that there are.
COMMANDS: dict[str, list[str]] = {
    "changes": ["--check"],
    "check": ["good.xml"],
    "check-sources": ["--offline"],
    "diagnose": ["output.txt"],
    "doctor": [str(EXAMPLE)],
    "expand": ["expanded"],
    "export": ["exported"],
    "facts": ["--word", "CSVLK"],
    "fleet": ["fleet.csv"],
    "handbook": ["handbook.md", "--site", "built"],
    "pages": ["--check"],
    "pdf": ["printed", "--part", "no edition"],
    "plan": ["count", "--numbers", "numbers.yaml"],
    "print": ["built"],
    "publish": ["published", "--address", "no address"],
    "recommend": ["--answers", "answers.json"],
    "report": ["--organization", str(EXAMPLE)],
    "reviews": [],
    "schemas": ["--check"],
    "search-index": ["site"],
}
EXPECTED = {"check-sources": 3, "pdf": 2, "publish": 2}
"""Other codes than 0: no page is asked for, and what takes a whole build or a Chromium is told what it cannot do."""
RUN = """
import json, sys
import volume_activation_guide as installed
sys.path.insert(0, str(installed.PROJECT))
from macros.cli import main
import macros
codes = {}
for name, arguments in json.loads(sys.argv[1]).items():
    try:
        main([name, *arguments], prog_name="volume-activation")
    except SystemExit as end:
        codes[name] = end.code
print(json.dumps({"codes": codes, "all": sorted(main.commands), "code": macros.__file__}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("wheel"))


def made(folder: Path) -> Path:
    """A wheel, which holds the file beside mkdocs.yml, whatever an adopter wrote into it."""
    with permitted():
        return folder / guide_wheel.build_wheel(str(folder))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what it depends on, and nothing of the checkout."""
    place = tmp_path_factory.mktemp("installed") / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place], check=True)
    (own,) = place.glob("lib/python*/site-packages")
    dependencies = [path for path in sys.path if path.endswith("site-packages")]
    (own / "dependencies.pth").write_text("\n".join(dependencies))
    command = [
        "-m",
        "pip",
        "--python",
        place / "bin" / "python",
        "install",
        "--no-deps",
        "--no-index",
        "--no-compile",
        "-q",
    ]
    subprocess.run([sys.executable, *command, wheel], check=True)
    return place / "bin"


@pytest.fixture(scope="module")
def environment(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    home = str(tmp_path_factory.mktemp("home"))
    return {
        "PATH": f"{installed}:{os.environ['PATH']}",
        "HOME": home,
        "SOURCE_DATE_EPOCH": os.environ["SOURCE_DATE_EPOCH"],
    }


def test_the_wheel_says_what_it_is_and_lists_what_it_holds(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = opened.namelist()
        info = f"volume_activation_guide-{version()}.dist-info"
        metadata = opened.read(f"{info}/METADATA").decode()
        listed = opened.read(f"{info}/RECORD").decode().splitlines()
    assert len(names) == len({*names}) == len(listed)
    assert {line.rpartition(",")[0].rpartition(",")[0] for line in listed} == {*names}
    assert f"Version: {version()}\n" in metadata
    assert "Requires-Dist: mkdocs>=" in metadata
    # Nothing of whoever made it.
    assert not [name for name in names if re.search(r"\.local\.|__pycache__|\.pyc$|/tests/|/site/|/build/", name)]
    assert {name.split("/")[0] for name in names} == {"volume_activation_guide", info}
    assert made(tmp_path).read_bytes() == wheel.read_bytes()


def test_a_wheel_is_made_from_the_archive_of_the_sources_too(wheel: Path, tmp_path: Path) -> None:
    with permitted():
        name = guide_wheel.build_sdist(str(tmp_path))
    subprocess.run(["tar", "-xzf", tmp_path / name, "-C", tmp_path], check=True)
    (top,) = [path for path in tmp_path.iterdir() if path.is_dir()]
    done = subprocess.run(
        [sys.executable, "-c", "import guide_wheel; print(guide_wheel.build_wheel('.'))"],
        cwd=top / "package",
        capture_output=True,
        text=True,
        check=True,
    )
    assert (top / "package" / done.stdout.strip()).read_bytes() == wheel.read_bytes()


def test_every_command_works_in_another_folder(
    installed: Path, environment: Mapping[str, str], site: Site, tmp_path: Path
) -> None:
    (tmp_path / "good.xml").write_text(GOOD)
    (tmp_path / "output.txt").write_text("License Status: Licensed\n")
    (tmp_path / "fleet.csv").write_text("Name,LicenseStatus\npc1,1\n")
    (tmp_path / "numbers.yaml").write_text(
        "kind: windows-client\ngroups:\n  - {computers: 30, every_days: always-on}\n"
    )
    (tmp_path / "answers.json").write_text(json.dumps(to_adba()))
    shutil.copytree(site.folder, tmp_path / "built")
    (tmp_path / "site").mkdir()
    page = "<article><h1>Start</h1><h2 id='fix'>Thresholds</h2><p>KMS counts computers.</p></article>"
    (tmp_path / "site" / "index.html").write_text(page)
    run = subprocess.run(
        [installed / "python", "-c", RUN, json.dumps(COMMANDS)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(run.stdout.splitlines()[-1])
    assert told["all"] == sorted(COMMANDS), "each command has a case in COMMANDS"
    assert str(ROOT) not in told["code"]
    assert told["codes"] == {name: EXPECTED.get(name, 0) for name in COMMANDS}, run.stderr
    assert "python -m macros" not in run.stderr
    assert (tmp_path / "expanded" / "docs" / "index.md").is_file()
    assert (tmp_path / "exported" / "downloads" / "facts.json").is_file()
    assert (tmp_path / "built" / "print" / "guide.html").is_file()
    assert (tmp_path / "handbook.md").read_text("utf-8").startswith("# ")


def jobs() -> dict[str, Any]:
    """The samples of the page by what they are for, as a pipeline reads them."""
    blocks = re.findall(r"```yaml\n(.*?)```", re.sub(r"{% (?:end)?raw %}", "", PAGE), re.DOTALL)
    found = [yaml.safe_load(block) for block in blocks]
    return dict(zip(("pre-commit", "github", "gitlab", "azure"), found, strict=True))


def hook() -> Mapping[str, Any]:
    (found,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return dict(found)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of somebody, with files of many kinds, one of them bad."""
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "configuration.xml").write_text(BAD)
    (tmp_path / "good.xml").write_text(GOOD)
    (tmp_path / "README.md").write_text("# Deployment\n")
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    (tmp_path / "__init__.py").touch()
    (tmp_path / "tasks.yml").write_text("- hosts: all\n  tasks: []\n")
    return tmp_path


def run(command: str, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def commands_of(job: str) -> list[str]:
    return re.findall(CHECKED, yaml.safe_dump(jobs()[job], width=1000))


def test_each_job_installs_this_version_and_checks_once() -> None:
    assert PAGE.count(f"@v{version()}") == 4
    assert jobs()["pre-commit"]["repos"][0]["rev"] == f"v{version()}"
    assert jobs()["pre-commit"]["repos"][0]["hooks"] == [{"id": hook()["id"]}]
    assert [len(commands_of(job)) for job in ("github", "gitlab", "azure")] == [1, 1, 1]


@pytest.mark.parametrize(("job", "report"), [("github", ".activation.sarif"), ("gitlab", ".activation.json")])
def test_a_job_fails_for_a_bad_file_and_leaves_a_report_of_it(
    job: str, report: str, repository: Path, environment: Mapping[str, str]
) -> None:
    (command,) = commands_of(job)
    assert report in yaml.safe_dump(jobs()[job])
    assert commands_of("azure") == commands_of("github")
    done = run(command, repository, environment)
    assert done.returncode == 1, done.stderr
    assert "3 of 6 left out, as no kind of file that is checked: " in done.stderr
    said = json.loads((repository / report).read_text())
    if job == "github":
        places = [
            one["locations"][0]["physicalLocation"] for one in said["runs"][0]["results"] if one["level"] == "error"
        ]
        assert [place["artifactLocation"]["uri"] for place in places] == ["office/configuration.xml"]
        assert said["runs"][0]["invocations"] == [{"executionSuccessful": True}]
    else:
        grave = [one for one in said if one["severity"] == "critical"]
        assert [one["location"]["path"] for one in grave] == ["office/configuration.xml"]
        assert all({*one} == {"description", "check_name", "fingerprint", "severity", "location"} for one in said)
        assert len({one["fingerprint"] for one in said}) == len(said)
    (repository / "office" / "configuration.xml").write_text(GOOD)
    # The report of the last run is hidden, so it is no file of the folder.
    assert run(command, repository, environment).returncode == 0


def test_the_hook_takes_the_files_of_every_kind_and_fails_for_a_bad_one(
    repository: Path, environment: Mapping[str, str]
) -> None:
    taken = re.compile(hook()["files"])
    samples = [path.name for path in (ROOT / "macros" / "formats").rglob("*") if path.suffix in {".zone", ".reg"}]
    names = ["configuration.xml", "a.reg", "A.PS1", "zones/db.corp", "x.zone", "x.nsupdate", "dnsmasq.conf", *samples]
    assert all(taken.search(name) for name in names)
    assert not taken.search("logo.png")
    given = [path.relative_to(repository).as_posix() for path in sorted(repository.rglob("*")) if path.is_file()]
    chosen = " ".join(name for name in given if taken.search(name))
    done = run(f"{hook()['entry']} {chosen}", repository, environment)
    assert done.returncode == 1
    assert "office/configuration.xml:" in done.stdout
    assert run(f"{hook()['entry']} good.xml tasks.yml", repository, environment).returncode == 0
