"""What many tests look at: the shipped data, the shipped organization, and a view of both on a fixed day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from macros.catalog.loader import load
from macros.catalog.models import Catalog
from macros.catalog.organization import FILE, Organization, load_organization
from macros.domain.policy import Policy
from macros.rendering.view import View

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load()


@pytest.fixture(scope="session")
def organization(catalog: Catalog) -> Organization:
    return load_organization(FILE, catalog)


@pytest.fixture(scope="session")
def policy(catalog: Catalog) -> Policy:
    return Policy.of(catalog)


@pytest.fixture(scope="session")
def view(catalog: Catalog, organization: Organization, policy: Policy) -> View:
    return View(catalog=catalog, organization=organization, policy=policy, today=TODAY)


@pytest.fixture
def view_of(view: View):
    """A view with some parts replaced: `view_of(page="plan/renewal.md")`."""
    return lambda **changes: replace(view, **changes)
