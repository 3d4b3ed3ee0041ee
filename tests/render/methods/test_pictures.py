from __future__ import annotations

import re

import pytest
from lxml import html

from macros.render.methods.pictures import method_picture
from macros.render.parts.names import VolumeMethod
from macros.render.parts.view import View

SHOWN: dict[VolumeMethod, tuple[str, ...]] = {
    "kms": ("KMS client", "KMS host", "_vlmcs._tcp", "TCP 1688, every 7 days"),
    "adba": ("Domain member", "Domain controller", "every 7 days"),
    "mak": ("Computer with a MAK", "VAMT", "once, by internet or phone"),
}
WIDE = 0.62
"""A letter is at most this part of its height wide, on average, in the fonts of the page."""


def drawing_of(view: View, method: VolumeMethod) -> html.HtmlElement:
    return html.fragment_fromstring(method_picture(view, method))


@pytest.mark.parametrize("method", SHOWN)
def test_a_picture_shows_who_asks_whom_and_says_it_in_words(view: View, method: VolumeMethod) -> None:
    drawn = drawing_of(view, method)
    said = " ".join(text.text_content() for text in drawn.findall(".//text"))
    for part in SHOWN[method]:
        assert part in said
    steps = drawn.findall(".//ol/li")
    assert len(steps) >= 3
    description = drawn.find(".//desc").text_content()
    for step in steps:
        assert step.find_class("vag-cite"), step.text_content()
        words = re.sub(r"§.*", "", step.text_content()).strip()
        assert words.split(". ")[0] in description


@pytest.mark.parametrize("method", SHOWN)
def test_nothing_in_a_picture_leaves_it_or_covers_something_else(view: View, method: VolumeMethod) -> None:
    drawn = drawing_of(view, method)
    _, _, width, height = map(float, drawn.find(".//svg").get("viewbox").split())
    assert width == 360
    taken: list[tuple[float, float, float, float]] = []
    for text in drawn.findall(".//text"):
        x, y, long = float(text.get("x")), float(text.get("y")), len(text.text_content()) * 13 * WIDE
        left = x - {"start": 0, "middle": long / 2, "end": long}[text.get("text-anchor")]
        box = (left, y - 11, left + long, y + 3)
        assert box[0] >= 0, text.text_content()
        assert box[2] <= width, text.text_content()
        assert 0 <= box[1] < box[3] <= height, text.text_content()
        for other in taken:
            apart = box[2] <= other[0] or other[2] <= box[0] or box[3] <= other[1] + 1 or other[3] <= box[1] + 1
            assert apart, text.text_content()
        taken.append(box)
