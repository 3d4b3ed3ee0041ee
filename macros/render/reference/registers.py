"""The registers: every fact, claim, conflict, command, term and source, each at an anchor that does not change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

from macros.catalog.models import Claim, CommandOption, Confidence, Conflict, Fact, Reading, Verdict
from macros.catalog.reviews import SUPPORT_DATES, Review, due, reviews
from macros.catalog.values import converted
from macros.render.parts.citations import REGISTER, cite, source
from macros.render.parts.clock import by_day, late_from, review_state
from macros.render.parts.components import Column, State, status, table
from macros.render.parts.html import Html, bullets, escape, join, tag
from macros.render.parts.quantity import counted, number, quantity
from macros.render.parts.usage import slot
from macros.render.parts.view import View

CONFIDENCE: dict[Confidence, tuple[State, str, str]] = {
    "documented": ("ok", "Documented", "A page that was read says so; its date and the day of reading are given."),
    "observed": ("info", "Observed", "Seen on real computers; no page that was read says so."),
    "derived": ("info", "Derived", "Our own conclusion or arithmetic from pages that were read."),
    "conflicting": ("warn", "Sources differ", "Pages of the same publisher disagree; see the register of conflicts."),
    "unconfirmed": ("warn", "Unconfirmed", "No page that states it could be read. Check it before you build on it."),
}
VERDICTS: dict[str, tuple[State, str]] = {
    "true": ("ok", "True"),
    "imprecise": ("warn", "Imprecise"),
    "false": ("bad", "False"),
}
INCOMPLETE: tuple[State, str] = ("warn", "True, but incomplete")

INEXACT = "(not exact: the text was read in its repository, and the link is that of the page it belongs to)"

_SUPPORT_PAGE = "plan/lifecycle.md"
_RIGHTS = {"yes": "Elevated prompt", "no": "Any user", "mixed": "Depends", "unspecified": "Not stated"}
_RESTART_FACTS = ("kms.host.settings_activated", "kms.host.settings_restart")
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
        # site.js adds a button to each row and puts the citation together from what the row shows.
        data_vag_cite=True,
    )


def facts_filter(view: View) -> Html:
    """The box that filters the facts registers of all areas on a page."""
    areas = dict.fromkeys(fact.area for fact in view.catalog.facts)
    ids = " ".join(f"facts-{area}" for area in areas)
    return tag("div", class_="vag-toolbar", data_vag_filter=ids, data_vag_filter_label="Filter facts")


def confidence_legend(view: View) -> Html:
    """The degrees of confidence in words, with the number of facts in each."""
    held = Counter(fact.confidence for fact in view.catalog.facts)
    rows = [
        (status(state, word), meaning, number(held[confidence]))
        for confidence, (state, word, meaning) in CONFIDENCE.items()
    ]
    columns = ("Confidence", "What it means", Column("Facts", numeric=True))
    return table("How far a fact may be trusted", columns, rows, [_confidence_anchor(name) for name in CONFIDENCE])


def facts_summary(view: View) -> Html:
    """How many facts there are, when they were verified, and how many reviews wait, of facts and of other data."""
    facts = view.catalog.facts
    days = sorted({fact.verified_on for fact in facts})
    verified = f"on {days[0]}" if len(days) == 1 else f"between {days[0]} and {days[-1]}"
    pages = counted(len(view.catalog.sources), "page")

    def overdue(on: View) -> str:
        late = len(due(on.catalog, on.today))
        return f"{counted(late, 'review is', 'reviews are')} overdue" if late else "no review is overdue"

    return join(
        [
            f"{counted(len(facts), 'fact')} from {pages}, verified {verified}; ",
            by_day(view, overdue, late_from(reviews(view.catalog))),
            ".",
        ]
    )


def review_list(view: View, limit: int = 20) -> Html:
    """The facts, support dates and data files whose review is due next, the most urgent first."""
    rows = [
        (join([str(one.review_by), " ", review_state(view, one)]), join([_reviewed(view, one), " ", one.about]))
        for one in reviews(view.catalog)[:limit]
    ]
    return table("To review next", ("Review by", "What"), rows)


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
        _doubt(fact),
        tag("p", fact.notes) if fact.notes else None,
        tag(
            "dl",
            *(join([tag("dt", term), tag("dd", what)]) for term, what in _details(view, fact)),
            tag("dt", "Shown on"),
            slot(fact.id),
            class_="vag-list",
        ),
        tag("p", _own_link(fact.id), class_="vag-cite-this"),
        class_="vag-register__row",
        id=fact.id,
    )


def _doubt(fact: Fact) -> Html | None:
    """What a reader must know before relying on a fact that is not simply documented."""
    if fact.confidence == "documented":
        return None
    state, word, meaning = CONFIDENCE[fact.confidence]
    return tag("p", status(state, word), ": ", meaning)


def _details(view: View, fact: Fact) -> Iterable[tuple[str, object]]:
    word = CONFIDENCE[fact.confidence][1]
    yield "Sources", _sources(view, fact.sources)
    yield "Verified", f"{fact.verified_on}, {word[0].lower()}{word[1:]}; next review by {fact.review_by}"
    yield "Applies to", ", ".join(_words(name) for name in fact.applies_to)
    conflicts = [item for item in view.catalog.conflicts if fact.id in item.facts]
    if conflicts:
        yield "Conflict", join((_conflict_link(view, item) for item in conflicts), ", ")


def _value(view: View, fact: Fact) -> Html:
    """A fact's value as readers see it: code as code, times also in larger units, a name beside a bare yes or no."""
    if fact.value is None:
        return tag("span", "No value to compute with", class_="vag-register__meta")
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
                return escape(f" ({counted(length, other.one, other.many)})")
    return None


