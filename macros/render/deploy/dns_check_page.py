"""Check and build SRV records: the forms that a page's scripts bring to life, and checked examples.

Without scripts the forms stay hidden, and a note says what to do instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from macros.catalog.organization import KmsHost
from macros.formats.base.findings import Report
from macros.formats.dns.format import BY_ID
from macros.formats.library import FORMAT_OF, SAMPLES, Twin, available
from macros.formats.library import sample as checked
from macros.render.parts.html import Html, bullets, tag
from macros.render.parts.view import View

from .check_page import _box, _field, _finding, _form, _group, _lines, _text, _verdict
from .dns_check_data import ELSEWHERE, LABELS
from .samples import FOLDER, context

DNS_PAGE = "deploy/dns.md"

WANTED = {"organization": "the records of your organization", "": "nothing, only its form"}
ACCEPT = ".zone,.db,.dns,.cmd,.bat,.conf,.sh,.nsupdate,.txt,text/plain"
EXAMPLES = ("dns-dnscmd", "dns-zone", "dns-nsupdate", "dns-dnsmasq", "dns-unbound", "dns-samba")
"""Forms that the page's scripts read, in the order of the examples."""


def dns_check_form(view: View) -> Html:
    """The form that checks a reader's own SRV records; without scripts, how to do the same on the command line."""
    command = tag("code", "python -m macros check FILE")
    without = tag("p", "Without it, ", command, " in the folder of this guide checks the form of the file.")
    known = {"": "find out", **{name: kind.form.title for name, kind in BY_ID.items() if name != ELSEWHERE}}
    more = tag(
        "div",
        _field("Or open a file", "input", "file", type="file", accept=ACCEPT),
        _field("Kind", "select", "kind", *(tag("option", label, value=name) for name, label in known.items())),
        _field("Compare with", "select", "wanted", *(tag("option", said, value=name) for name, said in WANTED.items())),
        tag("button", "Clear", type="reset", class_="vag-button"),
        class_="vag-form__more",
    )
    hint = "Paste it, or drop a file here. It stays in this browser, and nothing is kept."
    settings = {"rows": "14", "spellcheck": "false", "wrap": "off", "aria_describedby": "vag-hint"}
    text = tag("div", _field("Your records", "textarea", "text", **settings), tag("small", hint, id="vag-hint"))
    nothing = tag("p", "Paste or open a file: what is wrong with its records appears here.")
    return _form("check", without, tag("div", text, more), nothing)


def dns_check_examples(view: View) -> Html:
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
    report: Report = twin.report
    lines = tag(
        "div",
        *_lines(twin.text, report),
        class_="vag-lines",
        data_vag_example=True,
        data_vag_kind=FORMAT_OF[sample_id].id,
    )
    return tag(
        "details",
        tag("summary", tag("code", SAMPLES[sample_id].file_name), ": ", twin.finding.message),
        tag("p", _verdict(report), "."),
        bullets((_finding(view, found) for found in report.findings), class_="vag-found__list"),
        lines,
        class_="vag-details",
    )


# ------------------------------------------------------------------------------------------------------- build


def dns_build_form(view: View) -> Html:
    """The form that builds a file of SRV records; without scripts, the files that are ready to take."""
    ready = tag("a", "files that are ready to take", href=view.href(f"{DNS_PAGE}#by-hand"))
    labels = {"copy": "Copy the file", "download": "Download", "link": "Copy link to this form"}
    buttons = (
        tag("button", label, type="button", class_="vag-button", data_vag_take=name) for name, label in labels.items()
    )
    taking = tag("p", *buttons, class_="vag-actions vag-form__take", hidden=True)
    return _form("build", tag("p", "Without it, take one of the ", ready, "."), tag("div", *_choices(view), taking))


def dns_build_ready(view: View) -> Html:
    """The samples of SRV records as a list of downloads."""
    made = available(context(view))
    names = [SAMPLES[sample_id].file_name for sample_id in LABELS if sample_id in made]
    return bullets(tag("a", tag("code", name), href=view.href(f"{FOLDER}/{name}"), download=name) for name in names)


def _choices(view: View) -> Iterator[Html]:
    organization = view.organization
    yield _group(
        "Your DNS",
        _field("DNS server", "select", "form", *(tag("option", said, value=name) for name, said in LABELS.items())),
        _text("zone", "Your DNS domain", organization.dns_zone),
        _text("further", "Further domains whose computers look for a host", ", ".join(organization.further_dns_zones)),
        tag("small", "Separate several domains by commas or spaces."),
    )
    for number, host in enumerate(organization.kms_hosts or [None], start=1):
        yield _host(view, number, host)
    add = tag("button", "Add a host", type="button", class_="vag-button", data_vag_add_host=True)
    yield tag("p", add, class_="vag-actions")
    yield _group("Check", _box("wanted", "organization", "Compare it with organization.yml", True))
    yield tag("p", tag("button", "Start again", type="reset", class_="vag-button"))


def _host(view: View, number: int, host: KmsHost | None) -> Html:
    """The fields of one host. What is empty is Microsoft's default."""
    policy = view.policy
    numbers = {
        "port": ("Port", policy.port, host and host.port),
        "priority": ("Priority", policy.srv_priority, host and host.priority),
        "weight": ("Weight", policy.srv_weight, host and host.weight),
    }
    fields = (
        _field(
            label,
            "input",
            f"{name}{number}",
            type="text",
            inputmode="numeric",
            placeholder=str(default),
            value="" if given is None else str(given),
        )
        for name, (label, default, given) in numbers.items()
    )
    published = ", ".join((host and host.publish_in) or ())
    return tag(
        "fieldset",
        tag("legend", f"Host {number}"),
        _text(f"name{number}", "Full name", host.name if host else ""),
        tag("div", *fields, class_="vag-form__boxes"),
        _text(f"in{number}", "Publish in this domain, if it is not the domain of the name", published),
        data_vag_host=str(number),
    )


MACROS = (dns_check_form, dns_check_examples, dns_build_form, dns_build_ready)
