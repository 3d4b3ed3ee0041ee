"""What an organization has to do: one list, the most urgent first, and empty only when nothing is to be done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, get_args

import pytest
import yaml

from macros.catalog.decision_tables import Compiled
from macros.catalog.models import Catalog
from macros.catalog.organization import Forest, HostKey, Licensed, MakAllotment, MakUse, Organization
from macros.catalog.organization_file import load_organization
from macros.catalog.reviews import reviews
from macros.domain.lifecycle import entries_of, final_days
from macros.domain.open_points import FILE_OLD_DAYS, KINDS, NAMED, SUPPORT_SOON_DAYS, Kind, Point, open_points, turns
from macros.domain.policy import Policy
from tests.built import ORGANIZATIONS, ROOT
from tests.conftest import TODAY
from tests.fleets import fleet, group, host

VECTORS = yaml.safe_load((ROOT / "tests/vectors/open_points.yaml").read_text("utf-8"))
PointsOf = Callable[..., tuple[Point, ...]]


@pytest.fixture
def points_of(catalog: Catalog, policy: Policy, tables: Compiled) -> PointsOf:
    return lambda organization, today=TODAY: open_points(organization, catalog, policy, tables, today)


def plainly(point: Point) -> dict[str, Any]:
    """A point as the vectors have it."""
    slots = {name: [*value] if isinstance(value, tuple) else value for name, value in point.slots.items()}
    return {point.kind: slots}


@pytest.mark.parametrize("name", VECTORS)
def test_an_organization_has_to_do(name: str, points_of: PointsOf, catalog: Catalog) -> None:
    organization = load_organization(ORGANIZATIONS / f"{name}.yml", catalog)
    wanted = [
        {kind: {slot: value.isoformat() if isinstance(value, date) else value for slot, value in slots.items()}}
        for each in VECTORS[name]
        for kind, slots in each.items()
    ]
    assert [plainly(point) for point in points_of(organization)] == wanted


def licensed(organization: Organization, **products: int) -> Organization:
    found = tuple(Licensed(product=name.replace("_", "-"), computers=count) for name, count in products.items())
    return organization.model_copy(update={"licensed": found})


def by_mak(total: int, activated: int, a_year: int = 0) -> Organization:
    """Forty computers with Office by a MAK that was counted in the month before."""
    use = MakUse(
        allotment="m", activated=activated, reimaged_percent_per_year=a_year, hardware_changes_percent_per_year=0
    )
    mak = MakAllotment(id="m", product="office-ltsc-2024", total=total, used=activated, counted_on=date(2026, 10, 31))
    made = fleet((), group("a", "office-ltsc-2024", 40, (), method="mak", internet="direct", mak=use))
    return licensed(made, office_ltsc_2024=40).model_copy(update={"mak_allotments": (mak,)})


def on_a_ship() -> Organization:
    """Enough computers for a host of their own, which the file does not have."""
    use = MakUse(allotment="m", activated=30, reimaged_percent_per_year=0, hardware_changes_percent_per_year=0)
    mak = MakAllotment(id="m", product="windows-11", total=30, used=30)
    made = fleet((), group("a", "windows-11", 30, (), method="mak", site="ship", mak=use))
    return licensed(made, windows_11=30).model_copy(update={"mak_allotments": (mak,)})


def by_adba(product: str, objects: list[str] | None, **more: Any) -> Organization:
    """Forty computers of a forest with these activation objects."""
    forest = Forest(
        dns_name="example.com",
        schema_level="windows-server-2016",
        activation_objects=None if objects is None else tuple(objects),
    )
    made = fleet((), group("a", product, 40, (), method="adba", directory="ad-ready", **more))
    return licensed(made, **{product.replace("-", "_"): 40}).model_copy(update={"active_directory": forest})


def on(system: str, *keys: tuple[str, int]) -> Any:
    held = tuple(HostKey(group=name, activations_used=used) for name, used in keys)
    return host("h").model_copy(update={"operating_system": system, "keys": held})


SERVER = "windows-server-2025"
FINE = licensed(fleet((on(SERVER, ("ws2025", 1)),), group("a", "windows-11", 30, ("h",))), windows_11=30)


def asking(
    product: str, count: int = 30, *, system: str = SERVER, keys: Any = (("ws2025", 1),), **more: Any
) -> Organization:
    made = fleet((on(system, *keys),), group("a", product, count, ("h",), **more))
    return licensed(made, **{product.replace("-", "_"): count})


CASES: dict[Kind, Organization] = {
    "count-short": asking("windows-11", 24),
    "silent": asking("windows-11", network_every_days="never"),
    "clones": asking("windows-11", 30, reset_every_days=1, reset_client_id="shared"),
    "mak-short": by_mak(total=39, activated=39),
    "mak-used-up": by_mak(total=40, activated=40, a_year=30),
    "mak-missing": licensed(fleet((), group("a", "windows-11", 3, (), method="unactivated")), windows_11=3),
    "change": asking("windows-11", license="retail-or-oem"),
    "object-missing": by_adba("windows-11", ["office-ltsc-2024"]),
    "key-product": asking("office-ltsc-2024"),
    "key-client-host": asking("windows-server-2019", system="windows-10", keys=(("win10", 1),)),
    "key-ruled-out": asking("windows-10", keys=(("win10", 1), ("ws2025", 1))),
    "host-key-overdrawn": asking("windows-11", keys=(("ws2025", 11),)),
    "support-ended": asking("windows-server-2012", 30),
    "licenses-over": licensed(FINE, windows_11=29),
    "licenses-spare": licensed(FINE, windows_11=31),
    "count-fails": asking("windows-11", 30, network_every_days=30),
    "no-groups": fleet(()),
    "count-wavers": asking("windows-11", 48, network_every_days=30),
    "count-unsure": licensed(
        fleet(
            (on(SERVER, ("ws2025", 1), ("office-ltsc-2024", 1), ("office-ltsc-2021", 1)),),
            group("a", "office-ltsc-2024", 4, ("h",)),
            group("b", "office-ltsc-2021", 4, ("h",)),
        ),
        office_ltsc_2024=4,
        office_ltsc_2021=4,
    ),
    "key-host": asking("windows-server-2022", system="windows-server-2012-r2", keys=(("ws2022", 1),)),
    "key-misfit": asking("windows-server-2022", system="windows-server-2012-r2", keys=(("ws2022", 1),)),
    "host-key-strict": licensed(
        fleet(
            (
                on(SERVER, ("ws2025", 6)),
                on(SERVER, ("ws2025", 6)).model_copy(update={"id": "i", "name": "i.example.com"}),
            ),
            group("a", "windows-11", 30, ("h",)),
        ),
        windows_11=30,
    ),
    "host-key-last": asking("windows-11", keys=(("ws2025", 10),)),
    "to-activate": by_mak(total=40, activated=39),
    "host-missing": on_a_ship(),
    "mak-ends": by_mak(total=60, activated=40, a_year=60),
    "support-ends": asking("windows-server-2016", 30),
    "file-old": FINE.model_copy(update={"as_of": TODAY - timedelta(days=FILE_OLD_DAYS + 1)}),
    "facts-due": FINE,
}  # fmt: skip
"""For each kind of point an organization that has it."""


def test_every_kind_has_a_case_and_stands_in_one_order() -> None:
    assert [*KINDS] == [*get_args(Kind)] == [*CASES]
    severities = [severity for severity, _ in KINDS.values()]
    assert severities == sorted(severities)


def test_what_is_fine_has_nothing_to_do(points_of: PointsOf) -> None:
    assert points_of(FINE) == ()


@pytest.mark.parametrize("kind", CASES)
def test_a_point_is_found(kind: Kind, points_of: PointsOf, catalog: Catalog) -> None:
    today = reviews(catalog)[0].review_by + timedelta(days=1) if kind == "facts-due" else TODAY
    found = points_of(CASES[kind], today)
    assert kind in {point.kind for point in found}
    order = [[*KINDS].index(point.kind) for point in found]
    assert order == sorted(order)


@pytest.mark.parametrize(("count", "short"), [(24, 1), (25, 0), (26, 0)])
def test_a_count_is_short_below_the_threshold(count: int, short: int, points_of: PointsOf) -> None:
    found = [point.slots["short"] for point in points_of(asking("windows-11", count)) if point.kind == "count-short"]
    assert found == [short] * (short > 0)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2027, 4, 30), "mak-ends"),
        (date(2027, 5, 1), "mak-used-up"),
        (date(2026, 4, 30), None),
        (date(2026, 5, 1), "mak-ends"),
    ],
)
def test_a_mak_is_told_a_year_ahead_and_is_over_in_its_month(day: date, kind: Kind | None, points_of: PointsOf) -> None:
    """Twenty are left, forty a year are taken: the seventh month after the one of the numbers is not covered."""
    found = [point.kind for point in points_of(by_mak(total=60, activated=40, a_year=100), day)]
    assert [each for each in found if each.startswith("mak")] == ([kind] if kind else [])


def test_the_end_of_support_is_told_before_and_after_its_last_day(points_of: PointsOf, catalog: Catalog) -> None:
    own = asking("windows-server-2016")
    [entry] = entries_of(catalog, "windows-server-2016")
    days = final_days(entry)
    assert days
    first, last = days

    def told(day: date) -> list[str]:
        return [point.kind for point in points_of(own, day) if point.part == "support"]

    assert told(first - timedelta(days=SUPPORT_SOON_DAYS + 1)) == []
    assert told(first - timedelta(days=SUPPORT_SOON_DAYS)) == ["support-ends"]
    assert told(last) == ["support-ends"]
    assert told(last + timedelta(days=1)) == ["support-ended"]


@pytest.mark.parametrize("kind", CASES)
def test_other_points_are_open_only_after_a_turn(
    kind: Kind, points_of: PointsOf, catalog: Catalog, policy: Policy
) -> None:
    """Pages hold the list for each turn: between two of them it must not change."""
    own = CASES[kind]
    days = [TODAY, *turns(own, catalog, policy, TODAY)]
    assert days == sorted(set(days))
    for day, following in zip(days, [*days[1:], days[-1] + timedelta(days=900)], strict=True):
        assert points_of(own, day) == points_of(own, following - timedelta(days=1))


def test_a_review_is_due_once_its_day_is_past(points_of: PointsOf, catalog: Catalog) -> None:
    assert "facts-due" not in {point.kind for point in points_of(FINE, reviews(catalog)[0].review_by)}


def test_many_groups_are_one_point(points_of: PointsOf) -> None:
    groups = [group(f"g{at}", "windows-11", 2, ("h",), license="retail-or-oem") for at in range(300)]
    [point] = [each for each in points_of(fleet((host("h"),), *groups)) if each.kind == "change"]
    assert point.slots == {"groups": 300, "computers": 600, "names": ("g0", "g1", "g2")}


def test_the_same_missing_activations_are_told_once(points_of: PointsOf) -> None:
    assert [point.kind for point in points_of(by_mak(total=39, activated=39))] == ["mak-short"]


def test_a_point_of_a_group_without_computers_is_none(points_of: PointsOf) -> None:
    assert points_of(fleet((), group("a", "windows-11", 0, (), method="unactivated"))) == ()


def test_points_compare_by_what_they_say() -> None:
    one = Point("change", {"groups": 1})
    assert one == replace(one)
    assert one != Point("change", {"groups": 2})


@pytest.mark.parametrize(
    ("product", "objects", "missing"),
    [
        ("windows-11", ["ws2025"], False),
        ("windows-11", ["office-ltsc-2024"], True),
        ("office-ltsc-2024", ["ws2025"], True),
        ("office-ltsc-2024", ["ws2025", "office-ltsc-2024"], False),
        ("windows-11", [], True),
        # Nothing is known of the objects, and nothing is said of them.
        ("windows-11", None, False),
    ],
)
def test_an_activation_object_must_cover_the_product(
    product: str, objects: list[str] | None, missing: bool, points_of: PointsOf
) -> None:
    found = [dict(point.slots) for point in points_of(by_adba(product, objects)) if point.kind == "object-missing"]
    assert found == ([{"forest": "example.com", "product": product}] if missing else [])


def test_objects_of_one_forest_are_none_of_another(points_of: PointsOf) -> None:
    own = by_adba("windows-11", ["ws2025"])
    other = Forest(dns_name="lab.example.com", schema_level="windows-server-2016", activation_objects=())
    moved = own.model_copy(
        update={
            "further_forests": (other,),
            "groups": (own.groups[0].model_copy(update={"forest": "lab.example.com"}),),
        }
    )
    assert points_of(own.model_copy(update={"further_forests": (other,)})) == ()
    assert [plainly(point) for point in points_of(moved)] == [
        {"object-missing": {"forest": "lab.example.com", "product": "windows-11"}}
    ]


def test_who_looks_after_something_stands_in_its_point(points_of: PointsOf) -> None:
    short = asking("windows-11", 24)
    named = short.model_copy(update={"kms_hosts": (short.kms_hosts[0].model_copy(update={"responsible": "Mara"}),)})
    assert [point.slots.get("people") for point in points_of(short) if point.kind == "count-short"] == [None]
    assert [point.slots.get("people") for point in points_of(named) if point.kind == "count-short"] == [("Mara",)]
    lent = by_mak(total=39, activated=39)
    held = lent.model_copy(
        update={"mak_allotments": (lent.mak_allotments[0].model_copy(update={"responsible": "Tom"}),)}
    )
    assert [point.slots["people"] for point in points_of(held)] == [("Tom",)]


def test_a_point_names_few_of_those_who_look_after_its_groups(points_of: PointsOf) -> None:
    groups = [
        group(f"g{at}", "windows-11", 2, ("h",), license="retail-or-oem", responsible=f"Team {at // 2}")
        for at in range(20)
    ]
    [point] = [each for each in points_of(fleet((host("h"),), *groups)) if each.kind == "change"]
    assert point.slots["people"] == tuple(f"Team {at}" for at in range(NAMED))


@pytest.mark.parametrize(("days", "told"), [(0, False), (365, False), (366, True), (4000, True), (-30, False)])
def test_a_file_is_old_after_a_year(days: int, told: bool, points_of: PointsOf) -> None:
    own = FINE.model_copy(update={"as_of": TODAY - timedelta(days=days)})
    assert [point.kind for point in points_of(own)] == (["file-old"] if told else [])