def _sources(view: View, ids: Iterable[str]) -> Html:
    return join((join([_page(view, name), _page_date(view, name)]) for name in ids), ", ")


def _page(view: View, source_id: str) -> Html:
    record = view.catalog.source(source_id)
    return tag("a", record.title, href=str(record.url), class_="vag-source")


def _page_date(view: View, source_id: str) -> str:
    day = view.catalog.source(source_id).page_date
    return f" ({day})" if day else " (undated)"


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
    return tag("div", table("Verdicts", ("Claim", "Verdict"), rows), data_vag_quote=True)


def claims_list(view: View) -> Html:
    """Every claim: the verdict first, then the claim itself, what is correct, and the pages that say so."""
    return tag("div", *(_claim_row(view, claim) for claim in view.catalog.claims), class_="vag-register")


def _claim_row(view: View, claim: Claim) -> Html:
    conflicts = [view.catalog.conflict(name) for name in claim.conflicts]
    return tag(
        "div",
        tag("p", _verdicts(claim), class_="vag-register__title"),
        tag("blockquote", tag("p", claim.claim)),
        tag("p", tag("strong", "Correct: "), claim.correct, " ", cite(view, *claim.facts)),
        tag("p", claim.remarks) if claim.remarks else None,
        tag("p", "Sources differ: ", join((_conflict_link(view, item) for item in conflicts), ", "))
        if conflicts
        else None,
        tag("p", "Sources: ", _sources(view, claim.sources), class_="vag-register__meta"),
        tag("p", _own_link(claim.id), class_="vag-cite-this"),
        class_="vag-register__row",
        id=claim.id,
    )


def _verdicts(claim: Claim) -> Html:
    return join((_verdict(item, claim.incomplete) for item in claim.verdicts), " ")


def _verdict(item: Verdict, incomplete: bool) -> Html:
    state, word = INCOMPLETE if incomplete and item.verdict == "true" else VERDICTS[item.verdict]
    return status(state, f"{word} for {item.scope}" if item.scope else word)


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
        ("First reading", _reading(view, conflict.a)),
        ("Second reading", _reading(view, conflict.b)),
        (
            "We compute with",
            {"a": "the first reading", "b": "the second reading"}.get(conflict.computed_with, "neither"),
        ),
        ("Why neither" if neither else "Why", conflict.reason),
    ]
    if facts:
        details.append(("Facts", join((_fact_link(view, fact) for fact in facts), ", ")))
    return tag(
        "div",
        tag(
            "p",
            conflict.topic,
            " ",
            status("ok", "Explained") if conflict.closed else status("warn", "Open"),
            class_="vag-register__title",
        ),
        *(tag("p", tag("strong", f"{term}:"), " ", what) for term, what in details),
        tag("p", _own_link(conflict.id), class_="vag-cite-this"),
        class_="vag-register__row",
        id=conflict.id,
    )


