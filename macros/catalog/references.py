"""Values inside sentences of the data: `{kms.validity}` in a text becomes `180 days` when the data is loaded.

So a value stands once. `{kms.renewal_interval:default}` names one part of a value with several,
`{kms.renewal_interval:default:days}` shows a length of time in another unit, and `{kms.validity::bare}` leaves the
unit out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from .models import Unit, UnknownIdError
from .strict_yaml import DataError, Document, KeyPath, Problem
from .values import converted, in_words, part_of

REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[A-Za-z0-9_]+)+)(?::([A-Za-z0-9_.]*))?(?::([a-z-]*))?\}")

BARE = "bare"


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
        shown, unit = part_of(value, part), self._units.get(unit_id or "")
        if wanted and wanted != BARE:
            if wanted not in self._units:
                raise UnknownIdError("unit", wanted, self._units)
            shown, unit = converted(shown, unit, self._units[wanted]), self._units[wanted]
        return in_words(shown, None if wanted == BARE else unit)


def resolve(document: Document, values: Values) -> Document:
    """The document with every reference in its texts replaced. Raises DataError for references that lead nowhere."""
    problems: list[Problem] = []

    def replace(path: KeyPath, text: str) -> str:
        try:
            return REFERENCE.sub(values.text, text)
        except (LookupError, ValueError) as error:
            problems.append(document.problem(path, str(error)))
            return text

    resolved = Document(document.file, _walk(document.data, (), replace), document.lines)
    if problems:
        raise DataError(problems)
    return resolved


def _walk(data: Any, path: KeyPath, replace: Callable[[KeyPath, str], str]) -> Any:
    if isinstance(data, dict):
        return {key: _walk(value, (*path, key), replace) for key, value in data.items()}
    if isinstance(data, list):
        return [_walk(value, (*path, index), replace) for index, value in enumerate(data)]
    return replace(path, data) if isinstance(data, str) and "{" in data else data
