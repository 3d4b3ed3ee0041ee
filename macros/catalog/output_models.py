"""Records of `outputs.yaml`: how to read what the licensing commands print, and what is worth knowing about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema, model_validator

Text = Annotated[str, StringConstraints(min_length=1)]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]
KindMark = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*(:[A-Za-z0-9_-]+)?$")]
StepAdvice = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+:[a-z0-9-]+$")]
_RAW = {"type": "string", "pattern": r"^\{[^{}]+:raw[^{}]*\}$"}
"""The value of a fact, as the file names it; the loader puts the value in before it looks at the record."""
Number = Annotated[int, WithJsonSchema({"anyOf": [{"type": "integer"}, _RAW]})]
States = Annotated[
    Mapping[str, str],
    WithJsonSchema({"anyOf": [{"type": "object", "additionalProperties": {"type": "string"}}, _RAW]}),
]
Severity = Literal["error", "warning", "info"]
Side = Literal["kms-host", "kms-client", "client"]
VerdictState = Literal["fault", "attention", "unseen", "good"]


class Strict(BaseModel):
    """A record that takes no key beside its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Most(Strict):
    """How much of a text is read."""

    characters: int
    lines: int
    line: int
    run: int = Field(description="Lines that may continue a long value")


class ValidityPolicy(Strict):
    """Minutes that the arithmetic needs."""

    validity: Number
    renewal: Number


class Cleaning(Strict):
    """What people paste in front of a line."""

    prefixes: tuple[Text, ...]
    junk: Text
    prompt: Text
    markup: tuple[Text, ...] = Field(description="Elements of XML and HTML that say nothing themselves")
    texts: tuple[Text, ...] = Field(description="Names of values that are a text of their own, such as Message")


class Mask(Strict):
    """Something that is never shown whole; the last `keep` characters stay."""

    pattern: Text
    keep: int


class CodePage(Strict):
    """Letters of files that bear no mark of their encoding."""

    name: Text = Field(description="As the report says it")
    python: Text
    browser: Text | None = Field(None, description="Name in the Encoding standard, where it has the code page")
    letters: str | None = Field(None, description="Letters of the bytes from 128 on, where browsers do not know it")


class OutputKind(Strict):
    """A command or an event: the marks that tell it, one of them or all of them. The first kind that fits is taken."""

    id: Id
    name: Text
    role: Literal["client", "kms-host"] | None = None
    marks: tuple[KindMark, ...] = Field((), description="`event:8198` stands for a slot with that value")
    marks_all: tuple[KindMark, ...] = ()


class _Mark(Strict):
    id: Id
    meaning: Text
    gives: Mapping[str, str] = Field({}, description="Slots that the mark fills by being there")
    starts: bool = Field(False, description="A second one begins another product")
    side: Side | None = Field(None, description="The computer that alone prints this: its role follows from it")


class OutputField(_Mark):
    """What stands after a label."""

    sets: tuple[Id, ...] | None = Field(
        None,
        description="Slots for the groups of the pattern; when left out, the id, or none where there is no pattern",
    )
    patterns: tuple[Text, ...] = ()
    loose: Text | None = Field(None, description="Taken when no pattern fits, not even with the next line")
    keeps: bool = Field(False, description="The slot takes the whole value, not a group")
    reads: Literal["status"] | None = None
    numbered: bool = Field(False, description="The state may be a number of `states`")
    empty: Mapping[str, str] = Field({}, description="Slots that the mark fills when nothing stands after the label")
    vague: bool = Field(False, description="A value that only `loose` fits tells no kind")
    runs: bool = Field(False, description="Lines that follow and are not known belong to it")


class OutputPhrase(_Mark):
    """Words that stand anywhere in a line."""

    whole: bool = Field(False, description="Only if nothing else stands in the line")
    dated: bool = Field(False, description="A date in the line tells until when")
    closed: bool = Field(False, description="A code beside it is an example, not an error")


class OutputLine(_Mark):
    """A line that has no label."""

    pattern: Text
    sets: tuple[Id, ...] = ()
    breaks: bool = Field(False, description="What follows is about another product")
    fallback: bool = Field(False, description="Only for a line that nothing else knows")
    alone: bool = Field(False, description="Not for a line of which the label is known, and the value is not")
    every: bool = Field(False, description="Each place that the pattern fits counts, not the first alone")


class Wording(Strict):
    """Labels, phrases and states of one language, from one kind of source."""

    tier: Literal["windows", "tool", "docs", "docs-mt"]
    fields: Mapping[Id, tuple[Text, ...]] = {}
    statuses: Mapping[Id, tuple[Text, ...]] = {}
    phrases: Mapping[Id, tuple[Text, ...]] = {}


