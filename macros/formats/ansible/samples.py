"""Samples of Ansible playbooks."""

from __future__ import annotations

from collections.abc import Callable

from macros.formats.base.context import SampleContext
from macros.formats.base.sample import Make, Mistake, Sample, Samples

from . import playbook


def _playbook(
    make: Make, *mistakes: Mistake, possible: Callable[[SampleContext], bool] = lambda context: True
) -> Sample:
    return Sample(make=make, mistakes=lambda context: mistakes, possible=possible)


_MADE = {
    "ansible-state": _playbook(
        playbook.state,
        Mistake("changed_when: false", "changed_when: true", "ansible-changed"),
        Mistake("slmgr.vbs /dlv", "slmgr.vbs /dvl", "ansible-command"),
    ),
    "ansible-discovery": _playbook(
        playbook.discovery,
        Mistake("ansible.windows.win_regedit:", "win_regedit:", "ansible-short-name"),
        Mistake("state: absent", "state: removed", "ansible-value"),
    ),
    "ansible-fixed-host": _playbook(
        playbook.fixed_host,
        Mistake("name: KeyManagementServiceName", "name: KeyManagementServiceHost", "ansible-registry-name"),
        Mistake("type: string", "type: dword", "ansible-registry-type"),
        possible=lambda context: bool(playbook.groups_with_one_host(context.organization)),
    ),
    "ansible-gvlk": _playbook(
        playbook.client_keys,
        Mistake("  gather_facts: false", "\tgather_facts: false", "yaml-syntax"),
        Mistake("      when: before", "      wehn: before", "ansible-keyword"),
        possible=lambda context: bool(playbook.groups_with_gvlk(context.organization, context.catalog)),
    ),
    "ansible-mak": _playbook(
        playbook.mak,
        Mistake("== ''\n      no_log: true", "== ''\n      no_log: false", "ansible-no-log"),
        Mistake("slmgr.vbs /ipk {{ mak }}", "slmgr.vbs /ipk", "ansible-argument"),
    ),
}

SAMPLES = Samples.beside(__file__, "ansible", _MADE)
