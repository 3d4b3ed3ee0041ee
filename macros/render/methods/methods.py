"""Macros of the method pages: what fits, the organization's own numbers for a method, and values inside commands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from macros.catalog.models import ErrorCode, ProductKind, UnknownIdError
from macros.catalog.organization import Directory, Group, Internet, Method
from macros.catalog.values import part_of
from macros.domain.activation import KMS_UNMET
from macros.domain.situation import schema_allows_adba
from macros.render.parts.citations import cite, fact, source
from macros.render.parts.components import Column, State, cards, note, numbered, status, table
from macros.render.parts.html import Html, bullets, escape, join, paragraphs, tag
from macros.render.parts.names import METHOD_NAMES, VolumeMethod, product_name
from macros.render.parts.places import code_page
from macros.render.parts.quantity import counted, number, quantity
from macros.render.parts.view import View
from macros.render.parts.words import Words

_KINDS: dict[ProductKind, tuple[str, str]] = {
    "windows-client": ("Windows client", "Windows clients"),
    "windows-server": ("Windows server", "Windows servers"),
    "office": ("Office installation", "Office installations"),
}
_DIRECTORY: dict[Directory, str] = {
    "ad-ready": "Domain, schema ready",
    "ad-old-schema": "Domain, older schema",
    "none": "Workgroup or Entra only",
}
_INTERNET: dict[Internet, str] = {
    "direct": "Direct",
    "via-admin-workstation": "Through an administrator's workstation",
    "none": "None",
}
_COMING = Words.beside(__file__, "coming-tools", "title", "why", "successor")
_ANSWERS: dict[str, tuple[State, str]] = {
    "yes": ("ok", "Fits"),
    "care": ("warn", "With care"),
    "no": ("bad", "Does not fit"),
}
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


def activation_objects_dn(view: View) -> str:
    """Distinguished name of the container of activation objects in the organization's forest, for commands."""
    pattern = value(view, "adba.object_location")
    forest = view.organization.active_directory
    if forest is None:
        return pattern
    return pattern.replace("<forest root DN>", ",".join(f"DC={label}" for label in forest.dns_name.split(".")))


def error_code(view: View, code: str, summary: bool = True) -> Html:
    """An error code with a link to its page, and what it says. Raises LookupError for a code that the data lacks."""
    record = _error(view, code)
    shown = tag("a", tag("code", record.code), href=view.href(code_page(record.code)))
    return join([shown, ": ", record.summary.rstrip(".")]) if summary else shown


def error_sources(view: View, *codes: str) -> Html:
    """The pages that describe these error codes, each linked once."""
    named = dict.fromkeys(page for code in codes for page in _error(view, code).sources)
    return tag("span", "Read in: ", join((source(view, page) for page in named), "; "), ".", class_="vag-sources")


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
    return status(*_ANSWERS[word])


def method_computers(view: View, *methods: Method) -> Html:
    """How many installations of the organization use these methods: `34 Windows clients and 110 Office ...`.

    Computers that a KMS host has not activated yet are no installations.
    """
    return escape(_in_words(_by_kind(view, methods)) or "no computers")


def method_summary(view: View, method: VolumeMethod) -> Html:
    """The answer on the first screen: what of the organization uses this method, and where to go on."""
    organization = view.organization.name
    used = _in_words(_by_kind(view, (method,)))
    never = _in_words(_never_by_kind(view, method))
    name = METHOD_NAMES[method]
    text: list[object] = [f"{used} in {counted(view.situation.serving((method,)), 'group')} use {name}."]
    if not used:
        text = [f"{name} activates nobody today." if never else f"No group uses {name} today."]
    if never:
        where = tag("a", "the count of their host", href=view.href("plan/capacity.md"))
        text += [f" {never} that were to use it were never activated: see ", where, "."]
    links = [
        ("when-it-fits", "Does it fit?"),
        ("your-numbers", "Your numbers"),
        ("set-up", "Set it up"),
        ("check", "Check it"),
        ("what-fails-most", "What fails most"),
    ]
    return note(
        "info",
        f"At {organization}",
        tag("p", *text),
        tag("p", join((tag("a", label, href=f"#{anchor}") for anchor, label in links), " · ")),
    )


def method_numbers(view: View, method: VolumeMethod) -> Html:
    """The organization's numbers for one method, and what it has to run for it."""
    groups = _groups(view, (method,))
    installed: list[Card] = [
        (
            _KINDS[kind][1],
            numbered(f"computers.{method}:{kind}", number(computers)),
            f"in {counted(view.situation.serving((method,), kind), 'group')}",
        )
        for kind, computers in _by_kind(view, (method,)).items()
        if computers
    ]
    if not groups:
        installed = [("Installations", number(0), f"no group uses {METHOD_NAMES[method]}")]
    installed += [
        (
            f"{_KINDS[kind][1]}, never activated",
            numbered(f"computers.{KMS_UNMET}:{kind}", number(computers)),
            join(["they ask a KMS host, and ", tag("a", "its count is not met", href=view.href("plan/capacity.md"))]),
        )
        for kind, computers in _never_by_kind(view, method).items()
    ]
    return _NUMBERS[method](view, installed)


