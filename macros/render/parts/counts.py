"""What a KMS host counts, in words that every page shares: the threshold, and whether it is met."""

from __future__ import annotations

from collections.abc import Mapping

from macros.catalog.models import ProductKind
from macros.domain.count import Standing, threshold, threshold_field

from .citations import value_link
from .components import State, numbered, status
from .html import Html, join
from .quantity import number
from .view import View

KIND_NAMES: Mapping[ProductKind, str] = {
    "windows-client": "Windows clients",
    "windows-server": "Windows servers",
    "office": "Office",
}
UNSTATED = "Depends on how Office is counted"


def count_name(what: str, host_id: str, standing: Standing) -> str:
    """The name of a number about one product kind at one host, the same on every page."""
    return f"kms.{what}:{host_id}:{standing.kind}"


def threshold_of(view: View, kind: ProductKind) -> Html:
    """The activation threshold of a product kind, linked to its fact."""
    shown = numbered(f"kms.threshold:{kind}", number(threshold(kind, view.policy)))
    return value_link(view, view.catalog.fact(view.policy.fact_of(threshold_field(kind))), shown)


def verdict(host_id: str, standing: Standing) -> Html:
    """Whether a count meets its threshold, with how many to spare or missing."""
    return status(*_verdict(host_id, standing))


def _verdict(host_id: str, standing: Standing) -> tuple[State, object]:
    if standing.verdict == "met":
        spare = numbered(count_name("spare", host_id, standing), number(standing.to_spare))
        return "ok", join(["Met, ", spare, " to spare"])
    if standing.verdict == "short":
        return "bad", join(["Short by ", numbered(count_name("short", host_id, standing), number(standing.short_by))])
    return "warn", UNSTATED
