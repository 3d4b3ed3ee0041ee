"""The facts register: each fact in a line, and its record on the page of its family, at anchors that do not change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, get_args

from macros.catalog.models import Confidence, Conflict, Fact, FactFamily, UnknownIdError
from macros.catalog.reviews import SUPPORT_DATES, Review, due, reviews
from macros.catalog.values import converted
from macros.render.parts.clock import by_day, late_from, review_state
from macros.render.parts.components import State, columns, folded, status, table
from macros.render.parts.html import Html, bullets, escape, join, tag
from macros.render.parts.places import fact_place, family_page
from macros.render.parts.quantity import counted, number, quantity
from macros.render.parts.script_data import page_style
from macros.render.parts.usage import slot
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .changes import gone_list, history_said
from .rows import computed_with, conflict_link, in_words, own_link, pages_read, reading

CONFIDENCE_TONES: dict[Confidence, State] = {
    "documented": "ok",
    "observed": "info",
    "derived": "info",
    "conflicting": "warn",
    "unconfirmed": "warn",
}
CONFIDENCE = Words.beside(__file__, "confidence", *(f"{name} 2" for name in get_args(Confidence)))
_FACTS = Words.beside(
    __file__,
    "facts",
    "filter",
    "confidence",
    "confidence-columns 3",
    "on first last",
    "between first last",
    "overdue reviews",
    "none-overdue",
    "summary facts pages verified overdue",
    "reviews",
    "review-columns 2",
    "shown",
    "sources",
    "read page day",
    "read-more page day more",
    "more",
    "more-noted",
    "whole",
    "verified",
    "verified-on day confidence review",
    "applies",
    "conflict",
    "no-value",
    "larger length",
    "families",
    "family-columns 3",
    "index title facts",
    "index-columns 2",
    "cite",
    "page-title title",
    "page-end",
    "file",
)
_SUPPORT_PAGE = "plan/lifecycle.md"
_TAGS = re.compile(r"<[^>]*>")
_LONG = 160
"""Letters of a value from which a row shows it on demand. Our choice: four lines beside its statement."""
_CODE = re.compile(r"\\|^/\w|^_|^REG_|^CN=|^[A-Z][a-z]+-[A-Z]\w+|^(nslookup|slmgr|ospp)|\.(exe|vbs|ps1)\b")
"""Values that a reader types or looks for letter by letter."""


def fact_families(view: View) -> Html:
    """The pages of the register: what each is about, and how many facts stand on it."""
    rows = [
        (
            tag("a", family.title, href=view.href(family_page(family.id))),
            family.about,
            number(len(view.catalog.facts_of(family))),
        )
        for family in view.catalog.fact_families
    ]
    return table(_FACTS["families"], columns(_FACTS.list("family-columns"), 2), rows)


def facts_index(view: View) -> Html:
    """Every fact in a line: its statement, which leads to its record, and its value. The id is the anchor.

    Folded by family: the box above opens what has the words that a reader types, and a link the line of its fact.
    """
    families = tag("div", *(_family_index(view, family) for family in view.catalog.fact_families), id="facts")
    box = tag("div", class_="vag-toolbar", data_vag_filter="facts", data_vag_filter_label=_FACTS["filter"])
    # A hit of the search is the record, not the line that leads to it.
    return join([box, tag("div", families, data_vag_unsearched=True), gone_list(view, "fact")])


def _family_index(view: View, family: FactFamily) -> Html:
    facts = view.catalog.facts_of(family)
    rows = [
        (
            tag("a", fact.statement, href=view.href(fact_place(view.catalog, fact.id))),
            tag("div", _value(view, fact), class_="vag-register__value"),
        )
        for fact in facts
    ]
    listed = table(family.title, _FACTS.list("index-columns"), rows, [fact.id for fact in facts])
    return folded(_FACTS.plain("index", title=family.title, facts=len(facts)), listed)


def facts_register(view: View, family_id: str) -> Html:
    """What a page of the register is about, and its records, each with the fact's id as its anchor.

    Raises UnknownIdError for a family that the data does not have.
    """
    family = view.catalog.family(family_id)
    name = f"register-{family.id}"
    box = tag("div", class_="vag-toolbar", data_vag_filter=name, data_vag_filter_label=_FACTS["filter"])
    rows = (_fact_row(view, fact) for fact in view.catalog.facts_of(family))
    gone = gone_list(view, "fact", lambda fact_id: _is_of(view, fact_id, family))
    listed = tag("div", *rows, class_="vag-register vag-register--pairs", id=name)
    return join([tag("p", family.about), page_style(view, "register"), box, listed, gone])


def _is_of(view: View, fact_id: str, family: FactFamily) -> bool:
    """Whether a fact that is gone stood on the page of a family."""
    try:
        return view.catalog.family_of(fact_id) == family
    except UnknownIdError:
        return False


def confidence_legend(view: View) -> Html:
    """The degrees of confidence in words, with the number of facts in each."""
    held = Counter(fact.confidence for fact in view.catalog.facts)
    rows = [
        (status(tone, confidence_word(name)), CONFIDENCE.list(name)[1], number(held[name]))
        for name, tone in CONFIDENCE_TONES.items()
    ]
    heads = columns(_FACTS.list("confidence-columns"), 2)
    return table(_FACTS["confidence"], heads, rows, [_confidence_anchor(name) for name in CONFIDENCE_TONES])


def confidence_word(confidence: Confidence) -> str:
    """How far a fact may be trusted, in a word."""
    return CONFIDENCE.list(confidence)[0]


def confidence_said(confidence: Confidence) -> Html | None:
    """What a reader must know before relying on what is not simply documented."""
    if confidence == "documented":
        return None
    word, meaning = CONFIDENCE.list(confidence)
    return tag("p", status(CONFIDENCE_TONES[confidence], word), ": ", meaning)


def facts_summary(view: View) -> Html:
    """How many facts there are, when they were verified, and how many reviews wait, of facts and of other data."""
    facts = view.catalog.facts
    found = reviews(view.catalog)
    days = sorted({fact.verified_on for fact in facts})
    verified = _FACTS.plain("on" if len(days) == 1 else "between", first=days[0], last=days[-1])

    def overdue(on: View) -> str:
        late = len(due(found, on.today))
        return _FACTS.plain("overdue", reviews=late) if late else _FACTS["none-overdue"]

    return _FACTS.say(
        view,
        "summary",
        facts=len(facts),
        pages=len(view.catalog.sources),
        verified=verified,
        overdue=by_day(view, overdue, late_from(found)),
    )


def review_list(view: View, limit: int = 20) -> Html:
    """The facts, support dates and data files whose review is due next, the most urgent first."""
    rows = [
        (
            join([str(one.review_by), " ", review_state(view, one), *([" ", one.who] if one.who else [])]),
            join([_reviewed(view, one), " ", one.about]),
        )
        for one in reviews(view.catalog)[:limit]
    ]
    return table(_FACTS["reviews"], _FACTS.list("review-columns"), rows)


def _reviewed(view: View, review: Review) -> Html:
    """The name of what is reviewed, with a link to where readers see it."""
    if review.record is None:
        return tag("code", review.file)
    page = (
        f"{_SUPPORT_PAGE}#{review.record}" if review.file == SUPPORT_DATES else fact_place(view.catalog, review.record)
    )
    return tag("a", tag("code", review.record), href=view.href(page))


def family_source(family: FactFamily) -> str:
    """Source of a page of the register: its title, and the macro that writes the rest."""
    return (
        "---\nhide:\n  - toc\n---\n\n"
        f"# {_FACTS.plain('page-title', title=family.title)}\n\n"
        f'{{{{ facts_register("{family.id}") }}}}\n\n'
        f"{_FACTS['page-end']}\n"
    )


def _fact_row(view: View, fact: Fact) -> Html:
    """A record of the register: what a reader looks up, and the rest folded."""
    first, *others = fact.sources
    page, day = pages_read(view, [first]), fact.verified_on
    if others:
        read = _FACTS.say(view, "read-more", page=page, more=len(others), day=day)
    else:
        read = _FACTS.say(view, "read", page=page, day=day)
    links = [own_link(fact.id), " ", tag("a", _FACTS["cite"], href=f"#{fact.id}", class_="vag-proof-open")]
    shown = join([tag("dt", _FACTS["shown"]), slot(fact.id)])
    title, value, doubt, notes = _statement(view, fact)
    more = _opens(
        "more-noted" if notes else "more",
        notes,
        tag("dl", *_terms(_details(view, fact)), shown, class_="vag-list"),
        tag("p", *links, class_="vag-cite-this"),
    )
    is_long = len(_TAGS.sub("", str(value))) > _LONG
    return tag(
        "div",
        tag("div", title, doubt, class_="vag-register__said"),
        tag(
            "div",
            _opens("whole", value) if is_long else value,
            tag("p", read, class_="vag-register__meta"),
            more,
            class_="vag-register__proof",
        ),
        class_="vag-register__row",
        id=fact.id,
    )


def _opens(word: str, *content: Html | None) -> Html:
    """A part of a record that opens; a search of the site looks into it, and not for the line that opens it."""
    return folded(tag("span", _FACTS[word], data_vag_unsearched=True), *content)


def record(view: View, fact: Fact) -> Sequence[Html | None]:
    """All that the register says of a fact."""
    return (*_statement(view, fact), tag("dl", *_terms(_details(view, fact)), class_="vag-list"))


def _statement(view: View, fact: Fact) -> Sequence[Html | None]:
    return (
        tag("p", fact.statement, class_="vag-register__title"),
        tag("div", _value(view, fact), class_="vag-register__value"),
        confidence_said(fact.confidence),
        tag("p", fact.notes) if fact.notes else None,
    )


def _terms(details: Iterable[tuple[str, object]]) -> Iterable[Html]:
    return (join([tag("dt", term), tag("dd", what)]) for term, what in details)


def _details(view: View, fact: Fact) -> Iterable[tuple[str, object]]:
    word = confidence_word(fact.confidence)
    known = f"{word[0].lower()}{word[1:]}"
    yield _FACTS["sources"], pages_read(view, fact.sources)
    said = _FACTS.plain("verified-on", day=fact.verified_on, confidence=known, review=fact.review_by)
    yield _FACTS["verified"], join([said, "; ", history_said(view, "fact", fact.id)])
    yield _FACTS["applies"], ", ".join(in_words(name) for name in fact.applies_to)
    conflicts = [conflict for conflict in view.catalog.conflicts if fact.id in conflict.facts]
    if conflicts:
        yield _FACTS["conflict"], join(tag("div", _conflict(view, conflict, fact)) for conflict in conflicts)
    yield _FACTS["file"], tag("code", f"macros/data/{fact.file}")


def _conflict(view: View, conflict: Conflict, fact: Fact) -> Html:
    """What pages disagree about; with both readings where the disagreement touches this fact."""
    link = conflict_link(view, conflict)
    if fact.id in conflict.settled:
        return link
    return join([link, bullets([reading(view, conflict.a), reading(view, conflict.b), computed_with(conflict)])])


def _value(view: View, fact: Fact) -> Html:
    """A fact's value as readers see it: code as code, times also in larger units, a name beside a bare yes or no."""
    if fact.value is None:
        return tag("span", _FACTS["no-value"], class_="vag-register__meta")
    if isinstance(fact.value, bool):
        return join([f"{in_words(fact.id.rsplit('.', 1)[1])}: ", quantity(fact.value, None, view.catalog)])
    return _part(view, fact.value, fact.unit)


