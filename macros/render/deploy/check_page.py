"""Check and build Office configurations: the forms that a page's scripts bring to life, and checked examples.

Without scripts the forms stay hidden, and a note says what to do instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from macros.catalog.models import OdtChannel, OdtProduct, find
from macros.domain import lifecycle as domain
from macros.formats.base.findings import Finding, Report
from macros.formats.library import Twin, available
from macros.formats.library import sample as checked
from macros.formats.office.records import LYNC
from macros.formats.office.samples import SAMPLES
from macros.render.parts.citations import source
from macros.render.parts.clock import by_day
from macros.render.parts.components import details, note, status
from macros.render.parts.html import Html, bullets, join, tag
from macros.render.parts.quantity import counted
from macros.render.parts.view import View
from macros.render.plan.lifecycle import PHASE_WORDS

from .check_data import ACTIVATIONS, SEVERITIES, VERDICTS, WORDS, odt_data
from .samples import FOLDER, context

OFFICE_PAGE = "deploy/office.md"

METHODS: Mapping[str, str] = {
    "kms-adba": "KMS or ADBA",
    "gvlk": "KMS or ADBA, with the GVLK written into the file",
    "mak": "MAK",
}
TOKENS: Mapping[str, str] = {
    "MatchOS": "as Windows",
    "MatchPreviousMSI": "as the Windows Installer Office that it replaces",
    "MatchInstalled": "as the installed Office",
}
APPS: Mapping[str, str] = {LYNC: "Skype for Business", "Groove": "the earlier OneDrive client"}
"""Apps that the file calls by an older name."""

_WITHOUT = "This form needs JavaScript"

# ------------------------------------------------------------------------------------------------------- check


def check_form(view: View) -> Html:
    """The form that checks a reader's own file; without scripts, how to do the same on the command line."""
    command = tag("code", "python -m macros check FILE")
    without = tag("p", "Without it, ", command, " in the folder of this guide does the same.")
    modes = {"": "not known", "configure": "setup.exe /configure", "download": "setup.exe /download"}
    options = (tag("option", label, value=value) for value, label in modes.items())
    more = tag(
        "div",
        _field("Or open a file", "input", "file", type="file", accept=".xml,text/xml,application/xml"),
        _field("Used with", "select", "mode", *options),
        tag("button", "Clear", type="reset", class_="vag-button"),
        class_="vag-form__more",
    )
    hint = "Paste it, or drop a file here. It stays in this browser, and nothing is kept."
    settings = {"rows": "14", "spellcheck": "false", "wrap": "off", "aria_describedby": "vag-hint"}
    text = tag("div", _field("Your file", "textarea", "text", **settings), tag("small", hint, id="vag-hint"))
    nothing = tag("p", "Paste or open a file: what is wrong with it, and how it activates, appears here.")
    return _form("check", without, tag("div", text, more), nothing)


def check_examples(view: View) -> Html:
    """Files with one mistake, each with what the check says, line by line. They are the twins of the samples."""
    twins = [
        (sample_id, twin)
        for sample_id in available(context(view))
        if sample_id in SAMPLES
        for twin in checked(sample_id, context(view)).twins
    ]
    parts = [_example(view, SAMPLES[sample_id].file_name, twin) for sample_id, twin in twins]
    return tag("div", *parts, data_search_exclude=True)


def _example(view: View, file_name: str, twin: Twin) -> Html:
    summary = join([tag("code", file_name), ": ", twin.finding.message])
    listing = tag("div", *_lines(twin.text, twin.report), class_="vag-lines", data_vag_example=True)
    return tag(
        "details",
        tag("summary", summary),
        tag("p", _verdict(twin.report), ". ", ACTIVATIONS[twin.report.activation]),
        bullets((_finding(view, found) for found in twin.report.findings), class_="vag-found__list"),
        listing,
        class_="vag-details",
    )