def _reading(view: View, reading: Reading) -> Html:
    pages = _sources(view, reading.sources) if reading.sources else "no page that could be read"
    return join([tag("span", _with_code(reading.text), data_vag_quote=True), " — ", pages])


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
    group = f", {_words(category)}" if category else ""
    return table(f"Options of {tool}.vbs{group}", ("Option", "What it does", "Rights", "Good to know"), rows, anchors)


def cmdlets_table(view: View) -> Html:
    """Cmdlets of the module OSLicense with their parameters, as the fact lists them."""
    known = cast(Mapping[str, Sequence[str]], view.catalog.fact("tools.oslicense.parameters").value)
    rows = [
        (tag("code", name), join((tag("code", f"-{one}") for one in parameters), " ") if parameters else "none")
        for name, parameters in known.items()
    ]
    anchors = [name.lower() for name in known]
    return table("Cmdlets of the module OSLicense", ("Cmdlet", "Its parameters"), rows, anchors)


def command_anchor(item: CommandOption) -> str:
    """The anchor of an option: `slmgr-dlv`; `ospp-rearm-value` for the form that takes a value after a colon."""
    value = "-value" if item.option.endswith(":") else ""
    return f"{item.tool}-{item.option.strip('/:').lower()}{value}"


def _call(item: CommandOption) -> Html:
    joint = "" if item.option.endswith(":") else " "
    return tag("code", f"{item.option}{joint}{item.arguments}" if item.arguments else item.option)


def _purpose(item: CommandOption) -> Html:
    gone = join([" ", status("warn", "Removed")]) if item.deprecated else None
    return join([item.meaning, gone])


def _rights(view: View, item: CommandOption) -> Html:
    rights = _RIGHTS[item.elevated]
    stated = f"{rights}: {item.elevated_detail}" if item.elevated_detail else rights
    if item.rights_conflict is None:
        return join([stated])
    href = view.href(f"reference/conflicts.md#{item.rights_conflict}")
    return join([stated, ". ", tag("a", "Another page differs", href=href)])


def _remarks(view: View, item: CommandOption) -> Html:
    """Defaults, limits, accepted values and what to watch for, as sentences."""
    found: list[object] = []
    if item.default:
        minutes = f"{number(int(item.default))} minutes" if item.range else item.default
        found.append(f"Default: {minutes}.")
    if item.range:
        found.append(f"From {number(item.range[0])} to {number(item.range[1])} minutes.")
    if item.max_length:
        found.append(f"At most {item.max_length} characters.")
    if item.values:
        found.append("; ".join(f"{value}: {meaning}" for value, meaning in item.values.items()) + ".")
    if item.registry_values:
        found.append(join(["Writes ", join((tag("code", name) for name in item.registry_values), ", "), "."]))
    if item.minimum_system:
        found.append(f"From {item.minimum_system} on.")
    if item.service_restart:
        effect = "Works on an activated host only, and takes effect after a restart of the licensing service."
        found.append(join([effect, " ", cite(view, *_RESTART_FACTS)]))
    if item.notes:
        found.append(item.notes)
    return join(found, " ")


# Glossary and sources


def glossary_list(view: View) -> Html:
    """Every term with its meaning and the facts it stands on; each has an anchor such as `term-csvlk`."""
    entries = (
        tag(
            "div",
            tag("dt", item.term, f" ({', '.join(item.also)})" if item.also else None),
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
            source(view, item.id) if item.url_exact else join([source(view, item.id), " ", escape(INEXACT)]),
            item.publisher,
            str(item.page_date or "undated"),
            number(cited[item.id]),
        )
        for item in view.catalog.sources
    ]
    columns = ("Id", "Page", "Publisher", "Date on the page", Column("Facts", numeric=True))
    return tag("div", table("Pages that were read", columns, rows), id="sources-table")


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
