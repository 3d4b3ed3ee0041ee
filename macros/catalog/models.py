"""Typed, frozen records for everything in `macros/data`.

A record that cites names sources by id. `confidence` says how far a statement may be trusted and is shown to readers.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any, Literal, Protocol, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    HttpUrl,
    JsonValue,
    StringConstraints,
    model_validator,
)

from .fleet_models import Fleet
from .output_models import Outputs
from .product_keys import LETTERS

_ADVICE = re.compile(r"\{advice:([a-z0-9-]+)\}")
_DAY = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
Confidence = Literal["documented", "observed", "derived", "conflicting", "unconfirmed"]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
ProductKey = Annotated[str, StringConstraints(pattern=rf"^([{LETTERS}]{{5}}-){{4}}[{LETTERS}]{{5}}$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]+$")]
"""A name that the Office Deployment Tool compares letter by letter."""
Guid = Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$")]


A_DAY = "must be a day such as 2026-11-24"


def _day(value: object) -> object:
    """Refuse what the library takes beside a day as people write it: seconds since 1970, and times of midnight."""
    if not isinstance(value, date) and not (isinstance(value, str) and _DAY.fullmatch(value)):
        raise ValueError(A_DAY)
    return value


def _no_placeholder(value: object) -> object:
    """Refuse what people write while a key is not published, and what would be published as one."""
    if isinstance(value, str) and all(len({*group}) == 1 for group in value.split("-")):
        raise ValueError(
            "is a placeholder, and pages would show it as a key; leave the record out until the key is published, and "
            "write under not_published of the product in products.yaml client-keys: why there is none"
        )
    return value


Day = Annotated[date, BeforeValidator(_day)]
SourceIds = Annotated[
    tuple[Identifier, ...],
    Field(min_length=1, description="Ids in sources.yaml; the first carries the value"),
]


class UnknownIdError(LookupError):
    """An id that no record has. The message names the nearest ids."""

    def __init__(self, kind: str, wanted: str, known: Iterable[str]) -> None:
        near = difflib.get_close_matches(wanted, [*known], n=3, cutoff=0.5)
        hint = f"; near matches: {', '.join(near)}" if near else ""
        super().__init__(f'no {kind} has the id "{wanted}"{hint}')


class _WithId(Protocol):
    @property
    def id(self) -> str: ...


R = TypeVar("R", bound=_WithId)


def find(records: Sequence[R], wanted: str, kind: str) -> R:
    """The record with this id. Raises UnknownIdError: a missing record is never replaced by another."""
    found: R = _look_up(records, "id", wanted, kind)
    return found


def _look_up(records: Sequence[Any], key: str, wanted: str, kind: str) -> Any:
    # A tuple stays what it is, so its index can be kept; a list is read each time.
    by_key = _index(_Same(records), key) if isinstance(records, tuple) else _by_key(records, key)
    if wanted not in by_key:
        raise UnknownIdError(kind, wanted, by_key)
    return by_key[wanted]


@dataclass(frozen=True, eq=False)
class _Same:
    """Records that equal themselves alone: comparing thousands would cost more than looking one up."""

    records: Sequence[Any]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.records is other.records

    def __hash__(self) -> int:
        return id(self.records)


@lru_cache(maxsize=4)
def _family_by_beginning(same: _Same) -> Mapping[str, FactFamily]:
    return {beginning: family for family in same.records for beginning in family.ids}


@lru_cache(maxsize=64)
def _index(same: _Same, key: str) -> Mapping[str, Any]:
    return _by_key(same.records, key)


def _by_key(records: Sequence[Any], key: str) -> Mapping[str, Any]:
    """Records by one of their keys; the first counts where two have the same."""
    return {getattr(record, key): record for record in reversed(records)}


class Record(BaseModel):
    """A frozen record that refuses unknown keys."""

    # Schemas are built when a file is read, not once more when the module is imported.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Source(Record):
    """A page that was read: where it is, who publishes it, and the date printed on the text that was read."""

    id: Identifier
    url: HttpUrl
    title: Text
    title_ours: bool = Field(False, description="The title describes the page in our words; its own was not read")
    publisher: Text
    page_date: Day | None = Field(None, description="Date on the page; empty when it carries none")
    undated: Literal["none-printed", "month", "copy", "changes"] | None = Field(
        None,
        description="Why there is no date: the text that was read prints none, or a month alone; a copy was read that "
        "shows none; or the page is a download or a form, and no text of a day",
    )
    repository: str | None = Field(None, description="Public repository with the text of the page")
    path: str | None = Field(None, description="Path of the text in that repository")
    commit: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")] | None = Field(
        None, description="Commit that holds the text, where the newest one of the repository no longer does"
    )
    url_exact: bool = Field(
        True,
        description="False when the text was read in its repository, or as its program brings it along, "
        "and the address is that of the page it belongs to",
    )


class Unit(Record):
    """A unit of measure and how it is written after one and after many."""

    id: Identifier
    one: Text
    many: Text
    measures: Identifier = Field(description="What it counts: time, computers, hosts; a fact says the same")
    minutes: int | None = Field(None, description="Length in minutes, for units of time")


FactIds = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)*$")]


class Fact(Record):
    """One statement from outside, with its value and where both come from."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[A-Za-z0-9_]+)+$")]
    statement: Text
    value: JsonValue = Field(
        description="The value alone; a mapping when the fact has several parts; null when none is known"
    )
    unit: Identifier | None = Field(None, description="Id in units.yaml, for values that are quantities")
    measures: Identifier | None = Field(
        None, exclude=True, description="What the value counts, as its unit does: a unit of another kind is refused"
    )
    applies_to: tuple[Identifier, ...]
    sources: SourceIds
    verified_on: Day = Field(description="Day on which the statement was last compared with its sources")
    review_by: Day = Field(description="Day by which it should be compared again")
    confidence: Confidence
    notes: Text | None = None

    @property
    def area(self) -> str:
        """First part of the id: kms, mak, adba, office, event, ..."""
        return self.id.split(".", 1)[0]

    @property
    def file(self) -> str:
        """The data file that it belongs into."""
        return f"facts/{self.area}.yaml"


