"""Our reader of zone files against another one, dnspython: the same records, and the same files refused."""

from __future__ import annotations

import random

import dns.exception
import dns.rdatatype
import dns.zone
import pytest

from macros.formats.dns import zone as dns_zone
from macros.formats.dns.srv import Wanted

ZONE = "corp.example.com"
WANTED = Wanted("_vlmcs._tcp", (ZONE,))
FILES = 1500
Records = set[tuple[str, str, tuple[int, int, int]]]

NAMES = (
    "_vlmcs._tcp",
    "_vlmcs._tcp.corp.example.com.",
    "@",
    "a",
    "A.b",
    "kms1.plant.example.com.",
    "x\\.y",
    "\\097",
    ".",
)
TIMES = ("", "", "3600 ", "1h ", "1w2d ")
CLASSES = ("", "", "IN ", "in ")
WRONG = ("a..b", "65536", "CH", '"', "(", ")", "$X", "SVR", "-1", "x" * 64, '"0"', "$TTL", "$ORIGIN", "\n")


def line(chance: random.Random) -> str:
    name = chance.choice(NAMES) if chance.random() < 0.8 else ""
    time, class_ = chance.choice(TIMES), chance.choice(CLASSES)
    head = f"{name} " + (time + class_ if chance.random() < 0.5 else class_ + time)
    kind = chance.choice(("SRV", "SRV", "srv", "A", "AAAA", "TXT", "$ORIGIN", "$TTL", "comment"))
    if kind.upper() == "SRV":
        numbers = [str(chance.choice((0, 10, 1688, 65535))) for _ in range(3)]
        parts = [*numbers, chance.choice(NAMES)]
        if chance.random() < 0.3:
            parts = ["(", *parts[:2], "; numbers\n ", *parts[2:], ")"]
        return f"{head}{kind} {' '.join(parts)}{chance.choice(('', ' ', ' ; the first', chr(9)))}"
    data = {"A": "192.0.2.1", "AAAA": "2001:db8::1", "TXT": '"a ; b" c'}
    if kind in data:
        return f"{head}{kind} {data[kind]}"
    return {"$ORIGIN": "$ORIGIN plant.example.com.", "$TTL": "$TTL 1h", "comment": "  ; nothing"}[kind]


def theirs(text: str) -> Records | None:
    """What dnspython finds, None when it refuses the file. Its zone is the root, so that every record is in it."""
    head = f"$TTL 3600\n$ORIGIN {ZONE}.\n"
    try:
        zone = dns.zone.from_text(head + text, origin=".", relativize=False, check_origin=False)
    except (dns.exception.DNSException, ValueError, LookupError):
        return None
    found = zone.iterate_rdatas(dns.rdatatype.SRV)
    return {
        (str(name).lower(), str(one.target).lower(), (one.priority, one.weight, one.port)) for name, _, one in found
    }


def ours(text: str) -> Records | None:
    content = dns_zone.read(text, WANTED)
    if content.problems:
        return None
    return {(str(one.owner).lower(), str(one.target).lower(), one.values) for one in content.records}


@pytest.mark.slow
def test_both_readers_find_the_same_records_and_refuse_the_same_files() -> None:
    chance = random.Random(20261124)
    accepted = 0
    for _ in range(FILES):
        text = "\n".join(["@ A 192.0.2.1", *(line(chance) for _ in range(chance.randrange(1, 5)))])
        if chance.random() < 0.4:
            words = text.split(" ")
            words[chance.randrange(len(words))] = chance.choice(WRONG)
            text = " ".join(words)
        expected = theirs(text)
        assert ours(text) == expected, text
        accepted += expected is not None
    print("files:", FILES, "accepted:", accepted)
    assert FILES / 3 < accepted < FILES
