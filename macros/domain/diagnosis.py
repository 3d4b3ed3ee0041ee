"""Reads what licensing commands and events print, in small steps: clean lines, recognize each, build products, find.

What the steps know stands in macros/data/outputs.yaml. The browser takes the same steps on the same data:
docs/assets/javascripts/diagnosis.js, held to the same cases.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial

from macros.catalog.models import Catalog
from macros.catalog.output_models import (
    Condition,
    FindingRule,
    OutputField,
    OutputKind,
    OutputLine,
    OutputPhrase,
    Outputs,
    Severity,
)
from macros.catalog.product_keys import GROUP, masked

Value = str | int
Mark = OutputField | OutputPhrase | OutputLine

PRODUCT_SLOTS = (
    "name", "channel", "status", "remaining_minutes", "error_code", "partial_key", "kms_host", "kms_port",
    "activation_interval", "renewal_interval", "current_count", "total_requests",
)  # fmt: skip
"""What the report says of every product, in its order."""

_BREAK = re.compile(r"\r\n?|[\n\u2028\u2029]")
_BLANK = re.compile(r"[\t\x0b\x0c \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff9-\uffff]"
)
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_SIGN = re.compile("[:\uff1a=]")
_FILL = re.compile(r"\{([a-z_]+)\}")
_ORDER: Mapping[Severity, int] = {"error": 0, "warning": 1, "info": 2}
_ENDS = " -_.()\"'"
_LARGEST = 2**31 - 1
_HOURS, _HOUR = 48, 60


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


@dataclass
class Entry:
    """What the text says of one product: slots, and the line that filled each."""

    slots: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)

    @property
    def says_something(self) -> bool:
        """Whether it belongs into a list of products."""
        return any(self.slots.get(name, "unknown") != "unknown" for name in PRODUCT_SLOTS)


@dataclass(frozen=True)
class Reading:
    """A text, read. Without a kind it is none that this reader knows."""

    kind: OutputKind | None
    role: str | None
    language: str
    tier: str
    products: tuple[Entry, ...]
    findings: tuple[Found, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class _Match:
    """What one line is: marks with the slots that each fills.

    Incomplete when the next line may belong to it, and weak when it may be the end of the line before.
    """

    hits: tuple[tuple[Mark, Mapping[str, Value]], ...] = ()
    complete: bool = False
    weak: bool = False
    languages: tuple[str, ...] = ()


def fold(text: str) -> str:
    """Text for comparing: small letters, no accents, plain quotation marks, single blanks."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return _BLANK.sub(" ", unicodedata.normalize("NFC", bare).lower().replace("\u2019", "'"))


