"""What the site takes of its theme: one small stylesheet in place of two, and nothing of a search that nobody asks for.

The theme's styles serve every feature that it has, in every color and in both directions of writing. More than half of
their bytes are for features that this site does not use, and a page is not shown before they are there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

_UNASKED = ("assets/javascripts/lunr/", "assets/javascripts/workers/")
"""Files of the theme's own search, a third of its bytes: this site has another one, and loads none of them."""
_NAMES_WORKER = re.compile(r'"search": "[^"]*/workers/[^"]*", ')
_STYLES = re.compile(r"^assets/stylesheets/(?:main|palette)\.\w+\.min\.css(?:\.map)?$")
_LINK = r'<link rel="stylesheet" href="((?:\.\./|\./)*assets/stylesheets/){}\.\w+\.min\.css">'
_MAIN, _PALETTE = (re.compile(_LINK.format(name)) for name in ("main", "palette"))
STYLES = "assets/stylesheets/theme.css"

UNUSED = (
    # Its search, of which this site has another one.
    r"md-search\w*",
    # A blog, its authors, and what stands above or below a page of it.
    r"md-(?:author|content--post|draft|meta|pagination|pin|post|profile|sidebar--post)",
    # Notes above the page, cookies, votes, and newsletters.
    r"md-(?:banner|button|consent|feedback|input)",
    # A repository, versions, languages, and accounts elsewhere.
    r"md-(?:content__button|header__source|nav__source|select|social|source|version)",
    # Ways to move about that mkdocs.yml leaves off: breadcrumbs, tabs that stay, "Back to top", a bar while loading.
    r"md-(?:header--lifted|nav--integrated|nav__container|path|progress|top)",
    # Marks of pages.
    r"md-(?:status|tags?)",
    # Extensions of Markdown that mkdocs.yml leaves out.
    r"arithmatex|cards|critic|emojione|footnote|footnote-(?:backref|ref)|gemoji|giscus|grid|katex-html|keys|key-[\w-]+"
    r"|md-annotation|mermaid|task-list-[\w-]+",
)
"""Classes of features that the site does not use; each also with the theme's endings, as in md-search__input."""
_UNUSED = re.compile(rf"(?:{'|'.join(UNUSED)})(?:(?:__|--?)[\w-]+)?")
_CLASS = re.compile(r"\.([A-Za-z][\w-]*)")
_UNASKED_PLACE = re.compile(
    r"\[dir=rtl\]|\[data-md-color-(?:primary|accent)=(?!custom\])|\[data-md-color-switching\]|th\[role=columnheader\]"
)
"""The site is written from left to right, in its own colors, and no table sorts. Colors may fade into others: a rule
for everything in a page makes a browser work out all styles again, whenever a page is loaded."""
_UNNAMED = "table:not([class])"
"""Each table of the site has a class. Rules for others cost the same, once more."""
_ICON = re.compile(r"""(--md-[\w-]*icon[\w-]*):(?:"[^"]*"|'[^']*'|\([^()]*\)|[^;}"'()])*(?:;|(?=\}))""")
_USED = re.compile(r"var\((--[\w-]+)")
_TOKEN = re.compile(r""""(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[{}]""")
_SELECTOR = re.compile(r"(?:[^,(\[]|\[[^\]]*\]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+")
_BRACKETS = re.compile(r"\([^()]*\)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def is_unasked(path: str) -> bool:
    """Whether a file of the theme, by path in the site, is one that no page asks for."""
    return path.startswith(_UNASKED) or is_style(path)


def is_style(path: str) -> bool:
    """Whether a file, by path in the site, is one of the theme's styles, which the site joins."""
    return _STYLES.match(path) is not None


def of_the_site(page: str) -> str:
    """A whole page that asks for the styles of this site, and does not name the search of the theme."""
    page = _PALETTE.sub("", _MAIN.sub(rf'<link rel="stylesheet" href="\g<1>{STYLES.rpartition("/")[2]}">', page, 1), 1)
    return _NAMES_WORKER.sub("", page, count=1)


def styles(theirs: Mapping[str, str], ours: Iterable[str]) -> str:
    """The theme's styles as one, without what the site does not use.

    `theirs` are its stylesheets by path, of which the later counts; `ours` are texts that may use its pictures.
    """
    css = "".join(
        without(_COMMENT.sub("", theirs[path]), is_unused) for path in sorted(theirs) if path.endswith(".css")
    )
    used = {name for text in (css, *ours) for name in _USED.findall(text)}
    return _ICON.sub(lambda match: match[0] if match[1] in used else "", css)


def is_unused(selector: str) -> bool:
    """Whether a selector asks for what the site has nowhere. What it excludes, or has among others, does not count."""
    if _UNNAMED in selector:
        return True
    while (bare := _BRACKETS.sub("", selector)) != selector:
        selector = bare
    return bool(_UNASKED_PLACE.search(selector)) or any(map(_UNUSED.fullmatch, _CLASS.findall(selector)))


def without(css: str, is_left_out: Callable[[str], bool]) -> str:
    """A small stylesheet without rules whose selectors are all left out, and without such selectors of other rules."""
    return "".join(_kept(css, is_left_out))


def _kept(css: str, is_left_out: Callable[[str], bool]) -> Iterator[str]:
    for head, body in _rules(css):
        if body is None:
            yield head
        elif head.startswith(("@media", "@supports")):
            if inner := without(body, is_left_out):
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        elif kept := [one for one in _SELECTOR.findall(head) if not is_left_out(one)]:
            yield f"{','.join(kept)}{{{body}}}"


def _rules(css: str) -> Iterator[tuple[str, str | None]]:
    """What stands before each block, and the block; None for what is left after the last one."""
    depth = start = 0
    head = ""
    for token in _TOKEN.finditer(css):
        if token[0] == "{":
            if depth == 0:
                head, start = css[start : token.start()], token.end()
            depth += 1
        elif token[0] == "}":
            depth -= 1
            if depth == 0:
                yield head, css[start : token.start()]
                start = token.end()
    yield css[start:], None
