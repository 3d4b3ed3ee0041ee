"""PowerShell scripts that install keys and activate: what their checks have in common.

tree-sitter reads the script (see powershell.py). Here its calls of slmgr.vbs and ospp.vbs are found and compared with
the reference of their options, and its steps with what should stand around them: rights, order, and a check after each.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from macros.catalog.models import Catalog, CommandOption
from macros.formats.base.context import Context
from macros.formats.base.findings import Activation, Finding, Place, Rule, Said
from macros.formats.base.format import Format, Limits, Mark
from macros.formats.base.keys import KEY_SHAPE, PLACEHOLDER, installs_published_key, is_placeholder, mask
from macros.formats.base.origin import Origin
from macros.formats.base.reading import Lines
from macros.formats.base.rules import Rules
from macros.formats.base.sample import Sample
from macros.formats.base.spelling import nearest
from macros.formats.shells import powershell
from macros.formats.shells.marks import NO_POWERSHELL, OTHER_LANGUAGE, POWERSHELL, PS1
from macros.formats.shells.powershell import Command, Script, Word

Tool = Literal["slmgr", "ospp"]

TOOL_PAGES: Mapping[Tool, tuple[str, ...]] = {
    "slmgr": ("activation-slmgr-vbs-options",),
    "ospp": ("tools-to-manage-volume-activation-of-office",),
}
SLMGR = TOOL_PAGES["slmgr"]

READS = frozenset(
    {
        "/dli", "/dlv", "/xpr", "/dti", "/ao-list", "/lil", "/ltc", "/ad-activation-get-iid",
        "/dstatus", "/dstatusall", "/dhistoryacterr", "/dinstid", "/ddescr:", "/dhistorykms", "/dcmid",
    }
)  # fmt: skip
"""Options that only show something, in small letters."""

STEPS: Mapping[str, str] = {
    "/ipk": "key",
    "/inpkey:": "key",
    "install-vamtproductkey": "key",
    "/ato": "activation",
    "/atp": "activation",
    "/act": "activation",
    "/actcid:": "activation",
    "install-vamtproductactivation": "activation",
    "get-vamtconfirmationid": "activation",
    "install-vamtconfirmationid": "activation",
    "/ad-activation-online": "forest",
    "/ad-activation-apply-cid": "forest",
    "/del-ao": "deletion",
    **dict.fromkeys(("/sdns", "/cdns", "/sprt", "/sai", "/sri", "/spri", "/cpri"), "host setting"),
    "install-windowsfeature": "role",
    "add-windowsfeature": "role",
    "set-netfirewallrule": "firewall",
    "enable-netfirewallrule": "firewall",
    "new-netfirewallrule": "firewall",
    "find-vamtmanagedmachine": "discovery",
}
"""What changes something, in small letters, and the step it belongs to. Ways to do one step may follow each other."""

MISPRINTS: Mapping[str, str] = {"/ad-activation-apply-get-iid": "/ad-activation-get-IID"}
"""Spellings that a Microsoft page prints and the script does not have (conflict.ad_iid_switch)."""

_CHECK_VERBS = ("get-", "test-", "resolve-", "select-string", "compare-object")
_STOPPING_VERBS = ("confirm-", "assert-")
_STOP = re.compile(r"(?<![\w$-])(?:throw|exit)\b", re.IGNORECASE)
_TOOL = re.compile(r"(?:^|[\\/$:}])(slmgr|ospp)(?:\.vbs)?$", re.IGNORECASE)
_REQUIRES = re.compile(r"#requires\b[^\n]*?-runasadministrator\b", re.IGNORECASE)
_NEARLY_REQUIRES = re.compile(r"requires.*admin|run-?as-?admin", re.IGNORECASE)
_ELEVATES = re.compile(r"\bIsInRole\b|-Verb\s+['\"]?RunAs\b", re.IGNORECASE)
LIMITS = Limits(lines=5_000)
_MOST_PREFIX = 3
"""slmgr.vbs may begin with a computer, a user and a password."""

# ------------------------------------------------------------------------------------------------------- rules

RULES = Rules.beside(__file__, "activation")
"""Rules of every script of this kind."""

STRICT = frozenset({"script-unchecked"})
"""House rules: remarks on scripts of others, and warnings on our own."""


@dataclass(frozen=True)
class Purpose:
    """What a kind of script is for, as far as the common checks need it."""

    rules: Mapping[str, Rule]
    activation: Activation
    mixed_is_elevated: bool = True
    """Options that need elevation for some keys need it here."""
    must_activate: bool = True
    wrong_gvlk: str | None = None
    """Rule for a published client key where it does not belong."""
    strict: frozenset[str] = frozenset()
    """More house rules."""


@dataclass(frozen=True)
class Call:
    """One call of slmgr.vbs or ospp.vbs."""

    tool: Tool
    option: str
    """As the reference writes it, else as given."""
    given: str
    arguments: tuple[Word, ...]
    place: Place
    known: CommandOption | None

    @property
    def id(self) -> str:
        """The option in small letters, as the tools read it."""
        return self.option.lower()

    def value(self, index: int) -> Word | None:
        """An argument after the option, None when it is missing."""
        return self.arguments[index] if index < len(self.arguments) else None


@dataclass(frozen=True)
class Step:
    """A line of the script that changes something."""

    id: str
    name: str
    place: Place

    @property
    def kind(self) -> str:
        """What the step is for; several commands can be ways to do one step."""
        return STEPS[self.id]


@dataclass(frozen=True)
class Document:
    """A script as the checks see it."""

    text: str
    script: Script
    catalog: Catalog
    purpose: Purpose
    own: bool
    """A sample of this guide: the placeholder stands for a key, and house rules count."""
    options: Mapping[tuple[str, str], CommandOption] = field(repr=False)

    @classmethod
    def of(cls, text: str, catalog: Catalog, purpose: Purpose, own: bool = False) -> Document:
        """Read a script, and arrange the reference of options for looking up."""
        options: dict[tuple[str, str], CommandOption] = {
            (one.tool, one.option.lower()): one for one in catalog.commands
        }
        return cls(text, powershell.read(text), catalog, purpose, own, options)

    def finding(self, rule: str, place: Place | None, **values: object) -> Finding:
        """A finding of a rule of this purpose. In our own scripts a house rule counts."""
        found = self.purpose.rules[rule]
        if self.own and rule in STRICT | self.purpose.strict:
            found = Rule(found.id, "warning", found.message, found.cure, found.sources)
        return found.finding(place, **values)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Calls of the two tools, in the order of the file."""
        return tuple(call for command in self.script.commands for call in tool_calls(command, self.options))

    def named(self, *options: str) -> list[Call]:
        """Calls with one of these options."""
        return [call for call in self.calls if call.id in options]

    def commands(self, *names: str) -> list[Command]:
        """Commands with one of these names, in small letters."""
        return [one for one in self.script.commands if one.name.lower() in names]

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Everything that changes something, in the order of the file."""
        found = [Step(call.id, call.option, call.place) for call in self.calls if call.id in STEPS]
        named = (command for command in self.script.commands if command.name.lower() in STEPS)
        found += [Step(command.name.lower(), command.name, command.place) for command in named]
        return tuple(sorted(found, key=lambda step: _key(step.place)))

    @cached_property
    def looks(self) -> list[tuple[tuple[int, int], bool]]:
        """Where the script reads a state, and whether the command stops by itself when it is wrong."""
        found = [(_key(call.place), False) for call in self.calls if call.id in READS]
        for command in self.script.commands:
            name = command.name.lower()
            stopping = name.startswith(_STOPPING_VERBS)
            if stopping or (name.startswith(_CHECK_VERBS) and name not in STEPS):
                found.append((_key(command.place), stopping))
        return sorted(found)

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file without their comments."""
        parts, done, starts = [], 0, _starts(self.text)
        for comment in self.script.comments:
            begin = starts[comment.place.line - 1] + (comment.place.column or 1) - 1
            block = self.text.startswith("<#", begin)
            found = self.text.find("#>" if block else "\n", begin)
            end = len(self.text) if found < 0 else found + 2 * block
            parts += [self.text[done:begin], "\n" * self.text.count("\n", begin, end)]
            done = end
        return "".join([*parts, self.text[done:]]).split("\n")

    @cached_property
    def published(self) -> frozenset[str]:
        """The published client keys."""
        return frozenset(key.key for key in self.catalog.client_keys)


