"""Check and build client settings: the forms that a page's scripts bring to life, and checked examples.

Without scripts the forms stay hidden, and a note says what to do instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from macros.catalog.models import find
from macros.formats import kinds
from macros.formats.base.sample import Plan
from macros.formats.clients import (
    group_policy_samples as group_policy_plans,
)
from macros.formats.clients import (
    registry_samples as registry_file_plans,
)
from macros.formats.clients import (
    settings_samples as client_settings_plans,
)
from macros.formats.library import available
from macros.formats.library import sample as checked
from macros.render.parts import forms
from macros.render.parts.html import Html, bullets, tag
from macros.render.parts.view import View

from .check_page import example
from .client_check_data import AIMS, FORMS, READ
from .samples import FOLDER, context

PLANS: Mapping[str, Plan] = {
    **client_settings_plans.PLANS,
    **group_policy_plans.PLANS,
    **registry_file_plans.PLANS,
}
_KINDS = {"bat": "client-batch", "xml": "group-policy", "registry": "registry"}
"""The kind of a sample by its language. PowerShell is checked on the command line."""

CLIENTS_PAGE = "deploy/clients.md"
ACCEPT = ".reg,.xml,.cmd,.bat,text/plain,text/xml"
COMPARED = {"organization": "the KMS hosts of your organization", "": "nothing, only its form"}

# ------------------------------------------------------------------------------------------------------- check


def client_check_form(view: View) -> Html:
    """The form that checks a reader's own client settings; without scripts, how to do it on the command line."""
    command = tag("code", "python -m macros check FILE")
    without = tag("p", "Without it, ", command, " in the folder of this guide checks the form of the file.")
    known = {"": "find out", **{name: find(kinds.KINDS, name, "kind").title for name in READ}}
    fields = [forms.select("kind", "Kind", known), forms.select("hosts", "Compare with", COMPARED)]
    nothing = "Paste or open a file: what is wrong with it appears here."
    return forms.check_form("Your settings", ACCEPT, fields, without, nothing)


def client_check_examples(view: View) -> Html:
    """Files with one mistake, each with what the check says, line by line. They are the twins of the samples."""
    parts = [
        example(view, PLANS[sample_id].file_name, twin, kind=kind_of(sample_id))
        for sample_id in available(context(view))
        if sample_id in PLANS and PLANS[sample_id].language in _KINDS
        for twin in checked(sample_id, context(view)).twins
    ]
    return tag("div", *parts, data_search_exclude=True)


def kind_of(sample_id: str) -> str | None:
    """The kind of a sample, None when the page does not read it."""
    return _KINDS.get(PLANS[sample_id].language)


# ------------------------------------------------------------------------------------------------------- build


def client_build_form(view: View) -> Html:
    """The form that builds a file of client settings; without scripts, the files that are ready to take."""
    return forms.build_form(view.href(f"{CLIENTS_PAGE}#commands"), _choices(view))


def client_build_ready(view: View) -> Html:
    """The samples of client settings as a list of downloads."""
    made = available(context(view))
    names = [plan.file_name for sample_id, plan in PLANS.items() if sample_id in made]
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
