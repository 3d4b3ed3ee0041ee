"""Command lines of slmgr.vbs and ospp.vbs as records: which option a call has, and what the option takes.

Options, values, ranges and rights are read from the catalog's commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from macros.catalog.models import Catalog, CommandOption
from macros.formats.base.findings import Place
from macros.formats.base.rules import Rules
from macros.formats.shells.batch import Word, program

ToolId = Literal["slmgr", "ospp"]
Record = dict[str, Any]

SLMGR = ("activation-slmgr-vbs-options",)
ENGINES = ("cscript", "wscript")
SCRIPTS: Mapping[str, ToolId] = {"slmgr": "slmgr", "slmgr.vbs": "slmgr", "ospp": "ospp", "ospp.vbs": "ospp"}
_PART = re.compile(r"\[[^\]]*<[^\]]*\]|<[^>]*>")
_GLUED = re.compile(r"(/[a-z-]+)[:=](.+)")
"""An option and a value that stands where it does not belong."""
CREDENTIALS = 3
"""A computer, user and password, which a call may name."""
TAKES: Mapping[str, str] = {
    "/ipk": "key",
    "/inpkey:": "key",
    "/skms": "address",
    "/sprt": "port",
    "/setprt:": "port",
    "/sethst:": "host",
    "/skms-domain": "domain",
    "/skms-domain:": "domain",
    **dict.fromkeys(("/ato", "/dlv", "/dli", "/xpr", "/upk", "/dti", "/ckms", "/ckms-domain"), "id"),
}
"""What the first argument of an option has to be, where the catalog lists neither a range nor values."""
FIXING = (("slmgr", "/skms", "/skms-domain"), ("ospp", "/sethst:", "/skms-domain:"))
"""Options that fix a host, and those that have no effect then."""
ACTIVATING = (("slmgr", "/ato"), ("ospp", "/act"))
SETTING = (
    "/ipk", "/skms", "/skms-domain", "/ckms", "/ckms-domain", "/inpkey:", "/sethst:", "/setprt:", "/skms-domain:",
    "/remhst",
)  # fmt: skip

RULES = Rules.beside(__file__, "command-lines")
"""Every rule about these command lines by its id."""

# ----------------------------------------------------------------------------------------------------------- read


@dataclass(frozen=True)
class Call:
    """One call of a script: its option with the value after a colon, and what follows."""

    tool: ToolId
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


def find_call(words: Sequence[Word]) -> Call | Word | None:
    """The call that the words of one command are, or the word that names another script."""
    at = next((index for index, word in enumerate(words) if not _is_engine(word, index)), len(words))
    if at == len(words):
        return None
    tool = SCRIPTS.get(program(words[at].text))
    if tool is None:
        return words[at]
    rest = words[at + 1 :]
    option = next((index for index, word in enumerate(rest) if word.text[:1] in ("/", "-")), None)
    engine = program(words[0].text) if at else None
    if tool == "ospp" or option is None:
        # ospp.vbs takes the computer behind the option.
        option = 0 if tool == "ospp" and rest else option
    before = tuple(rest[:option]) if option is not None else ()
    return Call(
        tool=tool,
        place=words[at].place,
        engine=engine,
        before=before,
        option=rest[option] if option is not None else None,
        rest=tuple(rest[option + 1 :]) if option is not None else (),
    )


def _is_engine(word: Word, index: int) -> bool:
    """Whether a word stands before the script: the engine, then its own options with two slashes."""
    return program(word.text) in ENGINES if index == 0 else word.text.startswith("//")


# -------------------------------------------------------------------------------------------------------- records


def option_record(option: CommandOption) -> Record:
    """An option as calls are compared with it."""
    name = option.option.rstrip(":").lower()
    return {
        "tool": option.tool,
        "option": option.option,
        "name": name,
        "colon": option.option.endswith(":"),
        "category": option.category,
        "elevated": option.elevated == "yes",
        "gone": (option.notes or option.meaning) if option.deprecated else None,
        "range": {"least": option.range[0], "most": option.range[1]} if option.range else None,
        "values": [*option.values] or None,
        "takes": None if option.range or option.values else TAKES.get(option.option),
        "counts": counts(option),
        "needs": argument_names(option),
    }


def known() -> Record:
    """What calls are compared with."""
    return {
        "credentials": CREDENTIALS,
        "scripts": [f"{tool}.vbs" for tool in dict.fromkeys(SCRIPTS.values())],
        "fixing": [dict(zip(("tool", "host", "domain"), one, strict=True)) for one in FIXING],
        "activating": [dict(zip(("tool", "option"), one, strict=True)) for one in ACTIVATING],
        "setting": SETTING,
    }


@dataclass(frozen=True)
class Tool:
    """A script and its options by their names; where two have one name, the last."""

    record: Record
    options: Mapping[str, Record]
    exact: Mapping[tuple[str, bool], Record]
    """By name, and whether a colon ends it."""


def tools(catalog: Catalog) -> Mapping[ToolId, Tool]:
    """Both scripts with what they take."""
    every = [option_record(option) for option in catalog.commands]

    def made(tool: ToolId) -> Tool:
        own = [one for one in every if one["tool"] == tool]
        options = {one["name"]: one for one in own}
        record = {
            "id": tool,
            "script": f"{tool}.vbs",
            "names": [*options],
            "options": [{"name": name, "option": one["option"]} for name, one in options.items()],
            # A computer, user and password may follow an option of ospp.vbs.
            "spare": CREDENTIALS if tool == "ospp" else 0,
        }
        return Tool(record, options, {(one["name"], one["colon"]): one for one in own})

    return {tool: made(tool) for tool in dict.fromkeys(SCRIPTS.values())}


def records(calls: Iterable[Call], catalog: Catalog) -> list[Record]:
    """The calls of one file."""
    known_tools = tools(catalog)
    found: list[Record] = []
    of_key: Record | None = None
    for number, call in enumerate(calls):
        record = _record(call, known_tools) | {"number": number, "previous": of_key}
        if record["meant"] and record["meant"]["option"] in ("/ipk", "/upk"):
            of_key = record
        found.append(record)
    return found


def _record(call: Call, known_tools: Mapping[ToolId, Tool]) -> Record:
    tool, option = known_tools[call.tool], call.option
    # A variable may hold an option.
    readable = option is None or option.literal or option.text.startswith("/")
    colon = call.tool == "ospp" and option is not None and ":" in option.text
    exact = tool.exact.get((call.name, colon)) if readable else None
    other = tool.exact.get((call.name, not colon)) if readable else None
    meant = exact or (other if other and not other["colon"] else None)
    return {
        "tool": tool.record,
        "engine": call.engine,
        "place": call.place,
        "line": call.place.line,
        "before": [_word(word) for word in call.before],
        "option": _word(option) if option else None,
        "readable": readable,
        "name": call.name,
        "exact": exact,
        "other": other,
        "meant": meant,
        "glued": _glued(call, tool) if option and not (exact or other) else None,
        "of": next((one for one in known_tools if one != call.tool and _is_of(call, known_tools[one])), None),
        "rest": [_word(word) for word in call.rest],
        **(_arguments(call, meant) if meant else {"lacks": None, "words": [], "beyond": [], "argument": None}),
    }


def _is_of(call: Call, tool: Tool) -> bool:
    return call.name.partition(":")[0] in tool.options


def _word(word: Word) -> Record:
    return {"text": word.text, "place": word.place, "literal": word.literal}


def _glued(call: Call, tool: Tool) -> Record | None:
    """The option and the value that stand in one word, where they must not."""
    given = call.option.text if call.option else ""
    found = _GLUED.fullmatch(call.name if call.tool == "slmgr" else given.lower())
    if not found or found[1] not in tool.options:
        return None
    return {"name": found[1], "option": tool.options[found[1]]["option"], "value": given[len(found[1]) + 1 :]}


def _arguments(call: Call, meant: Record) -> Record:
    required, most = meant["counts"]
    given = (call.value, *call.rest) if call.tool == "ospp" and meant["colon"] else call.rest
    words = [_word(word) for word in given if word is not None and word.text]
    return {
        "lacks": meant["needs"][len(words)] if len(words) < required else None,
        "words": words,
        "beyond": words[most:],
        "argument": words[0] if words and most else None,
    }


# -------------------------------------------------------------------------------------------------- the catalog


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
