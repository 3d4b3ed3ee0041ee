"""Rules for Ansible playbooks that activate Windows, as data, and the part of Ansible that they know.

ansible-lint is not needed: the modules that these playbooks use are few, and their options are listed here as their
documentation has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from macros.formats.base import yaml_tree
from macros.formats.base.rules import Rules

MODULES_PAGE = ("ansible-windows-modules",)


@dataclass(frozen=True)
class Module:
    """A module: its options with the values that are allowed, and what it needs."""

    options: Mapping[str, tuple[str, ...]]
    """Empty values: any text."""
    required: tuple[tuple[str, ...], ...] = ()
    """Options of which one each must be there; aliases stand together."""
    free_form: bool = False
    """It takes a command as plain text."""
    any_option: bool = False


def _any(*names: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(names, ())


_TYPES = ("binary", "dword", "expandstring", "multistring", "none", "qword", "string")
_STATES = ("absent", "present")
_ACTIONS = ("silently_continue", "continue", "stop")
_COMMAND = _any("creates", "removes", "chdir", "stdin", "output_encoding_override")

MODULES: Mapping[str, Module] = {
    "ansible.windows.win_regedit": Module(
        options={
            **_any("path", "key", "name", "entry", "value", "data", "delete_key", "hive"),
            "type": _TYPES,
            "datatype": _TYPES,
            "state": _STATES,
        },
        required=(("path", "key"),),
    ),
    "ansible.windows.win_command": Module(options={**_COMMAND, **_any("cmd", "argv", "_raw_params")}, free_form=True),
    "ansible.windows.win_shell": Module(
        options={**_COMMAND, **_any("cmd", "executable", "no_profile", "_raw_params")}, free_form=True
    ),
    "ansible.windows.win_powershell": Module(
        options={
            **_any("script", "path", "arguments", "chdir", "creates", "removes", "depth", "executable", "parameters"),
            **_any("remote_src", "sensitive_parameters"),
            "error_action": _ACTIONS,
        },
        required=(("script", "path"),),
    ),
    "ansible.builtin.assert": Module(
        options=_any("that", "fail_msg", "msg", "success_msg", "quiet"), required=(("that",),)
    ),
    "ansible.builtin.debug": Module(options=_any("msg", "var", "verbosity")),
    "ansible.builtin.fail": Module(options=_any("msg")),
    "ansible.builtin.set_fact": Module(options={}, any_option=True),
    "ansible.builtin.include_tasks": Module(options={}, free_form=True, any_option=True),
    "ansible.builtin.import_tasks": Module(options={}, free_form=True, any_option=True),
    "ansible.builtin.meta": Module(options={}, free_form=True, any_option=True),
}
"""Modules by their full name."""

RUNS_POWERSHELL = ("ansible.windows.win_shell", "ansible.windows.win_powershell")
RUNS = ("ansible.windows.win_command", *RUNS_POWERSHELL)

TASK_KEYWORDS = frozenset(
    {
        "action", "any_errors_fatal", "args", "async", "become", "become_exe", "become_flags", "become_method",
        "become_user", "changed_when", "check_mode", "collections", "connection", "debugger", "delay",
        "delegate_facts", "delegate_to", "diff", "environment", "failed_when", "ignore_errors", "ignore_unreachable",
        "listen", "local_action", "loop", "loop_control", "module_defaults", "name", "no_log", "notify", "poll", "port",
        "register", "remote_user", "retries", "run_once", "tags", "throttle", "timeout", "until", "vars", "when",
    }
)  # fmt: skip
"""What a task may say beside its module."""

BLOCKS = ("block", "rescue", "always")
LISTS = ("pre_tasks", "tasks", "post_tasks", "handlers")
"""Where a play holds tasks."""

RULES = yaml_tree.RULES | Rules.beside(__file__, "ansible")

STRICT = frozenset({"ansible-changed", "ansible-always", "ansible-name"})
"""House rules: remarks on playbooks of others, and warnings on our own."""
