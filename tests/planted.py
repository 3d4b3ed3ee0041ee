"""A fleet of five thousand computers, all well but for seven faults, in the files that an administrator would have.

Which faults, and on how many computers, a seed chooses: who looks for them does not know.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta

from tests.made_fleet import COLUMNS

SIZE, COUNT = 5_000, 7
_DAY = 1440
_NO_HOST = {"DiscoveredKeyManagementServiceMachineName": "", "DiscoveredKeyManagementServiceMachinePort": ""}
_SYSTEM = "Windows(R) Operating System, "
_NEVER = {"GracePeriodRemaining": "0"}
_FAILED = {**_NO_HOST, **_NEVER, "LicenseStatus": "5"}
_CHANGES: Mapping[str, Mapping[str, str]] = {
    "ends-first": {"GracePeriodRemaining": str(5 * _DAY)},
    "ends-second": {"GracePeriodRemaining": str(20 * _DAY)},
    "clone": {"ClientMachineID": "c0de0000-0000-4000-8000-ffffffffffff"},
    "evaluation": {
        **_NO_HOST,
        "Description": f"{_SYSTEM}TIMEBASED_EVAL channel",
        "ProductKeyChannel": "Retail:TB:Eval",
        "PartialProductKey": "EVAL7",
        "GracePeriodRemaining": str(70 * _DAY),
    },
    "retail": {
        **_NO_HOST,
        **_NEVER,
        "Description": f"{_SYSTEM}RETAIL channel",
        "ProductKeyChannel": "Retail",
        "PartialProductKey": "RTL24",
    },
    "host-key-on-client": {
        **_NO_HOST,
        **_NEVER,
        "Description": f"{_SYSTEM}VOLUME_KMS_2012-R2 channel",
        "ProductKeyChannel": "Volume:CSVLK",
        "PartialProductKey": "AAAAA",
        "IsKeyManagementServiceMachine": "1",
        "KeyManagementServiceCurrentCount": "50",
    },
    # 0xC004F074 and 0x8007232B as CIM gives them.
    "error-code 0xc004f074": {**_FAILED, "LicenseStatusReason": "3221549172"},
    "error-code 0x8007232b": {**_FAILED, "LicenseStatusReason": "2147951403"},
    "other-port": {"DiscoveredKeyManagementServiceMachinePort": "1689"},
    "beyond-validity": {"GracePeriodRemaining": str(10_000 * _DAY)},
    "host-unplanned old-kms.example.net": {
        "KeyManagementServiceMachine": "old-kms.example.net",
        "KeyManagementServicePort": "1688",
    },
    "mak-for-kms windows-11-pro-enterprise-education": {
        **_NO_HOST,
        **_NEVER,
        "Description": f"{_SYSTEM}VOLUME_MAK channel",
        "ProductKeyChannel": "Volume:MAK",
        "PartialProductKey": "MAK24",
    },
}
"""What can be planted, by the findings that tell it. The last two need a plan."""


def faults(seed: int) -> Mapping[str, int]:
    """The findings that tell the faults of a seed, with the number of computers of each."""
    chance = random.Random(seed)
    return {name: chance.randint(2, 60) for name in chance.sample([*_CHANGES], COUNT)}


def files(today: date, seed: int) -> dict[str, bytes]:
    """An export, and what stragglers sent: a file with other columns first, and JSON."""
    rows = [*_rows(today, seed)]
    chance = random.Random(seed)
    chance.shuffle(rows)
    first, second, third = rows[:4_000], rows[4_000:4_900], rows[4_900:]
    objects = [{name: row.get(name) or None for name in COLUMNS} for row in third]
    return {
        "licenses.csv": _csv(first, [*COLUMNS], ","),
        "branch.csv": _csv(second, [*reversed(COLUMNS), "Asset Tag"], ";"),
        "late.json": json.dumps(objects).encode(),
    }


def _csv(rows: list[dict[str, str]], columns: list[str], separator: str) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _rows(today: date, seed: int) -> Iterator[dict[str, str]]:
    planted = [name for name, count in faults(seed).items() for _ in range(count)]
    numbers = random.Random(seed).sample(range(SIZE), len(planted))
    fault_of = dict(zip(numbers, planted, strict=True))
    for number in range(SIZE):
        row = _healthy(number, today)
        if number in fault_of:
            row |= _CHANGES[fault_of[number]]
        yield row


def _healthy(number: int, today: date) -> dict[str, str]:
    read = datetime.combine(today, datetime.min.time()) - timedelta(hours=number % 40)
    return {
        "ComputerName": f"PC{number:05}.corp.example.com",
        "CollectedAt": read.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "Name": "Windows(R), Enterprise edition",
        "Description": "Windows(R) Operating System, VOLUME_KMSCLIENT channel",
        "ProductKeyChannel": "Volume:GVLK",
        "LicenseStatus": "1",
        "LicenseStatusReason": "0",
        "GracePeriodRemaining": str((174 + number % 5) * _DAY),
        "PartialProductKey": "2YT43",
        "DiscoveredKeyManagementServiceMachineName": "kms1.corp.example.com",
        "DiscoveredKeyManagementServiceMachinePort": "1688",
        "VLRenewalInterval": "10080",
        "ClientMachineID": f"c0de0000-0000-4000-8000-{number:012x}",
        "OperatingSystem": "Microsoft Windows 11 Enterprise 10.0.26100",
    }
