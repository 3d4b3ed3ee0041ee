"""How the questions of a plan are asked on the command line: the keys of each topic, and an example with its answer."""

from __future__ import annotations

import io
import json
from typing import Any, get_args

from pydantic.fields import FieldInfo

from macros.catalog.models import Record
from macros.catalog.plan_numbers import MODELS, Topic
from macros.catalog.plan_numbers_file import read_numbers
from macros.render.parts.components import code_block, details, table
from macros.render.parts.html import Html, join, tag
from macros.render.parts.view import View

from .answers import answer, answer_as_data, answer_as_text


def plan_keys(view: View, topic: Topic) -> Html:
    """The keys that a topic of `python -m macros plan` takes."""
    rows = [
        (
            tag("code", key, class_="vag-key"),
            "yes" if each.is_required() else _otherwise(each),
            each.description or "",
        )
        for key, each in _keys(MODELS[topic])
    ]
    return table(f"Numbers of {topic}", ["Key", "Needed", "Means"], rows)


def plan_example(view: View, topic: Topic, numbers: str) -> Html:
    """A call of `python -m macros plan` with numbers as YAML, and what it answers."""
    _, given = read_numbers(io.BytesIO(numbers.encode()), f"plan_example, {topic}", topic)
    found = answer(view, given)
    command = f"python -m macros plan {topic} --numbers - << 'END'\n{numbers.strip()}\nEND"
    return join(
        [
            code_block(command, "sh"),
            code_block(answer_as_text(view, topic, given, found), "text"),
            details("The same as JSON", code_block(json.dumps(answer_as_data(found), indent=1), "json")),
        ]
    )


def _keys(model: type[Record], before: str = "") -> list[tuple[str, FieldInfo]]:
    """The keys of a model, those of the records in its lists included."""
    found: list[tuple[str, FieldInfo]] = []
    for name, each in model.model_fields.items():
        key = before + (each.alias or name)
        inner = next((part for part in get_args(each.annotation) if _is_record(part)), None)
        found += _keys(inner, f"{key}[].") if inner else [(key, each)]
    return found


def _is_record(part: Any) -> bool:
    return isinstance(part, type) and issubclass(part, Record)


def _otherwise(field: FieldInfo) -> str:
    return "no" if field.default is None else f"no: {field.default}"


MACROS = (plan_keys, plan_example)
