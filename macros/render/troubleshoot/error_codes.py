"""Error codes: a page for each, the table of all, the box that finds one, and the events that carry them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from macros.catalog.models import ChecklistStep, CommandOption, ErrorCode, Fact, StepCommand, find
from macros.domain.error_codes import related, spellings
from macros.render.parts.citations import cite, source
from macros.render.parts.components import definition_list, folded, status, table
from macros.render.parts.html import Html, bullets, join, tag
from macros.render.parts.named import filled
from macros.render.parts.places import CODES, EVENTS, NAMES_FILE, code_page
from macros.render.parts.script_data import json_script, page_style
from macros.render.parts.sentences import resolved, rich, target_link
from macros.render.parts.templates import Template
from macros.render.parts.view import View
from macros.render.parts.words import Words
from macros.render.reference.changes import history_said
from macros.render.reference.rows import command_anchor

from .troubleshoot import dated_sources, doubt, reach_said, step_commands, step_place

_METHODS: Mapping[str, str] = {"KMS-client": "KMS client", "KMS-host": "KMS host"}
_PRODUCTS = Words.beside(__file__, "code-products", "windows", "office")
_OPTION = re.compile(r"(?<![\w/.%\\])/([a-z][a-z-]+)")
_EVENT = re.compile(r"\bevents? (?:\()?(\d{3,5})")
_CODE = re.compile(r"0x[0-9A-F]{8}")
_TABLES: Mapping[str, tuple[str, ...]] = {
    "windows": ("windows",),
    "office": ("office", "office_repair"),
    "thin": ("named", "unconfirmed"),
}
"""Tables of the codes that no symptom names, by the groups of their records."""
_THIN = ("office_repair", "named", "unconfirmed")
"""Groups of codes of which little is known; the other groups are described by Microsoft's pages."""
FIND_FORM = Template("find-form", "codes", "search", "names", "label", "button")
_THIN_SAID = Words.beside(__file__, "thin-groups", *(f"{group} 2" for group in _THIN))
_ROLES = Words.beside(__file__, "code-roles", "client", "kms-host")
_LOGGED_BY: Mapping[str, str] = {"host": "KMS host", "client": "Client", "guest VM": "Guest VM"}
_STATES: Mapping[str, tuple[str, str]] = {"windows": ("kms-client", "channel"), "office": ("office", "kind")}
"""The steps that read the license state of a computer, by product; the first command of each does."""
NOT_GIVEN = "The page does not give one"
_COMMAND_LINE: Mapping[str, str] = {
    "slmgr": r"cscript //nologo %windir%\system32\slmgr.vbs",
    "ospp": "cscript //nologo ospp.vbs",
}
_RIGHTS = Words.beside(__file__, "rights-of-commands", "yes", "no", "mixed", "unspecified")
_HEADINGS = Words.beside(
    __file__, "code-headings", "meaning", "where", "applies", "causes", "cure", "not", "sources", "related"
)
_SAID = Words.beside(
    __file__,
    "error-codes",
    "table-asked",
    *(f"table-{name}" for name in _TABLES),
    "more title codes",
    "columns 5",
    "no-method",
    "no-role",
    "filter",
    "facets",
    "find",
    "find-more",
    "find-button",
    "decode",
    "decode-columns 3",
    "decode-windows",
    "decode-office",
    "events",
    "event-columns 4",
    "event-unknown",
    "fields event",
    "field-columns 4",
    "states",
    "state-columns 2",
    "flags",
    "flag-columns 2",
    "fix",
    "codes",
    "written bare unsigned signed",
    "written-once bare unsigned",
    "symbol symbol source",
    "first step",
    "state",
    "state-where",
    "state-good",
    "state-not-good reader",
    "state-reader",
    "yes",
    "seen-on",
    "events-named",
    "event event",
    "none-named",
    "inferred",
    "methods",
    "products",
    "scope",
    "thin",
    "no-cause",
    "advice",
    "no-cure",
    "about",
    "commands",
    "command-columns 4",
    "all-steps checklist",
    "good",
    "not-good",
    "caution",
    "from check",
    "no-caution",
    "rules",
    "unconfirmed",
    "no-source",
    "all",
    "no-related",
)


