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
from functools import lru_cache, partial
from typing import Literal

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
    VerdictState,
)
from macros.catalog.product_keys import GROUP, masked

from .error_codes import names_without_a_page

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

_BREAK = re.compile(r"\r\n?|[\n\u2028\u2029]")
_BLANK = re.compile(r"[\t\x0b\x0c \xa0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ud800-\udfff\ufe00-\ufe0f\ufeff\ufff9-\uffff]"
)
_ACCENTS = re.compile(r"[\u0300-\u036f]")
_SIGN = re.compile("[:\uff1a=]")
_FILL = re.compile(r"\{([a-z_]+)\}")
_DATE = re.compile("([0-9]{1,4})[./-]([0-9]{1,2})[./-]([0-9]{1,4})")
_ORDER: Mapping[Severity, int] = {"error": 0, "warning": 1, "info": 2}
_GRAVE: Mapping[str, Level] = {"error": "error", "warning": "warning"}
_LEVELS: Sequence[Level] = ("error", "warning", "unseen", "good", "aside")
_ENDS = " -_.()\"'"
_LARGEST = 2**31 - 1
_HOURS, _HOUR = 48, 60
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


@dataclass(frozen=True)
class Verdict:
    """The whole text in one sentence, and what to do next where the sentence is not about a fault."""

    state: VerdictState
    text: str
    todo: str


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
        self._english = outputs.languages[0].name
        self._masks = [(re.compile(mask.pattern), mask.keep) for mask in outputs.masks]
        self._prefixes = [re.compile(pattern) for pattern in outputs.clean.prefixes]
        self._date, self._label = re.compile(outputs.date), re.compile(outputs.label)
        self._same_product = re.compile(outputs.same_product)
        self._junk, self._prompt = re.compile(outputs.clean.junk), re.compile(outputs.clean.prompt)

    def read(self, text: str, today: date) -> Reading:
        """Read a text. Product keys in it are hidden first, so that none of what is said of it shows one.

        Days in it are compared with today.
        """
        lines, clipped = self._clean(text)
        accepted = [*self._recognized(lines)]
        marks = {mark.id for match, _ in accepted for mark, _ in match.hits}
        kind = next((kind for kind in self._data.kinds if _is(kind, marks)), None)
        names = Counter(name for match, _ in accepted for name in match.languages)
        foreign = {name: count for name, count in names.items() if name != self._english}
        language = max(foreign, key=lambda name: foreign[name]) if foreign else self._english
        entries = _merged(self._entries(accepted))
        for number, entry in enumerate(entries):
            self._derive(entry, kind, today)
            if any(_in_another_state(entry, earlier) for earlier in entries[:number]):
                entry.slots["again"] = "yes"
        shown = tuple(
            Line(number, self.mask(text), _meaning(match)) for match, numbers in accepted for number, text in numbers
        )
        whole: dict[str, Value] = {"language": language, "kind": kind.id if kind else ""}
        whole |= ({"foreign": "yes"} if foreign else {}) | ({"clipped": clipped} if clipped else {})
        findings = self._findings(entries, whole) if kind else ()
        products = tuple(
            sorted((entry for entry in entries if entry.says_something), key=lambda one: _LEVELS.index(one.level))
        )
        return Reading(
            kind,
            self._verdict(products, findings) if kind else None,
            _role(entries, kind),
            language,
            self.tiers[language],
            products,
            findings,
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
            for mark, found in match.hits:
                slots = {**found, "side": mark.side} if mark.side else found
                if not slots:
                    continue
                own = [name for name in found if name not in mark.gives] or slots
                begins = mark.starts and not fresh and any(name in entries[-1].slots for name in own)
                if fresh or begins or _is_of_another(mark, entries[-1].slots):
                    entries.append(Entry())
                    fresh = False
                for name, value in slots.items():
                    if name not in entries[-1].slots:
                        entries[-1].slots[name] = value
                        entries[-1].lines[name] = lines[0][0]
        return entries

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

    # Findings

    def _findings(self, entries: Sequence[Entry], whole: Mapping[str, Value]) -> tuple[Found, ...]:
        """All findings, the gravest first; each product gets its level on the way."""
        found: dict[tuple[str, str], Found] = {}
        same = [*self._same(entries)]
        for entry in entries:
            rules = [rule for rule in self._data.findings if rule.scope == "product" and _all_hold(rule, entry.slots)]
            entry.level = _level(entry.slots, rules)
            for rule in rules:
                one = self._found(rule, entry.slots, [entry])
                found.setdefault((one.id, one.summary), one)
        for scope, slots, about in (*same, ("text", self._whole(entries, whole, found), entries)):
            for rule in self._data.findings:
                if rule.scope == scope and _all_hold(rule, slots):
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
                values = {**slots, "count": len(inactive), "all": len(used)}
                values["code"] = f", {slots['real_error']}" if "real_error" in slots else ""
                values["status_word"] = self._data.words.statuses[str(slots["status"])]
                template = words.inactive_of_several if len(used) > 1 else words.inactive
                todo = inactive[0].todo or gravest.todo
                return Verdict(state, _filled(template, values, self.mask), todo)
            return Verdict(state, gravest.summary, gravest.todo)
        unseen = next((one for one in findings if one.unseen), None)
        if unseen:
            return Verdict("unseen", unseen.summary, unseen.todo)
        values = {**self._words(used[0].slots), "all": len(used)}
        return Verdict("good", _filled(words.good_of_several if len(used) > 1 else words.good, values, self.mask), "")

    def _words(self, slots: Mapping[str, Value]) -> Mapping[str, Value]:
        words = self._data.words
        values: dict[str, Value] = {"name": words.nobody, "left": "", "about": "", **slots}
        if "name" in slots:
            values["about"] = _filled(words.about, slots)
        values["meaning"] = self._codes.get(str(slots.get("error_code")), _NO_PAGE)
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
    for entry in entries:
        fitting = (one for one in merged if "name" in entry.slots and _fit(one.slots, entry.slots))
        target = next(fitting, None)
        if target is None:
            merged.append(entry)
            continue
        for name, value in entry.slots.items():
            target.slots.setdefault(name, value)
            if name in entry.lines:
                target.lines.setdefault(name, entry.lines[name])
    return merged


def _is_of_another(mark: Mark, slots: Mapping[str, Value]) -> bool:
    """Whether a line of a host follows lines of a client, or the other way round: two outputs without a break."""
    return bool(mark.side and "side" in slots) and (mark.side == "kms-host") != (slots["side"] == "kms-host")


def _in_another_state(one: Entry, other: Entry) -> bool:
    same = all(one.slots.get(name) == other.slots.get(name) for name in ("name", "description", "partial_key"))
    used = not ("not_in_use" in one.slots or "not_in_use" in other.slots)
    return same and used and "name" in one.slots and one.slots["status"] != other.slots["status"]


def _fit(one: Mapping[str, Value], other: Mapping[str, Value]) -> bool:
    if one.get("name") != other.get("name") or any(one[name] != other[name] for name in one.keys() & other.keys()):
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


def _all_hold(rule: FindingRule, slots: Mapping[str, Value]) -> bool:
    return all(_holds(each, slots) for each in rule.when)


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
