from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog
from macros.catalog.published_keys import bare, published
from macros.formats.base.findings import Report
from macros.formats.base.keys import KEY_SHAPE, PLACEHOLDER
from macros.formats.base.origin import Origin
from macros.formats.base.report import UNREADABLE
from macros.formats.unattend import answer_file as unattend
from macros.formats.unattend import rules as unattend_rules
from macros.formats.unattend.answer_file import AnswerRequest, generate, gvlks_of_image
from macros.formats.unattend.rules import RULES
from macros.formats.unattend.samples import SAMPLES
from tests.built import ROOT
from tests.formats.filled import filled as with_keys
from tests.formats.filled import gvlk, other
from tests.formats.reports import validator

validate = validator("unattend")
VECTORS = yaml.safe_load((ROOT / "tests" / "vectors" / "unattend.yaml").read_text("utf-8"))
ORIGIN = Origin("unattend.xml", "Example Manufacturing", date(2026, 11, 24))
NS = "{urn:schemas-microsoft-com:unattend}"


def case(vector: dict[str, Any]) -> str:
    return str(vector["case"])


def filled(text: str, catalog: Catalog) -> str:
    return re.sub(r"\bKEY\b", gvlk("windows-11", "Enterprise", catalog), with_keys(text, catalog))


def text_of(vector: dict[str, Any], catalog: Catalog) -> str:
    text = vector["text"] if "text" in vector else VECTORS["bases"][vector["base"]]
    for old, new in vector.get("edits", []):
        assert old in text, f"{old!r} is not in the base"
        text = text.replace(old, new, 1)
    return filled(text, catalog)


def found(report: Report) -> list[tuple[str, int | None]]:
    return [(finding.id, finding.line) for finding in report.findings]


# ---------------------------------------------------------------------------------------------------------- rules


@pytest.mark.parametrize("base", VECTORS["bases"])
def test_a_base_has_no_finding(base: str, catalog: Catalog) -> None:
    report = validate(filled(VECTORS["bases"][base], catalog), catalog)
    assert report.findings == ()
    assert report.activation == "kms-adba"


@pytest.mark.parametrize("vector", VECTORS["cases"], ids=case)
def test_a_mistake_is_noticed_on_its_line(vector: dict[str, Any], catalog: Catalog) -> None:
    report = validate(text_of(vector, catalog), catalog)
    assert (vector["rule"], vector["line"]) in found(report)
    assert report.verdict == vector["verdict"]
    if "column" in vector:
        assert vector["column"] in [one.column for one in report.findings if one.id == vector["rule"]]
    if "activation" in vector:
        assert report.activation == vector["activation"]


@pytest.mark.parametrize("vector", VECTORS["right"], ids=case)
def test_what_is_allowed_has_no_finding_that_counts(vector: dict[str, Any], catalog: Catalog) -> None:
    report = validate(text_of(vector, catalog), catalog)
    assert report.verdict == "valid", report.findings


def test_the_vectors_cover_every_rule(catalog: Catalog) -> None:
    covered = {vector["rule"] for vector in VECTORS["cases"]}
    # The default keys of the retail channel, sizes and encodings are tested below.
    assert {*RULES, *UNREADABLE} - covered == {"too-large", "encoding", "unattend-key-retail"}


def test_each_finding_says_what_is_wrong_and_what_to_do(catalog: Catalog) -> None:
    sources = {source.id for source in catalog.sources}
    for vector in VECTORS["cases"]:
        for finding in validate(text_of(vector, catalog), catalog).findings:
            assert finding.message.endswith("."), finding
            assert finding.cure, finding
            assert not re.search(r"\{\w", finding.message + finding.cure), finding
            assert set(finding.sources) <= sources, finding


def test_no_message_repeats_a_key(catalog: Catalog) -> None:
    for vector in VECTORS["cases"]:
        for finding in validate(text_of(vector, catalog), catalog).findings:
            for shown in KEY_SHAPE.findall(finding.message + finding.cure):
                assert shown == PLACEHOLDER or bare(shown) in published()


def test_the_placeholder_is_right_in_a_template_only(catalog: Catalog) -> None:
    text = VECTORS["bases"]["activation"].replace("KEY", PLACEHOLDER)
    assert validate(text, catalog, own=True).findings == ()
    assert validate(text, catalog, own=True).activation == "mak"
    assert validate(text, catalog).verdict == "invalid"


