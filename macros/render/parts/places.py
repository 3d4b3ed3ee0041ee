"""Where the pages of error codes and checklists stand."""

from __future__ import annotations

CODES, CHECKLISTS, EVENTS = "troubleshoot/codes", "troubleshoot/checklists", "troubleshoot/events.md"


def code_page(code: str) -> str:
    """Source path of the page of an error code."""
    return f"{CODES}/{code.lower()}.md"


def checklist_page(checklist_id: str) -> str:
    """Source path of the page of a checklist."""
    return f"{CHECKLISTS}/{checklist_id}.md"
