"""Count and capacity of the organization's KMS hosts: is each threshold met, will it hold, what do the hosts carry."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from macros.catalog.models import ProductKind
from macros.catalog.organization import Group
from macros.domain.capacity import HostAdvice, HostLoad, Traffic, total_traffic
from macros.domain.contact import Chance, Distribution, at_least, binomial, mean, needed, seen_probability
from macros.domain.count import (
    KINDS,
    Asker,
    HostCount,
    Standing,
    cap,
    counted_in,
    threshold,
)
from macros.domain.host_key_budget import Allowance, HostKeyBudget
from macros.domain.situation import TARGET, Comparison, Holding
from macros.render.parts.citations import value_link
from macros.render.parts.components import (
    Column,
    State,
    cards,
    code_block,
    columns,
    details,
    figure,
    note,
    numbered,
    status,
    table,
)
from macros.render.parts.counts import KIND_NAMES, UNSTATED, count_name, threshold_of, verdict
from macros.render.parts.html import Html, bullets, join, tag
from macros.render.parts.names import METHOD_NAMES, host_key_name, host_label
from macros.render.parts.quantity import counted, number, percent
from macros.render.parts.view import View
from macros.render.parts.words import Words

from .capacity_drawings import CountBar, Mark, RateBars, count_bars, distribution_bars, needed_bars, rate_bars, visible
from .my_organization import CLIENT_IDS
from .outage import how_often

WANTED = (0.95, 0.99, TARGET)
FREQUENCIES = (1, 2, 7, 14, 21, 30, 90)
"""One day in how many a computer is on the network: rows of the planning table, beside the organization's own."""

_RESET = Words.beside(__file__, "reset-groups", "table name", "columns 6", "every days", "not-by-kms")
_COUNTS = Words.beside(
    __file__,
    "counts",
    "no-group",
    "no-group-title",
    "nobody",
    "nobody-title",
    "good",
    "good-title",
    "short host computers products threshold",
    "short-title groups missing",
    "not-stated computers alone",
    "not-stated-title host",
    "wavers host chance target",
    "wavers-title groups",
    "silent computers",
    "silent-title group",
    "clones computers",
    "clones-title group",
)
_WAYS_OUT = Words.beside(
    __file__,
    "ways-out",
    "adba",
    "mak computers",
    "reach example port",
    "example host",
    "more-windows missing",
    "more-office missing",
)
_OTHER_READINGS = Words.beside(__file__, "other-readings", "title", "text hosts used others")
COUNT_NAMES = {"windows": "Windows", "office": "Office"}
_TABLES = Words.beside(
    __file__,
    "capacity",
    "at product host",
    "any-at host",
    "asked asking threshold chance",
    "nobody-asks",
    "stands-by",
    "count",
    "count-columns 6",
    "count-chart",
    "count-caption",
    "count-bar host product count",
    "count-bar-full host product count",
    "met spare",
    "short short",
    "chances least most",
    "hosts-advised",
    "hosts-columns 5",
    "advice-nobody",
    "advice-missing hosts",
    "advice-enough",
    "traffic",
    "traffic-columns 8",
    "all-hosts",
    "requests",
    "requests-caption",
    "rate-normal requests",
    "rate-after requests",
    "keys",
    "keys-columns 6",
    "used used total left",
    "overdrawn used total over",
    "key-overdrawn",
    "key-strict",
    "key-nothing-left",
    "key-within",
)
_HOLD = Words.beside(
    __file__,
    "count-holds",
    "title",
    "columns 7",
    "short short",
    "certain",
    "holds",
    "wavers",
    "fails",
    "distribution product host",
    "nothing-to-draw reason",
    "nothing-varies",
    "example computers products every",
    "limit product threshold share",
    "spoken expected limits",
    "caption name spoken",
    "or-more count",
    "behind",
    "numbers name",
    "numbers-columns 2",
)
_NEEDED = Words.beside(
    __file__,
    "computers-needed",
    "or",
    "title products",
    "drawing title share",
    "caption products threshold share",
    "columns 2",
    "column share",
)
_DRAWN = Words.beside(__file__, "capacity-drawings", "threshold threshold", "count", "needed bars threshold")
_HOLDING_TONES: Mapping[Holding, State] = {
    "short": "bad",
    "certain": "ok",
    "holds": "ok",
    "wavers": "warn",
    "fails": "bad",
}


