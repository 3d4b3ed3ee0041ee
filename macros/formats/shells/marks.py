"""Marks by which scripts are recognized, whatever they do."""

from __future__ import annotations

from macros.formats.base.format import Mark

POWERSHELL: Mark = (r"^[ \t]*(\$\w+[ \t]*=|param[ \t]*\(|#requires\b|[a-z]+-[a-z]\w+[ \t]+-\w)", 1)
BATCH: Mark = (r"^[ \t]*(@?echo[ \t]+off\b|rem[ \t]|::)|%~?\w+%", 1)
OTHER_LANGUAGE: Mark = (r"^[ \t]*'?[\w$]+'?[ \t]*=>|^class[ \t]+[\w:]+[ \t]*\(|^[ \t]*end[ \t]*$", -4)
"""Puppet and Ruby, which run the same commands inside files of their own."""

NO_POWERSHELL: Mark = (r"^[ \t]*(@?echo[ \t]+off\b|rem[ \t]|@?set[ \t]+\"?\w+=)", -2)
"""Lines of a batch file, which may run the same tools."""

PS1: Mark = (r"\.psm?1$", 1)
CMD: Mark = (r"\.(cmd|bat)$", 1)
