"""Fleets that are made up from a seed, with dirt in their files, and what must be said of each.

The truth is written down while a fleet is made, in sets of names: nothing here asks the reader.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape

from macros.catalog.models import Catalog
from tests.workbooks import book, shared, sheet

COLUMNS = (
    "ComputerName", "CollectedAt", "Name", "Description", "ApplicationID", "ProductKeyChannel", "LicenseStatus",
    "LicenseStatusReason", "GracePeriodRemaining", "PartialProductKey", "KeyManagementServiceMachine",
    "KeyManagementServicePort", "DiscoveredKeyManagementServiceMachineName",
    "DiscoveredKeyManagementServiceMachinePort", "VLActivationInterval", "VLRenewalInterval",
    "VLActivationTypeEnabled", "ClientMachineID", "OperatingSystem", "OfficeClickToRun",
    "IsKeyManagementServiceMachine", "KeyManagementServiceCurrentCount", "KeyManagementServiceTotalRequests",
    "KeyManagementServiceFailedRequests", "ADActivationObjectName",
)  # fmt: skip
DAY, VALIDITY, WEEK = 1440, 180, 7 * 1440
CLIENT, SERVER, OFFICE = "windows-client", "windows-server", "office"
THRESHOLDS = {CLIENT: 25, SERVER: 5, OFFICE: 5}
CODES = {"0xC004F074": 3221549172, "0xC004F038": 3221549112, "0x8007232B": 2147951403}
_STATES = {"1": "licensed", "0": "unlicensed", "5": "notification"}


@dataclass(frozen=True)
class Windows:
    """A Windows as a computer shows it: what it calls itself, its edition, what the report calls it."""

    system: str
    edition: str
    product: str
    family: str
    key: str


_2022 = "Microsoft Windows Server 2022 Standard 10.0.20348"
_2025 = "Майкрософт Windows Server 2025 Datacenter 10.0.26100"
SYSTEMS = (
    Windows("Microsoft Windows 11 Enterprise 10.0.26100", "Enterprise", "windows-11", CLIENT, "2YT43"),
    Windows("Microsoft Windows 10 Pro 10.0.19045", "Professional", "windows-10", CLIENT, "T83GX"),
    Windows("Microsoft Windows 11 Enterprise LTSC 10.0.26100", "EnterpriseS", "windows-11-ltsc-2024", CLIENT, "J462D"),
    Windows("Microsoft Windows 10 Enterprise LTSC 10.0.17763", "EnterpriseS", "windows-10-ltsc-2019", CLIENT, "J462D"),
    Windows("Майкрософт Windows 10 Корпоративная 10.0.19044", "EnterpriseS", "windows-10-ltsc-2021", CLIENT, "J462D"),
    Windows(_2022, "ServerStandard", "windows-server-2022", SERVER, "VMK7H"),
    Windows(_2025, "ServerDatacenter", "windows-server-2025", SERVER, "YP6DF"),
)  # fmt: skip
OFFICES = (("24", "2024", "office-ltsc-2024"), ("21", "2021", "office-ltsc-2021"), ("19", "2019", "office-2019"))


@dataclass
class Truth:
    """What a report must say."""

    computers: set[str] = field(default_factory=set)
    products: int = 0
    rows: int = 0
    left: int = 0
    aside: int = 0
    older: int = 0
    repeated: int = 0
    undated: int = 0
    status: dict[str, Counter[str]] = field(default_factory=dict)
    channel: dict[str, Counter[str]] = field(default_factory=dict)
    methods: Counter[str] = field(default_factory=Counter)
    within: Counter[int] = field(default_factory=Counter)
    ended: int = 0
    found: dict[str, set[str]] = field(default_factory=dict)
    hosts: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    by_hand: dict[str, set[str]] = field(default_factory=dict)
    lines: set[tuple[str, int]] = field(default_factory=set)
    """File and line of what is left out, where the form of the file has lines."""

    def note(self, rule: str, computer: str) -> None:
        self.found.setdefault(rule, set()).add(computer)


@dataclass(frozen=True)
class Made:
    """The files of a fleet, and the truth about it."""

    files: Mapping[str, bytes]
    truth: Truth
    rows: Sequence[Mapping[str, str]]


class Maker:
    """Makes one fleet."""

    def __init__(self, seed: int, today: date, catalog: Catalog, size: int | None = None) -> None:
        self._random = random.Random(seed)
        self._today = today
        self._names = {product.id: product.name for product in catalog.products}
        # How each language prints a state, as far as the guide knows.
        self._words = [
            {number: words.statuses[state][0] for number, state in _STATES.items() if state in words.statuses}
            for language in catalog.outputs.languages
            for words in language.tiers
        ]
        self._size = size or self._random.randint(8, 40)
        self.truth = Truth()
        self._rows: list[dict[str, str]] = []
        self._noise: list[dict[str, str]] = []

    def made(self) -> Made:
        for number in range(self._size):
            self._computer(number)
        self._clone()
        self._judge_hosts()
        rows = [*self._rows, *self._noise]
        self._random.shuffle(rows)
        return Made(self._files(rows), self.truth, rows)

    # Computers

    def _computer(self, number: int) -> None:
        pick = self._random
        truth = self.truth
        domain = pick.choice(["corp.example.com", "corp.example.com", "plant.example.com"])
        name = f"PC{number:04}.{domain}"
        age = pick.randint(0, 9)
        moment = datetime.combine(self._today, datetime.min.time()) - timedelta(days=age) + timedelta(hours=8)
        own = {
            "ComputerName": name,
            "CollectedAt": moment.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "ClientMachineID": f"{pick.getrandbits(32):08x}-0000-4000-8000-{number:012x}",
        }
        if pick.random() < 0.05:
            # 3 may be the day or the month.
            own["CollectedAt"], age = "3/4/2026 8:00:00 AM", 0
        truth.computers.add(name)
        windows = pick.choice(SYSTEMS)
        own["OperatingSystem"] = windows.system
        rows = [self._windows(name, windows, age, own)]
        suites = 0
        if pick.random() < 0.5:
            generation, year, product = pick.choice(OFFICES)
            rows.append(self._office(name, generation, year, product, age, own))
            suites += 1
        if pick.random() < 0.15:
            rows.append(self._apps(name, own))
            suites += 1
        if suites > 1:
            truth.note("office-beside-office", name)
        self._rows += rows
        truth.rows += len(rows)
        truth.products += len(rows)
        self._around(rows, own)

    def _around(self, rows: Sequence[dict[str, str]], own: Mapping[str, str]) -> None:
        """Rows that must change no number but their own."""
        pick, truth = self._random, self.truth
        dated = own["CollectedAt"].startswith("20")
        if pick.random() < 0.2:
            self._noise.append(dict(rows[0]))
            truth.rows, truth.repeated = truth.rows + 1, truth.repeated + 1
        if dated and pick.random() < 0.2:
            old = {**rows[0], "CollectedAt": "2026-01-02T03:04:05Z", "LicenseStatus": "5", "PartialProductKey": "QQQQQ"}
            self._noise.append(old)
            truth.rows, truth.older = truth.rows + 1, truth.older + 1
        if pick.random() < 0.3:
            unused = {**own, "Name": "Windows(R), Education edition", "LicenseStatus": "0"}
            unused["Description"] = "Windows(R) Operating System, VOLUME_MAK channel"
            self._noise.append(unused)
            truth.rows, truth.aside = truth.rows + 1, truth.aside + 1

    def _say(self, product: str, status: str, channel: str, method: str) -> None:
        name = self._names.get(product, product)
        self.truth.status.setdefault(name, Counter())[status] += 1
        self.truth.channel.setdefault(name, Counter())[channel] += 1
        self.truth.methods[method] += 1

    def _windows(self, name: str, windows: Windows, age: int, own: Mapping[str, str]) -> dict[str, str]:
        row = {
            **own,
            "Name": f"Windows(R), {windows.edition} edition",
            "LicenseStatus": "1",
            "LicenseStatusReason": "0",
        }
        pick, truth = self._random, self.truth
        way = pick.choice(
            ["kms", "kms", "kms", "adba", "mak", "retail", "oem", "evaluation", "broken", "either", "host"]
        )
        system = "Windows(R) Operating System, "
        if way == "kms":
            self._kms(row, name, windows.family, windows.product, age, system, windows.key)
        elif way in ("adba", "either"):
            row |= self._client(system, windows.key)
            if way == "adba":
                row["ADActivationObjectName"] = "Example activation object"
            self._days(row, name, age)
            channel = "adba" if way == "adba" else "kms-client"
            self._say(windows.product, "licensed", channel, "adba" if way == "adba" else "kms-or-adba")
        elif way == "mak":
            row |= {"Description": f"{system}VOLUME_MAK channel", "ProductKeyChannel": "Volume:MAK"}
            row |= {"PartialProductKey": f"M{pick.randint(1000, 9999)}", "GracePeriodRemaining": "0"}
            self._say(windows.product, "licensed", "mak", "mak")
        elif way in ("retail", "oem"):
            words = {"retail": ("RETAIL", "Retail"), "oem": ("OEM_DM", "OEM:DM")}[way]
            row |= {"Description": f"{system}{words[0]} channel", "ProductKeyChannel": words[1]}
            row["PartialProductKey"] = "8HVX7"
            self._say(windows.product, "licensed", way, way)
            if way == "retail":
                truth.note("retail", name)
        elif way == "evaluation":
            row |= {"Description": f"{system}TIMEBASED_EVAL channel", "PartialProductKey": "EVAL7"}
            row |= {"ProductKeyChannel": "Retail:TB:Eval", "GracePeriodRemaining": "40000"}
            self._say(windows.product, "licensed", "evaluation", "evaluation")
            truth.note("evaluation", name)
        elif way == "broken":
            code, value = pick.choice([*CODES.items()])
            row |= self._client(system, windows.key)
            row |= {"LicenseStatus": "5", "LicenseStatusReason": str(value), "GracePeriodRemaining": "0"}
            self._say(windows.product, "notification", "kms-client", "none")
            truth.note("not-activated", name)
            truth.note(f"error-code {code.lower()}", name)
        else:
            count = pick.randint(-1, 60)
            row |= {"Description": f"{system}VOLUME_KMS_WS22 channel", "ProductKeyChannel": "Volume:CSVLK"}
            row |= {"PartialProductKey": "AAAAA", "IsKeyManagementServiceMachine": "1"}
            row["KeyManagementServiceCurrentCount"] = str(count)
            self._say(windows.product, "licensed", "kms-host", "kms-host")
            if windows.family == CLIENT:
                truth.note("host-key-on-client", name)
            for family in (CLIENT, SERVER):
                if count < THRESHOLDS[family]:
                    truth.note(f"host-short {name.lower()} {family}", name)
        return row

    @staticmethod
    def _client(system: str, key: str) -> dict[str, str]:
        return {
            "Description": f"{system}VOLUME_KMSCLIENT channel",
            "ProductKeyChannel": "Volume:GVLK",
            "PartialProductKey": key,
            "VLRenewalInterval": "10080",
            "VLActivationInterval": "120",
        }

    def _kms(self, row: dict[str, str], name: str, family: str, product: str, age: int, system: str, key: str) -> None:
        pick, truth = self._random, self.truth
        host = pick.choice(["kms1.corp.example.com", "kms1.corp.example.com", "old-kms.example.net"])
        row |= self._client(system, key)
        if pick.random() < 0.2:
            row |= {"KeyManagementServiceMachine": host.upper(), "KeyManagementServicePort": "1688"}
            truth.by_hand.setdefault(host, set()).add(name)
            truth.note("fixed-host", name)
        else:
            port = pick.choice(["1688"] * 9 + ["1689"])
            row |= {"DiscoveredKeyManagementServiceMachineName": host}
            row["DiscoveredKeyManagementServiceMachinePort"] = port
            if port == "1689":
                truth.note("other-port", name)
        truth.hosts.setdefault(host, {}).setdefault(family, set()).add(name)
        self._days(row, name, age)
        self._say(product, "licensed", "kms-client", "kms")

    def _days(self, row: dict[str, str], name: str, age: int) -> None:
        """Time left of what must be renewed, and what follows from it."""
        pick, truth = self._random, self.truth
        minutes = pick.choice(
            [pick.randint(1, 20 * DAY), pick.randint(20 * DAY, 80 * DAY), pick.randint(80 * DAY, VALIDITY * DAY)]
        )
        if pick.random() < 0.03:
            minutes = VALIDITY * DAY + pick.randint(1, 1000)
            truth.note("beyond-validity", name)
        row["GracePeriodRemaining"] = str(minutes)
        if row["CollectedAt"].startswith("3/"):
            truth.undated += 1
        days = minutes // DAY - age
        for most in (7, 30, 60):
            truth.within[most] += 0 <= days < most
        if days < 0:
            truth.ended += 1
            truth.note("ended-since", name)
        elif days < 60:
            truth.note("ends-first" if days < 7 else "ends-second" if days < 30 else "ends-third", name)
        elif minutes <= VALIDITY * DAY - WEEK - 1:
            truth.note("renewals-missed", name)

    def _office(
        self, name: str, generation: str, year: str, product: str, age: int, own: Mapping[str, str]
    ) -> dict[str, str]:
        way = self._random.choice(["kms", "mak"])
        row = {**own, "LicenseStatus": "1", "LicenseStatusReason": "0", "OfficeClickToRun": f"ProPlus{year}Volume"}
        if way == "kms":
            row["Name"] = f"Office {generation}, Office{generation}ProPlus{year}VL_KMS_Client_AE edition"
            self._kms(row, name, OFFICE, product, age, f"Office {generation}, ", "")
            row["PartialProductKey"] = "KMS24"
        else:
            row["Name"] = f"Office {generation}, Office{generation}ProPlus{year}VL_MAK_AE edition"
            row |= {"Description": f"Office {generation}, VOLUME_MAK channel", "PartialProductKey": "MAK24"}
            self._say(product, "licensed", "mak", "mak")
        return row

    def _apps(self, name: str, own: Mapping[str, str]) -> dict[str, str]:
        signed_in = self._random.random() < 0.5
        row = {**own, "Name": "Office 16, Office16O365ProPlusR_Subscription1 edition", "LicenseStatus": "1"}
        row |= {"Description": "Office 16, TIMEBASED_SUB channel", "PartialProductKey": "KHGM9"}
        if not signed_in:
            row |= {"LicenseStatus": "5", "LicenseStatusReason": "0"}
            self.truth.note("subscription-open", name)
            self.truth.note("not-activated", name)
        self._say(
            "Microsoft 365 Apps",
            "licensed" if signed_in else "notification",
            "subscription",
            "subscription" if signed_in else "none",
        )
        return row

    # What is between computers

    def _clone(self) -> None:
        """Two computers with one client machine ID."""
        names = sorted(self.truth.computers)
        if len(names) < 4 or self._random.random() < 0.5:
            return
        chosen = self._random.sample(names, self._random.randint(2, 3))
        for row in (*self._rows, *self._noise):
            if row["ComputerName"] in chosen:
                row["ClientMachineID"] = "{AAAAAAAA-0000-4000-8000-000000000001}"
        for name in chosen:
            self.truth.note("clone", name)

    def _judge_hosts(self) -> None:
        for host, families in self.truth.hosts.items():
            windows = families.get(CLIENT, set()) | families.get(SERVER, set())
            for family, computers in families.items():
                counted = len(computers) if family == OFFICE else len(windows)
                if counted < THRESHOLDS[family]:
                    self.truth.found[f"host-few {host} {family}"] = set(computers)

    # Files

    def _files(self, rows: Sequence[Mapping[str, str]]) -> dict[str, bytes]:
        """The rows in one to three files of different forms, some with dirt in them."""
        count = self._random.randint(1, 3)
        parts = [rows[start::count] for start in range(count)]
        found: dict[str, bytes] = {}
        for number, part in enumerate(parts):
            if part:
                form = self._random.choice(["csv", "csv", "csv", "json", "jsonl", "clixml", "workbook"])
                name, data = getattr(self, f"_{form}")(f"part{number}", part)
                found[name] = data
        return found

    def _csv(self, name: str, rows: Sequence[Mapping[str, str]]) -> tuple[str, bytes]:
        pick, file = self._random, f"{name}.csv"
        head = [*COLUMNS, "Büro", "Asset Tag"]
        pick.shuffle(head)
        separator = pick.choice(",;\t|")
        encoding = pick.choice(["utf-8", "utf-8-sig", "utf-16"])
        words: Mapping[str, str] = pick.choice([{}, *self._words])
        out = io.StringIO()
        if pick.random() < 0.3:
            out.write("#TYPE Selected.Microsoft.Management.Infrastructure.CimInstance\r\n")
        quoting = pick.choice([csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
        writer = csv.writer(out, delimiter=separator, quoting=quoting)
        writer.writerow(head)
        for row in rows:
            if pick.random() < 0.15:
                self._dirt(out, file, head, separator)
            shown = {**row, "Büro": "Köln", "Asset Tag": f'a "quoted"{separator} tag'}
            shown["LicenseStatus"] = words.get(row["LicenseStatus"], row["LicenseStatus"])
            writer.writerow([shown.get(column, "") for column in head])
        return file, out.getvalue().encode(encoding)

    def _dirt(self, out: io.StringIO, file: str, head: Sequence[str], separator: str) -> None:
        """A line that is no row."""
        line = out.getvalue().count("\n") + 1
        kind = self._random.choice(["short", "long", "nobody", "nothing", "open", "blank"])
        if kind == "blank":
            out.write("\r\n")
            return
        cells = {"Name": "Windows(R), Enterprise edition", "LicenseStatus": "1", "ComputerName": "DIRT"}
        cells |= {"nobody": {"ComputerName": " "}, "nothing": {"Name": "", "LicenseStatus": ""}}.get(kind, {})
        values = [cells.get(column, "") for column in head]
        if kind == "short":
            values = values[:-2]
        if kind == "long":
            values += ["x", "y"]
        if kind == "open":
            # The mark opens a value that nobody closes.
            values[self._random.randrange(len(values))] = '"never closed'
        out.write(separator.join(values) + "\r\n")
        self.truth.left += 1
        self.truth.lines.add((file, line))

    def _json(self, name: str, rows: Sequence[Mapping[str, str]]) -> tuple[str, bytes]:
        return f"{name}.json", json.dumps([self._object(row) for row in rows], indent=1).encode("utf-8")

    def _jsonl(self, name: str, rows: Sequence[Mapping[str, str]]) -> tuple[str, bytes]:
        lines = [json.dumps(self._object(row)) for row in rows]
        if self._random.random() < 0.3:
            lines.insert(len(lines) // 2, '{"ComputerName": "DIRT", oops')
            self.truth.left += 1
            self.truth.lines.add((f"{name}.jsonl", len(rows) // 2 + 1))
        return f"{name}.jsonl", "\n".join(lines).encode("utf-8")

    def _workbook(self, name: str, rows: Sequence[Mapping[str, str]]) -> tuple[str, bytes]:
        """A workbook as somebody saves it: numbers as numbers, and days often as days of the spreadsheet."""
        lines, strings = shared(
            [COLUMNS, *([self._cell(column, row.get(column, "")) for column in COLUMNS] for row in rows)]
        )
        return f"{name}.xlsx", book({"Licenses": sheet(lines)}, strings)

    def _cell(self, column: str, text: str) -> str | float:
        if column == "CollectedAt" and text.endswith("Z") and self._random.random() < 0.5:
            return (datetime.fromisoformat(text[:-1]) - datetime(1899, 12, 30)) / timedelta(days=1)
        return int(text) if text.removeprefix("-").isdecimal() else text

    @staticmethod
    def _object(row: Mapping[str, str]) -> dict[str, object]:
        """A row as ConvertTo-Json gives it: numbers as numbers, nothing as null, and the inside of CIM beside."""
        numbers = ("LicenseStatus", "LicenseStatusReason", "GracePeriodRemaining", "KeyManagementServiceCurrentCount")
        found: dict[str, object] = {name: row.get(name) or None for name in COLUMNS}
        found |= {name: int(row[name]) for name in numbers if row.get(name)}
        return {**found, "CimClass": {"CimSuperClassName": None}, "CimInstanceProperties": ["Caption", 1]}

    @staticmethod
    def _clixml(name: str, rows: Sequence[Mapping[str, str]]) -> tuple[str, bytes]:
        space = "http://schemas.microsoft.com/powershell/2004/04"
        objects = "".join(
            '<Obj RefId="0"><TN RefId="0"><T>System.Management.Automation.PSCustomObject</T></TN><MS>'
            + "".join(f'<S N="{column}">{escape(row.get(column, ""))}</S>' for column in COLUMNS)
            + '<Obj N="CimClass" RefId="1"><MS><S N="Name">inside</S></MS></Obj></MS></Obj>'
            for row in rows
        )
        return f"{name}.xml", f'<Objs Version="1.1.0.1" xmlns="{space}">{objects}</Objs>'.encode()
