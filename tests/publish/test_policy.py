"""The policy of a site names what its pages run, and refuses what no hash allows."""

from __future__ import annotations

import base64
import hashlib

import pytest

from macros.catalog.strict_yaml import DataError
from macros.publish.policy import headers, in_page, inline_scripts, policy
from macros.publish.settings import settings


def hashed(code: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()}'"


@pytest.mark.parametrize(
    ("page", "codes"),
    [
        ("<script>a()</script>", ["a()"]),
        ("<SCRIPT>a()</SCRIPT >", ["a()"]),
        ('<script type="text/javascript">a()</script>', ["a()"]),
        ("<script type=module>a()</script>", ["a()"]),
        ('<script defer>a("</div>")</script><script>b()</script>', ['a("</div>")', "b()"]),
        ("<script>a\r\nb</script>", ["a\nb"]),
        ("<script>é</script>", ["é"]),
        ("<script></script>", [""]),
        ('<script src="a.js"></script>', []),
        ('<script type="application/json" id="x">{"a": 1}</script>', []),
        ("<p>script</p>", []),
    ],
)
def test_what_a_browser_runs_is_found(page: str, codes: list[str]) -> None:
    assert [*inline_scripts(page)] == codes


def test_each_script_is_named_once_in_a_fixed_order() -> None:
    pages = ["<script>b()</script><script>a()</script>", "<script>a()</script>"]
    said = policy(settings(), pages)
    assert said == policy(settings(), reversed(pages))
    assert f"script-src 'self' {' '.join(sorted([hashed('a()'), hashed('b()')]))};" in said


def test_the_policy_is_a_strict_one() -> None:
    said = dict(one.partition(" ")[::2] for one in policy(settings(), []).split("; "))
    assert said["default-src"] == "'none'"
    assert not any(word in text for text in said.values() for word in ("unsafe", "*", "http:", "https:", "blob:"))
    assert said["frame-ancestors"] == said["base-uri"] == said["form-action"] == "'none'"
    assert said["require-trusted-types-for"] == "'script'"
    assert [name for name, text in said.items() if "data:" in text] == ["img-src"]


@pytest.mark.parametrize(
    ("page", "what"),
    [
        ('<p>\n<b style="color: red">x</b>', 'a.html, line 2: <b> has the attribute "style"'),
        ("<p onclick=go()>x", 'a.html, line 1: <p> has the attribute "onclick"'),
        ("<style>p { color: red }</style>", "a.html, line 1: has a <style> element"),
        ('<a href=" JavaScript:go()">x</a>', 'a.html, line 1: <a> has a script as its "href"'),
    ],
)
def test_what_no_hash_allows_is_named_with_its_line(page: str, what: str) -> None:
    with pytest.raises(DataError) as error:
        headers(settings(), {"a.html": page, "b.html": "<p>good</p>"})
    assert what in str(error.value)
    assert "b.html" not in str(error.value)


@pytest.mark.parametrize(
    "page", ["<p>A style=x is written so, and onclick= too.</p>", '<p title=" style=">x', "<pre>&lt;style&gt;</pre>"]
)
def test_words_about_styles_are_no_styles(page: str) -> None:
    headers(settings(), {"a.html": page})


def test_a_page_can_say_its_policy_itself() -> None:
    sent = headers(settings(), {"a.html": "<script>a()</script>"})
    page = in_page(sent, b'<head><meta charset="utf-8"><script>a()</script>').decode()
    assert page.startswith('<head><meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="')
    assert hashed("a()") in page
    # Browsers take it from a header alone, and complain about it here.
    assert "frame-ancestors" not in page
    with pytest.raises(DataError, match="charset"):
        in_page(sent, b"<head>")
