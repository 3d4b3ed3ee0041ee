"""Check and build client settings: the forms that a page's scripts bring to life, and checked examples.

Without scripts the forms stay hidden, and a note says what to do instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from macros.formats.clients.format import BY_ID
from macros.formats.library import SAMPLES, available
from macros.render.parts import forms
from macros.render.parts.html import Html, bullets, tag
from macros.render.parts.view import View

from .check_page import examples_of
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
    fields = [forms.select("kind", "Kind", known), forms.select("hosts", "Compare with", COMPARED)]
    nothing = "Paste or open a file: what is wrong with it appears here."
    return forms.check_form("Your settings", ACCEPT, fields, without, nothing)


def client_check_examples(view: View) -> Html:
    """Files with one mistake, each with what the check says, line by line. They are the twins of the samples."""
    return examples_of(view, (sample_id for form_id in EXAMPLES for sample_id in BY_ID[form_id].samples))


# ------------------------------------------------------------------------------------------------------- build


def client_build_form(view: View) -> Html:
    """The form that builds a file of client settings; without scripts, the files that are ready to take."""
    return forms.build_form(view.href(f"{CLIENTS_PAGE}#commands"), _choices(view))


def client_build_ready(view: View) -> Html:
    """The samples of client settings as a list of downloads."""
    made = available(context(view))
    offered = [sample_id for form_id in READY for sample_id in BY_ID[form_id].samples]
    names = [SAMPLES[sample_id].file_name for sample_id in offered if sample_id in made]
    return bullets(tag("a", tag("code", name), href=view.href(f"{FOLDER}/{name}"), download=name) for name in names)


def _choices(view: View) -> Iterator[Html]:
    organization = view.organization
    host = next(iter(organization.kms_hosts), None)
    yield forms.group("What clients do", *forms.radios("aim", AIMS, "host"))
    yield forms.group("File", forms.select("form", "Form", FORMS))
    yield forms.group(
        "For", forms.box("products", "windows", "Windows", True), forms.box("products", "office", "Office", True)
    )
    yield forms.group(
        "Host",
        forms.text("host", "Full name of the KMS host", host.name if host else ""),
        forms.number("port", "Port", host.port if host else None, view.policy.port),
        forms.text("domain", "Domain to look up, for DNS in another domain", organization.dns_zone),
    )
    yield forms.group("Check", forms.box("hosts", "organization", "Compare it with organization.yml", True))


MACROS = (client_check_form, client_check_examples, client_build_form, client_build_ready)
