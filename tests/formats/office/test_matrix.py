"""Every combination that the page offers is generated and found right; what cannot be combined is told by its rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain, combinations, product

import pytest
from lxml import etree

from macros.catalog.models import Catalog, OdtProduct
from macros.catalog.organization import Organization
from macros.domain.policy import Policy
from macros.formats.base.context import SampleContext
from macros.formats.base.origin import Origin
from macros.formats.office.configuration import OfficeRequest, ProductRequest, generate
from macros.formats.office.rules import RULES
from macros.formats.office.samples import SAMPLES
from tests.formats.office import pairs as office_matrix
from tests.formats.office.test_configuration import VECTORS, validate

ORIGIN = Origin("office.xml", "Example Manufacturing", date(2026, 11, 24))
SHARE = r"\\server\share"
ENGLISH = ("en-US",)
LANGUAGES = (ENGLISH, ("de-DE", "fr-FR"), ("ja-JP", "ar-SA", "sr-latn-RS"))
APPS = ((), ("Access", "Groove", "OneDrive", "OneNote", "Outlook", "PowerPoint", "Teams"))


@dataclass(frozen=True)
class Way:
    """How a product is activated."""

    name: str
    changes: dict[str, object]
    activation: str


WAYS = (
    Way("KMS or ADBA, GVLK preinstalled", {"method": "kms-adba"}, "kms-adba"),
    Way("KMS or ADBA, GVLK written", {"method": "kms-adba", "write_gvlk": True}, "kms-adba"),
    Way("MAK", {"method": "mak"}, "mak"),
)
SETTINGS: tuple[dict[str, object], ...] = (
    {"mode": "configure"},
    {"mode": "configure", "remove_msi": False, "updates": False, "display": "Full"},
    {"mode": "configure", "updates_path": rf"{SHARE}\updates", "source_path": SHARE},
    {"mode": "configure", "proofing": ("es-ES", "pl-PL")},
    {"mode": "download", "source_path": SHARE},
    {"mode": "download", "proofing": ("es-ES",)},
)


@pytest.fixture
def context(catalog: Catalog, organization: Organization, policy: Policy) -> SampleContext:
    return SampleContext(catalog, policy, organization, ORIGIN.built)


def volume(catalog: Catalog) -> list[OdtProduct]:
    """Suites, Project and Visio with a channel of their own."""
    return [product for family in office_matrix.families(catalog) for product in family.products if _is_volume(product)]


def _is_volume(entry: OdtProduct) -> bool:
    return entry.license == "volume"


def wanted(entry: OdtProduct, languages: tuple[str, ...] = ENGLISH, apps: tuple[str, ...] = ()) -> ProductRequest:
    # Skype for Business is left out of suites, as the Office Customization Tool does.
    return ProductRequest(entry.id, languages, (*apps, "Lync") if entry.kind == "suite" else ())


def single(catalog: Catalog) -> Iterator[tuple[OfficeRequest, Way]]:
    """Each product alone: method, architecture, languages, apps left out, and the other settings."""
    for entry, way, architecture, languages, apps, settings in product(
        volume(catalog), WAYS, ("64", "32"), LANGUAGES, APPS, SETTINGS
    ):
        if apps and entry.kind != "suite":
            continue
        request = OfficeRequest((wanted(entry, languages, apps),), architecture)
        yield replace(request, **way.changes, **settings), way


def together(catalog: Catalog) -> Iterator[tuple[OfficeRequest, Way]]:
    """A suite with Project, Visio or both of its year: every edition, method and architecture."""
    for channel in catalog.odt.channels:
        of_year = [entry for entry in volume(catalog) if entry.generation == channel.generation]
        kinds = {kind: [entry for entry in of_year if entry.kind == kind] for kind in ("suite", "project", "visio")}
        for suite, project, visio, way, architecture, settings in product(
            kinds["suite"], [*kinds["project"], None], [*kinds["visio"], None], WAYS, ("64", "32"), SETTINGS
        ):
            chosen = tuple(wanted(entry) for entry in (suite, project, visio) if entry)
            if len(chosen) > 1:
                yield replace(OfficeRequest(chosen, architecture), **way.changes, **settings), way


@pytest.mark.slow
def test_every_combination_is_generated_without_a_finding(catalog: Catalog) -> None:
    counted: Counter[str] = Counter()
    for request, way in chain(single(catalog), together(catalog)):
        text = generate(request, ORIGIN, catalog)
        report = validate(text, catalog, use=request.mode, own=True)
        assert (report.findings, report.activation) == ((), way.activation), request
        counted[way.name] += 1
    print(f"{counted.total()} configurations without a finding: {dict(counted)}")
    assert counted.total() > 4000
    assert len(counted) == len(WAYS)


@pytest.mark.slow
def test_a_combination_says_what_was_asked(catalog: Catalog) -> None:
    keys = {(key.product, key.edition): key.key for key in catalog.client_keys}
    entries = {entry.id: entry for entry in catalog.odt.products}
    for request, way in together(catalog):
        add = etree.fromstring(generate(request, ORIGIN, catalog)).find("Add")
        years = {entries[one.id].generation for one in request.products}
        assert {add.get("Channel")} == {f"PerpetualVL{year}" for year in years}
        assert add.get("OfficeClientEdition") == request.architecture
        written = {element.get("ID"): element.get("PIDKEY") for element in add.iter("Product")}
        for one in request.products:
            own = keys[entries[one.id].product, entries[one.id].gvlk_edition]
            expected = {"MAK": "-".join(["AAAAA"] * 5), "KMS or ADBA, GVLK written": own}.get(way.name)
            assert written[one.id] == expected, (one, way)


@pytest.mark.parametrize("language", ["en-GB", "fr-CA", "es-MX"])
def test_a_language_that_only_suites_have_is_refused_beside_project_and_visio(language: str, catalog: Catalog) -> None:
    for entry in volume(catalog):
        text = generate(OfficeRequest((wanted(entry, (language,)),)), ORIGIN, catalog)
        found = [finding.id for finding in validate(text, catalog).findings]
        assert found == ([] if entry.kind == "suite" else ["R17"]), entry


def test_every_language_of_office_can_be_asked_for(catalog: Catalog) -> None:
    suite, visio = "ProPlus2024Volume", "VisioPro2024Volume"
    for language in catalog.odt.languages:
        for product_id, possible in ((suite, True), (visio, language.project_visio)):
            request = OfficeRequest((ProductRequest(product_id, (language.culture,), ("Lync",)),))
            assert (validate(generate(request, ORIGIN, catalog), catalog).verdict == "valid") is possible


# --------------------------------------------------------------------------------------------------------- pairs


def test_families_hold_every_suite_project_and_visio_once(catalog: Catalog) -> None:
    found = office_matrix.families(catalog)
    ids = [product.id for family in found for product in family.products]
    assert len(ids) == len(set(ids)) >= 24
    years = [channel.generation for channel in catalog.odt.channels]
    volume = {
        one.id
        for one in catalog.odt.products
        if one.license == "volume" and one.generation in years
        if one.kind in ("suite", "project", "visio") and one.pidkey != "mak-only"
    }
    assert {*ids} >= volume


def test_a_suite_goes_with_project_and_visio_of_its_year_only(catalog: Catalog) -> None:
    for pair in office_matrix.pairs(catalog):
        suite, other = pair.suite.first, pair.other.first
        if suite.license == "volume":
            fits = other.license == "volume" and other.generation == suite.generation
            assert pair.channel == (f"PerpetualVL{suite.generation}" if fits else None)
        else:
            fits = not pair.other.is_suite
            assert (pair.channel in suite.channels) is fits
        assert bool(pair.rules) is not fits


@pytest.mark.parametrize(
    ("suite", "other", "rule"),
    [
        ("ProPlus2024Volume", "Standard2021Volume", "R03"),
        ("Standard2021Volume", "ProPlus2019Volume", "R03"),
        ("ProPlus2024Volume", "VisioStd2021Volume", "R02"),
        ("ProPlus2021Volume", "ProjectStd2024Volume", "R02"),
        ("ProPlus2019Volume", "ProjectProRetail", "R04"),
        ("Standard2024Volume", "O365BusinessRetail", "R04"),
        ("O365ProPlusRetail", "Standard2019Volume", "R04"),
    ],
)
def test_what_cannot_be_combined_names_the_rule(suite: str, other: str, rule: str, catalog: Catalog) -> None:
    entries = {entry.id: office_matrix.Family((entry,)) for entry in catalog.odt.products}
    found = office_matrix.pair(entries[suite], entries[other], catalog)
    assert found.channel is None
    assert rule in found.rules


@pytest.mark.slow
def test_every_member_of_a_family_behaves_like_its_first(catalog: Catalog) -> None:
    one_by_one = [
        (office_matrix.pair(office_matrix.Family((suite,)), office_matrix.Family((other,)), catalog), pair)
        for pair in office_matrix.pairs(catalog)
        for suite in pair.suite.products
        for other in pair.other.products
    ]
    assert len(one_by_one) > 200
    for single_pair, pair in one_by_one:
        assert (single_pair.channel, single_pair.rules) == (pair.channel, pair.rules)


def test_two_suites_of_one_year_are_not_offered(catalog: Catalog) -> None:
    found = {(pair.suite.first.id, pair.other.first.id) for pair in office_matrix.pairs(catalog)}
    suites = [family.products for family in office_matrix.families(catalog) if family.is_suite]
    for products in suites:
        assert not {(one.id, other.id) for one, other in combinations(products, 2)} & found


# --------------------------------------------------------------------------------------------------------- rules


def test_each_rule_has_a_twin_or_a_vector(context: SampleContext) -> None:
    known = RULES
    by_twin = {mistake.rule for planned in SAMPLES.values() for mistake in planned.mistakes(context)} & {*known}
    by_vector = {vector["rule"] for vector in VECTORS["cases"]} & {*known}
    print(f"{len(known)} rules: {len(by_twin)} with a twin, {len(by_vector)} with a vector")
    assert by_twin | by_vector == {*known}
