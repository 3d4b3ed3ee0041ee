"""A format: how its files are recognized, read, judged and made. Each describes itself once, and `check` does the rest.

A folder of macros/formats says what it knows in its `format.py`, as a tuple FORMATS. A `Format` has two functions of
its own: `read` turns a text into whatever the format calls content, `judge` says what is wrong with it. Encoding, size,
keys that nobody may see, the order of findings and their number are the same for all, and done here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar

from . import wrapped
from .context import Context
from .findings import Activation, Finding, Place, Report, Rule, Said
from .keys import hide_pieces, secret_pieces
from .reading import MOST_CHARACTERS, UnreadableError, byte_order_mark, decode, is_found, limit
from .report import FILES, UNREADABLE, report
from .sample import Sample

Content = TypeVar("Content")

Mark = tuple[str, int]
"""A pattern, without regard to case, and how much it says for a format when it is found."""

Encodings = Literal["marked", "utf-8", "unmarked"]
"""What programs that take a file read: what a byte order mark names, UTF-8 alone, or UTF-8 without a mark."""

Language = Literal["xml", "zone", "powershell", "bat", "bash", "properties", "text", "yaml", "registry"]
"""How a page colors it."""

HEAD = 64_000
"""Characters that are looked at to tell the format."""


@dataclass(frozen=True)
class Limits:
    """What is longer is refused unread. Our choice: configuration is shorter, and hostile input stays cheap."""

    characters: int = MOST_CHARACTERS
    lines: int = MOST_CHARACTERS

    def keep(self, text: str) -> None:
        """Refuse a text that is too long. Raises UnreadableError."""
        limit(text, "\n", self.lines, "lines")
        if len(text) > self.characters:
            raise UnreadableError("too-large", size=f"{len(text):,} characters")


@dataclass(frozen=True)
class File:
    """A file as it came: bytes, or a text that somebody pasted. It is decoded once."""

    data: str | bytes
    lead: int = 0
    """Empty lines above it, where it is a part of another text."""

    @cached_property
    def text(self) -> str:
        """The text without its byte order mark. Raises UnreadableError."""
        return decode(self.data)

    @cached_property
    def head(self) -> str:
        """The beginning of the text, also of one that is damaged further on."""
        try:
            return self.text[:HEAD]
        except UnreadableError:
            return _head(self.data)


def _head(data: str | bytes) -> str:
    head = data[:HEAD]
    try:
        return decode(head)
    except UnreadableError:
        # The format can be told from a text that is damaged, or cut in the middle of a character.
        return head if isinstance(head, str) else head.decode("utf-8", "replace")


@dataclass(frozen=True, eq=False)
class Format(Generic[Content]):
    """A format of files. `sources` lead to the format itself, for rules that cite no page of their own."""

    id: str
    title: str
    language: Language
    read: Callable[[File, Context], Content]
    """What a file says. It raises UnreadableError for what no rule can be checked on, and nothing else."""
    judge: Callable[[Content, Context], Iterable[Finding]]
    """What is wrong with it."""
    rules: Mapping[str, Rule]
    """Every rule that `judge` compares with."""
    activation: Callable[[Content, Context], Activation] | None = None
    """How the computers activate that a file is for. None for files that activate nothing."""
    names: tuple[Mark, ...] = ()
    """What file names say; only the strongest counts."""
    marks: tuple[Mark, ...] = ()
    """What the text says; each counts once, against the format when its points are negative."""
    sign: Callable[[str], int] | None = None
    """Points for what no pattern can tell."""
    root: str | None = None
    """The outermost element of XML that is read through what stands around it."""
    fenced: bool = False
    """Whether it is read through what stands around it: a fence of Markdown."""
    begins: re.Pattern[str] | None = None
    holds: re.Pattern[str] | None = None
    """The line with which such a file begins inside another text, and the lines that may follow."""
    sources: tuple[str, ...] = ()
    encodings: Encodings = "marked"
    limits: Limits = Limits()
    samples: Mapping[str, Sample] = field(default_factory=dict)
    encode: Callable[[str], bytes] = str.encode
    """The file as its programs want it on disk."""

    def score(self, name: str, text: str) -> int:
        """How much speaks for this format, 0 when nothing does. `name`: a path or empty; `text`: its head."""
        file_name = re.split(r"[\\/]", name)[-1]
        named = max((points for pattern, points in self.names if is_found(pattern, file_name)), default=0)
        seen = named + sum(points for pattern, points in self.marks if is_found(pattern, text))
        return seen + (self.sign(text) if self.sign else 0)


AnyFormat = Format[Any]
"""A format, whatever it calls content."""


def check(form: AnyFormat, data: str | bytes | File, context: Context) -> Report:
    """Everything that is to say about a file of a format. Nothing that is read raises."""
    file = data if isinstance(data, File) else File(data)
    found = judged(form, file, context)
    try:
        text = file.text
    except UnreadableError:
        return found
    found = _discreet(found, text)
    if not found.findings and form.score("", file.head) <= 0:
        # A check that finds nothing to judge must not call the wrong file valid.
        found = replace(found, findings=(FILES["nothing-recognized"].finding(None, kind=Said(form.title)),))
    return replace(found, findings=(*_storage_problems(form, file.data, text), *found.findings))


def judged(form: AnyFormat, data: str | bytes | File, context: Context) -> Report:
    """What the rules of the format alone say about a file, as it is written, keys in it included."""
    file = data if isinstance(data, File) else File(data)
    try:
        form.limits.keep(file.text)
        inside = _found_inside(form, file)
        if inside:
            return _inside(form, inside, file.text, context)
        lost = wrapped.bare(file.text, form.root) if form.root else None
        if lost:
            activation: Activation = "unknown" if form.activation else "none"
            return report([wrapped.RULES["brackets-lost"].finding(lost)], form.rules, activation)
        content = form.read(file, context)
    except UnreadableError as error:
        return report([_unreadable(error)], form.rules, "unknown" if form.activation else "none")
    found = report(form.judge(content, context), form.rules)
    return replace(found, activation=form.activation(content, context)) if form.activation else found


def _found_inside(form: AnyFormat, file: File) -> wrapped.Wrapped | None:
    if form.root:
        return wrapped.find(file.text, form.root)
    if form.fenced and not file.lead:
        return wrapped.lifted(file.text, lambda part: form.score("", part[:HEAD]) > 0, form.begins, form.holds)
    return None


def _inside(form: AnyFormat, inside: wrapped.Wrapped, text: str, context: Context) -> Report:
    """What is to say about the files in a text, and about the text around them."""
    reports = [judged(form, File(part.text, part.lead), context) for part in inside.parts]
    found = [*wrapped.around(text, inside)]
    for part, one in zip(inside.parts, reports, strict=True):
        found += wrapped.moved(one.findings, part, text)
    ways: set[Activation] = {one.activation for one in reports} - {"none"}
    several: Activation = "unknown" if "unknown" in ways else "mixed"
    activation: Activation = several if len(ways) > 1 else next(iter(ways), "none")
    return replace(report(found, form.rules), activation=activation)


def _unreadable(error: UnreadableError) -> Finding:
    """The finding for input that cannot be read."""
    place = Place(error.line, error.column) if error.line else None
    return UNREADABLE[error.rule].finding(place, **error.values)


def _discreet(found: Report, text: str) -> Report:
    """The report, with every piece of a key of the file hidden, whatever a message repeats of it."""
    pieces = secret_pieces(text)
    if not pieces:
        return found

    def said(one: Finding) -> Finding:
        return replace(one, message=hide_pieces(one.message, pieces), cure=hide_pieces(one.cure, pieces))

    return replace(found, findings=tuple(map(said, found.findings)))


def _storage_problems(form: AnyFormat, data: str | bytes, text: str) -> Iterator[Finding]:
    """What is wrong with how a text is stored, although it can be read here."""
    mark = byte_order_mark(data) if isinstance(data, bytes) else None
    if mark and mark != "UTF-8" and form.encodings != "marked":
        yield FILES["file-encoding"].finding(Place(1), encoding=Said(mark))
    elif mark and form.encodings == "unmarked":
        yield FILES["byte-order-mark"].finding(Place(1))
    zero = text.find("\0")
    if zero >= 0:
        yield FILES["zero-byte"].finding(Place(text.count("\n", 0, zero) + 1))