def error_code_page(view: View, code: str) -> Html:
    """The page of an error code below its title: from meaning to related codes."""
    record = view.catalog.error_code(code)
    return join(
        [
            _trail(view),
            page_style(view, "checklist"),
            code_reach(view, record),
            _first(view, record),
            *_section("meaning", _meant(view, record), _written(view, record), _meaning(view, record)),
            *_section("causes", _causes(view, record)),
            *_section("cure", _cure(view, record)),
            *(_section("where", where, found=False) if (where := _where(view, record)) else ()),
            *_section("applies", _applies(record), found=False),
            *_section("not", _not(view, record)),
            *_section("sources", _sources(view, record), found=False),
            *_section("related", _related(view, record), found=False),
        ]
    )


def error_codes_table(view: View) -> Html:
    """Every error code with its meaning, method, role and product: those of the symptoms first, the others folded."""
    asked = asked_codes(view)
    records = sorted(view.catalog.error_codes, key=lambda record: record.code)
    parts = [_code_table(view, _SAID["table-asked"], (view.catalog.error_code(code) for code in asked))]
    for name, groups in _TABLES.items():
        others = [record for record in records if record.group in groups and record.code not in asked]
        title = _SAID[f"table-{name}"]
        parts.append(folded(_SAID.plain("more", title=title, codes=len(others)), _code_table(view, title, others)))
    return tag("div", *parts, id="all-codes")


def asked_codes(view: View) -> tuple[str, ...]:
    """The codes that symptoms name in what is seen, the most asked first."""
    symptoms = sorted(view.catalog.symptoms, key=lambda symptom: symptom.rank)
    known = {record.code for record in view.catalog.error_codes}
    named = dict.fromkeys(code for symptom in symptoms for code in _CODE.findall(symptom.seen))
    return tuple(code for code in named if code in known)


def _code_table(view: View, title: str, records: Iterable[ErrorCode]) -> Html:
    rows = [
        (
            tag("a", tag("code", record.code), href=view.href(code_page(record.code))),
            record.summary,
            ", ".join(methods_of(record)) or _SAID["no-method"],
            ", ".join(roles_of(record)) or _SAID["no-role"],
            ", ".join(products_of(record)),
        )
        for record in records
    ]
    return table(title, _SAID.list("columns"), rows)


def error_codes_filter(view: View) -> Html:
    """The box above the table of codes: words, and one list each for method, place and product."""
    return tag(
        "div",
        class_="vag-toolbar",
        data_vag_filter="all-codes",
        data_vag_filter_label=_SAID["filter"],
        data_vag_facets=_SAID["facets"],
    )


def code_box(view: View, search: bool = False) -> Html:
    """The box that takes an error code in any spelling and leads to its page; with `search`, other words too."""
    form = FIND_FORM(
        codes=view.href(f"{CODES}/index.md"),
        search=search,
        names=view.href(NAMES_FILE) if view.page == f"{CODES}/index.md" else None,
        label=_SAID["find-more" if search else "find"],
        button=_SAID["find-button"],
    )
    return join([form, json_script("vag-codes", _lookup(view))])


def decode_help(view: View) -> Html:
    """How to find the words for a code that has no page."""
    commands = [
        (tag("code", "slui.exe 0x2a <code>"), _SAID["decode-windows"], _RIGHTS["no"]),
        (
            tag("code", f"{_COMMAND_LINE['ospp']} /ddescr:<code>"),
            _SAID["decode-office"],
            _RIGHTS["yes"],
        ),
    ]
    return table(_SAID["decode"], _SAID.list("decode-columns"), commands)


def events_table(view: View) -> Html:
    """The events of volume activation: where each is logged, and what it says."""
    rows = [
        (
            tag("code", str(_event_id(fact))),
            _part(fact, "log") or _SAID["event-unknown"],
            _LOGGED_BY.get(_part(fact, "logged_by"), _part(fact, "logged_by")) or _SAID["event-unknown"],
            join([fact.statement, " ", cite(view, fact.id)]),
        )
        for fact in _events(view)
    ]
    anchors = [f"event-{_event_id(fact)}" for fact in _events(view)]
    content = table(_SAID["events"], _SAID.list("event-columns"), rows, anchors)
    return tag("div", content, id="all-events")


def event_fields(view: View, event: str) -> Html:
    """The data fields of an event in order, from the fact `event.<id>_fields`."""
    fact = view.catalog.fact(f"event.{event}_fields")
    fields = fact.value if isinstance(fact.value, list) else []
    rows = [
        (str(number), field["field"], tag("code", field["example"]), field["reading"])
        for number, field in enumerate(fields, 1)
        if isinstance(field, dict)
    ]
    return table(_SAID.plain("fields", event=event), _SAID.list("field-columns"), rows)