def count_findings(view: View) -> Html:
    """What is wrong with the organization's counts and what to do about it, or that all of them are met and hold."""
    found = [*_findings(view)]
    if found:
        return join(found)
    if not view.situation.pools:
        return _counted(view, "info", "no-group")
    return _counted(view, "ok", "good") if view.situation.counts else _counted(view, "info", "nobody")


def reset_groups(view: View) -> Html:
    """Groups that are imaged anew or set back, with what a KMS host counts of them; nothing where none is."""
    groups = [group for group in view.organization.groups if group.reset_every_days]
    if not groups:
        return Html("")
    rows = [
        [
            group.name,
            METHOD_NAMES[group.method],
            _RESET.plain("every", days=group.reset_every_days),
            CLIENT_IDS[group.reset_client_id],
            number(group.count),
            number(group.client_ids) if group.method == "kms" else _RESET["not-by-kms"],
        ]
        for group in groups
    ]
    caption = _RESET.plain("table", name=view.organization.name)
    return table(caption, columns(_RESET.list("columns"), 4, 5), rows)


def count_cards(view: View) -> Html:
    """Each product kind at each host: met with how many to spare, or short by how many."""
    return cards(
        (
            _at(view, row),
            verdict(row.host_id, row.standing),
            _TABLES.say(
                view,
                "asked",
                asking=numbered(count_name("asking", row.host_id, row.standing), number(row.standing.computers)),
                threshold=threshold_of(view, row.standing.kind),
                chance=_chance(view, row.chance),
            ),
        )
        for row in view.situation.comparisons
    )


def count_table(view: View) -> Html:
    """Per host and product kind: who asks, what the host reports, threshold, met or short. Hosts that stand by last."""
    rows: list[Sequence[object]] = [
        [
            _at(view, row),
            _who(view, row.count.askers),
            numbered(count_name("asking", row.host_id, row.standing), number(row.standing.computers)),
            numbered(count_name("count", row.host_id, row.standing), number(row.standing.reported)),
            threshold_of(view, row.standing.kind),
            verdict(row.host_id, row.standing),
        ]
        for row in view.situation.comparisons
    ]
    rows += [
        [
            _TABLES.plain("any-at", host=host_label(view, host_id)),
            _TABLES["nobody-asks"],
            number(0),
            number(0),
            "",
            status("info", _TABLES["stands-by"]),
        ]
        for host_id in view.situation.standing_by
    ]
    return table(_TABLES["count"], columns(_TABLES.list("count-columns"), 2, 3, 4), rows) if rows else Html("")


def count_chart(view: View) -> Html:
    """The counts of the hosts as bars with the thresholds marked, and the table beside them."""
    counts = view.situation.counts
    if not counts:
        return count_table(view)
    return figure(
        count_bars(_TABLES["count-chart"], [_count_bar(view, count) for count in counts]),
        _TABLES["count-caption"],
        count_table(view),
    )


def hold_table(view: View) -> Html:
    """Per host and product kind: how often the computers are there, how many the host sees, and whether that holds."""
    rows = []
    for row in view.situation.comparisons:
        held = view.situation.hold(row.count)
        rows.append(
            [
                _at(view, row),
                bullets(f"{number(a.asking, 1)}: {how_often(a.every)}" for a in row.count.askers),
                number(held.expected_seen, 1),
                number(held.expected_reported, 1),
                threshold_of(view, row.standing.kind),
                _chance(view, row.chance),
                status(_HOLDING_TONES[row.holding], _holding(row)),
            ]
        )
    return table(_HOLD["title"], columns(_HOLD.list("columns"), 2, 3, 4, 5), rows) if rows else Html("")


