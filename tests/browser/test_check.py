"""The check of Office configurations in a real browser: the same findings as Python, and what a reader sees of them."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from playwright.sync_api import Browser, Page, expect

from macros.catalog.models import Catalog
from macros.formats.base import xml_tree
from macros.formats.base.keys import PLACEHOLDER
from macros.formats.base.reading import UnreadableError, decode
from macros.formats.base.spelling import nearest
from macros.formats.library import sample
from macros.formats.office.configuration import Mode
from macros.formats.office.samples import SAMPLES
from macros.render.deploy.check_data import ACTIVATIONS
from macros.render.deploy.samples import context
from macros.render.parts.view import View
from tests.browser.check_pages import (
    LARGE,
    MARKUP,
    NO_KEY,
    RESULT,
    SEED,
    SLOWEST_CHECK,
    Case,
    OpenPage,
    Twin,
    behind_a_strict_policy,
    call,
    duration,
    examples,
    fits,
    found_on_page,
    in_python,
    nothing_asked,
    paste,
    reported,
    says_only_what_the_data_says,
    violations,
)
from tests.browser.conftest import NARROW, WIDE
from tests.built import Site
from tests.formats.base.test_reading import VECTORS as ENCODINGS
from tests.formats.base.test_spelling import VECTORS as NEAREST
from tests.formats.base.test_wrapped import VECTORS as WRAPPED
from tests.formats.base.test_wrapped import filled
from tests.formats.base.test_xml_tree import VECTORS as XML
from tests.formats.office.test_configuration import HOSTILE, VECTORS, text_of, validate

pytestmark = pytest.mark.browser

CHECK = "deploy/check.html"
MUTATED, DAMAGED = 500, 1000
SLOWEST_DRAWN = 200
"""Milliseconds to check a large file and to draw what was found."""
SLOWEST_HOSTILE, SLOWEST_ANSWER = 1000, 5000
"""Milliseconds for a check of anything, and from the paste to the answer."""


# ------------------------------------------------------------------------------------------------------- parity

VALIDATED = reported("(data, mode, template) => vagOdt.validate(data, { mode, template })")


def compare(page: Page, cases: Sequence[Case], catalog: Catalog, what: str) -> set[str]:
    """Everything agrees. Gives the rules that were found."""

    def python(data: str | bytes, mode: Mode | None = None, template: bool = False) -> dict[str, Any]:
        return in_python(validate(data, catalog, use=mode or "", own=template))

    return Twin(VALIDATED, python).compare(page, cases, what)


def shown_samples(view: View) -> list[Case]:
    """Every sample and every twin, as the site checks them."""
    made = []
    for sample_id in SAMPLES:
        one = sample(sample_id, context(view))
        mode: Mode = "download" if "/download" in one.text else "configure"
        made += [Case(text, (mode, True)) for text in (one.text, *(twin.text for twin in one.twins))]
    return made


def vectors(catalog: Catalog) -> list[Case]:
    own = [*VECTORS["cases"], *VECTORS["near_misses"]]
    others = [*WRAPPED["cases"], *WRAPPED["near_misses"]]
    return [
        *(Case(text_of(vector, catalog), (vector.get("mode"),)) for vector in own),
        *(Case(filled(vector["text"])) for vector in others),
    ]


def test_every_sample_and_twin_gets_the_same_findings(scripts: Page, view: View, catalog: Catalog) -> None:
    compare(scripts, shown_samples(view), catalog, "samples and twins")


def test_every_vector_gets_the_same_findings(scripts: Page, catalog: Catalog) -> None:
    compare(scripts, vectors(catalog), catalog, "vectors")


def test_every_word_of_a_finding_comes_from_the_data(check: Page, catalog: Catalog) -> None:
    says_only_what_the_data_says(check, "vagOdt.known", Twin(VALIDATED, dict), vectors(catalog))


def test_hostile_input_gets_the_same_findings(scripts: Page, catalog: Catalog) -> None:
    compare(scripts, [Case(data) for _, data, _ in HOSTILE], catalog, "hostile input")


@dataclass(frozen=True)
class Words:
    """Names and values to put into files."""

    elements: list[str]
    attributes: list[str]
    values: list[str]
    properties: list[str]


def words(catalog: Catalog) -> Words:
    odt = catalog.odt
    known = [attribute for element in odt.elements for attribute in element.attributes]
    values = [
        *(product.id for product in odt.products),
        *(language.culture for language in odt.languages),
        *odt.language_tokens,
        *(value for attribute in known for value in attribute.allowed),
        *(key.key for key in catalog.client_keys),
        *("", "TRUE", "true", "0", "1", "$x", "%v%", "{y}", PLACEHOLDER, NO_KEY, "my key", "x" * 300, "\u00a0"),
        *("Monthly", "Broad", "insiders", "MatchInstalled", "16.0.12345.12345", "16.0.\uff11234.12345", "16.0"),
        *("12/31/2026 10:00", "\\\\s\\Office", "C:\\office\\", "é😀", "<script>", 'a"b', "\u0130", "\u017f"),
        *("ProPlusVolume", "StandardXVolume", "O365Foo", "FooRetail", "ProPlus2024Volum", " ProPlus2024Volume "),
        *("visiopro2024volume", "en-gb", "xx-YY", "German", "Skype", "Project", "outlookforwindows", "lync"),
    ]  # fmt: skip
    return Words(
        elements=[element.name for element in odt.elements] + ["Foo", "ad", "Prodct"],
        attributes=[attribute.name for attribute in known] + ["Foo", "id", "Chanel", "Version1"],
        values=values,
        properties=[each.name for each in odt.properties] + ["autoactivate", "FORCEAPPSHUTDWN"],
    )


def mutant(text: str, chance: random.Random, some: Words) -> str:
    """A file with a few elements, attributes or values changed, added or taken away."""
    root = etree.fromstring(text.encode())
    for _ in range(chance.choice([1, 1, 2, 3, 5])):
        element = chance.choice([each for each in root.iter() if isinstance(each.tag, str)])
        attributes = [*element.attrib]
        parent = element.getparent()
        change = chance.choice(
            ["rename", "set", "set", "value", "value", "drop", "remove", "add", "property", "text", "copy"]
        )
        if change == "rename":
            element.tag = chance.choice(some.elements)
        elif change == "set" or (change == "value" and attributes):
            element.set(chance.choice(attributes if change == "value" else some.attributes), chance.choice(some.values))
        elif change == "drop" and attributes:
            del element.attrib[chance.choice(attributes)]
        elif change == "remove" and parent is not None:
            parent.remove(element)
        elif change == "add":
            added = etree.SubElement(element, chance.choice(some.elements))
            added.set(chance.choice(some.attributes), chance.choice(some.values))
            added.tail = "\n"
        elif change == "property":
            added = etree.SubElement(element, "Property", Name=chance.choice(some.properties))
            added.set("Value", chance.choice(some.values))
            added.tail = "\n"
        elif change == "text":
            element.text = (element.text or "") + chance.choice(["text", "\u00a0", "\n", "é", NO_KEY])
        elif change == "copy" and parent is not None:
            parent.append(deepcopy(element))
    return str(etree.tostring(root, encoding="unicode"))


def readable(cases: list[Case]) -> Iterator[str]:
    """Texts that are XML, and no document type in them."""
    for case in cases:
        try:
            etree.fromstring(case.data)
        except (etree.XMLSyntaxError, ValueError):
            continue
        if "<!DOCTYPE" not in str(case.data):
            yield str(case.data)


def test_mutated_files_get_the_same_findings(scripts: Page, view: View, catalog: Catalog) -> None:
    chance = random.Random(SEED)
    some, texts = words(catalog), [*readable([*shown_samples(view), *vectors(catalog)])]
    modes: list[Mode | None] = [None, "download", "configure"]
    cases = [
        Case(mutant(chance.choice(texts), chance, some), (chance.choice(modes), chance.random() < 0.3))
        for _ in range(MUTATED)
    ]
    compare(scripts, cases, catalog, "mutated files")


MARKS = (
    *("<", ">", "/", '"', "'", "=", "&", "&amp;", "&x;", "&#65;", "&#0;", "<!--", "-->", "--", "<![CDATA[", "]]>"),
    *("<?", "?>", '<?xml version="1.0"?>', " ", "\n", "\r", "\r\n", "\t", "\x01", "\0", "\ufffe", "\u00a0", "\ufeff"),
    *("a", "ID", "é", "😀", "-", "!", "#", ";", "%", ":", "x:", "<a>", "</a>", "<a/>", "</Add>", "</Product>", "''"),
    *('""', 'ID="x"', 'x:a="1"', 'xmlns:y="u"', 'xmlns="v"', 'xml:lang="e"'),
)


def damaged(text: str, chance: random.Random) -> str:
    """A text with marks put in, letters left out, or its end cut off."""
    for _ in range(chance.choice([1, 1, 2])):
        at = chance.randrange(1, len(text))
        length = chance.choice([0, 0, 1, 1, 2, 5, 20])
        text = text[:at] + (chance.choice(MARKS) if chance.random() < 0.7 else "") + text[at + length :]
        if chance.random() < 0.1:
            text = text[:at]
    return text


RICH = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!-- head -->\n<Configuration xmlns:x="u" ID="é😀">\r\n <?pi x?>'
    "<Add a='&amp;&#65;&lt;' x:b=\"1\">text &amp; more<![CDATA[<x> ]]>&#x41;</Add>\n<x:Add/>\n</Configuration>\n"
    "<!-- end -->"
)
"""A bit of everything that XML has."""


def test_damaged_files_get_the_same_findings(scripts: Page, catalog: Catalog) -> None:
    chance = random.Random(SEED)
    texts = [RICH, *VECTORS["bases"].values()]
    cases = [Case(damaged(chance.choice(texts), chance)) for _ in range(DAMAGED)]
    compare(scripts, cases, catalog, "damaged files")


DECODED = """(files) => files.map((file) => {
    const bytes = Uint8Array.from(file, (letter) => letter.charCodeAt(0));
    try { return vagText.decode(bytes, 1e6); }
    catch (error) { return [error.rule, error.line, error.values]; }
})"""


def decoded(file: bytes) -> str | list[Any]:
    try:
        return decode(file)
    except UnreadableError as error:
        return [error.rule, error.line, error.values]


def test_every_file_of_the_vectors_is_read_the_same(scripts: Page) -> None:
    files = [case["bytes"].encode("latin-1") for case in ENCODINGS]
    found = call(scripts, DECODED, [file.decode("latin-1") for file in files])
    assert found == [decoded(file) for file in files]


@pytest.mark.parametrize("name", ["utf-8", "UTF8", "us-ascii", "utf-16", "windows-1252", "ISO-8859-1", "cp1251"])
def test_every_byte_of_every_encoding_is_read_the_same(name: str, scripts: Page) -> None:
    head = f'<?xml version="1.0" encoding="{name}"?>\n'.encode()
    files = [head + bytes([byte]) for byte in range(256)] + [bytes([byte, byte, 10, byte]) for byte in range(256)]
    found = call(scripts, DECODED, [file.decode("latin-1") for file in files])
    assert found == [decoded(file) for file in files]


NOT_XML = """(texts) => texts.map((text) => {
    try { vagXml.readXml(text, vagOdt.known); return null; }
    catch (error) { return [error.rule, error.line, error.column, error.said]; }
})"""


def test_every_text_of_the_vectors_is_refused_for_the_same_reason(scripts: Page) -> None:
    expected = []
    for case in XML:
        with pytest.raises(UnreadableError) as caught:
            xml_tree.read(case["text"])
        error = caught.value
        expected.append([error.rule, error.line, error.column, error.values])
    assert call(scripts, NOT_XML, [case["text"] for case in XML]) == expected


def test_the_name_that_is_meant_is_the_same(scripts: Page, catalog: Catalog) -> None:
    chance = random.Random(SEED)
    pools = [
        [product.id for product in catalog.odt.products],
        [language.culture for language in catalog.odt.languages],
        [element.name for element in catalog.odt.elements],
        ["abab", "baba", "aabb", "ABAB", "bbaa"],
    ]
    asked = [(case["given"], case["names"], case["cutoff"]) for case in NEAREST]
    for _ in range(3000):
        names = chance.choice(pools)
        letters = [*chance.choice(names)]
        for _ in range(chance.randrange(5)):
            letters.insert(chance.randrange(len(letters) + 1), chance.choice("abé😀-2xVo"))
            if chance.random() < 0.6:
                letters.pop(chance.randrange(len(letters)))
        asked.append(("".join(letters) * chance.choice([1, 1, 1, 9]), names, chance.choice([0.6, 0.7, 0.75, 0.8])))
    found = call(scripts, "(all) => all.map((each) => vagText.nearest(...each))", asked)
    assert found == [nearest(*each) for each in asked]
    hits = sum(name is not None for name in found)
    print("names:", len(asked), "with a near one:", hits)
    assert 500 < hits < len(asked)


# -------------------------------------------------------------------------------------------------------- speed


def large_file(wrong: bool) -> str:
    """As many characters as the bound says: eight products, and settings. With `wrong`, mistakes on every line."""
    right = (
        '<User Key="software\\policies\\office\\16.0" Name="n{0}" Value="1" Type="REG_DWORD" App="word" Id="L_{0}"/>'
    )
    bad = '<Usr Key="software\\vendor" Nmae="n{0}" Value="1" Typ="REG_DWORD" Foo="office16" Id="L_{0}">text</Usr>'
    settings = bad if wrong else right
    product = '<Product ID="ProPlus2024Volume"><Language ID="en-US"/><ExcludeApp ID="Lync"/></Product>\n'
    head = (
        f'<Configuration>\n<Add OfficeClientEdition="64" Channel="PerpetualVL2024">{product * 8}</Add>\n<AppSettings>\n'
    )
    lines = LARGE // len(settings) + 1
    return head + "\n".join(settings.format(number) for number in range(lines)) + "\n</AppSettings>\n</Configuration>\n"


DRAWN = """(text) => {
    const report = vagOdt.validate(text);
    const { list, listing } = vagOdt.findings;
    const drawn = [list(report), listing(report)];
    document.body.append(...drawn);
    document.body.offsetHeight;
    for (const each of drawn) each.remove();
}"""


@pytest.mark.parametrize("wrong", [False, True], ids=["valid settings", "wrong everywhere"])
def test_a_large_file_is_checked_within_the_bound(wrong: bool, scripts: Page, catalog: Catalog) -> None:
    text = large_file(wrong)
    assert len(text) >= LARGE
    took = duration(scripts, "(text) => vagOdt.validate(text)", text, bound=SLOWEST_CHECK)
    drawn = duration(scripts, DRAWN, text, bound=SLOWEST_DRAWN)
    print(f"{len(text)} characters: check {took:.1f} ms, check and drawing {drawn:.1f} ms (median)")
    assert took < SLOWEST_CHECK
    assert drawn < SLOWEST_DRAWN
    compare(scripts, [Case(text)], catalog, "large file")


# ------------------------------------------------------------------------------------------------------ hostile

NASTY = {
    "an entity bomb": (
        "document-type",
        '<!DOCTYPE a [<!ENTITY b "bbb"><!ENTITY c "&b;&b;">]><Configuration>&c;</Configuration>',
    ),
    "an external entity": (
        "document-type",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "/a">]>\n<Configuration>&x;</Configuration>',
    ),
    "an external DTD": ("document-type", '<!DOCTYPE a SYSTEM "/a.dtd">\n<Configuration/>'),
    "a style sheet": ("nothing-to-do", '<?xml-stylesheet href="/a.xsl"?>\n<Configuration/>'),
    "ten megabytes": ("too-large", "<" * 10_000_000),
    "ten megabytes of letters": ("too-large", "😀x" * 3_400_000),
    "deep nesting": ("not-well-formed", "<a>" * 4000 + "</a>" * 4000),
    "an attribute of a megabyte": ("nothing-to-do", f'<Configuration ID="{"x" * 1_000_000}"/>'),
    "blanks of a megabyte": ("stray-text", f"<Configuration>{' ' * 1_000_000}x{' ' * 900_000}</Configuration>"),
    "many elements": ("more-findings", "<Configuration>" + "<Ad/>" * 9_900 + "</Configuration>"),
    "many attributes": ("more-findings", "<Configuration " + " ".join(f'b{i}="1"' for i in range(9_900)) + "/>"),
    "many lines": ("nothing-to-do", "\n" * 1_900_000 + "<Configuration/>"),
    "a NUL": ("not-well-formed", "<Configuration>\n<a\0/></Configuration>"),
    "a script": ("unknown-element", "<Configuration><script>window.hacked = 1</script></Configuration>"),
    "markup in attributes": (
        "value",
        f'<Configuration>\n<Add Channel="{MARKUP.replace("<", "&lt;")}"/></Configuration>',
    ),
    "markup that is not XML": ("not-well-formed", MARKUP),
    "marks of direction": ("text-around", "\u202e<Configuration/>\u2066"),
}


@pytest.mark.parametrize("name", NASTY)
def test_hostile_text_gets_a_finding_fast_and_does_nothing_else(name: str, check: Page, catalog: Catalog) -> None:
    rule, text = NASTY[name]
    checked = duration(check, "(text) => vagOdt.validate(text)", text, bound=SLOWEST_HOSTILE, runs=1)
    # A browser takes a minute to lay out a box with so many emoji or lines, whatever the page does with them.
    check.locator("#vag-text").evaluate("box => { box.style.display = 'none' }")
    with nothing_asked(check):
        shown = paste(check, text)
        assert rule in (found_on_page(check).text_content() or "")
    print(f"{name}: checked in {checked:.0f} ms, on the page after {shown:.0f} ms")
    assert checked < SLOWEST_HOSTILE
    assert shown < SLOWEST_ANSWER
    compare(check, [Case(text)], catalog, name)


# ------------------------------------------------------------------------------------------------ what one sees


def clear(page: Page) -> None:
    page.locator("article").get_by_role("button", name="Clear").click()


WRONG = f"""<Configuration>
  <Add OfficeClientEdition="64" Channel="Current">
    <Product ID="ProPlus2024Volume" PIDKEY="{NO_KEY}">
      <Language ID="en-GB"/>
      <ExcludeApp ID="Skype"/>
    </Product>
    <Product ID="VisioPro2024Volume">
      <Language ID="en-GB"/>
    </Product>
  </Add>
  <Updates Enabled="true" Chanel="Monthly"/>
