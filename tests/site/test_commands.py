"""The page of commands lists what the data has, and nothing else; commands say where they come from."""

from __future__ import annotations

import re

from macros.catalog.models import Catalog
from macros.render.reference.rows import command_anchor
from tests.built import Site

PAGE = "reference/commands.html"
OF_WINDOWS = re.compile(
    r"(?:%windir%\\[\w\\]+\\)?(?:cd|findstr|ipconfig|net|netsh|nltest|nslookup|ping|reg|ren|slui\.exe|Sysprep\\sysprep\.exe|w32tm)\b"
    r"|cscript //nologo (?:%windir%|\$env:windir)\\system32\\slmgr\.vbs\b"
    r"|%windir%\\System32\\Sysprep\\sysprep\.exe\b"
    r"|\(?(?:Get-CimInstance|Get-LocalGroupMember|Get-NetFirewallRule|Get-Service|Get-WinEvent|Resolve-DnsName|Restart-Service"
    r"|Set-NetFirewallRule|Start-Sleep|Test-NetConnection|TimeCreated,Message)\b"
    r"|\$me(?: = \[Security\.Principal\.|\.IsInRole\()"
)
"""What every supported Windows brings along."""
ELSEWHERE = {
    r"\bospp\.vbs\b|\bospprearm\.exe\b": "in the folder of ospp.vbs",
    r"\bvnextdiag\.ps1\b": "in the same folder",
    r"\bpsping\b": "Sysinternals download",
    r"\bInstall-WindowsFeature\b": "Windows Server",
}
"""What comes with something else, and the words that a step says about it."""


def test_the_page_lists_every_option_and_no_other(site: Site, catalog: Catalog) -> None:
    rows = {row["id"] for row in site.page(PAGE).select("tr[id]")}
    options = {command_anchor(one) for one in catalog.commands}
    cmdlets = {name.lower() for name in catalog.fact("tools.oslicense.parameters").value}  # type: ignore[union-attr]
    assert len(options) == len(catalog.commands)
    assert rows == options | cmdlets


def test_an_option_that_waits_for_a_restart_says_so(site: Site, catalog: Catalog) -> None:
    page = site.page(PAGE)
    for one in catalog.commands:
        row = page.find("tr", id=command_anchor(one))
        assert row is not None
        assert ("after the licensing service restarts" in row.get_text()) == one.service_restart, one.option
        assert (row.find("a", href=re.compile("conflict.slmgr_rights")) is not None) == bool(one.rights_conflict)


def test_a_command_that_windows_does_not_bring_says_where_it_comes_from(catalog: Catalog) -> None:
    for checklist in catalog.checklists:
        for step in checklist.steps:
            for command in (one for one in step.commands if one.shell != "screen"):
                said = f"{command.label or ''} {step.where} {step.title}"
                for line in command.run.split("\n"):
                    place = f"{checklist.id}.{step.id}: {line}"
                    foreign = [words for pattern, words in ELSEWHERE.items() if re.search(pattern, line)]
                    assert foreign or OF_WINDOWS.match(line.strip()), place
                    assert all(words in said for words in foreign), place
