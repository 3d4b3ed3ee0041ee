"""Settings of KMS clients, as formats: what is imported, and what is run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from macros.formats.base.format import AnyFormat, Format
from macros.formats.base.keys import installs_published_key
from macros.formats.shells.marks import BATCH, CMD, OTHER_LANGUAGE, POWERSHELL, PS1

from . import group_policy, making, registry_file, settings
from .cim import MARK
from .command_lines import SLMGR
from .commands import RULES
from .samples import IN_BATCH, IN_POWERSHELL, IN_THE_REGISTRY, PREFERENCES

_CALL = (
    r"^[ \t]*@?(call[ \t]+)?(\"?[\w%:\\.()-]{0,80}[cw]script(\.exe)?\"?[ \t]+(//\w+[ \t]+){0,4})?"
    r"\"?[\w%:\\.() -]{0,120}?\b(slmgr|ospp)(\.vbs)?\"?[ \t]+/[a-z]"
)
"""A line of a batch file that calls one of the two scripts of Microsoft."""


def _installs_client_key(text: str) -> int:
    """What speaks for PowerShell with settings of clients: that it installs a published key."""
    is_powershell = re.search(POWERSHELL[0], text, re.IGNORECASE | re.MULTILINE) is not None
    return 3 if is_powershell and installs_published_key(text) else 0


FILES = (
    Format(
        id="group-policy",
        title="registry preferences of a Group Policy object",
        language="xml",
        names=((r"^registry\.xml$", 3), (r"\.xml$", 1)),
        marks=(
            (r"<registrysettings[\s>/]|&lt;registrysettings(\s|&gt;)", 3),
            (r"<registry\s+clsid\s*=", 2),
            (r"<properties\s[^>]{0,200}?\bhive\s*=", 2),
        ),
        root="RegistrySettings",
        sources=group_policy.FORM,
        rules=group_policy.RULES,
        read=group_policy.read,
        judge=group_policy.judge,
        activation=group_policy.activation,
        samples=PREFERENCES,
    ),
    Format(
        id="registry",
        title="registry file (.reg)",
        language="registry",
        names=((r"\.reg$", 3),),
        marks=((r"^[ \t]*(windows registry editor version|regedit4)", 4), (r"^\[-?(hkey_|hk(lm|cu|u|cr)\\)", 3)),
        fenced=True,
        begins=registry_file.BEGINS,
        holds=registry_file.HOLDS,
        sources=registry_file.SYNTAX,
        limits=registry_file.LIMITS,
        rules=registry_file.RULES,
        read=registry_file.read,
        judge=registry_file.judge,
        activation=registry_file.activation,
        samples=IN_THE_REGISTRY,
        encode=making.registration_bytes,
    ),
)
"""What is imported. Each is told from all others by its first lines."""

SCRIPTS = (
    Format(
        id="client-powershell",
        title="PowerShell script with settings of KMS clients",
        language="powershell",
        names=(PS1,),
        marks=(
            (r"\bKeyManagementService(Name|Port)\b", 2),
            (r"(^|[|;={(])[ \t]*(new|set|remove)-itemproperty\b|\bSetKeyManagementService(Machine|Port)\b", 2),
            (r"\b(get|set|invoke|clear)-((kms|ad|os|subscription)\w*license\w*|gpprefregistryvalue)\b", 3),
            (MARK, 3),
            (r"\binvoke-(cim|wmi)method\b", 1),
            (r"\bSoftwareLicensing(Service|Product)\b", 1),
            (r"\bstart-process\b[^\n]{0,200}?\b(slmgr|ospp)(\.vbs)?\b", 2),
            (r"[ \t\"']/(skms|ckms|sethst|setprt|remhst|skms-domain)\b", 3),
            POWERSHELL,
            OTHER_LANGUAGE,
        ),
        sign=_installs_client_key,
        fenced=True,
        sources=SLMGR,
        limits=settings.LIMITS,
        rules=RULES,
        read=settings.read_powershell,
        judge=settings.judge,
        activation=settings.activation,
        samples=IN_POWERSHELL,
    ),
    Format(
        id="client-batch",
        title="batch file with settings of KMS clients",
        language="bat",
        names=(CMD,),
        marks=(
            (_CALL, 3),
            (r"^[ \t]*@?reg(\.exe)?[ \t]+(add|delete)\b", 2),
            (r"\bSoftwareProtectionPlatform\b", 1),
            BATCH,
            OTHER_LANGUAGE,
        ),
        fenced=True,
        sources=SLMGR,
        encodings="unmarked",
        limits=settings.LIMITS,
        rules=RULES,
        read=settings.read_batch,
        judge=settings.judge,
        activation=settings.activation,
        samples=IN_BATCH,
    ),
)
"""What is run. Scripts for hosts and firewalls hold such commands too, so these are asked after them."""

FORMATS: tuple[AnyFormat, ...] = (*FILES, *SCRIPTS)

BY_ID: Mapping[str, AnyFormat] = {one.id: one for one in FORMATS}
