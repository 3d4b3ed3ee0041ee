"""Settings of KMS clients as scripts, read and judged: PowerShell and batch files.

A check reads what a script sets in the registry, what it calls slmgr.vbs and ospp.vbs with, and what it gives the
cmdlets of the module OSLicense. What else it does is not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator

from macros.formats.base.context import Context
from macros.formats.base.findings import Activation, Finding, Said
from macros.formats.base.format import File, Limits
from macros.formats.shells import batch, powershell
from macros.formats.shells.elevation import says_elevated

from .commands import RULES, Reading

LIMITS = Limits(max(batch.MOST_CHARACTERS, powershell.MOST_CHARACTERS), lines=5_000)


# ----------------------------------------------------------------------------------------------------- validate


def read_batch(file: File, context: Context) -> Reading:
    """What a batch file sets and calls."""
    reading, script = Reading(file.text, context), batch.read(file.text)
    for command in script.commands:
        reading.native(command.words)
    reading.elevated = any(says_elevated(remark) for remark in script.remarks) or any(
        says_elevated(" ".join(word.text for word in command.words)) for command in script.commands
    )
    return reading


def read_powershell(file: File, context: Context) -> Reading:
    """What a PowerShell script sets and calls."""
    reading, script = Reading(file.text, context), powershell.read(file.text)
    reading.broken, reading.elevated = bool(script.errors), says_elevated(file.text)
    for problem in script.errors:
        reading.said.append(RULES["powershell-syntax"].finding(problem.place, detail=problem.message.rstrip(".")))
    for command in script.commands:
        reading.command(command)
    needs = str(context.catalog.fact("tools.oslicense.update").value)
    comments = " ".join(comment.text for comment in script.comments)
    of_module = [*reading.oslicense, *reading.others]
    if of_module and needs not in comments and "OSLicense" not in comments:
        first = min(of_module, key=lambda bound: bound.place.line)
        reading.said.append(RULES["oslicense-needs"].finding(first.place, cmdlet=Said(first.cmdlet.name)))
    return reading


def judge(reading: Reading, context: Context) -> Iterator[Finding]:
    """What is wrong with it. Findings name the line."""
    return reading.findings("client-batch")


def activation(reading: Reading, context: Context) -> Activation:
    """How the computers activate that it is for."""
    return reading.activation()