def hold_charts(view: View) -> Html:
    """How each count that varies is distributed. Counts that never vary get no drawing."""
    drawings = []
    for count in view.situation.counts:
        held = view.situation.hold(count)
        if max(held.distribution) < TARGET:
            host = host_label(view, count.host_id)
            name = _HOLD.plain("distribution", product=COUNT_NAMES[count.count], host=host)
            drawings.append(_distribution(name, held.distribution, held.chances))
    if drawings:
        return join(drawings)
    if not view.situation.counts:
        return tag("p", _HOLD.plain("nothing-to-draw", reason=_COUNTS["nobody-title"]))
    return tag("p", _HOLD["nothing-varies"])


def hold_example(view: View, computers: int, every: int, kind: ProductKind = "windows-client") -> Html:
    """The distribution of the count for a number of computers that are on the network one day in `every`."""
    clients = computers if kind == "windows-client" else 0
    probability = seen_probability(every, view.policy)
    need = threshold(kind, view.policy)
    seen = binomial(computers, float(probability), cap(counted_in(kind), clients, view.policy))
    above = at_least(seen, need)
    chance = Chance(kind, need, above, above, certain=probability == 1 and computers >= need)
    name = _HOLD.plain("example", computers=computers, products=KIND_NAMES[kind], every=how_often(every))
    return _distribution(name, seen, [chance])


def computers_needed(view: View) -> Html:
    """How many computers keep each threshold, by how often they are on the network: bars and a table per threshold."""
    kinds: dict[int, list[ProductKind]] = {}
    for kind in KINDS:
        kinds.setdefault(threshold(kind, view.policy), []).append(kind)
    return join(_needed_figure(view, need, alike) for need, alike in kinds.items())


def _needed_figure(view: View, need: int, kinds: Sequence[ProductKind]) -> Html:
    names = _NEEDED["or"].join(KIND_NAMES[kind] for kind in kinds)
    rows = [
        (every, seen_probability(every, view.policy), [needed(every, need, wanted, view.policy) for wanted in WANTED])
        for every in _frequencies(view)
    ]
    bars = [(how_often(every), counts[-1] or 0) for every, _, counts in rows]
    spoken = "; ".join(f"{label}: {number(count)}" for label, count in bars)
    heads = [
        *columns(_NEEDED.list("columns"), 1),
        *(Column(_NEEDED.plain("column", share=f"{wanted * 100:g}%"), numeric=True) for wanted in WANTED),
    ]
    title, target = _NEEDED.plain("title", products=names), f"{TARGET * 100:g}%"
    body = [[how_often(every), _share(seen), *(number(count or 0) for count in counts)] for every, seen, counts in rows]
    return figure(
        needed_bars(
            _NEEDED.plain("drawing", title=title, share=target),
            _DRAWN.plain("needed", bars=spoken, threshold=need),
            bars,
            need,
        ),
        _NEEDED.say(view, "caption", products=names, threshold=threshold_of(view, kinds[0]), share=target),
        table(title, heads, body),
    )


def hosts_table(view: View) -> Html:
    """Per pool: hosts advised and hosts reached, and the other readings of the advice."""
    rows = [
        [
            bullets(view.situation.groups[group_id].name for group_id in item.group_ids),
            number(item.clients),
            bullets(view.organization.host(host_id).name for host_id in item.host_ids),
            number(item.advised),
            status(*_advice_words(item)),
        ]
        for item in view.situation.advice
    ]
    heads = columns(_TABLES.list("hosts-columns"), 1, 3)
    return join([table(_TABLES["hosts-advised"], heads, rows) if rows else None, _other_readings(view)])


