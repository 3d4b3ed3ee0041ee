"""The theme's styles without what the site does not use: nothing in use is lost, and the rest is as it was."""

from __future__ import annotations

import re
from pathlib import Path

import material
import pytest

from macros.theme import STYLES, is_style, is_unused, of_the_site, styles, without
from tests.built import Site

FOLDER = Path(material.__file__).parent / "templates"
THEIRS = {
    path: file.read_text("utf-8")
    for file in (FOLDER / "assets" / "stylesheets").rglob("*.css")
    if is_style(path := file.relative_to(FOLDER).as_posix())
}
CLASSES = re.compile(r'\bclass="([^"]+)"')
TEMPLATES = re.compile(r"<template\b.*?</template>", re.DOTALL)


@pytest.mark.parametrize("path", sorted(THEIRS))
def test_a_stylesheet_of_which_nothing_is_left_out_is_the_same(path: str) -> None:
    # An empty comment between two signs, as in 1n+2, means nothing; a sign by its number is the sign.
    assert without(THEIRS[path], lambda _: False).replace("/**/", "") == THEIRS[path].replace(r"\3c ", "<")


def test_half_of_the_theme_is_left_out() -> None:
    small = styles(THEIRS, [])
    assert len(THEIRS) == 2
    assert len(small) < 0.6 * sum(map(len, THEIRS.values()))
    assert small.count("{") == small.count("}")
    assert "sourceMappingURL" not in small


def test_a_rule_goes_when_all_of_its_selectors_do() -> None:
    paper = "@media print{@media (width>1px){.md-search__form{top:0}}}"
    css = f'.a,.md-search{{top:0}}{paper}.b:not(.md-search,.c){{content:"}}"}}.key-tab{{top:1}}'
    assert without(css, is_unused) == '.a{top:0}.b:not(.md-search,.c){content:"}"}'


@pytest.mark.parametrize(
    ("selector", "is_left_out"),
    [
        (".md-typeset .md-search-result__item:hover", True),
        ("[dir=rtl] .md-nav", True),
        ("[dir=ltr] .md-nav", False),
        ("[data-md-color-primary=red]", True),
        ("[data-md-color-primary=custom]", False),
        (".md-typeset :is(.md-button,.b)", False),
        (".md-typeset .grid>p", True),
        (".md-grid", False),
        (".md-typeset table:not([class]) td>:first-child", True),
        (".md-typeset table .a", False),
        ("[data-md-color-switching] :after", True),
        (".md-typeset table th[role=columnheader]:after", True),
        (".md-typeset .tabbed-set", False),
        (".md-typeset .admonition.bug", False),
    ],
)
def test_a_selector_goes_with_what_it_asks_for(selector: str, is_left_out: bool) -> None:
    assert is_unused(selector) == is_left_out


def test_a_picture_stays_where_somebody_shows_it() -> None:
    css = ':root{--md-x-icon--a:url("x;}");--md-x-icon--b:none;--md-y:2}.x{mask:var(--md-x-icon--b)}'
    path = "assets/stylesheets/main.0.min.css"
    assert styles({path: css}, []) == ":root{--md-x-icon--b:none;--md-y:2}.x{mask:var(--md-x-icon--b)}"
    assert styles({path: css}, ["var(--md-x-icon--a)"]) == css


def test_a_page_asks_for_one_stylesheet_of_the_theme() -> None:
    page = (
        '<link rel="stylesheet" href="../assets/stylesheets/main.57a0d79d.min.css">'
        '<link rel="stylesheet" href="../assets/stylesheets/palette.fb2fffe2.min.css">'
        '<link rel="stylesheet" href="../assets/stylesheets/guide.css">'
    )
    assert of_the_site(page) == (
        '<link rel="stylesheet" href="../assets/stylesheets/theme.css">'
        '<link rel="stylesheet" href="../assets/stylesheets/guide.css">'
    )


@pytest.mark.site
def test_no_page_and_no_script_has_a_class_whose_styles_are_left_out(site: Site) -> None:
    classes: dict[str, str] = {}
    for path in site.pages:
        text = (site.folder / path).read_text("utf-8")
        assert 'dir="rtl"' not in text
        assert path == "404.html" or text.count("assets/stylesheets/theme.css") == 1
        # What is not shown may have none.
        assert "<table>" not in TEMPLATES.sub("", text), path
        classes |= {name: path for names in CLASSES.findall(text) for name in names.split()}
    for file in (site.folder / "assets" / "javascripts").glob("*.js"):
        if not file.name.startswith("bundle."):
            classes |= dict.fromkeys(re.findall(r"md-[\w-]+", file.read_text("utf-8")), file.name)
    assert len(classes) > 100
    assert {name: place for name, place in classes.items() if is_unused(f".{name}")} == {}
    assert (site.folder / STYLES).is_file()
    assert [file.name for file in site.files if is_style(file.relative_to(site.folder).as_posix())] == []