class OutputLanguage(Strict):
    """A language in which Windows prints."""

    id: str
    name: Text
    tiers: tuple[Wording, ...]


class Condition(Strict):
    """About one slot. A slot that is not filled meets `has: false` and `out` only."""

    slot: Id
    has: bool | None = None
    in_: tuple[str | int, ...] | None = Field(None, alias="in")
    out: tuple[str | int, ...] | None = None
    over: Number | None = None
    under: Number | None = None
    equal: bool = Field(False, description="`over` holds for the number itself too")
    like: Text | None = None
    unlike: Text | None = None


class Derived(Strict):
    """A slot that is filled from others, if it is still empty."""

    set: Id
    to: str | None = None
    from_: Id | None = Field(None, alias="from")
    first: bool = Field(False, description="Before the kind is told: the slot with its value may be a mark of one")
    when: tuple[Condition, ...]


Cause = Literal["told", "code"]


class FindingRule(Strict):
    """Something worth knowing, when all conditions hold."""

    id: Id
    severity: Severity
    scope: Literal["product", "same", "text"] = Field(
        "product", description="same: about several licenses of one product; text: about all that was pasted"
    )
    unseen: bool = Field(False, description="It says what the text does not show: with it, all cannot be well")
    cause: Cause | None = Field(
        None,
        description="It says why a license is not activated, in the words of the text (told) or by its code (code), "
        "and stands in the verdict",
    )
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]
    text: Text
    advice: StepAdvice | None = Field(
        None, description="What to do, in the words of a step of a checklist: kms-client.gvlk:install"
    )
    todo: Text | None = Field(None, description="What to do, where no checklist says it; stands behind the advice")
    show: tuple[Id, ...] = Field(description="Slots whose lines the finding relies on")
    next: tuple[Text, ...] = Field(
        description="Checklists, steps of them, `code` for the page of the error code, `method`, or links"
    )
    facts: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _says_what_to_do(self) -> FindingRule:
        if not (self.advice or self.todo):
            raise ValueError("needs advice or todo")
        return self


class PageLink(Strict):
    """A page of the site."""

    text: Text
    page: Text


class OutputExample(Strict):
    """An output written for this guide, which the site shows with what the reader says of it."""

    id: Id
    title: Text
    output: Text


class Verdicts(Strict):
    """The one sentence that stands first, by what it has to say."""

    inactive: Text = Field(description="One product, and it is not activated")
    inactive_of_several: Text
    good: Text = Field(description="One product: its state was read, and it is good")
    good_of_several: Text


class Words(Strict):
    """Words that sentences are put together from."""

    nobody: Text
    head: Text = Field(description="What the head of a table is")
    left: Text
    days: Text
    day: Text
    hours: Text
    minutes: Text
    left_in_all: Text
    renewals: Text
    renewal: Text
    about: Text = Field(description="In front of a sentence about a product that has a name")
    follow: Text = Field(description="What to do with a code that has a page")
    ask: Text = Field(description="What to do with a code that has none")
    key: Text = Field(description="One of several licenses: its description and the end of its key")
    no_key: Text = Field(description="The same, when the text does not show the end of the key")
    verdicts: Verdicts
    channels: Mapping[str, Text]
    statuses: Mapping[str, Text]


class Outputs(Strict):
    """How to read outputs."""

    most: Most
    policy: ValidityPolicy
    states: States
    minutes_a_day: int
    numbers: tuple[Id, ...]
    codes: tuple[Id, ...]
    decimals: Mapping[Id, Id] = Field(description="Codes that are printed as a decimal number, and the slot they fill")
    code_pages: Mapping[Id, CodePage] = Field(
        description="Code pages of the console, in the order in which to try them"
    )
    date: Text
    label: Text = Field(description="How a line begins that names something: it is never the end of the value before")
    labels_of_status: tuple[Text, ...]
    same_product: Text = Field(description="In a name, what two licenses of the same product have in common")
    clean: Cleaning
    masks: tuple[Mask, ...]
    kinds: tuple[OutputKind, ...]
    fields: tuple[OutputField, ...]
    phrases: tuple[OutputPhrase, ...]
    lines: tuple[OutputLine, ...]
    constants: Mapping[str, Mapping[str, Id]] = Field(description="By script, its text constants and what reads each")
    languages: tuple[OutputLanguage, ...]
    derive: tuple[Derived, ...]
    findings: tuple[FindingRule, ...]
    methods: Mapping[str, Id] = Field(description="Where `method` among the next steps leads, by channel")
    links: Mapping[Id, PageLink]
    words: Words
    examples: tuple[OutputExample, ...]
