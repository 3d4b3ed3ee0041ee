"""Tables of host keys and client setup keys, against the data that they come from."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from macros.catalog.organization import HostKey
from macros.domain.host_keys import group_covers, listing
from macros.domain.lifecycle import standing
from macros.render.parts.view import View
from macros.render.plan import host_keys, lifecycle
from macros.render.plan.lifecycle import PHASES
from tests.parsing import as_built

KEY = re.compile(r"\b[0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}\b")
GVLK_KINDS = ("windows-client", "windows-server", "office")
CALLS: list[tuple[Any, tuple[Any, ...]]] = [
    (host_keys.host_key_check, ()),
    (host_keys.host_key_advice, ()),
    (host_keys.host_key_matrix, ("windows",)),
    (host_keys.host_key_matrix, ("office",)),
    (host_keys.host_updates_table, ()),
    (host_keys.office_hosts_table, ()),
    (host_keys.adba_office_systems, ()),
    (host_keys.open_questions, ()),
    *((host_keys.gvlk_table, (kind,)) for kind in GVLK_KINDS),
    (host_keys.products_table, ()),
    (lifecycle.next_dates, ()),
    (lifecycle.lifecycle_chart, ()),
    *((lifecycle.lifecycle_table, (family,)) for family in lifecycle.FAMILIES),
]


@lru_cache(maxsize=64)
def soup(html: str) -> BeautifulSoup:
    return as_built(html)


def cells(row: Tag) -> list[str]:
    return [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]


def body(html: str) -> list[Tag]:
    return list(soup(html).select("tbody > tr"))


def squeezed(text: str) -> str:
    return " ".join(text.split())


def anchored(html: str, row_id: str) -> Tag:
    row = soup(html).find("tr", id=row_id)
    assert isinstance(row, Tag)
    return row


@pytest.mark.parametrize(("macro", "arguments"), CALLS)
def test_every_macro_gives_one_line_without_styles_or_scripts(macro: Any, arguments: Any, view: View) -> None:
    html = macro(view, *arguments)
    assert html
    assert "\n" not in html
    assert not soup(html).find_all(["script", "style"])
    assert not soup(html).find_all(style=True)


@pytest.mark.parametrize(("macro", "arguments"), CALLS)
def test_anchors_are_unique(macro: Any, arguments: Any, view: View) -> None:
    ids = [element["id"] for element in soup(macro(view, *arguments)).find_all(id=True)]
    assert len(ids) == len(set(ids))


def test_no_product_key_but_published_client_keys_is_shown(view: View) -> None:
    published = {key.key for key in view.catalog.client_keys}
    shown = {key for macro, arguments in CALLS for key in KEY.findall(soup(macro(view, *arguments)).get_text(" "))}
    assert shown == published


def test_a_key_table_holds_every_client_key_of_its_kind_once(view: View) -> None:
    for kind in GVLK_KINDS:
        expected = [
            (view.catalog.product(key.product).name, key.key)
            for key in view.catalog.client_keys
            if view.catalog.product(key.product).kind == kind
        ]
        keys = [(cells(row)[0], row.find("code")) for row in body(host_keys.gvlk_table(view, kind))]
        shown = [(name, key.get_text()) for name, key in keys if key]
        assert sorted(shown) == sorted(expected)


def test_each_product_with_client_keys_has_an_anchor_at_its_first_key(view: View) -> None:
    html = "".join(host_keys.gvlk_table(view, kind) for kind in GVLK_KINDS)
    for product in {key.product for key in view.catalog.client_keys}:
        first = next(key for key in view.catalog.client_keys if key.product == product)
        row = anchored(html, product)
        assert cells(row)[0] == view.catalog.product(product).name
        assert first.key in row.get_text()


def test_a_client_key_that_is_in_doubt_says_so(view: View) -> None:
    doubtful = [key for key in view.catalog.client_keys if key.confidence == "unconfirmed"]
    assert doubtful
    found = [(row.find("code"), row) for row in body(host_keys.gvlk_table(view, "windows-server"))]
    rows = {key.get_text(): row for key, row in found if key}
    for key in doubtful:
        assert "unconfirmed" in rows[key.key].get_text()
        assert key.notes is not None
        assert squeezed(key.notes) in squeezed(rows[key.key].get_text())


def test_an_unknown_kind_of_keys_names_the_known_ones(view: View) -> None:
    with pytest.raises(ValueError, match="windows-client"):
        host_keys.gvlk_table(view, "linux")  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["windows", "office"])
def test_the_matrix_says_what_the_lists_say(kind: str, view: View) -> None:
    html = host_keys.host_key_matrix(view, kind)
    groups = [group for group in view.catalog.host_keys.groups if group.kind == kind]
    products = [p for p in view.catalog.products if (p.kind == "office") == (kind == "office")]
    assert len(body(html)) == len(products) + 1
    for product in products:
        shown = cells(anchored(html, f"lists-{product.id}"))
        assert shown[0] == product.name
        for text, group in zip(shown[1:], groups, strict=True):
            status = listing(view.catalog, group.id, product.id).status
            assert ("not listed" in text) == (status == "not-listed")
            assert (host_keys.IN_MATRIX["listed-year-not-printed"] in text) == (status == "listed-year-not-printed")


def family(view: View, product: str) -> str:
    """The name as Microsoft's lists print it: they name no editions behind it."""
    return view.catalog.product(product).name.partition(" (")[0]


