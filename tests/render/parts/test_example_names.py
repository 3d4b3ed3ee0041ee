"""Commands say when the names in them are those of the example, and never when they are an organization's own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from macros.render.parts.named import shows_example_names
from macros.render.parts.view import View
from macros.render.troubleshoot.error_codes import error_code_page


@pytest.mark.parametrize(
    ("zone", "is_made_up"),
    [
        ("corp.example.com", True),
        ("EXAMPLE.ORG", True),
        ("corp.example", True),
        ("lab.test", True),
        ("contoso.com", False),
        ("myexample.com", False),
        ("example.com.au", False),
        ("latest", False),
    ],
)
def test_domains_that_nobody_can_have_are_examples(view: View, zone: str, is_made_up: bool) -> None:
    own = view.organization.model_copy(update={"dns_zone": zone, "further_dns_zones": ()})
    there = replace(view, organization=own)
    assert shows_example_names(there, ["ping <KMS host>"]) is is_made_up
    assert not shows_example_names(there, ["slmgr.vbs /dlv"])
    # The first check of this code asks the zone.
    assert ("are made up" in error_code_page(there, "0x8007232B")) is is_made_up