def text_of(data: bytes) -> str:
    """Text of a file in the encodings that Windows writes. Letters that cannot be read are replaced: labels stay."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data.decode("utf-16", "replace")
    return data.decode("utf-8", "replace")


class Reader:
    """The steps, with the data that they need made ready once."""

    def __init__(self, outputs: Outputs, published: Iterable[str], codes: Mapping[str, str]) -> None:
        self._data = outputs
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
        self._english = outputs.languages[0].name
        self._masks = [(re.compile(mask.pattern), mask.keep) for mask in outputs.masks]
        self._prefixes = [re.compile(pattern) for pattern in outputs.clean.prefixes]
        self._date, self._label = re.compile(outputs.date), re.compile(outputs.label)
        self._junk, self._prompt = re.compile(outputs.clean.junk), re.compile(outputs.clean.prompt)

    def read(self, text: str) -> Reading:
        """Read a text. Product keys in it are hidden first, so that none of what is said of it shows one."""
        lines, clipped = self._clean(text)
        accepted = [*self._recognized(lines)]
        marks = {mark.id for match, _ in accepted for mark, _ in match.hits}
        kind = next((kind for kind in self._data.kinds if _is(kind, marks)), None)
        names = Counter(name for match, _ in accepted for name in match.languages)
        foreign = {name: count for name, count in names.items() if name != self._english}
        language = max(foreign, key=lambda name: foreign[name]) if foreign else self._english
        entries = self._entries(accepted)
        for entry in entries:
            self._derive(entry, kind)
        host = any(entry.slots.get("channel") == "kms-host" for entry in entries)
        whole = self._whole(entries, kind, foreign, language, clipped)
        shown = tuple(
            Line(number, self.mask(text), _meaning(match)) for match, numbers in accepted for number, text in numbers
        )
        return Reading(
            kind,
            "kms-host" if host else kind.role if kind else None,
            language,
            self.tiers[language],
            tuple(entry for entry in entries if entry.says_something),
            self._findings(entries, whole) if kind else (),
            shown,
        )

    def mask(self, text: str) -> str:
        """Text with every key and id masked."""
        for pattern, keep in self._masks:
            text = pattern.sub(partial(_hidden, keep), text)
        return text

    # Lines

    def _clean(self, text: str) -> tuple[list[tuple[int, str]], int]:
        """Lines that are not blank, with their numbers, and how many lines there are when that is not all."""
        most = self._data.most
        parts = _BREAK.split(masked(text[: most.characters], self._keys))
        clipped = len(text) > most.characters or len(parts) > most.lines
        found = ((number, self._plain(part[: most.line])) for number, part in enumerate(parts[: most.lines], 1))
        return [(number, line) for number, line in found if line], min(len(parts), most.lines) if clipped else 0

    def _plain(self, line: str) -> str:
        line = _BLANK.sub(" ", _UNSEEN.sub("", line)).strip(" ")
        for _ in range(3):
            for prefix in self._prefixes:
                line = prefix.sub("", line)
        return self._prompt.sub("", self._junk.sub("", line)).strip(" ")

    def _recognized(self, lines: Sequence[tuple[int, str]]) -> Iterator[tuple[_Match, list[tuple[int, str]]]]:
        """Every line with what it is. A line that was cut in two, or a long value, is several lines."""
        memo: dict[int, _Match] = {}

        def at(index: int) -> _Match:
            if index not in memo:
                memo[index] = self._match(lines[index][1])
            return memo[index]

        def taken(index: int) -> tuple[_Match, int]:
            alone, text = at(index), lines[index][1]
            if alone.complete and not alone.weak:
                return alone, 1
            plain = spaced = text
            for more in range(index + 1, min(index + 3, len(lines))):
                if not at(more).weak:
                    break
                plain, spaced = plain + lines[more][1], f"{spaced} {lines[more][1]}"
                for joined in (plain, spaced):
                    match = self._match(joined[: self._data.most.line])
                    if match.complete and not match.weak:
                        return match, more - index + 1
            return alone, 1

        index = 0
        while index < len(lines):
            match, count = taken(index)
            end = index + count
            if any(isinstance(mark, OutputField) and mark.runs for mark, _ in match.hits):
                last = min(end + self._data.most.run, len(lines))
                while end < last and not taken(end)[0].hits and not self._label.search(lines[end][1]):
                    end += 1
            yield match, list(lines[index:end])
            index = end

    def _match(self, text: str) -> _Match:
        folded = fold(text)
        hits: list[tuple[Mark, Mapping[str, Value]]] = []
        languages: list[str] = []
        complete = True
        sign = _SIGN.search(text)
        known = self._field_of(text, sign.start()) if sign else None
        if sign and known:
            slots, complete = self._value(known[0], text[sign.end() :])
            hits.append((known[0], slots))
            languages.append(known[1])
        else:
            hits += self._lines(text, is_fallback=False)
        for phrase, words, language in self._phrases:
            if words == folded.strip(" .") if phrase.whole else words in folded:
                found = self._date.search(text) if phrase.dated else None
                hits.append((phrase, {**phrase.gives, **({"until": found[0]} if found else {})}))
                languages.append(language)
                complete = True
        weak = not hits
        if weak:
            hits += self._lines(text, is_fallback=True)
        return _Match(tuple(hits), complete and bool(hits), weak, tuple(languages))

    def _lines(self, text: str, is_fallback: bool) -> Iterator[tuple[Mark, Mapping[str, Value]]]:
        for line in self._data.lines:
            found = re.search(line.pattern, text) if line.fallback == is_fallback else None
            if found:
                yield line, {**line.gives, **self._slots(line.sets, found)}

    def _field_of(self, text: str, end: int) -> tuple[OutputField, str] | None:
        label = fold(text[:end]).strip(_ENDS[:1] + "\"'")
        found = self._fields.get(label)
        if found is None and any(hint in label for hint in self._data.labels_of_status):
            word = self._status(text[end + 1 :])
            return self._fields["license status"] if word else None
        return found

    def _value(self, mark: OutputField, value: str) -> tuple[Mapping[str, Value], bool]:
        """The slots that a value fills, and whether it is whole."""
        value = value.strip(' ",')
        names = mark.sets if mark.sets is not None else (mark.id,) if mark.patterns else ()
        if mark.reads:
            word = self._status(value)
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
        if name in self._data.codes:
            code = text.upper().rjust(8, "0")
            return {name: f"0x{code}"} if int(code, 16) else {}
        text = text.strip(" .`")
        return {name: self.mask(text)} if text else {}

    # Products

    @staticmethod
    def _entries(accepted: Iterable[tuple[_Match, list[tuple[int, str]]]]) -> list[Entry]:
        entries: list[Entry] = []
        fresh = True
        for match, lines in accepted:
            fresh |= any(isinstance(mark, OutputLine) and mark.breaks for mark, _ in match.hits)
            for mark, slots in match.hits:
                if not slots:
                    continue
                own = [name for name in slots if name not in mark.gives] or slots
                if fresh or (mark.starts and any(name in entries[-1].slots for name in own)):
                    entries.append(Entry())
                    fresh = False
                for name, value in slots.items():
                    if name not in entries[-1].slots:
                        entries[-1].slots[name] = value
                        entries[-1].lines[name] = lines[0][0]
        return entries

    def _derive(self, entry: Entry, kind: OutputKind | None) -> None:
        slots, data = entry.slots, self._data
        if kind:
            slots["kind"] = kind.id
        if slots.get("partial_key") in self._published:
            slots["published_key"] = "yes"
        state = data.states.get(str(slots.get("state")))
        if state:
            slots.setdefault("status", self._statuses.get(fold(state), "unknown"))
        for rule in data.derive:
            value = slots.get(rule.from_) if rule.from_ else rule.to
            if rule.set not in slots and value is not None and all(_holds(each, slots) for each in rule.when):
                slots[rule.set] = value
                if rule.from_ in entry.lines:
                    entry.lines[rule.set] = entry.lines[rule.from_]
        minutes = slots.get("remaining_minutes")
        if isinstance(minutes, int):
            slots["days"] = minutes // data.minutes_a_day
            interval = max(int(slots.get("renewal_interval", 0)), data.policy.renewal)
            slots["missed"] = max(data.policy.validity - minutes - 1, 0) // interval

    def _whole(
        self, entries: Sequence[Entry], kind: OutputKind | None, foreign: object, language: str, clipped: int
    ) -> dict[str, Value]:
        slots: dict[str, Value] = {"language": language, "kind": kind.id if kind else ""}
        used = [entry.slots for entry in entries if "not_in_use" not in entry.slots]
        offices = {slots["name"] for slots in used if slots.get("product") == "office" and "name" in slots}
        slots["office_licenses"] = len(offices) if kind and kind.id == "ospp-dstatus" else 0
        slots["hosts"] = len(
            {e.slots.get("kms_host") for e in entries if "srv_name" in e.slots and "kms_host" in e.slots}
        )
        return slots | ({"foreign": "yes"} if foreign else {}) | ({"clipped": clipped} if clipped else {})

    # Findings

    def _findings(self, entries: Sequence[Entry], whole: dict[str, Value]) -> tuple[Found, ...]:
        found: dict[tuple[str, str], Found] = {}
        for entry in entries:
            for rule in self._data.findings:
                if rule.scope == "product" and all(_holds(each, entry.slots) for each in rule.when):
                    one = self._found(rule, entry.slots, [entry])
                    found.setdefault((one.id, one.summary), one)
        for rule in self._data.findings:
            if rule.scope == "text" and all(_holds(each, whole) for each in rule.when):
                found[rule.id, ""] = self._found(rule, whole, entries)
        return tuple(sorted(found.values(), key=lambda one: _ORDER[one.severity]))

    def _found(self, rule: FindingRule, slots: Mapping[str, Value], entries: Sequence[Entry]) -> Found:
        values = self._words(slots)

        def fill(template: str) -> str:
            return _FILL.sub(lambda match: self.mask(str(values.get(match[1], "?"))), template)

        lines = sorted({e.lines[name] for e in entries for name in rule.show if name in e.lines})
        method = self._data.methods.get(str(slots.get("channel")), "")
        known = {"code": str(slots.get("real_error", "")), "method": method}
        targets = dict.fromkeys(known.get(name, name) for name in rule.next)
        return Found(
            rule.id,
            rule.severity,
            fill(rule.text),
            fill(rule.todo),
            tuple(lines),
            tuple(target for target in targets if target),
            rule.facts,
        )

    def _words(self, slots: Mapping[str, Value]) -> Mapping[str, Value]:
        words = self._data.words
        values: dict[str, Value] = {"name": words.nobody, "left": "", **slots}
        summary = self._codes.get(str(slots.get("error_code")))
        values["meaning"] = f": {summary}" if summary else ". This guide has no page on it."
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


def reader(catalog: Catalog) -> Reader:
    """The reader of a catalog."""
    return _reader(_Held(catalog))


@dataclass(frozen=True)
class _Held:
    """A catalog that is compared by identity: hashing all of it would take longer than reading a text."""

    catalog: Catalog

    def __hash__(self) -> int:
        return id(self.catalog)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.catalog is self.catalog


@lru_cache(maxsize=2)
def _reader(held: _Held) -> Reader:
    catalog = held.catalog
    published = {key.key for key in catalog.client_keys}
    return Reader(catalog.outputs, published, {record.code: record.summary for record in catalog.error_codes})


def _hidden(keep: int, found: re.Match[str]) -> str:
    return "•••••" + (found[0][-keep:] if keep else "")


def _meaning(match: _Match) -> str | None:
    return " ".join(dict.fromkeys(mark.meaning for mark, _ in match.hits)) or None


def _is(kind: OutputKind, marks: set[str]) -> bool:
    return any(mark in marks for mark in kind.marks) or (bool(kind.marks_all) and marks >= {*kind.marks_all})


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