class FactFamily(Record):
    """A page of the facts register, and which facts stand on it."""

    id: Identifier
    title: Text
    about: Text
    ids: Annotated[tuple[FactIds, ...], Field(min_length=1)] = Field(
        description="Beginnings of ids; each ends where a part of the id does"
    )
    reviewer: Text | None = Field(
        None, description="Who compares the facts of the page with their sources: a role, a team or a name"
    )


class Reading(Record):
    """One of the two sides of a conflict, in our words."""

    text: Text
    sources: tuple[Identifier, ...] = Field(description="Empty when no primary page was readable")


class Conflict(Record):
    """Two primary pages that disagree, and the reading that computations use."""

    id: Annotated[str, StringConstraints(pattern=r"^conflict\.[a-z0-9_]+$")]
    topic: Text
    a: Reading
    b: Reading
    computed_with: Literal["a", "b", "neither"]
    reason: Text
    facts: tuple[str, ...] = Field(
        (), description="Facts that the conflict touches: each is conflicting, unless it is settled"
    )
    settled: tuple[str, ...] = Field(
        (), description="Those of the facts that keep a confidence of their own, because no page disputes what they say"
    )
    closed: bool = Field(False, description="True once the disagreement has been explained")


class Verdict(Record):
    """What checking a claim came to, for all products or for one of them."""

    verdict: Literal["true", "imprecise", "false"]
    scope: Text | None = None


class Claim(Record):
    """A sentence that circulates about volume activation, compared with primary pages."""

    id: Identifier
    claim: Text
    verdicts: Annotated[tuple[Verdict, ...], Field(min_length=1)]
    incomplete: bool = Field(False, description="The claim is right as far as it goes and leaves out what matters")
    correct: Text = Field(description="The correct statement")
    remarks: Text | None = None
    facts: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    sources: SourceIds


ProductKind = Literal["windows-client", "windows-server", "office"]
Part = Literal["client-keys", "lifecycle", "host-keys", "office-hosts", "odt-products", "odt-channels", "odt-systems"]
"""What the data holds of a release."""


class Product(Record):
    """A release that volume activation knows: its name, and the count that its computers feed."""

    id: Identifier
    name: Text
    kind: ProductKind
    legacy: bool = Field(
        False, description="Older than Windows 8, Windows Server 2012 and Office 2013, which cannot use ADBA"
    )
    methods: str = Field(description="Id of the fact that says which activation methods apply")
    aliases: tuple[Text, ...] = Field((), description="Other names that people search for")
    not_published: Mapping[Part, Text] = Field(
        {}, description="What no page of Microsoft has for this release, or not yet, and why; pages show the reason"
    )


class ClientKey(Record):
    """A published client setup key (GVLK)."""

    product: Identifier
    edition: Text
    key: Annotated[ProductKey, BeforeValidator(_no_placeholder)]
    sources: SourceIds
    confidence: Confidence
    notes: Text | None = None


