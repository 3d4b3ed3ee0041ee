from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from macros.catalog.models import Catalog, UnknownIdError
from macros.formats.base.findings import Finding, Report
from macros.formats.base.keys import KEY_SHAPE, PLACEHOLDER, is_placeholder, mask
from macros.formats.base.origin import Origin
from macros.formats.base.report import MOST_FINDINGS, UNREADABLE
from macros.formats.base.xml_tree import read
from macros.formats.office import configuration as office_xml
from macros.formats.office.configuration import OfficeRequest, ProductRequest, generate
from macros.formats.office.rules import REFERENCE, RULES
from tests.built import ROOT
from tests.formats.reports import validator
from tests.spellings import keys

validate = validator("odt")
VECTORS = yaml.safe_load((ROOT / "tests" / "vectors" / "office_xml.yaml").read_text("utf-8"))
BASES: dict[str, str] = VECTORS["bases"]
ORIGIN = Origin("office.xml", "Example Manufacturing", date(2026, 11, 24))
SUITE = ProductRequest("ProPlus2024Volume", ("en-US",), ("Lync",))


def case(vector: dict[str, Any]) -> str:
    return str(vector["case"])


def gvlk(product_id: str, catalog: Catalog) -> str:
    entry = next(one for one in catalog.odt.products if one.id == product_id)
    return next(
        key.key for key in catalog.client_keys if (key.product, key.edition) == (entry.product, entry.gvlk_edition)
    )


def with_keys(text: str, catalog: Catalog) -> str:
    text = re.sub(r"\{gvlk:(\w+)\}", lambda found: gvlk(found[1], catalog), text)
    return re.sub(r"\{other:(\w+)\}", lambda found: "-".join(reversed(gvlk(found[1], catalog).split("-"))), text)


def text_of(vector: dict[str, Any], catalog: Catalog) -> str:
    text = vector.get("text", BASES[vector["base"]])
    for old, new in vector.get("edits", []):
        assert text.count(old) >= 1, f"{old!r} is not in the base"
        text = text.replace(old, with_keys(new, catalog), 1)
    return text


def found(report: Report) -> list[tuple[str, int | None]]:
    return [(finding.id, finding.line) for finding in report.findings]


# ---------------------------------------------------------------------------------------------------- reference


def test_the_reference_is_complete(catalog: Catalog) -> None:
    odt = catalog.odt
    assert len(odt.products) >= 102
    assert len(odt.languages) >= 95
    assert len(REFERENCE) >= 24
    assert [*REFERENCE] == [f"R{number:02}" for number in range(1, len(REFERENCE) + 1)], (
        "rules of the tool are numbered; write another rule below `form` in macros/formats/office/rules.yaml"
    )
    assert set(odt.open_lists) == {"IgnoreProduct.ID", "ExcludeApp.ID"}


def test_every_volume_suite_project_and_visio_has_exactly_one_gvlk(catalog: Catalog) -> None:
    wanted = [
        one
        for one in catalog.odt.products
        if one.license == "volume" and one.generation in ("2019", "2021", "2024") and one.kind != "single_app"
        # Service providers activate by MAK only, so no GVLK is published for their editions.
        if one.pidkey != "mak-only"
    ]
    assert len(wanted) == 18
    for one in wanted:
        keys = [key for key in catalog.client_keys if (key.product, key.edition) == (one.product, one.gvlk_edition)]
        assert len(keys) == 1, one.id
        assert one.name == keys[0].edition


def test_no_gvlk_belongs_to_two_product_ids(catalog: Catalog) -> None:
    linked = Counter((one.product, one.gvlk_edition) for one in catalog.odt.products if one.gvlk_edition)
    known = {(key.product, key.edition) for key in catalog.client_keys}
    assert set(linked) <= known
    assert max(linked.values()) == 1
    assert len(linked) == 42


# --------------------------------------------------------------------------------------------------------- rules