def _verdict(report: Report) -> Html:
    counts = [
        counted(sum(found.severity == severity for found in report.findings), word.lower())
        for severity, (_, word) in SEVERITIES.items()
        if any(found.severity == severity for found in report.findings)
    ]
    state, word = VERDICTS[report.verdict]
    return status(state, f"{word}: {', '.join(counts) or WORDS['nothing']}")


def _finding(view: View, found: Finding) -> Html:
    state, word = SEVERITIES[found.severity]
    column = f", column {found.column}" if found.column else ""
    place = f"line {found.line}{column}" if found.line else WORDS["whole"]
    pages = join((source(view, name) for name in found.sources), "; ")
    read_in = join([f" {WORDS['read_in']} ", pages, "."]) if found.sources else None
    return join([status(state, f"{word} {found.id}"), f" {place}: {found.message}", tag("br"), found.cure, read_in])


def _lines(text: str, report: Report) -> Iterator[Html]:
    for number, line in enumerate(text.rstrip("\n").split("\n"), start=1):
        found = [one for one in report.findings if one.line == number]
        worst = next((name for name in SEVERITIES if any(one.severity == name for one in found)), None)
        state = SEVERITIES[worst][0] if worst else None
        ids = ", ".join(dict.fromkeys(one.id for one in found))
        yield tag(
            "div",
            tag("code", line),
            join([" ", status(state, ids)]) if state else None,
            data_line=str(number),
            class_=f"vag-lines__{state}" if state else None,
        )


# ------------------------------------------------------------------------------------------------------- build


def build_form(view: View) -> Html:
    """The form that builds a configuration file; without scripts, the files that are ready to take."""
    ready = tag("a", "files that are ready to take", href=view.href(f"{OFFICE_PAGE}#choose"))
    labels = {"copy": "Copy the file", "download": "Download", "link": "Copy link to this form"}
    buttons = (
        tag("button", label, type="button", class_="vag-button", data_vag_take=name) for name, label in labels.items()
    )
    taking = tag("p", *buttons, class_="vag-actions vag-form__take", hidden=True)
    return _form("build", tag("p", "Without it, take one of the ", ready, "."), tag("div", *_choices(view), taking))


def build_ready(view: View) -> Html:
    """The samples of Office configurations as a list of downloads."""
    made = available(context(view))
    names = [planned.file_name for sample_id, planned in SAMPLES.items() if sample_id in made]
    return bullets(tag("a", tag("code", name), href=view.href(f"{FOLDER}/{name}"), download=name) for name in names)


def _choices(view: View) -> Iterator[Html]:
    elements = {element.name: element for element in view.catalog.odt.elements}
    apps = [app for attribute in elements["ExcludeApp"].attributes for app in attribute.allowed]
    yield _group("Products", *_releases(view))
    yield _group("Activation", *_radios("method", METHODS))
    yield _group("Architecture", *_radios("architecture", {"64": "64-bit", "32": "32-bit"}))
    yield _group("Languages", *_languages(view))
    yield _group(
        "Apps to leave out of the suite",
        tag("div", *(_box("exclude", app, _app(app), app == LYNC) for app in apps), class_="vag-form__boxes"),
    )
    yield _group(
        "Use",
        *_radios("mode", {"configure": "Install on a computer", "download": "Download the files onto a share"}),
        _text("source_path", "Folder or share with the files (SourcePath)"),
    )
    yield _group(
        "Installation",
        _box("remove_msi", "yes", "Remove Office of the Windows Installer kind first", True),
        _box("updates", "yes", "Update Office", True),
        _text("updates_path", "Folder with updates, if not from the internet (UpdatePath)"),
        _field("What the user sees", "select", "display", *_display()),
    )
    yield tag("p", tag("button", "Start again", type="reset", class_="vag-button"))


def _releases(view: View) -> Iterator[Html]:
    odt = view.catalog.odt
    for number, channel in enumerate(odt.channels):
        chosen = channel.required_for[0] if number == 0 else None
        own = [each for each in odt.products if each.license == "volume" and channel.id in each.channels]
        suites, apps = (
            [_product(each, chosen) for each in own if (each.kind == "single_app") == is_app]
            for is_app in (False, True)
        )
        yield tag(
            "details",
            tag("summary", f"{channel.generation} ", _support(view, channel)),
            *suites,
            details("Single apps", *apps),
            class_="vag-details",
            open=number == 0,
        )


