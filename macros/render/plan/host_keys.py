"""KMS host keys and client setup keys: what this organization's hosts cover, and the tables behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import get_args

from macros.catalog.models import (
    ClientKey,
    HostKeyGroup,
    HostUpdate,
    Lifecycle,
    OpenQuestion,
    Part,
    Product,
    ProductKind,
    find,
)
from macros.catalog.organization import Group
from macros.catalog.search import also_called
from macros.domain import host_keys as domain
from macros.domain import lifecycle
from macros.domain.host_keys import GroupCover, HostCover, Listing, Problem, Status, Verdict
from macros.render.parts.citations import cite, confidence_mark, source
from macros.render.parts.clock import by_day
from macros.render.parts.components import State, columns, definition_list, folded, note, status, table, when
from macros.render.parts.html import Html, bullets, join, tag
from macros.render.parts.quantity import number, quantity
from macros.render.parts.view import View
from macros.render.parts.words import Words
from macros.render.reference.changes import change_mark

from .lifecycle import PHASE_TONES, PHASES

KMS_HOSTS = "plan/kms-hosts.md"
KEYS = "reference/keys.md"
LIFECYCLE = "plan/lifecycle.md"
PRODUCTS = "reference/products.md"
CONFLICTS = "reference/conflicts.md"

STATUS_TONES: dict[Status, State] = {
    "listed": "ok",
    "listed-year-not-printed": "warn",
    "not-listed": "info",
    "host-not-listed": "warn",
}
STATUSES = Words.beside(__file__, "host-key-statuses", *get_args(Status))
IN_MATRIX = Words.beside(__file__, "host-key-statuses-in-matrix", *get_args(Status))
PROBLEMS = Words.beside(__file__, "host-key-problems", *get_args(Problem))
"""What is to be said about a finding."""

RULED_OUT: tuple[Problem, ...] = ("client-key-on-server", "client-host-for-server")
"""Findings that Microsoft rules out in words. Everything else is only not listed."""

DOUBTS: tuple[Problem, ...] = ("year-not-printed", "host-by-minimum")
"""What leaves a listing in doubt."""

IN_DOUBT = Words.beside(__file__, "host-key-doubts", *DOUBTS)
VERDICTS = Words.beside(__file__, "host-key-verdicts", *get_args(Verdict))
KINDS = Words.beside(__file__, "product-kinds", *get_args(ProductKind))

_CHECK = Words.beside(
    __file__,
    "host-key-check",
    "covered listed groups",
    "updates updates",
    "no-updates",
    "no-group",
    "misfit key host",
    "misfits",
    "newer host system key updates",
    "newer-title hosts",
    "newer-advice",
    "kms-table",
    "kms-columns 5",
    "forest-table",
    "forest-columns 5",
    "computers count",
    "key key",
    "printed printed",
    "none",
)
_ADVICE = Words.beside(
    __file__,
    "host-key-advice",
    "key key",
    "products family products",
    "no-single family",
    "table",
    "columns 4",
    "by-minimum system",
    "update-for update products",
    "partial key listed wanted",
    "none",
)
_TABLES = Words.beside(
    __file__,
    "host-key-tables",
    "matrix products",
    "matrix-systems",
    "product",
    "key key",
    "windows",
    "or-newer system",
    "updates",
    "updates-columns 5",
    "yes",
    "no-update",
    "or-update",
    "other-number update conflict",
    "other-number-link number",
    "not-compared",
    "build build",
    "compared build day source",
    "long-term",
    "office",
    "office-columns 4",
    "office-system server client",
    "gvlk kind",
    "gvlk-older kind",
    "gvlk-more keys",
    "gvlk-columns 3",
    "not-published",
    "source",
    "sources",
)
_PRODUCTS = Words.beside(
    __file__,
    "products-table",
    "title",
    "columns 6",
    "no-date",
    "by-release",
    "releases link supported every",
    "no-client-key",
    "why reason",
    "client-keys keys",
    "doubtful doubtful",
    "not-listed",
    "without-release keys",
)

MATRIX_KINDS: dict[str, tuple[ProductKind, ...]] = {
    "windows": ("windows-server", "windows-client"),
    "office": ("office",),
}

METHODS = ("kms", "mak", "adba")
TOO_OLD_FOR_ADBA = "adba.clients"


def host_key_check(view: View) -> Html:
    """Whether the hosts that this organization's groups reach hold keys that list their products."""
    covers = view.situation.covers
    forests = view.situation.forest_covers
    parts: list[Html | None] = [
        _verdict(view, covers) if covers else _no_kms(),
        _installed_problems(view),
        _key_updates(view),
    ]
    if covers:
        parts.append(_kms_table(view, covers))
    if forests:
        parts.append(_forest_table(view, forests))
    return tag("div", *(part for part in parts if part is not None))