def test_the_windows_matrix_names_every_system_that_can_hold_a_key(view: View) -> None:
    row = anchored(host_keys.host_key_matrix(view, "windows"), "held-by-windows")
    groups = [group for group in view.catalog.host_keys.groups if group.kind == "windows"]
    for cell, group in zip(row.find_all("td"), groups, strict=True):
        names = [item.get_text() for item in cell.find_all("li")]
        assert names == [family(view, system) for system in group.host_systems]


def test_what_is_not_listed_is_never_called_unsupported_or_failing(view: View) -> None:
    for macro, arguments in CALLS:
        if macro.__module__.endswith("host_keys"):
            assert not re.search(
                r"unsupported|will fail|cannot activate", soup(macro(view, *arguments)).get_text(), re.I
            )


def test_every_update_row_is_shown_with_its_update(view: View) -> None:
    shown = [cells(row) for row in body(host_keys.host_updates_table(view))]
    updates = view.catalog.host_keys.updates
    assert len(shown) == len(updates)
    for row, update in zip(shown, updates, strict=True):
        assert row[0] == family(view, update.host_system)
        assert row[2].startswith(update.update)
        assert ("planning page gives" in row[2]) == (update.conflict is not None)
        assert (update.printed or "") in row[2]
        assert (update.listed.build if update.listed else "unconfirmed") in row[3]
        for product in update.to_activate:
            long_term = product.startswith("windows-10-lts")
            assert ("its LTSC and LTSB releases" if long_term else family(view, product)) in row[1]


def test_a_host_with_the_key_of_a_newer_release_is_told_its_update(view: View, view_of: Callable[..., View]) -> None:
    note = next(
        note
        for note in soup(host_keys.host_key_check(view)).select(".vag-note")
        if "a key of a newer release" in note.get_text()
    )
    assert "1 host holds" in note.get_text()
    assert "kms2.corp.example.com (Windows Server 2022) holds the key for Windows Server 2025" in note.get_text()
    assert "KB5034770" in note.get_text()
    assert note.find("a", href=re.compile(r"conflicts\.html#conflict\.ws2022_host_update$"))
    hosts = tuple(host for host in view.organization.kms_hosts if host.id != "kms2")
    groups = tuple(
        group.model_copy(update={"kms_hosts": tuple(host for host in group.kms_hosts if host != "kms2")})
        for group in view.organization.groups
    )
    without = view_of(organization=view.organization.model_copy(update={"kms_hosts": hosts, "groups": groups}))
    assert "a key of a newer release" not in soup(host_keys.host_key_check(without)).get_text()


def test_the_advice_names_the_update_of_a_key_on_an_older_system(view: View) -> None:
    items = [item.get_text() for item in soup(host_keys.host_key_advice(view)).find_all("li")]
    assert any(item.startswith("Windows Server 2022: KB5034770") for item in items)
    assert "Windows Server 2025: none listed" in items


