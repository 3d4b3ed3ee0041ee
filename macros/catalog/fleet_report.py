"""What `python -m macros fleet --format json` writes. The names are an interface: others read them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from .output_models import Severity

Counts = dict[str, Annotated[int, Field(ge=0)]]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Totals(_Part):
    """How much was read, and what is in no number."""

    computers: int
    products: int = Field(description="Licenses in use, one for each computer and product")
    rows: int = Field(description="Rows read")
    rows_left_out: int
    rows_not_in_use: int = Field(description="Rows about products without a key")
    rows_of_older_collections: int
    rows_repeated: int
    rows_without_a_day: int


class File(_Part):
    """A file, and what it was read as."""

    file: str
    form: Literal["csv", "json", "clixml", "text", "workbook"] | None
    encoding: str
    separator: str
    language: str = Field(description="Of the labels")
    rows: int
    left_out: int
    unknown_columns: tuple[str, ...]
    missing_columns: tuple[str, ...]
    named_by_file: bool = Field(description="The name of the file stands for the computer")
    damaged_lines: int = Field(description="Lines with letters that cannot be read in this encoding")
    reason: str | None = Field(description="Why nothing was read")


class LeftOut(_Part):
    """A row that is in no number."""

    file: str
    line: int
    reason: str


class Product(_Part):
    """A product, with how many there are of each state, channel and method."""

    product: str
    releases: tuple[str, ...] = Field(description="Ids of products.yaml that it may be")
    products: int
    computers: int
    status: Counts
    channel: Counts
    method: Counts


class Bar(_Part):
    """Products that renew, with so many days left."""

    from_days: int | None = Field(description="null: the license has ended since it was collected")
    to_days: int | None
    products: int


class Soon(_Part):
    """A license that ends soon."""

    computer: str
    product: str
    days: int
    day: date


class Expiry(_Part):
    """When licenses end that must be renewed."""

    validity_days: int
    within_days: Counts
    bars: tuple[Bar, ...]
    soonest: tuple[Soon, ...]


class Host(_Part):
    """A KMS host, as clients use it."""

    name: str
    windows_clients: int
    windows_servers: int
    office: int
    set_by_hand: int
    found_by_dns: int
    of_a_cloud: bool
    planned: bool | None = Field(description="Whether the organization names it; null without one")


class HostCount(_Part):
    """What a KMS host says of itself."""

    computer: str
    product: str
    count: int | None
    total_requests: int | None
    failed_requests: int | None


class Link(_Part):
    """A page of the guide."""

    text: str
    page: str | None


class Finding(_Part):
    """Something worth knowing. The id stays the same as long as it is about the same."""

    id: str
    rule: str
    severity: Severity
    scope: str
    computers_count: int
    computers: tuple[str, ...]
    same_as: str | None = Field(description="The first finding above it that is about the same computers, by its id")
    summary: str
    todo: str
    next: tuple[Link, ...]
    facts: tuple[str, ...]


class Lot(_Part):
    """Groups of the organization that the rows do not tell apart."""

    groups: tuple[str, ...]
    planned: int
    seen: int
    open: int = Field(description="Computers that may belong here as well as to other groups")


class Plan(_Part):
    """The fleet against the organization."""

    organization: str
    groups: tuple[Lot, ...]
    unexplained_computers: int


class FleetReport(_Part):
    """Everything that a fleet says."""

    schema_: Literal["fleet-report.schema.json"] = Field("fleet-report.schema.json", alias="schema")
    day: date = Field(description="The day on which days left are counted from")
    totals: Totals
    files: tuple[File, ...]
    left_out: tuple[LeftOut, ...] = Field(description="The first rows that were left out")
    products: tuple[Product, ...]
    methods: Counts
    expiry: Expiry
    hosts: tuple[Host, ...]
    host_counts: tuple[HostCount, ...]
    findings: tuple[Finding, ...]
    plan: Plan | None