def _part(view: View, value: Any, unit: str | None) -> Html:
    if isinstance(value, dict):
        named = [(key, part) for key, part in value.items() if part is not None]
        parts = [join([_label(str(key), unit), _part(view, part, unit)]) for key, part in named]
        return _together(parts, value.values(), "; ")
    if isinstance(value, list):
        return _together([_part(view, part, unit) for part in value], value, ", ")
    text = quantity(value, unit, view.catalog)
    if isinstance(value, str):
        return tag("code", text) if _CODE.search(text) else escape(text)
    return join([text, _larger(view, value, unit)])


def _label(key: str, unit: str | None) -> str:
    """What stands before a part: nothing when the unit behind it says the same."""
    return "" if key == unit else f"{in_words(key)}: "


def _together(parts: Sequence[Html], values: Iterable[Any], separator: str) -> Html:
    """Parts in one line, or in a list when some of them have parts of their own."""
    nested = any(isinstance(value, dict | list) for value in values)
    return bullets(parts) if nested else join(parts, separator)


def _larger(view: View, value: int | float | bool, unit: str | None) -> Html | None:
    """A length of time in the largest unit that divides it, when that is not its own."""
    own = view.catalog.unit(unit) if unit else None
    if isinstance(value, bool) or not own or not own.minutes:
        return None
    for other in sorted(view.catalog.units, key=lambda item: -(item.minutes or 0)):
        if other.minutes and other.minutes > own.minutes:
            length = converted(value, own, other)
            if length >= 1 and length == Fraction(int(length)):
                return escape(_FACTS.plain("larger", length=counted(length, other.one, other.many)))
    return None


def _confidence_anchor(confidence: str) -> str:
    return f"confidence-{confidence}"


MACROS = (
    fact_families,
    facts_index,
    facts_register,
    facts_summary,
    confidence_legend,
    review_list,
)