@pytest.mark.parametrize("base", BASES)
def test_a_base_has_no_finding(base: str, catalog: Catalog) -> None:
    assert found(validate(BASES[base], catalog)) == []


@pytest.mark.parametrize("vector", VECTORS["cases"], ids=case)
def test_a_twin_is_noticed_on_its_line(vector: dict[str, Any], catalog: Catalog) -> None:
    report = validate(text_of(vector, catalog), catalog, use=vector.get("mode", ""))
    assert (vector["rule"], vector["line"]) in found(report)
    if "activation" in vector:
        assert report.activation == vector["activation"]


def test_the_vectors_cover_every_rule(catalog: Catalog) -> None:
    covered = {vector["rule"] for vector in VECTORS["cases"]}
    # Sizes and encodings are tested below: they need bytes, or a great many of them.
    assert {*RULES, *UNREADABLE} - covered == {"too-large", "encoding"}


def test_each_finding_says_what_is_wrong_and_what_to_do(catalog: Catalog) -> None:
    sources = {source.id for source in catalog.sources}
    for vector in VECTORS["cases"]:
        for finding in validate(text_of(vector, catalog), catalog, use=vector.get("mode", "")).findings:
            assert finding.message.endswith((".", "!")), finding
            assert finding.cure, finding
            assert "{" not in finding.message.replace("{}", ""), finding
            assert set(finding.sources) <= sources, finding


def test_every_numbered_rule_has_a_statement_and_sources() -> None:
    for rule in REFERENCE.values():
        assert rule.statement, rule.id
        assert rule.sources, rule.id


def test_information_does_not_change_the_verdict(catalog: Catalog) -> None:
    severities = {rule.id: rule.severity for rule in RULES.values()}
    for vector in VECTORS["cases"]:
        report = validate(text_of(vector, catalog), catalog, use=vector.get("mode", ""))
        worst = {finding.severity for finding in report.findings}
        expected = "invalid" if "error" in worst else "warning" if "warning" in worst else "valid"
        assert report.verdict == expected
        if vector["rule"] in severities:
            assert severities[vector["rule"]] in worst


def test_a_subscription_with_a_key_is_sent_to_volume_products(catalog: Catalog) -> None:
    vector = next(one for one in VECTORS["cases"] if one["rule"] == "R10")
    report = validate(text_of(vector, catalog), catalog)
    finding = next(one for one in report.findings if one.id == "R10")
    assert report.verdict == "invalid"
    assert "host key" in finding.message
    newest = catalog.odt.channels[0].required_for
    assert finding.cure.endswith(f"install a volume product ID instead: {' or '.join(newest)}.")


def test_a_column_points_at_the_attribute(catalog: Catalog) -> None:
    text = '<Configuration>\n  <Add\n     OfficeClientEdition="64"\n     Channel="PerpetualVL2042"/>\n</Configuration>'
    finding = next(one for one in validate(text, catalog).findings if one.id == "value")
    assert (finding.line, finding.column) == (4, 6)


def test_places_survive_comments_cdata_and_angle_brackets_in_attributes() -> None:
    root = read(
        "<a>\n<!-- <b/> --><![CDATA[<c/>]]>\n<?d <e/>?><f g='>' h=\"<\n\"/>\n  <i/></a>".replace('"<\n"', '"&lt;\n"')
    )
    assert [(one.name, one.place.line, one.place.column) for one in root.walk()] == [
        ("a", 1, 1),
        ("f", 3, 11),
        ("i", 5, 3),
    ]
    assert root.children[0].get("g") == ">"


def test_a_gvlk_is_recognized_in_small_letters(catalog: Catalog) -> None:
    key = gvlk("ProPlus2024Volume", catalog).lower()
    text = BASES["suite"].replace('ID="ProPlus2024Volume"', f'ID="ProPlus2024Volume" PIDKEY=" {key} "')
    report = validate(text, catalog)
    assert (found(report), report.activation) == ([], "kms-adba")


