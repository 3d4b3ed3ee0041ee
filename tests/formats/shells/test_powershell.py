from __future__ import annotations

import time
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.formats.base.findings import Place
from macros.formats.base.keys import KEY_SHAPE
from macros.formats.shells.powershell import MOST_CHARACTERS, Command, Word, read
from tests.built import ROOT

VECTORS = yaml.safe_load((ROOT / "tests" / "vectors" / "powershell.yaml").read_text("utf-8"))


def case(vector: dict[str, Any]) -> str:
    return str(vector["case"])


def shown(word: Word) -> str | list[str]:
    if word.kind == "parameter":
        return f"-{word.text}"
    if word.kind == "splat":
        return f"@{word.text}"
    if len(word.items) > 1:
        return [item if word.literal or not item.startswith("$") else f"{{{item}}}" for item in word.items]
    text = word.text if word.literal else f"{{{word.text}}}"
    # In the vectors a plain word with a dash is told from a parameter.
    return f"={text}" if text.startswith("-") else text


def described(command: Command) -> list[str | list[str]]:
    computed = command.name.startswith("{")
    return [f"{{{command.name}}}" if computed else command.name, *map(shown, command.arguments)]


@pytest.mark.parametrize("vector", VECTORS["commands"], ids=case)
def test_commands_are_read(vector: dict[str, Any]) -> None:
    script = read(vector["text"])
    assert script.errors == ()
    assert [described(command) for command in script.commands] == vector["expected"]


@pytest.mark.parametrize("vector", VECTORS["errors"], ids=case)
def test_an_error_has_its_place(vector: dict[str, Any]) -> None:
    first = read(vector["text"]).errors[0]
    assert (first.place.line, first.place.column) == tuple(vector["place"])
    assert vector["says"] in first.message


def test_places_are_those_of_the_text() -> None:
    script = read("# Größe\n\nSet-A `\n  -Näme 'ü', b\n")
    (command,) = script.commands
    assert command.place == Place(3, 1)
    assert [(word.raw, word.place) for word in command.arguments] == [
        ("-Näme", Place(4, 3)),
        ("'ü', b", Place(4, 9)),
    ]
    assert [(comment.text, comment.place) for comment in script.comments] == [("Größe", Place(1, 1))]


def test_parameters_are_a_mapping_in_small_letters() -> None:
    (command,) = read("Set-A -Name x -Force -Port 1, 2 y").commands
    values = {name: value.items if value else None for name, value in command.parameters.items()}
    assert values == {"name": ("x",), "force": None, "port": ("1", "2")}


def test_a_switch_takes_no_value_when_it_is_known() -> None:
    (command,) = read("Set-A -Force x -WhatIf:$false -Name y z").commands
    parameters, alone = command.bind({"force", "whatif"})
    assert [(one.name, one.value.text if one.value else None) for one in parameters] == [
        ("Force", None),
        ("WhatIf", "$false"),
        ("Name", "y"),
    ]
    assert [word.text for word in alone] == ["x", "z"]


def test_a_splatted_table_gives_its_entries() -> None:
    (command,) = read("$rule = @{ Name = 'x'; Port = 1688 }\nSet-A @RULE -Enabled True").commands
    assert {name: value and value.text for name, value in command.parameters.items()} == {
        "name": "x",
        "port": "1688",
        "enabled": "True",
    }
    assert command.splats == ("RULE",)
    assert command.complete


@pytest.mark.parametrize(
    "text",
    ["Set-A @other", "$a = Get-It\nSet-A @a", "$a = @{ B = 1 }\nif ($c) { $a = @{ B = 2 } }\nSet-A @a"],
)
def test_a_splat_that_the_file_does_not_settle_is_noted(text: str) -> None:
    command = read(text).commands[-1]
    assert not command.complete
    assert command.parameters == {}


def test_a_message_shows_no_key() -> None:
    key = "-".join(["BCDFG"] * 5)
    (error, *_) = read(f"if {key} 'a'").errors
    assert KEY_SHAPE.search(error.message) is None
    assert "BCDFG-BCDFG" not in error.message


@pytest.mark.slow
def test_a_script_of_many_lines_is_read_fast() -> None:
    line = "Set-NetFirewallRule -Name SPPSVC-In-TCP -Profile Domain, Private -Enabled True\n"
    began = time.monotonic()
    script = read(line * 1_000)
    assert time.monotonic() - began < 3
    assert (script.errors, len(script.commands)) == ((), 1_000)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    ["(", "{", "@{a=", '"$(', "if(", "x,", ",x", "-a -", "&a ", "$a::b", "a,\n", "'", '"', "a (", "${", "#\n", "<#",
     "@'\n", "a|", "$a=", "x;", "`\n", "\0", "\ud800", "<script>", "[", "a @x ",
     "a....(", "$a=1;", "a 'b'", "a `x(", "$a++"],
)  # fmt: skip
def test_hostile_text_is_read_in_bounded_time(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    began = time.monotonic()
    script = read(text)
    assert time.monotonic() - began < 5
    assert all(error.place.line >= 1 for error in script.errors)


def test_what_is_too_long_is_refused() -> None:
    (error,) = read("x" * (MOST_CHARACTERS + 1)).errors
    assert "more than are read" in error.message


@settings(deadline=None)
@given(st.text())
def test_nothing_raises(text: str) -> None:
    read(text)


MARKS = ["'", '"', "$", "$(", "(", ")", "{", "}", "@{", "@(", '@"\n', '\n"@', "\n", "\r\n", " ", ",", "|", "&", "`"]
WORDS = [
    "a",
    "-B",
    "#",
    "<#",
    "#>",
    "=",
    "if",
    "param",
    "$x",
    ";",
    ".",
    "--%",
    "@x",
    ">",
    "[",
    "]",
    "\u2013",
    "\u201c",
    "é",
    "\0",
]


@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from([*MARKS, *WORDS]), max_size=30).map("".join))
def test_every_word_stands_where_it_says(text: str) -> None:
    lines = text.split("\n")
    for command in read(text).commands:
        assert command.parameters is not None
        for word in command.arguments:
            place = word.place
            assert lines[place.line - 1][(place.column or 1) - 1 :].startswith(word.raw.split("\n")[0])
