"""A page as Markdown, with a numbered footnote for each fact that it cites, as page-markdown.js makes it in a browser.

What a reader does not see is left out, and what only works in a browser: forms, buttons, drawings. Both sides run the
vectors of tests/vectors/page_markdown.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from .pages import Element

_LEFT_OUT = frozenset({"button", "form", "input", "nav", "script", "select", "style", "svg", "template", "textarea"})
_HELPERS = frozenset({"headerlink", "vag-hidden", "vag-toolbar", "vag-actions"})
_INLINE = frozenset({"abbr", "b", "kbd", "small", "span", "summary", "time"})
_SPECIAL = re.compile(r"[\\`*_\[\]<>|]")
_FENCE = "```"
_BLANKS_AT_END = re.compile(r"[ \t]+(?=\n|\[\^)")

Named = Callable[[str], str]
"""What an anchor is called in the Markdown, from the id of a heading."""
Lead = Callable[[str], str | None]
"""The address that a link gets in the Markdown, from that in the page; None where it leads nowhere, and is text."""


class Notes:
    """The facts that are cited, each with the number of its footnote."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def mark(self, fact: str) -> str:
        """The mark of a fact's footnote."""
        return f"[^{self._numbers.setdefault(fact, len(self._numbers) + 1)}]"

    @property
    def cited(self) -> Iterable[tuple[str, int]]:
        """The facts by id with their numbers, in the order of these."""
        return self._numbers.items()


def as_markdown(article: Element, notes: Notes, lead: Lead, named: Named | None = None) -> str:
    """The text of an article. Facts that it cites are added to the notes; headings become anchors where they are named.

    Markdown itself has no anchors, so they are HTML.
    """
    text = _Writer(notes, lead, named).inside(article)
    return re.sub(r"\n{3,}", "\n\n", _BLANKS_AT_END.sub("", text)).strip()


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\g<0>", re.sub(r"\s+", " ", text))


def _in_one_line(text: str) -> str:
    return re.sub(r"\s*\n\s*", " ", text).strip()


def _indented(text: str, by: str) -> str:
    return re.sub(r"\n(?=.)", f"\n{by}", text.strip())


def _is_seen(element: Element) -> bool:
    if not isinstance(element.tag, str) or element.tag in _LEFT_OUT or "hidden" in element.attrib:
        return False
    return not (element.get("aria-hidden") == "true" or element.get("role") == "status" or _HELPERS & _classes(element))


def _classes(element: Element) -> frozenset[str]:
    return frozenset((element.get("class") or "").split())


class _Writer:
    def __init__(self, notes: Notes, lead: Lead, named: Named | None) -> None:
        self._notes, self._lead, self._named = notes, lead, named
        kinds: dict[str, Callable[[Element], str]] = {
            "a": self._link,
            "blockquote": lambda one: f"\n\n> {_indented(self.inside(one), '> ')}\n\n",
            "br": lambda _: "\n",
            "code": lambda one: f"`{''.join(one.itertext())}`",
            "dd": lambda one: f": {_indented(self.inside(one), '  ')}\n\n",
            "dt": lambda one: f"\n\n{_in_one_line(self.inside(one))}\n",
            "em": lambda one: f"*{self.inside(one)}*",
            "ol": lambda one: self._list(one, lambda at: f"{at + 1}. "),
            "pre": lambda one: f"\n\n{_FENCE}text\n{''.join(one.itertext()).rstrip()}\n{_FENCE}\n\n",
            "strong": lambda one: f"**{self.inside(one)}**",
            "table": self._table,
            "ul": lambda one: self._list(one, lambda _: "- "),
        }
        headings = dict.fromkeys(("h1", "h2", "h3", "h4"), self._heading)
        self._kinds: Mapping[str, Callable[[Element], str]] = kinds | headings

    def inside(self, element: Element) -> str:
        """What stands in an element."""
        return "".join(self._parts(element))

    def _parts(self, element: Element) -> Iterator[str]:
        yield _escaped(element.text or "")
        for child in element:
            yield self._written(child)
            yield _escaped(child.tail or "")

    def _written(self, element: Element) -> str:
        if not _is_seen(element):
            return ""
        write = self._kinds.get(element.tag)
        if write:
            return write(element)
        inside = self.inside(element)
        return inside if element.tag in _INLINE else f"\n\n{inside.strip()}\n\n"

    def _link(self, link: Element) -> str:
        classes = _classes(link)
        if "vag-cite" in classes:
            return self._notes.mark(link.get("data-fact"))
        if "vag-fact" in classes:
            return self.inside(link) + self._notes.mark(link.get("data-fact"))
        address = self._lead(link.get("href") or "")
        return f"[{self.inside(link)}](<{address}>)" if address is not None else self.inside(link)

    def _heading(self, heading: Element) -> str:
        own = heading.get("id") or ""
        anchor = f'<a id="{self._named(own)}"></a>\n\n' if own and self._named else ""
        return f"\n\n{anchor}{'#' * int(heading.tag[1])} {_in_one_line(self.inside(heading))}\n\n"

    def _list(self, element: Element, mark: Callable[[int], str]) -> str:
        items = [
            mark(at) + _indented(self.inside(item), " " * len(mark(at)))
            for at, item in enumerate(filter(_is_seen, element))
        ]
        return "\n\n" + "\n".join(items) + "\n\n"

    def _cell(self, cell: Element) -> str:
        # A bar in code would end the cell.
        return re.sub(r"(?<!\\)\|", r"\\|", _in_one_line(self.inside(cell)))

    def _table(self, table: Element) -> str:
        rows = [[self._cell(cell) for cell in row if cell.tag in ("th", "td")] for row in _rows(table)]
        if not rows:
            return ""
        head, *others = rows
        lines = [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *others)]
        caption = table.find("caption")
        title = "" if caption is None else f"{_in_one_line(self.inside(caption))}\n\n"
        return f"\n\n{title}" + "\n".join(lines) + "\n\n"


def _rows(table: Element) -> Iterator[Element]:
    """The rows of a table as browsers order them: those of its head, of its body, of its foot."""
    parts = {"thead": 0, "tfoot": 2}
    for part in sorted((one for one in table if isinstance(one.tag, str)), key=lambda one: parts.get(one.tag, 1)):
        yield from filter(_is_seen, [part] if part.tag == "tr" else part.iterfind("tr"))