class ComparedKeys(Record):
    """Client keys that somebody found in the page that prints them, as digests."""

    source: Identifier
    verified_on: Day
    notes: Text | None = None
    keys: tuple[Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")], ...]


class Coverage(Record):
    """One line of a host-key group: the products that the group activates, as Microsoft prints them."""

    printed: Text
    products: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    years_not_printed: bool = Field(
        False, description="The page names the family without the releases; the releases are our reading"
    )


class HostKeyGroup(Record):
    """A KMS host key group (CSVLK): the systems that can hold the key, and what it activates."""

    id: Identifier
    name: Text
    kind: Literal["windows", "office"]
    host_systems: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    activates: Annotated[tuple[Coverage, ...], Field(min_length=1)]
    sources: SourceIds
    confidence: Confidence
    notes: Text | None = None


class ListedUpdate(Record):
    """Where the number of an update stands in Microsoft's list of updates of the release that it is for."""

    build: Annotated[str, StringConstraints(pattern=r"^\d{5}\.\d+$")] = Field(
        description="Build that the list gives for the number"
    )
    day: Day = Field(description="Availability date in the list")
    source: Identifier


class HostUpdate(Record):
    """An update that a host system needs before it can activate newer products."""

    host_system: Identifier
    to_activate: Annotated[tuple[Identifier, ...], Field(min_length=1)]
    update: Text
    listed: ListedUpdate | None = Field(
        None, description="The number in the list of updates of this release; empty when no list could be compared"
    )
    conflict: Identifier | None = Field(
        None, description="Record in conflicts.yaml, where the page prints the number of another release"
    )
    printed: Text | None = Field(None, description="The number that the page prints, where there is such a conflict")
    sources: SourceIds
    notes: Text | None = None

    @model_validator(mode="after")
    def _conflict_has_number(self) -> HostUpdate:
        if (self.conflict is None) != (self.printed is None):
            raise ValueError("conflict and printed stand together: a conflict is about the number that a page prints")
        return self


class OfficeHost(Record):
    """What a KMS host needs before it can hold the host key of one Office release."""

    product: Identifier
    minimum_server: Identifier
    minimum_client: Text
    license_pack: Text
    download: HttpUrl
    activation_id: Guid
    sources: SourceIds
    confidence: Confidence
    notes: Text | None = None


class OpenQuestion(Record):
    """Something about host keys that no primary page states."""

    question: Text
    why: Text


class HostKeys(Record):
    """The host-key matrix: groups, required updates, Office hosts and what is not stated."""

    groups: tuple[HostKeyGroup, ...]
    updates: tuple[HostUpdate, ...]
    office_hosts: tuple[OfficeHost, ...]
    adba_office_systems: tuple[Identifier, ...] = Field(
        description="Systems on which Office can activate by ADBA, as listed"
    )
    adba_office_sources: SourceIds
    open_questions: tuple[OpenQuestion, ...]


class SupportDates(Record):
    """Other dates that a second page prints for the same product."""

    mainstream_end: Day | None = None
    extended_end: Day | None = None
    sources: SourceIds


class EsuYear(Record):
    """A program year of paid Extended Security Updates; both days belong to it."""

    year: Annotated[int, Field(strict=True, ge=1)]
    start: Day
    end: Day
    scope: Text | None = Field(None, description="Where this year is not offered to everybody")


class Lifecycle(Record):
    """Support dates of one product, or of one release of a product whose releases end on days of their own."""

    id: Identifier
    name: Text
    products: tuple[Identifier, ...] = ()
    release: Text | None = Field(
        None,
        description="The release that the dates are for, when products.yaml does not tell the releases apart; an"
        " organization's file then does not say which one it has",
    )
    editions: Text | None = Field(None, description="Editions of the release that end on these days")
    family: Literal["office-volume", "office-retail", "office-app", "windows-client", "windows-server"]
    policy: Literal["fixed", "modern"]
    start: Day | None = None
    mainstream_end: Day | None = None
    extended_end: Day | None = None
    esu_end: Day | None = Field(None, description="End of the last year of paid Extended Security Updates")
    esu_years: tuple[EsuYear, ...] = Field((), description="The program years, in order; the last ends with esu_end")
    esu_confidence: Confidence = Field("documented", description="How far the days of the program years may be trusted")
    end_of_support: Day | None = None
    other_weekday: tuple[Literal["mainstream_end", "extended_end", "esu_end", "end_of_support"], ...] = Field(
        (), description="Dates that are no Tuesday, because the page says so"
    )
    end_month: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}$")] | None = Field(
        None, description="When only the month is printed"
    )
    alternative: SupportDates | None = None
    conflict: Identifier | None = Field(
        None, description="Record in conflicts.yaml, where pages print different dates and confidence is conflicting"
    )
    sources: SourceIds
    verified_on: Day
    review_by: Day = Field(description="Day by which the dates should be compared again")
    confidence: Confidence
    notes: Text | None = None


