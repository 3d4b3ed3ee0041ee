"""The registers: every fact, claim, conflict, command, term and source, each at an anchor that does not change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, cast, get_args

from macros.catalog.models import Claim, CommandOption, Confidence, Conflict, Fact, Reading, Verdict
from macros.catalog.reviews import SUPPORT_DATES, Review, due, reviews
from macros.catalog.values import converted
from macros.render.parts.citations import REGISTER, cite, source
from macros.render.parts.clock import by_day, late_from, review_state
from macros.render.parts.components import State, columns, status, table
from macros.render.parts.html import Html, bullets, escape, join, tag
from macros.render.parts.quantity import counted, number, quantity
from macros.render.parts.usage import slot
from macros.render.parts.view import View
from macros.render.parts.words import Words

CONFIDENCE_TONES: dict[Confidence, State] = {
    "documented": "ok",
    "observed": "info",
    "derived": "info",
    "conflicting": "warn",
    "unconfirmed": "warn",
}
CONFIDENCE = Words.beside(__file__, "confidence", *(f"{name} 2" for name in get_args(Confidence)))
_VERDICT_TONES: dict[str, State] = {"true": "ok", "incomplete": "warn", "imprecise": "warn", "false": "bad"}
_VERDICTS = Words.beside(__file__, "verdicts", *_VERDICT_TONES)
_RIGHTS = Words.beside(__file__, "rights", "yes", "no", "mixed", "unspecified")
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
    "verified",
    "verified-on day confidence review",
    "applies",
    "conflict",
    "no-value",
    "larger length",
    "dated day",
    "undated",
)
_CLAIMS = Words.beside(
    __file__,
    "claims",
    "table",
    "columns 2",
    "correct",
    "differ conflicts",
    "sources sources",
    "verdict verdict scope",
    "first",
    "second",
    "computed",
    "with-first",
    "with-second",
    "with-neither",
    "why",
    "why-neither",
    "facts",
    "explained",
    "open",
    "no-page",
    "reading text pages",
)
_COMMANDS = Words.beside(
    __file__,
    "commands",
    "table tool",
    "table-of tool category",
    "columns 4",
    "cmdlets",
    "cmdlet-columns 2",
    "no-parameter",
    "removed",
    "rights rights detail",
    "rights-differ rights conflict",
    "rights-conflict",
    "minutes minutes",
    "default default",
    "range first last",
    "length characters",
    "values values",
    "writes names",
    "system system",
    "restart",
)
_SOURCES = Words.beside(__file__, "sources", "table", "columns 5", "inexact page", "undated", "also names")

_COMPUTED_WITH = {"a": "with-first", "b": "with-second", "neither": "with-neither"}
_SUPPORT_PAGE = "plan/lifecycle.md"
_WRITTEN = {
    "adba": "ADBA", "avma": "AVMA", "azure": "Azure", "cid": "confirmation ID", "csvlk": "CSVLK", "dns": "DNS",
    "education": "Education", "enterprise": "Enterprise", "gvlk": "GVLK", "id": "ID", "iid": "installation ID",
    "iot": "IoT", "ips": "addresses", "kb": "update", "kms": "KMS", "ltsc": "LTSC", "mak": "MAK", "max": "largest",
    "microsoft": "Microsoft", "min": "smallest", "office": "Office", "ospp": "ospp.vbs", "powershell": "PowerShell",
    "pro": "Pro", "project": "Project", "r2": "R2", "rds": "RDS",
    "rfm": "reduced functionality mode", "server": "Server", "slmgr": "slmgr.vbs",
    "spla": "SPLA", "sql": "SQL", "url": "address", "vamt": "VAMT", "visio": "Visio", "vm": "VM",
    "windows": "Windows", "wmi": "WMI", "us": "US", "china": "China", "germany": "Germany", "21vianet": "21Vianet",
    "ws2025": "Windows Server 2025",
}  # fmt: skip
"""How parts of ids and of keys are written for readers, where not as they stand."""
_CODE = re.compile(r"\\|^/\w|^_|^REG_|^CN=|^[A-Z][a-z]+-[A-Z]\w+|^(nslookup|slmgr|ospp)|\.(exe|vbs|ps1)\b")
"""Values that a reader types or looks for letter by letter."""
_GUID = re.compile(r"([0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12})")


# Facts


def facts_register(view: View, area: str | None = None) -> Html:
    """Rows of the facts register, each with the fact's id as its anchor; of one area, such as `kms`, or of all.

    Raises LookupError for an area without facts.
    """
    chosen = [fact for fact in view.catalog.facts if area in (None, fact.area)]
    if not chosen:
        known = ", ".join(dict.fromkeys(fact.area for fact in view.catalog.facts))
        raise LookupError(f'no fact is in the area "{area}"; areas: {known}')
    return tag(
        "div",
        *(_fact_row(view, fact) for fact in chosen),
        class_="vag-register",
        id=f"facts-{area or 'all'}",
        # cite.js adds a button to each row and puts the citation together from what the row shows.
        data_vag_cite=True,
    )


def facts_filter(view: View) -> Html:
    """The box that filters the facts registers of all areas on a page."""
    areas = dict.fromkeys(fact.area for fact in view.catalog.facts)
    ids = " ".join(f"facts-{area}" for area in areas)
    return tag("div", class_="vag-toolbar", data_vag_filter=ids, data_vag_filter_label=_FACTS["filter"])


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
        (join([str(one.review_by), " ", review_state(view, one)]), join([_reviewed(view, one), " ", one.about]))
        for one in reviews(view.catalog)[:limit]
    ]
    return table(_FACTS["reviews"], _FACTS.list("review-columns"), rows)


def _reviewed(view: View, review: Review) -> Html:
    """The name of what is reviewed, with a link to where readers see it."""
    if review.record is None:
        return tag("code", review.file)
    page = f"{_SUPPORT_PAGE}#{review.record}" if review.file == SUPPORT_DATES else f"{REGISTER}#{review.record}"
    return tag("a", tag("code", review.record), href=view.href(page))


def _fact_row(view: View, fact: Fact) -> Html:
    return tag(
        "div",
        tag("p", fact.statement, class_="vag-register__title"),
        tag("div", _value(view, fact), class_="vag-register__value"),
        confidence_said(fact.confidence),
        tag("p", fact.notes) if fact.notes else None,
        tag(
            "dl",
            *(join([tag("dt", term), tag("dd", what)]) for term, what in _details(view, fact)),
            tag("dt", _FACTS["shown"]),
            slot(fact.id),
            class_="vag-list",
        ),
        tag("p", _own_link(fact.id), class_="vag-cite-this"),
        class_="vag-register__row",
        id=fact.id,
    )


def _details(view: View, fact: Fact) -> Iterable[tuple[str, object]]:
    word = confidence_word(fact.confidence)
    known = f"{word[0].lower()}{word[1:]}"
    yield _FACTS["sources"], _sources(view, fact.sources)
    said = _FACTS.plain("verified-on", day=fact.verified_on, confidence=known, review=fact.review_by)
    yield _FACTS["verified"], said
    yield _FACTS["applies"], ", ".join(_words(name) for name in fact.applies_to)
    conflicts = [item for item in view.catalog.conflicts if fact.id in item.facts]
    if conflicts:
        yield _FACTS["conflict"], join((_conflict_link(view, item) for item in conflicts), ", ")


def _value(view: View, fact: Fact) -> Html:
    """A fact's value as readers see it: code as code, times also in larger units, a name beside a bare yes or no."""
    if fact.value is None:
        return tag("span", _FACTS["no-value"], class_="vag-register__meta")
    if isinstance(fact.value, bool):
        return join([f"{_words(fact.id.rsplit('.', 1)[1])}: ", quantity(fact.value, None, view.catalog)])
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
    return "" if key == unit else f"{_words(key)}: "


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