def capacity_table(view: View) -> Html:
    """Requests and bytes at each host, on a normal day and after an outage that left every client retrying."""
    loads = view.situation.loads
    rows = [_load_row(host_label(view, load.host_id), load.traffic, load.starts_per_day) for load in loads]
    if len(loads) > 1:
        starts = sum((load.starts_per_day for load in loads), Fraction(0))
        rows.append(_load_row(_TABLES["all-hosts"], total_traffic(loads, view.policy), starts))
    heads = columns(_TABLES.list("traffic-columns"), *range(1, 8))
    return table(_TABLES["traffic"], heads, rows) if rows else Html("")


def capacity_chart(view: View) -> Html:
    """Requests an hour at each host, normal and after an outage, with the table beside them."""
    loads = [load for load in view.situation.loads if load.traffic.clients]
    if not loads:
        return capacity_table(view)
    return figure(
        rate_bars(_TABLES["requests"], [_rates(view, load) for load in loads]),
        _TABLES["requests-caption"],
        capacity_table(view),
    )


def host_key_budget_table(view: View) -> Html:
    """Per host key: hosts used and left, activations used and left on each host and in all, under both readings."""
    rows = [
        [
            host_key_name(view, item.name),
            numbered(f"key.hosts:{item.name}", _used(item.hosts)),
            bullets(
                join(
                    [
                        f"{host_label(view, use.host_id)}: ",
                        numbered(f"key.used:{item.name}:{use.host_id}", _used(use.activations)),
                    ]
                )
                for use in item.per_host
            ),
            numbered(f"key.in-all:{item.name}", _used(item.in_all)),
            numbered(f"key.strict:{item.name}", _used(item.strict)),
            status(*_budget_words(item)),
        ]
        for item in view.situation.key_budgets
    ]
    return table(_TABLES["keys"], _TABLES.list("keys-columns"), rows) if rows else Html("")


def count_output(view: View, kind: ProductKind = "windows-client") -> Html:
    """The line of `slmgr.vbs /dlv` that holds the count, as a host at its cap shows it. Made up."""
    limit = cap(counted_in(kind), int(kind == "windows-client"), view.policy)
    return tag("div", code_block(f"Current count: {limit}\n"), class_="vag-example")


MACROS = (
    count_findings,
    reset_groups,
    count_cards,
    count_table,
    count_chart,
    hold_table,
    hold_charts,
    hold_example,
    computers_needed,
    hosts_table,
    capacity_table,
    capacity_chart,
    host_key_budget_table,
    count_output,
)


# What the organization has


def _frequencies(view: View) -> list[int]:
    own = {g.network_every_days for g in view.organization.groups if g.network_every_days != "never"}
    return sorted({*FREQUENCIES, *(every for every in own if isinstance(every, int))})


# Words


def _at(view: View, row: Comparison) -> str:
    return _TABLES.plain("at", product=KIND_NAMES[row.standing.kind], host=host_label(view, row.host_id))


def _share(probability: Fraction) -> str:
    """A probability in percent; the fraction is exact, so that only certainty reads 100%."""
    return _percent(float(probability), probability == 1)


def _percent(probability: float, certain: bool) -> str:
    return percent(probability if certain else min(probability, 1 - 1e-9))


def _in_words(standing: Standing) -> str:
    """The verdict as plain words, for drawings."""
    if standing.verdict == "met":
        return _TABLES.plain("met", spare=standing.to_spare)
    return _TABLES.plain("short", short=standing.short_by) if standing.verdict == "short" else UNSTATED


def _holding(row: Comparison) -> str:
    return _HOLD.plain(row.holding, short=row.standing.short_by)


def _chance(view: View, chance: Chance) -> Html:
    alone = _percent(chance.alone, chance.certain)
    together = _percent(chance.together, chance.certain)
    if alone == together:
        return join([alone])
    return value_link(
        view, view.catalog.fact("kms.count.office_generations"), _TABLES.plain("chances", least=alone, most=together)
    )


def _who(view: View, askers: Iterable[Asker]) -> Html:
    return bullets(f"{view.situation.groups[asker.group_id].name}: {number(asker.asking, 1)}" for asker in askers)


