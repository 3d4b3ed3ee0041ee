"""Where pages and files stand that others lead to or ask for."""

from __future__ import annotations

from macros.catalog.models import Catalog

CODES, CHECKLISTS, EVENTS = "troubleshoot/codes", "troubleshoot/checklists", "troubleshoot/events.md"
GUIDE = "choose/index.md"
READER = "troubleshoot/read-output.md"
FACTS = "reference/facts.md"
"""The register: every fact in a line. Its record stands on the page of its family."""
FLEET_PAGE, FLEET_FILE = "troubleshoot/fleet.md", "assets/data/fleet.js"
OUTPUTS_FILE, LANGUAGES_FILE, NAMES_FILE = (f"assets/data/{name}.js" for name in ("outputs", "languages", "code-names"))
FIRST_FILE = "assets/data/first-checks.js"
TEXT_KINDS_FILE = "assets/data/text-kinds.js"
"""Files of data that pages ask for once they need them."""


def code_page(code: str) -> str:
    """Source path of the page of an error code."""
    return f"{CODES}/{code.lower()}.md"


def checklist_page(checklist_id: str) -> str:
    """Source path of the page of a checklist."""
    return f"{CHECKLISTS}/{checklist_id}.md"


def family_page(family_id: str) -> str:
    """Source path of a page of the facts register."""
    return f"{FACTS.removesuffix('.md')}/{family_id}.md"


def family_file(family_id: str) -> str:
    """What a page asks for to show facts of a family where they are cited."""
    return f"assets/data/facts/{family_id}.js"


def fact_place(catalog: Catalog, fact_id: str) -> str:
    """Where a fact stands in the register: source path and anchor. Raises UnknownIdError."""
    return f"{family_page(catalog.family_of(fact_id).id)}#{fact_id}"
