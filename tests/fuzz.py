"""Feeds damaged samples to every check and reports what raises, is unsound, or takes too long.

    python -m tests.fuzz --minutes 5 [--kind odt] [--start 0]

Each case follows from its number alone, as long as the samples stay the same. What fails is printed with the number
and kept in a file; give it a place in tests/vectors/fuzz_seeds.yaml when it is mended.
"""

from __future__ import annotations

import argparse
import base64
import faulthandler
import random
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from macros.formats.base.context import Context
from macros.formats.base.format import AnyFormat, check
from macros.formats.detect import FORMATS, detect
from macros.formats.library import samples
from macros.render.deploy.samples import context
from macros.site import base_view

SEEDS = Path(__file__).parent / "vectors" / "fuzz_seeds.yaml"
SLOW = 1.0
"""Seconds of computing that no input of this size may take."""
_HANGS = 120
_MOST_BYTES = 300_000
_FLOOD = 100_000
_TOKENS = (
    *(b"<", b">", b"</", b"/>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?", b"?>", b"&#0;", b"&amp;", b"&x;"),
    *(b"(", b")", b"[", b"]", b"{", b"}", b"@{", b"$(", b"@(", b'"', b"'", b"`", b"\\", b";", b"#", b",", b":", b"|"),
    *(
        b"\0",
        b"\r",
        b"\n",
        b"\r\n",
        b"\t",
        b"\x1b",
        b"\x85",
        b"\xe2\x80\xa8",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xc0\x80",
    ),
    *(b"=", b"==", b"-", b"--", b"%", b"$", b"!", b"*", b"?", b"+", b".", b"..", b"0", b"-1", b"65536", b"9" * 40),
    *("\u00a0".encode(), "ß".encode(), "\u0130".encode(), "\U0001f600".encode(), "\u202e".encode()),
)
_ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "latin-1", "cp1252", "utf-7")


@dataclass(frozen=True)
class Failure:
    """An input that a check did not take as it should."""

    kind: str
    number: int
    reason: str
    data: bytes


# ------------------------------------------------------------------------------------------------------ mutation

Mutation = Callable[[random.Random, bytearray, Sequence[bytes]], None]


def _flip(rng: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    for _ in range(rng.randint(1, 8)):
        if data:
            data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)