def _advice_words(item: HostAdvice) -> tuple[State, str]:
    if item.clients == 0:
        return "info", _TABLES["advice-nobody"]
    if item.missing:
        return "warn", _TABLES.plain("advice-missing", hosts=item.missing)
    return "ok", _TABLES["advice-enough"]


def _used(allowance: Allowance) -> str:
    if allowance.overdrawn:
        return _TABLES.plain("overdrawn", used=allowance.used, total=allowance.total, over=allowance.overdrawn)
    return _TABLES.plain("used", used=allowance.used, total=allowance.total, left=allowance.left)


def _budget_words(item: HostKeyBudget) -> tuple[State, str]:
    granted = [item.hosts, item.in_all, *(use.activations for use in item.per_host)]
    if any(allowance.overdrawn for allowance in granted):
        return "bad", _TABLES["key-overdrawn"]
    if item.strict.overdrawn:
        return "warn", _TABLES["key-strict"]
    if not item.in_all.left or not item.strict.left or any(not use.activations.left for use in item.per_host):
        return "warn", _TABLES["key-nothing-left"]
    return "ok", _TABLES["key-within"]


def _other_readings(view: View) -> Html:
    conflict = view.catalog.conflict("conflict.two_hosts")
    sides = (("a", conflict.a), ("b", conflict.b))
    used = {name: reading.text for name, reading in sides}.get(conflict.computed_with)
    others = [reading.text for name, reading in sides if name != conflict.computed_with]
    quoted = {"used": used, "others": "; ".join(others)}
    text = _OTHER_READINGS.say(
        view,
        "text",
        hosts=counted(view.policy.hosts_advised, "host"),
        **{name: tag("span", reading, data_vag_quote=True) for name, reading in quoted.items()},
    )
    return note("info", _OTHER_READINGS["title"], tag("p", text))


# What to do


def _findings(view: View) -> Iterator[Html]:
    for pool in view.situation.pools:
        for group_id in pool.silent:
            yield _silent(view, view.situation.groups[group_id])
    for group in view.organization.groups:
        if group.method == "kms" and group.client_ids < group.count:
            yield _counted(view, "bad", "clones", group=group.name, computers=counted(group.count, "computer"))
    rows = view.situation.comparisons
    for row in rows:
        if row.standing.verdict == "short":
            yield _short(view, row)
        elif row.standing.verdict == "not-stated":
            yield _not_stated(view, row)
        elif row.holding in ("wavers", "fails"):
            yield _wavers(view, row)


def _names(view: View, row: Comparison) -> str:
    return ", ".join(
        view.situation.groups[asker.group_id].name for asker in row.count.askers if asker.kind == row.standing.kind
    )


def _counted(view: View, state: State, name: str, *more: Html, **slots: object) -> Html:
    """A remark on counts: its title and its text, with the same slots."""
    said = _COUNTS.say(view, name, **slots)
    return note(state, _COUNTS.say(view, f"{name}-title", **slots), tag("p", said), *more)


def _short(view: View, row: Comparison) -> Html:
    standing = row.standing
    return _counted(
        view,
        "bad",
        "short",
        bullets(_ways_out(view, row)),
        groups=_names(view, row),
        missing=number(standing.short_by),
        host=host_label(view, row.host_id),
        computers=counted(standing.computers, "computer"),
        products=KIND_NAMES[standing.kind],
        threshold=threshold_of(view, standing.kind),
    )