def test_the_advice_names_one_update_and_what_it_is_for(view: View) -> None:
    """A host on Windows Server 2019 with the key of 2025: the later of two cumulative updates contains the other."""
    items = [item.get_text() for item in soup(host_keys.host_key_advice(view)).find_all("li")]
    [item] = [item for item in items if item.startswith("Windows Server 2019: KB5034768")]
    assert "KB5003646" not in item
    assert item.endswith("for Windows Server 2025, Windows Server 2022")


def test_a_key_is_found_by_the_short_names_of_its_edition(view: View) -> None:
    rows = soup(host_keys.gvlk_table(view, "windows-server")).select("tbody tr")

    def fitting(*typed: str) -> list[str]:
        texts = [(row, f"{row.get_text()} {row.get('data-vag-also', '')}".lower()) for row in rows]
        return [row.select("th, td")[1].get_text() for row, text in texts if all(word in text for word in typed)]

    assert fitting("2022", "std") == ["Standard"]
    assert fitting("2022", "dc")
    assert fitting("2022", "proplus") == []


def test_every_office_host_shows_pack_and_activation_id(view: View) -> None:
    html = host_keys.office_hosts_table(view)
    for host in view.catalog.host_keys.office_hosts:
        row = anchored(html, f"office-host-{host.product}")
        assert host.activation_id in row.get_text()
        assert row.select_one("a.vag-source")["href"] == str(host.download)  # type: ignore[index]
        assert view.catalog.product(host.minimum_server).name in row.get_text()


def test_every_open_question_is_shown_with_its_reason(view: View) -> None:
    html = soup(host_keys.open_questions(view))
    shown = [(a.get_text(), b.get_text()) for a, b in zip(html.find_all("dt"), html.find_all("dd"), strict=True)]
    assert shown == [(question.question, question.why) for question in view.catalog.host_keys.open_questions]


def test_the_check_shows_every_kms_group_with_every_host_it_reaches(view: View) -> None:
    text: dict[str, str] = {}
    for row in body(host_keys.host_key_check(view)):
        text[cells(row)[0]] = text.get(cells(row)[0], "") + row.get_text(" ", strip=True)
    for cover in group_covers(view.catalog, view.organization):
        group = next(group for group in view.organization.groups if group.id == cover.group)
        shown = next(said for name, said in text.items() if name.startswith(group.name))
        for host in cover.hosts:
            assert view.organization.host(host.host).name in shown
        assert view.catalog.product(cover.product).name in shown


def test_the_check_counts_the_groups_that_are_listed(view: View) -> None:
    title = soup(host_keys.host_key_check(view)).select_one(".vag-note__title")
    assert title is not None
    assert "4 of 4 groups" in title.get_text()


def test_a_client_key_on_a_server_is_ruled_out_with_its_fact(view: View, view_of: Callable[..., View]) -> None:
    hosts = list(view.organization.kms_hosts)
    hosts[0] = hosts[0].model_copy(update={"keys": (HostKey(group="win10", activations_used=0),)})
    broken = view_of(organization=view.organization.model_copy(update={"kms_hosts": tuple(hosts)}))
    html = soup(host_keys.host_key_check(broken))
    note = next(note for note in html.select(".vag-note--bad"))
    assert "cannot be installed on Windows Server" in note.get_text()
    assert note.find(attrs={"data-fact": "kms.host.client_csvlk_on_server"})
    assert hosts[0].name in note.get_text()


def test_an_organization_without_kms_is_told_so(view: View, view_of: Callable[..., View]) -> None:
    rest = tuple(group for group in view.organization.groups if group.method not in ("kms", "adba"))
    none = view_of(organization=view.organization.model_copy(update={"groups": rest, "kms_hosts": ()}))
    assert "No group of this organization activates by KMS" in soup(host_keys.host_key_check(none)).get_text()
    assert host_keys.host_key_advice(none) == ""


def test_products_without_a_common_key_are_told_which_keys_list_a_part(
    view: View, view_of: Callable[..., View]
) -> None:
    groups = [group for group in view.organization.groups if group.method == "kms"]
    changed = (groups[0].model_copy(update={"product": "windows-vista"}), *groups[1:])
    mixed = view_of(organization=view.organization.model_copy(update={"groups": changed}))
    note = soup(host_keys.host_key_advice(mixed)).select_one(".vag-note")
    assert note is not None
    assert "No single host key lists all your Windows products" in note.get_text()
    assert "Windows Server 2025 lists 2 of 3" in note.get_text()


