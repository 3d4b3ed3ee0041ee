"""A finding is drawn once: weight, rule, place, message, cure and sources, the same on every page."""

from __future__ import annotations

from macros.formats.base.findings import Finding
from macros.render.parts import report
from macros.render.parts.view import View
from tests.parsing import as_built


def found(**changes: object) -> Finding:
    values: dict[str, object] = {
        "id": "R01",
        "severity": "error",
        "message": "<b>it</b> is wrong",
        "cure": "Write it anew.",
        "line": 3,
        "column": 7,
    }
    return Finding(**(values | changes))  # type: ignore[arg-type]


def test_a_finding_says_everything_in_order(view: View) -> None:
    source = view.catalog.sources[0]
    page = as_built(report.finding(view, found(sources=(source.id,))))
    told = page.get_text()
    assert told == (f"✕ Error R01 line 3, column 7: <b>it</b> is wrongWrite it anew. Read in: {source.title}.")
    assert page.find("b") is None
    assert [link["href"] for link in page.find_all("a")] == [str(source.url)]


def test_a_finding_without_a_place_is_about_the_whole_file(view: View) -> None:
    assert (
        "Note R01 whole file: "
        in as_built(report.finding(view, found(severity="info", line=None, column=None))).get_text()
    )


def test_the_gravest_weight_comes_first() -> None:
    assert report.gravest(["info", "error", "warning"]) == "error"
    assert report.gravest([]) is None


def test_a_line_is_marked_by_the_gravest_of_its_findings() -> None:
    first, second = report.lines(
        "one\ntwo\n", [found(line=2, severity="info", id="N"), found(line=2, id="E"), found(line=2, id="E")]
    )
    assert "class=" not in first
    assert 'class="vag-lines__bad"' in second
    assert as_built(second).get_text() == "two ✕ N, E"
