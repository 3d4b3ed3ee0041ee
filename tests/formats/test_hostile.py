"""Input that means harm or was saved wrongly, for every kind of file: a clear finding, soon, and nothing raised.

What each format makes of hostile input of its own stands in the test of the format.
"""

from __future__ import annotations

import codecs
import re
import time
from collections.abc import Callable, Mapping

import pytest

from macros.formats.base.findings import Report
from macros.formats.base.format import AnyFormat
from macros.formats.base.reading import MOST_CHARACTERS
from macros.formats.base.report import MOST_FINDINGS, UNREADABLE
from macros.formats.detect import FORMATS, examine
from tests import fuzz

SECONDS = 2.0
_ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
_SCRIPT = "<script>alert(1)</script>"
XML = ("odt", "unattend", "group-policy")
MARKS = {"UTF-16": ("utf-16", "utf-16-be"), "UTF-32": ("utf-32", "utf-32-be"), "UTF-8": ("utf-8",)}
_BYTES = {
    "utf-8": codecs.BOM_UTF8,
    "utf-16": b"",
    "utf-32": b"",
    "utf-16-be": codecs.BOM_UTF16_BE,
    "utf-32-be": codecs.BOM_UTF32_BE,
}


def sample(kind: AnyFormat) -> str:
    return fuzz.originals(kind)[0].decode()


def nested(opener: str, times: int) -> Callable[[AnyFormat], bytes]:
    return lambda kind: (opener * times).encode()


