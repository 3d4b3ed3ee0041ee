"""Macros of the method pages: what fits, the organization's own numbers for a method, and values inside commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import get_args

from macros.catalog.models import ErrorCode, ProductKind, UnknownIdError
from macros.catalog.organization import Directory, Forest, Group, Internet, Method
from macros.catalog.values import part_of
from macros.domain.activation import KMS_UNMET
from macros.domain.situation import schema_allows_adba
from macros.render.parts.citations import cite, fact, source
from macros.render.parts.components import Column, State, cards, columns, note, numbered, status, table
from macros.render.parts.html import Html, bullets, escape, join, paragraphs, tag
from macros.render.parts.names import METHOD_NAMES, VolumeMethod, product_name
from macros.render.parts.places import code_page
from macros.render.parts.quantity import number, quantity
from macros.render.parts.view import View
from macros.render.parts.words import Words

_KINDS: tuple[ProductKind, ...] = get_args(ProductKind)
_INSTALLED = Words.beside(__file__, "installations", *(f"{kind} count" for kind in _KINDS))
_KIND_NAMES = Words.beside(__file__, "kinds", *_KINDS)
_DIRECTORY = Words.beside(__file__, "directories", *get_args(Directory))
_INTERNET = Words.beside(__file__, "internet", *get_args(Internet))
_ANSWER = Words.beside(__file__, "answers", "yes", "care", "no")
_SAID = Words.beside(
    __file__,
    "methods",
    "sources pages",
    "nobody",
    "and first last",
    "at organization",
    "used used groups method",
    "inactive method",
    "unused method",
    "never never",
    "fits",
    "numbers",
    "set-up",
    "check",
    "fails",
    "in-groups groups",
    "never-kind kind",
    "unmet",
    "no-group",
    "no-group-of organization methods",
    "no-group-by-way organization",
    "or",
    "group",
    "product",
    "installed",
    "activated-by",
    "activated-so-far",
    "internet",
    "directory",
    "network",
    "activated",
    "hosts",
    "groups-of organization methods",
    "groups-by-way organization",
    "days-never",
    "days-every",
    "days-some days",
)
_SERVED = Words.beside(__file__, "served", "activated", "partly licensed of", "open", "lapsing", "never", "silent")
_NUMBERS_SAID = Words.beside(
    __file__,
    "method-numbers",
    "no-group",
    "maks",
    "mak-columns 5",
    "allotments",
    "allotments-line",
    "hosts",
    "hosts-line",
    "needed",
    "needed-line",
    "host-table",
    "host-columns 4",
    "objects",
    "objects-for objects",
    "objects-there there all",
    "schema-high",
    "schema-low level",
    "schema forest",
    "windows",
)
_COMING = Words.beside(__file__, "coming-tools", "title", "why", "successor")
_ANSWERS: dict[str, State] = {"yes": "ok", "care": "warn", "no": "bad"}
_CMDLETS: dict[VolumeMethod, str] = {"mak": "-OSLicense", "kms": "-Kms", "adba": "-ADLicense"}
"""What the names of a method's cmdlets in the OSLicense module have in common."""


def value(view: View, fact_id: str, part: str | None = None) -> str:
    """The bare text of a fact, without unit, link or escapes, for use inside code blocks.

    Raises LookupError for an unknown id or part, TypeError for a value of several parts.
    """
    found = part_of(view.catalog.fact(fact_id).value, part)
    if found is None or isinstance(found, bool | dict | list):
        raise TypeError(f'fact "{fact_id}" has no single value for a command: {found!r}')
    return quantity(found, None, view.catalog)


def error_code(view: View, code: str, summary: bool = True) -> Html:
    """An error code with a link to its page, and what it says. Raises LookupError for a code that the data lacks."""
    record = _error(view, code)
    shown = tag("a", tag("code", record.code), href=view.href(code_page(record.code)))
    return join([shown, ": ", record.summary.rstrip(".")]) if summary else shown


def error_sources(view: View, *codes: str) -> Html:
    """The pages that describe these error codes, each linked once."""
    named = dict.fromkeys(page for code in codes for page in _error(view, code).sources)
    return tag(
        "span",
        _SAID.say(view, "sources", pages=join((source(view, page) for page in named), "; ")),
        class_="vag-sources",
    )