def _sources(view: View, ids: Iterable[str]) -> Html:
    return join((join([_page(view, name), _page_date(view, name)]) for name in ids), ", ")


def _page(view: View, source_id: str) -> Html:
    record = view.catalog.source(source_id)
    return tag("a", record.title, href=str(record.url), class_="vag-source")


def _page_date(view: View, source_id: str) -> str:
    day = view.catalog.source(source_id).page_date
    return _FACTS.plain("dated", day=day) if day else _FACTS["undated"]


def _fact_link(view: View, fact: Fact) -> Html:
    return tag("a", tag("code", fact.id), href=view.href(f"{REGISTER}#{fact.id}"), data_fact=fact.id)


def _own_link(anchor: str) -> Html:
    return tag("a", tag("code", anchor), href=f"#{anchor}")


def _confidence_anchor(confidence: str) -> str:
    return f"confidence-{confidence}"


def _words(identifier: str) -> str:
    """An id or a key as words: `office-ltsc-2024` is `Office LTSC 2024`."""
    words = " ".join(_WRITTEN.get(word, word) for word in re.split(r"[-_]", identifier))
    return words.replace("Windows 8 1", "Windows 8.1")


# Claims


def claims_summary(view: View) -> Html:
    """The claims and their verdicts, one line each."""
    rows = [
        (tag("a", claim.claim, href=view.href(f"reference/claims.md#{claim.id}")), _verdicts(claim))
        for claim in view.catalog.claims
    ]
    return tag("div", table(_CLAIMS["table"], _CLAIMS.list("columns"), rows), data_vag_quote=True)