# ---------------------------------------------------------------------------------------------------------- keys


def test_a_key_that_is_not_published_is_never_shown_whole(catalog: Catalog) -> None:
    key = "-".join(reversed(gvlk("ProPlus2024Volume", catalog).split("-")))
    texts = [
        BASES["suite"].replace('ID="ProPlus2024Volume"', f'ID="ProPlus2024Volume" PIDKEY="{key}"'),
        BASES["suite"].replace("<RemoveMSI/>", f"{key}"),
        BASES["suite"].replace("<RemoveMSI/>", f'<Property Name="{key}" Value="{key}"/>'),
        BASES["suite"].replace('ID="Lync"', f'ID="{key}"'),
        BASES["suite"].replace('Channel="PerpetualVL2024">', f'Channel="x{key}y">'),
        BASES["suite"].replace("ProPlus2024Volume", key),
    ]
    for text in texts:
        report = validate(text, catalog)
        assert report.findings
        for finding in report.findings:
            assert not KEY_SHAPE.search(finding.message + finding.cure), finding


def test_a_masked_key_keeps_its_last_five_characters(catalog: Catalog) -> None:
    key = next(keys(1))
    assert mask(key).endswith(key[-5:])
    assert not KEY_SHAPE.search(mask(key))
    assert mask(gvlk("ProPlus2024Volume", catalog)) == gvlk("ProPlus2024Volume", catalog)


def test_no_published_key_is_taken_for_a_placeholder(catalog: Catalog) -> None:
    assert [key.key for key in catalog.client_keys if is_placeholder(key.key)] == []
    assert is_placeholder(PLACEHOLDER)


def test_the_placeholder_is_accepted_in_a_template_only(catalog: Catalog) -> None:
    text = generate(OfficeRequest((SUITE,), method="mak"), ORIGIN, catalog)
    template, file = validate(text, catalog, own=True), validate(text, catalog)
    assert (found(template), template.activation) == ([], "mak")
    assert [finding.id for finding in file.findings] == ["placeholder-key"]
    assert (file.verdict, file.activation) == ("warning", "unknown")


# ------------------------------------------------------------------------------------------------------ generate


def requests(catalog: Catalog) -> Iterator[OfficeRequest]:
    """Every volume product of a perpetual channel with every combination of the other settings that it allows."""
    perpetual = {channel.id for channel in catalog.odt.channels}
    products = [one for one in catalog.odt.products if one.license == "volume" and perpetual & {*one.channels}]
    for one, architecture, method, mode in product(
        products, ("64", "32"), ("kms-adba", "mak"), ("configure", "download")
    ):
        if one.pidkey == "mak-only" and method == "kms-adba":
            continue
        # Skype for Business is left out of suites, as the Office Customization Tool does.
        wanted = ProductRequest(one.id, ("en-US", "de-DE"), ("Lync",) if one.kind == "suite" else ())
        request = OfficeRequest((wanted,), architecture, method, mode=mode)
        yield request
        yield replace(request, source_path=r"\\server\share", proofing=("fr-FR",), remove_msi=False, updates=False)
        if method == "kms-adba" and one.gvlk_edition:
            yield replace(request, write_gvlk=True, display="Full", updates_path=r"\\server\updates")


@pytest.mark.slow
def test_every_generated_file_has_no_finding(catalog: Catalog) -> None:
    count = 0
    for request in requests(catalog):
        report = validate(generate(request, ORIGIN, catalog), catalog, use=request.mode, own=True)
        assert (found(report), report.activation) == ([], request.method), request
        count += 1
    assert count > 400