def fact_list(view: View, fact_id: str) -> Html:
    """A fact whose value is a sequence, as a numbered list with its citation. Raises TypeError for another value."""
    record = view.catalog.fact(fact_id)
    if not isinstance(record.value, list) or not record.value:
        raise TypeError(f'fact "{fact_id}" is no list')
    *items, last = [str(item) for item in record.value]
    return tag("ol", *(tag("li", item) for item in items), tag("li", last, " ", cite(view, fact_id)))


def answer(view: View, word: str) -> Html:
    """Whether a method fits a situation, in a table: `yes`, `care` or `no`. Raises UnknownIdError for another word."""
    if word not in _ANSWERS:
        raise UnknownIdError("answer", word, _ANSWERS)
    return status(_ANSWERS[word], _ANSWER[word])


def method_computers(view: View, *methods: Method) -> Html:
    """How many installations of the organization use these methods: `34 Windows clients and 110 Office ...`.

    Computers that a KMS host has not activated yet are no installations.
    """
    return escape(_in_words(_by_kind(view, methods)) or _SAID["nobody"])


def method_summary(view: View, method: VolumeMethod) -> Html:
    """The answer on the first screen: what of the organization uses this method, and where to go on."""
    organization = view.organization.name
    used = _in_words(_by_kind(view, (method,)))
    never = _in_words(_never_by_kind(view, method))
    name = METHOD_NAMES[method]
    text: list[object] = [
        _SAID.plain("used", used=used, groups=view.situation.serving((method,)), method=name)
        if used
        else _SAID.plain("inactive" if never else "unused", method=name)
    ]
    if never:
        text += [" ", _SAID.say(view, "never", never=never)]
    links = [
        ("when-it-fits", _SAID["fits"]),
        ("your-numbers", _SAID["numbers"]),
        ("set-up", _SAID["set-up"]),
        ("check", _SAID["check"]),
        ("what-fails-most", _SAID["fails"]),
    ]
    return note(
        "info",
        _SAID.plain("at", organization=organization),
        tag("p", *text),
        tag("p", join((tag("a", label, href=f"#{anchor}") for anchor, label in links), " · ")),
    )


def method_numbers(view: View, method: VolumeMethod) -> Html:
    """The organization's numbers for one method, and what it has to run for it; nothing where it has neither."""
    own = view.organization
    runs: Mapping[VolumeMethod, object] = {"kms": own.kms_hosts, "adba": own.forests, "mak": own.mak_allotments}
    groups = _groups(view, (method,))
    if not groups and not runs[method]:
        return Html("")
    installed: list[Card] = [
        (
            _KIND_NAMES[kind],
            numbered(f"computers.{method}:{kind}", number(computers)),
            _SAID.plain("in-groups", groups=view.situation.serving((method,), kind)),
        )
        for kind, computers in _by_kind(view, (method,)).items()
        if computers
    ]
    installed += [
        (
            _SAID.plain("never-kind", kind=_KIND_NAMES[kind]),
            numbered(f"computers.{KMS_UNMET}:{kind}", number(computers)),
            _SAID.say(view, "unmet"),
        )
        for kind, computers in _never_by_kind(view, method).items()
    ]
    return _NUMBERS[method](view, installed)


