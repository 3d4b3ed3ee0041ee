"""Command lines of slmgr.vbs and ospp.vbs: which options exist, what they take, and what is wrong between several.

Options, values, ranges and rights are read from the catalog's commands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from macros.catalog.models import Catalog, CommandOption
from macros.formats.base.findings import Finding, Place, Said
from macros.formats.base.hosts import host_problem, is_ip, port_of
from macros.formats.base.keys import is_key_shaped, is_placeholder
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest
from macros.formats.clients.registry_values import Wanted
from macros.formats.shells.batch import Word, program

Tool = Literal["slmgr", "ospp"]

SLMGR = ("activation-slmgr-vbs-options",)
ENGINES = ("cscript", "wscript")
SCRIPTS: Mapping[str, Tool] = {"slmgr": "slmgr", "slmgr.vbs": "slmgr", "ospp": "ospp", "ospp.vbs": "ospp"}
_BRACKETED = re.compile(r"\[[0-9a-f:.]{2,45}\](?::([^:]*))?", re.IGNORECASE)
"""An IPv6 address as slmgr.vbs reads it, and what stands in the place of the port."""
_GUID = re.compile(r"\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?", re.IGNORECASE)
_PART = re.compile(r"\[[^\]]*<[^\]]*\]|<[^>]*>")
CREDENTIALS = 3
"""What tells a reader, or a script itself, that it needs the rights of an administrator."""

RULES = Rules.beside(__file__, "command-lines")
"""Every rule about these command lines by its id."""


HINTS: Mapping[str, str] = {
    "space": " slmgr.vbs takes the value after a space: {right}.",
    "other": " It is an option of {tool}.vbs.",
    "near": " {near} is probably meant.",
    "colon": "a colon",
    "port": "a colon and a port belong into /setprt:",
    "nothing": "nothing",
}
"""Words inside messages."""


@dataclass(frozen=True)
class Call:
    """One call of a script: its option with the value after a colon, and what follows."""

    tool: Tool
    place: Place
    engine: str | None
    before: tuple[Word, ...]
    """The computer, user and password of a call for another computer."""
    option: Word | None
    rest: tuple[Word, ...]

    @property
    def name(self) -> str:
        """The option in small letters, with / in front and without the value after a colon of ospp.vbs."""
        text = f"/{self.option.text[1:].lower()}" if self.option else ""
        return text.partition(":")[0] if self.tool == "ospp" else text

    @property
    def value(self) -> Word | None:
        """The value: after the colon for ospp.vbs, the next word for slmgr.vbs."""
        if self.tool == "slmgr" or self.option is None:
            return self.rest[0] if self.rest else None
        head, colon, value = self.option.text.partition(":")
        if not colon:
            return None
        place = self.option.place
        return Word(value, Place(place.line, (place.column or 1) + len(head) + 1), self.option.literal)


def find_calls(words: Sequence[Word]) -> Iterator[Call | Finding]:
    """The call that the words of one command are, or what is wrong with the name of its script."""
    at = next((index for index, word in enumerate(words) if not _is_engine(word, index)), len(words))
    if at == len(words):
        return
    name = program(words[at].text)
    tool = SCRIPTS.get(name)
    if tool is None:
        near = nearest(name, [f"{one}.vbs" for one in ("slmgr", "ospp")], cutoff=0.8) if name.endswith(".vbs") else None
        if near:
            yield RULES["command-script"].finding(words[at].place, given=name, near=Said(near))
        return
    rest = words[at + 1 :]
    option = next((index for index, word in enumerate(rest) if word.text[:1] in ("/", "-")), None)
    engine = program(words[0].text) if at else None
    if tool == "ospp" or option is None:
        # ospp.vbs takes the computer behind the option.
        option = 0 if tool == "ospp" and rest else option
    before = tuple(rest[:option]) if option is not None else ()
    yield Call(
        tool=tool,
        place=words[at].place,
        engine=engine,
        before=before,
        option=rest[option] if option is not None else None,
        rest=tuple(rest[option + 1 :]) if option is not None else (),
    )


def judge(calls: Iterable[Call], catalog: Catalog, wanted: Wanted, elevated: bool) -> Iterator[Finding]:
    """What is wrong with the calls of one file."""
    options: Options = {
        (one.tool, one.option.rstrip(":").lower(), one.option.endswith(":")): one for one in catalog.commands
    }
    kept: list[tuple[Call, CommandOption]] = []
    told = elevated
    windows = False
    for call in calls:
        if len(call.before) >= CREDENTIALS:
            yield RULES["command-password"].finding(call.before[2].place)
        if call.tool == "slmgr" and call.engine != "cscript" and not windows:
            windows = True
            yield RULES["command-window"].finding(call.place)
        option, problem = _option(call, options)
        if problem:
            yield problem
        if option is None:
            continue
        kept.append((call, option))
        if option.elevated == "yes" and not told:
            told = True
            yield RULES["command-elevation"].finding(call.place, option=Said(option.option))
        if option.deprecated:
            yield RULES["command-gone"].finding(
                call.place, option=Said(option.option), note=Said(option.notes or option.meaning)
            )
        yield from _value_findings(call, option, wanted)
    yield from _order(kept)


def _is_engine(word: Word, index: int) -> bool:
    """Whether a word stands before the script: the engine, then its own options with two slashes."""
    return program(word.text) in ENGINES if index == 0 else word.text.startswith("//")


Options = Mapping[tuple[str, str, bool], CommandOption]


def _option(call: Call, options: Options) -> tuple[CommandOption | None, Finding | None]:
    tool = Said(f"{call.tool}.vbs")
    if call.option is None:
        return None, RULES["command-no-option"].finding(call.place, tool=tool)
    if not call.option.literal and "/" not in call.option.text[:1]:
        return None, None
    name, colon = call.name, call.tool == "ospp" and ":" in call.option.text
    found = options.get((call.tool, name, colon))
    if found:
        return found, None
    other = options.get((call.tool, name, not colon))
    if other and other.option.endswith(":"):
        value = call.rest[0].text if call.rest else "<value>"
        right = f"{other.option}{value}" if len(call.rest) == 1 else f"{other.option}<value>"
        return None, RULES["command-colon"].finding(call.option.place, given=call.option.text, right=right)
    if other:
        given = call.option.text.partition(":")[2] or Said(HINTS["colon"])
        return other, RULES["command-extra"].finding(call.option.place, option=Said(other.option), given=given)
    return None, _unknown(call, options)


def _unknown(call: Call, options: Options) -> Finding:
    given = call.option.text if call.option else ""
    mixed = re.fullmatch(r"(/[a-z-]+)[:=](.+)", call.name if call.tool == "slmgr" else given.lower())
    mine = {name: one for (tool, name, _), one in options.items() if tool == call.tool}
    place = call.option.place if call.option else call.place
    if mixed and mixed[1] in mine:
        if call.tool == "ospp":
            right = f"{mine[mixed[1]].option}{given[len(mixed[1]) + 1 :]}"
            return RULES["command-colon"].finding(place, given=given, right=right)
        hint = HINTS["space"].format(right=f"{mixed[1]} {given[len(mixed[1]) + 1 :]}")
    elif any(name == call.name.partition(":")[0] for tool, name, _ in options if tool != call.tool):
        hint = HINTS["other"].format(tool="slmgr" if call.tool == "ospp" else "ospp")
    else:
        near = nearest(call.name, mine, cutoff=0.6)
        hint = HINTS["near"].format(near=mine[near].option) if near else ""
    return RULES["command-option"].finding(place, tool=Said(f"{call.tool}.vbs"), given=given, hint=hint)


# ---------------------------------------------------------------------------------------------------- arguments


def _value_findings(call: Call, option: CommandOption, wanted: Wanted) -> Iterator[Finding]:
    required, most = counts(option)
    given = (call.value, *call.rest) if call.tool == "ospp" and option.option.endswith(":") else call.rest
    words = [word for word in given if word is not None and word.text]
    name = Said(option.option)
    place = call.option.place if call.option else call.place
    if len(words) < required:
        yield RULES["command-missing"].finding(place, option=name, what=Said(argument_names(option)[len(words)]))
        return
    if option.option == "/skms":
        yield from _skms(words, wanted)
        return
    # A computer, user and password may follow an option of ospp.vbs.
    spare = CREDENTIALS if call.tool == "ospp" else 0
    if len(words) > most + spare:
        yield RULES["command-extra"].finding(words[most].place, option=name, given=words[most].text)
    if call.tool == "ospp" and len(words) == most + CREDENTIALS:
        yield RULES["command-password"].finding(words[-1].place)
    if words and most:
        yield from _argument(option, words[0], wanted)


def argument_names(option: CommandOption) -> tuple[str, ...]:
    """What an option needs, one name for each argument that has to be there."""
    required, _ = counts(option)
    parts = [part.strip("[]") for part in _PART.findall(option.arguments or "")]
    return (*parts, *[(option.arguments or "a value").strip("[]")] * (required - len(parts)))


def counts(option: CommandOption) -> tuple[int, int]:
    """How many arguments an option needs, and how many it can take."""
    if option.takes:
        return option.takes
    parts = _PART.findall(option.arguments or "")
    if option.arguments and not parts:
        # Values are listed as they are written: TRUE | FALSE.
        return 1, 1
    return sum(1 for part in parts if part.startswith("<")), len(parts)


def _argument(option: CommandOption, word: Word, wanted: Wanted) -> Iterator[Finding]:
    if not word.literal:
        return
    name, text, place = Said(option.option), word.text, word.place
    if option.range:
        least, most = option.range
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            yield RULES["command-range"].finding(
                place, option=name, given=text, least=Said(least), most=Said(f"{most:,}")
            )
    elif option.values:
        if text.upper() not in option.values and not _GUID.fullmatch(text):
            yield RULES["command-value"].finding(place, option=name, given=text, values=Said(", ".join(option.values)))
    elif option.option in CHECKS:
        yield from CHECKS[option.option](word, wanted)


def _port(word: Word, wanted: Wanted) -> Iterator[Finding]:
    del wanted
    if port_of(word.text) is None:
        yield RULES["command-port"].finding(word.place, given=word.text)


def _domain(word: Word, wanted: Wanted) -> Iterator[Finding]:
    del wanted
    why = host_problem(word.text)
    if why:
        yield RULES["command-host"].finding(word.place, given=word.text, why=Said(why))


def _id(word: Word, wanted: Wanted) -> Iterator[Finding]:
    del wanted
    if word.text.lower() != "all" and not _GUID.fullmatch(word.text):
        yield RULES["command-id"].finding(word.place, given=word.text)


def _key(word: Word, wanted: Wanted) -> Iterator[Finding]:
    if is_placeholder(word.text):
        yield RULES["command-placeholder"].finding(word.place, given=word.text)
    elif not is_key_shaped(word.text):
        yield RULES["command-key"].finding(word.place, given=word.text)
    elif word.text.upper() not in wanted.published_keys:
        yield RULES["command-key-secret"].finding(word.place, given=word.text)


def _skms(words: Sequence[Word], wanted: Wanted) -> Iterator[Finding]:
    first = words[0]
    if len(words) > 1 and words[1].literal and not _GUID.fullmatch(words[1].text):
        second = words[1]
        if port_of(second.text) is not None and ":" not in first.text:
            right = f"{first.text}:{second.text}"
            yield RULES["command-skms-space"].finding(second.place, given=second.text, right=right)
        else:
            yield RULES["command-id"].finding(second.place, given=second.text)
    for word in words[2:3]:
        yield RULES["command-extra"].finding(word.place, option=Said("/skms"), given=word.text)
    if not first.literal:
        return
    bracketed = _BRACKETED.fullmatch(first.text)
    if bracketed:
        yield RULES["command-ipv6-brackets"].finding(first.place, given=first.text)
        if bracketed[1] is not None and port_of(bracketed[1]) is None:
            yield RULES["command-port"].finding(first.place, given=bracketed[1] or Said(HINTS["nothing"]))
        return
    if first.text.count(":") > 1 and "://" not in first.text:
        yield RULES["command-ipv6"].finding(first.place, given=first.text)
        return
    host, colon, port = first.text.partition(":") if "://" not in first.text else (first.text, "", "")
    number = port_of(port) if colon else None
    if colon and number is None:
        yield RULES["command-port"].finding(first.place, given=port or Said(HINTS["nothing"]))
    if host or not colon:
        yield from _host(host, first.place, wanted, number)


def _name(word: Word, wanted: Wanted) -> Iterator[Finding]:
    yield from _host(word.text, word.place, wanted)


def _host(text: str, place: Place, wanted: Wanted, port: int | None = None) -> Iterator[Finding]:
    why = HINTS["port"] if text.count(":") == 1 and "://" not in text else host_problem(text)
    if why:
        yield RULES["command-host"].finding(place, given=text or Said(HINTS["nothing"]), why=Said(why))
    elif wanted.hosts is not None and not is_ip(text):
        name = text.removesuffix(".").lower()
        listening = wanted.hosts.get(name)
        if listening is None:
            yield RULES["command-host-unknown"].finding(place, given=text)
        elif port not in (None, listening):
            yield RULES["command-host-other-port"].finding(place, given=port, host=Said(name), port=listening)


CHECKS: Mapping[str, Callable[[Word, Wanted], Iterator[Finding]]] = {
    "/ipk": _key,
    "/inpkey:": _key,
    "/sprt": _port,
    "/setprt:": _port,
    "/sethst:": _name,
    "/skms-domain": _domain,
    "/skms-domain:": _domain,
    **dict.fromkeys(("/ato", "/dlv", "/dli", "/xpr", "/upk", "/dti", "/ckms", "/ckms-domain"), _id),
}
"""What is checked of the first argument of an option."""

# -------------------------------------------------------------------------------------------------------- order


FIXING = (("slmgr", "/skms", "/skms-domain"), ("ospp", "/sethst:", "/skms-domain:"))
"""Options that fix a host, and those that have no effect then."""
ACTIVATING = (("slmgr", "/ato"), ("ospp", "/act"))
SETTING = (
    "/ipk", "/skms", "/skms-domain", "/ckms", "/ckms-domain", "/inpkey:", "/sethst:", "/setprt:", "/skms-domain:",
    "/remhst",
)  # fmt: skip


def _order(kept: Sequence[tuple[Call, CommandOption]]) -> Iterator[Finding]:
    """What is wrong between one call and another."""
    names: list[tuple[str, str]] = [(call.tool, option.option) for call, option in kept]
    yield from _keys_in_order(kept)
    for tool, host, domain in FIXING:
        if (tool, host) in names and (tool, domain) in names:
            fixed, unused = kept[names.index((tool, host))][0], kept[names.index((tool, domain))][0]
            yield RULES["command-domain-unused"].finding(unused.place, first=Said(fixed.place.line))
    if any(option.category == "kms-client" for _, option in kept):
        for call, option in kept:
            if option.category == "kms-host" and option.option != "/act-type":
                yield RULES["command-roles"].finding(call.place, option=Said(option.option))
    for tool, activate in ACTIVATING:
        yield from _activation_early([one for one in kept if one[0].tool == tool], activate)


def _keys_in_order(kept: Sequence[tuple[Call, CommandOption]]) -> Iterator[Finding]:
    of_keys = [(call, option) for call, option in kept if option.option in ("/ipk", "/upk")]
    if all(option.option == "/upk" for _, option in of_keys):
        yield from (RULES["command-upk-all"].finding(call.place) for call, _ in of_keys if not call.rest)
    for (one, first), (other, second) in pairwise(of_keys):
        if (first.option, second.option) == ("/upk", "/ipk"):
            yield RULES["command-upk-before-ipk"].finding(one.place)
        elif (first.option, second.option) == ("/ipk", "/upk"):
            yield RULES["command-upk-after-ipk"].finding(other.place, first=Said(one.place.line))


def _activation_early(kept: Sequence[tuple[Call, CommandOption]], activate: str) -> Iterator[Finding]:
    first = next((index for index, (_, option) in enumerate(kept) if option.option == activate), None)
    if first is None or any(option.option == activate for _, option in kept[first + 1 :]):
        return
    later = next((call for call, option in kept[first + 1 :] if option.option in SETTING), None)
    if later:
        yield RULES["command-ato-early"].finding(kept[first][0].place, later=Said(later.place.line))