def _product(product: OdtProduct, chosen: str | None) -> Html:
    return _box("products", product.id, product.name, product.id == chosen)


def _support(view: View, channel: OdtChannel) -> Html:
    """The state of support, by each of two dates where pages differ."""
    release = find(view.catalog.odt.products, channel.required_for[0], "product ID").product
    entries = domain.entries_of(view.catalog, release or "")

    def said(on: View) -> Html:
        now = [domain.standing(entry, on.today) for entry in entries]
        phases = dict.fromkeys(phase for one in now for phase in (one.phase, one.alternative_phase) if phase)
        return join((status(*PHASE_WORDS[phase]) for phase in phases), " or ")

    return by_day(view, said, domain.turns(entries))


def _languages(view: View) -> Iterator[Html]:
    odt = view.catalog.odt
    named = [(each.culture, f"{each.name} ({each.culture})") for each in odt.languages]
    tokens = [(token, f"{token}: {TOKENS[token]}") for token in odt.language_tokens]
    fields = {
        "languages": ("Office; the first one is the language of menus and dialogs", "Add to Office"),
        "companion_languages": ("Project and Visio, if different", "Add to Project and Visio"),
        "proofing": ("More languages to check spelling in", "Add to spelling"),
    }
    for name, (label, _) in fields.items():
        yield _text(name, label, "en-US" if name == "languages" else "")
    options = [tag("option", label, value=value, selected=value == "en-US") for value, label in [*named, *tokens]]
    yield _field("Find a code", "select", "", *options, data_vag_language=True)
    adding = (
        tag("button", label, type="button", class_="vag-button", data_vag_add=name)
        for name, (_, label) in fields.items()
    )
    yield tag("p", *adding, class_="vag-actions")


def _app(app: str) -> str:
    return f"{app} ({APPS[app]})" if app in APPS else app


def _display() -> Iterator[Html]:
    for value, label in (("None", "nothing (None)"), ("Full", "every step (Full)")):
        yield tag("option", label, value=value)


def _group(legend: str, *content: object) -> Html:
    return tag("fieldset", tag("legend", legend), *content)


def _radios(name: str, labels: Mapping[str, str]) -> Iterator[Html]:
    first = next(iter(labels))
    for value, label in labels.items():
        yield _choice("radio", name, value, label, value == first)


def _box(name: str, value: str, label: str, is_on: bool) -> Html:
    return _choice("checkbox", name, value, label, is_on)


def _choice(kind: str, name: str, value: str, label: str, is_on: bool) -> Html:
    return tag(
        "label", tag("input", type=kind, name_=name, value=value, checked=is_on), " ", label, class_="vag-choice"
    )


def _text(name: str, label: str, value: str = "") -> Html:
    return _field(label, "input", name, type="text", value=value, spellcheck="false")


def _field(label: str, element: str, name: str, *content: Html, **attributes: object) -> Html:
    """A control below its label. A control without a name says nothing of its own."""
    anchor = f"vag-{name or 'code'}"
    control = tag(element, *content, id=anchor, name_=name or None, **attributes)
    return tag("div", tag("label", label, for_=anchor), " ", control, class_="vag-field")


def _form(name: str, without: Html, choices: Html, result: Html | None = None) -> Html:
    """A form beside what its script writes, hidden until that script runs; a note stands in its place."""
    form = tag(
        "form",
        choices,
        tag("div", result, data_vag_found=True),
        tag("div", role="status", class_="vag-hidden", data_vag_live=True),
        class_="vag-form",
        autocomplete="off",
        hidden=True,
        **{f"data_vag_{name}": True},
    )
    return tag("div", tag("div", note("info", _WITHOUT, without), data_vag_without=True), form)


MACROS = (odt_data, check_form, check_examples, build_form, build_ready)
