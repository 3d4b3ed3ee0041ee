"""The whole check: which sources, what is asked, what is said of each, and what is recorded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from macros.catalog.integrity import relying
from macros.catalog.models import Catalog, Source, find
from macros.catalog.source_digests import SourceDigest

from .asking import Visitor
from .clones import Clone, read_clones
from .comparing import Asked, Verdict, asked_of, compare, recorded
from .memory import Memory
from .report import REPORT
from .run import Ran, run
from .settings import Settings, settings


@dataclass(frozen=True)
class Checked:
    """What is said of each source, and the records that are to be written, if any."""

    verdicts: Sequence[Verdict]
    relying: Mapping[str, Sequence[tuple[str, str]]]
    notes: Sequence[str]
    is_offline: bool
    records: Collection[SourceDigest] | None


def check_sources(
    catalog: Catalog,
    only: Collection[str],
    records: Iterable[SourceDigest],
    *,
    visitor: Visitor | None = None,
    memory: Memory | None = None,
    clones: Mapping[str, Clone] | None = None,
    told: Callable[[str], None] = lambda _: None,
    is_recording: bool = False,
) -> Checked:
    """Check all sources, or those that are named; without a visitor, none is asked for.

    With clones, by the names of their repositories, the texts in them are read and nobody is asked.

    Raises UnknownIdError for a source that there is not, and DataError for a memory that cannot be read.
    """
    chosen = _chosen(catalog, only)
    own = visitor.settings if visitor else settings()
    asked = {source.id: asked_of(source, own) for source in chosen}
    if clones:
        asked, ran = _in_clones(chosen, asked, clones, own)
        notes = [REPORT["clones"]]
    elif visitor is None or memory is None:
        ran, notes = Ran({}, is_offline=True), [REPORT["unseen"]]
    else:
        wanted = {address: address == one.text for one in asked.values() for address in one.addresses}
        ran = run(wanted, visitor, memory, told=told)
        notes = [REPORT["went-on"]] * ran.went_on + [REPORT["offline"]] * ran.is_offline
    known = {one.source: one for one in records}
    verdicts = [compare(source, asked[source.id], ran.seen, known.get(source.id)) for source in chosen]
    kept = None
    if is_recording and ran.seen and not ran.is_offline:
        made = recorded(verdicts, asked, ran.seen, known, only)
        kept = made.values()
        verdicts = [
            replace(one, is_recorded=made.get(one.source.id) is not known.get(one.source.id)) for one in verdicts
        ]
    return Checked(verdicts, relying(catalog), notes, ran.is_offline, kept)


def _chosen(catalog: Catalog, only: Collection[str]) -> Sequence[Source]:
    named = {find(catalog.sources, one, "source").id for one in only}
    return [source for source in catalog.sources if not only or source.id in named]


def _in_clones(
    sources: Iterable[Source], asked: Mapping[str, Asked], clones: Mapping[str, Clone], own: Settings
) -> tuple[dict[str, Asked], Ran]:
    """What is asked when clones alone are read: the texts in them, of their sources."""
    held = {one.id: one for one in sources if one.repository in clones and asked[one.id].text}
    texts = {name: Asked("", asked[name].text) for name in held}
    seen = read_clones(clones, {texts[name].text: one for name, one in held.items()}, own)
    return {**asked, **texts}, Ran(seen)
