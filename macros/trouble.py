"""What went wrong, in words: where, what, and what is allowed. Never a traceback."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

from macros.catalog.models import UnknownIdError
from macros.catalog.published_keys import without_keys
from macros.catalog.strict_yaml import DataError, short
from macros.formats.library import SampleError

DETAILS = "GUIDE_TRACEBACK"
"""Set in the environment, it adds the traceback for whoever works on the code."""

_ROOT = Path(__file__).resolve().parent.parent


def in_words(error: BaseException, place: str = "") -> str:
    """An error as a message for the person who builds. `place` is where it was met, such as a page and its line."""
    text = _said(error)
    if os.environ.get(DETAILS):
        text += "\n" + "".join(traceback.format_exception(error)).rstrip()
    return without_keys(f"{place}: {text}" if place else text)


def _said(error: BaseException) -> str:
    if isinstance(error, DataError | SampleError | UnknownIdError):
        return str(error)
    # KeyError shows its message as Python writes it.
    reason = short(error.args[0] if isinstance(error, KeyError) and error.args else error)
    name = type(error).__name__
    return (
        f"{_code(error)} could not go on with what it was given ({name}: {reason or 'no reason given'}). Look at what "
        f"you changed last: the page, organization.yml, or a record in macros/data. If all of it is right, this is a "
        f"fault of the guide; {DETAILS}=1 before the command shows where."
    )


def _code(error: BaseException) -> str:
    """The line of ours in which it happened, the innermost one."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        file = Path(frame.filename)
        if file.is_relative_to(_ROOT / "macros"):
            return f"{file.relative_to(_ROOT).as_posix()}, line {frame.lineno},"
    return "The guide"


def line_of_template(error: BaseException) -> int | None:
    """The line of the page's text on which a macro failed, from 1; None when no line is to blame."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == "<template>"]
    return lines[0] if lines else None