def tool_calls(command: Command, options: Mapping[tuple[str, str], CommandOption]) -> Iterator[Call]:
    """The call of one of the two tools that a command makes, if any."""
    words = [Word(command.name, command.name, command.place, (command.name,)), *command.arguments]
    for index, word in enumerate(words):
        found = _TOOL.search(word.text) if word.kind == "value" else None
        if not found:
            continue
        tool: Tool = "slmgr" if found[1].lower() == "slmgr" else "ospp"
        rest = words[index + 1 :]
        for skipped, option in enumerate(rest[: _MOST_PREFIX + 1]):
            if option.kind == "parameter" or option.text.startswith("/"):
                yield _call(tool, option, tuple(rest[skipped + 1 :]), options)
                break
        return


def _call(tool: Tool, word: Word, rest: tuple[Word, ...], options: Mapping[tuple[str, str], CommandOption]) -> Call:
    given = f"/{word.text}{':' if word.colon else ''}" if word.kind == "parameter" else word.text
    name, colon, value = given.partition(":")
    arguments = rest
    if colon and (tool == "ospp" or (tool, name.lower()) not in options):
        name += colon
        if value:
            arguments = (Word(value, value, word.place, (value,), literal=word.literal), *rest)
    elif colon and value:
        arguments = (Word(value, value, word.place, (value,), literal=word.literal), *rest)
    known = options.get((tool, name.lower()))
    return Call(tool, known.option if known else name, given, arguments, word.place, known)


