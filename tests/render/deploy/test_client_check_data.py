"""What the check and the form of client settings get from Python: complete, and nothing but published keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from macros.catalog.models import Catalog
from macros.domain.policy import Policy
from macros.formats.base.keys import KEY_SHAPE, PLACEHOLDER
from macros.formats.base.origin import Origin
from macros.formats.clients import group_policy, registry_file
from macros.formats.clients import requests as client_requests
from macros.formats.clients.command_lines import TAKES
from macros.formats.clients.format import BY_ID
from macros.formats.clients.requests import PRODUCTS, Request, file_name, generate, possible
from macros.formats.library import FORMAT_OF, SAMPLES, available, sample
from macros.render.deploy import client_check_page
from macros.render.deploy.client_check_data import (
    AIMS,
    ELSEWHERE,
    FORMS,
    READ,
    SENTINELS,
    client_as_data,
    client_build_as_data,
    client_build_data,
    client_data,
    for_scripts,
    rules,
)
from macros.render.deploy.samples import context
from macros.render.parts.view import View
from tests.formats.reports import validator
from tests.render.check_parts import (
    ENDS_A_SCRIPT,
    assert_every_control_has_a_label,
    assert_hidden_until_its_script_runs,
    assert_rules_as_in_python,
    data_in,
    loaded,
    page_of,
    soup,
)

ViewOf = Callable[..., View]
CHECK = [
    *(
        "conditions.js",
        "organization-files.js",
        "registry-values.js",
        "registry-file.js",
        "group-policy.js",
        "batch.js",
        "client-commands.js",
    ),
    "client-judge.js",
]
FORM_MACROS = (client_check_page.client_check_form, client_check_page.client_build_form)
EVERY = [
    Request(form, aim, products, "kms9.example", 4711, "b.example")
    for form in FORMS
    for aim in AIMS
    for products in PRODUCTS
]
POSSIBLE = [request for request in EVERY if possible(request)]


def test_every_rule_is_there_with_its_words_and_pages(view: View, catalog: Catalog) -> None:
    data = client_as_data(view)
    assert_rules_as_in_python(data, rules(), catalog)
    own = {**registry_file.RULES, **group_policy.RULES, "nothing-to-check": rules()["nothing-to-check"]}
    assert set(own) - set(rules()) == {"reg-type-open"}


@pytest.mark.slow
def test_the_page_holds_no_key_but_published_ones(view: View, catalog: Catalog) -> None:
    published = {key.key for key in catalog.client_keys} | {PLACEHOLDER}
    parts = (client_data(view), client_build_data(view), client_check_page.client_check_examples(view))
    assert set(KEY_SHAPE.findall("".join(parts))) <= published


def test_data_is_one_script_element_that_nothing_in_it_can_end(view_of: ViewOf, view: View) -> None:
    changed = view_of(organization=view.organization.model_copy(update={"name": ENDS_A_SCRIPT}))
    assert any(ENDS_A_SCRIPT in line for line in data_in(client_build_data(changed))["lines"])


def test_every_state_of_a_report_has_its_words(view: View) -> None:
    words = client_as_data(view)["words"]["activations"]
    for kind in READ:
        title = BY_ID[kind].title
        for activation in ("kms-adba", "none"):
            assert words[f"{kind} {activation}"] == f"Read as {title}. {words[activation]}"
    assert words[ELSEWHERE] == ""
    assert words["unknown"]


@pytest.mark.parametrize(
    ("pattern", "text", "same"),
    [
        (r"^[ \t]*rem", "a\nrem b", True),
        (r"<a[\s>/]", "<a\x1c", True),
        (r"end[ \t]*$", "end \nx", True),
        (r"[\w$]+=>", "é=>", True),
        (r"\bSRV\b", "der SRV-Eintrag", True),
        (r"\bSRV\b", "äSRV", False),
        (r"\bSRV\b", "SRV\u0431", False),
        (r"\bdns\b", "(dns)", True),
    ],
)
def test_a_pattern_for_scripts_keeps_its_meaning(pattern: str, text: str, same: bool) -> None:
    """What is written out for scripts means the same to Python, where it knows the notation."""
    made = for_scripts(pattern).replace(r"\p{L}\p{N}_", r"\w")
    assert bool(re.search(made, text, re.IGNORECASE)) is same
    assert bool(re.search(pattern, text, re.IGNORECASE | re.MULTILINE)) is same


# -------------------------------------------------------------------------------------------------------- files


def origin(request: Request, view: View) -> Origin:
    return client_requests.origin(request, context(view))


@pytest.mark.slow
@pytest.mark.parametrize("request_", POSSIBLE, ids=lambda request: f"{request.form} {file_name(request)}")
def test_a_file_filled_from_the_data_is_the_file_of_python(request_: Request, view: View) -> None:
    data = client_build_as_data(view)
    name, numbers = data["files"][" ".join([request_.form, request_.aim, *request_.products])]
    text = "\n".join(data["lines"][number] for number in numbers)
    for field, stand_in in SENTINELS.items():
        text = text.replace(stand_in, str(getattr(request_, field)))
    assert name == file_name(request_)
    assert text == generate(request_, origin(request_, view), view.catalog)


@pytest.mark.parametrize("request_", POSSIBLE, ids=lambda request: f"{request.form} {file_name(request)}")
def test_every_file_is_valid_for_its_own_host(request_: Request, view: View, catalog: Catalog, policy: Policy) -> None:
    text = generate(request_, origin(request_, view), catalog)
    formats = {"registry": "registry", "preferences-xml": "group-policy", "batch": "client-batch"}
    check = validator(formats.get(request_.form, "client-powershell"))
    assert check(text, catalog, policy, {request_.host: request_.port}).findings == ()
    given = {"host": request_.host, "dns": None, "domain": request_.domain}[request_.aim]
    assert given is None or given in text


def test_what_is_not_possible_is_refused(view: View) -> None:
    wrong = [request for request in EVERY if not possible(request)]
    assert {request.form for request in wrong} == set(FORMS) - {"batch"}
    for request in wrong:
        with pytest.raises(ValueError, match=request.form):
            generate(request, origin(request, view), view.catalog)


def test_samples_of_clients_are_such_files(view: View) -> None:
    """Each sample of a name that the form can make is the form's file for the first host."""
    made = 0
    host = view.organization.kms_hosts[0]
    port = view.policy.port if host.port is None else host.port
    for sample_id in available(context(view)):
        planned = SAMPLES[sample_id]
        for model in POSSIBLE:
            if FORMAT_OF[sample_id] in BY_ID.values() and planned.file_name == file_name(model):
                request = replace(model, host=host.name, port=port, domain=view.organization.dns_zone)
                assert sample(sample_id, context(view)).text == generate(request, origin(model, view), view.catalog)
                made += 1
    assert made >= 12


