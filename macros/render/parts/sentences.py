"""Sentences of the data and of the words: one way to write values, citations, links and code, everywhere the same.

| Written | Shown |
|---|---|
| `{kms.validity}`, `{kms.renewal_interval:default:days}` | the value of a fact, as in `catalog.references` |
| `[kms.vpn, kms.isolated]` | citation marks |
| `[[dns]]`, `[[dns.srv]]` | a link to a checklist or to one of its steps |
| `<plan/capacity.md#counts the count>` | a link to a page of the site |
| `` `text` ``, `/ato` | code |
| `**text**` | strong words, with marks of their own |
| `0xC004F074` | a link to the page of the code |
| `<KMS host>`, `<every DNS zone>` | the organization's own name |
| `{name}` | what the code fills in |
| `{computers:computer:computers}` | a number that the code fills in, with the word that fits it |

In the data, values are settled when it is loaded. In words they are shown with a link to their fact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache

from macros.catalog.models import Checklist, ChecklistStep, UnknownIdError
from macros.catalog.references import BARE, REFERENCE

from .citations import cite, fact
from .html import Html, join, tag
from .named import marked
from .places import checklist_page, code_page
from .quantity import counted, number
from .view import View

SLOT = r"\{([a-z][a-z_]*)(?::([^{}:]+):([^{}:]+))?\}"
FACT_ID = r"[a-z][a-z0-9_]*(?:\.[A-Za-z0-9_]+)+"
_MARKS = re.compile(
    rf"(?P<value>{REFERENCE.pattern})"
    rf"|(?P<slot>{SLOT})"
    r"|\[\[(?P<step>[A-Za-z0-9.-]+)\]\]"
    rf"|\[(?P<cites>{FACT_ID}(?:, *{FACT_ID})*)\]"
    r"|<(?P<page>[\w/.-]+\.md(?:#[\w.-]+)?) (?P<label>[^<>]+)>"
    r"|`(?P<code>[^`]+)`"
    r"|\*\*(?P<strong>[^*]+)\*\*"
    r"|(?P<error>0x[0-9A-F]{8})"
    r"|(?P<option>(?<![\w/.%\\])/[a-z][a-z-]+\b(?!/))"
)


def rich(view: View, text: str, own: str = "", slots: Mapping[str, object] | None = None) -> Html:
    """A sentence with its marks drawn. `own` is the error code of this page, which is not linked to itself; `slots` are
    what the names in braces stand for, where the sentence has some.

    Raises LookupError for a fact, a checklist or a step that does not exist, and for a slot that nothing fills.
    """
    parts: list[object] = []
    end = 0
    text = marked(view, text)
    for found in _MARKS.finditer(text):
        parts += [text[end : found.start()], _mark(view, found, own, slots or {})]
        end = found.end()
    return join([*parts, text[end:]])


def _mark(view: View, found: re.Match[str], own: str, slots: Mapping[str, object]) -> object:
    draw: Mapping[str, Callable[[str], object]] = {
        "value": lambda text: _value(view, text),
        "slot": lambda text: in_slot(text, slots) if slots else text,
        "step": lambda target: target_link(view, target),
        "cites": lambda ids: cite(view, *re.split(", *", ids)),
        "label": lambda label: tag("a", label, href=view.href(found["page"])),
        "code": lambda text: tag("code", text),
        "strong": lambda text: tag("strong", rich(view, text, own, slots)),
        "error": lambda code: _code(view, code, own),
        "option": lambda option: tag("code", option),
    }
    kind = next(name for name in draw if found[name] is not None)
    return draw[kind](found[kind])


def in_slot(written: str, slots: Mapping[str, object]) -> object:
    """What stands in the place of `{name}`, or of `{name:one:many}`: exact numbers as readers see them.

    Raises KeyError for a slot that nothing fills.
    """
    found = re.fullmatch(SLOT, written)
    if found is None:
        raise LookupError(f"{written} is no slot")
    value = slots[found[1]]
    if not isinstance(value, int | Fraction):
        return value
    return counted(value, found[2], found[3]) if found[2] else number(value)


def _value(view: View, reference: str) -> Html:
    match = REFERENCE.fullmatch(reference)
    if match is None:
        raise LookupError(f"{reference} is no reference to a fact")
    unit = match[3] or None
    return fact(view, match[1], match[2] or None, None if unit == BARE else unit, unit == BARE)


def _code(view: View, code: str, own: str) -> Html:
    shown = tag("code", code)
    return tag("a", shown, href=view.href(code_page(code))) if code in _codes(view) and code != own else shown


def target_link(view: View, target: str) -> Html:
    """A link to a checklist, or to a step of one: `dns`, `dns.srv`. Raises UnknownIdError."""
    checklist, step = resolved(view, target)
    href = checklist_page(checklist.id)
    if step is None:
        return tag("a", f"checklist {checklist.short}", href=view.href(href))
    here = view.page == href
    number = checklist.steps.index(step) + 1
    words = f"step {number}" if here else f"{checklist.short}, step {number}: {step.title}"
    return tag("a", words, href=view.href(f"{href}#{step.id}"), title=step.title if here else None)


def target_href(view: View, target: str) -> str:
    """Address of a checklist or of one of its steps, from this page."""
    checklist, step = resolved(view, target)
    page = checklist_page(checklist.id)
    return view.href(f"{page}#{step.id}" if step else page)


def resolved(view: View, target: str) -> tuple[Checklist, ChecklistStep | None]:
    """The checklist, and the step if one is named. Raises UnknownIdError."""
    name, _, step_id = target.partition(".")
    checklist = view.catalog.checklist(name)
    if not step_id:
        return checklist, None
    for step in checklist.steps:
        if step.id == step_id:
            return checklist, step
    raise UnknownIdError(f"step of {name}", step_id, (step.id for step in checklist.steps))


def _codes(view: View) -> frozenset[str]:
    return _known(tuple(record.code for record in view.catalog.error_codes))


@lru_cache(maxsize=2)
def _known(codes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(codes)
