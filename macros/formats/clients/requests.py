"""Files with settings of KMS clients as somebody asks for them: for Windows, Office or both, in any form.

The samples of this guide are such requests for the first host of the organization.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from macros.catalog.models import Catalog
from macros.formats.base.context import SampleContext
from macros.formats.base.facts_used import origin_of
from macros.formats.base.origin import Origin
from macros.formats.base.sample import Make

from . import making
from .making import Value, ospp, slmgr
from .registry_values import HOST, PORT, Product

Form = Literal["batch", "registry", "preferences-xml", "preferences-commands", "powershell", "oslicense"]
Aim = Literal["host", "dns", "domain"]
"""Use one host; ask DNS again; ask DNS in another domain."""

PRODUCTS: tuple[tuple[Product, ...], ...] = (("windows", "office"), ("windows",), ("office",))
_ENDINGS: dict[Form, str] = {"batch": "cmd", "registry": "reg", "preferences-xml": "xml"}
ELEVATED = "Run on the client, in an elevated Command Prompt."
_LEAVE_OUT = "Leave out the lines of what is not installed: slmgr.vbs is Windows, ospp.vbs Office."
_BITS = "32-bit Office on 64-bit Windows is in the same folder below Program Files (x86)."
_ASKS_AGAIN = "The client asks DNS again."
POLICY_NAME = "KMS client settings"
"""Name of the Group Policy object in the commands. Our choice."""


@dataclass(frozen=True)
class Request:
    """What somebody asks for. The host and its port count for the aim `host`, the domain for `domain`."""

    form: Form
    aim: Aim
    products: tuple[Product, ...]
    host: str
    port: int
    domain: str


def maker(form: Form, aim: Aim, products: tuple[Product, ...] = PRODUCTS[0]) -> Make:
    """What makes a sample: a request for the first host of the organization, and for its DNS zone."""

    def make(context: SampleContext, origin: Origin) -> str:
        organization = context.organization
        host = next(iter(organization.kms_hosts), None)
        name, port = (host.name, host.port) if host else ("", None)
        number = context.policy.port if port is None else port
        return generate(Request(form, aim, products, name, number, organization.dns_zone), origin, context.catalog)

    return make


def origin(request: Request, context: SampleContext) -> Origin:
    """The head of a file, whoever fills in its host: with the day of the facts that the same sample is made from."""
    return origin_of(file_name(request), maker(request.form, request.aim, request.products), context)


def possible(request: Request) -> bool:
    """Whether the form can do it: registry values cannot tell a domain, and OSLicense is for Windows alone."""
    if request.form == "oslicense":
        return request.products == ("windows",) and request.aim != "domain"
    return request.aim != "domain" or request.form == "batch"


def file_name(request: Request) -> str:
    """What the file is called."""
    of_product = f"-{request.products[0]}" if len(request.products) == 1 and request.form != "oslicense" else ""
    of_form = {"oslicense": "-oslicense", "preferences-xml": "-preferences", "preferences-commands": "-preferences"}
    of_aim = {"host": "", "dns": "-undo", "domain": "-domain"}[request.aim]
    ending = _ENDINGS.get(request.form, "ps1")
    return f"kms-client{of_product}{of_form.get(request.form, '')}{of_aim}.{ending}"


def generate(request: Request, origin: Origin, catalog: Catalog) -> str:
    """The file. Raises ValueError for a request that is not possible."""
    if not possible(request):
        raise ValueError(f"{request.form} cannot do {request.aim} for {' and '.join(request.products)}")
    values = _values(request)
    stays = (making.DOMAIN_STAYS,) if request.aim == "dns" else ()
    match request.form:
        case "batch":
            return making.batch_file(_commands(request, catalog), [ELEVATED, *_notes(request)], origin)
        case "registry":
            return making.registration_file(values, (*making.CLIENT_NOTE, *stays), origin, catalog)
        case "preferences-xml":
            return making.preference_xml(values, (*making.XML_NOTE, *stays), origin, catalog)
        case "preferences-commands":
            note = (*making.COMMANDS_NOTE, *stays)
            return making.preference_commands(values, POLICY_NAME, note, origin, catalog)
        case "powershell":
            again = f" {_ASKS_AGAIN}" if request.aim == "dns" else ""
            run = f"Run on the client, in an elevated Windows PowerShell of 64 bits.{again}"
            return making.powershell_script(values, (run, *stays), origin, catalog)
        case "oslicense":
            return _oslicense(request, origin, catalog)


def _values(request: Request) -> tuple[Value, ...]:
    if request.aim == "dns":
        return making.no_fixed_host(request.products)
    given = {HOST: request.host, PORT: str(request.port)}
    return tuple(Value(product, name, data) for product in request.products for name, data in given.items())


def _commands(request: Request, catalog: Catalog) -> list[str]:
    alone = len(request.products) == 1
    commands = []
    if "windows" in request.products:
        set_up = {
            "host": [slmgr(catalog, "/skms", f"{request.host}:{request.port}")],
            "dns": [slmgr(catalog, "/ckms"), slmgr(catalog, "/ckms-domain")],
            "domain": [slmgr(catalog, "/skms-domain", request.domain)],
        }
        shown = [slmgr(catalog, "/dlv")] if alone else []
        commands += [*set_up[request.aim], slmgr(catalog, "/ato"), *shown]
    if "office" in request.products:
        set_office = {
            "host": [ospp(catalog, "/sethst:", request.host), ospp(catalog, "/setprt:", str(request.port))],
            "dns": [ospp(catalog, "/remhst"), ospp(catalog, "/ckms-domain")],
            "domain": [ospp(catalog, "/skms-domain:", request.domain)],
        }
        shown = [ospp(catalog, "/dstatus")] if alone else []
        commands += [*set_office[request.aim], ospp(catalog, "/act"), *shown]
    return commands


def _notes(request: Request) -> list[str]:
    both = len(request.products) > 1
    return [_LEAVE_OUT] * both + [_BITS] * ("office" in request.products)


def _oslicense(request: Request, origin: Origin, catalog: Catalog) -> str:
    if request.aim == "host":
        commands = [f"Set-KmsLicenseInfo -ServerName '{request.host}' -Port {request.port}"]
        note = "Run on the client, elevated. For Windows only; Office has no such command."
    else:
        commands = [f"Invoke-KmsLicense -Clear{part}" for part in ("Server", "Port", "Domain")]
        note = f"Run on the client, elevated. {_ASKS_AGAIN}"
    return making.oslicense_script(commands, [note], origin, catalog)
