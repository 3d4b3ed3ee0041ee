"""The planning worksheet of the organization as readers see it, and as data for the page's script.

The script draws the same tables again from changed figures. Words that both write stand in WORDS, with {names} to fill.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from macros.catalog.organization import Group
from macros.domain.activation import KMS_UNMET
from macros.domain.host_keys import products_by_key
from macros.domain.worksheet import ADBA, Balance, MakSupply, Row, Today, Worksheet, worksheet
from macros.render.parts.citations import cite
from macros.render.parts.components import Column, State, numbered, open_row, status, table
from macros.render.parts.html import Html, join, tag
from macros.render.parts.names import KMS_UNMET_NAME, METHOD_NAMES, product_name
from macros.render.parts.places import GUIDE
from macros.render.parts.quantity import counted, number
from macros.render.parts.script_data import json_script
from macros.render.parts.templates import Open, Template
from macros.render.parts.view import View
from macros.render.parts.words import Words
from macros.render.plan.act_now import sheet_as_data

WORDS = Words.beside(
    __file__,
    "worksheet",
    "fleet windows office groups",
    "recommended",
    "possible",
    "change",
    "none",
    "never never computers",
    "no_fallback",
    "met computers needed",
    "short short computers needed",
    "central",
    "local",
    "mak activations",
    "unexplained balances",
    "ends computers method outcome",
    "moves computers method outcome",
    "new computers outcome",
    "kms_short short host computers needed",
    "alone computers",
    "host_missing",
    "hosts_missing sites most",
    "at_each sites each",
    "at_each_or_more sites each",
    "object_there forest",
    "object_needed forest",
    "people people",
    "mak_short needed left",
    "no_mak",
    "no_balance",
    "enough",
    "missing short",
    "even",
    "spare left",
    "over left",
    "explained text",
    "explained_for was left text",
    "explained_over text",
    "not_explained",
    "outdated text",
    "nothing",
    "no_groups",
    "add_group",
    "field_name",
    "field_count",
    "field_method",
    "field_activated",
    "field_network",
    "field_never",
    "field_site",
    "total",
    "total_of windows office",
    "balance",
    "paper version day",
    "guide",
)

STATES: Mapping[Today, tuple[State, str]] = {
    "same": ("ok", "as today"),
    "works": ("info", "today's method works too"),
    "other": ("bad", "change needed"),
    "unnamed": ("ok", "no method to name in organization.yml"),
}
"""How a recommended method is marked, by today's method."""
COLUMNS: Mapping[str, Sequence[str | Column]] = {
    "sheet": (
        "Group",
        Column("Computers", numeric=True),
        "Today",
        "Recommended",
        "If that fails",
        "KMS threshold",
        Column("MAK activations", numeric=True),
    ),
    "criteria": (
        "Criterion",
        "Method",
        *(Column(label, numeric=True) for label in ("Groups", "Windows", "Office", "Together")),
    ),
    "methods": (
        "Method",
        *(Column(label, numeric=True) for label in ("Today", "Recommended", "Difference")),
    ),
    "balance": (
        "Product",
        *(Column(label, numeric=True) for label in ("Licensed", "In groups", "Balance")),
        "State",
    ),
    "maks": (
        "Product",
        "MAKs",
        *(Column(label, numeric=True) for label in ("Left", "Needed now")),
        "State",
    ),
}
"""Tables that the script draws again, by the part of the page."""
_SCRIPTS = ("worksheet",)
SMALL = Template("small", "text", scripts=_SCRIPTS)
REASONS = Template("worksheet-reasons", "id", "unfolded", "title", "reasons", "address", "guide", scripts=_SCRIPTS)
# What the script alone shows.
Template("worksheet-take", "buttons", "groups", scripts=_SCRIPTS)
Template("worksheet-other", "mark", "buttons", scripts=_SCRIPTS)
Template("worksheet-field", "control", "label", "field", scripts=_SCRIPTS)
Template("worksheet-check", "control", "label", "field", scripts=_SCRIPTS)
Template("worksheet-card", "group", scripts=_SCRIPTS)
_ORDER: tuple[State, ...] = ("bad", "warn", "info", "ok")


