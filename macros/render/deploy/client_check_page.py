"""Check and build client settings: the forms that a page's scripts bring to life, and checked examples.

Without scripts the forms stay hidden, and a note says what to do instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from macros.formats.clients.format import BY_ID
from macros.formats.library import FORMAT_OF, SAMPLES, Twin, available
from macros.formats.library import sample as checked
from macros.render.parts.html import Html, bullets, tag
from macros.render.parts.view import View

from .check_page import _box, _choice, _field, _finding, _form, _group, _lines, _text, _verdict
from .client_check_data import AIMS, FORMS, READ
from .samples import FOLDER, context

CLIENTS_PAGE = "deploy/clients.md"
READY = ("client-batch", "client-powershell", "group-policy", "registry")
"""Formats in the order in which their samples are offered."""
EXAMPLES = ("registry", "group-policy", "client-batch")
"""Formats that the page's scripts read, in the order of the examples."""
ACCEPT = ".reg,.xml,.cmd,.bat,text/plain,text/xml"
COMPARED = {"organization": "the KMS hosts of your organization", "": "nothing, only its form"}

# ------------------------------------------------------------------------------------------------------- check


def client_check_form(view: View) -> Html:
    """The form that checks a reader's own client settings; without scripts, how to do it on the command line."""
    command = tag("code", "python -m macros check FILE")
    without = tag("p", "Without it, ", command, " in the folder of this guide checks the form of the file.")
    known = {"": "find out", **{name: BY_ID[name].title for name in READ}}
    more = tag(
        "div",
        _field("Or open a file", "input", "file", type="file", accept=ACCEPT),
        _field("Kind", "select", "kind", *_options(known.items())),
        _field("Compare with", "select", "hosts", *_options(COMPARED.items())),
        tag("button", "Clear", type="reset", class_="vag-button"),
        class_="vag-form__more",
    )
    hint = "Paste it, or drop a file here. It stays in this browser, and nothing is kept."
    settings = {"rows": "14", "spellcheck": "false", "wrap": "off", "aria_describedby": "vag-hint"}
    text = tag("div", _field("Your settings", "textarea", "text", **settings), tag("small", hint, id="vag-hint"))
    nothing = tag("p", "Paste or open a file: what is wrong with it appears here.")
    return _form("check", without, tag("div", text, more), nothing)


def client_check_examples(view: View) -> Html:
    """Files with one mistake, each with what the check says, line by line. They are the twins of the samples."""
    parts = [
        _example(view, sample_id, twin)
        for form_id in EXAMPLES
        for sample_id in BY_ID[form_id].samples
        if sample_id in available(context(view))
        for twin in checked(sample_id, context(view)).twins
    ]
    return tag("div", *parts, data_search_exclude=True)


def _example(view: View, sample_id: str, twin: Twin) -> Html:
    lines = tag(
        "div",
        *_lines(twin.text, twin.report),
        class_="vag-lines",
        data_vag_example=True,
        data_vag_kind=FORMAT_OF[sample_id].id,
    )
    return tag(
        "details",
        tag("summary", tag("code", SAMPLES[sample_id].file_name), ": ", twin.finding.message),
        tag("p", _verdict(twin.report), "."),
        bullets((_finding(view, found) for found in twin.report.findings), class_="vag-found__list"),
        lines,
        class_="vag-details",
    )


# ------------------------------------------------------------------------------------------------------- build


def client_build_form(view: View) -> Html:
    """The form that builds a file of client settings; without scripts, the files that are ready to take."""
    ready = tag("a", "files that are ready to take", href=view.href(f"{CLIENTS_PAGE}#commands"))
    labels = {"copy": "Copy the file", "download": "Download", "link": "Copy link to this form"}
    buttons = (
        tag("button", label, type="button", class_="vag-button", data_vag_take=name) for name, label in labels.items()
    )
    taking = tag("p", *buttons, class_="vag-actions vag-form__take", hidden=True)
    return _form("build", tag("p", "Without it, take one of the ", ready, "."), tag("div", *_choices(view), taking))


def client_build_ready(view: View) -> Html:
    """The samples of client settings as a list of downloads."""
    made = available(context(view))
    offered = [sample_id for form_id in READY for sample_id in BY_ID[form_id].samples]
    names = [SAMPLES[sample_id].file_name for sample_id in offered if sample_id in made]
    return bullets(tag("a", tag("code", name), href=view.href(f"{FOLDER}/{name}"), download=name) for name in names)


def _choices(view: View) -> Iterator[Html]:
    organization = view.organization
    host = next(iter(organization.kms_hosts), None)
    port = str(host.port) if host and host.port else ""
    aims = (_choice("radio", "aim", value, label, value == "host") for value, label in AIMS.items())
    yield _group("What clients do", *aims)
    yield _group("File", _field("Form", "select", "form", *_options(FORMS.items())))
    yield _group("For", _box("products", "windows", "Windows", True), _box("products", "office", "Office", True))
    yield _group(
        "Host",
        _text("host", "Full name of the KMS host", host.name if host else ""),
        _field(
            "Port",
            "input",
            "port",
            type="text",
            inputmode="numeric",
            placeholder=str(view.policy.port),
            value=port,
        ),
        _text("domain", "Domain to look up, for DNS in another domain", organization.dns_zone),
    )
    yield _group("Check", _box("hosts", "organization", "Compare it with organization.yml", True))
    yield tag("p", tag("button", "Start again", type="reset", class_="vag-button"))


def _options(labels: Iterable[tuple[str, str]]) -> Iterator[Html]:
    for value, label in labels:
        yield tag("option", label, value=value)


MACROS = (client_check_form, client_check_examples, client_build_form, client_build_ready)
