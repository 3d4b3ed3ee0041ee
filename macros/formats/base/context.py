"""What files are read, judged and made with: the facts, and an organization or none."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from datetime import date

from macros.catalog.models import Catalog
from macros.catalog.organization import Organization
from macros.domain.policy import Policy

from .hosts import host_ports
from .origin import Origin


@dataclass(frozen=True)
class Context:
    """What a file is compared with."""

    catalog: Catalog
    policy: Policy
    organization: Organization | None = None
    """Without one, a file is judged by what is right for everybody."""
    _: KW_ONLY
    own: bool = False
    """The file is a sample of this guide: its placeholder stands for a key, and house rules count."""
    use: str = ""
    """What the file will be used for, in a word of its format, when that is known: `download` for Office."""

    @property
    def hosts(self) -> dict[str, int] | None:
        """Port of each KMS host of the organization by its name; None when no organization is known."""
        return None if self.organization is None else host_ports(self.organization, self.policy)


@dataclass(frozen=True)
class SampleContext(Context):
    """What samples are made from: an organization and a day are known."""

    # Without this the field would keep the default of the class above.
    organization: Organization = field()
    today: date

    @property
    def hosts(self) -> dict[str, int]:
        """Port of each KMS host of the organization by its name."""
        return host_ports(self.organization, self.policy)

    def origin(self, file_name: str, facts_of: date | None = None) -> Origin:
        """The head of a file; `facts_of` is the day of the newest of its facts."""
        return Origin(file_name, self.organization.name, self.today, facts_of)
