"""Values inside sentences of the data: `{kms.validity}` in a text becomes `180 days` when the data is loaded.

So a value stands once. `{kms.renewal_interval:default}` names one part of a value with several,
`{kms.renewal_interval:default:days}` shows a length of time in another unit, and `{kms.validity::bare}` leaves the
unit out. A text that is nothing but `{kms.port::raw}` becomes the value itself, a number where the fact holds one;
`{kms.validity::raw-minutes}` is that number in another unit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .models import Unit, UnknownIdError
from .strict_yaml import DataError, Document, Problem
from .values import converted, in_words, part_of
from .yaml_events import KeyPath

REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[A-Za-z0-9_]+)+)(?::([A-Za-z0-9_.]*))?(?::([a-z-]*))?\}")

BARE, RAW = "bare", "raw"

_FOLLOWING_WORD = re.compile(r"\s+([A-Za-z]+)\b")
_COUNTING_WORDS = {"time", "times"}


class Values:
    """Values and units of the facts, as raw data, by fact id."""

    def __init__(self, facts: Mapping[str, tuple[Any, str | None]], units: Mapping[str, Unit]) -> None:
        self._facts = facts
        self._units = units

    def text(self, match: re.Match[str]) -> str:
        """The words for one reference. Raises LookupError or ValueError with what is wrong."""
        fact_id, part, wanted = match[1], match[2] or None, match[3] or None
        if fact_id not in self._facts:
            raise UnknownIdError("fact", fact_id, self._facts)
        value, unit_id = self._facts[fact_id]
        shown, unit = self._settled(part_of(value, part)), self._units.get(unit_id or "")
        if wanted and wanted.startswith(RAW):
            raise ValueError(f"{RAW} needs a text of its own; expected nothing beside the reference")
        if wanted and wanted != BARE:
            shown, unit = converted(shown, unit, self._unit(wanted)), self._unit(wanted)
        words = in_words(shown, None if wanted == BARE else unit)
        if unit and wanted != BARE:
            self._refuse_doubled_unit(words, match)
        return words

    def _refuse_doubled_unit(self, words: str, match: re.Match[str]) -> None:
        """Raises ValueError when the word behind a value is a unit once more: `30 days days`, `5 rearms times`."""
        following = _FOLLOWING_WORD.match(match.string, match.end())
        units = {name for unit in self._units.values() for name in (unit.one, unit.many)} | _COUNTING_WORDS
        if following and following[1] in units:
            raise ValueError(
                f'"{words} {following[1]}" has two units: {match[0]} brings its own; leave "{following[1]}" out, '
                f"or the value's unit with :{BARE} as the third part"
            )

    def raw(self, text: str) -> Any:
        """The value that a text consisting of one raw reference stands for; the text itself when it is none."""
        match = REFERENCE.fullmatch(text)
        if match is None or not (match[3] or "").startswith(RAW) or match[1] not in self._facts:
            return text
        value, unit_id = self._facts[match[1]]
        found, wanted = part_of(value, match[2] or None), match[3].removeprefix(RAW).removeprefix("-")
        if not wanted:
            return found
        length = converted(found, self._units.get(unit_id or ""), self._unit(wanted))
        return length.numerator if length.denominator == 1 else float(length)

    def _settled(self, value: Any) -> Any:
        """A value whose own raw references are replaced: a fact may hold the value of another one."""
        return _walk(value, (), lambda _, text: self.raw(text))

    def _unit(self, unit_id: str) -> Unit:
        if unit_id not in self._units:
            raise UnknownIdError("unit", unit_id, self._units)
        return self._units[unit_id]


def resolve(document: Document, values: Values) -> Document:
    """The document with every reference in its texts replaced. Raises DataError for references that lead nowhere."""
    problems: list[Problem] = []

    def replace(path: KeyPath, text: str) -> Any:
        try:
            value = values.raw(text)
            return REFERENCE.sub(values.text, value) if isinstance(value, str) else value
        except (LookupError, ValueError) as error:
            problems.append(document.problem(path, str(error)))
            return text

    resolved = Document(document.file, _walk(document.data, (), replace), document.lines, document.text)
    if problems:
        raise DataError(problems)
    return resolved


def _walk(data: Any, path: KeyPath, replace: Callable[[KeyPath, str], Any]) -> Any:
    if isinstance(data, dict):
        return {key: _walk(value, (*path, key), replace) for key, value in data.items()}
    if isinstance(data, list):
        return [_walk(value, (*path, index), replace) for index, value in enumerate(data)]
    return replace(path, data) if isinstance(data, str) and "{" in data else data
