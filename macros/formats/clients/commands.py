"""What the commands of a script do to licensing: registry values, calls of slmgr.vbs and ospp.vbs, and OSLicense."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import cast

from macros.catalog.values import part_of
from macros.formats.base.context import Context
from macros.formats.base.findings import Activation, Finding, Place, Said
from macros.formats.base.hosts import host_problem, is_ip, port_of
from macros.formats.base.rules import Rules
from macros.formats.clients.command_lines import Call
from macros.formats.shells import batch, cmdlets, powershell
from macros.formats.shells.batch import Word
from macros.formats.shells.cmdlets import Bound, Cmdlet, allowed, bind, missing

from . import command_lines, records
from .records import Record
from .registry_values import HIVE, Data, Entry, Wanted, is_licensing, split_key, type_names
from .registry_values import RULES as REGISTRY_RULES

OSLICENSE = ("set-kmslicenseinfo",)
CLEAR = ("invoke-kmslicense",)
INSTALLING = ("/ipk", "/inpkey")
CLIENT_OPTIONS = ("/skms", "/skms-domain", "/ckms", "/sethst", "/setprt", "/remhst", "/ckms-domain")
WMI = re.compile(r"SoftwareLicensing(?:Service|Product)|SetKeyManagementService", re.IGNORECASE | re.ASCII)
"""Another way to licensing, which is not checked here."""
_NUMBER = re.compile(r"0x[0-9a-f]{1,8}|[0-9]{1,10}", re.IGNORECASE)

# -------------------------------------------------------------------------------------------------------- rules

RULES = REGISTRY_RULES | command_lines.RULES | cmdlets.RULES | Rules.beside(__file__, "commands")
"""Every rule about scripts with client settings by its id."""

_WRITE_ITEM = ("Path", "LiteralPath", "Name", "Value", "Filter", "Include", "Exclude", "Credential")
_WRITE_SWITCHES = ("Force", "WhatIf", "Confirm", "UseTransaction")
_ITEM_ALIASES = {"PSPath": "LiteralPath", "PSProperty": "Name"}
SET_ITEM = Cmdlet(
    "Set-ItemProperty",
    (*_WRITE_ITEM, "InputObject", "Type"),
    (*_WRITE_SWITCHES, "PassThru"),
    ("Path", "Name", "Value"),
    _ITEM_ALIASES,
    ("set-itemproperty", "about-registry-provider"),
)
NEW_ITEM = Cmdlet(
    "New-ItemProperty",
    (*_WRITE_ITEM, "PropertyType"),
    _WRITE_SWITCHES,
    ("Path", "Name"),
    _ITEM_ALIASES | {"Type": "PropertyType"},
    ("new-itemproperty",),
)
REMOVE_ITEM = Cmdlet(
    "Remove-ItemProperty",
    ("Path", "LiteralPath", "Name", "Filter", "Include", "Exclude", "Credential"),
    _WRITE_SWITCHES,
    ("Path", "Name"),
    _ITEM_ALIASES,
    ("about-registry-provider",),
)
REMOVE_KEY = Cmdlet(
    "Remove-Item",
    ("Path", "LiteralPath", "Filter", "Include", "Exclude", "Credential", "Stream"),
    ("Recurse", "Force", "WhatIf", "Confirm", "UseTransaction"),
    ("Path",),
    {"PSPath": "LiteralPath"},
    ("about-registry-provider",),
)
PREFERENCE = Cmdlet(
    "Set-GPPrefRegistryValue",
    ("Guid", "Name", "Context", "Key", "ValueName", "Value", "Type", "Action", "Order", "Domain", "Server"),
    ("Disable", "WhatIf", "Confirm"),
    ("Name",),
    {"FullKeyPath": "Key"},
    ("set-gpprefregistryvalue",),
)
SET_KMS = Cmdlet(
    "Set-KmsLicenseInfo",
    (
        "ServerName", "Port", "Domain", "ActivationInterval", "RenewalInterval", "ListeningPort", "Priority",
        "DnsPublishing", "HostCaching",
    ),
    ("AsJob",),
    (
        "ServerName", "Port", "Domain", "ActivationInterval", "RenewalInterval", "ListeningPort", "Priority",
        "DnsPublishing", "HostCaching",
    ),
    sources=OSLICENSE,
)  # fmt: skip
CLEAR_KMS = Cmdlet(
    "Invoke-KmsLicense",
    (),
    ("ClearServer", "ClearPort", "ClearDomain", "ClearListeningPort", "AsJob"),
    sources=CLEAR,
)


def _of_module(
    name: str, parameters: tuple[str, ...] = (), switches: tuple[str, ...] = (), positions: tuple[str, ...] = ()
) -> Cmdlet:
    return Cmdlet(name, parameters, switches, positions, sources=(name.lower(),))


OTHERS: Mapping[str, Cmdlet] = {
    one.name.lower(): one
    for one in (
        _of_module("Get-ADLicenseInfo", ("ProductKey",), ("ActivationObjects", "AsJob")),
        _of_module("Get-KmsLicenseInfo"),
        _of_module(
            "Get-OSLicenseInfo",
            ("ActivationID",),
            ("All", "TokenBasedCertificates", "TokenBasedLicenses", "AsJob"),
        ),
        _of_module("Get-SubscriptionLicenseInfo"),
        _of_module(
            "Invoke-ADLicense",
            ("ProductKey", "ConfirmationID", "ActivationObjectName", "DeleteActivationObjects"),
            ("ActivateOnline", "ActivateForest", "AsJob"),
        ),
        _of_module(
            "Invoke-OSLicense",
            (
                "InstallProductKey", "InstallLicenseFile", "RearmID", "ActivationID", "ActivateOffline",
                "ConfirmationID", "TokenCertThumbprint", "TokenPIN", "ILID", "ILvID",
            ),
            (
                "ClearProductKeyFromRegistry", "ReinstallSystemLicenses", "Rearm", "UninstallProductKey",
                "ActivateOnline", "AsJob",
            ),
        ),
        _of_module("Invoke-SubscriptionLicense", (), ("Acquire", "Refresh", "Remove", "AsJob")),
        _of_module("Set-OSLicenseInfo", ("ActivationType",), ("AsJob",), ("ActivationType",)),
        _of_module("Set-SubscriptionLicenseInfo", ("Enabled",), ("AsJob",), ("Enabled",)),
    )
}  # fmt: skip
"""The other cmdlets of the module OSLicense: only their parameters are looked at."""
_VALUES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "set-oslicenseinfo": ("ActivationType", ("0", "1", "2", "3")),
    "set-subscriptionlicenseinfo": ("Enabled", ("$true", "$false", "1", "0")),
}
"""The parameter that a cmdlet cannot do without, and what it may be."""
_CMDLETS = {
    **OTHERS,
    **{one.name.lower(): one for one in (SET_ITEM, NEW_ITEM, REMOVE_ITEM, REMOVE_KEY, PREFERENCE, SET_KMS, CLEAR_KMS)},
} | {"sp": SET_ITEM, "rp": REMOVE_ITEM, "ri": REMOVE_KEY, "rm": REMOVE_KEY, "del": REMOVE_KEY}
_NATIVE = ("cscript", "wscript", "slmgr", "slmgr.vbs", "ospp.vbs", "cmd", "reg", "start-process", "start")


class Reading:
    """Collects what the commands of one file set and call."""

    def __init__(self, text: str, context: Context) -> None:
        self._text, self._wanted, self._catalog = text, Wanted.of(context), context.catalog
        self._types = {name.lower(): kind for name, kind in type_names(context.catalog).items()}
        self._entries: list[Entry] = []
        self._keys: list[Record] = []
        self._calls: list[Call] = []
        self._scripts: list[Record] = []
        self._rights: list[Record] = []
        self.oslicense: list[Bound] = []
        self.others: list[Bound] = []
        """Calls of the module's cmdlets that set no host."""
        self.said: list[Finding] = []
        self.broken = False
        """Whether the file could not be read to its end."""
        self.elevated = False
        """Whether the file says that it needs rights."""

    @cached_property
    def file(self) -> Record:
        """`file` in the expressions of the checks."""
        installing = frozenset(call.option.place.line for call in self._calls if call.option and _installs(call))
        by_wmi = WMI.search(self._text) is not None
        return {
            "entries": records.entries(self._entries, self._wanted),
            "keys": self._keys,
            "calls": command_lines.records(self._calls, self._catalog),
            "scripts": self._scripts,
            "elevated": self.elevated,
            "rights": self._rights[0] if self._rights else None,
            "otherwise": bool(self.oslicense or self.others or self.said or self.broken or by_wmi),
            "stray_keys": records.stray_keys(self._text, installing),
        }

    def findings(self, form: str) -> Iterator[Finding]:
        """Everything that is wrong with the file."""
        yield from self.said
        yield from records.judged(form, self.file, self._wanted, {"commands": command_lines.known()})

    def activation(self) -> Activation:
        """How the computers activate: KMS when the file sets up clients of a host."""
        clients = any(call.name in CLIENT_OPTIONS for call in self._calls) or bool(self.oslicense)
        found = "kms-adba" if clients else records.activation(self.file["entries"])
        # What a script does that cannot be read to its end, nobody knows.
        return "unknown" if self.broken and found == "none" else found

    # ------------------------------------------------------------------------------------------ programs

    def native(self, words: Sequence[Word]) -> None:
        """A command that is a program: one of the scripts, or reg.exe."""
        if words and batch.program(words[0].text) == "reg":
            self._reg(words[1:])
            return
        found = command_lines.find_call(words)
        if isinstance(found, Call):
            self._calls.append(found)
        elif found and batch.program(found.text).endswith(".vbs"):
            self._scripts.append({"name": batch.program(found.text), "place": found.place})

    def _reg(self, words: Sequence[Word]) -> None:
        """reg add and reg delete."""
        operation = words[0].text.lower() if words else ""
        if operation not in ("add", "delete") or len(words) == 1:
            return
        key, options = words[1], _reg_options(words[2:])
        hive, path = split_key(key.text)
        deletes = operation == "delete"
        name, kind_word, data_word = options.get("/v"), options.get("/t"), options.get("/d")
        if name is None:
            if deletes:
                self._deletes(hive, path, key.place)
            return
        if "/reg:32" in options:
            path = path.replace("\\", f"\\{self._wanted.views}\\", 1)
        kind = None if deletes else kind_word.text.upper() if kind_word else "REG_SZ"
        data = self._data(data_word.text if data_word else "", kind)
        literal = key.literal and name.literal and (data_word is None or data_word.literal)
        self._add(Entry(hive, path, name.text, kind, data, key.place, key.place, deletes, literal), "reg")

    # --------------------------------------------------------------------------------------- PowerShell

    def command(self, command: powershell.Command) -> None:
        """One command of a PowerShell script."""
        cmdlet = _CMDLETS.get(command.name.lower())
        if cmdlet is None:
            if batch.program(command.name) in _NATIVE:
                self.native(_native_words(command))
            return
        said: list[Finding] = []
        bound = bind(command, cmdlet, said)
        if cmdlet in (SET_KMS, CLEAR_KMS):
            self.oslicense.append(bound)
            self._rights.append({"place": bound.place, "name": cmdlet.name})
            self.said += said
            self.said += self._set_kms(bound) if cmdlet is SET_KMS else self._clear_kms(bound)
        elif command.name.lower() in OTHERS:
            self.others.append(bound)
            if not cmdlet.name.startswith("Get-"):
                self._rights.append({"place": bound.place, "name": cmdlet.name})
            self.said += said
            name, values = _VALUES.get(command.name.lower(), ("", ()))
            self.said += [*missing(bound, name), *allowed(bound, name, values)] if name else []
        elif cmdlet is PREFERENCE:
            self.said += [*said, *self._preference(bound)]
        elif self._item(bound):
            # Other keys, and files, are nobody's business here.
            self.said += said

    def _item(self, bound: Bound) -> bool:
        """A cmdlet that writes or removes a value or a key. Returns whether it is a licensing one."""
        word, name = bound.word("Path") or bound.word("LiteralPath"), bound.word("Name")
        if word is None or not word.literal:
            return False
        hive, path = split_key(word.text)
        ours = is_licensing(path, self._wanted)
        if bound.cmdlet is REMOVE_KEY:
            self._deletes(hive, path, word.place)
        elif name is None:
            self.said += missing(bound, "Name") if ours else []
        elif name.literal and hive.startswith("HKEY_"):
            if ours:
                for one in ("Type", "PropertyType"):
                    self.said += allowed(bound, one, tuple(type_names(self._catalog)))
            deletes = bound.cmdlet is REMOVE_ITEM
            kind, data, literal = (None, "", True) if deletes else self._item_data(bound)
            for one in name.items:
                self._add(
                    Entry(hive, path, one, kind, data, name.place, word.place, deletes, literal), bound.cmdlet.name
                )
        return ours

    def _item_data(self, bound: Bound) -> tuple[str | None, Data, bool]:
        """Type and data of a value, and whether the file tells them. A bare number without a type leaves it open."""
        value = bound.word("Value")
        named = bound.text("Type") or bound.text("PropertyType")
        kind = self._types.get(named.lower()) if named else None
        if value is None:
            return kind, "", False
        bare = _NUMBER.fullmatch(value.raw) is not None
        if kind is None and not bare:
            kind = "REG_SZ"
        if kind == "REG_MULTI_SZ":
            return kind, value.items, value.literal
        return kind, self._data(value.text, "REG_DWORD" if kind is None else kind), value.literal

    def _preference(self, bound: Bound) -> Iterator[Finding]:
        yield from missing(bound, "Context", "Key", "Action")
        yield from allowed(bound, "Context", self._listed("context"))
        yield from allowed(bound, "Action", self._listed("action"))
        key, name = bound.word("Key"), bound.word("ValueName")
        if key is None or not key.literal:
            return
        hive, path = split_key(key.text)
        ours = is_licensing(path, self._wanted)
        action = (bound.text("Action") or "").lower()
        if name is None:
            if action in ("delete", "replace"):
                self._deletes(hive, path, key.place)
            return
        if ours and action != "delete":
            yield from missing(bound, "Type", "Value")
        if ours and (bound.text("Context") or "").lower() == "user":
            yield RULES["preference-context"].finding(bound.place_of("Context"))
        kind_name = bound.text("Type") or ""
        if kind_name and ours:
            yield from allowed(bound, "Type", tuple(type_names(self._catalog)))
        kind = self._types.get(kind_name.lower())
        value = bound.word("Value")
        data: Data = value.items if value and kind == "REG_MULTI_SZ" else self._data(value.text if value else "", kind)
        literal = name.literal and (value is None or value.literal)
        deleted = action == "delete"
        if deleted or value is not None:
            entry = Entry(hive, path, name.text, kind, data, name.place, key.place, deleted, literal)
            self._entries.append(entry)

    def _listed(self, part: str) -> tuple[str, ...]:
        found = part_of(self._catalog.fact("tools.set_gpprefregistryvalue").value, part)
        return tuple(str(one) for one in cast(Sequence[object], found))

    def _set_kms(self, bound: Bound) -> Iterator[Finding]:
        name, domain = bound.text("ServerName"), bound.text("Domain")
        if name is not None:
            yield from self._server(bound, name)
        if domain is not None:
            why = host_problem(domain)
            if why:
                yield RULES["command-host"].finding(bound.place_of("Domain"), given=domain, why=Said(why))
            if "ServerName" in bound.values:
                first = Said(bound.place_of("ServerName").line)
                yield RULES["command-domain-unused"].finding(bound.place_of("Domain"), first=first)
        for one in ("Port", "ListeningPort"):
            given = bound.text(one)
            if given is not None and port_of(given) is None:
                yield RULES["command-port"].finding(bound.place_of(one), given=given)
        for one in ("ActivationInterval", "RenewalInterval"):
            yield from self._interval(bound, one)
        yield from allowed(bound, "Priority", ("Normal", "Low"))
        for one in ("DnsPublishing", "HostCaching"):
            yield from allowed(bound, one, ("$true", "$false", "1", "0"))

    def _server(self, bound: Bound, name: str) -> Iterator[Finding]:
        place, port, hosts = bound.place_of("ServerName"), bound.text("Port"), self._wanted.hosts
        why = "a port belongs into -Port" if ":" in name and "://" not in name else host_problem(name)
        listening = hosts.get(name.removesuffix(".").lower()) if hosts is not None else None
        if why:
            yield RULES["command-host"].finding(place, given=name, why=Said(why))
        elif hosts is not None and listening is None and not is_ip(name):
            yield RULES["command-host-unknown"].finding(place, given=name)
        elif listening is not None and port is not None and port_of(port) not in (None, listening):
            yield RULES["command-host-other-port"].finding(
                bound.place_of("Port"), given=port, host=Said(name), port=listening
            )

    def _interval(self, bound: Bound, name: str) -> Iterator[Finding]:
        given = bound.text(name)
        least, most = self._wanted.least_minutes, self._wanted.most_minutes
        if given is not None and (not given.isdigit() or not least <= int(given[:9]) <= most):
            yield RULES["command-range"].finding(
                bound.place_of(name), option=Said(f"-{name}"), given=given, least=Said(least), most=Said(f"{most:,}")
            )

    def _clear_kms(self, bound: Bound) -> Iterator[Finding]:
        switches = [name for name in CLEAR_KMS.switches if name.startswith("Clear")]
        given = [name for name in switches if name in bound.values]
        if bound.complete and len(given) != 1:
            yield RULES["oslicense-one"].finding(
                bound.place,
                cmdlet=Said(CLEAR_KMS.name),
                names=Said(", ".join(f"-{name}" for name in switches)),
                count=Said(len(given)),
            )

    # ------------------------------------------------------------------------------------------- shared

    def _add(self, entry: Entry, by: str) -> None:
        self._entries.append(entry)
        if entry.hive == HIVE and is_licensing(entry.path, self._wanted):
            self._rights.append({"place": entry.place, "name": by})

    def _deletes(self, hive: str, path: str, place: Place) -> None:
        self._keys.append(records.key_record(hive, path, place, True, self._wanted))

    def _data(self, text: str, kind: str | None) -> Data:
        if kind == "REG_DWORD" and _NUMBER.fullmatch(text):
            return int(text, 16) if text.lower().startswith("0x") else int(text)
        if kind == "REG_MULTI_SZ":
            return tuple(part for part in text.split("\\0") if part)
        return text


def _installs(call: Call) -> bool:
    return call.name in INSTALLING


def _reg_options(words: Sequence[Word]) -> dict[str, Word | None]:
    """Options of reg.exe with their values."""
    found: dict[str, Word | None] = {}
    rest = iter(words)
    for word in rest:
        name = word.text.lower()
        found[name] = next(rest, None) if name in ("/v", "/t", "/d", "/s") else None
    return found


def _native_words(command: powershell.Command) -> Sequence[Word]:
    """The words of a program that PowerShell starts, as it gets them."""
    first = Word(command.name, command.place)
    if command.name.lower() in ("start-process", "start"):
        path = command.parameters.get("filepath") or next(iter(command.bind()[1]), None)
        given = command.parameters.get("argumentlist") or command.parameters.get("args")
        if path is None:
            return ()
        words = [Word(path.text, path.place, path.literal)]
        if given is not None:
            words += [Word(text, given.place, given.literal) for item in given.items for text in item.split()]
        return batch.bare(words)
    words = [first]
    for word in command.arguments:
        text = f"-{word.text}" if word.kind == "parameter" else word.text
        words.append(Word(text, word.place, word.literal))
    return batch.bare(words)
