"""What the reader claims: no other text is taken for a license output, and no error in a text goes unsaid."""

from __future__ import annotations

import random
from datetime import date

import pytest

from macros.catalog.models import Catalog
from macros.domain.diagnosis import reader

TODAY = date(2026, 12, 20)
PLACES = ("pc01", "srv-app2", "dc01.corp.example", "printer7")
NUMBERS = ("7", "42", "80", "443", "1003", "1014", "8080", "49664", "3389")
OTHER = {
    "mail": (
        "Hi all,\nplease note that the NAME is down until NUMBER:00.\nName: Jane Doe\nPhone: 0123\nBest regards",
        "From: it@corp.example\nSubject: printer\nDate: Mon, 24 Nov 2026\n\nThe server NAME:8080 was moved.",
        "Status: open\nDescription: user cannot log in\nPriority: 3\nRoom: NAME\n",
    ),
    "log": (
        "2026-11-24 09:12:30 INFO  NAME request done in NUMBER ms",
        "Nov 24 09:12:30 NAME sshd[42]: Failed password for root",
        "[ERROR] NAME: connection refused",
        "Error: no such file or directory, open '/tmp/NUMBER'",
        'time="2026-11-24" level=error msg="failed" code=NUMBER',
        "WARNING: The name NAME was not found",
        "Event ID: 10NUMBER\nSource: Service Control Manager\nLevel: Error\nMessage: The service stopped",
        "2026-11-24 09:12:30 Update failed with 0x80240022",
    ),
    "code": (
        "def name(x):\n    return x == NUMBER\n",
        "Name=foo\nDescription=bar\nStatus=1\n",
        '<configuration>\n <add key="Name" value="NAME"/>\n</configuration>',
        "SELECT Name, Description FROM t WHERE Id = NUMBER;",
        'const port = NUMBER;\nconst host = "NAME";\nlisten(host, port)',
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: NAME\nspec:\n  ports:\n  - port: NUMBER\n",
    ),
    "network": (
        "  TCP    0.0.0.0:NUMBER            0.0.0.0:0              LISTENING       4",
        "Pinging NAME [10.0.0.9] with 32 bytes of data:\nReply from 10.0.0.9: bytes=32 time<1ms TTL=128",
        "Ethernet adapter Ethernet:\n   IPv4 Address. . . . : 10.0.0.42\n   Default Gateway : 10.0.0.1",
        "  1    <1 ms    <1 ms    <1 ms  NAME",
        "kms01.corp.example:1688 answers, says the network team.",
    ),
    "page": (
        "<html><body><h1>NAME</h1><p>Status: ok</p></body></html>",
        "<table><tr><td>Name</td><td>NAME</td></tr></table>",
        '<div class="x">Error: NUMBER</div>',
    ),
    "command": (
        "Name                  State   Id\n----                  -----   --\nJobNUMBER             Running NUMBER",
        "Status   Name               DisplayName\n------   ----               -----------\nRunning  sppsvc         SPP",
        "Name : sppsvc\nStatus : Stopped\nDisplayName : Software Protection\n",
        "Image Name  PID Session Name\n=========== === ============\nsvchost.exe NUMBER Services",
        "BIOSVersion : 1.NUMBER\nManufacturer : ACME\nName : NAME\nVersion : 2",
        '"Name","Id","Message"\n"NAME","NUMBER","ok"',
        '{"Name": "NAME", "Version": "5", "Type": "x", "Product": "y"}',
    ),
}
CODES = (
    "0xC004F074",
    "0xc004f074",
    "0x8007232B",
    "0x8007232b",
    "-1073418124",
    "3221549172",
    "0xC004C003",
    "0x803FA067",
)
WITH_ERROR = (
    "slmgr /ato gave CODE",
    "License Status: Licensed\nError: CODE",
    "Name: Windows(R), Enterprise edition\nDescription: Windows(R) Operating System, VOLUME_KMSCLIENT channel\n"
    "License Status: Licensed\nVolume activation expiration: 258000 minute(s) (179 day(s))\n\n"
    "activation failed with CODE",
    "LICENSE STATUS:  ---LICENSED---\nERROR CODE: CODE",
    "The activation log says CODE again",
    "Name : Windows(R), Enterprise edition\nLicenseStatus : 1\nGracePeriodRemaining : 258000\n"
    "LicenseStatusReason : CODE",
    '{"Name":"Windows(R), Enterprise edition","LicenseStatus":1,"note":"KMS CODE"}',
    "<p>License error CODE</p>",
    "2026-11-24 09:12:30 | PC | WARN | licensing ended with CODE",
    "Product activated successfully.\nsecond: licensing CODE",
)


@pytest.mark.parametrize("group", OTHER)
def test_no_other_text_is_read_as_an_output(catalog: Catalog, group: str) -> None:
    chance = random.Random(group)
    for _ in range(50):
        text = "\n".join(chance.choice(OTHER[group]) for _ in range(chance.randint(1, 3)))
        text = text.replace("NAME", chance.choice(PLACES)).replace("NUMBER", chance.choice(NUMBERS))
        reading = reader(catalog).read(text, TODAY)
        assert reading.kind is None, (reading.kind.id, text)


@pytest.mark.parametrize("context", WITH_ERROR)
def test_no_text_with_an_error_ends_without_a_finding(catalog: Catalog, context: str) -> None:
    chance = random.Random(context)
    for number in range(30):
        before = chance.choice(["", "C:\\>slmgr /dlv\n", "> ", "noise\n"])
        after = chance.choice(["", "\nnoise", "\n\nRemaining Windows rearm count: 1001"])
        text = before + context.replace("CODE", CODES[number % len(CODES)]) + after
        reading = reader(catalog).read(text, TODAY)
        assert reading.verdict is not None, text
        assert reading.verdict.state in ("fault", "attention"), text
        assert any(found.severity != "info" for found in reading.findings), text