def worksheet_result(view: View) -> Html:
    """The result in one line: groups that keep or change their method, MAK activations missing, balances to explain."""
    sheet = _sheet(view)
    paper = tag(
        "p", WORDS["paper"].format(version=view.tables.version, day=view.today.isoformat()), class_="vag-ws-paper"
    )
    if not sheet.rows:
        return _result(tag("p", status("warn", WORDS["no_groups"])), paper)
    rows = [row for row in sheet.rows if row.group.count]
    windows, office = _by_kind(sheet)
    changing = sum(row.today == "other" for row in rows)
    possible = sum(row.today == "works" for row in rows)
    missing = sum(mak.short_by for mak in sheet.maks)
    unexplained = sum(balance.unexplained for balance in sheet.balances)
    fleet = WORDS["fleet"].format(
        windows=counted(windows, "computer"),
        office=number(office),
        groups=counted(len(sheet.rows), "group"),
    )
    states: list[tuple[State, object]] = [
        ("ok", f"{counted(len(rows) - changing - possible, 'group')} {WORDS['recommended']}"),
        ("info", f"{counted(possible, 'group')} {WORDS['possible']}"),
        ("bad" if changing else "ok", f"{counted(changing, 'group')} {WORDS['change']}"),
        (
            "bad" if missing else "ok",
            numbered("mak.missing", WORDS["mak"].format(activations=counted(missing, "MAK activation"))),
        ),
        ("bad" if unexplained else "ok", WORDS["unexplained"].format(balances=counted(unexplained, "balance"))),
    ]
    return _result(tag("p", f"{fleet}: ", join((status(*state) for state in states), " ")), paper)


def _result(*content: Html) -> Html:
    return _part("result", *content, class_="vag-ws-result", data_vag_own="page")


def worksheet_sheet(view: View) -> Html:
    """The sheet: per group today's method, the recommended one, its fallback, the threshold, and MAK activations."""
    sheet = _sheet(view)
    rows: list[Sequence[object]] = [
        (
            join(
                [tag("a", row.group.name, href=f"#why-{row.group.id}"), _small(product_name(view, row.group.product))]
            ),
            join([number(row.group.count), _at_each(row.group)]),
            _today_of(row),
            join([status(STATES[row.today][0], _outcome(view, row.outcome)), _small(STATES[row.today][1])]),
            join((_outcome(view, fallback) for fallback in row.fallbacks), ", ") or WORDS["no_fallback"],
            _threshold(row),
            number(row.mak_needed),
        )
        for row in sheet.rows
    ]
    rows.append(
        (_total(sheet), number(sheet.computers), "", "", "", "", number(sum(row.mak_needed for row in sheet.rows)))
    )
    return _part(
        "sheet", table("Activation method of each group", COLUMNS["sheet"], rows), class_="vag-ws-wide vag-ws-total"
    )


def worksheet_findings(view: View) -> Html:
    """What to change, worst first: methods that do not fit, thresholds missed, MAKs short, balances not explained."""
    found = sorted(_findings(view), key=lambda finding: _ORDER.index(finding[0]))
    items = [tag("li", status(state, title), ": ", text) for state, title, text in found]
    nothing = status("ok", WORDS["nothing"]) if _sheet(view).rows else status("info", WORDS["add_group"])
    return _part("findings", tag("ul", *(items or [tag("li", nothing)]), class_="vag-ws-findings"))


def worksheet_criteria(view: View) -> Html:
    """Table 1 of Microsoft's planning guide, with the organization's totals."""
    sheet = _sheet(view)
    criteria = {criterion.id: criterion for criterion in view.catalog.decision_tables.criteria}
    rows: list[Sequence[object]] = [
        (
            criteria[line.criterion].text,
            criteria[line.criterion].method,
            *map(number, (line.groups, line.windows, line.office, line.computers)),
        )
        for line in sheet.lines
    ]
    windows, office = sum(line.windows for line in sheet.lines), sum(line.office for line in sheet.lines)
    rows.append((WORDS["total"], "", *map(number, (len(sheet.rows), windows, office, windows + office))))
    return _part(
        "criteria", table("Table 1. Criteria for activation methods", COLUMNS["criteria"], rows), class_="vag-ws-total"
    )


