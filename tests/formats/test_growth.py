"""Ten times the text may take ten times as long, and not a hundred times: for every kind, whatever it is made of."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from macros.formats.base.format import AnyFormat, File, Format, check
from macros.formats.detect import FORMATS
from tests import fuzz

SHORT, LONG = 1_000, 10_000
MOST = 15
"""Times as long for ten times the text. What looks at each piece from each other one takes eighty times and more."""
NOTHING = 0.1
"""Seconds for the long text below which a ratio would measure the clock. What was quadratic took five times that."""
UNITS = (
    *(
        "\t\x1c",
        "\t\u2029",
        "\r\u2028",
        "\x0c\u2029",
        "\x85\u2029",
        "\x1c",
        "\u2029",
        "a\u3000",
        "-\u2029",
        "x\u00a0",
        "\ufeff",
    ),
    *("\n", "\r", "\r\n", " ", "\t", " \n", "\0", "\x1b", "\u0301", "\u202e"),
    *('"', "'", '""', "''", '"x ', "'x\n", '"$(', "@'\n", "`", "` ", "`\n"),
    *("(", "{", "[", "$(", "@{", "{{", "<#", "#", "#\n", "<!--", "<a>", "<a/>", "&x;", "<", "]]>"),
    *(",", "a,", "a ,\x0c", ", \u2029", ";", "|", "&", "=", "a=", "%", "%a%", "^", "^\n", "\\", "\\\n", ".", "::"),
    *("a", "a ", "a: ", "- a\n", "-a ", "-1 ", "$a=1\n", "/ipk ", "slmgr /ipk 1\n", "a b\n", "$a ", "++ "),
)


def _took(action: Callable[[], object]) -> float:
    started = time.process_time()
    action()
    return time.process_time() - started


def too_slow(kind: AnyFormat, head: str, unit: str) -> str | None:
    """How a check grows with a text of many units, when it grows too fast."""

    def measured(length: int) -> float:
        data = (head + unit * (length // len(unit))).encode()
        return _took(lambda: check(kind, data, fuzz.reference()))

    # Other processes can take the processor from one measurement; code that is too slow is so in each of them.
    for _ in range(3):
        took = measured(LONG)
        if took < NOTHING:
            return None
        ratio = took / max(measured(SHORT), 1e-4)
        if ratio <= MOST:
            return None
    return f"{head[-20:]!r} and {unit!r}: {took:.2f} s, {ratio:.0f} times as long"


def _heads(kind: AnyFormat) -> list[str]:
    """What stands before the units: nothing, the beginning of a sample, and for a script a command that takes them."""
    sample = fuzz.originals(kind)[0].decode()
    is_script = any("ps" in pattern for pattern, _ in kind.names)
    return ["", sample[: len(sample) // 2], *(["Write-Host a"] if is_script else [])]


@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.id)
def test_a_check_grows_with_its_text_and_no_faster(kind: AnyFormat) -> None:
    slow = [too_slow(kind, head, unit) for head in _heads(kind) for unit in UNITS]
    assert [*filter(None, slow)] == []


def test_a_check_that_grows_faster_is_noticed() -> None:
    def quadratic(file: File, context: object) -> object:
        return [piece for start in range(len(file.text)) for piece in range(0, start, 5)]

    kind = Format("slow", "x", "text", read=quadratic, judge=lambda content, context: (), rules={})
    assert too_slow(kind, "", "a") is not None
