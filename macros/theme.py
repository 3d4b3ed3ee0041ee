"""What the site takes of its theme: one small stylesheet in place of two, and nothing of a search that nobody asks for.

The theme's styles serve every feature that it has, in every color and in both directions of writing. More than half of
their bytes are for features that this site does not use, and a page is not shown before they are there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from itertools import pairwise

from tinycss2 import parse_component_value_list, parse_rule_list, parse_stylesheet, serialize
from tinycss2.ast import LiteralToken, Node

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
_UNASKED_PLACE = re.compile(
    r"\[dir=rtl\]|\[data-md-color-(?:primary|accent)=(?!custom\]).*\]|\[data-md-color-switching\]|\[role=columnheader\]"
)
"""The site is written from left to right, in its own colors, and no table sorts. Colors may fade into others: a rule
for everything in a page makes a browser work out all styles again, whenever a page is loaded."""
_UNNAMED = "table:not([class])"
"""Each table of the site has a class. Rules for others cost the same, once more."""
_ICON = re.compile(r"--md-[\w-]*icon[\w-]*")
_USED = re.compile(r"var\((--[\w-]+)")


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
    rules = [
        rule for path in sorted(theirs) if path.endswith(".css") for rule in _with_uses(_rules(theirs[path]), is_unused)
    ]
    shown = {name for text in (serialize(rules), *ours) for name in _USED.findall(text)}
    return str(serialize(_with_icons(rules, shown)))


def is_unused(selector: str) -> bool:
    """Whether a selector asks for what the site has nowhere. What it excludes, or has among others, does not count."""
    if _UNNAMED in selector:
        return True
    tokens = parse_component_value_list(selector)
    classes = (name.value for dot, name in pairwise(tokens) if dot == "." and name.type == "ident")
    places = (serialize([token]) for token in tokens if token.type == "[] block")
    return any(map(_UNUSED.fullmatch, classes)) or any(map(_UNASKED_PLACE.fullmatch, places))


def without(css: str, is_left_out: Callable[[str], bool]) -> str:
    """A stylesheet without rules whose selectors are all left out, and without such selectors of other rules."""
    return str(serialize(_with_uses(_rules(css), is_left_out)))


def _rules(css: str) -> list[Node]:
    """The rules of a stylesheet; a rule that holds rules, as for a medium, has them as its content."""
    return [*map(_with_content, parse_stylesheet(css, skip_comments=True))]


def _with_content(rule: Node) -> Node:
    if _holds_rules(rule):
        rule.content = [*map(_with_content, parse_rule_list(rule.content, skip_comments=True))]
    return rule


def _holds_rules(rule: Node) -> bool:
    return rule.type == "at-rule" and rule.lower_at_keyword in {"media", "supports"}


def _with_uses(rules: Iterable[Node], is_left_out: Callable[[str], bool]) -> list[Node]:
    kept = []
    for rule in rules:
        if _holds_rules(rule):
            left = rule.content = _with_uses(rule.content, is_left_out)
        elif rule.type == "qualified-rule":
            left = rule.prelude = _parts(rule.prelude, ",", lambda one: not is_left_out(serialize(one)))
        else:
            left = [rule]
        if left:
            kept.append(rule)
    return kept


def _with_icons(rules: list[Node], shown: Container[str]) -> list[Node]:
    """The rules without pictures that nothing shows."""
    for rule in rules:
        if _holds_rules(rule):
            _with_icons(rule.content, shown)
        elif rule.type == "qualified-rule":
            rule.content = _parts(rule.content, ";", lambda one: _is_shown(one, shown))
    return rules


def _is_shown(declaration: list[Node], shown: Container[str]) -> bool:
    name = declaration[0].value if declaration and declaration[0].type == "ident" else ""
    return name in shown or not _ICON.fullmatch(name)


def _parts(tokens: Iterable[Node], mark: str, is_kept: Callable[[list[Node]], bool]) -> list[Node]:
    """What stands between marks, as far as it is kept, with the marks."""
    parts: list[list[Node]] = [[]]
    for token in tokens:
        if token == mark:
            parts.append([])
        else:
            parts[-1].append(token)
    marked = [[LiteralToken(0, 0, mark), *part] for part in parts if is_kept(part)]
    return [token for part in marked for token in part][1:]
