"""Rules as data: each format keeps the words, severity and sources of its rules in a `rules.yaml` beside its code."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, RootModel, StringConstraints, model_validator

from macros.catalog.models import Catalog
from macros.catalog.secrets import refuse_secrets
from macros.catalog.strict_yaml import DataError, Document, Problem, nearest, read, validate

from .findings import Rule, Severity
from .loaded import Loaded, shown

RESERVED = ("patterns", "checks")
"""Keys of a file that are no groups of rules."""
FOLDERS = Path(__file__).resolve().parent.parent
_NAME = re.compile(r"[a-z][a-z_]*")


def _template(text: str) -> str:
    """The text, when every brace in it belongs to a name that a check fills in."""
    for _, name, form, conversion in Formatter().parse(text):
        if name is not None and (form or conversion or not _NAME.fullmatch(name)):
            raise ValueError(
                f"{{{name}}} is no name in braces; write {{name}}, or {{{{ and }}}} for braces that are shown"
            )
    return text


_Words = Annotated[str, AfterValidator(_template)]
_Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]*$")]


class _Written(BaseModel):
    """A rule as an editor writes it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: Severity
    statement: str = ""
    message: _Words = ""
    cure: _Words = ""
    sources: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> _Written:
        if bool(self.message) != bool(self.cure):
            raise ValueError("a message and its cure stand together")
        if not self.message and not self.statement:
            raise ValueError("neither a message with its cure nor a statement")
        return self


class _File(RootModel[dict[_Id, dict[_Id, _Written]]]):
    """A `rules.yaml`: groups of rules by their ids."""


class Rules(Loaded[Rule]):
    """Rules by id, read when the first of them is asked for.

    `a | b` has the rules of both, those of `a` first; where both have an id, the place is that of `a` and the rule that
    of `b`, as with dictionaries.
    """

    @classmethod
    def beside(cls, module: str, group: str) -> Rules:
        """The rules of a group in the `rules.yaml` that stands beside a module.

        Asking for one raises DataError when the file is wrong or has no such group.
        """
        file = Path(module).resolve().parent / "rules.yaml"

        def load() -> Mapping[str, Rule]:
            groups = groups_in(file)
            if group not in groups:
                raise DataError([Problem(shown(file), None, group, "the group is missing, and the check needs it")])
            return groups[group]

        return cls(load)

    def __or__(self, others: Mapping[str, Rule]) -> Rules:
        return Rules(lambda: {**self, **others})


def files() -> tuple[Path, ...]:
    """Every file of rules, by name."""
    return tuple(sorted(FOLDERS.glob("*/rules.yaml")))


def problems(catalog: Catalog) -> list[Problem]:
    """Sources of rules that the catalog does not have. Raises DataError for a file that cannot be read."""
    known = {source.id for source in catalog.sources}
    return [
        Problem(shown(file), None, f"{group}.{rule.id}", f'"{source}" is no source.{nearest(source, known)}')
        for file in files()
        for group, rules in groups_in(file).items()
        for rule in rules.values()
        for source in rule.sources
        if source not in known
    ]


@cache
def document_of(file: Path) -> Document:
    """A file of rules as it stands. Raises DataError when it cannot be read, or holds a product key."""
    document = read(file, shown(file))
    refuse_secrets(document.text, document.file, document)
    return document


@cache
def groups_in(file: Path) -> Mapping[str, Mapping[str, Rule]]:
    """The rules of a file by group and id. Raises DataError with line, key and what is allowed."""
    document = document_of(file)
    groups = {key: value for key, value in (document.data or {}).items() if key not in RESERVED}
    written = validate(_File, replace(document, data=groups)).root
    return {
        group: {
            rule_id: Rule(rule_id, rule.severity, rule.message, rule.cure, rule.sources, rule.statement)
            for rule_id, rule in rules.items()
        }
        for group, rules in written.items()
    }