class CommandOption(Record):
    """One option of slmgr.vbs or ospp.vbs."""

    tool: Literal["slmgr", "ospp"]
    option: Text
    arguments: Text | None = None
    takes: tuple[int, int] | None = Field(
        None, description="How many arguments it needs and can take, where `arguments` shows several forms"
    )
    category: Identifier
    meaning: Text
    elevated: Literal["yes", "no", "mixed", "unspecified"]
    elevated_detail: Text | None = None
    useroperations: bool | None = Field(
        None, description="Whether the UserOperations registry value opens it to standard users"
    )
    default: Text | None = None
    values: Mapping[str, str] = Field({}, description="Accepted values and what each means")
    range: tuple[int, int] | None = Field(None, description="Smallest and largest accepted number, in minutes")
    max_length: int | None = None
    registry_values: tuple[Text, ...] = Field((), description="Registry values that the option writes")
    methods: tuple[Text, ...] = Field((), description="Activation methods that the option belongs to; empty for all")
    minimum_system: Text | None = None
    service_restart: bool = Field(False, description="Whether it takes effect after a restart of the licensing service")
    rights_conflict: str | None = Field(None, description="Id of the conflict between pages that name other rights")
    deprecated: bool = False
    sources: SourceIds
    confidence: Confidence
    notes: Text | None = None


class ErrorCode(Record):
    """An activation error code: what it says, where it is seen, why it appears and what to do."""

    code: Annotated[str, StringConstraints(pattern=r"^(0x[0-9A-F]{8}|[A-Z]+(_[A-Z]+)+)$")]
    group: Literal["windows", "office", "office_repair", "named", "unconfirmed"] = Field(
        description="Which pages describe it; named: no page does, and only its name and message are known"
    )
    summary: Text
    meaning: Text | None = Field(
        None, description="What the code says, in a sentence; the summary where it says enough"
    )
    scope: Text | None = Field(None, description="Products that the source speaks of")
    methods: tuple[Text, ...]
    methods_inferred: bool = Field(False, description="The methods are our reading; the source does not name them")
    products: tuple[Literal["windows", "office"], ...] = Field(
        (), description="When the group does not say it: codes of both products"
    )
    roles: tuple[Literal["client", "kms-host"], ...] = Field(
        description="Computers on which the code is seen; an empty list when no page says it"
    )
    seen_on: Text | None = Field(None, description="Where the code is seen, when that is more than a role")
    checks: tuple[Identifier, ...] = Field(
        (), description="Steps of checklists that find or cure the cause, in order: kms-client.port"
    )
    causes: tuple[Text, ...] = ()
    resolution: tuple[Text, ...] = ()
    cautions: tuple[Text, ...] = ()
    advice: tuple[Text, ...] = Field((), description="Our own conclusions, which no page states")
    sources: tuple[Identifier, ...]
    confidence: Confidence
    notes: Text | None = None


class CodeName(Record):
    """The symbolic name of a code, as a header of the Windows SDK defines it."""

    code: Annotated[str, StringConstraints(pattern=r"^0x[0-9A-F]{8}$")]
    name: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$")]
    sources: SourceIds


class OdtAttribute(Record):
    """An attribute of an element of the Office Deployment Tool's configuration file."""

    name: Text
    required: bool = False
    allowed: tuple[Text, ...] = Field((), description="Closed list of values; empty when any text is accepted")
    default: Text | None = None
    note: Text | None = None
    sources: SourceIds
    confidence: Confidence


class OdtElement(Record):
    """An element of the configuration file: where it stands, how often, with which attributes."""

    name: Text
    parents: tuple[Text, ...] = ()
    children: tuple[Text, ...] = ()
    occurs: Annotated[str, StringConstraints(pattern=r"^(0|1)\.\.(1|n)$")] | None = None
    attributes: tuple[OdtAttribute, ...] = ()
    confidence: Confidence
    note: Text | None = None


class OdtProperty(Record):
    """A `Property` of the configuration file."""

    name: Text
    allowed: tuple[Text, ...] = ()
    default: Text | None = None
    volume_products: bool = Field(
        description="Sensible for volume products; false for what belongs to Microsoft 365 Apps only"
    )
    note: Text | None = None
    sources: SourceIds


class OdtProduct(Record):
    """A product ID of the Office Deployment Tool."""

    id: Name
    name: Text
    generation: Text | None = None
    kind: Text
    license: Literal["volume", "retail", "subscription", "free", "none"]
    product: Identifier | None = Field(None, description="Id in products.yaml, for volume products")
    channels: tuple[Text, ...] = ()
    pidkey: Literal["optional", "mak-only", "forbidden", "retail"] = Field(
        description="Whether the product takes a PIDKEY, and which"
    )
    gvlk_edition: Text | None = Field(
        None, description="Edition in client-keys.yaml whose GVLK belongs to this product ID"
    )
    sources: SourceIds
    confidence: Confidence
    note: Text | None = None


class OdtChannel(Record):
    """An update channel of perpetual volume products and the product IDs that need it."""

    id: Name
    generation: Text
    required_for: tuple[Text, ...]
    also_for: tuple[Text, ...] = ()
    sources: SourceIds


