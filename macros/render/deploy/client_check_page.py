"""Check and build client settings: the forms that a page's scripts bring to life, and checked examples.

Without scripts the forms stay hidden, and a note says what to do instead.
"""

from __future__ import annotations

from macros.formats.clients.format import BY_ID
from macros.formats.library import SAMPLES, available
from macros.render.parts.html import Html, bullets, tag
from macros.render.parts.templates import Template
from macros.render.parts.view import View

from .check_page import BUILD_FORM, CHECK_FORM, examples_of
from .client_check_data import AIMS, FORMS, READ
from .samples import FOLDER, context

CLIENTS_PAGE = "deploy/clients.md"
CHOICES = Template("build-clients", "aims", "forms", "host", "port", "default_port", "domain")
READY = ("client-batch", "client-powershell", "group-policy", "registry")
"""Formats in the order in which their samples are offered."""
EXAMPLES = ("registry", "group-policy", "client-batch")
"""Formats that the page's scripts read, in the order of the examples."""
ACCEPT = ".reg,.xml,.cmd,.bat,text/plain,text/xml"
COMPARED = {"organization": "the KMS hosts of your organization", "": "nothing, only its form"}

# ------------------------------------------------------------------------------------------------------- check


def client_check_form(view: View) -> Html:
    """The form that checks a reader's own client settings; without scripts, how to do it on the command line."""
    known = {"": "find out", **{name: BY_ID[name].title for name in READ}}
    return CHECK_FORM(
        label="Your settings",
        accept=ACCEPT,
        selects=[("kind", "Kind", known), ("hosts", "Compare with", COMPARED)],
        does="checks the form of the file",
        nothing="Paste or open a file: what is wrong with it appears here.",
    )


def client_check_examples(view: View) -> Html:
    """Files with one mistake, each with what the check says, line by line. They are the twins of the samples."""
    return examples_of(view, (sample_id for form_id in EXAMPLES for sample_id in BY_ID[form_id].samples))


# ------------------------------------------------------------------------------------------------------- build


def client_build_form(view: View) -> Html:
    """The form that builds a file of client settings; without scripts, the files that are ready to take."""
    host = next(iter(view.organization.kms_hosts), None)
    choices = CHOICES(
        aims=AIMS,
        forms=FORMS,
        host=host.name if host else "",
        port=host.port if host else None,
        default_port=view.policy.port,
        domain=view.organization.dns_zone,
    )
    return BUILD_FORM(ready=view.href(f"{CLIENTS_PAGE}#commands"), choices=choices)


def client_build_ready(view: View) -> Html:
    """The samples of client settings as a list of downloads."""
    made = available(context(view))
    offered = [sample_id for form_id in READY for sample_id in BY_ID[form_id].samples]
    names = [SAMPLES[sample_id].file_name for sample_id in offered if sample_id in made]
    return bullets(tag("a", tag("code", name), href=view.href(f"{FOLDER}/{name}"), download=name) for name in names)


MACROS = (client_check_form, client_check_examples, client_build_form, client_build_ready)
