"""Check and build Office configurations: the forms that a page's scripts bring to life, and checked examples.

Without scripts the forms stay hidden, and a note says what to do instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from macros.catalog.models import OdtChannel, OdtProduct, find
from macros.domain import lifecycle as domain
from macros.formats import library
from macros.formats.library import Twin, available
from macros.formats.library import sample as checked
from macros.formats.office.records import LYNC
from macros.formats.office.samples import SAMPLES
from macros.render.parts import forms
from macros.render.parts.components import details
from macros.render.parts.html import Html, bullets, tag
from macros.render.parts.report import finding, found_list, listing, verdict_line
from macros.render.parts.view import View
from macros.render.plan.lifecycle import phase_of

from .check_data import ACTIVATIONS, odt_data
from .samples import FOLDER, context

OFFICE_PAGE = "deploy/office.md"
ACCEPT = ".xml,text/xml,application/xml"

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

# ------------------------------------------------------------------------------------------------------- check


def check_form(view: View) -> Html:
    """The form that checks a reader's own file; without scripts, how to do the same on the command line."""
    command = tag("code", "python -m macros check FILE")
    without = tag("p", "Without it, ", command, " in the folder of this guide does the same.")
    modes = {"": "not known", "configure": "setup.exe /configure", "download": "setup.exe /download"}
    fields = [forms.select("mode", "Used with", modes)]
    nothing = "Paste or open a file: what is wrong with it, and how it activates, appears here."
    return forms.check_form("Your file", ACCEPT, fields, without, nothing)


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
    return example(view, file_name, twin, ACTIVATIONS[twin.report.activation])


def example(view: View, file_name: str, twin: Twin, activation: str | None = None, kind: str | None = None) -> Html:
    """A file with one mistake, what the check says of it, and the file line by line."""
    verdict = verdict_line(twin.report)
    return tag(
        "details",
        tag("summary", tag("code", file_name), ": ", twin.finding.message),
        tag("p", verdict, ".", f" {activation}" if activation else None),
        found_list(finding(view, found) for found in twin.report.findings),
        listing(twin.report, twin.text, kind),
        class_="vag-details",
    )


def examples_of(view: View, sample_ids: Iterable[str]) -> Html:
    """The twins of the samples that can be made, each with what the check says, line by line."""
    shown = context(view)
    parts = [
        example(view, library.SAMPLES[sample_id].file_name, twin, kind=library.FORMAT_OF[sample_id].id)
        for sample_id in sample_ids
        if sample_id in available(shown)
        for twin in checked(sample_id, shown).twins
    ]
    return tag("div", *parts, data_search_exclude=True)


# ------------------------------------------------------------------------------------------------------- build


def build_form(view: View) -> Html:
    """The form that builds a configuration file; without scripts, the files that are ready to take."""
    return forms.build_form(view.href(f"{OFFICE_PAGE}#choose"), _choices(view))


def build_ready(view: View) -> Html:
    """The samples of Office configurations as a list of downloads."""
    made = available(context(view))
    names = [planned.file_name for sample_id, planned in SAMPLES.items() if sample_id in made]
    return bullets(tag("a", tag("code", name), href=view.href(f"{FOLDER}/{name}"), download=name) for name in names)


def _choices(view: View) -> Iterator[Html]:
    elements = {element.name: element for element in view.catalog.odt.elements}
    apps = [app for attribute in elements["ExcludeApp"].attributes for app in attribute.allowed]
    yield forms.group("Products", *_releases(view))
    yield forms.group("Activation", *forms.radios("method", METHODS))
    yield forms.group("Architecture", *forms.radios("architecture", {"64": "64-bit", "32": "32-bit"}))
    yield forms.group("Languages", *_languages(view))
    yield forms.group(
        "Apps to leave out of the suite",
        tag("div", *(forms.box("exclude", app, _app(app), app == LYNC) for app in apps), class_="vag-form__boxes"),
    )
    yield forms.group(
        "Use",
        *forms.radios("mode", {"configure": "Install on a computer", "download": "Download the files onto a share"}),
        forms.text("source_path", "Folder or share with the files (SourcePath)"),
    )
    yield forms.group(
        "Installation",
        forms.box("remove_msi", "yes", "Remove Office of the Windows Installer kind first", True),
        forms.box("updates", "yes", "Update Office", True),
        forms.text("updates_path", "Folder with updates, if not from the internet (UpdatePath)"),
        forms.select("display", "What the user sees", {"None": "nothing (None)", "Full": "every step (Full)"}),
    )


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
    return forms.box("products", product.id, product.name, product.id == chosen)


def _support(view: View, channel: OdtChannel) -> Html:
    """The state of support, by each of two dates where pages differ."""
    release = find(view.catalog.odt.products, channel.required_for[0], "product ID").product
    return phase_of(view, *domain.entries_of(view.catalog, release or ""))


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
        yield forms.text(name, label, "en-US" if name == "languages" else "")
    options = [tag("option", label, value=value, selected=value == "en-US") for value, label in [*named, *tokens]]
    yield forms.field("Find a code", "select", "", *options, data_vag_language=True)
    adding = (
        tag("button", label, type="button", class_="vag-button", data_vag_add=name)
        for name, (_, label) in fields.items()
    )
    yield tag("p", *adding, class_="vag-actions")


def _app(app: str) -> str:
    return f"{app} ({APPS[app]})" if app in APPS else app


MACROS = (odt_data, check_form, check_examples, build_form, build_ready)
