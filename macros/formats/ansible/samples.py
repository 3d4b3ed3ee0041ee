"""Samples of Ansible playbooks."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from macros.formats.base.findings import Report
from macros.formats.base.origin import Origin
from macros.formats.base.sample import Context, Mistake, Plan

from . import playbook as ansible


def _playbook(
    name: str,
    make: Callable[[Context, Origin], str],
    *mistakes: Mistake,
    possible: Callable[[Context], bool] = lambda context: True,
    missing: str = "",
) -> Plan:
    return Plan(
        file_name=f"{name}.yml",
        language="yaml",
        make=make,
        check=_check,
        mistakes=lambda context: mistakes,
        possible=possible,
        missing=missing,
    )


def _check(text: str, context: Context) -> Report:
    return ansible.validate(text, context.catalog, template=True, strict=True)


PLANS: Mapping[str, Plan] = {
    "ansible-state": _playbook(
        "activation-state",
        lambda context, origin: ansible.state(context.catalog, origin),
        Mistake("changed_when: false", "changed_when: true", "ansible-changed"),
        Mistake("slmgr.vbs /dlv", "slmgr.vbs /dvl", "ansible-command"),
    ),
    "ansible-discovery": _playbook(
        "kms-discovery",
        lambda context, origin: ansible.discovery(context.organization, context.catalog, origin),
        Mistake("ansible.windows.win_regedit:", "win_regedit:", "ansible-short-name"),
        Mistake("state: absent", "state: removed", "ansible-value"),
    ),
    "ansible-fixed-host": _playbook(
        "kms-fixed-host",
        lambda context, origin: ansible.fixed_host(context.organization, context.policy, context.catalog, origin),
        Mistake("name: KeyManagementServiceName", "name: KeyManagementServiceHost", "ansible-registry-name"),
        Mistake("type: string", "type: dword", "ansible-registry-type"),
        possible=lambda context: bool(ansible.groups_with_one_host(context.organization)),
        missing="No group of computers in organization.yml uses exactly one KMS host.",
    ),
    "ansible-gvlk": _playbook(
        "client-setup-keys",
        lambda context, origin: ansible.client_keys(context.organization, context.catalog, origin),
        Mistake("  gather_facts: false", "\tgather_facts: false", "yaml-syntax"),
        Mistake("      when: before", "      wehn: before", "ansible-keyword"),
        possible=lambda context: bool(ansible.groups_with_gvlk(context.organization, context.catalog)),
        missing="No group of Windows computers in organization.yml is activated by KMS or ADBA.",
    ),
    "ansible-mak": _playbook(
        "activate-mak",
        lambda context, origin: ansible.mak(context.catalog, origin),
        Mistake("== ''\n      no_log: true", "== ''\n      no_log: false", "ansible-no-log"),
        Mistake("slmgr.vbs /ipk {{ mak }}", "slmgr.vbs /ipk", "ansible-argument"),
    ),
}
"""Samples by id."""
