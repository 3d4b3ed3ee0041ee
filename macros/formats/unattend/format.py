"""The answer file of Windows Setup (unattend.xml), as a format."""

from __future__ import annotations

from macros.formats.base.format import Format

from .answer_file import activation, judge, read
from .rules import ACTIVATION_KEY, RULES
from .samples import SAMPLES

FORMATS = (
    Format(
        id="unattend",
        title="answer file of Windows Setup",
        language="xml",
        names=((r"^(auto)?unattend[^/]*\.xml$", 3), (r"\.xml$", 1)),
        marks=(
            (r"(<|&lt;)unattend(?=[\s>/&])", 3),
            (r"urn:schemas-microsoft-com:unattend", 2),
            (r"<settings\s+pass\s*=", 2),
            (r"<component\s[^>]{0,200}?\bname\s*=\s*[\"']Microsoft-Windows-", 2),
        ),
        root="unattend",
        sources=ACTIVATION_KEY,
        rules=RULES,
        read=read,
        judge=judge,
        activation=activation,
        samples=SAMPLES,
    ),
)
