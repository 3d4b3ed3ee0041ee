"""Every format that can be checked: which one a file is, and what its check says.

A check of this module sees the text alone, without the organization's file: it tells whether a file is right in
itself. A new folder adds its FORMATS to the list here.
"""

from __future__ import annotations

from dataclasses import dataclass

from macros.catalog.models import find
from macros.formats.base.context import Context
from macros.formats.base.findings import Report
from macros.formats.base.format import AnyFormat, File, check
from macros.formats.base.keys import mask_all
from macros.formats.base.reading import MOST_CHARACTERS
from macros.formats.base.recognized import recognize
from macros.formats.base.report import UNREADABLE, report

from .ansible import format as ansible
from .clients import format as clients
from .dns import format as dns
from .firewall import format as firewall
from .office import format as office
from .scripts import format as scripts
from .unattend import format as unattend

FORMATS: tuple[AnyFormat, ...] = (
    *office.FORMATS,
    *unattend.FORMATS,
    *clients.FILES,
    *ansible.FORMATS,
    *scripts.FORMATS,
    *firewall.FORMATS,
    *clients.SCRIPTS,
    *dns.FORMATS,
)
"""Of two that fit equally the earlier is taken, so the particular come first."""

ENOUGH = 3
"""Points from which a format is taken: weak signs, such as the ending of a name, are not enough alone."""


@dataclass(frozen=True)
class Checked:
    """A file with its format and what the check reported."""

    file: str
    format: AnyFormat
    report: Report


@dataclass(frozen=True)
class Unchecked:
    """A file that could not be checked, and why, in words."""

    file: str
    reason: str


UNKNOWN_KIND = "its kind cannot be told from name and content; name one with --kind"
_MOST_LIKE = 3


class UnknownKindError(ValueError):
    """A file of which neither name nor content says what kind it is."""


def examine(name: str, data: bytes, format_id: str | None, context: Context) -> Checked:
    """Check one file, as the given format or as the one that it looks like. `name` is `-` when it has none.

    Raises UnknownKindError when it looks like no format, UnknownIdError for a format that does not exist.
    """
    file = File(data)
    form = find(FORMATS, format_id, "kind") if format_id else _told("" if name == "-" else name, file)
    if len(data) > MOST_CHARACTERS:
        # Whoever reads the file may stop here, so its size is not known.
        large = UNREADABLE["too-large"].finding(None, size=f"more than {MOST_CHARACTERS:,} bytes")
        return Checked(mask_all(name), form, report([large], {}, "unknown"))
    return Checked(mask_all(name), form, check(form, file, context))


def _told(name: str, file: File) -> AnyFormat:
    """The format that a file looks like. Raises UnknownKindError, which says what else it is."""
    before = recognize(file.head, first=True)
    form = None if before else detect(name, file)
    if form:
        return form
    other = before or recognize(file.head, first=False)
    if other:
        raise UnknownKindError(f"it is {other.title}, which is not checked here. {other.todo.rstrip('.')}")
    like = ", ".join(f"{one.id} ({one.title})" for one in most_like(name, file))
    raise UnknownKindError(f"{UNKNOWN_KIND}; most like {like}" if like else UNKNOWN_KIND)


def most_like(name: str, file: File) -> tuple[AnyFormat, ...]:
    """The formats for which anything in a file speaks, most first; few."""
    scores = [(form.score(name, file.head), form) for form in FORMATS]
    ordered = sorted((one for one in scores if one[0] > 0), key=lambda scored: -scored[0])
    return tuple(form for _, form in ordered[:_MOST_LIKE])


def detect(name: str, data: str | bytes | File) -> AnyFormat | None:
    """The format that a file looks like, None when it looks like none. Of two that are even, the earlier in FORMATS."""
    head = (data if isinstance(data, File) else File(data)).head
    scores = [(form.score(name, head), form) for form in FORMATS]
    best, form = max(scores, key=lambda scored: scored[0])
    return form if best >= ENOUGH else None
