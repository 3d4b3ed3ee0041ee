"""SRV records as dynamic updates: a script for nsupdate, which comes with BIND."""

from __future__ import annotations

import dns.name

from macros.formats.base.context import SampleContext
from macros.formats.base.findings import Place
from macros.formats.base.origin import Origin
from macros.formats.base.rules import Rules

from .layout import Layout, write
from .reading import LINE_RULES, Content, Form, Reading, is_digits, name_of, text_of
from .srv import PLACEHOLDER_SERVER, Wanted
from .words import Word

FORM = Form(
    title="nsupdate",
    order="update add <name>.<zone>. <ttl> IN SRV <priority> <weight> <port> <target>",
    owner="the full name, {name}.{zone}",
    sources=("bind-nsupdate",),
    own=LINE_RULES | Rules.beside(__file__, "nsupdate"),
)

# ---------------------------------------------------------------------------------------------------- generate


LAYOUT = Layout(
    comment="; ",
    head=(
        "Put the name of a primary DNS server of each zone after server, or delete these lines: then nsupdate",
        "takes the primary server that the zone itself names.",
        "Run it where BIND's tools are, with a Kerberos ticket: nsupdate -g {file}",
    ),
    before=(f"server {PLACEHOLDER_SERVER}.{{zone}}", "zone {zone}"),
    record="update add {name}.{zone}. {ttl} IN SRV {priority} {weight} {port} {target}.",
    after=("send",),
    gap=True,
)


def script(context: SampleContext, origin: Origin) -> str:
    """One update for each zone, each sent for itself."""
    return write(LAYOUT, context, origin)


# ---------------------------------------------------------------------------------------------------- read

COMMANDS = (
    "server", "local", "zone", "class", "ttl", "key", "gsstsig", "oldgsstsig", "realm", "check-names", "prereq",
    "update", "add", "del", "delete", "show", "send", "answer", "debug", "version", "help", "quit",
)  # fmt: skip
CHANGES = ("add", "delete", "del")
CLASSES = ("IN", "CH", "HS", "ANY", "NONE")


def read(text: str, wanted: Wanted) -> Content:
    """What a script would create."""
    script = _Script()
    for number, line in enumerate(text.removesuffix("\n").split("\n"), start=1):
        words = Word(line, Place(number, 1)).words()
        if not words:
            # A blank line sends what was collected.
            script.send()
        elif not words[0].text.startswith(";"):
            script.take(words)
    content = script.reading.content
    content.unsent = script.waiting[-1][0].place if script.waiting else None
    return content


class _Script:
    """The commands of a script one after the other; updates wait until they are sent."""

    def __init__(self) -> None:
        self.reading = Reading(FORM)
        self.zone: dns.name.Name | None = None
        self.has_ttl = False
        self.waiting: list[tuple[Word, dns.name.Name]] = []

    def take(self, words: list[Word]) -> None:
        """One command."""
        command = words[0].text.lower()
        if command not in COMMANDS:
            self.reading.unknown(words[0], COMMANDS)
        elif command == "send":
            self.send()
        elif command == "zone":
            self.zone = self.reading.zone(words[1]) if words[1:] else None
        elif command == "ttl":
            self.has_ttl = words[1:] != [] and words[1].text.lower() != "none"
        elif command == "update" and words[1:] and words[1].text.lower() not in CHANGES:
            self.reading.unknown(words[1], CHANGES)
        elif "add" in (command, *(word.text.lower() for word in words[1:2])):
            self._add(words[words[0].text.lower() == "update" :])

    def _add(self, words: list[Word]) -> None:
        """The words from `add` on."""
        rest = words[1:]
        name = rest.pop(0) if rest else None
        if rest and is_digits(rest[0].text):
            rest.pop(0)
        elif not self.has_ttl and rest and is_digits(rest[0].text[:1]):
            self.reading.wrong("ttl", rest[0], "a number of seconds")
            return
        elif not self.has_ttl and name is not None:
            self.reading.missing("ttl", words[0].place)
            return
        if rest and rest[0].text.upper() in CLASSES:
            rest.pop(0)
        if name is None or not rest:
            self.reading.missing("type" if name else "name", words[0].place)
            return
        self.reading.take(name, dns.name.root, rest[0], rest[1:])
        owner = name_of(name, dns.name.root)
        if owner is not None:
            self.waiting.append((name, owner))

    def send(self) -> None:
        """Everything that waits goes to the zone that was named last."""
        zone = self.zone
        self.reading.content.updates += [
            {
                "name": text_of(owner),
                "labels": len(owner.labels) - 1,
                "zone": zone and text_of(zone),
                "inside": zone is not None and owner.is_subdomain(zone),
                "place": word.place,
            }
            for word, owner in self.waiting
        ]
        self.waiting = []
