"""Forms that answer a question of the plan from the reader's own numbers, in the page.

What a form asks stands in `forms.yaml`, what is said of the answer in `answers.yaml`. Without scripts the answer to the
starting values shows, and how to ask on the command line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from macros.catalog.models import Catalog, Identifier
from macros.catalog.organization import MOST
from macros.catalog.plan_numbers import FIRST_YEAR, LAST_YEAR, MODELS, TOPICS, Numbers, Topic
from macros.catalog.strict_yaml import DataError, validate
from macros.formats.base.rules import document_of
from macros.render.parts.citations import cite
from macros.render.parts.components import folded, status, table
from macros.render.parts.html import Html, join, tag
from macros.render.parts.script_data import json_script, page_scripts
from macros.render.parts.templates import Template
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .answers import Link, answer, names_of, said, words, words_as_data
from .answers_data import known
from .my_organization import usual_host

FORM = Template("plan-form", "command_line", "example", "fields")
FILE = Path(__file__).with_name("forms.yaml")
_STARTS = Words.beside(
    __file__,
    "own-starts",
    "rounded",
    "beyond name most",
    "count about",
    "expiry about",
    "outage about",
    "mak about",
    "host-key about",
    "host-keys name",
    "traffic name",
    *(f"{topic}-none name" for topic in TOPICS),
)
"""What a form says of the numbers of a reader's organization that it starts with, or has none of."""
COMMAND_LINE = "plan/command-line.md"


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Field(_Written):
    """One thing that a form asks."""

    key: str
    label: str
    options: Mapping[str, str] = {}
    source: Literal["products", "systems"] | None = None
    day: bool = False
    moment: bool = False
    least: int = 0
    most: int = MOST
    step: Literal["any"] | None = None
    start: int | str | None = None
    optional: bool = False
    """Whether a field that starts with something may be left empty."""


class Rows(_Written):
    """Things that are asked as often as a reader has them."""

    key: str
    label: str
    add: str
    fields: tuple[Field, ...]


class Next(_Written):
    """Where a reader goes from the answer."""

    text: str
    page: str
    link: str


class Hint(_Written):
    """What a reader has to know before they fill a form, and the facts that say it."""

    text: str
    facts: tuple[Identifier, ...]


class Form(_Written):
    """What a form asks."""

    title: str
    fold: str | None = None
    """The line that opens a form which is not the first of its page."""
    hint: Hint | None = None
    then: tuple[Next, ...] = ()
    fields: tuple[Field, ...] = ()
    rows: Rows | None = None


@cache
def written() -> Mapping[Topic, Form]:
    """The forms of every question. Raises DataError with line, key and what is allowed."""
    document = document_of(FILE)
    found = validate(dict[Topic, Form], document)
    wrong = [document.problem((), f'has no form for "{topic}"') for topic in TOPICS if topic not in found]
    if wrong:
        raise DataError(wrong)
    return found


def own_numbers(view: View, *topics: Topic) -> Html:
    """Forms that answer questions of the plan from the reader's own numbers, and their scripts."""
    data = {
        topic: {"known": known(view, topic), "words": words_as_data(view, topic), "title": written()[topic].title}
        for topic in topics
    }
    scripts = page_scripts(view, *(f"plan-{topic}" for topic in topics), "plan-form")
    starts = {
        "keys": {each.id: each.name for each in view.catalog.host_keys.groups},
        "kinds": {each.id: each.kind for each in view.catalog.products},
        "listed": [*dict(_source(view.catalog, Field(key="", label="", source="products")))],
        "per_activation": view.policy.mak_per_activation,
        "usual": usual_host(view),
        "words": {
            "beyond": _STARTS["beyond"],
            "none": {topic: _STARTS[f"{topic}-none"] for topic in TOPICS},
            "rounded": _STARTS["rounded"],
            "with": {topic: _STARTS[topic] for topic in TOPICS},
        },
        "most": MOST,
        "window_days": view.policy.window_days,
        "years": [FIRST_YEAR, LAST_YEAR],
    }
    shared = {"topics": data, "names": names_of(view) if "host-keys" in topics else {}}
    wrong = tag("template", tag("p", status("bad", "No answer"), " "), data_vag_part="no-answer")
    drawn = tag("div", wrong, hidden=True, data_vag_unsearched=True)
    return join(
        [
            *(_form(view, topic) for topic in topics),
            json_script("vag-plan", shared),
            json_script("vag-starts", starts),
            drawn,
            scripts,
        ]
    )


def start(view: View, topic: Topic) -> Numbers:
    """The numbers that a form starts with."""
    form = written()[topic]
    numbers: dict[str, Any] = {each.key: _started(view, each) for each in form.fields}
    if form.rows:
        row = {each.key: _started(view, each) for each in form.rows.fields}
        numbers[form.rows.key] = (row.get("", row),)
    given = {key: float(value) if key == "wanted" else value for key, value in numbers.items() if value is not None}
    return MODELS[topic].model_validate(given)