def host_key_advice(view: View) -> Html:
    """Host keys that list everything this organization activates, by the systems that can hold them."""
    products = [view.catalog.product(product) for product in domain.activated_products(view.organization)]
    families = {
        "Windows": [product.id for product in products if product.kind != "office"],
        "Office": [product.id for product in products if product.kind == "office"],
    }
    found = {family: domain.covering(view.catalog, wanted) for family, wanted in families.items()}
    rows = [
        (
            _ADVICE.plain("key", key=_short(_key(view, holders[0].group))),
            _ADVICE.plain("products", family=family, products=len(families[family])),
            bullets(_holder(view, holder) for holder in holders),
            join(_vague(view, holders[0]), ", ") or _ADVICE["none"],
        )
        for family, coverings in found.items()
        for holders in _by_key(coverings.full)
    ]
    parts = [
        note("info", _ADVICE.plain("no-single", family=family), _partial(view, wanted))
        for family, wanted in families.items()
        if wanted and not found[family].full
    ]
    if rows:
        parts.append(table(_ADVICE["table"], _ADVICE.list("columns"), rows))
    return join(parts)


def host_key_matrix(view: View, kind: str = "windows") -> Html:
    """Products by host key: what Microsoft lists, and the systems that can hold each key.

    `kind` is windows or office. Raises KeyError for another kind.
    """
    products = [product for product in view.catalog.products if product.kind in MATRIX_KINDS[kind]]
    groups = [group for group in view.catalog.host_keys.groups if group.kind == kind]
    rows: list[list[object]] = [[_TABLES["matrix-systems"], *(_holders(view, group) for group in groups)]]
    for product in products:
        found = [domain.listing(view.catalog, group.id, product.id) for group in groups]
        rows.append([product.name, *(_matrix_cell(entry) for entry in found)])
    return join(
        [
            table(
                _TABLES.plain("matrix", products=KINDS["office"] if kind == "office" else _TABLES["windows"]),
                [_TABLES["product"], *(_TABLES.plain("key", key=_short(group)) for group in groups)],
                rows,
                row_ids=[f"held-by-{kind}", *(f"lists-{product.id}" for product in products)],
            ),
            _sources(view, (source_id for group in groups for source_id in group.sources)),
        ]
    )


def host_updates_table(view: View) -> Html:
    """Updates that a host system needs before it can activate newer products."""
    updates = view.catalog.host_keys.updates
    rows = [
        (
            _family(view, update.host_system),
            join(_targets(view, update), ", "),
            _update(view, update),
            _compared(view, update),
            _TABLES["yes"] if update.notes else "",
        )
        for update in updates
    ]
    remarks = dict.fromkeys(update.notes for update in updates if update.notes)
    return join(
        [
            table(
                _TABLES["updates"],
                _TABLES.list("updates-columns"),
                rows,
            ),
            bullets(remarks) if remarks else None,
            _sources(view, (source_id for update in updates for source_id in update.sources)),
        ]
    )


def office_hosts_table(view: View) -> Html:
    """Systems, license pack and activation ID for each Office host key."""
    hosts = view.catalog.host_keys.office_hosts
    rows = [
        (
            _name(view, host.product),
            _TABLES.say(view, "office-system", server=_name(view, host.minimum_server), client=host.minimum_client),
            tag("a", host.license_pack, href=str(host.download), class_="vag-source"),
            tag("code", host.activation_id),
        )
        for host in hosts
    ]
    return join(
        [
            table(
                _TABLES["office"],
                _TABLES.list("office-columns"),
                rows,
                row_ids=[f"office-host-{host.product}" for host in hosts],
            ),
            _sources(view, (source_id for host in hosts for source_id in host.sources)),
        ]
    )


def adba_office_systems(view: View) -> Html:
    """Systems on which Office can activate through Active Directory, as the Office page lists them."""
    keys = view.catalog.host_keys
    return join(
        [
            bullets(_family(view, system) for system in keys.adba_office_systems),
            _sources(view, keys.adba_office_sources),
        ]
    )