class OdtLanguage(Record):
    """A language that Office can be installed in."""

    name: Text
    culture: Text
    companion_proofing: tuple[Text, ...] = ()
    project_visio: bool


class OdtSystems(Record):
    """Systems on which one Office release is supported, as its overview page lists them."""

    product: Identifier
    systems: tuple[Text, ...]
    note: Text | None = None
    sources: SourceIds


class OdtPreviewKey(Record):
    """The end of a key that Microsoft gave out for a preview. The whole key activates nothing any more."""

    product: Text
    ends: Annotated[str, StringConstraints(pattern=r"^[0-9A-Z]{5}$")]


class OdtReference(Record):
    """Reference of the Office Deployment Tool."""

    tool_download: HttpUrl
    modes: Mapping[str, str]
    elements: tuple[OdtElement, ...]
    properties: tuple[OdtProperty, ...]
    subscription_channels: tuple[Text, ...]
    legacy_channels_note: Text
    channels: tuple[OdtChannel, ...]
    products: tuple[OdtProduct, ...]
    suite_contents: Mapping[str, tuple[str, ...]]
    language_tokens: tuple[Text, ...]
    languages: tuple[OdtLanguage, ...]
    languages_sources: SourceIds
    systems: tuple[OdtSystems, ...]
    preview_keys: tuple[OdtPreviewKey, ...]
    preview_keys_sources: SourceIds
    open_lists: tuple[Text, ...] = Field(
        description="Attributes whose printed values are examples, so that other values are accepted"
    )
    notes: tuple[Text, ...] = ()


class Term(Record):
    """A term of the field, as this site uses it."""

    term: Text
    also: tuple[Text, ...] = ()
    meaning: Text
    facts: tuple[str, ...] = ()


Stage = Literal["day-one", "week-one", "month-one"]


class PracticeChoice(Record):
    """An answer to choose."""

    text: Text
    right: bool = False


class Practice(Record):
    """A question of the onboarding. Its answer is a choice, the value of a fact, or the verdict on an output."""

    id: Identifier
    stage: Stage
    question: Text
    choices: tuple[PracticeChoice, ...] = ()
    number: str | None = Field(None, description="Id of a fact whose value is a whole number")
    example: Identifier | None = Field(None, description="Id of an output in outputs.yaml")
    why: Text | None = None
    facts: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _one_answer(self) -> Practice:
        kinds = [name for name in ("choices", "number", "example") if getattr(self, name)]
        if len(kinds) != 1:
            raise ValueError(f"must have one of choices, number and example; has {', '.join(kinds) or 'none'}")
        right = sum(choice.right for choice in self.choices)
        if self.choices and right != 1:
            raise ValueError(f"must have one right choice; has {right}")
        return self


class SearchKind(Record):
    """Pages whose entries in the search are of one kind."""

    kind: Text = Field(description="What results of these pages are called")
    pages: tuple[Text, ...] = Field(description="Addresses; * stands for anything")
    weight: Annotated[float, Field(ge=0.1, le=2)] = Field(1, description="How much its entries count beside others")
    named_by: Annotated[int, Field(ge=1, le=3)] = Field(1, description="Cells of a row that name it")
    asked: tuple[Text, ...] = Field((), description="Words of a query that ask for this kind")


class Alike(Record):
    """Words and phrases that mean the same to a search."""

    words: Annotated[tuple[Text, ...], Field(min_length=2)]
    sources: tuple[Identifier, ...] = ()
    why: Text | None = Field(None, description="Why they are alike, where no source has them")


class OtherHeadings(Record):
    """What readers call a place whose heading says it in other words."""

    place: Text = Field(description="Address of the page, with the anchor of a section or row")
    words: Annotated[tuple[Text, ...], Field(min_length=1)] = Field(description="Headings that it could have as well")


class TextReader(Record):
    """A page that reads a text which somebody pastes into the search."""

    page: Text = Field(description="Address of the page")
    name: Text = Field(description="What such a text is called")
    about: Text = Field(description="What it may be, in a line")
    link: Text = Field(description="What a link to the page says")
    formats: tuple[Identifier, ...] = Field((), description="Formats of macros/formats that the page checks")
    told: tuple[Identifier, ...] = Field((), description="Kinds of recognized.yaml that the page has words for")


class Search(Record):
    """What the search knows of the field."""

    kinds: tuple[SearchKind, ...]
    readers: Annotated[tuple[TextReader, ...], Field(min_length=1)] = Field(
        description="Pages that read a pasted text, by what readers have most; the first one reads outputs"
    )
    headings: tuple[OtherHeadings, ...] = ()
    bare_cells: tuple[Text, ...] = Field((), description="Cells that say nothing without the head of their column")
    silent: tuple[Text, ...] = Field((), description="Words of a question that say nothing of what is looked for")
    alike: tuple[Alike, ...]


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


