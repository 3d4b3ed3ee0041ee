"""Reads what licensing commands and events print, in small steps: clean lines, recognize each, build products, find.

What the steps know stands in macros/data/outputs.yaml. The browser takes the same steps on the same data:
docs/assets/javascripts/diagnosis.js, held to the same cases.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache, partial
from itertools import islice
from typing import Literal

from macros.catalog.models import Catalog
from macros.catalog.output_models import (
    Cause,
    Condition,
    FindingRule,
    OutputField,
    OutputKind,
    OutputLine,
    OutputPhrase,
    Outputs,
    Severity,
    VerdictState,
)
from macros.catalog.product_keys import GROUP, masked

from .error_codes import names_without_a_page
from .output_forms import Forms

Value = str | int
Mark = OutputField | OutputPhrase | OutputLine
Level = Literal["error", "warning", "unseen", "good", "aside"]
"""How a product stands: the gravest of its state and its findings; unseen where the text does not show enough,
aside where nothing depends on it: no key, or an add-on."""

PRODUCT_SLOTS = (
    "name", "channel", "status", "remaining_minutes", "error_code", "partial_key", "kms_host", "kms_port",
    "activation_interval", "renewal_interval", "current_count", "total_requests",
)  # fmt: skip
"""What the report says of every product, in its order."""

_BREAK = re.compile(r"\r?\r\n|\r|[\n\u2028\u2029]")
_ANSI = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]")
_ODD_BLANK = re.compile(r"[\x0b\x0c\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_BLANK = re.compile(r"[\t\x0b\x0c \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff9-\uffff]"
)
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_SIGN = re.compile("[:\uff1a=]")
_BEFORE = ("|", ">", "]", " - ")
_BEGINS = re.compile(r"\^([A-Za-z_])[^?*+{|]")
_FILL = re.compile(r"\{([a-z_]+)\}")
_DATE = re.compile("([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})")
_ORDER: Mapping[Severity, int] = {"error": 0, "warning": 1, "info": 2}
_GRAVE: Mapping[str, Level] = {"error": "error", "warning": "warning"}
_LEVELS: Sequence[Level] = ("error", "warning", "unseen", "good", "aside")
_ENDS = " -_.()\"'"
_CODE = "error_code"
_ABSENT = ("null", "N/A", "Not Set", "No Limit", "Unlimited")
"""What stands in JSON, and in what the module OSLicense gives, for a value that is not there."""
_LARGEST = 2**31 - 1
_HOURS, _HOUR = 48, 60
_START = 3
"""Letters by which phrases are found."""
_COMPARED = 30
"""Entries of one name that another is compared with."""
_NULLS = 8
"""One byte of so many is null where letters have two bytes each."""
_GUESSED = 200
"""Lines by which an encoding is guessed."""
_MOST_LIKE, _SHARED = 3, 3
"""How many kinds are named for a text that is none, and by how many at most a word may be shared."""
_WORDS = re.compile("[a-z][a-z0-9_]{3,40}")
_NO_PAGE = ". This guide has no page on it."
_VOLUME = ("kms-client", "adba", "mak")
_YEAR, _CENTURY = 4, 2000


@dataclass(frozen=True)
class Line:
    """A line as it is shown: masked, with what it means, or None when it is not known."""

    number: int
    text: str
    meaning: str | None


@dataclass(frozen=True)
class Found:
    """A finding: what it is, the lines that it relies on, and what to do."""

    id: str
    severity: Severity
    summary: str
    todo: str
    lines: tuple[int, ...]
    next: tuple[str, ...]
    facts: tuple[str, ...]
    unseen: bool
    cause: Cause | None


@dataclass(frozen=True)
class Verdict:
    """The whole text in one sentence, what to do, and where to go on: targets as those of a finding."""

    state: VerdictState
    text: str
    todo: str
    next: tuple[str, ...] = ()


@dataclass
class Entry:
    """What the text says of one product: slots, and the line that filled each."""

    slots: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    level: Level = "unseen"
    todo: str = ""
    """What to do with it where another license of the same product stands beside it."""

    @property
    def says_something(self) -> bool:
        """Whether it belongs into a list of products."""
        return any(self.slots.get(name, "unknown") != "unknown" for name in PRODUCT_SLOTS)


@dataclass(frozen=True)
class Reading:
    """A text, read. Without a kind it is none that this reader knows, and there is no verdict.

    Products and findings stand in the order of their weight, the gravest first.
    """

    kind: OutputKind | None
    like: tuple[str, ...]
    """Without a kind, the names of those whose words the text shares most."""
    verdict: Verdict | None
    role: str | None
    language: str
    tier: str
    products: tuple[Entry, ...]
    findings: tuple[Found, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class _Match:
    """What one line is: marks with the slots that each fills.

    Incomplete when the next line may belong to it, and weak when it may be the end of the line before. `marks` are
    those that tell a kind.
    """

    hits: tuple[tuple[Mark, Mapping[str, Value]], ...] = ()
    complete: bool = False
    weak: bool = False
    languages: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Line:
    """A line with its number, as it is shown, and the parts that it says; of a row of a table, several."""

    number: int
    text: str
    parts: tuple[str, ...]
    is_row: bool
    is_open: bool
    is_head: bool


def fold(text: str) -> str:
    """Text for comparing: small letters, no accents, plain quotation marks, single blanks."""
    if text.isascii():
        return _BLANK.sub(" ", text.lower())
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return _BLANK.sub(" ", unicodedata.normalize("NFC", bare).lower().replace("\u2019", "'"))


class Reader:
    """The steps, with the data that they need made ready once."""

    def __init__(
        self, outputs: Outputs, published: Iterable[str], codes: Mapping[str, str], advice: Mapping[str, str]
    ) -> None:
        self._data = outputs
        self._advice = advice
        self._keys = frozenset(key.replace("-", "") for key in published)
        self._published = frozenset(key[-GROUP:] for key in self._keys)
        self._codes = codes
        self._fields: dict[str, tuple[OutputField, str]] = {}
        self._statuses: dict[str, str] = {}
        self._phrases: list[tuple[OutputPhrase, str, str]] = []
        self.tiers: dict[str, str] = {}
        fields = {each.id: each for each in outputs.fields}
        phrases = {each.id: each for each in outputs.phrases}
        for language in outputs.languages:
            for wording in language.tiers:
                self.tiers.setdefault(language.name, wording.tier)
                for name, labels in wording.fields.items():
                    for label in labels:
                        self._fields.setdefault(fold(label), (fields[name], language.name))
                for status, words in wording.statuses.items():
                    for word in words:
                        self._statuses.setdefault(fold(word), status)
                for name, texts in wording.phrases.items():
                    self._phrases += [(phrases[name], fold(text), language.name) for text in texts]
        self._phrases_by_start: dict[str, list[int]] = {}
        for number, (_, start, _) in enumerate(self._phrases):
            self._phrases_by_start.setdefault(start[:_START], []).append(number)
        self._patterns = [
            [(line, _beginning(line.pattern)) for line in outputs.lines if line.fallback == each]
            for each in (False, True)
        ]
        self._english = outputs.languages[0].name
        self._masks = [(re.compile(mask.pattern), mask.keep) for mask in outputs.masks]
        self._prefixes = [re.compile(pattern) for pattern in outputs.clean.prefixes]
        self._date, self._label = re.compile(outputs.date), re.compile(outputs.label)
        self._same_product = re.compile(outputs.same_product)
        self._derived = [
            [(rule, compiled(rule.when)) for rule in outputs.derive if rule.first == each] for each in (False, True)
        ]
        self._junk, self._prompt = re.compile(outputs.clean.junk), re.compile(outputs.clean.prompt)
        self._forms = Forms(outputs.clean, self._plain, lambda label: fold(label) in self._fields)

    def text_of(self, data: bytes) -> tuple[str, str]:
        """Text of a file, and the name of its encoding where it was guessed: by how many labels are known in it.

        Letters that cannot be read are replaced: labels stay.
        """
        if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return data.decode("utf-16", "replace"), ""
        start = data[: self._data.most.line]
        nulls = [start[first::2].count(0) for first in (0, 1)]
        if max(nulls) * _NULLS > len(start):
            return data.decode("utf-16-le" if nulls[1] > nulls[0] else "utf-16-be", "replace"), "UTF-16"
        try:
            return data.decode("utf-8"), ""
        except UnicodeDecodeError as error:
            if error.start >= len(data) - 3 and error.end >= len(data):
                return data.decode("utf-8", "replace"), ""
        texts = [(page.name, data.decode(page.python, "replace")) for page in self._data.code_pages.values()]
        name, text = max(texts, key=lambda each: self._foreign(each[1]))
        return text, name

    def _foreign(self, text: str) -> int:
        """How many labels, states and phrases of other languages than English the first lines of a text hold."""
        found = 0
        for part in _BREAK.split(text[: self._data.most.characters])[:_GUESSED]:
            line = self._plain(part[: self._data.most.line])
            known = self._label_of(line)
            if known:
                found += (known[1] != self._english) + (known[0].reads == "status" and bool(self._status(known[2])))
            found += sum(language != self._english for _, _, language in self._phrases_in(fold(line)))
        return found

    def read(self, text: str, today: date, encoding: str = "") -> Reading:
        """Read a text. Product keys in it are hidden first, so that none of what is said of it shows one.

        Days in it are compared with today. `encoding` is what a file was taken to be written in.
        """
        lines, clipped = self._clean(text)
        accepted = [*self._recognized(lines)]
        marks = {mark for match, _ in accepted for mark in match.marks}
        entries = _merged(self._entries(accepted))
        for entry in entries:
            marks |= {f"{name}:{entry.slots[name]}" for name in self._fill(entry, is_first=True)}
        kind = next((kind for kind in self._data.kinds if _is(kind, marks)), None)
        names = Counter(name for match, _ in accepted for name in match.languages)
        foreign = {name: count for name, count in names.items() if name != self._english}
        language = max(foreign, key=lambda name: foreign[name]) if foreign else self._english
        seen: dict[tuple[Value | None, ...], set[Value]] = {}
        for entry in entries:
            entry.slots |= {"foreign": "yes"} if foreign else {}
            self._derive(entry, kind, today)
            states = seen.setdefault(_license_of(entry), set()) if _is_used(entry) else set()
            if states - {entry.slots["status"]}:
                entry.slots["again"] = "yes"
            states.add(entry.slots["status"])
        shown = tuple(
            Line(
                line.number, self.mask(line.text), _meaning(match) or (self._data.words.head if line.is_head else None)
            )
            for match, lines in accepted
            for line in lines
        )
        whole: dict[str, Value] = {"language": language, "kind": kind.id if kind else ""}
        whole |= {"encoding": encoding} if encoding else {}
        whole |= ({"foreign": "yes"} if foreign else {}) | ({"clipped": clipped} if clipped else {})
        findings = self._findings(entries, whole) if kind else ()
        products = tuple(
            sorted((entry for entry in entries if entry.says_something), key=lambda one: _LEVELS.index(one.level))
        )
        return Reading(
            kind,
            () if kind else self._like(text),
            self._verdict(products, findings) if kind else None,
            _role(entries, kind),
            language,
            self.tiers[language],
            products,
            findings,
            shown,
        )

    def _like(self, text: str) -> tuple[str, ...]:
        """Kinds that share most words with a text, of the words that tell them from others."""
        words = {*_WORDS.findall(fold(text[: self._data.most.characters]))}
        shared = [(len(words & own), name) for name, own in self._own_words.items()]
        ranked = sorted((pair for pair in shared if pair[0]), key=lambda pair: -pair[0])
        return tuple(name for _, name in ranked[:_MOST_LIKE])

    @cached_property
    def _own_words(self) -> Mapping[str, frozenset[str]]:
        """The English words of each kind that few others share."""
        wording = self._data.languages[0].tiers[0]
        words: dict[str, set[str]] = {}
        for kind in self._data.kinds:
            marks = (*kind.marks, *kind.marks_all)
            texts = [text for mark in marks for text in (*wording.fields.get(mark, ()), *wording.phrases.get(mark, ()))]
            words.setdefault(kind.name, set()).update(_WORDS.findall(fold(" ".join((kind.name, *texts)))))
        counts = Counter(word for own in words.values() for word in own)
        return {name: frozenset(word for word in own if counts[word] <= _SHARED) for name, own in words.items()}

    def field_of(self, label: str) -> tuple[str, str] | None:
        """The field that a label heads, and the language of the label; None for a label that the reader lacks."""
        found = self._fields.get(fold(label).strip(_ENDS[:1] + "\"'"))
        return (found[0].id, found[1]) if found else None

    def row(self, values: Mapping[str, str], kind_id: str, today: date) -> Mapping[str, Value]:
        """What a row of a table says of one product: the slots that its values fill, by the labels of their columns.

        The labels are those of CIM; the values may be in any language.
        """
        entry = Entry()
        for label, value in values.items():
            known = self._field_of(label, value)
            for name, each in self._value(known[0], value)[0].items() if known else ():
                entry.slots.setdefault(name, each)
        self._fill(entry, is_first=True)
        self._derive(entry, next(kind for kind in self._data.kinds if kind.id == kind_id), today)
        return entry.slots

    def mask(self, text: str) -> str:
        """Text with every key and id masked."""
        for pattern, keep in self._masks:
            text = pattern.sub(partial(_hidden, keep), text)
        return text

    # Lines

    def _clean(self, text: str) -> tuple[list[_Line], int]:
        """Lines that are not blank, and how many lines there are when that is not all."""
        most = self._data.most
        parts = _BREAK.split(masked(text[: most.characters], self._keys))
        clipped = len(text) > most.characters or len(parts) > most.lines
        raw = [_ODD_BLANK.sub(" ", _UNSEEN.sub("", _ANSI.sub("", part))) for part in parts[: most.lines]]
        found = (
            _Line(
                number,
                self._plain(line)[: most.line],
                tuple(part[: most.line] for part in said.parts),
                said.is_row,
                said.is_open,
                said.is_head,
            )
            for number, (line, said) in enumerate(zip(raw, self._forms.lines(raw), strict=True), 1)
        )
        return [line for line in found if any(line.parts)], min(len(parts), most.lines) if clipped else 0

    def _plain(self, line: str) -> str:
        line = _BLANK.sub(" ", _UNSEEN.sub("", line[: 2 * self._data.most.line])).strip(" ")
        for _ in range(3):
            before = line
            for prefix in self._prefixes:
                line = prefix.sub("", line)
            if line == before:
                break
        return self._prompt.sub("", self._junk.sub("", line)).strip(" ")

    def _recognized(self, lines: Sequence[_Line]) -> Iterator[tuple[_Match, list[_Line]]]:
        """Every line with what it is. A line that was cut in two, or a long value, is several lines."""
        memo: dict[int, _Match] = {}

        def at(index: int) -> _Match:
            if index not in memo:
                memo[index] = self._whole_match(lines[index].parts)
            return memo[index]

        def taken(index: int) -> tuple[_Match, int]:
            alone, parts = at(index), lines[index].parts
            if len(parts) > 1 or (alone.complete and not alone.weak):
                return alone, 1
            plain = spaced = parts[0]
            for more in range(index + 1, min(index + 3, len(lines))):
                if not at(more).weak or len(lines[more].parts) > 1:
                    break
                plain, spaced = plain + lines[more].parts[0], f"{spaced} {lines[more].parts[0]}"
                for joined in (plain, spaced):
                    match = self._match(joined[: self._data.most.line])
                    if match.complete and not match.weak:
                        return match, more - index + 1
            return alone, 1

        index = 0
        while index < len(lines):
            match, count = taken(index)
            end = index + count
            if len(lines[index].parts) == 1 and any(
                isinstance(mark, OutputField) and mark.runs for mark, _ in match.hits
            ):
                last = min(end + self._data.most.run, len(lines))
                while end < last and not taken(end)[0].hits and not self._label.search(lines[end].parts[0]):
                    end += 1
            yield match, list(lines[index:end])
            index = end

    def _whole_match(self, parts: Sequence[str]) -> _Match:
        """What a line is, from what each of its parts is."""
        if len(parts) == 1:
            return self._match(parts[0])
        all_of = [self._match(part) for part in parts]
        hits, languages, marks = (
            tuple(one for match in all_of for one in getattr(match, name)) for name in ("hits", "languages", "marks")
        )
        return _Match(hits, bool(hits), not hits, languages, marks)

    def _match(self, text: str) -> _Match:
        folded = fold(text)
        hits: list[tuple[Mark, Mapping[str, Value]]] = []
        languages: list[str] = []
        marks: list[str] = []
        complete = True
        known = self._label_of(text)
        if known:
            field, language, value = known
            slots, complete = self._value(field, value)
            hits.append((field, slots))
            languages.append(language)
            if complete or not field.vague:
                marks.append(field.id)
        if not known or not (complete or hits[0][1]):
            hits += self._lines(text, is_fallback=False)
        for phrase, words, language in self._phrases_in(folded):
            if not phrase.whole or words == folded.strip(" ."):
                found = self._date.search(text) if phrase.dated else None
                hits.append((phrase, {**phrase.gives, **({"until": found[0]} if found else {})}))
                languages.append(language)
                complete = True
        weak = not hits
        if weak or not any(slots for _, slots in hits):
            hits += [(line, slots) for line, slots in self._lines(text, is_fallback=True) if weak or not line.alone]
        elif all(isinstance(mark, OutputPhrase) and not mark.closed for mark, _ in hits):
            hits += [(line, slots) for line, slots in self._lines(text, is_fallback=True) if "error_code" in slots]
        marks += [mark.id for mark, _ in hits if not isinstance(mark, OutputField)]
        marks += [f"{name}:{value}" for _, slots in hits for name, value in slots.items()]
        return _Match(tuple(hits), complete and bool(hits), weak, tuple(languages), tuple(marks))

    def _phrases_in(self, folded: str) -> list[tuple[OutputPhrase, str, str]]:
        """The phrases that stand in a text, in their order, found by how they begin."""
        found = {
            number
            for at in range(len(folded) - 1)
            for number in self._phrases_by_start.get(folded[at : at + _START], ())
            if folded.startswith(self._phrases[number][1], at)
        }
        return [self._phrases[number] for number in sorted(found)]

    def _lines(self, text: str, is_fallback: bool) -> Iterator[tuple[OutputLine, Mapping[str, Value]]]:
        for line, begins in self._patterns[is_fallback]:
            if begins and begins != text[:1]:
                continue
            for found in islice(re.finditer(line.pattern, text), None if line.every else 1):
                yield line, {**line.gives, **self._slots(line.sets, found)}

    def _label_of(self, text: str) -> tuple[OutputField, str, str] | None:
        """The field that a line gives, its language, and the value. A log may have put something before the label."""
        sign = _SIGN.search(text)
        if not sign:
            return None
        before, value = text[: sign.start()], text[sign.end() :]
        found = self._field_of(before, value)
        if not found:
            end = max((before.rfind(mark) + len(mark) for mark in _BEFORE if mark in before), default=0)
            found = self._field_of(before[end:], value) if end else None
        return (*found, value) if found else None

    def _field_of(self, before: str, value: str) -> tuple[OutputField, str] | None:
        label = fold(before).strip(_ENDS[:1] + "\"'")
        found = self._fields.get(label)
        if found is None and any(hint in label for hint in self._data.labels_of_status):
            return self._fields["license status"] if self._status(value) else None
        return found

    def _value(self, mark: OutputField, value: str) -> tuple[Mapping[str, Value], bool]:
        """The slots that a value fills, and whether it is whole."""
        value = value.strip(' ",')
        value = "" if value in _ABSENT else value
        names = mark.sets if mark.sets is not None else (mark.id,) if mark.patterns else ()
        if not value and mark.empty:
            return mark.empty, True
        if mark.reads:
            word = self._numbered(value) if mark.numbered else None
            word = word or self._status(value)
            return ({"status": word}, True) if word else ({"status_unread": self.mask(value)} if value else {}, False)
        patterns = [(pattern, True) for pattern in mark.patterns] + ([(mark.loose, False)] if mark.loose else [])
        for pattern, whole in patterns:
            found = re.search(pattern, value)
            if found:
                slots = {names[0]: self.mask(value)} if mark.keeps else self._slots(names, found)
                return {**mark.gives, **slots}, whole
        if mark.patterns or not value:
            return {}, False
        return {**mark.gives, **(self._normal(names[0], value) if names else {})}, True

    def _numbered(self, value: str) -> str | None:
        """The state that a number stands for; words may follow it."""
        name = self._data.states.get(value.partition(" ")[0])
        return self._statuses.get(fold(name), "unknown") if name else None

    def _status(self, value: str) -> str | None:
        return self._statuses.get(fold(value).strip(_ENDS).replace("_", " "))

    def _slots(self, names: Sequence[str], found: re.Match[str]) -> dict[str, Value]:
        slots: dict[str, Value] = {}
        for name, text in zip(names, found.groups(), strict=False):
            slots |= self._normal(name, text or "")
        return slots

    def _normal(self, name: str, text: str) -> dict[str, Value]:
        """A value as a number, a code, or text without a full stop. Nothing when it stands for "not set"."""
        if name in self._data.numbers:
            return {name: int(text)} if text and int(text) <= _LARGEST else {}
        if name in self._data.decimals:
            number = int(text or 0) % 2**32
            return {self._data.decimals[name]: f"0x{number:08X}"} if number else {}
        if name in self._data.codes:
            code = text.upper().rjust(8, "0")
            return {name: f"0x{code}"} if int(code, 16) else {}
        text = text.strip(" .`")
        return {name: self.mask(text)} if text else {}

    # Products

    @staticmethod
    def _entries(accepted: Iterable[tuple[_Match, list[_Line]]]) -> list[Entry]:
        entries: list[Entry] = []
        beside: dict[Value, Entry] = {}
        empty: set[str] = set()
        fresh, was_row = True, False
        for match, lines in accepted:
            fresh |= lines[0].is_row or was_row
            was_row = lines[0].is_row and not lines[0].is_open
            fresh |= any(isinstance(mark, OutputLine) and mark.breaks for mark, _ in match.hits)
            for mark, found in match.hits:
                slots = {**found, "side": mark.side} if mark.side else found
                if not slots:
                    empty.add(mark.id)
                    continue
                own = [name for name in found if name not in mark.gives] or slots
                is_again = mark.id in empty or (not fresh and any(name in entries[-1].slots for name in own))
                begins = mark.starts and not fresh and is_again
                if fresh or begins or _is_of_another(mark, entries[-1].slots):
                    entries.append(Entry())
                    empty.clear()
                    fresh = False
                for name, value in slots.items():
                    if name not in entries[-1].slots:
                        entries[-1].slots[name] = value
                        entries[-1].lines[name] = lines[0].number
                    elif name == _CODE:
                        beside.setdefault(value, Entry({name: value}, {name: lines[0].number}))
        told = {entry.slots.get(_CODE) for entry in entries}
        return [*entries, *(entry for code, entry in beside.items() if code not in told)]

    def _derive(self, entry: Entry, kind: OutputKind | None, today: date) -> None:
        slots, data = entry.slots, self._data
        if kind:
            slots["kind"] = kind.id
        if slots.get("partial_key") in self._published:
            slots["published_key"] = "yes"
        slots |= _days_until(str(slots.get("until", "")), today)
        same = self._same_product.search(str(slots.get("name", "")))
        if same:
            slots["same"] = " ".join(same.groups())
        state = data.states.get(str(slots.get("state")))
        if state:
            slots.setdefault("status", self._statuses.get(fold(state), "unknown"))
        self._fill(entry, is_first=False)
        minutes = slots.get("remaining_minutes")
        if isinstance(minutes, int):
            slots["days"] = minutes // data.minutes_a_day
            interval = max(int(slots.get("renewal_interval", 0)), data.policy.renewal)
            slots["missed"] = max(data.policy.validity - minutes - 1, 0) // interval

    def _fill(self, entry: Entry, is_first: bool) -> list[str]:
        """Fill slots from others, and say which."""
        slots, filled = entry.slots, []
        for rule, hold in self._derived[is_first]:
            if rule.set in slots:
                continue
            value = slots.get(rule.from_) if rule.from_ else rule.to
            if value is not None and hold(slots):
                slots[rule.set] = value
                filled.append(rule.set)
                if rule.from_ in entry.lines:
                    entry.lines[rule.set] = entry.lines[rule.from_]
        return filled

    # Findings

    def _findings(self, entries: Sequence[Entry], whole: Mapping[str, Value]) -> tuple[Found, ...]:
        """All findings, the gravest first; each product gets its level on the way."""
        found: dict[tuple[str, str], Found] = {}
        same = [*self._same(entries)]
        for entry in entries:
            rules = [
                rule for rule in self._data.findings if rule.scope == "product" and all_hold(rule.when, entry.slots)
            ]
            entry.level = _level(entry.slots, rules)
            for rule in rules:
                one = self._found(rule, entry.slots, [entry])
                found.setdefault((one.id, one.summary), one)
        for scope, slots, about in (*same, ("text", self._whole(entries, whole, found), entries)):
            for rule in self._data.findings:
                if rule.scope == scope and all_hold(rule.when, slots):
                    one = self._found(rule, slots, about)
                    found[one.id, one.summary] = one
                    for entry in about if scope == "same" else ():
                        entry.todo = one.todo
        return tuple(sorted(found.values(), key=lambda one: _ORDER[one.severity]))

    def _same(self, entries: Sequence[Entry]) -> Iterator[tuple[str, dict[str, Value], list[Entry]]]:
        """Slots about each product of which several licenses are in use: how many are licensed, and the two to name.

        The one to name first is licensed, the other is not, where there are such. A license that is not needed, because
        another one is licensed, gets the slot `beside`.
        """
        groups: dict[Value, list[Entry]] = {}
        for entry in entries:
            if "same" in entry.slots and "not_in_use" not in entry.slots:
                groups.setdefault(entry.slots["same"], []).append(entry)
        for group in groups.values():
            distinct = {(one.slots.get("name"), one.slots.get("partial_key")): one for one in group}
            if len(distinct) == 1:
                continue
            ordered = sorted(
                distinct.values(), key=lambda one: (one.slots["status"] != "licensed", "leftover" in one.slots)
            )
            kept, spare = ordered[0], ordered[-1]
            licensed = sum(one.slots["status"] == "licensed" for one in ordered)
            slots: dict[str, Value] = {
                "licenses": len(ordered),
                "licensed": licensed,
                "others": len(ordered) - licensed,
            }
            slots |= {"kept": self._license(kept), "spare": self._license(spare)}
            if "partial_key" in spare.slots:
                slots["spare_key"] = spare.slots["partial_key"]
            is_volume = [one.slots["channel"] in _VOLUME for one in (kept, spare)]
            if 0 < licensed < len(ordered) and is_volume == [False, True]:
                slots["volume_waits"] = "yes"
            elif licensed:
                for one in ordered[licensed:]:
                    one.slots["beside"] = "yes"
            if "leftover" in spare.slots:
                slots["leftover"] = "yes"
            yield "same", slots, ordered

    def _license(self, entry: Entry) -> str:
        words = self._data.words
        values = {"description": entry.slots["name"], **entry.slots}
        return _filled(words.key if "partial_key" in entry.slots else words.no_key, values)

    @staticmethod
    def _whole(
        entries: Sequence[Entry], whole: Mapping[str, Value], found: Mapping[tuple[str, str], Found]
    ) -> dict[str, Value]:
        hosts = {e.slots.get("kms_host") for e in entries if "srv_name" in e.slots and "kms_host" in e.slots}
        used = [entry for entry in entries if entry.level != "aside" and entry.says_something]
        aside = any(entry.level == "aside" for entry in entries)
        told = any(one.severity != "info" or one.unseen for one in found.values())
        is_good = bool(used) and all(entry.level == "good" for entry in used)
        return {
            **whole,
            "hosts": len(hosts),
            "open": 0 if told or is_good else 1 if used or not aside else 2,
        }

    def _found(self, rule: FindingRule, slots: Mapping[str, Value], entries: Sequence[Entry]) -> Found:
        values = self._words(slots)
        todo = " ".join(text for text in (self._advice[rule.advice] if rule.advice else "", rule.todo) if text)
        lines = sorted({e.lines[name] for e in entries for name in rule.show if name in e.lines})
        channel = str(slots.get("channel"))
        methods = self._data.methods
        method = methods.get(f"{slots.get('product')} {channel}", methods.get(channel, ""))
        known = {"code": str(slots.get("real_error", "")), "method": method}
        step = rule.advice.partition(":")[0] if rule.advice else ""
        targets = dict.fromkeys((known["code"] if "code" in rule.next else "", step))
        named = (known.get(name, name) for name in rule.next)
        targets |= dict.fromkeys(name for name in named if name != step.partition(".")[0])
        return Found(
            rule.id,
            rule.severity,
            _filled(rule.text, values, self.mask),
            _filled(todo, values, self.mask),
            tuple(lines),
            tuple(target for target in targets if target),
            rule.facts,
            rule.unseen,
            rule.cause,
        )

    def _verdict(self, products: Sequence[Entry], findings: Sequence[Found]) -> Verdict:
        """The gravest of what was found; without a fault, what was not seen; and only then that all is well."""
        words = self._data.words.verdicts
        used = [entry for entry in products if entry.level != "aside"]
        gravest = findings[0] if findings and findings[0].severity != "info" else None
        if gravest:
            state: VerdictState = "fault" if gravest.severity == "error" else "attention"
            inactive = [e for e in used if "not_activated" in e.slots and e.slots["status"] != "unknown"]
            if inactive and inactive[0].level == gravest.severity:
                slots = self._words(inactive[0].slots)
                cause = _cause(findings) if len(used) == 1 else None
                told = cause.summary.removeprefix(_filled(self._data.words.about, slots, self.mask)) if cause else ""
                values = {**slots, "count": len(inactive), "all": len(used)}
                is_told = cause and cause.cause == "code"
                values["code"] = f", {slots['real_error']}" if "real_error" in slots and not is_told else ""
                values["status_word"] = self._data.words.statuses[str(slots["status"])]
                template = words.inactive_of_several if len(used) > 1 else words.inactive
                text = f"{_filled(template, values, self.mask)} {told[:1].upper()}{told[1:]}".rstrip()
                why = cause or gravest
                return Verdict(state, text, inactive[0].todo or why.todo, why.next)
            return Verdict(state, gravest.summary, gravest.todo, gravest.next)
        unseen = next((one for one in findings if one.unseen), None)
        if unseen:
            return Verdict("unseen", unseen.summary, unseen.todo, unseen.next)
        values = {**self._words(used[0].slots), "all": len(used)}
        return Verdict("good", _filled(words.good_of_several if len(used) > 1 else words.good, values, self.mask), "")

    def _words(self, slots: Mapping[str, Value]) -> Mapping[str, Value]:
        words = self._data.words
        values: dict[str, Value] = {"name": words.nobody, "left": "", "about": "", **slots}
        if "name" in slots:
            values["about"] = _filled(words.about, slots)
        values["meaning"] = meaning = self._codes.get(str(slots.get("error_code")), _NO_PAGE)
        values["follow"] = words.ask if meaning.endswith(_NO_PAGE) else words.follow
        values["channel_word"] = words.channels.get(str(slots.get("channel")), "")
        minutes = slots.get("remaining_minutes")
        if isinstance(minutes, int):
            values["time"] = self.time(minutes)
            values["left"] = words.left.replace("{time}", str(values["time"]))
            missed = int(slots["missed"])
            template = words.renewal if missed == 1 else words.renewals
            values["missed"] = template.replace("{count}", str(missed))
        return values

    def time(self, minutes: int) -> str:
        """A length of time in the largest unit that says enough."""
        words, day = self._data.words, self._data.minutes_a_day
        if minutes >= _HOURS * _HOUR:
            return words.days.replace("{count}", str((minutes + day // 2) // day))
        hours = minutes // _HOUR
        return (words.hours if hours > 1 else words.minutes).replace("{count}", str(hours if hours > 1 else minutes))


@lru_cache(maxsize=2)
def reader(catalog: Catalog) -> Reader:
    """The reader of a catalog."""
    published = {key.key for key in catalog.client_keys}
    names = names_without_a_page(catalog)
    meanings = {code: f": {name}, as Microsoft's headers name it{_NO_PAGE}" for code, name in names.items()}
    meanings |= {record.code: f": {record.summary}" for record in catalog.error_codes}
    return Reader(catalog.outputs, published, meanings, advice_of(catalog))


def advice_of(catalog: Catalog) -> Mapping[str, str]:
    """What steps of checklists say to do, by step and name: kms-client.gvlk:install."""
    return {
        f"{checklist.id}.{step.id}:{name}": text
        for checklist in catalog.checklists
        for step in checklist.steps
        for name, text in step.advice.items()
    }


def _cause(findings: Sequence[Found]) -> Found | None:
    """Why a license is not activated: what the text says itself before what its code means."""
    kinds: Sequence[Cause] = ("told", "code")
    return next((one for kind in kinds for one in findings if one.cause == kind), None)


def _beginning(pattern: str) -> str:
    """The letter with which every text begins that a pattern fits, if the pattern tells one."""
    found = _BEGINS.match(pattern)
    return found[1] if found else ""


def _filled(template: str, values: Mapping[str, Value], mask: Callable[[str], str] = str) -> str:
    return _FILL.sub(lambda match: mask(str(values.get(match[1], "?"))), template)


def _level(slots: Mapping[str, Value], rules: Sequence[FindingRule]) -> Level:
    """How a product stands."""
    if "not_in_use" in slots:
        return "aside"
    gravest = min((rule.severity for rule in rules), key=lambda one: _ORDER[one], default="info")
    if gravest in _GRAVE:
        return _GRAVE[gravest]
    if "add_on" in slots:
        return "aside"
    return "good" if "good" in slots and not any(rule.unseen for rule in rules) else "unseen"


def _role(entries: Sequence[Entry], kind: OutputKind | None) -> str | None:
    """Host or client, from what only one of them prints."""
    channels = {str(entry.slots["channel"]) for entry in entries} | {str(entry.slots.get("side")) for entry in entries}
    if "kms-host" in channels:
        return "kms-host"
    if kind and kind.role:
        return kind.role
    return "client" if channels - {"unknown", "None"} else None


def _merged(entries: Sequence[Entry]) -> list[Entry]:
    """One entry for what several commands say of one product, as long as they do not differ.

    A licensed product does not take in the error of another command: that error may be younger than its state.
    """
    merged: list[Entry] = []
    named: dict[Value, list[Entry]] = {}
    for entry in entries:
        same = named.setdefault(entry.slots["name"], []) if "name" in entry.slots else []
        target = next((one for one in same[:_COMPARED] if _fit(one.slots, entry.slots)), None)
        if target is None:
            merged.append(entry)
            same.append(entry)
            continue
        for name, value in entry.slots.items():
            target.slots.setdefault(name, value)
            if name in entry.lines:
                target.lines.setdefault(name, entry.lines[name])
    return merged


def _is_of_another(mark: Mark, slots: Mapping[str, Value]) -> bool:
    """Whether a line of a host follows lines of a client, or the other way round: two outputs without a break."""
    return bool(mark.side and "side" in slots) and (mark.side == "kms-host") != (slots["side"] == "kms-host")


def _license_of(entry: Entry) -> tuple[Value | None, ...]:
    return tuple(entry.slots.get(name) for name in ("computer", "name", "description", "partial_key"))


def _is_used(entry: Entry) -> bool:
    return "name" in entry.slots and "not_in_use" not in entry.slots


def _fit(one: Mapping[str, Value], other: Mapping[str, Value]) -> bool:
    if any(one[name] != other[name] for name in one.keys() & other.keys()):
        return False
    states = {one.get("status"), other.get("status")}
    return not ("licensed" in states and len(states) > 1 and ("error_code" in one or "error_code" in other))


def _days_until(text: str, today: date) -> dict[str, Value]:
    """Days from today until a day in a text, less than none when it has passed.

    The order of day and month is not known where the year comes last: `until_early` and `until_days` are the two ends
    of what it can be.
    """
    found = _DATE.search(text)
    if not found:
        return {}
    first, second, third = (int(each) for each in found.groups())
    if len(found[1]) == _YEAR:
        orders = [(first, second, third)]
    else:
        year = third if len(found[3]) == _YEAR else _CENTURY + third
        orders = [(year, first, second), (year, second, first)]
    days = [(day - today).days for day in (_day(*order) for order in orders) if day]
    return {"until_early": min(days), "until_days": max(days)} if days else {}


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _hidden(keep: int, found: re.Match[str]) -> str:
    return "•••••" + (found[0][-keep:] if keep else "")


def _meaning(match: _Match) -> str | None:
    return " ".join(dict.fromkeys(mark.meaning for mark, _ in match.hits)) or None


def _is(kind: OutputKind, marks: set[str]) -> bool:
    return any(mark in marks for mark in kind.marks) or (bool(kind.marks_all) and marks >= {*kind.marks_all})


def all_hold(conditions: Iterable[Condition], slots: Mapping[str, Value]) -> bool:
    """Whether every condition holds for these slots."""
    return all(_holds(each, slots) for each in conditions)


def compiled(conditions: Iterable[Condition]) -> Callable[[Mapping[str, Value]], bool]:
    """A test whether every condition holds, for rules that are asked again and again."""
    tests = tuple(_test(each) for each in conditions)

    def hold(slots: Mapping[str, Value]) -> bool:
        for test in tests:  # noqa: SIM110 - asked a hundred times for each product
            if not test(slots):
                return False
        return True

    return tests[0] if len(tests) == 1 else hold


def _test(condition: Condition) -> Callable[[Mapping[str, Value]], bool]:
    slot, given = condition.slot, condition.model_fields_set - {"slot"}
    if given == {"has"}:
        wanted = condition.has
        return lambda slots: (slot in slots) is wanted
    if given <= {"in_", "in"} and condition.in_ is not None:
        allowed = frozenset(map(str, condition.in_))
        return lambda slots: slot in slots and str(slots[slot]) in allowed
    if given == {"like"} and condition.like is not None:
        search = re.compile(condition.like).search
        return lambda slots: slot in slots and search(str(slots[slot])) is not None
    return partial(_holds, condition)


def _holds(condition: Condition, slots: Mapping[str, Value]) -> bool:
    value = slots.get(condition.slot)
    if condition.has is not None and condition.has != (value is not None):
        return False
    if value is None:
        needed = (condition.in_, condition.over, condition.under, condition.like)
        return all(each is None for each in needed)
    text = str(value)
    number = value if isinstance(value, int) else 0
    return (
        (condition.in_ is None or text in map(str, condition.in_))
        and (condition.out is None or text not in map(str, condition.out))
        and (condition.over is None or number > condition.over or (condition.equal and number == condition.over))
        and (condition.under is None or number < condition.under)
        and (condition.like is None or bool(re.search(condition.like, text)))
        and (condition.unlike is None or not re.search(condition.unlike, text))
    )