# ------------------------------------------------------------------------------------------------------ checking

Check = Callable[[Document], Iterator[Finding]]


def script_format(
    purpose: Purpose,
    checks: Sequence[Check],
    *,
    id: str,
    title: str,
    marks: tuple[Mark, ...],
    samples: Mapping[str, Sample],
) -> Format[Document]:
    """The format of scripts with a purpose: they are judged by the common rules, and by checks of their own."""

    def judge(document: Document, context: Context) -> Iterator[Finding]:
        return (finding for check in (*_COMMON, *checks) for finding in check(document))

    return Format(
        id=id,
        title=title,
        language="powershell",
        names=(PS1,),
        marks=(*marks, POWERSHELL, NO_POWERSHELL, OTHER_LANGUAGE),
        sign=_sets_a_client_up,
        fenced=True,
        sources=SLMGR,
        limits=LIMITS,
        rules=purpose.rules,
        read=lambda file, context: Document.of(file.text, context.catalog, purpose, context.own),
        judge=judge,
        activation=lambda document, context: purpose.activation if document.steps else "none",
        samples=samples,
    )


def _sets_a_client_up(text: str) -> int:
    """Against these kinds, as much as a key counts for them: whoever installs a published key sets a client up."""
    return -2 if installs_published_key(text) else 0


def _check_syntax(document: Document) -> Iterator[Finding]:
    zero = document.text.find("\0")
    if zero >= 0:
        place = Place(document.text.count("\n", 0, zero) + 1, 1)
        yield document.finding("script-syntax", place, detail=Said("it holds a zero byte. Save it as UTF-8."))
    for problem in document.script.errors:
        yield document.finding("script-syntax", problem.place, detail=problem.message)


def _check_options(document: Document) -> Iterator[Finding]:
    for call in document.calls:
        problem = option_problem(call, document.catalog)
        if problem:
            rule, values = problem
            yield document.finding(rule, call.place, **values)


def option_problem(call: Call, catalog: Catalog) -> tuple[str, dict[str, object]] | None:
    """What is wrong with the option of a call: the rule, and what its message needs."""
    if call.known is None:
        # What a variable holds is known when the script runs.
        if "$" in call.given.partition(":")[0]:
            return None
        known = [one.option for one in catalog.commands if one.tool == call.tool]
        near = MISPRINTS.get(call.id) or nearest(call.option, known)
        hint = Said(f" {near} is meant." if near else "")
        return "script-option", {"tool": Said(call.tool), "given": call.option, "near": hint}
    if (call.known.arguments or "").startswith("<") and not call.arguments:
        wanted = re.findall(r"<[^>]+>", call.known.arguments or "")[0].strip("<>").replace(" | ", " or ")
        article = "an" if wanted[0].lower() in "aeiou" else "a"
        return "script-argument", {"option": Said(call.option), "wanted": Said(f"{article} {wanted}")}
    return None


def _check_keys(document: Document) -> Iterator[Finding]:
    lines = Lines(document.text)
    for found in KEY_SHAPE.finditer(document.text):
        key = found[0].upper()
        place = Place(lines.line(found.start()), lines.column(found.start()))
        if key in document.published:
            if document.purpose.wrong_gvlk and document.lines[place.line - 1].strip():
                yield document.finding(document.purpose.wrong_gvlk, place, key=mask(key))
        elif key.endswith(tuple(one.ends for one in document.catalog.odt.preview_keys)):
            yield document.finding("script-preview-key", place, key=mask(key))
        elif not is_placeholder(key):
            yield document.finding("script-key", place, key=mask(key))
        elif not (document.own and key == PLACEHOLDER):
            yield document.finding("script-placeholder", place, given=found[0])