def claims_list(view: View) -> Html:
    """Every claim: the verdict first, then the claim itself, what is correct, and the pages that say so."""
    return tag("div", *(_claim_row(view, claim) for claim in view.catalog.claims), class_="vag-register")


def _claim_row(view: View, claim: Claim) -> Html:
    conflicts = [view.catalog.conflict(name) for name in claim.conflicts]
    return tag(
        "div",
        tag("p", _verdicts(claim), class_="vag-register__title"),
        tag("blockquote", tag("p", claim.claim)),
        tag("p", tag("strong", _CLAIMS["correct"], ": "), claim.correct, " ", cite(view, *claim.facts)),
        tag("p", claim.remarks) if claim.remarks else None,
        tag("p", _CLAIMS.say(view, "differ", conflicts=join((_conflict_link(view, item) for item in conflicts), ", ")))
        if conflicts
        else None,
        tag("p", _CLAIMS.say(view, "sources", sources=_sources(view, claim.sources)), class_="vag-register__meta"),
        tag("p", _own_link(claim.id), class_="vag-cite-this"),
        class_="vag-register__row",
        id=claim.id,
    )


def _verdicts(claim: Claim) -> Html:
    return join((_verdict(item, claim.incomplete) for item in claim.verdicts), " ")


def _verdict(item: Verdict, incomplete: bool) -> Html:
    name = "incomplete" if incomplete and item.verdict == "true" else item.verdict
    word = _VERDICTS[name]
    said = _CLAIMS.plain("verdict", verdict=word, scope=item.scope) if item.scope else word
    return status(_VERDICT_TONES[name], said)


# Conflicts


def conflicts_list(view: View) -> Html:
    """Every conflict: both readings with their pages, the one that computations use, why, and the facts it touches."""
    return tag(
        "div", *(_conflict_row(view, item) for item in view.catalog.conflicts), class_="vag-register", id="conflicts"
    )


def _conflict_row(view: View, conflict: Conflict) -> Html:
    facts = [view.catalog.fact(name) for name in conflict.facts]
    neither = conflict.computed_with == "neither"
    details = [
        (_CLAIMS["first"], _reading(view, conflict.a)),
        (_CLAIMS["second"], _reading(view, conflict.b)),
        (_CLAIMS["computed"], _CLAIMS[_COMPUTED_WITH[conflict.computed_with]]),
        (_CLAIMS["why-neither" if neither else "why"], conflict.reason),
    ]
    if facts:
        details.append((_CLAIMS["facts"], join((_fact_link(view, fact) for fact in facts), ", ")))
    return tag(
        "div",
        tag(
            "p",
            conflict.topic,
            " ",
            status("ok", _CLAIMS["explained"]) if conflict.closed else status("warn", _CLAIMS["open"]),
            class_="vag-register__title",
        ),
        *(tag("p", tag("strong", f"{term}:"), " ", what) for term, what in details),
        tag("p", _own_link(conflict.id), class_="vag-cite-this"),
        class_="vag-register__row",
        id=conflict.id,
    )


def _reading(view: View, reading: Reading) -> Html:
    pages = _sources(view, reading.sources) if reading.sources else _CLAIMS["no-page"]
    return _CLAIMS.say(view, "reading", text=tag("span", _with_code(reading.text), data_vag_quote=True), pages=pages)


def _with_code(text: str) -> Html:
    """Text with its long identifiers as code, which may break anywhere on a narrow screen."""
    return join(tag("code", part) if _GUID.fullmatch(part) else part for part in _GUID.split(text))


def _conflict_link(view: View, conflict: Conflict) -> Html:
    return tag("a", conflict.topic, href=view.href(f"reference/conflicts.md#{conflict.id}"))


# Commands


def commands_table(view: View, tool: str, category: str | None = None) -> Html:
    """Options of slmgr.vbs (`slmgr`) or ospp.vbs (`ospp`): what each is for and the rights it needs.

    `category` limits the table, for example to `kms-client`. Raises LookupError when no option fits.
    """
    chosen = [item for item in view.catalog.commands if item.tool == tool and category in (None, item.category)]
    if not chosen:
        known = ", ".join(dict.fromkeys(f"{item.tool} {item.category}" for item in view.catalog.commands))
        raise LookupError(f'no command is in "{tool} {category}"; there are: {known}')
    rows = [(_call(item), _purpose(item), _rights(view, item), _remarks(view, item)) for item in chosen]
    anchors = [command_anchor(item) for item in chosen]
    title = _COMMANDS.plain("table", tool=tool)
    if category:
        title = _COMMANDS.plain("table-of", tool=tool, category=_words(category))
    return table(title, _COMMANDS.list("columns"), rows, anchors)