def _started(view: View, field: Field) -> Any:
    if field.start == "today":
        return _example_day(view)
    return next(iter(field.options), None) if field.start is None else field.start


def _example_day(view: View) -> date:
    """The day of the example that stands here without scripts: the same on whatever day the site is built."""
    return max(fact.verified_on for fact in view.catalog.facts)


def _form(view: View, topic: Topic) -> Html:
    form, numbers = written()[topic], start(view, topic)
    choices = [_field(view, topic, each) for each in form.fields]
    if form.rows:
        choices += [_row(view, topic, form.rows), _add(form.rows)]
    shown = FORM(
        command_line=view.href(f"{COMMAND_LINE}#{topic}"),
        example=_answer(view, topic, numbers),
        fields=join(choices),
    )
    # Markdown, so that the table of contents has it.
    heading = Html(f"\n\n## {form.title} {{ #own-{topic} }}\n\n")
    basis = tag("p", tag("small", "Computed from: ", cite(view, *words()[topic].facts)))
    then = [tag("p", each.text, ": ", tag("a", each.link, href=view.href(each.page)), ".") for each in form.then]
    hint = [tag("p", form.hint.text, " ", cite(view, *form.hint.facts))] if form.hint else []
    asked = tag("div", *hint, shown, *then, basis, class_="vag-plan", data_vag_topic=topic, data_vag_own="forms")
    return join([heading, folded(form.fold, asked) if form.fold else asked])


def _answer(view: View, topic: Topic, numbers: Numbers) -> Html:
    """An answer in words, as the script draws others."""
    spoken = said(view, topic, numbers, answer(view, numbers))
    is_short = words()[topic].table.is_short
    return tag(
        "div",
        *(_sentence(view, *each) for each in zip(spoken.sentences, spoken.links, strict=True)),
        table(spoken.title, spoken.columns, spoken.rows),
        class_="vag-answer vag-answer--short" if is_short else "vag-answer",
    )


def _sentence(view: View, sentence: str, link: Link | None) -> Html:
    return tag("p", sentence, *([" ", tag("a", link.text, href=view.href(link.page)), "."] if link else []))


def _row(view: View, topic: Topic, rows: Rows) -> Html:
    fields = (_field(view, topic, each, f"{rows.key}.0.") for each in rows.fields)
    return tag(
        "fieldset",
        tag("legend", f"{rows.label} 1"),
        tag("div", *fields, class_="vag-form__boxes" if len(rows.fields) > 1 else None),
        data_vag_row=rows.label,
    )


def _add(rows: Rows) -> Html:
    add = tag("button", rows.add, type="button", class_="vag-button", data_vag_add=True)
    return tag("p", add, class_="vag-actions")


def _field(view: View, topic: Topic, field: Field, before: str = "") -> Html:
    """A control below its label. Its name is the path of its key: `groups.0.computers`."""
    path = (before + field.key).rstrip(".")
    anchor = f"vag-{topic}-{path.replace('.', '-')}"
    options = field.options or dict(_source(view.catalog, field))
    attributes: dict[str, Any] = {"id": anchor, "name_": path}
    if options:
        chosen = field.start
        control = tag(
            "select",
            *(tag("option", label, value=value, selected=value == chosen) for value, label in options.items()),
            **attributes,
        )
    else:
        control = tag("input", **attributes, **_typed(view, field))
    return tag("div", tag("label", field.label, for_=anchor), " ", control, class_="vag-field")


def _typed(view: View, field: Field) -> dict[str, Any]:
    required = field.start is not None and not field.optional
    if field.day or field.moment:
        kind = "date" if field.day else "datetime-local"
        value = _example_day(view).isoformat() if field.start == "today" else None
        is_today = True if field.start == "today" else None
        return {"type": kind, "value": value, "required": required, "data_vag_today": is_today}
    return {
        "type": "number",
        "min": str(field.least),
        "max": str(field.most),
        "step": field.step,
        "value": None if field.start is None else str(field.start),
        "required": required,
    }


def _source(catalog: Catalog, field: Field) -> Iterator[tuple[str, str]]:
    """Products that some host key lists, or systems that may hold one."""
    groups = catalog.host_keys.groups
    if field.source == "systems":
        yield "", "any"
        ids = dict.fromkeys(system for group in groups for system in group.host_systems)
    elif field.source == "products":
        ids = dict.fromkeys(name for group in groups for line in group.activates for name in line.products)
    else:
        return
    yield from ((each, catalog.product(each).name) for each in ids)


MACROS = (own_numbers,)