def worksheet_methods(view: View) -> Html:
    """Computers by method: today, as recommended, and the difference."""
    sheet = _sheet(view)
    totals = sheet.methods
    rows: list[Sequence[object]] = [
        (
            _method(view, each.method),
            numbered(f"computers.{each.method}", number(each.today)),
            number(each.recommended),
            _signed(each.recommended - each.today),
        )
        for each in totals
    ]
    today, recommended = sum(each.today for each in totals), sum(each.recommended for each in totals)
    rows.append((_total(sheet), number(today), number(recommended), _signed(recommended - today)))
    return _part("methods", table("Computers by method", COLUMNS["methods"], rows), class_="vag-ws-total")


def worksheet_balance(view: View) -> Html:
    """Licensed computers against computers in groups, for each product, with what explains a difference."""
    rows = [
        (
            product_name(view, each.product),
            number(each.licensed or 0),
            number(each.in_groups),
            _signed(each.left),
            _balance(each),
        )
        for each in _sheet(view).balances
    ] or [(WORDS["no_balance"], number(0), number(0), number(0), status("ok", WORDS["even"]))]
    return _part("balance", table("Licensed computers and computers in groups", COLUMNS["balance"], rows))


def worksheet_maks(view: View) -> Html:
    """MAK activations that the recommended methods need now, against what the MAKs of each product have left."""
    rows: list[Sequence[object]] = [
        (
            product_name(view, each.product),
            ", ".join(each.allotments) or WORDS["none"],
            numbered(f"mak.left-of:{each.product}", _signed(each.left).removeprefix("+")),
            numbered(f"mak.needed-recommended:{each.product}", number(each.needed)),
            _supply(each),
        )
        for each in _sheet(view).maks
    ] or [(WORDS["no_mak"], WORDS["none"], number(0), number(0), status("ok", WORDS["enough"]))]
    return _part("maks", table("MAK activations by product", COLUMNS["maks"], rows))


def worksheet_reasons(view: View) -> Html:
    """For each group every rule that decided, with its citations, and the way into the guide with the same answers."""
    rows = _sheet(view).rows
    return _part("reasons", *(_reasons(view, row) for row in rows), None if rows else tag("p", WORDS["no_groups"]))


def worksheet_form(view: View) -> Html:
    """Where the page's script puts the form. Without scripts it says what to do instead."""
    text = "Changing figures on this page needs JavaScript. Without it, edit organization.yml and build the site again."
    return _part("form", tag("p", text))


def worksheet_take(view: View) -> Html:
    """Where the page's script puts the downloads. Without scripts it says where the same is found."""
    text = "The downloads need JavaScript. Without it, copy the tables of this page; organization.yml holds the groups."
    return _part("take", tag("p", text))


def worksheet_data(view: View) -> Html:
    """What the script computes with and the words it writes, as JSON; and every rule's reason, to copy from."""
    records = view.catalog.decision_tables
    rules = [
        tag("li", *_reason(view, table.id, rule.id), data_rule=f"{table.id}/{rule.id}")
        for table in records.tables
        for rule in table.rules
    ]
    change = tag(
        "td", Open.of(f"cell-{len(COLUMNS['sheet'])}"), role="cell", class_="vag-ws-change", data_label="Change"
    )
    rows = [open_row(f"row-{part}", columns, *([change] * (part == "sheet"))) for part, columns in COLUMNS.items()]
    return join(
        [
            json_script("vag-worksheet", worksheet_as_data(view)),
            tag("div", tag("template", *rules, id="vag-worksheet-rules"), hidden=True, data_vag_unsearched=True),
            tag("div", *rows, hidden=True),
        ]
    )


def worksheet_as_data(view: View) -> Mapping[str, Any]:
    """The fleet, what the two fixpoints need, and the words that the script writes."""
    records, organization, policy = view.catalog.decision_tables, view.organization, view.policy
    return {
        "groups": [group.model_dump(mode="json") for group in organization.groups],
        "hosts": [
            {
                "id": host.id,
                "site": host.site,
                "priority": policy.srv_priority if host.priority is None else host.priority,
                "weight": policy.srv_weight if host.weight is None else host.weight,
            }
            for host in organization.kms_hosts
        ],
        "allotments": [each.model_dump(mode="json") for each in organization.mak_allotments],
        "licensed": [each.model_dump(mode="json") for each in organization.licensed],
        "usual": {"priority": policy.srv_priority, "weight": policy.srv_weight},
        "forests": [each.model_dump(mode="json") for each in organization.forests],
        "activates": products_by_key(view.catalog),
        "most_hosts": policy.key_hosts,
        "blank": {
            name: None if field.is_required() else dict(field.default) if name == "answers" else field.default
            for name, field in Group.model_fields.items()
        },
        "products": {each.id: [each.name, each.kind, each.legacy] for each in view.catalog.products},
        **sheet_as_data(view),
        "criteria": [[each.id, each.text, each.method] for each in records.criteria],
        "criterion_of": {rule.id: rule.criterion for rule in records.tables[-1].rules},
        "methods": METHOD_NAMES,
        "guide": view.href(GUIDE),
        "words": {**WORDS, "unmet": KMS_UNMET_NAME},
        "states": STATES,
    }


