"""Names of the organization in the text of a page. Code blocks have `org_code` of the samples."""

from __future__ import annotations

from macros.catalog.models import UnknownIdError

from .html import Html, escape, join, tag
from .named import named
from .view import View


def org_name(view: View) -> Html:
    """The organization's name."""
    return escape(named(view, "<organization>"))


def org_host(view: View) -> Html:
    """Name of the organization's first KMS host; a placeholder when it has none."""
    return escape(named(view, "<KMS host>"))


def org_text(view: View, text: str) -> Html:
    """Code in a sentence, with names: `<KMS host>`, `<port>`, `<DNS zone>`, `<domain>`, `<activation objects>`."""
    return tag("code", named(view, text))


def org_has(view: View, what: str) -> bool:
    """Whether the organization has something, so that a page says nothing of what it has not.

    `groups`: groups of computers; `kms`: computers that ask a KMS host; `hosts`: KMS hosts; `mak`: MAKs; `host-keys`:
    products by a host key. Raises UnknownIdError for another word.
    """
    organization = view.organization
    methods = {group.method for group in organization.groups}
    known = {
        "groups": bool(organization.groups),
        "kms": bool(view.situation.counts),
        "hosts": bool(organization.kms_hosts),
        "mak": bool(organization.mak_allotments),
        "host-keys": bool(methods & {"kms", "adba"}),
    }
    if what not in known:
        raise UnknownIdError("property of an organization", what, known)
    return known[what]


def org_left_out(view: View, what: str, *parts: str) -> Html:
    """Places for what a page leaves out because the organization has none of it, in the words of `org_has`.

    They stay hidden unless a browser keeps an organization that has it. Each part is a macro that the browser draws, or
    what a line in its place says. Where a build that has none says so, `data-vag-lacked` is around the words.
    """
    places = (tag("div", class_="vag-of", data_vag_of=part, data_vag_lacked=what, hidden=True) for part in parts)
    return Html("") if org_has(view, what) else join(places)


MACROS = (org_has, org_left_out, org_name, org_host, org_text)