def method_groups_table(view: View, *methods: Method) -> Html:
    """The organization's groups that use these methods; a remark when there are none."""
    groups = _groups(view, methods)
    names = _SAID["or"].join(METHOD_NAMES[method] for method in methods)
    if not groups:
        name = "no-group-of" if len(methods) == 1 else "no-group-by-way"
        said = _SAID.plain(name, organization=view.organization.name, methods=names)
        return note("info", _SAID["no-group"], tag("p", said))
    chosen: list[tuple[str | Column, Callable[[Group], object]]] = [
        (_SAID["group"], lambda group: group.name),
        (_SAID["product"], lambda group: product_name(view, group.product)),
        (Column(_SAID["installed"], numeric=True), lambda group: number(group.count)),
    ]
    if len(methods) > 1:
        chosen.append((_SAID["activated-by"], lambda group: METHOD_NAMES[group.method]))
    if "mak" in methods:
        chosen.append((Column(_SAID["activated-so-far"], numeric=True), lambda group: _activated(view, group)))
        chosen.append((_SAID["internet"], lambda group: _INTERNET[group.internet]))
    if "adba" in methods or len(methods) > 1:
        chosen.append((_SAID["directory"], lambda group: _DIRECTORY[group.directory]))
    chosen.append((_SAID["network"], _presence))
    if "kms" in methods:
        chosen.append((_SAID["activated"], lambda group: _served(view, group)))
        chosen.append(
            (_SAID["hosts"], lambda group: ", ".join(view.organization.host(host).name for host in group.kms_hosts))
        )
    name = "groups-of" if len(methods) == 1 else "groups-by-way"
    caption = _SAID.plain(name, organization=view.organization.name, methods=names)
    return table(caption, [label for label, _ in chosen], [[cell(group) for _, cell in chosen] for group in groups])


def coming_tools(view: View, method: VolumeMethod) -> Html:
    """What replaces slmgr.vbs for this method, and what it needs."""
    record = view.catalog.fact("tools.oslicense")
    cmdlets = [name for name in part_of(record.value, "cmdlets") if _CMDLETS[method] in name]
    text = paragraphs(_COMING.say(view, "why"), _COMING.say(view, "successor"))
    return note("info", _COMING["title"], text, bullets(tag("code", name) for name in cmdlets))


MACROS = (
    value,
    error_code,
    error_sources,
    fact_list,
    answer,
    method_computers,
    method_summary,
    method_numbers,
    method_groups_table,
    coming_tools,
)


def _error(view: View, code: str) -> ErrorCode:
    for record in view.catalog.error_codes:
        if record.code == code:
            return record
    raise UnknownIdError("error code", code, (record.code for record in view.catalog.error_codes))


def _groups(view: View, methods: Iterable[Method]) -> list[Group]:
    wanted = set(methods)
    return [group for group in view.organization.groups if group.method in wanted]


def _by_kind(view: View, methods: Iterable[Method]) -> Counter[ProductKind]:
    """Installations by kind of product, of all the methods together."""
    found: Counter[ProductKind] = Counter()
    for (method, kind), computers in view.situation.installed.items():
        found[kind] += computers if method in set(methods) else 0
    return found


def _never_by_kind(view: View, method: Method) -> Counter[ProductKind]:
    """Computers that the method was to activate and never did, by kind of product."""
    return +Counter(view.situation.never_activated) if method == "kms" else Counter()


def _in_words(found: Mapping[ProductKind, int]) -> str:
    parts = [_INSTALLED.plain(kind, count=found[kind]) for kind in _KINDS if found.get(kind)]
    return _SAID.plain("and", first=", ".join(parts[:-1]), last=parts[-1]) if len(parts) > 1 else "".join(parts)


def _presence(group: Group) -> str:
    days = group.network_every_days
    if days == "never":
        return _SAID["days-never"]
    return _SAID["days-every"] if days == 1 else _SAID.plain("days-some", days=days)


def _activated(view: View, group: Group) -> object:
    return numbered(f"mak.activated:{group.id}", number(group.mak.activated)) if group.mak else ""


def _served(view: View, group: Group) -> object:
    """Whether a KMS host activates the group; empty for groups with another method."""
    if group.method != "kms":
        return ""
    found = view.situation.activations[group.id]
    shown = numbered(f"kms.activated:{group.id}", number(found.licensed))
    tones: dict[str, State] = {"activated": "ok", "never": "bad"}
    name = "silent" if found.state == "never" and found.silent else found.state
    return status(tones.get(found.state, "warn"), _SERVED.say(view, name, licensed=shown, of=group.count))


Card = tuple[object, object, object]