def _sheet(view: View) -> Worksheet:
    return worksheet(view.organization, view.catalog, view.policy, view.tables)


def _part(name: str, *content: object, class_: str | None = None, **attributes: object) -> Html:
    """A part of the page that the script draws again."""
    return tag("div", *content, class_=class_, data_vag_worksheet=name, **attributes)


def _by_kind(sheet: Worksheet) -> tuple[int, int]:
    """Computers with Windows and computers with Office. One that has both is in two groups, and in both numbers."""
    office = sum(row.group.count for row in sheet.rows if row.kind == "office")
    return sheet.computers - office, office


def _total(sheet: Worksheet) -> Html:
    """The name of a last row. Where it adds computers of both kinds up, it says so: there are fewer computers."""
    windows, office = _by_kind(sheet)
    of = WORDS["total_of"].format(windows=number(windows), office=number(office)) if windows and office else None
    return join([WORDS["total"], _small(of) if of else None])


def _small(text: object) -> Html:
    return SMALL(text=text)


def _signed(value: int) -> str:
    """A difference: +3, 0, or -3 with a real minus sign."""
    return f"\N{MINUS SIGN}{number(-value)}" if value < 0 else f"+{number(value)}" if value else "0"


def _outcome(view: View, outcome_id: str) -> Html:
    outcome = view.catalog.decision_tables.outcome(outcome_id)
    return tag("a", outcome.name, href=view.href(f"{GUIDE}#outcome-{outcome.id}"))


def _at_each(group: Group) -> Html | None:
    """How many computers stand at each of several sites alike."""
    if group.sites is None:
        return None
    words = WORDS["at_each_or_more" if group.count % group.sites else "at_each"]
    return _small(words.format(sites=number(group.sites), each=number(group.at_one_site)))


def _today_of(row: Row) -> Html:
    """Today's method, and that it never activated some of the computers."""
    words = WORDS["never"].format(never=number(row.never), computers=number(row.group.count))
    never = _small(numbered(f"kms.never:{row.group.id}", words)) if row.never else None
    return join([METHOD_NAMES[row.group.method], never])


def _method(view: View, method: str) -> str:
    names = dict[str, str](METHOD_NAMES.items()) | {KMS_UNMET: KMS_UNMET_NAME}
    return names.get(method) or view.catalog.decision_tables.outcome(method).name


def _threshold(row: Row) -> Html:
    found = row.threshold
    if found is None:
        return Html(WORDS["none"])
    values = {"short": number(found.short_by), "computers": number(found.computers), "needed": number(found.needed)}
    state: tuple[State, str] = ("warn", "short") if found.short_by else ("ok", "met")
    return join([status(state[0], WORDS[state[1]].format(**values)), _small(WORDS[found.host])])


def _balance(balance: Balance) -> Html:
    if not balance.left:
        note = WORDS["outdated"].format(text=balance.explained) if balance.explained else None
        return join([status("ok", WORDS["even"]), _small(note) if note else None])
    state: State = "bad" if balance.unexplained else "info"
    return join([status(state, _difference(balance)), _small(_why(balance))])


def _why(balance: Balance) -> str:
    if not balance.explained:
        return WORDS["not_explained"]
    return WORDS["explained" if balance.left > 0 else "explained_over"].format(text=balance.explained)


def _difference(balance: Balance) -> str:
    words = WORDS["spare"] if balance.left > 0 else WORDS["over"]
    return words.format(left=number(abs(balance.left)))


