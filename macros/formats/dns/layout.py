"""What a file of SRV records looks like in each form, as data: what the guide and a page's form write is the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from macros.domain.policy import Policy
from macros.formats.base.context import SampleContext
from macros.formats.base.origin import Origin

from .srv import ZONE_TTL, SrvRecord, by_zone


@dataclass(frozen=True)
class Layout:
    """The lines of a file, with names in braces for what differs from file to file."""

    comment: str
    """What begins each line of the head."""
    head: tuple[str, ...]
    """What to do with the file, after the lines about its origin."""
    record: str
    """One record."""
    begin: tuple[str, ...] = ()
    """Once, before the first zone."""
    before: tuple[str, ...] = ()
    """Before the records of a zone."""
    after: tuple[str, ...] = ()
    """Behind the records of a zone."""
    gap: bool = False
    """Whether an empty line stands between two zones."""
    doubled: str = ""
    """A character that has to stand twice in the head to be itself."""


def write(layout: Layout, context: SampleContext, origin: Origin) -> str:
    """The records of an organization, zone by zone."""
    organization, policy = context.organization, context.policy
    head = "\n".join(
        layout.comment + line for line in [*origin.lines(), *(_filled(layout.head, file=origin.file_name))]
    )
    if layout.doubled:
        head = head.replace(layout.doubled, layout.doubled * 2)
    zones = ["\n".join(_zone(layout, zone, found, policy)) for zone, found in by_zone(organization, policy)]
    return "\n".join([head, "", *layout.begin, ("\n\n" if layout.gap else "\n").join(zones)]) + "\n"


def _zone(layout: Layout, zone: str, found: list[SrvRecord], policy: Policy) -> Iterator[str]:
    yield from _filled(layout.before, zone=zone)
    for record in found:
        yield layout.record.format(name=policy.srv_name, ttl=ZONE_TTL, **asdict(record))
    yield from _filled(layout.after, zone=zone)


def _filled(lines: tuple[str, ...], **values: str) -> Iterator[str]:
    return (line.format(**values) for line in lines)
