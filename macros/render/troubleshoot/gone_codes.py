"""Pages at the addresses of codes that the guide no longer has: links of readers and tickets lead to them."""

from __future__ import annotations

from collections.abc import Mapping

from macros.catalog.models import Catalog, Change
from macros.render.parts.html import Html, join, tag
from macros.render.parts.places import CODES, code_page
from macros.render.parts.view import View
from macros.render.parts.words import Words
from macros.render.reference.changes import PAGE, anchor, gone, title_of

_SAID = Words.beside(
    __file__, "gone-codes", "title code", "about", "why page", "now code", "all page", "changes", "codes"
)


def gone_pages(catalog: Catalog) -> dict[str, str]:
    """The source of each page, by its path."""
    return {code_page(code): _source(code) for code in _gone(catalog)}


def _gone(catalog: Catalog) -> Mapping[str, Change]:
    return {change.id: change for change in gone(catalog, "code")}


def _source(code: str) -> str:
    title = _SAID.plain("title", code=code)
    head = f'---\ntitle: "{title}"\ndescription: "{title}."\nhide:\n  - toc\n---\n\n'
    return f'{head}# {title} {{ #code }}\n\n{{{{ gone_code_page("{code}") }}}}\n'


def gone_code_page(view: View, code: str) -> Html:
    """What a code meant, where the change and its reason stand, and what took its place."""
    change = _gone(view.catalog)[code]
    row = tag("a", _SAID["changes"], href=view.href(f"{PAGE}#{anchor(change)}"))
    parts = [tag("p", _SAID["about"], " ", title_of(view.catalog, change))]
    parts.append(tag("p", _SAID.say(view, "why", page=row)))
    if change.now:
        link = tag("a", tag("code", change.now), href=view.href(code_page(change.now)))
        parts.append(tag("p", _SAID.say(view, "now", code=link)))
    every = tag("a", _SAID["codes"], href=view.href(f"{CODES}/index.md"))
    parts.append(tag("p", _SAID.say(view, "all", page=every)))
    return tag("div", join(parts), data_vag_unsearched=True)


MACROS = (gone_code_page,)
