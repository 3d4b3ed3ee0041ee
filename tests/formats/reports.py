"""What the rules of one format say, asked for in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog, find
from macros.catalog.organization import Organization
from macros.domain.policy import Policy
from macros.formats.base.context import Context, SampleContext
from macros.formats.base.findings import Report
from macros.formats.base.format import AnyFormat, judged
from macros.formats.detect import FORMATS
from macros.formats.dns import format as dns
from macros.formats.dns.srv import Wanted
from tests.conftest import TODAY

Validate = Callable[..., Report]


def format_of(format_id: str) -> AnyFormat:
    return find(FORMATS, format_id, "kind")


@dataclass(frozen=True)
class Listening(Context):
    """A context that knows the ports of hosts, and nothing else of an organization."""

    ports: Mapping[str, int] | None = None

    @property
    def hosts(self) -> dict[str, int] | None:
        return None if self.ports is None else dict(self.ports)


def validator(format_id: str) -> Validate:
    """The rules of a format as a function of a file and the catalog."""

    def validate(
        data: str | bytes,
        catalog: Catalog,
        policy: Policy | None = None,
        hosts: Mapping[str, int] | None = None,
        *,
        own: bool = False,
        use: str = "",
    ) -> Report:
        context = Listening(catalog, policy or Policy.of(catalog), own=own, use=use, ports=hosts)
        return judged(format_of(format_id), data, context)

    return validate


def compared(format_id: str, data: str | bytes, wanted: Wanted) -> Report:
    """What the rules of a form of SRV records say when that is wanted."""
    catalog = load_cached()
    return judged(dns.BY_ID[format_id].against(wanted), data, Context(catalog, Policy.of(catalog)))


def judged_for(format_id: str, data: str | bytes, policy: Policy, organization: Organization | None = None) -> Report:
    """What the rules of a format say, by the form alone or against an organization."""
    return judged(format_of(format_id), data, Context(load_cached(), policy, organization))


def made_for(organization: Organization) -> SampleContext:
    """What the samples of an organization are made from."""
    catalog = load_cached()
    return SampleContext(catalog, Policy.of(catalog), organization, TODAY)