def license_states(view: View) -> Html:
    """The numbers that events and WMI give for the license status."""
    states = view.catalog.fact("event.license_status_codes").value
    rows = [(number, name) for number, name in states.items()] if isinstance(states, dict) else []
    content = table(_SAID["states"], _SAID.list("state-columns"), rows)
    return join([content, tag("p", cite(view, "event.license_status_codes"))])


def event_flags(view: View) -> Html:
    """The status flags of events 12288 and 12289."""
    flags = view.catalog.fact("event.flags").value
    rows = [(tag("code", flag), name) for flag, name in flags.items()] if isinstance(flags, dict) else []
    return table(_SAID["flags"], _SAID.list("flag-columns"), rows)


def methods_of(record: ErrorCode) -> tuple[str, ...]:
    """Activation methods in words."""
    return tuple(_METHODS.get(method, method) for method in record.methods)


def roles_of(record: ErrorCode) -> tuple[str, ...]:
    """Computers on which the code is seen, in words."""
    return tuple(_ROLES[role] for role in record.roles)


def products_of(record: ErrorCode) -> tuple[str, ...]:
    """Products in words."""
    return tuple(_PRODUCTS[name] for name in product_ids(record))


def product_ids(record: ErrorCode) -> tuple[str, ...]:
    """Products that show a code: windows, office or both."""
    return record.products or (("office",) if record.group.startswith("office") else ("windows",))


def page_source(record: ErrorCode) -> str:
    """Source of the page of a code: the title for tabs and search results, and the macro that writes the rest."""
    return (
        "---\n"
        f"title: {_quoted(titled(record))}\n"
        f"description: {_quoted(f'{record.code}: {record.summary}')}\n"
        "hide:\n  - toc\n"
        "---\n\n"
        f"# {titled(record)} {{ #code }}\n\n"
        f'{{{{ error_code_page("{record.code}") }}}}\n'
    )


def titled(record: ErrorCode) -> str:
    """A code with what it means, as heading and in the tab of a browser."""
    return f"{record.code}: {record.summary.removesuffix('.')}"


def _quoted(text: str) -> str:
    """Text between double quotes. The theme writes it into an attribute as it stands, which more quotes would end."""
    return '"' + text.replace("\\", "\\\\").replace('"', "'") + '"'


def _trail(view: View) -> Html:
    return tag(
        "p",
        tag("a", _SAID["fix"], href=view.href("troubleshoot/index.md")),
        " / ",
        tag("a", _SAID["codes"], href=view.href(f"{CODES}/index.md")),
        class_="vag-trail",
        data_vag_unsearched=True,
    )


def _section(anchor: str, *content: Html | None, found: bool = True) -> Iterable[Html]:
    """A heading and what stands below it; `found` says whether the site's search looks into it."""
    yield tag("h2", _HEADINGS[anchor], id=anchor, data_vag_unsearched=not found)
    yield from (part for part in content if part)


def _meant(view: View, record: ErrorCode) -> Html:
    """What the code says, in a sentence: the one for readers, else the one of its heading."""
    return tag("p", rich(view, record.meaning or record.summary, record.code))


def _written(view: View, record: ErrorCode) -> Html:
    """The other spellings of a code."""
    written = spellings(record.code)
    if not written:
        return join([])
    bare, unsigned, signed = (tag("code", one) for one in (written.bare, written.unsigned, written.signed))
    if written.unsigned == written.signed:
        text = _SAID.say(view, "written-once", bare=bare, unsigned=unsigned)
    else:
        text = _SAID.say(view, "written", bare=bare, unsigned=unsigned, signed=signed)
    return tag("p", text, class_="vag-check__meta")


def _meaning(view: View, record: ErrorCode) -> Html:
    """The sentence that a reader came for, what is doubtful about it, and the check to start with."""
    thin = _THIN_SAID.list(record.group) if record.group in _THIN else None
    named = view.catalog.code_name(record.code)
    return join(
        [
            tag("p", status("warn", thin[0]), ": ", thin[1]) if thin else None,
            tag("p", _SAID.say(view, "symbol", symbol=tag("code", named.name), source=source(view, named.sources[0])))
            if named
            else None,
            tag("p", rich(view, record.notes, record.code)) if record.notes else None,
            doubt(record.confidence),
        ]
    )