def _check_elevation(document: Document) -> Iterator[Finding]:
    needing = [call for call in document.calls if _is_elevated(call, document)]
    if not needing or _REQUIRES.search(document.text) or _ELEVATES.search(document.text):
        return
    nearly = next((one for one in document.script.comments if _NEARLY_REQUIRES.search(one.text)), None)
    place = nearly.place if nearly else needing[0].place
    yield document.finding("script-elevation", place, option=Said(needing[0].option))


def _is_elevated(call: Call, document: Document) -> bool:
    level = call.known.elevated if call.known else "no"
    return level == "yes" or (level == "mixed" and document.purpose.mixed_is_elevated)


def _check_order(document: Document) -> Iterator[Finding]:
    installs = document.named("/ipk", "/inpkey:")
    for call in document.named("/upk", "/unpkey:"):
        if any(_after(call.place, other.place) for other in installs if other.tool == call.tool):
            yield document.finding("script-upk-first", call.place)
    if not document.purpose.must_activate:
        return
    activating = [step for step in document.steps if step.kind == "activation"]
    for call in installs[-1:]:
        if not any(_after(call.place, step.place) for step in activating):
            activate = Said("/ato" if call.tool == "slmgr" else "/act")
            yield document.finding("script-not-activated", call.place, option=Said(call.option), activate=activate)


def _starts(text: str) -> list[int]:
    """Where each line begins."""
    return [0, *(found.end() for found in re.finditer("\n", text))]


def _key(place: Place) -> tuple[int, int]:
    return place.line, place.column or 0


def _after(first: Place, second: Place) -> bool:
    return _key(second) > _key(first)


def _check_steps(document: Document) -> Iterator[Finding]:
    """Each step is followed by a look at the result that can stop the script."""
    steps = document.steps
    for index, step in enumerate(steps):
        following = steps[index + 1] if index + 1 < len(steps) else None
        if following and following.kind == step.kind and not _checked(document, step, following):
            # Two ways to do the same step share the check after the second.
            continue
        if not _checked(document, step, following):
            yield document.finding("script-unchecked", step.place, option=Said(step.name))


def _checked(document: Document, step: Step, following: Step | None) -> bool:
    end = _key(following.place) if following else (len(document.lines) + 1, 0)
    first = bisect_right(document.looks, (_key(step.place), True))
    inside = document.looks[first : bisect_left(document.looks, (end, False))]
    if any(stopping for _, stopping in inside):
        return True
    code = "\n".join(document.lines[step.place.line - 1 : end[0] - 1])
    return bool(inside) and _STOP.search(code) is not None


_COMMON: tuple[Check, ...] = (
    _check_syntax,
    _check_options,
    _check_keys,
    _check_elevation,
    _check_order,
    _check_steps,
)


# ------------------------------------------------------------------------------------------------------- writing


def head(origin: Origin, about: Iterable[str], elevated: bool = True) -> list[str]:
    """The first lines of a script: what it needs, what made it, and what it is for."""
    requires = ["#Requires -Version 5.1", *(["#Requires -RunAsAdministrator"] if elevated else [])]
    return [*requires, *(f"# {line}".rstrip() for line in [*origin.lines(), "", *about]), ""]


def quoted(text: str) -> str:
    """Text as a PowerShell string without variables."""
    # PowerShell takes typographic quotes for its own.
    return "'" + re.sub(r"(['\u2018\u2019\u201a\u201b])", r"\1\1", text) + "'"


def parameters(name: str, about: str, before: list[str] | None = None) -> list[str]:
    """What the caller gives, and the first settings of a script."""
    return [
        "param(",
        *(before or []),
        f"    # {about} Give it when you start the script, and never save it in the file.",
        f"    [string] ${name} = {quoted(PLACEHOLDER)},",
        "",
        "    # Phone is for a computer without internet access: the script shows an installation ID and asks for the",
        "    # confirmation ID.",
        "    [ValidateSet('Online', 'Phone')]",
        "    [string] $Activation = 'Online'",
        ")",
        "",
        "$ErrorActionPreference = 'Stop'",
        '$Slmgr = "$env:windir\\System32\\slmgr.vbs"',
        "",
    ]
