"""Rules for Ansible playbooks that activate Windows, as data, and the part of Ansible that they know.

ansible-lint is not needed: the modules that these playbooks use are few, and their options are listed here as their
documentation has them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from macros.formats.base import yaml_tree
from macros.formats.base.findings import Rule
from macros.formats.scripts.activation import CONFIDENTIAL, SLMGR, TOOL_PAGES

MODULES_PAGE = ("ansible-windows-modules",)
NO_LOG = ("ansible-logging",)
REGISTRY = ("registry-settings",)


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

RULES: Mapping[str, Rule] = {
    **yaml_tree.RULES,
    **{
        rule.id: rule
        for rule in (
            Rule(
                "ansible-structure",
                "error",
                "This is no playbook and no list of tasks: {detail}.",
                "A playbook is a list of plays with hosts and tasks; a file of tasks is a list of tasks.",
            ),
            Rule(
                "ansible-key-twice",
                "warning",
                "{given} stands twice here, and only the last one counts.",
                "Remove one of them.",
            ),
            Rule(
                "ansible-name",
                "info",
                "The task has no name, so nobody sees in the output what it is for.",
                "Add name with a short sentence.",
            ),
            Rule(
                "ansible-keyword",
                "error",
                "{given} is no keyword of a task; {near} is meant.",
                "Write {near}.",
            ),
            Rule(
                "ansible-no-module",
                "error",
                "The task names no module, so it does nothing.",
                "Add the module and its options.",
            ),
            Rule(
                "ansible-two-modules",
                "error",
                "The task names two modules, {first} and {given}.",
                "Make two tasks of it.",
            ),
            Rule(
                "ansible-short-name",
                "warning",
                "{given} is not the full name of a module.",
                "Write {full}, so that no other module of that name is taken.",
                MODULES_PAGE,
            ),
            Rule(
                "ansible-module",
                "error",
                "There is no module {given}; {near} is meant.",
                "Write {near}.",
                MODULES_PAGE,
            ),
            Rule(
                "ansible-unknown-module",
                "info",
                "The options of {given} are not checked here.",
                "Check them with ansible-lint.",
            ),
            Rule(
                "ansible-option",
                "error",
                "{module} has no option {given}.{near}",
                "Use one of: {known}.",
                MODULES_PAGE,
            ),
            Rule(
                "ansible-missing",
                "error",
                "{module} needs {wanted}.",
                "Add {wanted}.",
                MODULES_PAGE,
            ),
            Rule(
                "ansible-value",
                "error",
                "{name} is {given}; allowed are {allowed}.",
                "Write one of these.",
                MODULES_PAGE,
            ),
            Rule(
                "ansible-deletes-key",
                "error",
                "Without a name, state absent removes the whole key {path} with everything in it.",
                "Add name with the value to remove.",
                MODULES_PAGE,
            ),
            Rule(
                "ansible-registry-name",
                "error",
                "There is no licensing setting {given}; {near} is meant. Windows ignores other names.",
                "Write {near}.",
                REGISTRY,
            ),
            Rule(
                "ansible-registry-type",
                "error",
                "{name} is of the type {wanted}; here it is written as {given}, which is not read.",
                "Write type: {wanted}.",
                REGISTRY,
            ),
            Rule(
                "ansible-registry-path",
                "error",
                "{given} does not begin with a hive that win_regedit knows.",
                "Begin with HKLM: and a backslash.",
                MODULES_PAGE,
            ),
            Rule(
                "ansible-registry-port",
                "error",
                "The port is {given}, which is no TCP port.",
                "Write the port that the KMS host listens on, as text in quotes.",
                REGISTRY,
            ),
            Rule(
                "ansible-syntax",
                "error",
                "The command is no PowerShell: {detail}",
                "Correct it, and try it on one computer.",
            ),
            Rule(
                "ansible-command",
                "error",
                "{tool}.vbs has no option {given}.{near}",
                "Take the option from the commands page of this guide.",
                SLMGR + TOOL_PAGES["ospp"],
            ),
            Rule(
                "ansible-argument",
                "error",
                "{option} needs {wanted} after it.",
                "Write {option} with {wanted}.",
                SLMGR + TOOL_PAGES["ospp"],
            ),
            Rule(
                "ansible-upk-first",
                "warning",
                "/upk removes the key before another is installed. A restart in between can leave the computer in a "
                "bad state, and /ipk replaces a key by itself.",
                "Remove this task.",
                ("troubleshoot-adba-clients-not-activate",),
            ),
            Rule(
                "ansible-key",
                "warning",
                "{key} is a product key that is not published. Whoever reads the file has it.",
                "Keep the key in a vault and name its variable here.",
                CONFIDENTIAL,
            ),
            Rule(
                "ansible-placeholder",
                "info",
                "{given} is a placeholder, and no tool takes it as a key.",
                "Name a variable from a vault.",
            ),
            Rule(
                "ansible-no-log",
                "warning",
                "{option} gets a key, and the task does not say no_log: Ansible writes the key to its log.",
                "Add no_log: true to the task.",
                NO_LOG + CONFIDENTIAL,
            ),
            Rule(
                "ansible-changed",
                "info",
                "The task only reads, and reports a change each time it runs.",
                "Add changed_when: false.",
                MODULES_PAGE,
            ),
            Rule(
                "ansible-always",
                "info",
                "{option} runs each time, also where nothing is to do.",
                "Read the state first, and add when.",
                MODULES_PAGE,
            ),
        )
    },
}

STRICT = frozenset({"ansible-changed", "ansible-always", "ansible-name"})
"""House rules: remarks on playbooks of others, and warnings on our own."""