INVALID: Mapping[str, Callable[[AnyFormat], bytes]] = {
    "nothing": lambda kind: b"",
    "a mark and nothing": lambda kind: codecs.BOM_UTF16_LE,
    "half a character": lambda kind: codecs.BOM_UTF16_LE + b"a",
    "letters of no encoding": lambda kind: b"\xff\xfa\xc0\x80",
    "Latin-1 that says nothing": lambda kind: f"{sample(kind)}\n; # B\u00fcro\n".encode("latin-1"),
    "UTF-16 without a mark": lambda kind: f"a\n{sample(kind)}".encode("utf-16-le"),
    "UTF-16 without a mark, the other way round": lambda kind: f"a\n{sample(kind)}".encode("utf-16-be"),
    "zero bytes": lambda kind: b"\0" * 1000,
    "a zero byte in the middle": lambda kind: sample(kind).encode().replace(b"e", b"e\0", 1),
    "a zero byte at the end": lambda kind: sample(kind).encode() + b"\0",
    "ten megabytes": lambda kind: b"a\n" * 5_000_000,
    "ten megabytes of a sample": lambda kind: (sample(kind) * (10_000_000 // len(sample(kind)) + 1)).encode(),
    "nearly two megabytes of a sample": lambda kind: (
        sample(kind) * ((MOST_CHARACTERS - 1) // len(sample(kind)))
    ).encode(),
}
"""What no kind of file can be."""

NOTICED: Mapping[str, Callable[[AnyFormat], bytes]] = {
    "an entity bomb": lambda kind: f'<!DOCTYPE e0 [<!ENTITY e0 "x">{_ENTITIES}]>\n<e0>&e11;</e0>'.encode(),
    "an entity from outside": lambda kind: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "a document type from outside": lambda kind: b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>',
    "a script for browsers": lambda kind: _SCRIPT.encode(),
    "a script in an attribute": lambda kind: f"<a b=\"&quot;&gt;{_SCRIPT}\" c='{_SCRIPT}'/>".encode(),
    "one line of a megabyte": lambda kind: b"x" * 1_000_000,
    "blank lines": lambda kind: b"\n" * 100_000,
    **{f"nested {opener!r}": nested(opener, 20_000 // len(opener)) for opener in ("<a>", "(", "[", "- ")},
    **{f"nested a little {opener!r}": nested(opener, 300) for opener in ("<a>", "{", "&a [", "? ")},
}
"""What has nothing to do with most kinds of file: some warn that there is nothing for them."""


def reported(kind: AnyFormat, data: bytes) -> Report:
    context = fuzz.reference()
    started = time.process_time()
    report = examine("-", data, kind.id, context).report
    assert time.process_time() - started < SECONDS
    assert 0 < len(report.findings) <= MOST_FINDINGS + 2
    for finding in report.findings:
        assert finding.message, finding.id
        assert finding.cure, finding.id
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", finding.message + finding.cure), finding.id
        assert len(finding.message) < 1000, finding.id
        assert (finding.line or 1) >= 1
        assert (finding.column or 1) >= 1
    return report


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.id)
def test_what_can_be_no_such_file_is_invalid(kind: AnyFormat) -> None:
    for name, made in INVALID.items():
        report = reported(kind, made(kind))
        assert report.verdict == "invalid", name
        # DNS records and firewall rules never activate anything.
        if report.findings[0].id in UNREADABLE and not kind.id.startswith(("dns-", "firewall-")):
            assert report.activation == "unknown", name


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.id)
def test_what_is_something_else_is_not_valid(kind: AnyFormat) -> None:
    for name, made in NOTICED.items():
        report = reported(kind, made(kind))
        assert report.verdict != "valid", name
        if kind.id in XML and ("entity" in name or "document type" in name):
            assert [(finding.id, finding.severity) for finding in report.findings] == [("document-type", "error")], name


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.id)
def test_a_script_for_browsers_in_a_sample_does_no_harm(kind: AnyFormat) -> None:
    text = sample(kind)
    quoted = [*re.finditer(r"([\"'])[^\"'\n]{3,}\1", text)] or [*re.finditer(r"()[\w.-]{6,}", text)]
    for found in quoted[:8]:
        middle = (found.start() + found.end()) // 2
        for script in (_SCRIPT, _SCRIPT.replace("<", "&lt;")):
            data = f"{text[:middle]}{script}{text[middle:]}".encode()
            assert fuzz.problem(kind, data) is None


@pytest.mark.parametrize("name", MARKS)
@pytest.mark.parametrize("kind", FORMATS, ids=lambda kind: kind.id)
def test_a_byte_order_mark_is_noticed_where_it_does_harm(kind: AnyFormat, name: str) -> None:
    plain = examine("-", sample(kind).encode(), kind.id, fuzz.reference()).report
    for encoding in MARKS[name]:
        data = _BYTES[encoding] + sample(kind).encode(encoding)
        report = examine("-", data, kind.id, fuzz.reference()).report
        added = [finding.id for finding in report.findings if finding not in plain.findings]
        unread = name == "UTF-32"
        unreadable = unread or (name == "UTF-16" and kind.encodings != "marked")
        harmful = name == "UTF-8" and kind.encodings == "unmarked"
        rule = "encoding" if unread else "file-encoding" if unreadable else "byte-order-mark" if harmful else None
        assert added == ([rule] if rule else [])
        if unreadable:
            assert report.verdict == "invalid"
            assert name in report.findings[0].message


def test_a_zero_byte_is_told_with_its_line() -> None:
    data = b"@echo off\ncscript //nologo slmgr.vbs /ato\0\n"
    report = examine("-", data, "client-batch", fuzz.reference()).report
    assert ("zero-byte", 2) in [(finding.id, finding.line) for finding in report.findings]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_registry_file_without_its_mark_is_told_as_that_first(encoding: str) -> None:
    """Each line of it looks wrong, and none is."""
    text = 'Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\A]\r\n"B"="c"\r\n'
    findings = examine("kms.reg", text.encode(encoding), None, fuzz.reference()).report.findings
    assert findings[0].id == "zero-byte"
    assert "UTF-16 without a byte order mark" in findings[0].message
    assert "may come from that alone" in findings[0].message
    assert len(findings) > 1
    marked = examine("kms.reg", f"\ufeff{text}".encode(encoding), None, fuzz.reference()).report
    assert "zero-byte" not in [finding.id for finding in marked.findings]