def code_reach(view: View, record: ErrorCode) -> Html | None:
    """What the code points at, on one computer and on many: that of the step it begins with. None when none says so."""
    if not record.checks:
        return None
    name, _, step_id = record.checks[0].partition(".")
    found = next((step.reach for step in view.catalog.checklist(name).steps if step.id == step_id), None)
    return reach_said(view, found.one, found.many) if found else None


def _first(view: View, record: ErrorCode) -> Html:
    """The check to begin with, before anything else is read: its command, and what to do with the answer."""
    target = first_check(view, record)
    if target:
        return check_in_short(view, target, "h2", id="first", data_vag_unsearched=True)
    state = find(view.catalog.checklist(_STATES["windows"][0]).steps, _STATES["windows"][1], "step")
    reader = tag("a", _SAID["state-reader"], href=view.href("troubleshoot/read-output.md"))
    return _short(
        view,
        state.model_copy(update={"where": _SAID["state-where"], "commands": _state_commands(view, record)}),
        tag("h2", _SAID.plain("first", step=_SAID["state"]), id="first", data_vag_unsearched=True),
        tag("p", tag("strong", _SAID["good"], ": "), _SAID["state-good"]),
        tag("p", tag("strong", _SAID["not-good"], ": "), _SAID.say(view, "state-not-good", reader=reader)),
    )


def _state_commands(view: View, record: ErrorCode) -> list[StepCommand]:
    """What reads the license state of each product that shows a code."""
    names = product_ids(record)
    return [
        find(view.catalog.checklist(checklist).steps, step, "step")
        .commands[0]
        .model_copy(update={"label": _PRODUCTS[name] if len(names) > 1 else None})
        for name in names
        for checklist, step in [_STATES[name]]
    ]


def first_check(view: View, record: ErrorCode) -> str | None:
    """The first step that only looks, of those that a code names: nobody begins by changing something."""
    for target in record.checks:
        step = resolved(view, target)[1]
        if step and step.is_check:
            return target
    return None


def _where(view: View, record: ErrorCode) -> Html | None:
    """Where a code is seen; None when no page that was read says it."""
    texts = " ".join(
        text for text in (record.summary, record.seen_on, record.notes, *record.causes, *record.resolution) if text
    )
    known = {str(_event_id(fact)) for fact in _events(view)}
    events = [number for number in dict.fromkeys(_EVENT.findall(texts)) if number in known]
    items: list[tuple[object, object]] = [(_ROLES[role], _SAID["yes"]) for role in _ROLES if role in record.roles]
    if record.seen_on:
        items.insert(0, (_SAID["seen-on"], rich(view, record.seen_on, record.code)))
    if events:
        links = (
            tag("a", _SAID.plain("event", event=str(number)), href=view.href(f"{EVENTS}#event-{number}"))
            for number in events
        )
        items.append((_SAID["events-named"], join(links, ", ")))
    return tag("div", definition_list(items), class_="vag-code__list") if items else None


def _applies(record: ErrorCode) -> Html:
    methods = ", ".join(methods_of(record)) or _SAID["none-named"]
    inferred = join([" ", status("info", _SAID["inferred"])]) if record.methods_inferred else None
    items: list[tuple[object, object]] = [
        (_SAID["methods"], join([methods, inferred])),
        (_SAID["products"], ", ".join(products_of(record))),
    ]
    if record.scope:
        items.append((_SAID["scope"], record.scope))
    return tag("div", definition_list(items), class_="vag-code__list")


def _causes(view: View, record: ErrorCode) -> Html:
    causes = [cause for cause in record.causes if cause != NOT_GIVEN]
    if not causes:
        return tag("p", status("warn", _SAID["thin"]), ": ", _SAID["no-cause"])
    if len(causes) == 1:
        return tag("p", rich(view, causes[0], record.code), ".")
    return tag("ol", *(tag("li", rich(view, cause, record.code)) for cause in causes))


def _cure(view: View, record: ErrorCode) -> Html:
    parts: list[Html] = []
    if record.resolution:
        parts.append(tag("ol", *(tag("li", rich(view, step, record.code)) for step in record.resolution)))
    if record.advice:
        parts.append(tag("p", status("info", _SAID["advice"]), ":"))
        parts.append(bullets(rich(view, text, record.code) for text in record.advice))
    if not parts:
        parts.append(tag("p", status("warn", _SAID["thin"]), ": ", _SAID["no-cure"]))
    first = first_check(view, record)
    parts += [check_in_short(view, target) for target in record.checks if target != first]
    used = _options(view, record)
    if used:
        rows = [
            (
                tag("code", f"{_COMMAND_LINE[item.tool]} {item.option}"),
                item.meaning,
                _RIGHTS[item.elevated] + (f": {item.elevated_detail}" if item.elevated_detail else ""),
                tag("a", _SAID["about"], href=view.href(f"reference/commands.md#{command_anchor(item)}")),
            )
            for item in used
        ]
        parts.append(table(_SAID["commands"], _SAID.list("command-columns"), rows))
    return join(parts)