@pytest.mark.parametrize("suite", ["ProPlus2024Volume", "Standard2021Volume", "ProPlus2019Volume"])
def test_a_suite_project_and_visio_share_the_channel_of_their_year(suite: str, catalog: Catalog) -> None:
    year = suite[-10:-6]
    request = OfficeRequest(
        (
            ProductRequest(suite, ("en-US",), ("Lync",)),
            ProductRequest(f"ProjectPro{year}Volume", ("en-US",)),
            ProductRequest(f"VisioStd{year}Volume", ("en-US",)),
        )
    )
    text = generate(request, ORIGIN, catalog)
    root = etree.fromstring(text)
    assert root.find("Add").get("Channel") == f"PerpetualVL{year}"
    assert found(validate(text, catalog)) == []


@pytest.mark.parametrize("suite", ["ProPlus2024Volume", "Standard2021Volume", "ProPlus2019Volume"])
def test_a_file_says_why_skype_for_business_is_left_out(suite: str, catalog: Catalog) -> None:
    text = generate(OfficeRequest((ProductRequest(suite, ("en-US",), ("Access", "Lync")),)), ORIGIN, catalog)
    # Rule R19 is about Office LTSC; Office 2019 came before it.
    said = "rule R19" in text
    assert said is not suite.endswith("2019Volume")
    if said:
        before, line = text.split("\n")[:-1], '      <ExcludeApp ID="Lync"/>'
        assert "Skype for Business" in before[before.index(line) - 1]


def test_a_file_by_kms_holds_no_key_unless_asked(catalog: Catalog) -> None:
    plain = generate(OfficeRequest((SUITE,)), ORIGIN, catalog)
    written = generate(OfficeRequest((SUITE,), write_gvlk=True), ORIGIN, catalog)
    assert not KEY_SHAPE.search(plain)
    assert KEY_SHAPE.findall(written) == [gvlk("ProPlus2024Volume", catalog)]


def test_the_head_says_what_made_the_file_for_whom_and_when(catalog: Catalog) -> None:
    head = generate(OfficeRequest((SUITE,)), ORIGIN, catalog).split("-->")[0]
    for said in (
        "Volume Activation Guide",
        "Example Manufacturing",
        "2026-11-24",
        "PerpetualVL2024",
        "setup.exe /configure",
    ):
        assert said in head


@pytest.mark.parametrize(
    "name", ["A--B", "ends with -", "--> <Add/>", "<!--", "M\u00fcller & S\u00f6hne", "a\x01b", "\ud800", "]]>&x;"]
)
def test_any_name_of_an_organization_fits_into_the_head(name: str, catalog: Catalog) -> None:
    text = generate(OfficeRequest((SUITE,)), replace(ORIGIN, organization=name), catalog)
    assert found(validate(text, catalog)) == []


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_name_of_an_organization_breaks_the_head(catalog: Catalog, name: str) -> None:
    text = generate(OfficeRequest((SUITE,)), replace(ORIGIN, organization=name), catalog)
    assert found(validate(text, catalog)) == []


def test_what_cannot_be_installed_together_is_refused(catalog: Catalog) -> None:
    older = ProductRequest("VisioPro2021Volume", ("en-US",))
    with pytest.raises(ValueError, match="no perpetual channel"):
        generate(OfficeRequest((SUITE, older)), ORIGIN, catalog)
    with pytest.raises(ValueError, match="no perpetual channel"):
        generate(OfficeRequest((ProductRequest("O365ProPlusRetail", ("en-US",)),)), ORIGIN, catalog)


def test_an_unknown_product_id_is_refused_with_the_nearest(catalog: Catalog) -> None:
    with pytest.raises(UnknownIdError, match="ProPlus2024Volume"):
        generate(OfficeRequest((replace(SUITE, id="ProPlus2024Volum"),)), ORIGIN, catalog)


def test_a_product_without_gvlk_cannot_have_it_written(catalog: Catalog) -> None:
    with pytest.raises(ValueError, match="no published GVLK"):
        generate(OfficeRequest((ProductRequest("OneNote2021Volume", ("en-US",)),), write_gvlk=True), ORIGIN, catalog)


