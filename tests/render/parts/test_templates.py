"""Templates: one escaped line, the same for scripts, and a slot that one side lacks stops the build by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import macros.render.registry  # noqa: F401  (declares every template)
from macros.catalog.strict_yaml import DataError
from macros.render.choose import worksheet
from macros.render.parts import templates
from macros.render.parts.components import status
from macros.render.parts.html import Html
from macros.render.parts.script_data import NEEDS, with_needs
from macros.render.parts.templates import Template, problems, templates_of
from macros.render.troubleshoot import fleet_report
from macros.site import base_view
from tests.parsing import as_built as parsed

SCRIPTS = Path(__file__).parents[3] / "docs/assets/javascripts"
DECLARED = dict(Template.declared)

NOTE = """\
<p class="note note--{{ state }}" hidden="{{ out }}"
   title="{{ title }}"
   lang="en"
>
  Take it:
  {{ text }}
  and go
  on.
</p>
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of templates of its own, with what a test declares."""
    monkeypatch.setattr(Template, "declared", {})
    monkeypatch.setattr(templates, "FOLDER", tmp_path)
    templates.environment.cache_clear()
    yield tmp_path
    templates.environment.cache_clear()


def written(folder: Path, text: str, *slots: str) -> Template:
    (folder / "note.html").write_text(text, "utf-8")
    return Template("note", *slots, scripts=["findings"])


def told() -> list[str]:
    return [str(problem) for problem in problems()]


def test_a_template_becomes_one_escaped_line(folder: Path) -> None:
    note = written(folder, NOTE, "state", "out", "title", "text")
    assert told() == []
    html = note(state="ok", out=True, title='a "b" _c_', text=Html("<b>x_y</b>"))
    said = "Take it&#58;<b>x_y</b>and go on."
    assert html == f'<p class="note note--ok" hidden title="a &quot;b&quot; _c_" lang="en">{said}</p>'
    assert "\n" not in note(state="ok", out=1, title="1\n2", text="<i>*\n[x]")
    assert parsed(note(state="ok", out=1, title="", text="<i>*[x]")).find("i") is None


@pytest.mark.parametrize("nothing", [None, False])
def test_an_attribute_with_an_empty_slot_is_left_out(folder: Path, nothing: object) -> None:
    note = written(folder, NOTE, "state", "out", "title", "text")
    shown = parsed(note(state=nothing, out=nothing, title=0, text=None)).p
    assert shown is not None
    assert shown.attrs == {"title": "0", "lang": "en"}
    assert shown.get_text() == "Take it:and go on."


def test_scripts_get_it_with_its_slots_open(folder: Path) -> None:
    written(folder, NOTE, "state", "out", "title", "text")
    shown = templates_of(["findings"])
    assert shown is not None
    assert '<template data-vag-part="note" data-vag-unsearched>' in shown
    assert '<p class="note note--{state}" hidden="{out}" title="{title}" lang="en">' in shown
    assert "Take it&#58;<!--text-->and go on." in shown
    assert templates_of(["codes"]) is None


@pytest.mark.parametrize(
    ("old", "new", "slots", "message"),
    [
        ("{{ text }}", "", "state out title text", 'note.html: the slot "text" is missing, and a page fills it'),
        ("{{ text }}", "{{ txet }}", "state out title text", 'note.html: nothing fills "txet". Did you mean "text"?'),
        ("{{ title }}", "", "state out title text", 'note.html: the slot "title" is missing, and a page fills it'),
        ("{{ text }}", "{{ text", "state out title text", "note.html, line "),
        ("{{ text }}", "{% if %}", "state out title text", "note.html, line 6"),
    ],
)
def test_what_is_wrong_is_told_by_file_and_slot(folder: Path, old: str, new: str, slots: str, message: str) -> None:
    written(folder, NOTE.replace(old, new), *slots.split())
    assert any(message in one for one in told()), told()


def test_a_missing_file_and_one_too_many_are_told(folder: Path) -> None:
    written(folder, NOTE, "state", "out", "title", "text")
    Template("notes", "text")
    (folder / "old.html").write_text("<p></p>", "utf-8")
    assert told() == [
        'macros/templates/notes.html: it is missing, and a page needs it. Did you mean "note"?',
        "macros/templates/old.html: nothing uses it",
    ]


def test_a_slot_too_many_or_too_few_is_refused(folder: Path) -> None:
    note = written(folder, NOTE, "state", "out", "title", "text")
    with pytest.raises(TypeError, match=r"note\.html.*: text"):
        note(state="ok", out=None, title="")


def test_a_template_without_its_slot_stops_the_build(folder: Path) -> None:
    """The words of a page are read first, then nothing is built."""
    written(folder, NOTE.replace("{{ text }}", ""), "state", "out", "title", "text")
    with pytest.raises(DataError, match='the slot "text" is missing'):
        base_view()


def test_every_template_is_sound() -> None:
    assert told() == []
    assert len(DECLARED) > 5


def test_a_state_has_its_glyph() -> None:
    assert status("bad", "short_by *1*") == (
        '<span class="vag-status vag-status--bad"><span class="vag-status__glyph" aria-hidden="true">✕</span>'
        " short&#95;by &#42;1&#42;</span>"
    )


def test_scripts_and_templates_name_each_other() -> None:
    """What a script clones stands in its pages, with each slot that it fills; what stands there is cloned."""
    named = {name: one for one in DECLARED.values() for name in one.variants}
    tables = {f"fleet-{part}-{name}" for part in ("row", "table") for name in fleet_report.NUMERIC}
    rows = {f"row-{part}" for part in worksheet.COLUMNS} | tables
    used: set[tuple[str, str]] = set()
    for script in NEEDS:
        text = (SCRIPTS / f"{script}.js").read_text("utf-8")
        for name in re.findall(r"\bcloned\(\s*[\"\'`]([\w-]+)", text):
            # A name that ends so is continued by what the script knows then.
            if name in ("row-", "fleet-row-", "fleet-table-"):
                assert any(row.startswith(name) for row in rows)
                continue
            meant = [one for one in named if one == name or (name.endswith("-") and one.startswith(name))]
            assert meant, (script, name)
            for one in meant:
                assert named[one].scripts & {*with_needs([script])}, (script, one)
                used.add((one, script))
    wanted = {(name, script) for name, one in named.items() for script in one.scripts}
    assert wanted <= used, wanted - used
    assert len(used) > 5
