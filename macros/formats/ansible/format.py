"""Ansible playbooks that activate Windows, as a format."""

from __future__ import annotations

from macros.formats.base import yaml_tree
from macros.formats.base.format import Format, Limits

from .playbook import activation, judge, read
from .rules import MODULES_PAGE, RULES
from .samples import SAMPLES

FORMATS = (
    Format(
        id="ansible",
        title="Ansible playbook or tasks",
        language="yaml",
        names=((r"\.ya?ml$", 1),),
        marks=(
            (r"^[ \t]*- (name|hosts)[ \t]*:", 2),
            (r"^[ \t]*(tasks|hosts|gather_facts|become|pre_tasks|roles)[ \t]*:", 1),
            (r"^[ \t]*(- )?(ansible\.windows\.|community\.windows\.)?win_(shell|command|regedit|powershell)[ \t]*:", 3),
        ),
        sources=MODULES_PAGE,
        encodings="utf-8",
        limits=Limits(yaml_tree.MOST_CHARACTERS, yaml_tree.MOST_LINES),
        rules=RULES,
        read=read,
        judge=judge,
        activation=activation,
        samples=SAMPLES,
    ),
)
