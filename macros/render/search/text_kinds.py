"""By what a pasted text is told: the marks of every format, and the page that reads it, as a file of data.

text-kind.js reads it. It has the patterns of `macros.formats.detect`, without the few signs that no pattern can tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from macros.catalog.models import Search, find
from macros.formats.base import recognized
from macros.formats.base.format import HEAD
from macros.formats.detect import ENOUGH, FORMATS
from macros.render.deploy.patterns import for_scripts, recognized_as_data
from macros.render.parts.places import TEXT_KINDS_FILE
from macros.render.parts.script_data import data_file
from macros.render.parts.view import View
from macros.render.parts.words import Words

_WORDS = Words.beside(__file__, "text-kinds", "is what", "command-line")


def data_files(view: View) -> dict[str, bytes]:
    """The file of data, by its path in the site."""
    return {TEXT_KINDS_FILE: data_file({"vag-text-kinds": text_kinds(view.catalog.search)})}


def text_kinds(search: Search) -> Mapping[str, Any]:
    """Readers of texts, and by what each kind of text is told; a kind has the number of its page, or null.

    Raises UnknownIdError for a format or kind that does not exist.
    """
    pages: dict[str, int] = {}
    for number, reader in enumerate(search.readers):
        pages |= dict.fromkeys((find(FORMATS, name, "format").id for name in reader.formats), number)
        pages |= dict.fromkeys((find(recognized.every(), name, "kind").id for name in reader.told), number)
    told = zip(recognized.every(), recognized_as_data(), strict=True)
    return {
        "readers": [[one.page, one.name, one.about, one.link] for one in search.readers],
        "formats": [
            [form.title, pages.get(form.id), [[for_scripts(mark), points] for mark, points in form.marks]]
            for form in FORMATS
        ],
        "told": [{**data, "page": pages.get(one.id)} for one, data in told],
        "enough": ENOUGH,
        "head": HEAD,
        "say": {**_WORDS},
    }