def test_an_edition_for_service_providers_is_refused_by_kms(catalog: Catalog) -> None:
    with pytest.raises(ValueError, match="MAK only"):
        generate(OfficeRequest((ProductRequest("ProPlusSPLA2021Volume", ("en-US",)),)), ORIGIN, catalog)


# ------------------------------------------------------------------------------------------------- hostile input

BOMB = "<!DOCTYPE a [<!ENTITY a 'x'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>\n<Configuration>&b;</Configuration>"
LATIN = '<?xml version="1.0" encoding="iso-8859-1"?>\n<Configuration>\xe9</Configuration>'
NAME_SPACE = '<Configuration xmlns="u" xmlns:x="v" x:y="1">\n<x:Add/></Configuration>'
EMPTY_UTF16 = '<?xml version="1.0" encoding="utf-16"?><Configuration/>'
HOSTILE: list[tuple[str, str | bytes, tuple[str, int | None]]] = [
    ("nothing", b"", ("empty-file", 1)),
    ("a byte order mark alone", b"\xef\xbb\xbf", ("empty-file", 1)),
    ("white space", " \n\t", ("empty-file", 1)),
    ("an entity bomb", BOMB, ("document-type", 1)),
    ("one long line", "x" * 1_000_000, ("not-well-formed", 1)),
    ("one long attribute", f'<Configuration ID="{"x" * 1_000_000}"/>', ("nothing-to-do", 1)),
    ("ten megabytes", b"<" * 10_000_000, ("too-large", None)),
    ("many elements", "<Configuration>" + "<Add/>" * 100_000 + "</Configuration>", ("too-large", None)),
    ("many attributes", "<a " + " ".join(f'b{i}="1"' for i in range(100_000)) + "/>", ("too-large", None)),
    ("deep nesting", "<a>" * 9000, ("not-well-formed", 1)),
    ("a NUL character", "<Configuration>\n<a\0/></Configuration>", ("not-well-formed", 2)),
    ("half a character", "<Configuration>\n\ud800</Configuration>", ("encoding", 2)),
    ("bytes that are no UTF-8", b"<Configuration>\n\n\xff</Configuration>", ("encoding", 3)),
    ("an encoding that nobody knows", b'<?xml version="1.0" encoding="klingon"?><a/>', ("encoding", 1)),
    ("an encoding that is no encoding", b'<?xml version="1.0" encoding="zip"?><a/>', ("encoding", 1)),
    ("an unknown entity", "<Configuration>\n&x;</Configuration>", ("not-well-formed", 2)),
    ("UTF-16 with its mark", EMPTY_UTF16.encode("utf-16"), ("nothing-to-do", 1)),
    ("UTF-16 without its mark", EMPTY_UTF16.encode("utf-16-be"), ("nothing-to-do", 1)),
    ("UTF-16 declared in a text", EMPTY_UTF16, ("nothing-to-do", 1)),
    ("UTF-16 declared in UTF-8", EMPTY_UTF16.encode(), ("nothing-to-do", 1)),
    ("UTF-8 with its mark", "\ufeff<Configuration/>".encode(), ("nothing-to-do", 1)),
    ("Latin-1 as declared", LATIN.encode("latin-1"), ("stray-text", 2)),
    ("markup in an attribute", '<Configuration a="&lt;script&gt;"/>', ("unknown-attribute", 1)),
    ("a name space", NAME_SPACE, ("misspelled-element", 2)),
]


@pytest.mark.parametrize(("data", "expected"), [one[1:] for one in HOSTILE], ids=[one[0] for one in HOSTILE])
def test_hostile_input_is_a_finding(data: str | bytes, expected: tuple[str, int | None], catalog: Catalog) -> None:
    assert expected in found(validate(data, catalog))


