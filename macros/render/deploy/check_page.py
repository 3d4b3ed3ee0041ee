"""Check and build Office configurations: the forms that a page's scripts bring to life, and checked examples.

Without scripts the forms stay hidden, and a note says what to do instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from macros.catalog.models import OdtChannel, find
from macros.domain import lifecycle as domain
from macros.formats import library
from macros.formats.library import Twin, available
from macros.formats.library import sample as checked
from macros.formats.office.records import LYNC
from macros.formats.office.samples import SAMPLES
from macros.render.parts.html import Html, bullets, tag
from macros.render.parts.report import finding, found_list, listing, verdict_line
from macros.render.parts.templates import Template
from macros.render.parts.view import View
from macros.render.plan.lifecycle import phase_of

from .check_data import ACTIVATIONS, odt_data
from .samples import FOLDER, context

OFFICE_PAGE = "deploy/office.md"
ACCEPT = ".xml,text/xml,application/xml"

CHECK_FORM = Template("check-form", "label", "accept", "selects", "does", "nothing")
"""Checks a pasted or opened file. `does` says what the command line does without scripts, `nothing` stands where
findings will."""
BUILD_FORM = Template("build-form", "ready", "choices")
"""Builds a file. `ready` is the address of files that are ready to take."""
CHOICES = Template("build-office", "releases", "languages", "apps", "left_out")
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
    modes = {"": "not known", "configure": "setup.exe /configure", "download": "setup.exe /download"}
    return CHECK_FORM(
        label="Your file",
        accept=ACCEPT,
        selects=[("mode", "Used with", modes)],
        does="does the same",
        nothing="Paste or open a file: what is wrong with it, and how it activates, appears here.",
    )


def check_examples(view: View) -> Html:
    """Files with one mistake, each with what the check says, line by line. They are the twins of the samples."""
    twins = [
        (sample_id, twin)
        for sample_id in available(context(view))
        if sample_id in SAMPLES
        for twin in checked(sample_id, context(view)).twins
    ]
    parts = [_example(view, SAMPLES[sample_id].file_name, twin) for sample_id, twin in twins]
    return tag("div", *parts, data_vag_unsearched=True)


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
    return tag("div", *parts, data_vag_unsearched=True)


# ------------------------------------------------------------------------------------------------------- build


def build_form(view: View) -> Html:
    """The form that builds a configuration file; without scripts, the files that are ready to take."""
    elements = {element.name: element for element in view.catalog.odt.elements}
    choices = CHOICES(
        releases=[*_releases(view)],
        languages=[*_languages(view)],
        apps=[(app, _app(app)) for attribute in elements["ExcludeApp"].attributes for app in attribute.allowed],
        left_out=LYNC,
    )
    return BUILD_FORM(ready=view.href(f"{OFFICE_PAGE}#choose"), choices=choices)


def build_ready(view: View) -> Html:
    """The samples of Office configurations as a list of downloads."""
    made = available(context(view))
    names = [planned.file_name for sample_id, planned in SAMPLES.items() if sample_id in made]
    return bullets(tag("a", tag("code", name), href=view.href(f"{FOLDER}/{name}"), download=name) for name in names)


def _releases(view: View) -> Iterator[Mapping[str, object]]:
    odt = view.catalog.odt
    for number, channel in enumerate(odt.channels):
        own = [each for each in odt.products if each.license == "volume" and channel.id in each.channels]
        yield {
            "name": channel.generation,
            "support": _support(view, channel),
            "suites": [(each.id, each.name) for each in own if each.kind != "single_app"],
            "apps": [(each.id, each.name) for each in own if each.kind == "single_app"],
            "chosen": channel.required_for[0] if number == 0 else None,
        }


def _support(view: View, channel: OdtChannel) -> Html:
    """The state of support, by each of two dates where pages differ."""
    release = find(view.catalog.odt.products, channel.required_for[0], "product ID").product
    return phase_of(view, *domain.entries_of(view.catalog, release or ""))


def _languages(view: View) -> Iterator[tuple[str, str]]:
    odt = view.catalog.odt
    yield from ((each.culture, f"{each.name} ({each.culture})") for each in odt.languages)
    yield from ((token, f"{token}: {TOKENS[token]}") for token in odt.language_tokens)


def _app(app: str) -> str:
    return f"{app} ({APPS[app]})" if app in APPS else app


MACROS = (odt_data, check_form, check_examples, build_form, build_ready)
