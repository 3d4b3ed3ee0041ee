"""What many tests look at: the shipped data, the organization of the tests, and a view of both on a fixed day."""

from __future__ import annotations

import gc
import os
from calendar import timegm
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import settings

from macros.catalog.decision_tables import Compiled, compiled, thresholds
from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.catalog.organization_file import load_organization
from macros.domain.policy import Policy
from macros.render.parts.view import View
from tests.adopted import permitted, watch
from tests.built import BUILD_DAY, EXAMPLE, ROOT, Site, build_once

TODAY = date(2026, 11, 24)

FIRST_CASES: dict[str, int] = yaml.safe_load((ROOT / "tests" / "first_cases.yaml").read_text("utf-8"))
"""Cases of a test that a change is tried on. A test that is not named here runs whole."""

# A busy machine is no failure: speed has tests of its own.
settings.register_profile("usual", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=15)
settings.load_profile("usual")


def pytest_configure() -> None:
    """Let everything compute from the organization of the tests, and nothing from that of an adopter."""
    os.environ["ORGANIZATION"] = str(EXAMPLE)
    watch()


def pytest_xdist_auto_num_workers() -> int:
    """Twice the processors: a test in a browser waits for half of its time, and another one can use it."""
    return 2 * (os.cpu_count() or 1)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A run without a browser does not even read the tests that need one: that costs it seconds."""
    is_out = "not browser" in config.getoption("markexpr") and collection_path == ROOT / "tests" / "browser"
    return True if is_out else None


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, and need not be looked at again for what can be freed."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what builds the site and what only a release needs, so that a quicker run can leave it out."""
    cases: Counter[str] = Counter()
    for item in items:
        if {"site", "project"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.site)
        test = item.nodeid.partition("[")[0]
        cases[test] += 1
        if cases[test] > FIRST_CASES.get(test, cases[test]):
            item.add_marker(pytest.mark.thorough)


@pytest.fixture(scope="session", autouse=True)
def fixed_day() -> Iterator[None]:
    """Everything that asks for today gets the same day."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(BUILD_DAY))
        yield


@pytest.fixture
def tracked_organization(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file beside mkdocs.yml, for a test that holds whatever an adopter wrote into it."""
    monkeypatch.delenv("ORGANIZATION")
    with permitted() as file:
        yield file


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load_cached()


@pytest.fixture(scope="session")
def organization(catalog: Catalog) -> Organization:
    return load_organization(EXAMPLE, catalog)


@pytest.fixture(scope="session")
def policy(catalog: Catalog) -> Policy:
    return Policy.of(catalog)


@pytest.fixture(scope="session")
def tables(catalog: Catalog) -> Compiled:
    return compiled(catalog.decision_tables, thresholds(catalog))


@pytest.fixture(scope="session")
def view(catalog: Catalog, organization: Organization, policy: Policy, tables: Compiled) -> View:
    return View(catalog=catalog, organization=organization, policy=policy, tables=tables, today=TODAY)


@pytest.fixture
def view_of(view: View) -> Callable[..., View]:
    """A view with some parts replaced: `view_of(page="plan/renewal.md")`."""
    return lambda **changes: replace(view, **changes)


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run that all its processes see."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def site(shared_folder: Path) -> Site:
    """The site of the example, built once for all tests that read it, whichever process runs them."""
    return Site(build_once(shared_folder / "site", ROOT))


@pytest.fixture(scope="session")
def site_on(site: Site, shared_folder: Path) -> Callable[[date], Site]:
    """The site of the example as it is built on a day, each once for all tests: `site_on(date(2027, 1, 3))`."""

    @cache
    def built(day: date) -> Site:
        epoch = timegm(day.timetuple())
        if epoch == BUILD_DAY:
            return site
        return Site(build_once(shared_folder / f"site-{day}", ROOT, SOURCE_DATE_EPOCH=str(epoch)))

    return built
