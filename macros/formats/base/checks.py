"""Checks as data: what a rule looks at and when it speaks, beside its words in a `rules.yaml`.

    checks:
      office:
        - each: file.products             # a list of records that the reader made; without it the check runs once
          rest: sound                     # those of which no rule spoke, by this name for the checks below
          where: strip(it.id)             # records that are looked at
          let: {near: "nearest(it.id, known.ids, 80)"}     # computed when it is asked for
          first:                          # the first that holds speaks; under `all` each that holds
            - rule: product-case
              when: it.entry and it.entry.id != it.id
              at: it.place
              given: {product: it.id}     # from the file: quoted, clipped, keys masked
              said: {near: near}          # words of ours

Expressions are those of `conditions`. They know `it`, `file`, `known`, and `found`: how many findings the checks before
have made. A page carries the same checks as trees.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from string import Formatter
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, model_validator

from macros.catalog.strict_yaml import DataError, nearest, validate

from .conditions import Functions, Names, Tree, Walk, calls_in, names_in, parse, walker
from .findings import Finding, Rule, Said
from .rules import RESERVED, document_of

IT, FOUND = "it", "found"
COMMON: Functions = {
    "all": all,
    "any": any,
    "count": len,
    "ends": lambda text, end: (text or "").endswith(end),
    "join": lambda items, between: between.join(items),
    "lower": lambda text: (text or "").lower(),
    "starts": lambda text, start: (text or "").startswith(start),
    "upper": lambda text: (text or "").upper(),
}
"""Functions that every format has, besides `matches` and `contains`, which take the name of a pattern first."""
_PATTERNED = ("matches", "contains")


def _expression(text: str) -> str:
    parse(text)
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"is no pattern: {error}") from None
    outside = re.sub(r"\[(?:\\.|[^\]\\])*\]", "x", text)
    if found := re.search(r"\\[dswbDSWBAZz]", text) or re.search(r"(?<!\\)(?:[.^$]|\(\?[^:=!])", outside):
        raise ValueError(f"holds {found[0]}, which Python and browsers read differently; write classes such as [0-9]")
    return text


Expression = Annotated[str, AfterValidator(_expression)]
Pattern = Annotated[str, AfterValidator(_pattern)]


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Item(_Written):
    """A rule that may speak of a record."""

    rule: str
    when: Expression = "true"
    at: Expression
    given: dict[str, Expression] = {}
    said: dict[str, Expression] = {}


class Check(_Written):
    """What is looked at, and the rules that may speak of it."""

    each: Expression | None = None
    where: Expression = "true"
    let: dict[str, Expression] = {}
    rest: str | None = None
    first: tuple[Item, ...] = ()
    all: tuple[Item, ...] = ()

    @model_validator(mode="after")
    def _one_of_both(self) -> Check:
        if (self.first and self.all) or not (self.first or self.all or self.rest):
            raise ValueError("needs `first` or `all`, and not both; without a rule it needs `rest`")
        return self

    @property
    def items(self) -> tuple[Item, ...]:
        """The rules in their order."""
        return self.first or self.all


class _File(_Written):
    """The part of a `rules.yaml` that says when rules speak."""

    patterns: dict[str, Pattern] = {}
    checks: dict[str, tuple[Check, ...]] = {}


Slip = tuple[tuple[str | int, ...], str]


def slips(
    check: Check, rests: Iterable[str], rules: Mapping[str, Rule], functions: Functions, patterns: Iterable[str]
) -> Iterator[Slip]:
    """What would go wrong only when the check runs: the key path in it, and what is wrong."""
    known = {"file", "known", IT, FOUND, *rests, *check.let}
    for path, tree in _trees(check):
        for name in sorted({*names_in(tree)} - known):
            yield path, f"there is no name {name}; there are {', '.join(sorted(known))}"
        for function, arguments in calls_in(tree):
            if function not in {*COMMON, *functions, *_PATTERNED}:
                yield path, f"there is no function {function}; there are {', '.join(sorted({*COMMON, *functions}))}"
            elif function in _PATTERNED and (arguments[0][0] != "value" or arguments[0][1] not in patterns):
                yield path, f"the first argument of {function} is the name of a pattern: {', '.join(patterns)}"
    for index, item in enumerate(check.items):
        path = ("first" if check.first else "all", index)
        if item.rule not in rules:
            yield (*path, "rule"), f"there is no rule {item.rule}.{nearest(item.rule, rules)}"
            continue
        asked, filled = _asked(rules[item.rule]), {*item.given, *item.said}
        for name in sorted(asked ^ filled):
            wrong = "asks for {%s}, which is not given" if name in asked else "does not say {%s}, which is given"
            yield path, f"{item.rule} {wrong % name}"


def _rests(checks: Iterable[Check]) -> list[str]:
    return [check.rest for check in checks if check.rest]


def _asked(rule: Rule) -> set[str]:
    """Names in braces in the words of a rule."""
    return {name for text in (rule.message, rule.cure) for _, name, *_ in Formatter().parse(text) if name}


def _trees(check: Check) -> Iterator[tuple[tuple[str | int, ...], Tree]]:
    """Every expression of a check with its key path."""
    written: dict[tuple[str | int, ...], str | None] = {("each",): check.each, ("where",): check.where}
    written |= {("let", name): text for name, text in check.let.items()}
    for index, item in enumerate(check.items):
        path = ("first" if check.first else "all", index)
        written |= {(*path, "when"): item.when, (*path, "at"): item.at}
        written |= {(*path, "given", name): text for name, text in item.given.items()}
        written |= {(*path, "said", name): text for name, text in item.said.items()}
    yield from ((path, parse(text)) for path, text in written.items() if text is not None)


# ------------------------------------------------------------------------------------------------------------ run


class _Scope(dict[str, Any]):
    """Names that one record is looked at with; what `let` says is computed when it is asked for."""

    def __init__(self, around: Names, it: Any, lets: Mapping[str, Walk]) -> None:
        super().__init__({IT: it})
        self._around, self._lets = around, lets

    def __missing__(self, name: str) -> Any:
        value = self._lets[name](self) if name in self._lets else self._around[name]
        self[name] = value
        return value


@dataclass(frozen=True)
class _Speaks:
    rule: Rule
    when: Walk
    at: Walk
    given: Mapping[str, Walk]
    said: Mapping[str, Walk]

    def finding(self, scope: Names) -> Finding:
        given = {name: walk(scope) for name, walk in self.given.items()}
        return self.rule.finding(
            self.at(scope), **given, **{name: Said(walk(scope)) for name, walk in self.said.items()}
        )


@dataclass(frozen=True)
class _Runs:
    each: Walk | None
    where: Walk
    lets: Mapping[str, Walk]
    rest: str | None
    only_first: bool
    items: tuple[_Speaks, ...]

    def findings(self, names: Names, rest: list[Any]) -> Iterator[Finding]:
        """What the rules say; records of which they say nothing are added to the rest."""
        for it in (None,) if self.each is None else self.each(names) or ():
            scope = _Scope(names, it, self.lets)
            if not self.where(scope):
                continue
            speaking = (item for item in self.items if item.when(scope))
            found = [item.finding(scope) for item in islice(speaking, 1 if self.only_first else None)]
            yield from found
            if not found:
                rest.append(it)


_Loaded = tuple[tuple[Check, ...], Mapping[str, Rule], Mapping[str, str]]


class Checks:
    """The checks of some groups, ready to run one after the other. Read when they are first asked for."""

    def __init__(self, load: Callable[[], _Loaded], functions: Functions) -> None:
        self._load, self._functions = cache(load), functions
        self._runs = cache(self._made)

    @classmethod
    def beside(
        cls, module: str, groups: str | tuple[str, ...], rules: Mapping[str, Rule], functions: Functions
    ) -> Checks:
        """The checks of a group in the `rules.yaml` that stands beside a module, over rules of the format.

        Of several groups, the later ones know what the earlier ones left under `rest`. `functions` are those that the
        format has besides the common ones. Asking for a finding raises DataError when the file is wrong: with line, key
        and what is allowed.
        """
        named = (groups,) if isinstance(groups, str) else groups

        def load() -> _Loaded:
            document = document_of(Path(module).resolve().parent / "rules.yaml")
            own = {key: document.data[key] for key in RESERVED if key in document.data}
            written = validate(_File, replace(document, data=own))
            placed = [(group, index) for group in named for index in range(len(written.checks.get(group, ())))]
            checks = tuple(written.checks[group][index] for group, index in placed)
            wrong = [
                document.problem(("checks", *place, *path), message)
                for at, place in enumerate(placed)
                for path, message in slips(checks[at], _rests(checks[:at]), rules, functions, written.patterns)
            ]
            wrong += [
                document.problem(("checks",), f"has no group {group}, which the check needs")
                for group in named
                if not written.checks.get(group)
            ]
            if wrong:
                raise DataError(wrong)
            return checks, rules, written.patterns

        return cls(load, functions)

    def findings(self, names: Names, left: dict[str, list[Any]] | None = None) -> Iterator[Finding]:
        """What the checks say of the records in `names`: `file` is what was read, `known` what it is compared with.

        `left` is filled with what checks leave under `rest`.
        """
        around, found = {**names, FOUND: 0}, 0
        for run in self._runs():
            rest: list[Any] = []
            for finding in run.findings(around, rest):
                found += 1
                yield finding
            around |= {FOUND: found, **({run.rest: rest} if run.rest else {})}
            if left is not None and run.rest:
                left[run.rest] = rest

    def as_data(self) -> Mapping[str, Any]:
        """The same checks for a page: expressions as trees."""
        checks, _, patterns = self._load()
        return {"patterns": dict(patterns), "checks": [_as_data(check) for check in checks]}

    def _made(self) -> tuple[_Runs, ...]:
        checks, rules, patterns = self._load()
        compiled = {name: re.compile(text) for name, text in patterns.items()}
        functions = {
            **COMMON,
            "matches": lambda name, text: text is not None and compiled[name].fullmatch(text) is not None,
            "contains": lambda name, text: text is not None and compiled[name].search(text) is not None,
            **self._functions,
        }

        def walk(text: str) -> Walk:
            return walker(parse(text), functions)

        def walks(texts: Mapping[str, str]) -> dict[str, Walk]:
            return {name: walk(text) for name, text in texts.items()}

        return tuple(
            _Runs(
                each=walk(check.each) if check.each else None,
                where=walk(check.where),
                lets=walks(check.let),
                rest=check.rest,
                only_first=bool(check.first),
                items=tuple(
                    _Speaks(rules[item.rule], walk(item.when), walk(item.at), walks(item.given), walks(item.said))
                    for item in check.items
                ),
            )
            for check in checks
        )


def _as_data(check: Check) -> Mapping[str, Any]:
    def trees(texts: Mapping[str, str]) -> dict[str, Tree]:
        return {name: parse(text) for name, text in texts.items()}

    return {
        "each": parse(check.each) if check.each else None,
        "where": parse(check.where),
        "let": trees(check.let),
        "rest": check.rest,
        "first": bool(check.first),
        "items": [
            [item.rule, parse(item.when), parse(item.at), trees(item.given), trees(item.said)] for item in check.items
        ],
    }
