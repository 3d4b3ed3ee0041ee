"""No way through the command line and the reading of files shows a product key; published ones stay."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import cycle
from pathlib import Path

import pytest
from click.testing import CliRunner

from macros.catalog.models import Catalog, Unit, UnknownIdError
from macros.catalog.product_keys import HIDDEN
from macros.catalog.published_keys import without_keys
from macros.catalog.strict_yaml import DataError, parse, short, validate
from macros.cli import main
from macros.domain.diagnosis import Reading, reader
from macros.formats.base.context import Context, SampleContext
from macros.formats.base.reading import quote
from macros.formats.detect import FORMATS, Checked, detect, examine
from macros.formats.library import SAMPLES
from macros.render.parts.findings_text import checked_as_data, checked_as_sarif, checked_as_text
from macros.render.parts.view import View
from macros.render.troubleshoot.diagnosis_data import Read, readings_as_data, readings_as_text
from tests.built import ROOT
from tests.spellings import SPELLINGS, WHOLE, keys, readable

Way = Callable[[str, View], str]
LINES = (
    '{0}\n<Product ID="{0}" PIDKEY="{0}"/>\n- name: {0}\n  {0}: {0}\n'
    "cscript slmgr.vbs /ipk {0} {0}\nreg add {0} /ve {0}\n$key = '{0}'\n"
)
"""What no kind of file expects, and some read."""
TOGETHER, FAR = 16, "\n" + "a line about nothing at all\n" * 3
PLACES = 4
SLOT, REMARK = "{0}", "made by the Volume Activation Guide"
PROBE = "kwprobe"
ENOUGH_SAID = 0.5
"""Of the spellings, the part of which a finding shows at least what was hidden: the rest breaks the file."""
_WORD = re.compile(r"(?<![\w.-])[\w.-]{2,}(?![\w.-])")
_XML_VALUE = re.compile(r'(?<=[">])[\w.-]{2,}(?=["<])')
OUTPUT = "Name: Windows {0} edition\nDescription: {0}\nLicense Status: {0}\nError: {0}\n{0}\nKMS machine name: {0}\n"


def said_by_yaml(text: str) -> str:
    """Every kind of complaint about a text of YAML."""
    inner = json.dumps(text)[1:-1]
    texts = (
        f"- id: '{text}",
        f"- id: x\n  one: {text}: {text}: [",
        f"- &{text} *{text}",
        f"!{text} x",
        f'- id: "{inner}"\n  one: a\n  many: b\n  "{inner}": 1',
        f'- id: "a {inner}"\n  one: a\n  many: b\n  minutes: "{inner}"',
        f'"{inner}": 1\n"{inner}": 2',
        f"@{text}",
    )
    said = []
    for one in texts:
        try:
            validate(list[Unit], parse(one, f"{text}.yaml"))
        except DataError as error:
            said.append(str(error))
    assert said
    return "\n".join(said)


def diagnosed(form: Callable[[View, Reading], object]) -> Way:
    def way(text: str, view: View) -> str:
        found = reader(view.catalog).read(OUTPUT.replace("{0}", text), view.today)
        return json.dumps(form(view, found), ensure_ascii=False)

    return way


def unknown_id(text: str, _: View) -> str:
    return without_keys(str(UnknownIdError("fact", text, [text])))


WAYS: dict[str, Way] = {
    "diagnose as text": diagnosed(lambda view, found: readings_as_text(view, [Read("a", found)])),
    "diagnose as JSON": diagnosed(lambda view, found: readings_as_data(view, [Read("a", found)])),
    "a quoted value": lambda text, _: quote(f"value {text} of a file"),
    "a shortened value": lambda text, _: short(f"value {text} of a file"),
    "broken YAML": lambda text, _: said_by_yaml(text),
    "an unknown id": unknown_id,
}


@pytest.mark.parametrize("way", WAYS)
def test_no_way_shows_a_key(way: str, view: View) -> None:
    key = next(keys(1, 5))
    shown = {name: readable(WAYS[way](spell(key), view), key) for name, spell in SPELLINGS.items()}
    assert {name: found for name, found in shown.items() if found} == {}


@pytest.mark.parametrize("way", WAYS)
def test_published_keys_stay(way: str, view: View, catalog: Catalog) -> None:
    printed = {key.key for key in catalog.client_keys}
    assert len(printed) == 138
    assert [key for key in printed if key not in WAYS[way](key, view)] == []


# ---------------------------------------------------------------------------------------------------- kinds of check


@pytest.fixture(scope="module")
def templates(view: View) -> Mapping[str, tuple[str, str]]:
    """A valid sample of each kind with `{0}` in one place whose value a finding repeats, and in some and a remark."""
    reference = Context(view.catalog, view.policy)
    context = SampleContext(view.catalog, view.policy, view.organization, view.today)
    texts: dict[str, list[str]] = {}
    for planned in (planned for planned in SAMPLES.values() if planned.possible(context)):
        text = planned.make(context, context.origin(planned.file_name))
        kind = detect(planned.file_name, text)
        assert kind is not None
        texts.setdefault(kind.id, []).append(text)
    return {kind: planted(kind, min(found, key=len), reference) for kind, found in texts.items()}


def planted(kind: str, text: str, reference: Context) -> tuple[str, str]:
    said: list[tuple[int, int]] = []
    is_xml = text.startswith("<")
    words = [word.span() for word in (_XML_VALUE if is_xml else _WORD).finditer(text)]
    random.Random(kind).shuffle(words)
    for start, end in words:
        probes = (PROBE, reference.catalog.client_keys[0].key)
        if all(probe in told(kind, text[:start] + probe + text[end:], reference) for probe in probes):
            said.append((start, end))
        # What breaks XML hides everything else in it.
        if len(said) == (1 if is_xml else PLACES):
            break
    assert said, kind
    one = with_slots(text, said[:1])
    some = with_slots(text, said)
    assert REMARK in text
    return one, some.replace(REMARK, f"{REMARK} {SLOT}", 1)


def told(kind: str, text: str, reference: Context) -> str:
    return " ".join(finding.message for finding in examine("a", text.encode(), kind, reference).report.findings)


def with_slots(text: str, places: Iterable[tuple[int, int]]) -> str:
    for start, end in sorted(places, reverse=True):
        text = text[:start] + SLOT + text[end:]
    return text


def filled(template: str, texts: Sequence[str]) -> Iterator[str]:
    """Files with every text in a place: one in all places of XML, where one breaks the others, else one in each."""
    step = 1 if template.startswith("<") else template.count(SLOT)
    for at in range(0, len(texts), step):
        given = cycle(texts[at : at + step])
        yield re.sub(re.escape(SLOT), lambda _, given=given: next(given), template)


def checked(kind: str, texts: Iterable[str], view: View) -> list[Checked]:
    reference = Context(view.catalog, view.policy)
    return [examine("a", text.encode("utf-8", "replace"), kind, reference) for text in texts]


def every_form(found: Sequence[Checked], view: View) -> str:
    """The three forms of `check`, but for the rules, which no file changes."""
    sarif = checked_as_sarif(found, view.catalog, "1")["runs"][0]
    data = [checked_as_data(found, view.catalog), sarif["results"], sarif["artifacts"]]
    return f"{checked_as_text(found)}\n{json.dumps(data, ensure_ascii=False)}"


@pytest.mark.parametrize("kind", [kind.id for kind in FORMATS])
def test_no_kind_of_check_shows_a_key(kind: str, templates: Mapping[str, tuple[str, str]], view: View) -> None:
    key = next(keys(1, 5))
    texts = [*filled(templates[kind][1], [spell(key) for spell in SPELLINGS.values()])]
    found = checked(kind, texts, view)
    if readable(every_form(found, view), key):
        assert [text for text, one in zip(texts, found, strict=True) if readable(every_form([one], view), key)] == []
    hidden = [one for one in found if any(HIDDEN in finding.message for finding in one.report.findings)]
    assert len(hidden) > ENOUGH_SAID * len(found)


@pytest.mark.parametrize("kind", [kind.id for kind in FORMATS])
def test_no_kind_of_check_shows_a_key_of_a_broken_file(
    kind: str, templates: Mapping[str, tuple[str, str]], view: View
) -> None:
    key = next(keys(1, 5))
    written = [LINES.replace(SLOT, spell(key)) for spell in SPELLINGS.values()]
    parts = [FAR.join(written[at : at + TOGETHER]) for at in range(0, len(written), TOGETHER)]
    sample = templates[kind][1].replace(SLOT, "x")
    found = checked(kind, [f"{sample}\n{part}" for part in parts], view)
    if readable(every_form(found, view), key):
        shown = [at for at, one in enumerate(found) if readable(every_form([one], view), key)]
        assert [[*SPELLINGS][at * TOGETHER :][:TOGETHER] for at in shown] == []


@pytest.mark.parametrize("kind", [kind.id for kind in FORMATS])
def test_every_kind_of_check_shows_published_keys(
    kind: str, templates: Mapping[str, tuple[str, str]], view: View, catalog: Catalog
) -> None:
    printed = sorted({key.key for key in catalog.client_keys})
    assert len(printed) == 138
    shown = every_form(checked(kind, filled(templates[kind][0], printed), view), view)
    assert HIDDEN not in shown
    assert [key for key in printed if key not in shown] == []


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_a_name_with_a_key_is_hidden(form: str, tmp_path: Path) -> None:
    for name in ("joined by en dash", "nothing between", "joined by sign: underscore", "joined by sign: dot"):
        key = next(keys(1))
        file = tmp_path / f"configuration {WHOLE[name](key)}.xml"
        file.write_text("<Configuration/>")
        result = CliRunner().invoke(main, ["check", "--format", form, str(file)])
        assert result.exit_code in (0, 1)
        assert readable(result.output, key) == []
        assert readable(CliRunner().invoke(main, ["check", f"{file}.missing"]).output, key) == []
        assert readable(CliRunner().invoke(main, ["diagnose", f"{file}"]).output, key) == []


@pytest.mark.parametrize(
    "arguments", [["KEY"], ["--KEY"], ["facts", "--id", "KEY"], ["check", "--kind", "KEY", "x"], ["facts", "--KEY"]]
)
def test_complaints_about_arguments_repeat_no_key(arguments: list[str]) -> None:
    key = next(keys(1))
    result = CliRunner().invoke(main, [part.replace("KEY", key) for part in arguments])
    assert result.exit_code == 2
    assert result.output
    assert readable(result.output, key) == []


def test_a_traceback_repeats_no_key() -> None:
    key = next(keys(1))
    code = (
        "import sys, runpy, macros.cli as cli\n"
        "def fail(**_): raise RuntimeError(sys.argv[1])\n"
        "cli.main = fail\nrunpy.run_module('macros', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", code, key], capture_output=True, text=True, cwd=ROOT, check=False)
    assert "RuntimeError" in done.stderr
    assert readable(done.stderr, key) == []
