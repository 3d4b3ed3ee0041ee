"""Check and build SRV records: the forms that a page's scripts bring to life, and checked examples.

Without scripts the forms stay hidden, and a note says what to do instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from macros.catalog.organization import KmsHost
from macros.formats.dns.format import BY_ID
from macros.formats.library import SAMPLES, available
from macros.render.parts import forms
from macros.render.parts.html import Html, bullets, tag
from macros.render.parts.view import View

from .check_page import examples_of
from .dns_check_data import ELSEWHERE, LABELS
from .samples import FOLDER, context

DNS_PAGE = "deploy/dns.md"

WANTED = {"organization": "the records of your organization", "": "nothing, only its form"}
EXAMPLES = ("dns-dnscmd", "dns-zone", "dns-nsupdate", "dns-dnsmasq", "dns-unbound", "dns-samba")
"""Forms that the page's scripts read, in the order of the examples."""
ACCEPT = ".zone,.db,.dns,.cmd,.bat,.conf,.sh,.nsupdate,.txt,text/plain"


def dns_check_form(view: View) -> Html:
    """The form that checks a reader's own SRV records; without scripts, how to do the same on the command line."""
    command = tag("code", "python -m macros check FILE")
    without = tag("p", "Without it, ", command, " in the folder of this guide checks the form of the file.")
    known = {"": "find out", **{name: kind.form.title for name, kind in BY_ID.items() if name != ELSEWHERE}}
    fields = [forms.select("kind", "Kind", known), forms.select("wanted", "Compare with", WANTED)]
    nothing = "Paste or open a file: what is wrong with its records appears here."
    return forms.check_form("Your records", ACCEPT, fields, without, nothing)


def dns_check_examples(view: View) -> Html:
    """Files with one mistake, each with what the check says, line by line. They are the twins of the samples."""
    return examples_of(view, (sample_id for form_id in EXAMPLES for sample_id in BY_ID[form_id].samples))


# ------------------------------------------------------------------------------------------------------- build


def dns_build_form(view: View) -> Html:
    """The form that builds a file of SRV records; without scripts, the files that are ready to take."""
    return forms.build_form(view.href(f"{DNS_PAGE}#by-hand"), _choices(view))


def dns_build_ready(view: View) -> Html:
    """The samples of SRV records as a list of downloads."""
    made = available(context(view))
    names = [SAMPLES[sample_id].file_name for sample_id in LABELS if sample_id in made]
    return bullets(tag("a", tag("code", name), href=view.href(f"{FOLDER}/{name}"), download=name) for name in names)


def _choices(view: View) -> Iterator[Html]:
    organization = view.organization
    yield forms.group(
        "Your DNS",
        forms.select("form", "DNS server", LABELS),
        forms.text("zone", "Your DNS domain", organization.dns_zone),
        forms.text(
            "further", "Further domains whose computers look for a host", ", ".join(organization.further_dns_zones)
        ),
        tag("small", "Separate several domains by commas or spaces."),
    )
    for number, host in enumerate(organization.kms_hosts or [None], start=1):
        yield _host(view, number, host)
    add = tag("button", "Add a host", type="button", class_="vag-button", data_vag_add_host=True)
    yield tag("p", add, class_="vag-actions")
    yield forms.group("Check", forms.box("wanted", "organization", "Compare it with organization.yml", True))


def _host(view: View, number: int, host: KmsHost | None) -> Html:
    """The fields of one host. What is empty is Microsoft's default."""
    policy = view.policy
    numbers = {
        "port": ("Port", policy.port, host.port if host else None),
        "priority": ("Priority", policy.srv_priority, host.priority if host else None),
        "weight": ("Weight", policy.srv_weight, host.weight if host else None),
    }
    fields = (
        forms.number(f"{name}{number}", label, given, default) for name, (label, default, given) in numbers.items()
    )
    published = ", ".join((host and host.publish_in) or ())
    return tag(
        "fieldset",
        tag("legend", f"Host {number}"),
        forms.text(f"name{number}", "Full name", host.name if host else ""),
        tag("div", *fields, class_="vag-form__boxes"),
        forms.text(f"in{number}", "Publish in this domain, if it is not the domain of the name", published),
        data_vag_host=str(number),
    )


MACROS = (dns_check_form, dns_check_examples, dns_build_form, dns_build_ready)
