"""A product key as people and programs write it, and texts that only resemble one.

Made when tests run: no key stands here.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, unquote
from xml.sax.saxutils import quoteattr

LETTERS = "BCDFGHJKMNPQRTVWXY2346789"
Spell = Callable[[str], str]

DASHES: Mapping[str, str] = {
    "hyphen": "-",
    "hyphen of Unicode": "\u2010",
    "non-breaking hyphen": "\u2011",
    "figure dash": "\u2012",
    "en dash": "\u2013",
    "em dash": "\u2014",
    "bar": "\u2015",
    "minus": "\u2212",
    "hyphen bullet": "\u2043",
    "small em dash": "\ufe58",
    "small hyphen": "\ufe63",
    "full-width hyphen": "\uff0d",
    "two hyphens": "--",
    "drawn line": "\u2500",
}
BLANKS: Mapping[str, str] = {
    "blank": " ",
    "two blanks": "  ",
    "tab": "\t",
    "non-breaking blank": "\u00a0",
    "narrow blank": "\u202f",
    "en blank": "\u2002",
    "ideographic blank": "\u3000",
    "thin blank": "\u2009",
    "blank and tab": " \t",
}
SIGNS: Mapping[str, str] = {
    "underscore": "_",
    "dot": ".",
    "slash": "/",
    "backslash": "\\",
    "colon": ":",
    "comma": ",",
    "comma and blank": ", ",
    "semicolon": ";",
    "bar": "|",
    "plus": "+",
    "star": "*",
    "tilde": "~",
    "equals": "=",
    "middle dot": "\u00b7",
    "bullet": "\u2022",
    "number sign": "#",
    "arrow": " -> ",
    "dash in blanks": " - ",
    "en dash in blanks": " \u2013 ",
}
UNSEEN: Mapping[str, str] = {
    "soft hyphen": "\u00ad",
    "zero-width blank": "\u200b",
    "zero-width joiner": "\u200d",
    "zero-width non-joiner": "\u200c",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "left-to-right mark": "\u200e",
    "zero byte": "\0",
    "grapheme joiner": "\u034f",
    "variation": "\ufe0f",
    "bell": "\x07",
}
ESCAPES: Mapping[str, str] = {
    "number in HTML": "&#45;",
    "number with zeros": "&#0045;",
    "hexadecimal in HTML": "&#x2d;",
    "capitals in HTML": "&#X2D;",
    "en dash in HTML": "&ndash;",
    "em dash in HTML": "&mdash;",
    "minus in HTML": "&minus;",
    "hyphen in HTML": "&hyphen;",
    "soft hyphen in HTML": "&shy;",
    "blank in HTML": "&nbsp;",
    "escaped twice in HTML": "&amp;#45;",
    "dash by number": "&#8209;",
    "dash by name, twice": "&amp;ndash;",
    "percent": "%2D",
    "percent, small": "%2d",
    "percent twice": "%252D",
    "blank in an address": "%20",
    "en dash in an address": "%E2%80%93",
    "dash of old scripts": "%u2011",
    "script": "\\u002d",
    "script, twice": "\\\\u002d",
    "script, dash": "\\u2013",
    "script with braces": "\\u{2d}",
    "byte in a script": "\\x2d",
    "tab in a script": "\\t",
    "line in a script": "\\n",
    "mail": "=2D",
    "mail, en dash": "=E2=80=93",
    "backslash": "\\-",
    "braces": "{-}",
    "brackets": "[-]",
    "bold": "**-**",
    "code": "`-`",
}
BREAKS: Mapping[str, str] = {
    "line": "\n",
    "line of Windows": "\r\n",
    "line with margin": "\n        ",
    "quoted line": "\n> ",
    "comment": "\n# ",
    "shell": " \\\n  ",
    "PowerShell": " `\n  ",
    "batch": " ^\n  ",
    "mail": "=\r\n",
    "separator": "\u2028",
    "empty line": "\n\n",
    "tag": "<br>",
    "tag with line": "<br/>\n",
    "bold": "<b>",
    "mark": "<wbr>",
    "span": '</span><span class="n">',
    "note": "<!-- x -->",
}


def _joined(sign: str) -> Spell:
    return lambda key: key.replace("-", sign)


def _small(sign: str) -> Spell:
    return lambda key: key.lower().replace("-", sign)


def _after_dash(sign: str) -> Spell:
    return lambda key: key.replace("-", f"-{sign}")


def _broken(sign: str, at: int) -> Spell:
    return lambda key: key[:at] + sign + key[at:]


def _between(sign: str) -> Spell:
    return sign.join


def _wide(key: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) for letter in key)


def _circled(key: str) -> str:
    return "".join(chr(ord(letter) - ord("A") + 0x24B6) if letter.isalpha() else letter for letter in key)


def _parts(key: str) -> list[str]:
    return key.split("-")


WHOLE: Mapping[str, Spell] = {
    **{f"joined by {name}": _joined(sign) for name, sign in DASHES.items()},
    **{f"joined by {name} alone": _joined(sign) for name, sign in BLANKS.items()},
    **{f"joined by sign: {name}": _joined(sign) for name, sign in SIGNS.items()},
    **{f"joined by unseen {name}": _joined(sign) for name, sign in UNSEEN.items()},
    **{f"dash and unseen {name}": _after_dash(sign) for name, sign in UNSEEN.items()},
    **{f"unseen {name} everywhere": _between(sign) for name, sign in UNSEEN.items()},
    **{f"escaped: {name}": _joined(sign) for name, sign in ESCAPES.items()},
    **{f"broken between groups by {name}": _broken(sign, 12) for name, sign in BREAKS.items()},
    **{f"broken in a group by {name}": _broken(sign, 8) for name, sign in BREAKS.items()},
    **{f"every dash a break: {name}": _joined(sign) for name, sign in BREAKS.items()},
    **{f"small, joined by {name}": _small(sign) for name, sign in {**DASHES, **BLANKS}.items()},
    "nothing between": _joined(""),
    "nothing between, small": lambda key: key.replace("-", "").lower(),
    "letter by letter": _between(" "),
    "a blank within a group": _broken(" ", 8),
    "full-width": _wide,
    "full-width with hyphens": lambda key: _wide(key).replace("\uff0d", "-"),
    "full-width, nothing between": lambda key: _wide(key.replace("-", "")),
    "full-width, small": lambda key: _wide(key.lower()),
    "circled": _circled,
    "mixed case": lambda key: "".join(c.lower() if at % 2 else c for at, c in enumerate(key)),
    "in quotes": lambda key: f'"{key}"',
    "in curly quotes": lambda key: f"\u201c{key}\u201d",
    "in brackets": lambda key: f"[{key}]",
    "in angle brackets": lambda key: f"<{key}>",
    "each group in quotes": lambda key: " ".join(f"'{part}'" for part in _parts(key)),
    "a list of JSON": lambda key: json.dumps(_parts(key)),
    "a list of JSON over lines": lambda key: json.dumps(_parts(key), indent=4),
    "cells": lambda key: " | ".join(_parts(key)),
    "an attribute": lambda key: f"<a key={quoteattr(key)}/>",
    "broken in an attribute": lambda key: f'<a key="{key[:8]}\n{key[8:]}"/>',
    "broken in a comment of XML": lambda key: f"<!-- MAK: {key[:8]}\n     {key[8:]} -->",
    "blanks in a comment of XML": lambda key: f"<!-- {' '.join(key)} -->",
    "en dashes in an attribute": lambda key: "<a key='" + key.replace("-", " \u2013 ") + "'/>",
    "split over attributes": lambda key: f'<a x="{key[:18]}" y="{key[18:]}"/>',
    "split over elements": lambda key: "".join(f"<i>{part}</i>" for part in _parts(key)),
    "an address": lambda key: f"https://example.com/?key={key}&x=1",
    "an address, joined": lambda key: f"https://example.com/?key={key.replace('-', '')}",
    "an address, each letter escaped": lambda key: "".join(f"%{ord(letter):02X}" for letter in key),
    "an address of full-width letters": lambda key: quote(_wide(key)),
    "each letter escaped in HTML": lambda key: "".join(f"&#{ord(letter)};" for letter in key),
    "each letter escaped in a script": lambda key: "".join(f"\\u{ord(letter):04x}" for letter in key),
    "behind a line in a script": lambda key: f"a\\n{key}\\n",
    "behind a line in a script, small": lambda key: f"a\\n{key.lower()}\\n",
    "behind an underscore": lambda key: f"key_{key}_old",
    "a name of a file": lambda key: f"C:\\keys\\{key}.txt",
    "behind a word": lambda key: f"MAK{key}",
    "behind a word, joined": lambda key: f"mak{key.replace('-', '')}",
    "a command": lambda key: f"/ipk:{key};",
    "two in a row": lambda key: f"{key} {key}",
    "three without anything": lambda key: "\n".join([key.replace("-", "")] * 3),
    "behind another group": lambda key: f"22222 {key}",
    "as JSON says it": lambda key: json.dumps(key.replace("-", "\u2011")),
}
"""Spellings of a whole key."""

HALVES: Mapping[str, Spell] = {
    "three groups": lambda key: key[:17],
    "the last four groups": lambda key: key[6:],
    "three groups in the middle": lambda key: key[6:23],
    "two groups behind a label": lambda key: f"Product key: {key[:11]}",
    "two last groups behind a label": lambda key: f"MAK ends in {key[18:]}",
    "two groups, cut off": lambda key: f"{key[:12]}",
    "two groups and a bit": lambda key: f"{key[:14]}",
    "a bit and two groups": lambda key: f"{key[15:]}",
    "four groups and a bit": lambda key: key[:27],
    "three groups, small": lambda key: key[:17].lower(),
    "three groups with en dashes": lambda key: key[:17].replace("-", "\u2013"),
    "cut over two lines": lambda key: f"{key[:18]}\nsome words \n{key[18:]}",
}
"""A part of a key, of which no letter may be read."""

SPELLINGS: Mapping[str, Spell] = {**WHOLE, **HALVES}


def bare(text: str) -> str:
    """The letters and digits that somebody reads in a text, whatever stands between them, in capitals."""
    for _ in range(3):
        text = html.unescape(unquote(text))
        text = re.sub(
            r"\\+u\{?0*([0-9a-fA-F]{2,4})\}?|\\+x([0-9a-fA-F]{2})", lambda m: chr(int(m[1] or m[2], 16)), text
        )
    text = re.sub(r"=(2D|E2=80=93)", "-", text)
    text = re.sub(r"<[^<>]*>|\\[nrt]", "", text)
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper())


def readable(shown: str, key: str) -> list[str]:
    """Pairs of neighboring groups of a key that can be read in a text."""
    letters, text = key.replace("-", ""), bare(shown)
    pairs = [letters[at : at + 10] for at in range(0, 20, 5)]
    return [pair for pair in pairs if pair in text]


def keys(count: int, seed: int = 1) -> Iterator[str]:
    """Made-up keys; every other one has the letter N, which newer keys have."""
    chance = random.Random(seed)
    for number in range(count):
        letters = [chance.choice(LETTERS.replace("N", "")) for _ in range(25)]
        letters[chance.randrange(25)] = chance.choice("2346789")
        letters[chance.randrange(25)] = "K"
        if number % 2:
            letters[chance.randrange(25)] = "N"
        if any(each.isdigit() for each in letters):
            yield "-".join("".join(letters[at : at + 5]) for at in range(0, 25, 5))


def _hex(seed: int, length: int) -> str:
    return hashlib.sha512(str(seed).encode()).hexdigest()[:length]


def near_misses() -> Mapping[str, str]:
    """Texts that resemble a key and are none."""
    guid = "0ff1ce15-a989-479d-af46-f275c6370663"
    digits = "".join(str(int(letter, 16) % 10) for letter in _hex(7, 60))
    made: dict[str, str] = {
        "GUID": guid,
        "GUID in capitals": guid.upper(),
        "GUID in braces": "{" + guid + "}",
        "GUID without dashes": guid.replace("-", ""),
        "application ID": "55c92734-d682-4d71-983e-d6ec3f16059f",
        "client machine ID": "2f4b7c9d-3c6b-4d7f-9b2c-7d3f6c9b2d4f",
        "last five characters": "Partial Product Key: 3V66T",
        "last five characters of Office": "Last 5 characters of installed product key: H8GVJ",
        "last five of two": "3V66T and H8GVJ",
        "extended PID": "55041-00168-305-190595-03-1033-9600.0000-0252014",
        "extended PID of a host": "06401-00206-471-111111-03-1033-17763.0000-2822018",
        "product ID": "00330-80000-00000-AA228",
        "installation ID": "-".join(digits[at : at + 7] for at in range(0, 56, 7)),
        "installation ID, joined": digits,
        "confirmation ID": "-".join(digits[at : at + 6] for at in range(0, 48, 6)),
        "SHA-1": hashlib.sha1(b"a").hexdigest(),
        "SHA-256": hashlib.sha256(b"a").hexdigest(),
        "SHA-256 in capitals": hashlib.sha256(b"b").hexdigest().upper(),
        "SHA-512": hashlib.sha512(b"a").hexdigest(),
        "MD5": hashlib.md5(b"a").hexdigest(),
        "hash of a commit": _hex(3, 40),
        "short hash": _hex(4, 7),
        "25 letters of a hash": "a" + _hex(5, 24),
        "base64": base64.b64encode(bytes(range(60))).decode(),
        "base64 of a script": base64.b64encode("slmgr /ato; exit".encode("utf-16-le")).decode(),
        "base64 over lines": base64.encodebytes(bytes(range(200))).decode(),
        "base32": base64.b32encode(bytes(range(40))).decode(),
        "list of updates": "KB5034770, KB5044284, KB2267602, KB4493509, KB5009555",
        "updates without commas": "KB2267 KB3344 KB4466 KB6677 KB7788",
        "a hyphenated sentence": "these-words-stand-under-hyphe-nated-parts",
        "five words of five letters": "about-sharp-words-under-glass",
        "five words in capitals": "ABOUT-SHARP-WORDS-UNDER-GLASS",
        "five words and blanks": "their house stood there since March",
        "six words": "where-there-would-never-stand-seven-again",
        "a slug with a year": "build-image-20261-about-tests",
        "German words": "unter-einen-alten-Autos-Teile-Liste",
        "numbers of five digits": "23467 22339 44667 78899 33446",
        "numbers with hyphens": "23467-22339-44667-78899-" + "33446",
        "postal codes": "10115-10117-10119-10178-10179",
        "a table of numbers": "\n".join("\t".join(str(n) for n in range(at, at + 5)) for at in (22222, 33333, 66666)),
        "placeholder": "-".join(["AAAAA"] * 5),
        "placeholder of x": "-".join(["XXXXX"] * 5),
        "placeholder of small x": "-".join(["xxxxx"] * 5),
        "placeholder with end": "-".join(["XXXXX"] * 4 + ["72V67"]),
        "placeholder of digits": "-".join(["12345"] * 5),
        "placeholder of stars": "-".join(["*****"] * 5),
        "a masked key": "-".join(["\u2022" * 5] * 4 + ["3V66T"]),
        "words for a key": "<your product key>",
        "a variable": "%MAK_KEY_OF_OFFICE%",
        "the letters of keys": LETTERS,
        "the letters of keys, small": LETTERS.lower(),
        "four letters a group": "BCDF-GHJK-MPQR-TVWX-Y234-6789",
        "six letters a group": "-".join(["BCDFGH", "JKMPQR", "TVWXY2", "346789", "BCDFGH"]),
        "two groups alone": "model BCDF2-GHJK3",
        "one group": "BCDF2",
        "four single groups in text": "BCDF2 is near GHJK3 or MPQR4 and TVWX6",
        "24 letters": LETTERS[1:],
        "26 letters": LETTERS[::-1] + "B",
        "MAC address": "2C-4D-6F-B7-8C-9D",
        "MAC addresses": "2C:4D:6F:B7:8C:9D 3C:4D:6F:B7:8C:9D 4C:4D:6F:B7:8C:9D 6C:4D:6F:B7:8C:9D",
        "IPv6": "2234:67bf:89cd:2346:789b:cdf2:3467:89bc",
        "dump of bytes": " ".join(_hex(at, 2).upper() for at in range(64)),
        "dump with letters of keys": " ".join(["2F", "46", "7D", "9B", "BC", "34", "67", "8C", "D2", "F3"] * 6),
        "addresses of memory": "0x2346789B 0xBCDF2346 0x789BCDF2",
        "error codes": "0xC004F074 0xC004F038 0xC004C003 0x8007232B 0x80070005",
        "serial number": "SN-5CG2346XYZ",
        "asset tags": "PC23467 PC22339 PC44667 PC78899 PC33446",
        "names of hosts": "bcd23 is kms-host-01, kms-host-02",
        "version": "10.0.26100.2314-24H2.2346.7899",
        "date and time": "2026-11-28T20:34:46.789Z",
        "dates": "20261-12346-22334",
        "phone numbers": "+49-30-23467-78899, +49-30-22334-66778",
        "IBAN": "DE89 3704 0044 0532 0130 00",
        "credit card": "4222 2222 2222 2222",
        "license key of a font": "a1b2c-3d4e5",
        "CSS colors": "#BCDF23 #446677 #DDCCBB",
        "CSS class": "md-nav__link--active vag-found__list",
        "part number": "79P-05729",
        "part numbers": "79P-05729 021-10597 AAA-03499 D87-07499 H30-05766",
        "SKU ids": "CFQ7TTC0LGZT:0001 DG7GMGF0D3SJ:0003",
        "agreement number": "V2346789 and 66778899",
        "driver version": "32.0.15.6094-23467",
        "path": "C:\\Windows\\System32\\spp\\store\\2.0\\cache",
        "registry path": "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\SoftwareProtectionPlatform",
        "address": "https://learn.microsoft.com/windows-server/get-started/kms-client-activation-keys",
        "address of a store": "https://example.com/p/2c4d6fb78c9d2c4d6fb78c9d2c4d?x=%2B",
        "service record": "_vlmcs._tcp.corp.example. 3600 IN SRV 0 0 1688 kms01.corp.example.",
        "CSV header": "name,count,product,method,site",
        "Morse-like": "-- ... --- ... --",
        "line of dashes": "-" * 80,
        "roman numbers": "XXVI-XVIII-MCMXC-XXXIV-DCCLX",
        "consonants": "crypt-nymph",
        "a regular expression": "[BCDFGHJKMPQRTVWXY2346789]{5}",
        "a word and a number": "GVLK-2346 CSVLK-7789",
        "names of editions": "ProPlus2024Volume Standard2021Volume",
        "channel": "Volume:GVLK, Volume:MAK, Retail:TB:Eval",
        "sentence about keys": "A key has five groups of five letters and digits with dashes between them.",
        "emoji": "\U0001f511-\U0001f511-\U0001f511",
        "empty": "",
        "escapes": "\\u002d\\u002d&#45;&#45;%2D%2D",
        "percent of something": "23% of 4467 and 78% of 8899",
        "hours": "22:33 44:66 23:34 23:46 22:39",
        "tickets": "INC2346789, CHG2233446, PRB7788994",
        "license of this file": "SPDX-License-Identifier: CC-BY-4.0",
    }
    return made
