"""Every page renders, in sensible words, for organizations that nobody planned for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from lxml import html

from macros.catalog.organization import Group, Organization
from macros.render.parts.view import View
from macros.render.registry import render
from macros.site import DOCS, read_pages

NONSENSE = re.compile(r"\bnan\b|\binf\b|(?<![\w.])-\d+ (?:computers|hosts|activations|days)")
"""What a reader sees when a computation ran into a case it does not know."""

HOSTILE = "<script>alert(1)</script> {{ 7*7 }} </table> *_[x](y) `z`"

Change = Callable[[Organization], Organization]


def groups(**values: object) -> Change:
    """Every group with some values replaced."""
    return lambda o: o.model_copy(update={"groups": tuple(group.model_copy(update=values) for group in o.groups)})


def only(keep: Callable[[Group], bool]) -> Change:
    return lambda o: o.model_copy(update={"groups": tuple(group for group in o.groups if keep(group))})


def without_hosts(o: Organization) -> Organization:
    return only(lambda group: group.method in ("mak", "unactivated"))(o.model_copy(update={"kms_hosts": ()}))


ODD: dict[str, Change] = {
    "only MAK groups, no host": without_hosts,
    "no directory": lambda o: only(lambda g: g.directory == "none")(o.model_copy(update={"active_directory": None})),
    "nothing but a lab": only(lambda group: group.method == "unactivated"),
    "no computers at all": groups(count=0, mak=None, method="unactivated"),
    "ten million computers in each group": groups(count=10_000_000),
    "one computer in each group": lambda o: groups(count=1)(only(lambda g: g.mak is None)(o)),
    "never on the network": groups(network_every_days="never"),
    "on the network once in ten years": groups(network_every_days=3650, starts_every_days=None),
    "there every day and never started": groups(network_every_days=1, starts_every_days="never"),
    "renewed in another century": groups(last_renewal=date(1999, 1, 1)),
    "no MAK and no licenses": lambda o: only(lambda g: g.method != "mak")(
        o.model_copy(update={"mak_allotments": (), "licensed": ()})
    ),
    "hostile names": lambda o: groups(name=HOSTILE)(o.model_copy(update={"name": HOSTILE})),
}


@pytest.mark.slow
@pytest.mark.parametrize("odd", ODD, ids=list(ODD))
def test_every_page_renders_for(odd: str, view: View) -> None:
    strange = replace(view, organization=ODD[odd](view.organization))
    pages = {path: source for path, source in read_pages(DOCS).items() if not path.startswith("reference/")}
    for path, source in pages.items():
        rendered = render(replace(strange, page=path), source)
        assert "<script>alert" not in rendered, path
        page = html.document_fromstring(rendered)
        for code in page.xpath("//pre | //code"):
            code.drop_tree()
        assert not NONSENSE.search(" ".join(page.itertext())), path
