"""Where pages and files stand that others lead to or ask for."""

from __future__ import annotations

CODES, CHECKLISTS, EVENTS = "troubleshoot/codes", "troubleshoot/checklists", "troubleshoot/events.md"
READER = "troubleshoot/read-output.md"
OUTPUTS_FILE, LANGUAGES_FILE, NAMES_FILE = (f"assets/data/{name}.js" for name in ("outputs", "languages", "code-names"))
"""Files of data that pages ask for once they need them."""


def code_page(code: str) -> str:
    """Source path of the page of an error code."""
    return f"{CODES}/{code.lower()}.md"


def checklist_page(checklist_id: str) -> str:
    """Source path of the page of a checklist."""
    return f"{CHECKLISTS}/{checklist_id}.md"
