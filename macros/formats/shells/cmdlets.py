"""Parameters of cmdlets: closed lists from their pages, and what a command gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from macros.formats.base.findings import Finding, Place, Rule, Said
from macros.formats.base.report import MOST_FINDINGS
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest

from .powershell import Command, Word

_COMMON = (
    "Debug", "ErrorAction", "ErrorVariable", "InformationAction", "InformationVariable", "OutBuffer", "OutVariable",
    "PipelineVariable", "Verbose", "WarningAction", "WarningVariable",
)  # fmt: skip
"""Parameters that every cmdlet has."""
_COMMON_SWITCHES = ("Debug", "Verbose")

RULES = Rules.beside(__file__, "cmdlets")
"""What can be wrong with a command of PowerShell, whatever it does."""


@dataclass(frozen=True)
class Cmdlet:
    """A cmdlet with every parameter that its page lists. `positions` are those that may stand without their names."""

    name: str
    parameters: tuple[str, ...]
    switches: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Every name that a parameter can have."""
        return (*self.parameters, *self.switches, *self.aliases, *_COMMON)

    @cached_property
    def bare(self) -> frozenset[str]:
        """Names of switches in small letters, shortened as well where that is clear."""
        switches = (*self.switches, *_COMMON_SWITCHES)
        short = {
            name[:length].lower()
            for name in switches
            for length in range(1, len(name) + 1)
            if self.named(name[:length]) == (name,)
        }
        return frozenset(short)

    def named(self, given: str) -> tuple[str, ...]:
        """The parameters that a name can mean: PowerShell takes the beginning of one."""
        low = given.lower()
        exact = [name for name in self.names if name.lower() == low]
        found = exact or [name for name in self.names if name.lower().startswith(low)]
        return tuple(dict.fromkeys(self.aliases.get(name, name) for name in found))


@dataclass(frozen=True)
class Bound:
    """What a command gives a cmdlet: the value of each parameter by its full name, None for a switch."""

    cmdlet: Cmdlet
    place: Place
    values: Mapping[str, Word | None]
    complete: bool
    """Whether the file tells everything that the command is given, and all of it could be read."""

    def word(self, name: str) -> Word | None:
        """The value of a parameter, None when it is not given or has no value."""
        return self.values.get(name)

    def text(self, name: str) -> str | None:
        """The value of a parameter when the file tells it."""
        word = self.values.get(name)
        return word.text if word is not None and word.literal else None

    def place_of(self, name: str) -> Place:
        """Where a value stands, or the command."""
        word = self.values.get(name)
        return word.place if word else self.place


def bind(command: Command, cmdlet: Cmdlet, said: list[Finding]) -> Bound:
    """Bind the words of a command to the parameters of a cmdlet. What is wrong with them is added to `said`."""
    found, alone = command.bind(cmdlet.bare)
    values: dict[str, Word | None] = {}
    name = Said(cmdlet.name)
    complete = command.complete
    for parameter in found:
        meant = cmdlet.named(parameter.name)
        if len(meant) != 1:
            complete = False
            # What is meant takes long to find, and more are not listed.
            if len(said) <= MOST_FINDINGS:
                said.append(_unnamed(cmdlet, parameter.name, parameter.place, meant))
            continue
        if meant[0] in values:
            said.append(RULES["cmdlet-parameter-twice"].finding(parameter.place, given=parameter.name))
        if parameter.value is None and meant[0] in cmdlet.parameters:
            said.append(RULES["cmdlet-value"].finding(parameter.place, name=parameter.name))
            complete = False
            continue
        values.setdefault(meant[0], parameter.value)
    free = [position for position in cmdlet.positions if position not in values]
    values |= dict(zip(free, alone, strict=False))
    if not command.complete:
        unseen = ", ".join(f"@{one}" for one in command.splats)
        said.append(RULES["cmdlet-unseen"].finding(command.place, cmdlet=name, given=unseen))
    return Bound(cmdlet, command.place, values, complete)


def missing(bound: Bound, *names: str) -> Iterator[Finding]:
    """A finding for each parameter that has to be given and is not."""
    if bound.complete:
        for name in names:
            if name not in bound.values:
                yield RULES["cmdlet-missing"].finding(bound.place, cmdlet=Said(bound.cmdlet.name), name=Said(name))


def allowed(bound: Bound, name: str, values: tuple[str, ...], sources: tuple[str, ...] = ()) -> Iterator[Finding]:
    """A finding for each item of a value that is not among those that a page lists."""
    word = bound.word(name)
    if word is None or not word.literal:
        return
    for item in word.items:
        if item.lower() not in [value.lower() for value in values]:
            rule = RULES["cmdlet-allowed"]
            made = Rule(rule.id, rule.severity, rule.message, rule.cure, sources or bound.cmdlet.sources)
            yield made.finding(word.place, name=Said(name), given=item, values=Said(", ".join(values)))


def _unnamed(cmdlet: Cmdlet, given: str, place: Place, meant: tuple[str, ...]) -> Finding:
    name = Said(cmdlet.name)
    if meant:
        return RULES["cmdlet-parameter-short"].finding(place, cmdlet=name, given=given, names=Said(", ".join(meant)))
    near = nearest(given, cmdlet.names, cutoff=0.6)
    rule = RULES["cmdlet-parameter"]
    made = Rule(rule.id, rule.severity, rule.message, rule.cure, cmdlet.sources)
    return made.finding(place, cmdlet=name, given=given, near=Said(f" -{near} is probably meant." if near else ""))
