"""Words of sections: what is missing, unused, not filled or unknown is told by file and line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from macros.catalog.models import Catalog
from macros.catalog.strict_yaml import DataError
from macros.render.parts import words
from macros.render.parts.view import View
from macros.render.parts.words import Words, problems
from tests.parsing import as_built

GOOD = """\
refused:
  mak-only: '{product} takes a MAK. [mak.perpetual] See <methods/mak.md MAK>.'
  several:
  - one
  - two
"""


@pytest.fixture(autouse=True)
def no_others(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Only what a test declares is there, and nothing of it stays."""
    monkeypatch.setattr(Words, "declared", {})
    yield
    words._document.cache_clear()
    words._groups.cache_clear()


def written(folder: Path, text: str, *names: str) -> Words:
    (folder / "words.yaml").write_text(text, "utf-8")
    return Words.beside(str(folder / "module.py"), "refused", *names)


def told(catalog: Catalog) -> list[str]:
    return [str(problem) for problem in problems(catalog)]


def test_a_sentence_shows_its_marks_and_its_slots(tmp_path: Path, view: View, catalog: Catalog) -> None:
    found = written(tmp_path, GOOD, "mak-only product", "several")
    assert told(catalog) == []
    html = found.say(view, "mak-only", product="<b>[kms.vpn] Office</b>")
    page = as_built(html)
    assert page.find("b") is None
    assert page.get_text().startswith("<b>[kms.vpn] Office</b> takes a MAK.")
    assert [link.get("data-fact") for link in page.find_all("a")] == ["mak.perpetual", None]
    assert found.list("several") == ("one", "two")


@pytest.mark.parametrize(
    ("old", "new", "names", "message"),
    [
        ("mak-only", "mak-olny", ("mak-only product", "several"), 'nothing uses "mak-olny". Did you mean "mak-only"?'),
        ("mak-only", "other", ("mak-only product", "several"), '"mak-only" is missing, and a page needs it'),
        ("{product}", "{edition}", ("mak-only product", "several"), "nothing fills {edition}; allowed here: {product}"),
        ("mak.perpetual", "mak.perpetal", ("mak-only product", "several"), 'Did you mean "mak.perpetual"?'),
        ("refused:", "refsued:", ("mak-only product", "several"), 'nothing uses this group. Did you mean "refused"?'),
    ],
)
def test_what_does_not_fit_is_told(
    old: str, new: str, names: tuple[str, ...], message: str, tmp_path: Path, catalog: Catalog
) -> None:
    found = written(tmp_path, GOOD.replace(old, new), *names)
    assert any(message in problem and "words.yaml" in problem for problem in told(catalog)), told(catalog)
    if "is no fact" not in told(catalog)[0]:
        with pytest.raises(DataError):
            found["mak-only"]


def test_a_problem_names_its_line(tmp_path: Path, catalog: Catalog) -> None:
    written(tmp_path, GOOD.replace("{product}", "{edition}"), "mak-only product", "several")
    (problem,) = problems(catalog)
    assert problem.line == 2


def test_a_number_takes_the_word_that_fits(tmp_path: Path, view: View, catalog: Catalog) -> None:
    text = "refused:\n  left: '{left:activation is:activations are} left of {total}: [kms.vpn]'\n"
    found = written(tmp_path, text, "left left total")
    assert told(catalog) == []
    assert found.plain("left", left=1, total=1200) == "1 activation is left of 1,200: [kms.vpn]"
    assert as_built(found.say(view, "left", left=2500, total="all")).get_text().startswith("2,500 activations are left")
    with pytest.raises(KeyError, match="total"):
        found.plain("left", left=1)


@pytest.mark.parametrize(("wanted", "problems_told"), [(2, 0), (3, 1)])
def test_a_list_has_as_many_sentences_as_the_code_takes(
    wanted: int, problems_told: int, tmp_path: Path, catalog: Catalog
) -> None:
    found = written(tmp_path, GOOD, "mak-only product", f"several {wanted}")
    assert len(told(catalog)) == problems_told
    if problems_told:
        with pytest.raises(DataError, match=r"words\.yaml.*3 sentences are needed here, and there are 2"):
            found.list("several")


@pytest.mark.parametrize("text", ["refused: 3", "refused:\n  mak-only: ''", "refused:\n  a: x\n  a: y"])
def test_a_file_of_another_form_is_refused(text: str, tmp_path: Path, catalog: Catalog) -> None:
    written(tmp_path, text, "mak-only")
    with pytest.raises(DataError, match=r"words\.yaml"):
        problems(catalog)


def test_a_slot_that_the_code_forgets_stops_the_build(tmp_path: Path, view: View) -> None:
    found = written(tmp_path, GOOD, "mak-only product", "several")
    with pytest.raises(KeyError, match="product"):
        found.say(view, "mak-only", edition="x")