RowValues = Annotated[
    tuple[Identifier, ...],
    Field(min_length=1),
    BeforeValidator(
        _listed, json_schema_input_type=Identifier | Annotated[tuple[Identifier, ...], Field(min_length=1)]
    ),
]
Row = Mapping[str, RowValues]
"""Allowed values by input; an input that is left out may have any value."""


class Point(Record):
    """A sentence and the facts that it stands on."""

    text: Text
    facts: tuple[str, ...] = ()


class Answer(Record):
    """One answer that a question offers."""

    id: Identifier
    label: Text
    hint: Text | None = None


class Question(Record):
    """A question of the guide. Without values it asks for a number of computers."""

    id: Identifier
    label: Text = Field(description="Short name, for lists and column headings")
    question: Text
    hint: Text
    find_out: Text = Field(description="How to find out, for readers who do not know")
    facts: tuple[str, ...]
    values: tuple[Answer, ...] = ()
    default: Identifier | None = Field(
        None,
        description="What holds for a group of the organization's file that says nothing else under `answers`; needed "
        "for every question that the file has no key for",
    )


class Link(Record):
    """A page of the site."""

    page: Text
    text: Text


class Outcome(Record):
    """What the guide recommends."""

    id: Identifier
    name: Text
    method: Identifier | None = Field(None, description="The method in organization.yml that stands for it")
    summary: Text
    without: Mapping[str, str | int] = Field(
        {}, description="Answers under which this outcome is out of reach: the fallback is what the tables give then"
    )
    no_fallback: Point | None = Field(None, description="Why there is no fallback; instead of `without`")
    page: Text
    prerequisites: Annotated[tuple[Point, ...], Field(min_length=1)]
    costs: Annotated[tuple[Point, ...], Field(min_length=1)]
    risks: Annotated[tuple[Point, ...], Field(min_length=1)]
    next: Annotated[tuple[Link, ...], Field(min_length=1)]


class Rule(Record):
    """One rule of a table: under one of these rows, this result."""

    id: Identifier
    when: Annotated[tuple[Row, ...], Field(min_length=1)]
    gives: Identifier
    reason: Text
    facts: Annotated[tuple[str, ...], Field(min_length=1)]
    criterion: Identifier | None = Field(None, description="Line of the worksheet that counts these computers")
    choice: Text | None = Field(None, description="Where Microsoft's guidance leaves a choice: which one, and why")
    choice_facts: tuple[str, ...] = ()


class DecisionTable(Record):
    """A decision table."""

    id: Identifier
    title: Text
    inputs: Annotated[tuple[str, ...], Field(min_length=1)]
    results: Mapping[str, Text] = Field(description="Results and what each is called")
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]


class Criterion(Record):
    """A line of Microsoft's planning worksheet."""

    id: Identifier
    text: Text
    method: Text


class DecisionTables(Record):
    """The questions, the tables and the outcomes."""

    thresholds: Mapping[ProductKind, str] = Field(description="Fact with the threshold, by product")
    inputs: Annotated[tuple[Question, ...], Field(min_length=1)]
    outcomes: Annotated[tuple[Outcome, ...], Field(min_length=1)]
    tables: Annotated[tuple[DecisionTable, ...], Field(min_length=1)]
    criteria: tuple[Criterion, ...]

    def outcome(self, outcome_id: str) -> Outcome:
        """The outcome with this id. Raises UnknownIdError."""
        return find(self.outcomes, outcome_id, "outcome")

    def question(self, input_id: str) -> Question:
        """The question about this input. Raises UnknownIdError."""
        return find(self.inputs, input_id, "input")

    def rule(self, table_id: str, rule_id: str) -> Rule:
        """A rule of a table. Raises UnknownIdError."""
        return find(find(self.tables, table_id, "table").rules, rule_id, "rule")


class StepCommand(Record):
    """What to type or to open in a step. `<KMS host>` and the like stand for the names of the organization."""

    run: Text
    shell: Literal["cmd", "powershell", "screen"] = Field("cmd", description="screen: a place in a window, not typed")
    label: Text | None = Field(None, description="When a step has several commands: which one is for whom")


