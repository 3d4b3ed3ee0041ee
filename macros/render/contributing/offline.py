"""What the page for operators says of the edition to carry, until the site is published."""

from __future__ import annotations

from macros.render.parts.html import Html, tag
from macros.render.parts.view import View
from macros.render.parts.words import Words

_WORDS = Words.beside(__file__, "offline", "unpublished")


def offline_edition(view: View) -> Html:
    """The place in which a published site offers the edition to carry."""
    return tag("p", _WORDS.say(view, "unpublished"), data_vag_offline=True, data_vag_unsearched=True)


MACROS = (offline_edition,)
