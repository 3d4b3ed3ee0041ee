"""Forms that a page's script brings to life. Without scripts they stay hidden, and a note says what to do instead."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from .components import note
from .html import Html, join, tag

Labels = Mapping[Any, str]
"""Words for values; the values may be of any literal type."""
_WITHOUT = "This form needs JavaScript"
_HINT = "Paste it, or drop a file here. It stays in this browser, and nothing is kept."
_TAKE: Mapping[str, str] = {"copy": "Copy the file", "download": "Download", "link": "Copy link to this form"}


def form(name: str, without: Html, choices: object, result: Html | None = None) -> Html:
    """A form beside what its script writes, hidden until that script runs; a note stands in its place."""
    shown = tag(
        "form",
        choices,
        tag("div", result, data_vag_found=True),
        tag("div", role="status", class_="vag-hidden", data_vag_live=True),
        class_="vag-form",
        autocomplete="off",
        hidden=True,
        **{f"data_vag_{name}": True},
    )
    return tag("div", tag("div", note("info", _WITHOUT, without), data_vag_without=True), shown)


def check_form(label: str, accept: str, fields: Iterable[Html], without: Html, nothing: str) -> Html:
    """The form that checks a pasted or opened file. `nothing` stands where its findings will."""
    more = tag(
        "div",
        field("Or open a file", "input", "file", type="file", accept=accept),
        *fields,
        tag("button", "Clear", type="reset", class_="vag-button"),
        class_="vag-form__more",
    )
    area = field(label, "textarea", "text", rows="14", spellcheck="false", wrap="off", aria_describedby="vag-hint")
    pasted = tag("div", area, tag("small", _HINT, id="vag-hint"))
    return form("check", without, tag("div", pasted, more), tag("p", nothing))


def build_form(ready: str, choices: Iterable[Html]) -> Html:
    """The form that builds a file. `ready` is the address of files that are ready to take."""
    without = join(["Without it, take one of the ", tag("a", "files that are ready to take", href=ready), "."])
    buttons = (
        tag("button", label, type="button", class_="vag-button", data_vag_take=name) for name, label in _TAKE.items()
    )
    taking = tag("p", *buttons, class_="vag-actions vag-form__take", hidden=True)
    again = tag("p", tag("button", "Start again", type="reset", class_="vag-button"))
    return form("build", tag("p", without), tag("div", *choices, again, taking))


def group(legend: str, *content: object) -> Html:
    """Controls under one heading."""
    return tag("fieldset", tag("legend", legend), *content)


def field(label: str, element: str, name: str, *content: Html, **attributes: object) -> Html:
    """A control below its label. A control without a name says nothing of its own."""
    anchor = f"vag-{name or 'code'}"
    control = tag(element, *content, id=anchor, name_=name or None, **attributes)
    return tag("div", tag("label", label, for_=anchor), " ", control, class_="vag-field")


def text(name: str, label: str, value: str = "") -> Html:
    """A line of text."""
    return field(label, "input", name, type="text", value=value, spellcheck="false")


def number(name: str, label: str, value: int | None, default: int) -> Html:
    """A number that may stay empty; the default then holds, and is shown."""
    shown = "" if value is None else str(value)
    return field(label, "input", name, type="text", inputmode="numeric", placeholder=str(default), value=shown)


def select(name: str, label: str, options: Labels) -> Html:
    """One of several values, by the words that say them."""
    return field(label, "select", name, *(tag("option", said, value=value) for value, said in options.items()))


def radios(name: str, labels: Labels, chosen: str | None = None) -> Iterator[Html]:
    """One of several values, all in view; without another choice the first one is on."""
    on = chosen or next(iter(labels))
    for value, label in labels.items():
        yield _choice("radio", name, value, label, value == on)


def box(name: str, value: str, label: str, is_on: bool) -> Html:
    """A box to tick."""
    return _choice("checkbox", name, value, label, is_on)


def _choice(kind: str, name: str, value: str, label: str, is_on: bool) -> Html:
    control = tag("input", type=kind, name_=name, value=value, checked=is_on)
    return tag("label", control, " ", label, class_="vag-choice")
