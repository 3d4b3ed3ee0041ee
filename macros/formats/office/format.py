"""The configuration file of the Office Deployment Tool, as a format."""

from __future__ import annotations

from macros.formats.base.format import Format

from .configuration import activation, judge, read
from .rules import OPTIONS, RULES
from .samples import SAMPLES

FORMATS = (
    Format(
        id="odt",
        title="configuration file of the Office Deployment Tool",
        language="xml",
        names=((r"^configuration[^/]*\.xml$", 3), (r"\.xml$", 1)),
        marks=(
            (r"<configuration(?:[\s>/]|\^>)", 1),
            # With its capital letter; configuration files of programs begin with a small one.
            (r"(?-i:<Configuration(?:[\s>/]|\^>))", 2),
            (r"<product\s+id\s*=", 2),
            (r"\bofficeclientedition\s*=", 2),
            # Without its angle brackets.
            (r"^[ \t]*product[ \t]+id[ \t]*=", 1),
            # As on a web page.
            (r"(?-i:&lt;Configuration(\s|&gt;))", 3),
        ),
        root="Configuration",
        sources=OPTIONS,
        rules=RULES,
        read=read,
        judge=judge,
        activation=activation,
        samples=SAMPLES,
    ),
)
