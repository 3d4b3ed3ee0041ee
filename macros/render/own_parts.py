"""Parts of a page that are computed from the organization, and what becomes of each for the organization of a reader.

Where a browser keeps the reader's own organization, organization-parts.js draws some parts anew. What it cannot draw is
taken away, and a line stands in its place: no page shows the numbers of the build as those of the reader. A test
renders every page for several organizations and fails when one part differs that is not marked here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Literal

from .deploy.named_samples import NAMES
from .parts.html import Html, tag
from .parts.view import View

Kind = Literal["drawn", "in-text", "elsewhere", "example"]
"""`drawn`: by the script, as a block. `in-text`: the same within a sentence. `elsewhere`: a line leads to the page "My
organization", or to where else the reader's own stands. `example`: it stays, and a line says whose it is."""

PARTS: Mapping[str, Kind] = {
    "act_now": "drawn",
    "act_now_part": "drawn",
    "org_state": "drawn",
    "org_methods": "drawn",
    "org_thresholds": "drawn",
    "org_dates": "drawn",
    "count_findings": "drawn",
    "count_cards": "drawn",
    "count_table": "drawn",
    "count_chart": "drawn",
    "hold_table": "drawn",
    "hold_charts": "elsewhere",
    "hosts_table": "elsewhere",
    "capacity_table": "elsewhere",
    "capacity_chart": "elsewhere",
    "host_key_budget_table": "drawn",
    "reset_groups": "drawn",
    "renewal_next_dates": "drawn",
    "group_renewals": "drawn",
    "renewal_timeline": "example",
    "outage_groups": "elsewhere",
    "outage_chart": "example",
    "rare_contact_table": "example",
    "computers_needed": "example",
    "mak_budget_cards": "drawn",
    "mak_budget_table": "drawn",
    "mak_draws_table": "drawn",
    "mak_two_questions": "elsewhere",
    "mak_budget_chart": "elsewhere",
    "mak_projection": "elsewhere",
    "host_key_check": "drawn",
    "host_key_advice": "elsewhere",
    "next_dates": "drawn",
    "organization_calendar": "elsewhere",
    "method_computers": "in-text",
    "method_summary": "drawn",
    "method_numbers": "drawn",
    "method_groups_table": "drawn",
    "srv_table": "drawn",
    "firewall_table": "elsewhere",
    "sample": "elsewhere",
    "client_check_examples": "example",
    "dns_check_examples": "example",
    "check_examples": "example",
}
"""By macro. A sample that names alone make another organization's carries its names instead."""
ELSEWHERE: Mapping[str, str] = {
    "capacity_chart": "form",
    "capacity_table": "form",
    "firewall_table": "sample",
    "hold_charts": "form",
    "host_key_advice": "form",
    "hosts_table": "form",
    "mak_budget_chart": "form",
    "mak_projection": "form",
    "mak_two_questions": "page",
    "organization_calendar": "calendar",
    "outage_groups": "form",
    "sample": "sample",
}
"""Where the reader finds what a part would show: in the form of this page, on "My organization", or by a build."""


NEEDED: Mapping[str, str] = {
    "capacity_chart": "kms",
    "firewall_table": "hosts",
    "hold_charts": "kms",
    "host_key_advice": "host-keys",
    "hosts_table": "kms",
    "mak_budget_chart": "mak",
    "mak_projection": "mak",
    "outage_groups": "host-keys",
    "rare_contact_table": "host-keys",
}
"""What an organization must have, in the words of `org_has`, for a part to have something to say."""


def owned(name: str, macro: Callable[..., str]) -> Callable[..., str]:
    """A macro whose output says that it is the organization's, where it is."""
    kind = PARTS.get(name)
    if kind is None:
        return macro

    @wraps(macro)
    def call(view: View, *args: Any, **kwargs: Any) -> str:
        shown = macro(view, *args, **kwargs)
        if name == "sample" and args[0] in NAMES:
            return shown
        return tag(
            "span" if kind == "in-text" else "div",
            Html(shown),
            class_="vag-of",
            data_vag_of=name if kind in ("drawn", "in-text") else ELSEWHERE.get(name, kind),
            data_vag_given=" ".join(map(str, args)) or None,
            data_vag_if=NEEDED.get(name),
            data_vag_brief=kwargs.get("is_listed") is False,
        )

    return call