class ChecklistStep(Record):
    """One step of a checklist. Texts may name steps and checklists as [[kms-client.port]], which become links."""

    id: Identifier
    title: Text
    reach: Reach | None = Field(
        None, description="What an error code that begins with this step points at; our own reading"
    )
    why: Text
    where: Text
    rights: Text
    changes: bool = Field(False, description="It changes something, or tries to: nothing to begin with")
    only_with: Literal["kms", "adba", "mak"] | None = Field(
        None, description="Method without which the step has nothing to do, in a checklist that is about several"
    )
    commands: tuple[StepCommand, ...] = ()
    good: Text = Field(description="What good output looks like")
    otherwise: Text = Field(description="What to do if it looks different")
    caution: Text | None = None
    ours: Text | None = Field(None, description="What of the step is our own conclusion")
    advice: Mapping[Identifier, Text] = Field(
        {},
        description="What to do in one case, by name; texts of the step and findings about outputs take it in",
    )
    facts: tuple[str, ...] = ()
    sources: tuple[Identifier, ...] = Field((), description="Empty when the whole step is ours")
    confidence: Confidence

    @property
    def is_check(self) -> bool:
        """Whether one may begin with it: it has something to read, and changes nothing."""
        return bool(self.commands) and not self.changes

    @model_validator(mode="before")
    @classmethod
    def _take_in_advice(cls, data: Any) -> Any:
        """Put each advice where a text names it. An advice that no text names would be hidden from readers."""
        if not isinstance(data, dict) or not isinstance(data.get("advice"), dict):
            return data
        advice, named = data["advice"], set()

        def put(match: re.Match[str]) -> str:
            named.add(match[1])
            if match[1] not in advice:
                raise ValueError(f"no advice {match[1]!r}; expected one of {', '.join(map(str, advice))}")
            return str(advice[match[1]])

        texts = ("why", "good", "otherwise", "caution")
        data = data | {key: _ADVICE.sub(put, data[key]) for key in texts if isinstance(data.get(key), str)}
        if hidden := [name for name in advice if name not in named]:
            raise ValueError(f"advice that no text takes in: {', '.join(map(str, hidden))}")
        return data


class Reach(Record):
    """What a fault points at, by how many computers have it: our own reading."""

    one: Text
    many: Text


class Checklist(Record):
    """Steps in order that lead from a symptom to a working activation."""

    id: Identifier
    title: Text
    short: Text = Field(description="Name in links")
    when: Text
    reach: Reach | None = Field(None, description="What one computer points at, and what many; our own reading")
    have_ready: tuple[Text, ...]
    steps: Annotated[tuple[ChecklistStep, ...], Field(min_length=1)]
    done: Text = Field(description="How to tell that all is well")


class Symptom(Record):
    """What an administrator sees, and where the right check is."""

    id: Identifier
    rank: int = Field(ge=1, description="Place in the list of what is asked most")
    seen: Text
    methods: Annotated[tuple[Literal["kms", "adba", "mak", "other"], ...], Field(min_length=1)]
    products: Annotated[tuple[Literal["windows", "office", "azure", "vamt"], ...], Field(min_length=1)]
    shows: Literal["code", "event", "count", "dns", "state", "key", "tool"]
    answer: Text
    checks: tuple[Identifier, ...] = Field(
        (), description="Steps or checklists, the first one first: kms-client.events"
    )
    page: Text | None = Field(None, description="Page of the site to start with, when no check is the start")
    caution: Text | None = None
    sources: tuple[Identifier, ...] = ()
    confidence: Confidence


class ReferenceOnly(Record):
    """Facts kept for reference that no page computes with or cites yet."""

    reason: Text
    facts: Annotated[tuple[str, ...], Field(min_length=1)]


RecordKind = Literal[
    "fact",
    "code",
    "client-key",
    "host-key",
    "host-update",
    "office-host",
    "support-date",
    "product",
    "claim",
    "conflict",
    "command",
    "decision",
    "question",
    "outcome",
    "rule",
]
"""Records whose changes are kept from release to release. `decision` is a rule of the decision tables, `rule` one of
the checks of files."""


class Change(Record):
    """What became of a record between two releases, and why."""

    number: Annotated[int, Field(strict=True, ge=1)] = Field(
        description="Counts the changes of the log, and is never given twice"
    )
    day: Day = Field(description="Day on which the change was written down")
    kind: RecordKind
    id: Text
    what: Literal["added", "changed", "removed"]
    old: Mapping[str, JsonValue] | None = Field(
        None, description="What changed, as it was; all that mattered of a record that is gone"
    )
    new: Mapping[str, JsonValue] | None = Field(
        None, description="The same as it is now; all that matters of a record that is new"
    )
    why: Text | None = Field(None, description="Why, in a sentence for readers; the editor writes it")
    now: Text | None = Field(None, description="Id of the record that took the place of one that is gone")
    sources: tuple[Identifier, ...] = Field((), description="Pages behind the change; ids of their day in sources.yaml")

    @model_validator(mode="after")
    def _says_both_sides(self) -> Change:
        sides = {"added": (False, True), "changed": (True, True), "removed": (True, False)}[self.what]
        if (self.old is not None, self.new is not None) != sides:
            wanted = " and ".join(name for name, is_there in zip(("old", "new"), sides, strict=True) if is_there)
            raise ValueError(f"is {self.what}; expected {wanted} and nothing else")
        if self.now and self.what != "removed":
            raise ValueError(f"is {self.what}; only a record that is removed has another one in its place")
        return self


