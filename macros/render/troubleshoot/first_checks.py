"""The first check of what a verdict points at, for the page that reads outputs: a file of data that it asks for.

A code begins with the same check as its page, drawn by the same function.
"""

from __future__ import annotations

from dataclasses import replace

from macros.catalog.models import Catalog
from macros.render.parts.places import FIRST_FILE, READER
from macros.render.parts.script_data import data_file
from macros.render.parts.sentences import resolved
from macros.render.parts.view import View
from macros.render.parts.words import Words
from macros.render.reference.proof import Tree, tree

from .error_codes import check_in_short, code_reach, first_check

_SAID = Words.beside(__file__, "first-checks", "your-host")
"""What stands for the host in a sentence where neither the text nor the reader names one."""


def data_files(view: View) -> dict[str, bytes]:
    """By path in the site: checks as trees of elements by step, and for each code its step and whom it concerns."""
    there = replace(view, page=READER)
    codes = {
        record.code: {"step": step, "reach": tree(code_reach(there, record) or "")}
        for record in view.catalog.error_codes
        if (step := first_check(there, record))
    }
    steps = {*_named(view.catalog), *(str(code["step"]) for code in codes.values())}
    said = {"host": _SAID["your-host"], "port": view.policy.port}
    return {FIRST_FILE: data_file({"vag-first-checks": {"codes": codes, "steps": _drawn(there, steps), "said": said}})}


def _named(catalog: Catalog) -> set[str]:
    """Steps of checklists that a finding leads to."""
    rules = catalog.outputs.findings
    return {rule.advice.partition(":")[0] for rule in rules if rule.advice} | {
        target for rule in rules for target in rule.next if "." in target
    }


def _drawn(view: View, steps: set[str]) -> dict[str, list[Tree]]:
    """Each step that only looks; what changes something stands in the checklist alone."""
    found = ((name, resolved(view, name)[1]) for name in sorted(steps))
    return {name: tree(check_in_short(view, name, "h3")) for name, step in found if step and step.is_check}
