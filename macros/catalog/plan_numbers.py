"""The numbers that a plan is computed from, as a reader gives them: one model a question."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, TypeAdapter, model_validator

from .models import Day, Identifier, ProductKind, Record
from .organization import Count

Topic = Literal["count", "expiry", "outage", "mak", "host-key", "host-keys", "traffic"]
TOPICS: tuple[Topic, ...] = get_args(Topic)

RAREST = 3650
"""Days between two visits to the network: ten years, our choice."""
WHOLE = 100
"""Percent."""
MOST_GROUPS = 1_000
MOST_HOSTS = 10_000

FIRST_YEAR, LAST_YEAR = 2000, 2200
"""Years of a plan; our choice."""


def _every(word: str) -> Callable[[object], object]:
    def taken(value: object) -> object:
        if value == word:
            return value
        if isinstance(value, int | float) and not isinstance(value, bool) and 1 <= value <= RAREST:
            return value
        raise ValueError(f"must be a number from 1 to {RAREST:,}, on average one day in how many, or {word}")

    return taken


def _percent(value: object) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= WHOLE:
        return value
    raise ValueError(f"must be a number from 0 to {WHOLE}")


def _of_a_plan(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}")
    return day


Contact = Annotated[float | Literal["always-on"], BeforeValidator(_every("always-on"))]
"""On average one day in how many; `always-on` never leaves the network."""
Starts = Annotated[float | Literal["never"], BeforeValidator(_every("never"))]
EVERY = "On average one day in how many they are on the network, or always-on"
PlanDay = Annotated[Day, AfterValidator(_of_a_plan)]
AS_OF = "Day that the answer takes for today; leave out for the day of asking"


def _moment(value: object) -> object:
    """A day, or a day with its time of day, as people write them."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("must be a time that exists, such as 2026-11-24T09:30") from None
        return _of_a_plan(moment)
    return _DAY.validate_python(value)


_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_DAY: TypeAdapter[date] = TypeAdapter(PlanDay)
Moment = Annotated[date, PlainValidator(_moment, json_schema_input_type=str)]
"""A day; a datetime where the time of day was given."""


class Lot(Record):
    """Computers that are on the network equally often."""

    computers: Count = Field(description="How many there are")
    every_days: Contact = Field(description=EVERY)
    asks_percent: Annotated[float, BeforeValidator(_percent)] = Field(
        100, description="Share of them, in percent, that uses this KMS host: 100 unless several hosts share them"
    )


class CountNumbers(Record):
    """Will the count of a KMS host be reached, and hold?"""

    kind: ProductKind = Field(description="Product that is to activate: its threshold counts")
    groups: Annotated[tuple[Lot, ...], Field(max_length=MOST_GROUPS)]
    wanted: float = Field(
        0.999, strict=True, gt=0, lt=1, description="Probability with which the threshold is to be met on any day"
    )


ExpiryKind = Literal[
    "windows-kms", "windows-server-kms", "office-kms", "adba", "windows-adba", "office-adba", "mak", "office-new"
]


class ExpiryNumbers(Record):
    """Until when is a computer activated? From the last renewal, or from the minutes that a tool printed."""

    kind: ExpiryKind = Field(description="Product and method; adba is Windows through Active Directory")
    last_renewal: PlanDay | None = Field(None, description="Day of the activation or last renewal")
    remaining_minutes: Count | None = Field(None, description="Minutes left, as slmgr.vbs /dlv prints them")
    read_on: Moment | None = Field(None, description="Day on which they were printed; with the time it is exact")
    as_of: PlanDay | None = Field(None, description=AS_OF)

    @model_validator(mode="after")
    def _one_of_both(self) -> ExpiryNumbers:
        minutes = self.remaining_minutes is not None
        if (self.last_renewal is None) != minutes or minutes != (self.read_on is not None):
            raise ValueError("needs last_renewal, or remaining_minutes with read_on, and not both")
        return self


class OutageNumbers(Record):
    """What does an outage of the KMS hosts, or of the domain, do?"""

    method: Literal["kms", "adba"] = Field(description="What is out: all KMS hosts, or the domain")
    starts: PlanDay = Field(description="First day of the outage")
    ends: PlanDay | None = Field(None, description="Day on which it is over; leave out while it is open")
    computers: Count = Field(description="Activated computers of this method")
    every_days: Contact = Field(description=EVERY)
    product: ProductKind = Field("windows-client", description="Windows clients of KMS announce the end")
    started_every_days: Starts = Field(
        "never", description="For adba: one day in how many a computer is started on the network"
    )
    as_of: PlanDay | None = Field(None, description=AS_OF)

    @model_validator(mode="after")
    def _in_order(self) -> OutageNumbers:
        if self.ends is not None and self.ends < self.starts:
            raise ValueError(f"ends on {self.ends}, before it starts on {self.starts}")
        if self.started_every_days != "never" and self.started_every_days < days_of(self.every_days):
            raise ValueError("started_every_days cannot be less than every_days: a start needs the network")
        return self


class MakNumbers(Record):
    """How long does a MAK last?"""

    total: Count = Field(description="Activations that the key was granted")
    used: Count = Field(description="Activations used so far")
    to_activate: Count = Field(description="Computers that are not activated yet")
    reimaged_per_year: Count = Field(
        description="Computers reimaged or rebuilt in a year: 12 times the number of a month"
    )
    replaced_per_year: Count = Field(description="Computers replaced in a year, or with significantly changed hardware")
    from_: PlanDay = Field(alias="from", description="Day of the numbers; months count from it")


class HostUse(Record):
    """One KMS host on which a key was activated."""

    activations_used: Count = Field(description="How often the key was activated on this host")


class HostKeyNumbers(Record):
    """How often can a KMS host be rebuilt with the same host key?"""

    hosts: Annotated[tuple[HostUse, ...], Field(max_length=MOST_HOSTS)]


class HostKeysNumbers(Record):
    """Which host key activates all of some products, and what may hold it?"""

    products: Annotated[tuple[Identifier, ...], Field(min_length=1, max_length=MOST_GROUPS)] = Field(
        description="Ids of products in macros/data/products.yaml"
    )
    host_system: Identifier | None = Field(None, description="System of the KMS host; leave out to see every one")


class TrafficNumbers(Record):
    """How many KMS hosts, and how much traffic?"""

    clients: Count = Field(description="KMS clients: one for each product on each computer")
    hosts: Annotated[int, Field(strict=True, ge=0, le=MOST_HOSTS)] = Field(description="KMS hosts that share them")


Numbers = CountNumbers | ExpiryNumbers | OutageNumbers | MakNumbers | HostKeyNumbers | HostKeysNumbers | TrafficNumbers
MODELS: Mapping[Topic, type[Numbers]] = {
    "count": CountNumbers,
    "expiry": ExpiryNumbers,
    "outage": OutageNumbers,
    "mak": MakNumbers,
    "host-key": HostKeyNumbers,
    "host-keys": HostKeysNumbers,
    "traffic": TrafficNumbers,
}


def days_of(contact: float | Literal["always-on"]) -> float:
    """One day in how many: every day for what is always on."""
    return 1 if isinstance(contact, str) else contact