def cmdlets_table(view: View) -> Html:
    """Cmdlets of the module OSLicense with their parameters, as the fact lists them."""
    known = cast(Mapping[str, Sequence[str]], view.catalog.fact("tools.oslicense.parameters").value)
    rows = [
        (
            tag("code", name),
            join((tag("code", f"-{one}") for one in parameters), " ") if parameters else _COMMANDS["no-parameter"],
        )
        for name, parameters in known.items()
    ]
    anchors = [name.lower() for name in known]
    return table(_COMMANDS["cmdlets"], _COMMANDS.list("cmdlet-columns"), rows, anchors)


def command_anchor(item: CommandOption) -> str:
    """The anchor of an option: `slmgr-dlv`; `ospp-rearm-value` for the form that takes a value after a colon."""
    value = "-value" if item.option.endswith(":") else ""
    return f"{item.tool}-{item.option.strip('/:').lower()}{value}"


def _call(item: CommandOption) -> Html:
    joint = "" if item.option.endswith(":") else " "
    return tag("code", f"{item.option}{joint}{item.arguments}" if item.arguments else item.option)


def _purpose(item: CommandOption) -> Html:
    gone = join([" ", status("warn", _COMMANDS["removed"])]) if item.deprecated else None
    return join([item.meaning, gone])


def _rights(view: View, item: CommandOption) -> Html:
    rights = _RIGHTS[item.elevated]
    stated = rights
    if item.elevated_detail:
        stated = _COMMANDS.plain("rights", rights=rights, detail=item.elevated_detail)
    if item.rights_conflict is None:
        return join([stated])
    href = view.href(f"reference/conflicts.md#{item.rights_conflict}")
    link = tag("a", _COMMANDS["rights-conflict"], href=href)
    return _COMMANDS.say(view, "rights-differ", rights=stated, conflict=link)


def _remarks(view: View, item: CommandOption) -> Html:
    """Defaults, limits, accepted values and what to watch for, as sentences."""
    found: list[object] = []
    if item.default:
        minutes = _COMMANDS.plain("minutes", minutes=int(item.default)) if item.range else item.default
        found.append(_COMMANDS.plain("default", default=minutes))
    if item.range:
        found.append(_COMMANDS.plain("range", first=item.range[0], last=item.range[1]))
    if item.max_length:
        found.append(_COMMANDS.plain("length", characters=item.max_length))
    if item.values:
        found.append(
            _COMMANDS.plain("values", values="; ".join(f"{value}: {what}" for value, what in item.values.items()))
        )
    if item.registry_values:
        names = join((tag("code", name) for name in item.registry_values), ", ")
        found.append(_COMMANDS.say(view, "writes", names=names))
    if item.minimum_system:
        found.append(_COMMANDS.plain("system", system=item.minimum_system))
    if item.service_restart:
        found.append(_COMMANDS.say(view, "restart"))
    if item.notes:
        found.append(item.notes)
    return join(found, " ")


# Glossary and sources


def glossary_list(view: View) -> Html:
    """Every term with its meaning and the facts it stands on; each has an anchor such as `term-csvlk`."""
    entries = (
        tag(
            "div",
            tag("dt", item.term, _SOURCES.plain("also", names=", ".join(item.also)) if item.also else None),
            tag("dd", item.meaning, " ", cite(view, *item.facts) if item.facts else None),
            id=term_anchor(item.term),
        )
        for item in view.catalog.glossary
    )
    return tag("dl", *entries, class_="vag-list", id="glossary-terms")


def term_anchor(term: str) -> str:
    """The anchor of a term: `term-kms-host`."""
    return "term-" + re.sub(r"[^a-z0-9]+", "-", term.lower()).strip("-")


def sources_table(view: View) -> Html:
    """Every page that was read: its id in the data, who publishes it, its date, and how many facts cite it."""
    cited = Counter(name for fact in view.catalog.facts for name in fact.sources)
    rows = [
        (
            tag("code", item.id),
            source(view, item.id) if item.url_exact else _SOURCES.say(view, "inexact", page=source(view, item.id)),
            item.publisher,
            str(item.page_date or _SOURCES["undated"]),
            number(cited[item.id]),
        )
        for item in view.catalog.sources
    ]
    heads = columns(_SOURCES.list("columns"), 4)
    return tag("div", table(_SOURCES["table"], heads, rows), id="sources-table")


MACROS = (
    facts_register,
    facts_filter,
    facts_summary,
    confidence_legend,
    review_list,
    claims_summary,
    claims_list,
    conflicts_list,
    commands_table,
    cmdlets_table,
    glossary_list,
    sources_table,
)
