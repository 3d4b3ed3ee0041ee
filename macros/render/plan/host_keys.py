"""KMS host keys and client setup keys: what this organization's hosts cover, and the tables behind it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from macros.catalog.models import HostKeyGroup, HostUpdate, Lifecycle, OpenQuestion, Part, Product, ProductKind, find
from macros.catalog.organization import Group
from macros.domain import host_keys as domain
from macros.domain import lifecycle
from macros.domain.host_keys import GroupCover, HostCover, Listing, Problem, Status, Verdict
from macros.render.parts.citations import cite, confidence_mark, source
from macros.render.parts.clock import by_day
from macros.render.parts.components import Column, State, definition_list, note, status, table, when
from macros.render.parts.html import Html, bullets, join, tag
from macros.render.parts.quantity import counted, number, quantity
from macros.render.parts.view import View

from .lifecycle import PHASE_WORDS, RELEASE_ANCHORS

KMS_HOSTS = "plan/kms-hosts.md"
KEYS = "reference/keys.md"
LIFECYCLE = "plan/lifecycle.md"
PRODUCTS = "reference/products.md"
CONFLICTS = "reference/conflicts.md"

STATUS_WORDS: dict[Status, tuple[State, str]] = {
    "listed": ("ok", "listed"),
    "listed-year-not-printed": ("warn", "listed without its release"),
    "not-listed": ("info", "not listed by Microsoft"),
    "host-not-listed": ("warn", "host system not listed by Microsoft"),
}

FAMILY_LISTED = "family"
"""How the matrix says `listed without its release`."""

PROBLEM_WORDS: dict[Problem, tuple[str, str | None]] = {
    "client-key-on-server": (
        "A key for a client Windows cannot be installed on Windows Server.",
        "kms.host.client_csvlk_on_server",
    ),
    "client-host-for-server": (
        "A host on a client Windows activates client systems only.",
        "kms.host.os_scope",
    ),
    "host-not-listed": ("Microsoft's list for this key does not name the system of this host.", None),
    "product-not-listed": ("No key on this host lists the product. That does not say that it fails.", None),
    "year-not-printed": ("The list names the family and prints no release.", None),
    "host-by-minimum": ("The system of this host qualifies by “at least” and is not named.", None),
}
"""What is to be said about a finding, and the fact that says so."""

RULED_OUT: tuple[Problem, ...] = ("client-key-on-server", "client-host-for-server")
"""Findings that Microsoft rules out in words. Everything else is only not listed."""

DOUBTS: dict[Problem, str] = {
    "year-not-printed": "The list prints no release for it.",
    "host-by-minimum": "The system of a host qualifies by “at least” and is not named.",
}
"""What leaves a listing in doubt, for the summary."""

KEY_UPDATE = (
    "Microsoft's table asks for this update to activate computers of that release. That a host wants it before it"
    " takes the key is our advice."
)

VERDICT_WORDS: dict[Verdict, tuple[State, str]] = {
    "covered": ("ok", "listed on every host it reaches"),
    "covered-with-doubt": ("warn", "listed, by wording that leaves the release or the host system open"),
    "some-hosts": ("warn", "listed on some of its hosts only"),
    "not-listed": ("warn", "listed on none of its hosts"),
}

BY_MINIMUM = " (by “at least”)"

KIND_WORDS: dict[ProductKind, str] = {
    "windows-server": "Windows Server",
    "windows-client": "Windows client",
    "office": "Office",
}

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
            f"Key for {_short(_key(view, holders[0].group))}",
            f"{family}: {counted(len(families[family]), 'product')}",
            bullets(_holder(view, holder) for holder in holders),
            join(_vague(view, holders[0]), ", ") or "none",
        )
        for family, coverings in found.items()
        for holders in _by_key(coverings.full)
    ]
    parts = [
        note("info", f"No single host key lists all your {family} products", _partial(view, wanted))
        for family, wanted in families.items()
        if wanted and not found[family].full
    ]
    if rows:
        caption = "Keys that list everything you activate by KMS or through Active Directory"
        columns = ["Host key", "What it lists", "Host systems, and the update each needs", "Listed without its release"]
        parts.append(table(caption, columns, rows))
    return join(parts)


def host_key_matrix(view: View, kind: str = "windows") -> Html:
    """Products by host key: what Microsoft lists, and the systems that can hold each key.

    `kind` is windows or office. Raises KeyError for another kind.
    """
    products = [product for product in view.catalog.products if product.kind in MATRIX_KINDS[kind]]
    groups = [group for group in view.catalog.host_keys.groups if group.kind == kind]
    rows: list[list[object]] = [["Systems that can hold the key", *(_holders(view, group) for group in groups)]]
    for product in products:
        found = [domain.listing(view.catalog, group.id, product.id) for group in groups]
        rows.append([product.name, *(_matrix_cell(entry) for entry in found)])
    return join(
        [
            table(
                f"What each {KIND_WORDS['office'] if kind == 'office' else 'Windows'} host key activates,"
                " as Microsoft lists it",
                ["Product", *(f"Key for {_short(group)}" for group in groups)],
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
            "yes" if update.notes else "",
        )
        for update in updates
    ]
    remarks = dict.fromkeys(update.notes for update in updates if update.notes)
    return join(
        [
            table(
                "Updates that a KMS host needs",
                [
                    "Host system",
                    "To activate",
                    "Update",
                    "In the list of updates of this system",
                    "Our reading in part",
                ],
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
            join([_name(view, host.minimum_server), ", or ", host.minimum_client, "; or newer"]),
            tag("a", host.license_pack, href=str(host.download), class_="vag-source"),
            tag("code", host.activation_id),
        )
        for host in hosts
    ]
    return join(
        [
            table(
                "Office host keys: the oldest systems, the license pack and the activation ID",
                ["Office release", "Host system, at least", "License pack", "Activation ID of the host key"],
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
        raise ValueError(f'no client setup key has the kind "{kind}"; allowed: {", ".join(KIND_WORDS)}')
    missing = [
        product for product in view.catalog.products if product.kind == kind and "client-keys" in product.not_published
    ]
    first = {key.product: index for index, key in reversed([*enumerate(keys)])}
    rows = [
        (
            _name(view, key.product),
            join(
                [
                    key.edition,
                    confidence_mark(key.confidence),
                    tag("p", key.notes) if key.notes else None,
                ]
            ),
            tag("code", key.key, class_="vag-key"),
        )
        for key in keys
    ]
    # One element: inside a Markdown container, a second one on the line would end up in a paragraph.
    return tag(
        "div",
        table(
            f"Client setup keys: {KIND_WORDS[kind]}",
            ["Product", "Edition", "GVLK"],
            [*rows, *((product.name, product.not_published["client-keys"], "not published") for product in missing)],
            row_ids=[
                *(
                    key.product if first[key.product] == index else f"{key.product}-{index - first[key.product] + 1}"
                    for index, key in enumerate(keys)
                ),
                *(product.id for product in missing),
            ],
        ),
        _sources(view, (source_id for key in keys for source_id in key.sources)),
    )


def products_table(view: View) -> Html:
    """Every release that volume activation knows: methods, support today, client setup keys, host keys."""
    rows = [
        (
            product.name,
            KIND_WORDS[product.kind],
            _methods(view, product),
            _support(view, product),
            _client_keys(view, product),
            _host_keys(view, product),
        )
        for product in view.catalog.products
    ]
    return table(
        "Products that volume activation knows",
        ["Product", "Kind", "Methods", "Support now", "Client setup keys", "Host keys that list it"],
        rows,
        row_ids=[product.id for product in view.catalog.products],
    )


def _verdict(view: View, covers: tuple[GroupCover, ...]) -> Html:
    listed = [cover for cover in covers if cover.verdict in ("covered", "covered-with-doubt")]
    doubtful = [cover for cover in covers if cover.verdict == "covered-with-doubt"]
    short = [cover for cover in covers if cover not in listed]
    state: State = "warn" if doubtful or short else "ok"
    lines = [f"{_group(view, cover).name}: {_why(cover)}" for cover in covers if cover.verdict != "covered"]
    updates = sorted({update.update for cover in covers for host in cover.hosts for update in host.listing.updates})
    needed = (
        f"Updates that your hosts need to activate these groups: {'; '.join(updates)}."
        if updates
        else "Microsoft's table asks for no update to activate the products of these groups."
    )
    return note(
        state,
        f"{len(listed)} of {counted(len(covers), 'group')} that activate by KMS reach only hosts whose key lists their"
        " product",
        bullets(lines) if lines else None,
        tag("p", needed),
    )


def _why(cover: GroupCover) -> str:
    """Why a group is not plainly covered: what is in doubt, or on how many of its hosts its product is listed."""
    doubts = [problem for problem in DOUBTS if any(problem in host.problems for host in cover.hosts)]
    if cover.verdict == "covered-with-doubt" and doubts:
        return "listed. " + " ".join(DOUBTS[problem] for problem in doubts)
    return f"{VERDICT_WORDS[cover.verdict][1]}."


def _no_kms() -> Html:
    return note("info", "No group of this organization activates by KMS")


def _installed_problems(view: View) -> Html | None:
    found = [key for key in view.situation.keys_on_hosts if key.problems]
    if not found:
        return None
    lines = [
        join([f"{_short(_key(view, key.group))} key on {view.organization.host(key.host).name}: ", _say(view, problem)])
        for key in found
        for problem in key.problems
    ]
    ruled_out = any(problem in RULED_OUT for key in found for problem in key.problems)
    return note("bad" if ruled_out else "warn", "Keys on hosts that do not fit Microsoft's list", bullets(lines))


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
            join(
                [
                    f"{host.name} ({_name(view, host.operating_system)}) holds the key for ",
                    f"{_short(_key(view, key.group))}: ",
                    _updates(view, key.updates),
                    ".",
                ]
            )
        )
    return note(
        "info",
        f"{counted(hosts, 'host')} {'holds' if hosts == 1 else 'hold'} a key of a newer release",
        bullets(lines),
        tag("p", KEY_UPDATE),
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
                join([group.name, tag("p", counted(group.count, "computer"))]),
                _name(view, cover.product),
                join(tag("p", _host(view, host)) for host in hosts),
                _finding(view, hosts[0]),
                _updates(view, hosts[0].listing.updates) if hosts[0].listing.is_listed else "",
            )
            for hosts in alike.values()
        ]
    return table(
        "Your groups by KMS: the key that counts on each host they reach",
        ["Group", "Product", "Host", "Host key and Microsoft's list", "Update on the host"],
        rows,
    )


def _forest_table(view: View, forests: tuple[domain.ForestCover, ...]) -> Html:
    rows = [
        (
            _group(view, forest).name,
            number(_group(view, forest).count),
            _name(view, forest.product),
            _key_names(view, forest.held) if forest.held else status("warn", "none"),
            _key_names(view, forest.other) if forest.other else "none",
        )
        for forest in forests
    ]
    return table(
        "Your groups through Active Directory: keys whose activation object covers them",
        [
            "Group",
            Column("Computers", numeric=True),
            "Product",
            "Keys on your hosts that list it",
            "Other keys that list it",
        ],
        rows,
    )


def _finding(view: View, host: HostCover) -> Html:
    state, word = STATUS_WORDS[host.listing.status]
    if any(problem in RULED_OUT for problem in host.problems):
        state = "bad"
    printed = (
        f"Printed: {'; '.join(host.listing.printed)}." if host.listing.status == "listed-year-not-printed" else None
    )
    return join(
        [
            f"Key for {_short(_key(view, host.listing.group))}: ",
            status(state, word),
            *(tag("p", _say(view, problem)) for problem in host.problems),
            tag("p", printed) if printed else None,
        ]
    )


def _host(view: View, host: HostCover) -> Html:
    known = view.organization.host(host.host)
    return join([known.name, ", ", _name(view, known.operating_system)])


def _matrix_cell(entry: Listing) -> Html:
    """Plain words for what is not listed, so that what is listed stands out; short ones, for many columns."""
    state, word = STATUS_WORDS[entry.status]
    if entry.status == "listed-year-not-printed":
        word = FAMILY_LISTED
    return status(state, word) if entry.is_listed else join([word.removesuffix(" by Microsoft")])


def _say(view: View, problem: Problem) -> Html:
    words, fact_id = PROBLEM_WORDS[problem]
    return join([words, cite(view, fact_id) if fact_id else None])


def _updates(view: View, updates: Iterable[HostUpdate]) -> Html:
    """Rows of the update table, each of which suffices; "none printed" when there is none."""
    found = [_update(view, update) for update in updates]
    return join(found, "; or ") if found else join(["none printed"])


def _update(view: View, update: HostUpdate) -> Html:
    """An update, with the way to the conflict where Microsoft's page prints another number."""
    if update.conflict is None:
        return join([update.update])
    link = tag("a", "Microsoft's page prints another number", href=view.href(f"{CONFLICTS}#{update.conflict}"))
    return join([update.update, " (", link, ")"])