def _supply(mak: MakSupply) -> Html:
    if mak.short_by:
        return status(
            "bad", numbered(f"mak.missing:{mak.product}", WORDS["missing"].format(short=number(mak.short_by)))
        )
    return status("ok", WORDS["enough"])


_Finding = tuple[State, object, str]


def _findings(view: View) -> Iterator[_Finding]:
    """(state, title, text) of everything to change or to explain."""
    sheet = _sheet(view)
    for row in sheet.rows:
        notes = [*_notes(view, row)] if row.group.count else []
        if notes:
            worst = min((state for state, _ in notes), key=_ORDER.index)
            people = _people([row.group.responsible])
            yield worst, row.group.name, " ".join([*(text for _, text in notes), *people])
    for mak in sheet.maks:
        if mak.short_by:
            words = WORDS["mak_short"].format(needed=number(mak.needed), left=_signed(mak.left).removeprefix("+"))
            held = (each.responsible for each in view.organization.mak_allotments if each.id in mak.allotments)
            yield "bad", f"MAK, {product_name(view, mak.product)}", " ".join([words, *_people(held)])
    for balance in sheet.balances:
        if balance.unexplained:
            text = f"{_difference(balance)}. {_why(balance)}"
            yield "bad", f"{WORDS['balance']}, {product_name(view, balance.product)}", text


def _notes(view: View, row: Row) -> Iterator[tuple[State, str]]:
    values = {
        "computers": counted(row.group.count, "computer"),
        "method": METHOD_NAMES[row.group.method],
        "outcome": view.catalog.decision_tables.outcome(row.outcome).name,
    }
    if row.today == "works":
        yield "info", WORDS["moves"].format(**values)
    elif row.today == "other":
        yield "bad", WORDS["new" if row.group.method == "unactivated" else "ends"].format(**values)
    if row.threshold and row.threshold.short_by:
        numbers = (row.threshold.short_by, row.threshold.computers, row.threshold.needed)
        shown = dict(zip(("short", "computers", "needed"), map(number, numbers), strict=True))
        yield "info", WORDS["kms_short"].format(host=WORDS[row.threshold.host], **shown)
    if row.alone and view.organization.kms_hosts:
        yield "info", WORDS["alone"].format(**values)
    if row.host_missing and row.group.sites:
        most = number(view.policy.key_hosts)
        yield "warn", WORDS["hosts_missing"].format(sites=number(row.group.sites), most=most)
    elif row.host_missing:
        yield "warn", WORDS["host_missing"]
    if row.outcome == ADBA and row.today != "same":
        yield from _objects(view, row.group)


def _objects(view: View, group: Group) -> Iterator[tuple[State, str]]:
    """Whether the activation object that a group should use is there already, where that is known."""
    forest = view.organization.forest_of(group)
    there = view.situation.has_object(forest, group.product) if forest else None
    if forest and there is not None:
        yield "info", WORDS["object_there" if there else "object_needed"].format(forest=forest.dns_name)


def _people(some: Iterable[str | None]) -> Iterator[str]:
    """Who looks after something, as a sentence; nothing where nobody is named."""
    people = dict.fromkeys(each for each in some if each)
    if people:
        yield WORDS["people"].format(people=", ".join(people))


def _reasons(view: View, row: Row) -> Html:
    outcome = view.catalog.decision_tables.outcome(row.outcome)
    return REASONS(
        id=row.group.id,
        unfolded=None,
        title=f"{row.group.name}: {outcome.name}",
        reasons=join(tag("li", *_reason(view, table_id, rule_id)) for table_id, rule_id in row.hits),
        address=f"{view.href(GUIDE)}#{urlencode({**row.answers, 'group': row.group.name})}",
        guide=WORDS["guide"],
    )


def _reason(view: View, table_id: str, rule_id: str) -> Iterator[object]:
    rule = view.catalog.decision_tables.rule(table_id, rule_id)
    yield from (rule.reason, " ", cite(view, *rule.facts))
    if rule.choice:
        yield from (" ", rule.choice, " ", cite(view, *rule.choice_facts))


MACROS = (
    worksheet_result,
    worksheet_sheet,
    worksheet_findings,
    worksheet_criteria,
    worksheet_methods,
    worksheet_balance,
    worksheet_maks,
    worksheet_reasons,
    worksheet_form,
    worksheet_take,
    worksheet_data,
)