def open_questions(view: View) -> Html:
    """What Microsoft's pages on host keys leave open."""
    questions: tuple[OpenQuestion, ...] = view.catalog.host_keys.open_questions
    return definition_list((question.question, question.why) for question in questions)


def gvlk_table(view: View, kind: ProductKind) -> Html:
    """Client setup keys (GVLK) of one kind of product; the first row of a product carries its id as anchor.

    Raises ValueError for a kind that no key has.
    """
    order = [product.id for product in view.catalog.products if product.kind == kind]
    keys = sorted(
        (key for key in view.catalog.client_keys if key.product in order), key=lambda key: order.index(key.product)
    )
    if not keys:
        raise ValueError(f'no client setup key has the kind "{kind}"; allowed: {", ".join(KINDS)}')
    missing = [
        product for product in view.catalog.products if product.kind == kind and "client-keys" in product.not_published
    ]
    older = [key for key in keys if _is_over(view, key.product)]
    current = [key for key in keys if key not in older]
    title = _TABLES.plain("gvlk", kind=KINDS[kind])
    past = _TABLES.plain("gvlk-older", kind=KINDS[kind])
    # One element: inside a Markdown container, a second one on the line would end up in a paragraph.
    return tag(
        "div",
        _key_table(view, title, current, missing),
        folded(_TABLES.plain("gvlk-more", keys=len(older)), _key_table(view, past, older)) if older else None,
        _sources(view, (source_id for key in keys for source_id in key.sources)),
    )


def _is_over(view: View, product_id: str) -> bool:
    """Whether every support of a product had ended at the last release of the data: the same on each day of reading."""
    releases = view.catalog.changes.releases
    entries = lifecycle.entries_of(view.catalog, product_id)
    return bool(releases and entries) and all(
        lifecycle.standing(entry, releases[0].day).phase == "ended" for entry in entries
    )


def _key_table(view: View, title: str, keys: Sequence[ClientKey], missing: Sequence[Product] = ()) -> Html:
    first = {key.product: index for index, key in reversed([*enumerate(keys)])}
    rows = [
        (
            _name(view, key.product),
            join(
                [
                    key.edition,
                    confidence_mark(key.confidence),
                    tag("p", key.notes) if key.notes else None,
                    change_mark(view, "client-key", f"{key.product}, {key.edition}"),
                ]
            ),
            tag("code", key.key, class_="vag-key vag-key--whole"),
        )
        for key in keys
    ]
    named = [(view.catalog.product(key.product), key.edition) for key in keys]
    also = [
        " ".join((*also_called(view.catalog, f"{product.name} {edition}"), *product.aliases))
        for product, edition in named
    ]
    return table(
        title,
        _TABLES.list("gvlk-columns"),
        [
            *rows,
            *((product.name, product.not_published["client-keys"], _TABLES["not-published"]) for product in missing),
        ],
        row_ids=[
            *(
                key.product if first[key.product] == index else f"{key.product}-{index - first[key.product] + 1}"
                for index, key in enumerate(keys)
            ),
            *(product.id for product in missing),
        ],
        row_attributes=[{"data_vag_also": words or None} for words in [*also, *("" for _ in missing)]],
    )


def products_table(view: View) -> Html:
    """Every release that volume activation knows: methods, support today, client setup keys, host keys."""
    rows = [
        (
            join([product.name, change_mark(view, "product", product.id)]),
            KINDS[product.kind],
            _methods(view, product),
            _support(view, product),
            _client_keys(view, product),
            _host_keys(view, product),
        )
        for product in view.catalog.products
    ]
    return table(
        _PRODUCTS["title"],
        _PRODUCTS.list("columns"),
        rows,
        row_ids=[product.id for product in view.catalog.products],
    )


def _verdict(view: View, covers: tuple[GroupCover, ...]) -> Html:
    listed = [cover for cover in covers if cover.verdict in ("covered", "covered-with-doubt")]
    doubtful = [cover for cover in covers if cover.verdict == "covered-with-doubt"]
    short = [cover for cover in covers if cover not in listed]
    state: State = "warn" if short else "info" if doubtful else "ok"
    lines = [f"{_group(view, cover).name}: {_why(cover)}" for cover in covers if cover.verdict != "covered"]
    updates = sorted({update.update for cover in covers for host in cover.hosts for update in host.listing.updates})
    needed = _CHECK.plain("updates", updates="; ".join(updates)) if updates else _CHECK["no-updates"]
    return note(
        state,
        _CHECK.plain("covered", listed=len(listed), groups=len(covers)),
        bullets(lines) if lines else None,
        tag("p", needed),
    )


