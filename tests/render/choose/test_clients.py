"""The connections of the firewall, as the page shows them."""

from __future__ import annotations

from bs4 import BeautifulSoup

from macros.render.choose.clients import firewall_table
from macros.render.parts.view import View


def test_the_way_to_dns_stands_first_with_its_fact(view: View) -> None:
    rows = BeautifulSoup(firewall_table(view), "html5lib").select("tbody tr")
    first = rows[0].get_text()
    assert str(view.catalog.fact("kms.dns.query_port").value) in first
    assert "DNS servers" in first
    assert "UDP and TCP" in first
    assert rows[0].select("a")
    assert not any("DNS servers" in row.get_text() for row in rows[1:])