def _cut(rng: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    start, end = _range(rng, data)
    del data[start:end]


def _repeat(rng: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    start, end = _range(rng, data)
    times = min(rng.choice((2, 3, 10, 100, 2000)), _MOST_BYTES // max(end - start, 1))
    data[start:end] = data[start:end] * times


def _flood(rng: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    """Something short so often that what looks at each of it from each other one takes seconds."""
    start, end = _range(rng, data)
    unit = rng.choice(
        (bytes(data[start : min(end, start + 60)]), rng.choice(_TOKENS), b"".join(rng.choices(_TOKENS, k=2)))
    )
    data[start:start] = unit * (_FLOOD // max(len(unit), 1))


def _splice(rng: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    other = rng.choice(others)
    start, end = _range(rng, bytearray(other))
    at = rng.randrange(len(data) + 1)
    data[at:at] = other[start:end]


def _token(rng: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    token = rng.choice(_TOKENS) * rng.choice((1, 1, 1, 2, 50, 5000))
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(data) + 1)
        data[at:at] = token


def _word(rng: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    """Put a word of one sample in the place of a word of another."""
    mine = [*re.finditer(rb"[\w.-]+", data)]
    theirs = re.findall(rb"[\w.-]+", rng.choice(others))
    for _ in range(rng.randint(1, 5)):
        if mine and theirs:
            found = rng.choice(mine)
            data[found.start() : found.end()] = rng.choice(theirs)


def _letters(rng: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    start, end = _range(rng, data)
    data[start:end] = data[start:end].swapcase()


def _lines(rng: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    lines = bytes(data).split(b"\n")
    if rng.random() < 0.5:
        rng.shuffle(lines)
    data[:] = rng.choice((b"\n", b"\r\n", b"\r", b"", b" ")).join(lines)


def _encode(rng: random.Random, data: bytearray, others: Sequence[bytes]) -> None:
    data[:] = bytes(data).decode("utf-8", "replace").encode(rng.choice(_ENCODINGS), "replace")


MUTATIONS: tuple[Mutation, ...] = (_flip, _cut, _repeat, _flood, _splice, _token, _word, _letters, _lines, _encode)


def _range(rng: random.Random, data: bytearray) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    longest = rng.choice((3, 20, 200, len(data)))
    return start, min(len(data), start + rng.randint(0, max(longest, 1)))


def mutated(number: int, originals: Sequence[bytes]) -> bytes:
    """The input of one number."""
    rng = random.Random(number)
    data = bytearray(rng.choice(originals))
    for _ in range(rng.choice((1, 1, 2, 3, 6))):
        rng.choice(MUTATIONS)(rng, data, originals)
        del data[_MOST_BYTES:]
    return bytes(data)


# --------------------------------------------------------------------------------------------------------- check


@cache
def reference() -> Context:
    """The catalog and what follows from it."""
    view = base_view()
    return Context(view.catalog, view.policy)


@cache
def _originals() -> dict[str, tuple[bytes, ...]]:
    found: dict[str, tuple[bytes, ...]] = {}
    for sample in samples(context(base_view())):
        kind = detect(sample.file_name, sample.text)
        texts = (sample.text, *(twin.text for twin in sample.twins))
        if kind:
            found[kind.id] = (*found.get(kind.id, ()), *(text.encode() for text in texts))
    return found


def originals(kind: AnyFormat) -> tuple[bytes, ...]:
    """Samples of a kind and their twins."""
    return _originals().get(kind.id, (b"",))


def problem(kind: AnyFormat, data: bytes) -> str | None:
    """What is wrong with how a check takes an input, None when nothing is."""
    started = time.process_time()
    try:
        report = check(kind, data, reference())
        detect("", data)
    except Exception:
        return traceback.format_exc(limit=-4)
    took = time.process_time() - started
    if took > SLOW:
        return f"took {took:.1f} s"
    for finding in report.findings:
        if (finding.line is not None and finding.line < 1) or (finding.column is not None and finding.column < 1):
            return f"{finding.id} stands on line {finding.line}, column {finding.column}"
        if not finding.message or "\n" in finding.message:
            return f"{finding.id} has a message that is no line of text: {finding.message!r}"
    return None


def failures(kind: AnyFormat, numbers: Iterator[int] | range, until: float = float("inf")) -> Iterator[Failure]:
    """What fails among the inputs of these numbers, as long as there is time."""
    for number in numbers:
        if time.monotonic() > until:
            return
        data = mutated(number, originals(kind))
        reason = problem(kind, data)
        if reason:
            yield Failure(kind.id, number, reason, data)


def kept() -> list[dict[str, Any]]:
    """Inputs that failed once: `kind`, `why`, and the input as `text` or, when it is none, as `base64`."""
    return list(yaml.safe_load(SEEDS.read_text("utf-8"))["seeds"])


def data_of(seed: dict[str, Any]) -> bytes:
    """The bytes of a kept input. `times` repeats it after its `head`, so that long ones stay short in the file."""
    data = seed["text"].encode() if "text" in seed else base64.b64decode(seed["base64"])
    return bytes(seed.get("head", "").encode() + data * seed.get("times", 1))


def main() -> None:
    """Run for a while and tell what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--kind", choices=[kind.id for kind in FORMATS], action="append", help="all kinds by default")
    parser.add_argument("--start", type=int, default=0, help="number of the first case")
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="where inputs that fail are kept")
    given = parser.parse_args()
    total = 0
    for kind in (kind for kind in FORMATS if not given.kind or kind.id in given.kind):
        done, seen, slowest = given.start, set[str](), (0.0, given.start)
        until = time.monotonic() + given.minutes * 60
        while time.monotonic() < until:
            # A check that never returns ends the run, and its trace says where it stands.
            faulthandler.dump_traceback_later(_HANGS, exit=True)
            started = time.process_time()
            found = next(failures(kind, range(done, done + 1)), None)
            slowest = max(slowest, (time.process_time() - started, done))
            done += 1
            # The same failure is told once, whatever the numbers in it.
            if found and (mark := re.sub(r"\d+", "0", found.reason[-300:])) not in seen:
                seen.add(mark)
                given.keep.mkdir(parents=True, exist_ok=True)
                file = given.keep / f"{kind.id}-{found.number}.bin"
                file.write_bytes(found.data)
                print(f"{kind.id} case {found.number}, kept as {file}:\n{found.reason}", flush=True)
        faulthandler.cancel_dump_traceback_later()
        total += len(seen)
        print(
            f"{kind.id}: {done - given.start} cases from {len(originals(kind))} originals, {len(seen)} failures, "
            f"slowest {slowest[0]:.2f} s (case {slowest[1]})",
            flush=True,
        )
    sys.exit(1 if total else 0)


if __name__ == "__main__":
    main()