def _why(cover: GroupCover) -> str:
    """Why a group is not plainly covered: what is in doubt, or on how many of its hosts its product is listed."""
    doubts = [problem for problem in DOUBTS if any(problem in host.problems for host in cover.hosts)]
    if cover.verdict == "covered-with-doubt" and doubts:
        return " ".join([f"{STATUSES['listed']}.", *(IN_DOUBT[problem] for problem in doubts)])
    return f"{VERDICTS[cover.verdict]}."


def _no_kms() -> Html:
    return note("info", _CHECK["no-group"])


def _installed_problems(view: View) -> Html | None:
    found = [key for key in view.situation.keys_on_hosts if key.problems]
    if not found:
        return None
    lines = [
        join(
            [
                _CHECK.plain("misfit", key=_short(_key(view, key.group)), host=view.organization.host(key.host).name),
                " ",
                PROBLEMS.say(view, problem),
            ]
        )
        for key in found
        for problem in key.problems
    ]
    ruled_out = any(problem in RULED_OUT for key in found for problem in key.problems)
    return note("bad" if ruled_out else "warn", _CHECK["misfits"], bullets(lines))


def _key_updates(view: View) -> Html | None:
    """Hosts with a key of a newer release than their system, and the update that goes with it."""
    found = [key for key in view.situation.keys_on_hosts if key.updates]
    if not found:
        return None
    hosts = len({key.host for key in found})
    lines = []
    for key in found:
        host = view.organization.host(key.host)
        lines.append(
            _CHECK.say(
                view,
                "newer",
                host=host.name,
                system=_name(view, host.operating_system),
                key=_short(_key(view, key.group)),
                updates=_updates(view, key.updates),
            )
        )
    return note(
        "info",
        _CHECK.plain("newer-title", hosts=hosts),
        bullets(lines),
        tag("p", _CHECK["newer-advice"]),
    )


def _kms_table(view: View, covers: tuple[GroupCover, ...]) -> Html:
    """One row for each group and finding: hosts about which the same is to be said share it."""
    rows = []
    for cover in covers:
        group = _group(view, cover)
        alike: dict[object, list[HostCover]] = {}
        for host in cover.hosts:
            finding = (host.listing.group, host.listing.status, host.listing.updates, host.problems)
            alike.setdefault(finding, []).append(host)
        rows += [
            (
                join([group.name, tag("p", _CHECK.plain("computers", count=group.count))]),
                _name(view, cover.product),
                join(tag("p", _host(view, host)) for host in hosts),
                _finding(view, hosts[0]),
                _updates(view, hosts[0].listing.updates) if hosts[0].listing.is_listed else "",
            )
            for hosts in alike.values()
        ]
    return table(
        _CHECK["kms-table"],
        _CHECK.list("kms-columns"),
        rows,
    )


def _forest_table(view: View, forests: tuple[domain.ForestCover, ...]) -> Html:
    rows = [
        (
            _group(view, forest).name,
            number(_group(view, forest).count),
            _name(view, forest.product),
            _key_names(view, forest.held) if forest.held else status("warn", _CHECK["none"]),
            _key_names(view, forest.other) if forest.other else _CHECK["none"],
        )
        for forest in forests
    ]
    return table(
        _CHECK["forest-table"],
        columns(_CHECK.list("forest-columns"), 1),
        rows,
    )


def _finding(view: View, host: HostCover) -> Html:
    state = STATUS_TONES[host.listing.status]
    if any(problem in RULED_OUT for problem in host.problems):
        state = "bad"
    has_doubt = host.listing.status == "listed-year-not-printed"
    return join(
        [
            _CHECK.plain("key", key=_short(_key(view, host.listing.group))),
            " ",
            status(state, STATUSES[host.listing.status]),
            *(tag("p", PROBLEMS.say(view, problem)) for problem in host.problems),
            tag("p", _CHECK.plain("printed", printed="; ".join(host.listing.printed))) if has_doubt else None,
        ]
    )


def _host(view: View, host: HostCover) -> Html:
    known = view.organization.host(host.host)
    return join([known.name, ", ", _name(view, known.operating_system)])