def test_a_file_that_is_wrong_everywhere_is_reported_up_to_a_limit(catalog: Catalog) -> None:
    report = validate("<Configuration>" + "".join(f"<E{i}/>" for i in range(9000)) + "</Configuration>", catalog)
    assert len(report.findings) == MOST_FINDINGS + 1
    assert report.findings[-1].id == "more-findings"


def test_a_message_clips_what_it_quotes(catalog: Catalog) -> None:
    report = validate(f'<Configuration {"x" * 10_000}="1"/>', catalog)
    assert max(len(finding.message) for finding in report.findings) < 500


@settings(deadline=None)
@given(st.text() | st.binary())
def test_nothing_raises(catalog: Catalog, data: str | bytes) -> None:
    assert_sound(validate(data, catalog).findings)


WORDS = ("Configuration", "Add", "Product", "Language", "ExcludeApp", "Property", "Remove", "Updates", "Display")
NAMES = ("ID", "Channel", "PIDKEY", "Name", "Value", "Level", "Version", "Fallback", "TargetProduct")
VALUES = ("", "TRUE", "O365ProPlusRetail", "ProPlus2024Volume", "MatchOS", "MatchPreviousMSI", "PerpetualVL2024", "$x")


@st.composite
def trees(draw: st.DrawFn) -> str:
    root = etree.Element("Configuration")
    elements = [root]
    for _ in range(draw(st.integers(0, 12))):
        parent = draw(st.sampled_from(elements))
        element = etree.SubElement(parent, draw(st.sampled_from(WORDS)))
        for name in draw(st.sets(st.sampled_from(NAMES), max_size=4)):
            element.set(name, draw(st.sampled_from(VALUES)))
        elements.append(element)
    return str(etree.tostring(root, encoding="unicode"))


@pytest.mark.slow
@settings(deadline=None)
@given(trees())
def test_no_arrangement_of_known_names_raises(catalog: Catalog, text: str) -> None:
    assert_sound(validate(text, catalog).findings)


@settings(deadline=None)
@given(st.data())
def test_no_damaged_sample_raises(catalog: Catalog, data: st.DataObject) -> None:
    text = BASES[data.draw(st.sampled_from(sorted(BASES)))]
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 20)))
    assert_sound(validate(text[:start] + data.draw(st.text(max_size=5)) + text[end:], catalog).findings)


def assert_sound(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        assert finding.line is None or finding.line >= 1
        assert finding.column is None or finding.column >= 1
        assert finding.message
        assert "\n" not in finding.message


def test_every_subscription_product_refuses_a_key(catalog: Catalog) -> None:
    subscriptions = [one.id for one in catalog.odt.products if one.license == "subscription"]
    assert len(subscriptions) == 6
    for one in subscriptions:
        text = BASES["subscription"].replace(
            'ID="O365ProPlusRetail"', f'ID="{one}" PIDKEY="{gvlk("ProPlus2024Volume", catalog)}"'
        )
        assert ("R10", 3) in found(validate(text, catalog)), one


# --------------------------------------------------------------------------------------------------------- speed


@pytest.mark.slow
def test_hundreds_of_files_are_checked_in_a_second(catalog: Catalog) -> None:
    texts = [generate(request, ORIGIN, catalog) for request in requests(catalog)]
    texts += [text_of(vector, catalog) for vector in VECTORS["cases"]]
    started = time.process_time()
    for text in texts:
        validate(text, catalog)
    rate = len(texts) / (time.process_time() - started)
    print(f"{rate:.0f} files a second, {sum(map(len, texts)) // len(texts)} characters each")
    # It is some thousand on an idle machine; fewer than the floor would be felt in a build.
    assert rate > 500


def test_the_catalog_is_arranged_once(catalog: Catalog) -> None:
    known = office_xml._known(catalog)
    assert office_xml._known(catalog) is known
    other = catalog.model_copy()
    assert office_xml._known(other) is not known
    assert office_xml._known(other).elements == known.elements