@pytest.fixture
def retail(catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> str:
    """A key to nobody that stands for a default key of the retail channel."""
    key = other(gvlk("windows-11", "Pro", catalog))
    monkeypatch.setattr(unattend, "RETAIL_DEFAULTS", {hashlib.sha256(key.encode()).hexdigest()[:16]})
    return key


def test_a_default_key_of_the_retail_channel_activates_nothing(retail: str, catalog: Catalog) -> None:
    report = validate(VECTORS["bases"]["activation"].replace("KEY", retail), catalog)
    assert found(report) == [("unattend-key-retail", 6)]
    assert (report.verdict, report.activation) == ("warning", "retail")


def test_a_default_key_may_choose_the_image_when_a_gvlk_activates(retail: str, catalog: Catalog) -> None:
    text = VECTORS["bases"]["setup"].replace("<Key>KEY</Key>", f"<Key>{retail}</Key>")
    report = validate(filled(text, catalog), catalog)
    assert report.findings == ()


def test_no_published_key_counts_as_a_default_of_the_retail_channel(catalog: Catalog) -> None:
    digests = {hashlib.sha256(one.key.encode()).hexdigest()[:16] for one in catalog.client_keys}
    assert not digests & unattend_rules.RETAIL_DEFAULTS


@pytest.mark.parametrize(("name", "product", "edition"), VECTORS["images"])
def test_the_edition_is_read_off_the_name_of_an_image(
    name: str, product: str | None, edition: str | None, catalog: Catalog
) -> None:
    fitting = gvlks_of_image(name, catalog)
    assert fitting == (frozenset() if product is None else {gvlk(product, str(edition), catalog)})


def test_every_published_edition_fits_an_image_of_its_own_name(catalog: Catalog) -> None:
    for one in catalog.client_keys:
        product = catalog.product(one.product)
        if product.kind == "office":
            continue
        fitting = gvlks_of_image(unattend.edition_in_words(product, one.edition), catalog)
        assert not fitting or one.key in fitting, one


# ------------------------------------------------------------------------------------------------------- generate


def requests(catalog: Catalog) -> Iterator[AnswerRequest]:
    for one in catalog.client_keys:
        if catalog.product(one.product).kind != "office":
            yield AnswerRequest(one.product, one.edition)
            yield AnswerRequest(one.product, one.edition, capture=True)
            name = unattend.edition_in_words(catalog.product(one.product), one.edition)
            yield AnswerRequest(one.product, one.edition, image=name, architecture="arm64")


def test_every_edition_gets_a_file_without_a_finding(catalog: Catalog) -> None:
    for request in requests(catalog):
        text = generate(request, ORIGIN, catalog)
        report = validate(text.encode("utf-8"), catalog)
        assert report.findings == (), (request, report.findings)
        assert report.activation == "kms-adba"


def test_the_key_stands_where_windows_setup_reads_it(catalog: Catalog) -> None:
    request = AnswerRequest("windows-server-2025", "Datacenter", image="Windows Server 2025 SERVERDATACENTER")
    root = etree.fromstring(generate(request, ORIGIN, catalog).encode("utf-8"))
    key = gvlk("windows-server-2025", "Datacenter", catalog)
    shell = f"{NS}settings[@pass='specialize']/{NS}component[@name='Microsoft-Windows-Shell-Setup']/{NS}ProductKey"
    setup = (
        f"{NS}settings[@pass='windowsPE']/{NS}component[@name='Microsoft-Windows-Setup']"
        f"/{NS}UserData/{NS}ProductKey/{NS}Key"
    )
    assert [one.text for one in root.findall(shell)] == [key]
    assert [one.text for one in root.findall(setup)] == [key]


def test_a_mak_is_a_placeholder_with_a_warning(catalog: Catalog) -> None:
    text = generate(AnswerRequest("windows-11", None), ORIGIN, catalog)
    assert KEY_SHAPE.findall(text.replace(PLACEHOLDER, "", 1)) == [PLACEHOLDER]
    assert "clear text" in text


def test_an_edition_without_gvlk_raises(catalog: Catalog) -> None:
    with pytest.raises(LookupError, match="Home"):
        generate(AnswerRequest("windows-11", "Home"), ORIGIN, catalog)


@pytest.mark.parametrize("name", ["--", "a -- b --", "</unattend>", "--><x/>", "\0\x1b\r\n", "é 語 😀", "]]>", "&lt;"])
def test_any_name_of_an_organization_leaves_the_file_valid(name: str, catalog: Catalog) -> None:
    text = generate(AnswerRequest("windows-11", "Pro"), replace(ORIGIN, organization=name), catalog)
    assert validate(text, catalog).findings == ()


def test_no_sample_sets_skip_rearm(catalog: Catalog) -> None:
    for request in requests(catalog):
        root = etree.fromstring(generate(request, ORIGIN, catalog).encode("utf-8"))
        assert [one.text for one in root.iter(f"{NS}SkipRearm")] == (["0"] if request.capture else [])


def test_the_samples_are_of_several_editions(catalog: Catalog) -> None:
    assert {plan.file_name for plan in SAMPLES.values()} >= {
        "unattend-windows-11-enterprise.xml",
        "unattend-windows-server-2025-standard.xml",
        "unattend-windows-11-ltsc-2024.xml",
        "Autounattend.xml",
    }


# ------------------------------------------------------------------------------------------------- hostile input

BOMB = '<!DOCTYPE a [<!ENTITY x "{}">{}]><unattend>&y9;</unattend>'.format(
    "x" * 100, "".join(f'<!ENTITY y{n} "{f"&y{n - 1};" * 10 if n else "&x;"}">' for n in range(10))
)
HOSTILE: dict[str, str | bytes] = {
    "zero bytes": b"\0" * 100,
    "a zero in the text": VECTORS["bases"]["activation"].replace("KEY", "\0"),
    "UTF-16": VECTORS["bases"]["activation"].encode("utf-16"),
    "UTF-16 without mark": VECTORS["bases"]["activation"].encode("utf-16-le"),
    "half a character": b"\xff\xfe<\0u",
    "Latin-1": "<unattend>é</unattend>".encode("latin-1"),
    "a line of a megabyte": "<unattend>" + "x" * 1_000_000,
    "an attribute of a megabyte": f'<unattend a="{"x" * 1_000_000}"/>',
    "an entity bomb": BOMB,
    "an entity from outside": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><unattend>&x;</unattend>',
    "a script": "<script>alert(1)</script>",
    "deep nesting": "<a>" * 5_000,
    "deep and closed": "<unattend>" + "<a>" * 250 + "</a>" * 250 + "</unattend>",
    "too many tags": "<a/>" * 20_000,
    "braces": "{0} {x} %s {{}}",
    "a lone half of a pair": "<unattend>\ud800</unattend>",
    "much too large": " " * 3_000_000,
    "names with braces": '<unattend xmlns="{x}"><settings pass="{0}"/></unattend>',
    "a processing instruction": "<?xml-stylesheet href='x'?><unattend/>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_gets_a_clear_finding(name: str, catalog: Catalog) -> None:
    started = time.process_time()
    report = validate(HOSTILE[name], catalog)
    if name not in ("UTF-16", "UTF-16 without mark"):
        assert report.verdict == "invalid"
    assert report.findings
    assert all(one.message and one.cure and len(one.message) < 500 for one in report.findings)
    assert time.process_time() - started < 3


def test_a_file_in_utf_16_is_read_like_one_in_utf_8(catalog: Catalog) -> None:
    text = filled(VECTORS["bases"]["activation"].removeprefix('<?xml version="1.0" encoding="utf-8"?>\n'), catalog)
    assert validate(text.encode("utf-16"), catalog).findings == ()
    assert validate(b"\xef\xbb\xbf" + text.encode(), catalog).findings == ()


def test_a_long_list_of_settings_is_read_in_time(catalog: Catalog) -> None:
    one = VECTORS["bases"]["setup"].split("\n", 1)[1].rsplit("</unattend>", 1)[0]
    head = VECTORS["bases"]["setup"].split("\n", 1)[0]
    started = time.process_time()
    validate(filled(f"{head}\n{one * 200}</unattend>", catalog), catalog)
    assert time.process_time() - started < 3


PIECES = st.sampled_from(
    ["<", ">", "/", '"', " ", "\n", "unattend", "settings", "pass=", "component", "ProductKey", "Key", "SkipRearm", "&",
     "xmlns=", "urn:schemas-microsoft-com:unattend", "<!--", "-->", "{x}", "A" * 5, "-", "\u2028", "é", "UserData"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=60).map("".join) | st.binary(max_size=200) | st.text(max_size=200))
def test_anything_is_read_without_an_exception(data: str | bytes) -> None:
    report = validate(data, load_cached())
    assert report.verdict in ("valid", "warning", "invalid")


@given(st.integers(0, 900), st.integers(0, 30), st.sampled_from(["", "<", '"', ">", "x", "\n"]))
def test_a_damaged_file_is_read_without_an_exception(start: int, length: int, put: str) -> None:
    text = VECTORS["bases"]["setup"]
    report = validate(text[:start] + put + text[start + length :], load_cached())
    assert all(one.line is None or one.line >= 1 for one in report.findings)