def _matrix_cell(entry: Listing) -> Html:
    """Plain words for what is not listed, so that what is listed stands out; short ones, for many columns."""
    word = IN_MATRIX[entry.status]
    return status(STATUS_TONES[entry.status], word) if entry.is_listed else join([word])


def _updates(view: View, updates: Iterable[HostUpdate]) -> Html:
    """Rows of the update table, each of which suffices; "none printed" when there is none."""
    found = [_update(view, update) for update in updates]
    return join(found, _TABLES["or-update"]) if found else join([_TABLES["no-update"]])


def _update(view: View, update: HostUpdate) -> Html:
    """An update, with the number that Microsoft's page prints in its place, and the way to the conflict."""
    if update.conflict is None:
        return join([update.update])
    words = _TABLES.plain("other-number-link", number=update.printed)
    link = tag("a", words, href=view.href(f"{CONFLICTS}#{update.conflict}"))
    return _TABLES.say(view, "other-number", update=update.update, conflict=link)


def _compared(view: View, update: HostUpdate) -> Html:
    """Whether the number was found in the list of updates of its release."""
    if update.listed is None:
        return join([_TABLES["not-compared"], confidence_mark("unconfirmed")])
    listed = update.listed
    return _TABLES.say(
        view,
        "compared",
        build=status("ok", _TABLES.plain("build", build=str(listed.build))),
        day=when(listed.day, weekday=False),
        source=source(view, listed.source),
    )


def _partial(view: View, wanted: list[str]) -> Html:
    return bullets(
        _ADVICE.plain("partial", key=_short(_key(view, part.group)), listed=len(part.listed), wanted=len(wanted))
        for part in domain.covering(view.catalog, wanted).partial
    )


def _targets(view: View, update: HostUpdate) -> list[Html]:
    """Products of an update row; the long-term releases of a product that stands there too are named together."""
    long_term = [
        product
        for product in update.to_activate
        if any(product.startswith(f"{other}-lts") for other in update.to_activate)
    ]
    names = [_family(view, product) for product in update.to_activate if product not in long_term]
    return [*names, *([join([_TABLES["long-term"]])] if long_term else [])]


def _holders(view: View, group: HostKeyGroup) -> Html:
    """Host systems as the page gives them: each one by name, or the oldest with "or newer"."""
    names = (_family(view, system) for system in domain.named_systems(view.catalog, group))
    return bullets(_TABLES.say(view, "or-newer", system=name) if group.kind == "office" else name for name in names)


def _methods(view: View, product: Product) -> Html:
    value = view.catalog.fact(product.methods).value
    applies = dict(value) if isinstance(value, dict) else {}
    if product.legacy:
        applies["adba"] = False
    parts = [f"{method.upper()} {quantity(applies.get(method), None, view.catalog)}" for method in METHODS]
    return join([join(parts, ", "), cite(view, product.methods, *([TOO_OLD_FOR_ADBA] if product.legacy else []))])


def _support(view: View, product: Product) -> Html:
    entries = lifecycle.entries_of(view.catalog, product.id)
    if not entries:
        return join([_PRODUCTS["no-date"], _not_published(product, "lifecycle")])
    if any(entry.release for entry in entries):
        return by_day(view, lambda on: _support_by_release(on, product), lifecycle.turns(entries))

    def phase(entry: Lifecycle, on: View) -> Html:
        found = lifecycle.standing(entry, on.today).phase
        return status(PHASE_TONES[found], tag("a", PHASES[found], href=view.href(f"{LIFECYCLE}#{entry.id}")))

    lines = (
        join([by_day(view, partial(phase, entry), lifecycle.turns([entry])), confidence_mark(entry.confidence)])
        for entry in entries
    )
    return join(lines, "; ")


def _not_published(product: Product, part: Part) -> str | None:
    """Why a part of the data is missing, as the data says it."""
    return _PRODUCTS.plain("why", reason=product.not_published[part]) if part in product.not_published else None


def _support_by_release(view: View, product: Product) -> Html:
    """How many releases of a product are supported: its computers may run any of them."""
    found = lifecycle.releases_of(view.catalog, view.organization, product.id, view.today)
    every = len(found.supported) + len(found.ended)
    link = tag("a", _PRODUCTS["by-release"], href=view.href(f"{LIFECYCLE}#{product.id}"))
    words = _PRODUCTS.say(view, "releases", link=link, supported=len(found.supported), every=every)
    return status("info" if found.supported else "bad", words)