def _mak_numbers(view: View, installed: list[Card]) -> Html:
    allotments = view.organization.mak_allotments
    drawn = {allotment.id: _drawn_by(view, allotment.id) for allotment in allotments}
    rows = [
        [
            product_name(view, allotment.product),
            numbered(f"mak.total:{allotment.id}", number(allotment.total)),
            numbered(f"mak.used:{allotment.id}", number(allotment.used)),
            numbered(f"mak.left:{allotment.id}", number(allotment.total - allotment.used)),
            drawn[allotment.id] or _NUMBERS_SAID["no-group"],
        ]
        for allotment in allotments
    ]
    heads = columns(_NUMBERS_SAID.list("mak-columns"), 1, 2, 3)
    budget = (_NUMBERS_SAID["allotments"], number(len(allotments)), _NUMBERS_SAID.say(view, "allotments-line"))
    return join([cards([*installed, budget]), table(_NUMBERS_SAID["maks"], heads, rows) if rows else None])


def _drawn_by(view: View, allotment: str) -> str:
    return ", ".join(group.name for group in view.organization.groups if group.mak and group.mak.allotment == allotment)


def _kms_numbers(view: View, installed: list[Card]) -> Html:
    hosts = view.organization.kms_hosts
    names = {group.id: group.name for group in view.catalog.host_keys.groups}
    rows = [
        [
            tag("code", host.name),
            product_name(view, host.operating_system),
            str(host.port or view.policy.port),
            bullets(names[key.group] for key in host.keys),
        ]
        for host in hosts
    ]
    thresholds = ("windows_client", "windows_server", "office")
    needed = join((fact(view, f"kms.threshold.{name}", bare=True) for name in thresholds), " / ")
    own: list[Card] = [
        (_NUMBERS_SAID["hosts"], number(len(hosts)), _NUMBERS_SAID.say(view, "hosts-line")),
        (_NUMBERS_SAID["needed"], needed, _NUMBERS_SAID.say(view, "needed-line")),
    ]
    heads = columns(_NUMBERS_SAID.list("host-columns"), 2)
    return join([cards([*installed, *own]), table(_NUMBERS_SAID["host-table"], heads, rows) if rows else None])


def _adba_numbers(view: View, installed: list[Card]) -> Html:
    forests = view.organization.forests
    objects = _objects_needed(view)
    names = [f"{name}: {label}" if len(forests) > 1 else label for name, label in objects]
    line = join([_NUMBERS_SAID.say(view, "objects-for", objects=", ".join(names)), *_objects_there(objects)])
    needed: list[Card] = [(_NUMBERS_SAID["objects"], number(len(objects)), line)] if objects else []
    return cards([*installed, *(_schema_card(view, forest) for forest in forests), *needed])


def _schema_card(view: View, forest: Forest) -> Card:
    minimum = part_of(view.catalog.fact("adba.schema").value, "min_schema")
    ready = schema_allows_adba(forest.schema_level, minimum)
    low = _NUMBERS_SAID.plain("schema-low", level=str(minimum))
    shown = status("ok", _NUMBERS_SAID["schema-high"]) if ready else status("bad", low)
    level = forest.schema_level.replace("-", " ").title()
    title = _NUMBERS_SAID.plain("schema", forest=forest.dns_name)
    return title, level, join([shown, " ", cite(view, "adba.schema")])


def _objects_needed(view: View) -> Mapping[tuple[str, str], bool | None]:
    """Activation objects that groups with ADBA need, by forest and by what they are for, and whether each is there.

    Windows shares one object, and each Office generation has its own. None where nobody says which objects there are.
    """
    found: dict[tuple[str, str], bool | None] = {}
    for group in _groups(view, ("adba",)):
        forest = view.organization.forest_of(group)
        product = view.catalog.product(group.product)
        name = product.name if product.kind == "office" else _NUMBERS_SAID["windows"]
        key = (forest.dns_name if forest else "", name)
        there = view.situation.has_object(forest, group.product) if forest else None
        found[key] = there if found.get(key, True) else found[key]
    return found


def _objects_there(objects: Mapping[tuple[str, str], bool | None]) -> Iterator[Html]:
    """How many of them are there already; nothing where that is not known of each."""
    if not objects or None in objects.values():
        return
    there = sum(map(bool, objects.values()))
    said = _NUMBERS_SAID.plain("objects-there", there=there, all=len(objects))
    yield join([" ", status("ok" if there == len(objects) else "bad", said)])


_NUMBERS: dict[VolumeMethod, Callable[[View, list[Card]], Html]] = {
    "mak": _mak_numbers,
    "kms": _kms_numbers,
    "adba": _adba_numbers,
}