class Release(Record):
    """A release of the guide: its number, the day on which it was closed, and what it changed."""

    release: Annotated[str, StringConstraints(pattern=r"^[0-9]+\.[0-9]+\.[0-9]+$")]
    day: Day
    notes: Text
    records: Mapping[RecordKind, int] = Field(description="How many records of each kind it has")
    changes: tuple[Change, ...]


def release_order(release: str) -> tuple[int, ...]:
    """What puts numbers of releases in order: 0.10.0 comes after 0.9.0."""
    return tuple(map(int, release.split(".")))


class Changes(Record):
    """The log of changes: what no release has yet, and the releases, the newest first."""

    last: Annotated[int, Field(strict=True, ge=0)] = Field(description="Number of the last change that was written")
    unreleased: tuple[Change, ...]
    releases: tuple[Release, ...]

    def every(self) -> tuple[tuple[Release | None, Change], ...]:
        """Every change with its release, the newest first; None where no release has it yet."""
        released = ((one, change) for one in self.releases for change in one.changes)
        return (*((None, change) for change in self.unreleased), *released)


class FileReview(Record):
    """The day by which somebody should look a whole data file through."""

    file: str
    review_by: Day


class Catalog(Record):
    """Everything in `macros/data`, loaded and checked.

    A catalog equals itself alone: what is computed from it can be kept, without comparing thousands of records.
    """

    sources: tuple[Source, ...]
    units: tuple[Unit, ...]
    facts: tuple[Fact, ...]
    fact_families: tuple[FactFamily, ...]
    conflicts: tuple[Conflict, ...]
    claims: tuple[Claim, ...]
    products: tuple[Product, ...]
    client_keys: tuple[ClientKey, ...]
    client_keys_compared: tuple[ComparedKeys, ...]
    host_keys: HostKeys
    lifecycle: tuple[Lifecycle, ...]
    commands: tuple[CommandOption, ...]
    error_codes: tuple[ErrorCode, ...]
    code_names: tuple[CodeName, ...]
    odt: OdtReference
    glossary: tuple[Term, ...]
    practice: tuple[Practice, ...]
    decision_tables: DecisionTables
    reference_only: tuple[ReferenceOnly, ...]
    checklists: tuple[Checklist, ...]
    symptoms: tuple[Symptom, ...]
    outputs: Outputs
    search: Search
    fleet: Fleet
    changes: Changes
    file_reviews: tuple[FileReview, ...]

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def fact(self, fact_id: str) -> Fact:
        """The fact with this id. Raises UnknownIdError, which names near ids."""
        return find(self.facts, fact_id, "fact")

    def family_of(self, fact_id: str) -> FactFamily:
        """The page of the register that a fact stands on. Raises UnknownIdError when no family takes it."""
        families = _family_by_beginning(_Same(self.fact_families))
        parts = fact_id.split(".")
        for end in range(len(parts), 0, -1):
            if found := families.get(".".join(parts[:end])):
                return found
        raise UnknownIdError("family of facts", fact_id, families)

    def facts_of(self, family: FactFamily) -> tuple[Fact, ...]:
        """The facts on a page of the register, in the order of the data."""
        return tuple(fact for fact in self.facts if self.family_of(fact.id) == family)

    def family(self, family_id: str) -> FactFamily:
        """The page of the register with this id. Raises UnknownIdError."""
        return find(self.fact_families, family_id, "family of facts")

    def source(self, source_id: str) -> Source:
        """The source with this id. Raises UnknownIdError."""
        return find(self.sources, source_id, "source")

    def product(self, product_id: str) -> Product:
        """The product with this id. Raises UnknownIdError."""
        return find(self.products, product_id, "product")

    def unit(self, unit_id: str) -> Unit:
        """The unit with this id. Raises UnknownIdError."""
        return find(self.units, unit_id, "unit")

    def conflict(self, conflict_id: str) -> Conflict:
        """The conflict with this id. Raises UnknownIdError."""
        return find(self.conflicts, conflict_id, "conflict")

    def error_code(self, code: str) -> ErrorCode:
        """The error code as the data writes it. Raises UnknownIdError."""
        found: ErrorCode = _look_up(self.error_codes, "code", code, "error code")
        return found

    def code_name(self, code: str) -> CodeName | None:
        """The symbolic name of a code, if a header of Windows that was read defines one."""
        return next((one for one in self.code_names if one.code == code), None)

    def checklist(self, checklist_id: str) -> Checklist:
        """The checklist with this id. Raises UnknownIdError."""
        return find(self.checklists, checklist_id, "checklist")