def _client_keys(view: View, product: Product) -> Html:
    keys = [key for key in view.catalog.client_keys if key.product == product.id]
    if not keys:
        return join([_PRODUCTS["no-client-key"], _not_published(product, "client-keys")])
    link = tag("a", _PRODUCTS.plain("client-keys", keys=len(keys)), href=view.href(f"{KEYS}#{product.id}"))
    doubtful = sum(key.confidence == "unconfirmed" for key in keys)
    return join(
        [
            link,
            _PRODUCTS.plain("doubtful", doubtful=doubtful) if doubtful else None,
            confidence_mark("unconfirmed" if doubtful else "documented"),
        ]
    )


def _host_keys(view: View, product: Product) -> Html:
    found = [domain.listing(view.catalog, group.id, product.id) for group in view.catalog.host_keys.groups]
    listed = [entry for entry in found if entry.is_listed]
    words: object = _key_names(view, listed) if listed else _PRODUCTS["not-listed"]
    return tag("a", words, href=view.href(f"{KMS_HOSTS}#lists-{product.id}"))


def _key_names(view: View, listings: Iterable[Listing]) -> Html:
    """Names of keys; those that name the family only stand apart."""
    named: dict[bool, list[str]] = {True: [], False: []}
    for entry in listings:
        named[entry.is_certain].append(_short(_key(view, entry.group)))
    vague = ", ".join(named[False])
    return join(
        [", ".join(named[True]) or None, _PRODUCTS.plain("without-release", keys=vague) if vague else None], "; "
    )


def _group(view: View, cover: GroupCover | domain.ForestCover) -> Group:
    return view.situation.groups[cover.group]


def _key(view: View, group_id: str) -> HostKeyGroup:
    return find(view.catalog.host_keys.groups, group_id, "host key group")


def _by_key(holders: Iterable[domain.Holder]) -> list[list[domain.Holder]]:
    found: dict[str, list[domain.Holder]] = {}
    for holder in holders:
        found.setdefault(holder.group, []).append(holder)
    return [*found.values()]


def _holder(view: View, holder: domain.Holder) -> Html:
    by_minimum = any(entry.host_by_minimum for entry in holder.listings)
    products = [entry.product for entry in holder.listings]
    updates = domain.needed_updates(view.catalog, holder.group, holder.host_system, products)
    system: object = _family(view, holder.host_system)
    if by_minimum:
        system = _ADVICE.say(view, "by-minimum", system=system)
    release = find(view.catalog.host_keys.groups, holder.group, "host key group").host_systems[0]
    concerned = [
        product
        for product in dict.fromkeys((release, *products))
        if domain.updates_for(view.catalog, holder.host_system, product)
    ]
    said = [
        _ADVICE.say(
            view,
            "update-for",
            update=_update(view, update),
            products=join(
                (_family(view, product) for product in concerned if len(updates) == 1 or product in update.to_activate),
                ", ",
            ),
        )
        for update in updates
    ]
    return join([system, ": ", join(said, "; ") if said else _TABLES["no-update"]])


def _vague(view: View, holder: domain.Holder) -> list[Html]:
    return [_name(view, entry.product) for entry in holder.listings if entry.status == "listed-year-not-printed"]


def _name(view: View, product_id: str) -> Html:
    return join([view.catalog.product(product_id).name])


def _family(view: View, product_id: str) -> Html:
    """The name of a product as pages print it that name no editions."""
    return join([view.catalog.product(product_id).name.partition(" (")[0]])


def _short(group: HostKeyGroup) -> str:
    """The name of a key without the words that all of them share."""
    name = group.name
    for shared in ("Volume License for ", "Volume license for ", "KMS host key for "):
        name = name.removeprefix(shared)
    return name


def _sources(view: View, source_ids: Iterable[str]) -> Html:
    found = dict.fromkeys(source_ids)
    return tag(
        "p",
        _TABLES["source" if len(found) == 1 else "sources"],
        " ",
        join((source(view, source_id) for source_id in found), ", "),
        class_="vag-sources",
    )


MACROS = (
    host_key_check,
    host_key_advice,
    host_key_matrix,
    host_updates_table,
    office_hosts_table,
    adba_office_systems,
    open_questions,
    gvlk_table,
    products_table,
)
