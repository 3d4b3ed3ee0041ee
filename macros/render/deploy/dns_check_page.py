"""Check and build SRV records: the forms that a page's scripts bring to life, and checked examples.

Without scripts the forms stay hidden, and a note says what to do instead.
"""

from __future__ import annotations

from collections.abc import Mapping

from macros.catalog.organization import KmsHost
from macros.formats.dns.format import BY_ID
from macros.formats.library import SAMPLES, available
from macros.render.parts.html import Html, bullets, tag
from macros.render.parts.templates import Template
from macros.render.parts.view import View

from .check_page import BUILD_FORM, CHECK_FORM, examples_of
from .dns_check_data import ELSEWHERE, LABELS
from .samples import FOLDER, context

DNS_PAGE = "deploy/dns.md"

CHOICES = Template("build-dns", "forms", "zone", "further", "hosts", "policy")
WANTED = {"organization": "the records of your organization", "": "nothing, only its form"}
EXAMPLES = ("dns-dnscmd", "dns-zone", "dns-nsupdate", "dns-dnsmasq", "dns-unbound", "dns-samba")
"""Forms that the page's scripts read, in the order of the examples."""
ACCEPT = ".zone,.db,.dns,.cmd,.bat,.conf,.sh,.nsupdate,.txt,text/plain"


def dns_check_form(view: View) -> Html:
    """The form that checks a reader's own SRV records; without scripts, how to do the same on the command line."""
    known = {"": "find out", **{name: kind.form.title for name, kind in BY_ID.items() if name != ELSEWHERE}}
    return CHECK_FORM(
        label="Your records",
        accept=ACCEPT,
        selects=[("kind", "Kind", known), ("wanted", "Compare with", WANTED)],
        does="checks the form of the file",
        nothing="Paste or open a file: what is wrong with its records appears here.",
    )


def dns_check_examples(view: View) -> Html:
    """Files with one mistake, each with what the check says, line by line. They are the twins of the samples."""
    return examples_of(view, (sample_id for form_id in EXAMPLES for sample_id in BY_ID[form_id].samples))


# ------------------------------------------------------------------------------------------------------- build


def dns_build_form(view: View) -> Html:
    """The form that builds a file of SRV records; without scripts, the files that are ready to take."""
    organization = view.organization
    choices = CHOICES(
        forms=LABELS,
        zone=organization.dns_zone,
        further=", ".join(organization.further_dns_zones),
        hosts=[_host(host) for host in organization.kms_hosts or [None]],
        policy=view.policy,
    )
    return BUILD_FORM(ready=view.href(f"{DNS_PAGE}#by-hand"), choices=choices)


def dns_build_ready(view: View) -> Html:
    """The samples of SRV records as a list of downloads."""
    made = available(context(view))
    names = [SAMPLES[sample_id].file_name for sample_id in LABELS if sample_id in made]
    return bullets(tag("a", tag("code", name), href=view.href(f"{FOLDER}/{name}"), download=name) for name in names)


def _host(host: KmsHost | None) -> Mapping[str, object]:
    """The fields of one host. What is empty is Microsoft's default."""
    return {
        "name": host.name if host else "",
        "port": host.port if host else None,
        "priority": host.priority if host else None,
        "weight": host.weight if host else None,
        "publish_in": ", ".join((host and host.publish_in) or ()),
    }


MACROS = (dns_check_form, dns_check_examples, dns_build_form, dns_build_ready)