def _ways_out(view: View, row: Comparison) -> Iterator[Html]:
    kind, missing = row.standing.kind, row.standing.short_by
    groups = [view.situation.groups[asker.group_id] for asker in row.count.askers if asker.kind == kind]
    if any(group.directory == "ad-ready" for group in groups):
        yield _WAYS_OUT.say(view, "adba")
    yield _WAYS_OUT.say(view, "mak", computers=counted(sum(group.count for group in groups), "computer"))
    larger = [host for host in view.situation.hosts_with("met", kind) if host != row.host_id]
    example = _WAYS_OUT.say(view, "example", host=host_label(view, larger[0])) if larger else ""
    port = value_link(view, view.catalog.fact(view.policy.fact_of("port")), f"TCP {view.policy.port}")
    yield _WAYS_OUT.say(view, "reach", example=example, port=port)
    yield _WAYS_OUT.say(view, "more-office" if kind == "office" else "more-windows", missing=number(missing))


def _not_stated(view: View, row: Comparison) -> Html:
    return _counted(
        view,
        "warn",
        "not-stated",
        host=host_label(view, row.host_id),
        computers=counted(row.standing.computers, "computer"),
        alone=number(row.standing.alone),
    )


def _wavers(view: View, row: Comparison) -> Html:
    return _counted(
        view,
        "warn" if row.holding == "wavers" else "bad",
        "wavers",
        groups=_names(view, row),
        host=host_label(view, row.host_id),
        chance=_chance(view, row.chance),
        target=f"{TARGET * 100:g}%",
    )


def _silent(view: View, group: Group) -> Html:
    return _counted(view, "bad", "silent", group=group.name, computers=counted(group.count, "computer"))


# Numbers in tables


def _load_row(name: str, traffic: Traffic, starts: Fraction) -> list[str]:
    return [
        name,
        number(traffic.clients, 1),
        number(traffic.renewals_per_day, 1),
        number(starts, 1),
        number(traffic.bytes_per_day / 1000, 1),
        number(traffic.peak_requests_per_hour, 1),
        number(traffic.peak_requests_per_second, 3),
        number(traffic.peak_bytes_per_hour / 1000, 1),
    ]


# Drawings, each with its numbers in words


def _count_bar(view: View, count: HostCount) -> CountBar:
    verdicts = {standing.verdict for standing in count.standings}
    state: State = "bad" if "short" in verdicts else "warn" if "not-stated" in verdicts else "ok"
    return CountBar(
        label=_TABLES.plain(
            "count-bar-full" if count.reported == count.cap else "count-bar",
            host=host_label(view, count.host_id),
            product=COUNT_NAMES[count.count],
            count=count.reported,
        ),
        value=count.reported,
        limit=count.cap,
        state=state,
        marks=tuple(Mark(KIND_NAMES[s.kind], s.threshold, _in_words(s)) for s in count.standings),
    )


def _distribution(name: str, seen: Distribution, chances: Sequence[Chance]) -> Html:
    limits = "; ".join(
        _HOLD.plain(
            "limit",
            product=KIND_NAMES[chance.kind],
            threshold=chance.threshold,
            share=_percent(chance.together, chance.certain),
        )
        for chance in chances
    )
    spoken = _HOLD.plain("spoken", expected=number(mean(seen), 1), limits=limits)
    last, need = len(seen) - 1, max(chance.threshold for chance in chances)
    rows = [[_HOLD.plain("or-more", count=str(k)) if k == last else str(k), percent(seen[k])] for k in visible(seen)]
    return figure(
        distribution_bars(name, spoken, seen, need, (_DRAWN.plain("threshold", threshold=need), _DRAWN["count"])),
        _HOLD.plain("caption", name=name, spoken=spoken),
        details(
            _HOLD["behind"],
            table(_HOLD.plain("numbers", name=name), columns(_HOLD.list("numbers-columns"), 0, 1), rows),
        ),
    )


def _rates(view: View, load: HostLoad) -> RateBars:
    normal, after = load.traffic.renewals_per_hour, load.traffic.peak_requests_per_hour
    return RateBars(
        label=host_label(view, load.host_id),
        rates=(
            (
                float(normal),
                _TABLES.plain("rate-normal", requests=number(normal, 1)),
            ),
            (
                float(after),
                _TABLES.plain("rate-after", requests=number(after, 1)),
            ),
        ),
    )