def check_in_short(view: View, target: str, first: str | None = None, **attributes: object) -> Html:
    """One step of a checklist in short: where, with what rights, the command, and a good answer.

    `first` is the element of its heading, with these attributes, where it is the one to begin with.
    """
    step = resolved(view, target)[1]
    if step is None:
        return tag("p", _SAID.say(view, "all-steps", checklist=target_link(view, target)))
    return _short(
        view,
        step,
        tag(first, _SAID.plain("first", step=step.title), **attributes) if first else tag("h3", step.title),
        tag("p", tag("strong", _SAID["good"], ": "), rich(view, step.good)),
        tag("p", tag("strong", _SAID["not-good"], ": "), rich(view, step.otherwise)),
        tag("p", status("warn", _SAID["caution"]), ": ", rich(view, step.caution)) if step.caution else None,
        tag("p", _SAID.say(view, "from", check=target_link(view, target)), class_="vag-check__meta"),
    )


def _short(view: View, step: ChecklistStep, heading: Html, *said: Html | None) -> Html:
    return tag(
        "div",
        heading,
        step_place(view, step),
        step_commands(view, step),
        *said,
        class_="vag-check__short",
        data_vag_unsearched=True,
    )


def _options(view: View, record: ErrorCode) -> list[CommandOption]:
    """Options of slmgr.vbs that the steps of a code name, in their order."""
    named = dict.fromkeys(name for text in (*record.resolution, *record.advice) for name in _OPTION.findall(text))
    known = {item.option.strip("/:").lower(): item for item in view.catalog.commands if item.tool == "slmgr"}
    return [known[name] for name in named if name in known]


def _not(view: View, record: ErrorCode) -> Html:
    if not record.cautions:
        return tag("p", _SAID["no-caution"], " ", _SAID.say(view, "rules"))
    return join(
        [bullets(rich(view, text, record.code) for text in record.cautions), tag("p", _SAID.say(view, "rules"))]
    )


def _sources(view: View, record: ErrorCode) -> Html:
    history = tag("p", history_said(view, "code", record.code, begins=True), class_="vag-register__meta")
    if not record.sources:
        return join([tag("p", status("warn", _SAID["unconfirmed"]), ": ", _SAID["no-source"]), history])
    return join([bullets(dated_sources(view, record.sources)), history])


def _related(view: View, record: ErrorCode) -> Html:
    others = [view.catalog.error_code(code) for code in related(view.catalog)[record.code]]
    links = [
        join([tag("a", tag("code", other.code), href=view.href(code_page(other.code))), ": ", other.summary])
        for other in others
    ]
    everything = tag("p", tag("a", _SAID["all"], href=view.href(f"{CODES}/index.md")))
    listed = bullets(links) if links else tag("p", _SAID["no-related"])
    return tag("div", listed, everything, data_vag_unsearched=True)


def _lookup(view: View) -> Mapping[str, object]:
    """What the box needs: codes and summaries, and events."""
    return {
        "codes": {record.code: filled(view, record.summary) for record in view.catalog.error_codes},
        "events": {str(_event_id(fact)): view.href(f"{EVENTS}#event-{_event_id(fact)}") for fact in _events(view)},
    }


def _events(view: View) -> tuple[Fact, ...]:
    return _with_event_id(view.catalog.facts)


def _with_event_id(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    found = (
        fact for fact in facts if fact.area == "event" and isinstance(fact.value, dict) and "event_id" in fact.value
    )
    return tuple(sorted(found, key=_event_id))


def _event_id(fact: Fact) -> int:
    return int(fact.value["event_id"]) if isinstance(fact.value, dict) else 0  # type: ignore[arg-type]


def _part(fact: Fact, name: str) -> str:
    return str(fact.value.get(name) or "") if isinstance(fact.value, dict) else ""


MACROS = (
    error_code_page,
    error_codes_table,
    error_codes_filter,
    code_box,
    decode_help,
    events_table,
    event_fields,
    event_flags,
    license_states,
)
