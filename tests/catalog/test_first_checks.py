"""What a code or a pasted output begins with only looks: no step that changes something is ever the first."""

from __future__ import annotations

import re

from macros.catalog.models import Catalog

CHANGES = re.compile(
    r"/(?:ipk|upk|ato|skms|ckms|rearm|rilc|sprt|[cs]dns|dti|atp|inpkey|unpkey|act|actype|act-type|remhst|sethst|dinstid"
    r"|actcid|ad-activation-\w+|flushdns|generalize|resync)\b"
    r"|Restart-Service|net (?:stop|start)|rearm\.exe|Install-WindowsFeature|Set-Net|vmw\.exe|appwiz\.cpl|^ren "
    r"|Activate[, ]|delete the|full control|^SRV record|REG_MULTI_SZ|firewall set rule|DHCP option|File, Account",
    re.IGNORECASE | re.MULTILINE,
)
"""What changes something on a computer, a host or in DNS, or uses an activation."""


def test_a_step_says_whether_it_changes_something(catalog: Catalog) -> None:
    wrong = [
        f"{checklist.id}.{step.id}"
        for checklist in catalog.checklists
        for step in checklist.steps
        if step.changes != any(CHANGES.search(command.run) for command in step.commands)
    ]
    assert wrong == []


def test_steps_that_change_something_and_steps_that_look_are_told_apart(catalog: Catalog) -> None:
    steps = {f"{checklist.id}.{step.id}": step for checklist in catalog.checklists for step in checklist.steps}
    for name in (
        "kms-client.gvlk",
        "mak.activate",
        "clone.rearm",
        "office.repair",
        "kms-host.online",
        "dns.record-rights",
    ):
        assert not steps[name].is_check, name
    for name in ("kms-client.channel", "dns.srv", "firewall.test", "kms-client.clock", "mak.left", "kms-count.read"):
        assert steps[name].is_check, name