def test_no_two_files_of_the_form_have_one_name() -> None:
    names = [file_name(request) for request in POSSIBLE]
    assert len(names) == len(set(names))


# --------------------------------------------------------------------------------------------------------- pages


@pytest.mark.parametrize("form", FORM_MACROS)
def test_a_form_is_hidden_until_its_script_runs_and_a_note_says_what_to_do(
    form: Callable[[View], str], view: View
) -> None:
    assert_hidden_until_its_script_runs(form(view))


@pytest.mark.parametrize("form", FORM_MACROS)
def test_every_control_has_a_label(form: Callable[[View], str], view: View) -> None:
    assert_every_control_has_a_label(form(view))


@pytest.mark.parametrize(
    ("page", "form", "own"),
    [
        ("check-clients", "data-vag-check", [*CHECK, "client-check.js"]),
        ("build-clients", "data-vag-build", [*CHECK, "client-build.js"]),
    ],
)
def test_a_page_has_its_form_and_loads_its_scripts_in_the_order_in_which_they_need_each_other(
    page: str, form: str, own: list[str], view: View
) -> None:
    shown = page_of(view, page)
    assert len(shown.select(f"form[{form}]")) == 1
    assert loaded(shown) == [
        "keys.js",
        "text-reading.js",
        "xml-reading.js",
        "wrapped.js",
        "drawn.js",
        "text-box.js",
        "findings.js",
        *own,
    ]


def test_each_example_names_its_kind(view: View) -> None:
    parsed = soup(client_check_page.client_check_examples(view))
    found = [str(each["data-vag-kind"]) for each in parsed.select("[data-vag-example]")]
    assert set(found) == set(READ)


def test_the_browser_gets_every_option_of_the_data_and_no_other(view: View) -> None:
    commands = client_as_data(view)["commands"]
    assert [(one["tool"], one["option"]) for one in commands["options"]] == [
        (one.tool, one.option) for one in view.catalog.commands
    ]
    named = {one["option"]: one["takes"] for one in commands["options"]}
    assert set(TAKES) <= set(named)
    assert {*filter(None, named.values())} == set(TAKES.values())


def test_every_way_back_to_dns_takes_the_lookup_domain_back_or_says_that_it_stays(view: View) -> None:
    seen = 0
    for form in FORMS:
        for products in client_requests.PRODUCTS:
            request = client_requests.Request(form, "dns", products, "", 1, "corp.example.com")
            if not client_requests.possible(request):
                continue
            text = client_requests.generate(request, Origin("a.cmd", "b", view.today), view.catalog)
            seen += 1
            for product, command in (("windows", "slmgr.vbs /ckms-domain"), ("office", "ospp.vbs /ckms-domain")):
                if product in products:
                    assert command in text.replace('"', "").replace("OSPP.VBS", "ospp.vbs") or "-ClearDomain" in text
    assert seen > 10


def test_an_organization_without_hosts_still_has_forms(view_of: ViewOf, view: View) -> None:
    changed = view_of(organization=view.organization.model_copy(update={"kms_hosts": ()}))
    parsed = soup(client_check_page.client_build_form(changed))
    assert parsed.select_one("#vag-host") is not None
    assert client_as_data(changed)["hosts"]["organization"] == {}
    request = client_requests.maker("batch", "dns")(context(changed), Origin("a.cmd", "b", view.today))
    assert "/ckms" in request