def method_groups_table(view: View, *methods: Method) -> Html:
    """The organization's groups that use these methods; a remark when there are none."""
    groups = _groups(view, methods)
    names = " or ".join(METHOD_NAMES[method] for method in methods)
    if not groups:
        return note("info", "No group", tag("p", f"No group of {view.organization.name} uses {names}."))
    columns: list[tuple[str | Column, Callable[[Group], object]]] = [
        ("Group", lambda group: group.name),
        ("Product", lambda group: product_name(view, group.product)),
        (Column("Installations", numeric=True), lambda group: number(group.count)),
    ]
    if len(methods) > 1:
        columns.append(("Activated by", lambda group: METHOD_NAMES[group.method]))
    if "mak" in methods:
        columns.append((Column("Activated so far", numeric=True), lambda group: _activated(view, group)))
        columns.append(("Internet", lambda group: _INTERNET[group.internet]))
    if "adba" in methods or len(methods) > 1:
        columns.append(("Directory", lambda group: _DIRECTORY[group.directory]))
    columns.append(("On your network", _presence))
    if "kms" in methods:
        columns.append(("Activated", lambda group: _served(view, group)))
        columns.append(
            ("KMS hosts", lambda group: ", ".join(view.organization.host(host).name for host in group.kms_hosts))
        )
    caption = f"Groups of {view.organization.name} " + (f"that use {names}" if len(methods) == 1 else "by their way")
    return table(caption, [label for label, _ in columns], [[cell(group) for _, cell in columns] for group in groups])


def coming_tools(view: View, method: VolumeMethod) -> Html:
    """What replaces slmgr.vbs for this method, and what it needs."""
    record = view.catalog.fact("tools.oslicense")
    cmdlets = [name for name in part_of(record.value, "cmdlets") if _CMDLETS[method] in name]
    text = paragraphs(_COMING.say(view, "why"), _COMING.say(view, "successor"))
    return note("info", _COMING["title"], text, bullets(tag("code", name) for name in cmdlets))


MACROS = (
    value,
    activation_objects_dn,
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
    parts = [counted(found[kind], *nouns) for kind, nouns in _KINDS.items() if found.get(kind)]
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _presence(group: Group) -> str:
    days = group.network_every_days
    if days == "never":
        return "Never"
    return "Every day" if days == 1 else f"Every {days} days"


def _activated(view: View, group: Group) -> object:
    return numbered(f"mak.activated:{group.id}", number(group.mak.activated)) if group.mak else ""


def _served(view: View, group: Group) -> object:
    """Whether a KMS host activates the group; empty for groups with another method."""
    if group.method != "kms":
        return ""
    found = view.situation.activations[group.id]
    shown = numbered(f"kms.activated:{group.id}", number(found.licensed))
    words: dict[str, tuple[State, object]] = {
        "activated": ("ok", "yes"),
        "partly": ("warn", join([shown, f" of {number(group.count)}"])),
        "open": ("warn", "depends on how Office is counted"),
        "lapsing": ("warn", "once; no renewal succeeds now"),
        "never": ("bad", "never: count not met" if not found.silent else "never: not on the network"),
    }
    return status(*words[found.state])


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
            drawn[allotment.id] or "No group",
        ]
        for allotment in allotments
    ]
    columns: list[str | Column] = [
        "MAK for",
        Column("Activations granted", numeric=True),
        Column("Used", numeric=True),
        Column("Left", numeric=True),
        "Groups that draw on it",
    ]
    budget = (
        "MAK allotments",
        number(len(allotments)),
        tag("a", "When each runs out", href=view.href("plan/mak-budget.md")),
    )
    return join([cards([*installed, budget]), table("MAKs and their activations", columns, rows) if rows else None])


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
        ("KMS hosts", number(len(hosts)), tag("a", "Hosts and their keys", href=view.href("plan/kms-hosts.md"))),
        (
            "Count needed",
            needed,
            join(
                [
                    "Windows clients / Windows Server / Office. ",
                    tag("a", "Is it reached?", href=view.href("plan/capacity.md")),
                ]
            ),
        ),
    ]
    columns: list[str | Column] = ["Host", "System", Column("TCP port", numeric=True), "Host keys installed"]
    return join([cards([*installed, *own]), table("KMS hosts", columns, rows) if rows else None])


def _adba_numbers(view: View, installed: list[Card]) -> Html:
    forest = view.organization.active_directory
    objects = list(dict.fromkeys(_object_for(view, group) for group in _groups(view, ("adba",))))
    needed: Card = (
        "Activation objects needed",
        number(len(objects)),
        join([f"for {', '.join(objects)} " if objects else "", cite(view, "adba.client_and_server_objects")]),
    )
    if forest is None:
        verdict = join([status("bad", "ADBA needs a forest"), " ", cite(view, "adba.clients")])
        return cards([*installed, ("Forest", "none", verdict), needed])
    minimum = part_of(view.catalog.fact("adba.schema").value, "min_schema")
    ready = schema_allows_adba(forest.schema_level, minimum)
    shown = status("ok", "high enough for ADBA") if ready else status("bad", f"too low, raise it to {minimum}")
    level = forest.schema_level.replace("-", " ").title()
    schema = (f"Schema of {forest.dns_name}", level, join([shown, " ", cite(view, "adba.schema")]))
    return cards([*installed, schema, needed])


def _object_for(view: View, group: Group) -> str:
    """Windows shares one object; each Office generation has its own."""
    product = view.catalog.product(group.product)
    return product.name if product.kind == "office" else "Windows"


_NUMBERS: dict[VolumeMethod, Callable[[View, list[Card]], Html]] = {
    "mak": _mak_numbers,
    "kms": _kms_numbers,
    "adba": _adba_numbers,
}