</Configuration>
"""


def test_findings_say_line_cure_and_source_and_mark_the_lines(check: Page, catalog: Catalog) -> None:
    paste(check, WRONG)
    report = validate(WRONG, catalog)
    items = check.locator("form .vag-found__list > li")
    assert items.count() == len(report.findings) > 5
    for item, finding in zip(items.all(), report.findings, strict=True):
        for said in (finding.id, f"line {finding.line}, column {finding.column}", finding.message, finding.cure):
            expect(item).to_contain_text(said)
        links = item.locator("a.vag-source")
        assert [link.get_attribute("href") for link in links.all()] == [
            str(catalog.source(source).url) for source in finding.sources
        ]
    marked = check.locator("[data-vag-found] [data-line]:has(.vag-status)")
    assert {int(line.get_attribute("data-line") or 0) for line in marked.all()} == {
        finding.line for finding in report.findings
    }
    numbers = [line.get_attribute("data-line") for line in check.locator("[data-vag-found] [data-line]").all()]
    assert numbers == [str(number) for number in range(1, WRONG.count("\n") + 1)]


def test_the_verdict_is_said_and_how_it_activates(check: Page, catalog: Catalog) -> None:
    paste(check, WRONG)
    report = validate(WRONG, catalog)
    counts = Counter(finding.severity for finding in report.findings)
    heading = check.locator("#result").inner_text()
    assert "Not valid" in heading
    assert f"{counts['error']} errors" in heading
    assert f"{counts['info']} notes" in heading
    expect(check.locator("[role=status][data-vag-live]")).to_contain_text("Not valid")
    expect(found_on_page(check)).to_contain_text(ACTIVATIONS[report.activation])
    paste(check, VECTORS["bases"]["suite"])
    expect(check.locator("#result")).to_contain_text("Valid: no finding")
    expect(check.locator("[data-vag-live]")).to_contain_text("Valid: no finding")
    expect(found_on_page(check)).to_contain_text(ACTIVATIONS["kms-adba"])


def test_a_finding_leads_to_its_line_by_keyboard(check: Page) -> None:
    paste(check, WRONG)
    link = check.locator(".vag-found__list a[href='#vag-line-8']")
    link.focus()
    check.keyboard.press("Enter")
    expect(check.locator("#vag-line-8")).to_be_focused()
    expect(check.locator("#vag-line-8")).to_be_in_viewport()


def test_keys_are_masked_in_everything_that_is_shown_but_published_ones(check: Page, catalog: Catalog) -> None:
    published = catalog.client_keys[0].key
    text = WRONG.replace("<Updates", f"<!-- {NO_KEY.lower()} {published} -->\n{NO_KEY}<Updates").replace(
        "en-GB", NO_KEY, 1
    )
    paste(check, text)
    shown = check.locator("[data-vag-check]").evaluate(
        "form => [...form.querySelectorAll('[data-vag-found], [data-vag-live]')].map((each) => each.outerHTML).join('')"
    )
    assert NO_KEY.lower() not in shown.lower()
    assert NO_KEY[-5:] in shown
    assert published in shown


def test_a_key_at_the_end_of_what_is_shown_of_a_line_is_masked(check: Page) -> None:
    for start in range(370, 402, 3):
        paste(check, f"<Configuration>\n<!--{'x' * start} {NO_KEY} -->\n</Configuration>")
        shown = check.locator("#vag-line-2").inner_text()
        assert not re.search(r"[BCDFG]{5}-[HJKMN]", shown), start


def test_only_lines_with_findings_of_a_long_file_are_shown(check: Page) -> None:
    text = large_file(wrong=False).replace('Name="n700"', 'Nmae="n700"')
    paste(check, text)
    lines = check.locator("[data-vag-found] [data-line]")
    assert lines.count() < 30
    number = text[: text.index("Nmae")].count("\n") + 1
    expect(check.locator(f"#vag-line-{number} .vag-status")).to_contain_text("misspelled-attribute")
    expect(found_on_page(check)).to_contain_text("lines without a finding")


UTF16 = '<?xml version="1.0" encoding="utf-16"?>\n<Configuration>\n<Ad/>\n</Configuration>\n'


def test_an_opened_file_of_any_encoding_is_read_and_the_result_takes_the_focus(check: Page, tmp_path: Path) -> None:
    file = tmp_path / "configuration.xml"
    file.write_bytes(UTF16.encode("utf-16"))
    check.get_by_label("Or open a file").set_input_files(file)
    expect(check.locator("#result")).to_be_focused()
    expect(found_on_page(check)).to_contain_text("misspelled-element")
    assert check.get_by_label("Your file").input_value() == UTF16


def test_a_file_that_is_too_large_is_refused_without_reading_it(check: Page, tmp_path: Path) -> None:
    file = tmp_path / "large.xml"
    file.write_bytes(b"<" * 3_000_000)
    check.get_by_label("Or open a file").set_input_files(file)
    expect(found_on_page(check)).to_contain_text("The file has 3,000,000 bytes")
    assert check.get_by_label("Your file").input_value() == ""


def test_a_dropped_file_is_read(check: Page) -> None:
    check.evaluate(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "configuration.xml"));
            for (const type of ["dragover", "drop"]) document.getElementById("vag-text")
                .dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        WRONG,
    )
    expect(check.locator("#result")).to_be_focused()
    expect(check.locator("#result")).to_contain_text("Not valid")


def test_how_the_file_is_used_changes_what_is_found(check: Page) -> None:
    paste(check, VECTORS["bases"]["suite"].replace('"en-US"', '"MatchInstalled"'))
    expect(found_on_page(check)).not_to_contain_text("R13")
    check.get_by_label("Used with").select_option("download")
    expect(found_on_page(check)).to_contain_text("R13")


def test_clear_brings_the_empty_form_back_and_the_box_takes_the_focus(check: Page) -> None:
    before = found_on_page(check).inner_text()
    paste(check, WRONG)
    clear(check)
    expect(check.get_by_label("Your file")).to_be_focused()
    assert check.get_by_label("Your file").input_value() == ""
    assert found_on_page(check).inner_text() == before
    paste(check, " ")
    expect(found_on_page(check)).to_contain_text("empty")
    paste(check, "")
    expect(check.locator("#result")).to_have_count(0)


def test_an_example_of_the_page_gives_the_findings_that_stand_there(check: Page) -> None:
    for said, shown in examples(check):
        # A sample may hold the placeholder for a MAK, and R13 is known only when the file is used to download.
        assert [text for text in said if "R13" not in text] == [text for text in shown if "placeholder" not in text]


def test_the_form_is_used_by_keyboard_in_the_order_in_which_it_reads(check: Page) -> None:
    check.get_by_label("Your file").focus()
    seen = []
    for _ in range(3):
        check.keyboard.press("Tab")
        seen.append(check.evaluate("document.activeElement.id || document.activeElement.textContent"))
    assert seen == ["vag-file", "vag-mode", "Clear"]


def test_nothing_is_sent_or_kept(check: Page) -> None:
    with nothing_asked(check):
        paste(check, WRONG)
    kept = check.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])")
    assert "ProPlus2024Volume" not in kept
    assert check.evaluate("location.hash") == ""
    check.reload()
    assert check.get_by_label("Your file").input_value() == ""


def test_without_scripts_the_page_says_how_to_check_and_shows_examples(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{CHECK}", javascript=False)
    expect(page.locator("form[data-vag-check]")).to_be_hidden()
    expect(page.get_by_text("python -m macros check FILE")).to_be_visible()
    page.locator("article summary").first.click()
    expect(page.locator("article details .vag-status").first).to_be_visible()
    expect(page.locator("[data-vag-example] .vag-status").first).to_be_visible()


# --------------------------------------------------------------------------------------- every state, everywhere

STATES = {
    "wrong": WRONG,
    "empty": "",
    "valid": VECTORS["bases"]["suite"],
    "not XML": "<Configuration>\n<Add></Configuration>",
    "too large": "<" * 2_000_001,
    "long": large_file(wrong=True),
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_axe_finds_nothing_in_any_state(width: int, dark: bool, open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{CHECK}", width=width, dark=dark)
    page.evaluate("document.querySelectorAll('article details').forEach((each) => { each.open = true })")
    paste(page, STATES["wrong"])
    found = {"wrong": violations(page)}
    # From here on, only the form changes.
    for state in [*STATES][1:]:
        paste(page, STATES[state])
        found[state] = violations(page, RESULT)
    assert found == {state: [] for state in STATES}


def test_every_state_fits_a_small_screen(open_page: OpenPage, address: str) -> None:
    page = open_page(f"{address}/{CHECK}", width=320)
    page.evaluate("document.querySelectorAll('article details').forEach((each) => { each.open = true })")
    for text in [*STATES.values(), f'<Configuration ID="{"x" * 900}"/>', f"<{'x' * 900}/>"]:
        paste(page, text)
        assert fits(page)


def test_it_works_from_disk(open_page: OpenPage, site: Site) -> None:
    page = open_page((site.folder / CHECK).as_uri())
    paste(page, WRONG)
    expect(page.locator("#result")).to_contain_text("Not valid")


def test_it_works_behind_a_strict_policy(browser: Browser, site: Site) -> None:
    with behind_a_strict_policy(browser, site.folder, CHECK) as page:
        paste(page, WRONG)
        paste(page, f'<Configuration style="color: red"/>{MARKUP}')
        expect(page.locator("#result")).to_contain_text("Not valid")
