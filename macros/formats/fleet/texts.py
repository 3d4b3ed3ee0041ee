"""What licensing commands printed on one computer, as rows: read by the reader of outputs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from macros.catalog.models import Catalog
from macros.domain.diagnosis import Entry, Value, reader
from macros.domain.fleet.kinds import UNTOLD
from macros.formats.base.findings import Said

from .columns import Columns
from .sink import Sink

MOST_BYTES = 2_000_000
"""Our choice: what commands print is a few kilobytes, and the reader takes the first 100,000 characters."""
_CMID = re.compile(
    r"(?:CMID|ClientMachineID)[^0-9A-Fa-f\n]{0,60}([0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12})"
)
CHANNELS: Mapping[str, Mapping[str, str]] = {
    "kms-client": {"key_channel": "Volume:GVLK"},
    "mak": {"key_channel": "Volume:MAK"},
    "retail": {"key_channel": "Retail"},
    "oem": {"key_channel": "OEM:DM"},
    "kms-host": {"key_channel": "Volume:CSVLK"},
    "subscription": {"description": "TIMEBASED_SUB channel"},
    "evaluation": {"description": "TIMEBASED_EVAL channel"},
    "avma": {"description": "VIRTUAL_MACHINE_ACTIVATION channel"},
}
"""What a row of CIM would say of a channel that a text tells otherwise."""
OBJECT = "Active Directory"
"""Stands for an activation object whose name a text does not print."""

SLOTS: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "key_channel": "key_channel",
    "partial_key": "partial_key",
    "minutes": "remaining_minutes",
    "renewal": "renewal_interval",
    "retry": "activation_interval",
    "ao_name": "ao_name",
    "count": "current_count",
    "total": "total_requests",
    "failed": "failed_requests",
    "computer": "computer",
}
"""Columns that take what a slot of an output says as it is."""


def read_text(data: bytes, catalog: Catalog, today: date, columns: Columns, sink: Sink) -> None:
    """Read one text: a row for each product that it shows the state of."""
    own = reader(catalog)
    text, encoding = own.text_of(data)
    found = own.read(text, today, encoding)
    told = sink.told
    if found.kind is None:
        sink.refuse("file-unknown")
        return
    told.form, told.encoding, told.language = "text", encoding, found.language
    cmid = _CMID.search(text)
    numbers = _numbers(catalog)
    for entry in found.products:
        if entry.slots["status"] == "unknown" or "event" in entry.slots:
            continue
        row = _row(entry, numbers)
        named = row.setdefault("computer", sink.stem)
        told.named_by_file |= named == sink.stem
        if cmid:
            row["cmid"] = cmid[1]
        sink.take(columns.row(row), 1)
    clipped = next((one for one in found.findings if one.id == "clipped"), None)
    if clipped:
        sink.leave(1, "text-clipped", lines=catalog.outputs.most.lines)
    if not told.rows and not clipped:
        sink.leave(1, "text-no-state", kind=Said(found.kind.name))


def _numbers(catalog: Catalog) -> Mapping[str, str]:
    """The number of each state, by its id."""
    own, today = reader(catalog), date.min
    states = catalog.outputs.states
    return {str(own.row({"LicenseStatus": number}, "cim-product", today)["status"]): number for number in states}


def _row(entry: Entry, numbers: Mapping[str, str]) -> dict[str, str]:
    slots: Mapping[str, Value] = entry.slots
    row = {column: str(slots[slot]) for column, slot in SLOTS.items() if slot in slots}
    row["status"] = numbers.get(str(slots["status"]), "")
    if "error_code" in slots:
        row["reason"] = str(int(str(slots["error_code"]), 16))
    if "kms_host" in slots:
        host = "set" if "fixed_host" in slots or "registered" in slots else "found"
        row[f"{host}_host"] = str(slots["kms_host"])
        row[f"{host}_port"] = str(slots.get("kms_port", ""))
    channel = str(slots["channel"])
    if channel == "adba":
        row.setdefault("ao_name", OBJECT)
    elif "description" not in row and "key_channel" not in row:
        row |= CHANNELS.get(channel, {})
    if channel == "kms-host":
        row["is_host"] = "1"
    if "not_in_use" not in slots:
        # Some outputs do not print the end of the key, and say that one is there.
        row.setdefault("partial_key", UNTOLD)
    return row