def test_the_products_table_has_a_row_for_each_product_with_its_keys_and_support(
    view: View, view_of: Callable[..., View]
) -> None:
    html = host_keys.products_table(view_of(page="reference/products.md"))
    assert len(body(html)) == len(view.catalog.products)
    for product in view.catalog.products:
        row = anchored(html, product.id)
        count = sum(key.product == product.id for key in view.catalog.client_keys)
        link = row.find("a", href=f"keys.html#{product.id}")
        if why := product.not_published.get("client-keys"):
            assert why in row.get_text()
        else:
            assert isinstance(link, Tag)
            assert link.get_text().split()[0] == str(count)
        assert row.find("a", href=f"../plan/kms-hosts.html#lists-{product.id}")
        if any(entry.release for entry in view.catalog.lifecycle if product.id in entry.products):
            found = row.find("a", href=f"../plan/lifecycle.html#{product.id}")
            assert isinstance(found, Tag)
            assert found.get_text() == "by release"
            continue
        for entry in view.catalog.lifecycle:
            if product.id in entry.products:
                words = PHASES[standing(entry, view.today).phase]
                found = row.find("a", href=f"../plan/lifecycle.html#{entry.id}")
                assert isinstance(found, Tag)
                assert found.get_text() == words


def test_keys_that_are_unconfirmed_are_marked_where_they_are_counted(view: View) -> None:
    html = host_keys.products_table(view)
    for product in view.catalog.products:
        doubtful = sum(k.product == product.id and k.confidence == "unconfirmed" for k in view.catalog.client_keys)
        cell = anchored(html, product.id).find_all("td")[3]
        assert bool(cell.select_one(".vag-confidence--unconfirmed")) == bool(doubtful)
        if doubtful:
            assert f"{doubtful} of them" in cell.get_text()
    assert "4 of them" in anchored(html, "windows-server-2012").get_text()


def test_the_systems_of_office_through_active_directory_stand_as_the_page_prints_them(view: View) -> None:
    shown = [item.get_text() for item in soup(host_keys.adba_office_systems(view)).find_all("li")]
    assert shown == [
        "Windows 11", "Windows 10", "Windows Server 2022", "Windows Server 2019", "Windows Server 2016",
        "Windows Server 2012 R2", "Windows Server 2012",
    ]  # fmt: skip


def test_products_too_old_for_adba_are_not_offered_it(view: View) -> None:
    html = host_keys.products_table(view)
    for product in view.catalog.products:
        methods = cells(anchored(html, product.id))[2]
        assert bool(re.search(r"ADBA no\b", methods)) == product.legacy
        assert methods.startswith("KMS yes, MAK ")


def test_methods_come_from_the_fact_behind_the_mark(view: View) -> None:
    html = host_keys.products_table(view)
    words = {True: "yes", False: "no", None: "not stated"}
    for product in view.catalog.products:
        row = anchored(html, product.id)
        mark = row.find(attrs={"data-fact": re.compile("^elig")})
        assert isinstance(mark, Tag)
        value: Any = view.catalog.fact(str(mark["data-fact"])).value
        assert f"MAK {words[value.get('mak')]}" in cells(row)[2]


def test_what_is_not_published_is_said_where_it_is_missing(view: View) -> None:
    catalog = view.catalog
    said = {"client-keys": "Microsoft has no key for it yet.", "lifecycle": "The page has no day yet."}
    first = catalog.products[0]
    new = first.model_copy(update={"id": "windows-server-2061", "name": "A new server", "not_published": said})
    later = replace(view, catalog=catalog.model_copy(update={"products": (new, *catalog.products)}))
    html = host_keys.gvlk_table(later, "windows-server")
    keys = BeautifulSoup(html, "html.parser").find("tr", id="windows-server-2061")
    assert isinstance(keys, Tag)
    cells = [cell.get_text() for cell in keys.find_all(["th", "td"])]
    assert cells == ["A new server", said["client-keys"], "not published"]
    row = BeautifulSoup(host_keys.products_table(later), "html.parser").find("tr", id="windows-server-2061")
    assert isinstance(row, Tag)
    assert f"none published: {said['client-keys']}" in row.get_text()
    assert f"no date recorded: {said['lifecycle']}" in row.get_text()
