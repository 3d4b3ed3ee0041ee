"""The registers of claims, conflicts, commands, terms and sources, each row at an anchor that does not change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from macros.catalog.models import Claim, CommandOption, Conflict, Source, Verdict
from macros.render.parts.citations import cite, source
from macros.render.parts.components import State, columns, folded, status, table
from macros.render.parts.html import Html, join, tag
from macros.render.parts.quantity import number
from macros.render.parts.script_data import page_style
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .changes import change_mark, gone_list, history_said
from .rows import command_anchor, conflict_link, fact_link, in_words, own_link, pages_read, reading, which_reading

_VERDICT_TONES: dict[str, State] = {"true": "ok", "incomplete": "warn", "imprecise": "warn", "false": "bad"}
_VERDICTS = Words.beside(__file__, "verdicts", *_VERDICT_TONES)
_RIGHTS = Words.beside(__file__, "rights", "yes", "no", "mixed", "unspecified")
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
    "why",
    "why-neither",
    "facts",
    "explained",
    "open",
    "more",
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
_SOURCES = Words.beside(
    __file__,
    "sources",
    "table",
    "columns 5",
    "inexact page",
    "inexact-own page",
    "also names",
    *(f"undated-{why}" for why in ("none-printed", "month", "copy", "changes")),
)


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
    rows = tag("div", *(_claim_row(view, claim) for claim in view.catalog.claims), class_="vag-register")
    return join([rows, gone_list(view, "claim")])


def _claim_row(view: View, claim: Claim) -> Html:
    conflicts = [view.catalog.conflict(name) for name in claim.conflicts]
    return tag(
        "div",
        tag("p", _verdicts(claim), class_="vag-register__title"),
        tag("blockquote", tag("p", claim.claim)),
        tag("p", tag("strong", _CLAIMS["correct"], ": "), claim.correct, " ", cite(view, *claim.facts)),
        tag("p", claim.remarks) if claim.remarks else None,
        tag("p", _CLAIMS.say(view, "differ", conflicts=join((conflict_link(view, item) for item in conflicts), ", ")))
        if conflicts
        else None,
        tag("p", _CLAIMS.say(view, "sources", sources=pages_read(view, claim.sources)), class_="vag-register__meta"),
        tag("p", own_link(claim.id), " ", history_said(view, "claim", claim.id, begins=True), class_="vag-cite-this"),
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
    rows = (_conflict_row(view, item) for item in view.catalog.conflicts)
    listed = tag("div", *rows, class_="vag-register", id="conflicts")
    return tag("div", page_style(view, "register"), listed, gone_list(view, "conflict"))


def _conflict_row(view: View, conflict: Conflict) -> Html:
    facts = [view.catalog.fact(name) for name in conflict.facts]
    neither = conflict.computed_with == "neither"
    readings = [
        (_CLAIMS["first"], reading(view, conflict.a)),
        (_CLAIMS["second"], reading(view, conflict.b)),
    ]
    reasons: list[tuple[str, object]] = [(_CLAIMS["why-neither" if neither else "why"], conflict.reason)]
    if facts:
        reasons.append((_CLAIMS["facts"], join((fact_link(view, fact) for fact in facts), ", ")))
    return tag(
        "div",
        tag(
            "p",
            conflict.topic,
            " ",
            status("ok", _CLAIMS["explained"]) if conflict.closed else status("warn", _CLAIMS["open"]),
            class_="vag-register__title",
        ),
        tag("div", *_said(readings), class_="vag-readings"),
        *_said([(_CLAIMS["computed"], which_reading(conflict))]),
        folded(
            tag("span", _CLAIMS["more"], data_vag_unsearched=True),
            *_said(reasons),
            tag(
                "p",
                own_link(conflict.id),
                " ",
                history_said(view, "conflict", conflict.id, begins=True),
                class_="vag-cite-this",
            ),
        ),
        class_="vag-register__row",
        id=conflict.id,
    )


def _said(parts: Iterable[tuple[str, object]]) -> Iterable[Html]:
    return (tag("p", tag("strong", f"{term}:"), " ", what) for term, what in parts)


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
        title = _COMMANDS.plain("table-of", tool=tool, category=in_words(category))
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
    return join([*found, change_mark(view, "command", f"{item.tool}, {item.option}")], " ")


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
            _address(view, item),
            item.publisher,
            str(item.page_date or _SOURCES[f"undated-{item.undated}"]),
            number(cited[item.id]),
        )
        for item in view.catalog.sources
    ]
    heads = columns(_SOURCES.list("columns"), 4)
    return tag("div", table(_SOURCES["table"], heads, rows), id="sources-table")


def _address(view: View, item: Source) -> Html:
    """The link to a page that was read, and what it is where the text was read elsewhere."""
    link = source(view, item.id)
    if item.url_exact:
        return link
    return _SOURCES.say(view, "inexact" if item.repository else "inexact-own", page=link)


MACROS = (
    claims_summary,
    claims_list,
    conflicts_list,
    commands_table,
    cmdlets_table,
    glossary_list,
    sources_table,
)
