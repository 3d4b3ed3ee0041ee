"""Error codes in the spellings of people and tools, and which of them belong together."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from macros.catalog.models import Catalog
from macros.domain.diagnosis import reader
from macros.domain.error_codes import names_without_a_page, near, one_apart, read, related, spellings

VECTORS = Path(__file__).parents[1] / "vectors"
CASES = yaml.safe_load((VECTORS / "error_codes.yaml").read_text("utf-8"))
WITH_A_RECORD = yaml.safe_load((VECTORS / "codes_with_a_record.yaml").read_text("utf-8"))
NUMBERS = st.integers(2**31, 2**32 - 1)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_a_text_is_read_as_the_code_that_it_means(catalog: Catalog, case: dict[str, object]) -> None:
    typed = read(str(case["text"]))
    assert typed.code == case["code"]
    found = near(typed, [record.code for record in catalog.error_codes])
    wanted = tuple(case["near"])  # type: ignore[arg-type]
    assert found[: len(wanted)] == wanted


@given(NUMBERS)
def test_every_spelling_of_a_code_is_read_back(number: int) -> None:
    code = f"0x{number:08X}"
    forms = spellings(code)
    assert forms is not None
    # Letters alone could be a word.
    assume(any(digit.isdigit() for digit in forms.bare))
    assert {read(text).code for text in (forms.written, forms.bare, forms.unsigned, forms.signed)} == {code}
    assert read(forms.written.replace("0", "O").lower()).code == code


@pytest.mark.slow
@given(st.text(max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    typed = read(text)
    assert typed.code is None or typed.code == f"0x{typed.digits}"


def test_a_message_without_a_number_has_no_spellings() -> None:
    assert spellings("OFFICE_KEY_MISMATCH") is None


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        ("C004F074", "C004F047", True),
        ("C004F074", "C004F07", True),
        ("C004F074", "C004F0744", True),
        ("C004F074", "D004F074", True),
        ("C004F074", "C004F074", True),
        ("C004F074", "C004F183", False),
        ("C004F074", "C004F407", False),
        ("C004F074", "C004F0", False),
    ],
)
def test_one_slip_apart(one: str, other: str, apart: bool) -> None:
    assert one_apart(one, other) is apart
    assert one_apart(other, one) is apart


def test_related_codes_relate_both_ways_and_never_to_themselves(catalog: Catalog) -> None:
    pairs = related(catalog)
    assert pairs.keys() == {record.code for record in catalog.error_codes}
    assert all(code in pairs[other] for code, others in pairs.items() for other in others)
    assert all(code not in others for code, others in pairs.items())
    assert "0xC004F06C" in pairs["0xC004F074"]


def test_codes_of_a_long_list_are_not_related_by_it(catalog: Catalog) -> None:
    assert related(catalog)["0xC004F071"] == ()


@pytest.mark.parametrize("code", sorted({*WITH_A_RECORD["scripts"], *WITH_A_RECORD["others"]}))
def test_what_scripts_and_outputs_carry_has_a_record(code: str, catalog: Catalog) -> None:
    assert catalog.error_code(code).summary


def test_every_code_that_a_symptom_or_a_step_names_has_a_record(catalog: Catalog) -> None:
    known = {record.code for record in catalog.error_codes}
    texts = [repr(item) for item in (*catalog.symptoms, *catalog.checklists)]
    named = {code for text in texts for code in re.findall(r"0x[0-9A-F]{8}\b", text)}
    assert len(named) >= 20
    assert named - known == set()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "0xC004C00E",
            ": SL_E_CHPA_INVALID_PRODUCT_KEY_LENGTH, as Microsoft's headers name it. This guide has no page",
        ),
        ("0xC004CFFE", "0xC004CFFE. This guide has no page on it."),
        ("0xC004F069", "0xC004F069: The product (SKU) that this key belongs to is not found"),
    ],
)
def test_the_reader_names_a_code_without_a_page_and_guesses_none(code: str, said: str, catalog: Catalog) -> None:
    found = reader(catalog).read(f"Error: {code} Some words", date(2027, 1, 15)).findings
    assert any(said in one.summary for one in found), found


def test_names_are_for_codes_without_a_page(catalog: Catalog) -> None:
    names = names_without_a_page(catalog)
    assert "0xC004F074" not in names
    assert names["0xC004C00E"] == "SL_E_CHPA_INVALID_PRODUCT_KEY_LENGTH"