def _compared(view: View, update: HostUpdate) -> Html:
    """Whether the number was found in the list of updates of its release."""
    if update.listed is None:
        return join(["not compared", confidence_mark("unconfirmed")])
    listed = update.listed
    return join(
        [
            status("ok", f"build {listed.build}"),
            " of ",
            when(listed.day, weekday=False),
            ", ",
            source(view, listed.source),
        ]
    )


def _partial(view: View, wanted: list[str]) -> Html:
    return bullets(
        f"{_short(_key(view, part.group))} lists {len(part.listed)} of {len(wanted)}"
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
    return [*names, *([join(["its LTSC and LTSB releases"])] if long_term else [])]


def _holders(view: View, group: HostKeyGroup) -> Html:
    """Host systems as the page gives them: each one by name, or the oldest with "or newer"."""
    newer = " or newer" if group.kind == "office" else ""
    return bullets(join([_family(view, system), newer]) for system in domain.named_systems(view.catalog, group))


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
        return join(["no date recorded", _not_published(product, "lifecycle")])
    if any(entry.release for entry in entries):
        return by_day(view, lambda on: _support_by_release(on, product), lifecycle.turns(entries))

    def phase(entry: Lifecycle, on: View) -> Html:
        state, word = PHASE_WORDS[lifecycle.standing(entry, on.today).phase]
        return status(state, tag("a", word, href=view.href(f"{LIFECYCLE}#{entry.id}")))

    lines = (
        join([by_day(view, partial(phase, entry), lifecycle.turns([entry])), confidence_mark(entry.confidence)])
        for entry in entries
    )
    return join(lines, "; ")


def _not_published(product: Product, part: Part) -> str | None:
    """Why a part of the data is missing, as the data says it."""
    return f": {product.not_published[part]}" if part in product.not_published else None


def _support_by_release(view: View, product: Product) -> Html:
    """How many releases of a product are supported: its computers may run any of them."""
    found = lifecycle.releases_of(view.catalog, view.organization, product.id, view.today)
    every = len(found.supported) + len(found.ended)
    anchor = RELEASE_ANCHORS.get(product.id, found.supported[0] if found.supported else found.ended[0])
    link = tag("a", "by release", href=view.href(f"{LIFECYCLE}#{anchor}"))
    words = join([link, f": {len(found.supported)} of {every} supported, counted by edition"])
    return status("info" if found.supported else "bad", words)


def _client_keys(view: View, product: Product) -> Html:
    keys = [key for key in view.catalog.client_keys if key.product == product.id]
    if not keys:
        return join(["none published", _not_published(product, "client-keys")])
    link = tag("a", counted(len(keys), "key"), href=view.href(f"{KEYS}#{product.id}"))
    doubtful = sum(key.confidence == "unconfirmed" for key in keys)
    return join(
        [
            link,
            f", {number(doubtful)} of them" if doubtful else None,
            confidence_mark("unconfirmed" if doubtful else "documented"),
        ]
    )


def _host_keys(view: View, product: Product) -> Html:
    found = [domain.listing(view.catalog, group.id, product.id) for group in view.catalog.host_keys.groups]
    listed = [entry for entry in found if entry.is_listed]
    words: object = _key_names(view, listed) if listed else "not listed by Microsoft"
    return tag("a", words, href=view.href(f"{KMS_HOSTS}#lists-{product.id}"))


def _key_names(view: View, listings: Iterable[Listing]) -> Html:
    """Names of keys; those that name the family only stand apart."""
    named: dict[bool, list[str]] = {True: [], False: []}
    for entry in listings:
        named[entry.is_certain].append(_short(_key(view, entry.group)))
    vague = ", ".join(named[False])
    return join([", ".join(named[True]) or None, f"without its release: {vague}" if vague else None], "; ")


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
    updates = dict.fromkeys((*holder.updates, *domain.updates_for_key(view.catalog, holder.group, holder.host_system)))
    return join(
        [
            _family(view, holder.host_system),
            BY_MINIMUM if by_minimum else None,
            ": ",
            _updates(view, updates),
        ]
    )


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
    label = "Source: " if len(found) == 1 else "Sources: "
    return tag("p", label, join((source(view, source_id) for source_id in found), ", "), class_="vag-sources")


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
