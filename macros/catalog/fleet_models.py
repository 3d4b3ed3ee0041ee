"""Records of `fleet.yaml`: how to read the license states of many computers, and what is worth knowing about them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from .output_models import Condition, Id, Number, PageLink, Severity, Strict, Text

ProductId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.-]*$")]


class FleetColumn(Strict):
    """What a column of an export says, and the labels by which it is known."""

    id: Id
    labels: tuple[Text, ...] = Field(
        (), description="Heads of columns that outputs.yaml does not know, or knows otherwise"
    )
    fields: tuple[Id, ...] = Field((), description="Fields of outputs.yaml whose labels, in any language, head it too")
    of_license: bool = Field(False, description="Rows with the same values in all such columns are of one kind")
    property: str | None = Field(None, description="Name of the column in the file of our own script, where it has one")
    meaning: Text


class FleetProduct(Strict):
    """A product as exports tell it: the releases of products.yaml that it may be. The first that fits is taken."""

    id: Id
    name: Text = Field(description="What it is called where several releases fit, or none")
    products: tuple[ProductId, ...] = ()
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]


class FleetMethod(Strict):
    """How a product is activated, as far as an export tells. The first that fits is taken."""

    id: Id
    name: Text
    renews: bool = Field(False, description="The license ends unless it is renewed")
    planned: tuple[Id, ...] = Field((), description="Methods of a group in organization.yml that this one fits")
    when: tuple[Condition, ...] = ()


class FleetFinding(Strict):
    """Something worth knowing about a fleet. Rules of products have conditions; the others are computed."""

    id: Id
    severity: Severity
    scope: Literal["product", "code", "computer", "host", "plan", "file"] = "product"
    when: tuple[Condition, ...] = ()
    text: Text = Field(description="With {computers:computer:computers} and what the rule fills in beside")
    todo: Text
    next: tuple[Text, ...] = Field((), description="Checklists, steps of them, `code` or links")
    facts: tuple[str, ...] = ()


class FleetRow(Strict):
    """A row of the example: that of a model, but for its changes."""

    model: Id
    changes: Mapping[str, str | Number] = {}


class FleetPart(Strict):
    """Computers of the example that are alike."""

    computers: int
    named: Text = Field(description="Name of each, with # for its number")
    rows: Annotated[tuple[FleetRow, ...], Field(min_length=1)]


class FleetExample(Strict):
    """A fleet that is made up, which the site shows with what is said of it."""

    day: date
    models: Mapping[Id, Mapping[str, str | Number]] = Field(description="Rows by the columns of our own script")
    parts: tuple[FleetPart, ...]


class Fleet(Strict):
    """How to read a fleet."""

    horizons: tuple[int, ...] = Field(description="Days within which licenses that end are listed")
    bar: int = Field(description="Days of one bar of the histogram, from the last horizon on")
    validity: Number = Field(description="Days that an activation by a KMS host or Active Directory lasts")
    columns: tuple[FleetColumn, ...]
    products: tuple[FleetProduct, ...]
    methods: tuple[FleetMethod, ...]
    suites: Text = Field(description="In the name of a license, what makes it an Office suite, and which")
    suite_ids: Text = Field(description="In the product IDs of Click-to-Run, what makes one an Office suite")
    counted: Mapping[Id, Text] = Field(description="What a KMS host counts against a threshold, in words")
    findings: tuple[FleetFinding, ...]
    links: Mapping[Id, PageLink]
    example: FleetExample
