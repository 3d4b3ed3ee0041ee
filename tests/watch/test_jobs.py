"""The scheduled jobs that ask for the sources: what they run exists, and they do what the page says of them."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from macros.cli import main
from tests.built import ROOT

PAGE = (ROOT / "docs" / "contributing" / "facts.md").read_text("utf-8")
BLOCKS = re.findall(
    r"```yaml\n(?:\{% raw %\})?(.*?)(?:\{% endraw %\})?```", PAGE.partition("{ #sources-job }")[2], re.DOTALL
)
GITHUB, GITLAB = (yaml.load(block, yaml.BaseLoader) for block in BLOCKS[:2])


def github_steps() -> dict[str, dict[str, Any]]:
    steps = GITHUB["jobs"]["ask"]["steps"]
    return dict(zip(("code", "python", "install", "ask", "issue"), steps, strict=True))


def commands() -> list[str]:
    return [*(step["run"] for step in github_steps().values() if "run" in step), *GITLAB["check-sources"]["script"]]


def test_both_jobs_are_scheduled_and_may_do_what_they_do() -> None:
    assert re.fullmatch(r"\d+ \d+ \* \* \d", GITHUB["on"]["schedule"][0]["cron"])
    assert GITHUB["permissions"] == {"contents": "read", "issues": "write"}
    assert GITLAB["check-sources"]["rules"] == [{"if": '$CI_PIPELINE_SOURCE == "schedule"'}]
    assert github_steps()["issue"]["if"] == "steps.ask.outputs.code == '1'"
    assert github_steps()["ask"]["id"] == "ask"


def test_what_the_jobs_run_exists() -> None:
    called = [shlex.split(line) for text in commands() for line in re.findall(r"python -m [^\n>|]+", text)]
    assert len(called) == 4
    for _, _, module, *arguments in called:
        if module == "pip":
            assert (ROOT / arguments[-1]).is_file()
            continue
        assert module == "macros"
        command = main.commands[arguments[0]]
        # Reading what was typed fails on an option that there is not.
        command.make_context(arguments[0], arguments[1:])


def stub(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine whose programs write down how they are called."""
    own = tmp_path / "bin"
    own.mkdir()
    stub(own, "python", 'echo "# Sources"; exit "$CODE"')
    stub(own, "gh", 'echo "gh $*" >> calls; test "$2" = list && echo "$OPEN"; exit 0')
    stub(own, "curl", 'printf "curl %s\\n" "$*" >> calls')
    return tmp_path


def ran(machine: Path, text: str, **environment: str) -> int:
    own = {"PATH": f"{machine / 'bin'}:/usr/bin:/bin", "GITHUB_OUTPUT": str(machine / "output"), **environment}
    # As both hosts run a step: it ends with the first command that fails.
    return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", text], cwd=machine, env=own, check=False).returncode


def calls(machine: Path) -> str:
    return (machine / "calls").read_text() if (machine / "calls").exists() else ""


@pytest.mark.parametrize(("code", "ends"), [("0", 0), ("1", 0), ("2", 1), ("3", 1)])
def test_on_github_findings_go_on_and_a_run_that_asked_nobody_fails(code: str, ends: int, machine: Path) -> None:
    assert ran(machine, github_steps()["ask"]["run"], CODE=code) == ends
    assert (machine / "output").read_text() == f"code={code}\n"
    assert (machine / "sources.md").read_text() == "# Sources\n"


@pytest.mark.parametrize(
    ("is_open", "does"), [("", "issue create --title Sources of the guide"), ("12", "issue comment 12")]
)
def test_on_github_an_issue_is_opened_once(is_open: str, does: str, machine: Path) -> None:
    assert ran(machine, github_steps()["issue"]["run"], OPEN=is_open, TITLE="Sources of the guide") == 0
    assert f"gh {does} --body-file sources.md\n" in calls(machine)
    assert calls(machine).count("\n") == 2


@pytest.mark.parametrize(("code", "ends"), [("0", 0), ("1", 0), ("2", 2), ("3", 3)])
def test_on_gitlab_an_issue_is_opened_when_something_is_to_do(code: str, ends: int, machine: Path) -> None:
    text = GITLAB["check-sources"]["script"][1]
    own = {"CI_API_V4_URL": "https://git.example/api/v4", "CI_PROJECT_ID": "7", "ISSUES_TOKEN": "token"}
    assert ran(machine, text, CODE=code, **own) == ends
    assert ("description@sources.md https://git.example/api/v4/projects/7/issues" in calls(machine)) is (code == "1")
