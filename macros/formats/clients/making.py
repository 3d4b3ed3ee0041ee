"""Files with settings of KMS clients: registration files, registry preferences, batch files and PowerShell scripts.

Each is made from values of the registry, or from calls of commands, with a head that says where it comes from.
"""

from __future__ import annotations

import codecs
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml import etree

from macros.catalog.models import Catalog, CommandOption
from macros.catalog.organization import KmsHost, Organization
from macros.catalog.values import part_of
from macros.domain.policy import Policy
from macros.formats.base.origin import Origin
from macros.formats.base.reading import plain

from .group_policy import Form
from .registry_file import KINDS
from .registry_values import HIVE, HOST, PORT, PUBLISH, Data, Product, key_path, kind_of, type_names

CLIENT_NOTE = ("Import on a client as administrator: reg import with the name of this file.",)
DOMAIN_STAYS = "A lookup domain stays: take it back with slmgr.vbs /ckms-domain and ospp.vbs /ckms-domain."
"""What registry values cannot undo: no page that was read names the value that keeps the domain."""
XML_NOTE = ("Registry preference items for the computer.",)
COMMANDS_NOTE = (
    "Run as a user who may edit the Group Policy object, on a computer with the GroupPolicy module.",
    "The object has to exist: create it first, and link it when the items are in it.",
)

# --------------------------------------------------------------------------------------------------------------- values


@dataclass(frozen=True)
class Value:
    """A value to write. Without data it is deleted."""

    product: Product
    name: str
    data: Data = None


def fixed_host(host: KmsHost, products: Sequence[Product], policy: Policy) -> tuple[Value, ...]:
    """What makes clients use one KMS host without asking DNS."""
    port = policy.port if host.port is None else host.port
    return tuple(
        value for product in products for value in (Value(product, HOST, host.name), Value(product, PORT, str(port)))
    )


def no_fixed_host(products: Sequence[Product]) -> tuple[Value, ...]:
    """What makes clients ask DNS again."""
    return tuple(Value(product, name) for product in products for name in (HOST, PORT))


def publish_list(organization: Organization) -> tuple[Value, ...]:
    """On a KMS host: the domains beside its own in which it publishes."""
    return (Value("windows", PUBLISH, tuple(organization.further_dns_zones)),)


# --------------------------------------------------------------------------------------------------- registration files

_LINE_BYTES = 25
"""Bytes on one line of data, about as many as the Registry Editor writes."""


def registration_file(values: Iterable[Value], note: Iterable[str], origin: Origin, catalog: Catalog) -> str:
    """A file that sets or deletes values. Comments stand below the first line, which has to name the version."""
    lines = [
        str(part_of(catalog.fact("reg.file").value, "header")),
        "",
        *(f"; {plain(line)}" for line in [*origin.lines(), *note]),
    ]
    key = None
    for value in values:
        if key != value.product:
            key = value.product
            lines += ["", f"[{HIVE}\\{key_path(catalog, value.product)}]"]
        lines += _value_lines(value, kind_of(catalog, value.product, value.name))
    return "\n".join(lines) + "\n"


def registration_bytes(text: str) -> bytes:
    """The file as the Registry Editor writes it: UTF-16, its mark in front, carriage return and line feed."""
    return codecs.BOM_UTF16_LE + text.replace("\n", "\r\n").encode("utf-16-le")


def _value_lines(value: Value, kind: str) -> list[str]:
    name = f'"{value.name}"='
    if value.data is None:
        return [f"{name}-"]
    if kind == "REG_SZ":
        escaped = str(value.data).replace("\\", "\\\\").replace('"', '\\"')
        return [f'{name}"{escaped}"']
    if kind == "REG_DWORD":
        return [f"{name}dword:{value.data:08x}"]
    strings = value.data if isinstance(value.data, tuple) else ()
    number = next(number for number, one in KINDS.items() if one == kind)
    data = b"".join(f"{string}\0".encode("utf-16-le") for string in [*strings, ""])
    rows = [data[start : start + _LINE_BYTES] for start in range(0, len(data), _LINE_BYTES)]
    written = [",".join(f"{byte:02x}" for byte in row) for row in rows]
    readable = [f"; {value.name}: {', '.join(strings)}"]
    return [*readable, f"{name}hex({number}):" + ",\\\n  ".join(written)]


# --------------------------------------------------------------------------------------------------------- Group Policy

_IMAGES = {"REG_DWORD": "12"}
_TEXT_IMAGE = "7"
"""The pictures of updated items: the one of a number as in the sample of the specification, the one of a text as in
files that Windows exported. They have no effect."""
_SPACE = uuid.UUID("6f1f5b1e-3f52-5c0a-9d6e-2f3f3b1c7a10")
"""Makes IDs of items from the value that they are about, so that the same input gives the same file."""


def preference_xml(values: Sequence[Value], note: Iterable[str], origin: Origin, catalog: Catalog) -> str:
    """The items as a file of registry preferences for the computer."""
    form = Form.of(catalog)
    root = etree.Element(form.root, clsid=form.root_clsid)
    comment = re.sub("-+", "-", " ".join([*origin.lines(), *note])).rstrip("-")
    root.append(etree.Comment(f" {comment} "))
    for value in values:
        item = etree.SubElement(root, form.item, clsid=form.item_clsid, name=value.name, status=value.name)
        path = key_path(catalog, value.product)
        kind = kind_of(catalog, value.product, value.name)
        item.set("image", _IMAGES.get(kind, _TEXT_IMAGE))
        item.set("changed", f"{(origin.facts_of or origin.built).isoformat()} 00:00:00")
        item.set("uid", "{" + str(uuid.uuid5(_SPACE, f"{path}\\{value.name}")).upper() + "}")
        properties = etree.SubElement(item, "Properties")
        properties.set("action", "D" if value.data is None else "U")
        properties.set("displayDecimal", "1")
        properties.set("default", "0")
        properties.set("hive", HIVE)
        properties.set("key", path)
        properties.set("name", value.name)
        if value.data is not None:
            properties.set("type", kind)
            properties.set("value", f"{value.data:08x}" if isinstance(value.data, int) else str(value.data))
    etree.indent(root, space="  ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + etree.tostring(root, encoding="unicode") + "\n"


def preference_commands(
    values: Sequence[Value], policy_name: str, note: Iterable[str], origin: Origin, catalog: Catalog
) -> str:
    """Commands that add the same items to a Group Policy object."""
    names = {str(kind): name for name, kind in type_names(catalog).items()}
    lines = [*(f"# {line}" for line in [*origin.lines(), *note]), "", f"$policy = '{policy_name}'"]
    for value in values:
        key = f"HKLM\\{key_path(catalog, value.product)}"
        deletes = value.data is None
        kind = names[kind_of(catalog, value.product, value.name)]
        data = "" if deletes else f" -Type {kind} -Value '{value.data}'"
        lines += [
            f"Set-GPPrefRegistryValue -Name $policy -Context Computer -Action {'Delete' if deletes else 'Update'} `",
            f"  -ValueName {value.name}{data} `",
            f"  -Key '{key}'",
        ]
    return "\n".join(lines) + "\n"


# -------------------------------------------------------------------------------------------------------------- scripts


def powershell_script(values: Sequence[Value], note: Iterable[str], origin: Origin, catalog: Catalog) -> str:
    """Commands that set or delete registry values."""
    names = {str(kind): name for name, kind in type_names(catalog).items()}
    lines = [*(f"# {line}" for line in [*origin.lines(), *note]), "#Requires -RunAsAdministrator"]
    for product in dict.fromkeys(value.product for value in values):
        key = f"'HKLM:\\{key_path(catalog, product)}'"
        mine = [value for value in values if value.product == product]
        lines += ["", f"# {'Windows' if product == 'windows' else 'Office'}"]
        if product == "office" and any(value.data is not None for value in mine):
            # Windows has its key; that of Office may not be there yet.
            lines += [f"if (-not (Test-Path -Path {key})) {{", f"  New-Item -Path {key} -Force | Out-Null", "}"]
        for value in mine:
            kind = names[kind_of(catalog, product, value.name)]
            lines.append(
                f"Remove-ItemProperty -Name {value.name} -ErrorAction SilentlyContinue `\n  -Path {key}"
                if value.data is None
                else f"Set-ItemProperty -Name {value.name} -Type {kind} -Value '{value.data}' `\n  -Path {key}"
            )
    return "\n".join(lines) + "\n"


def oslicense_script(commands: Iterable[str], note: Iterable[str], origin: Origin, catalog: Catalog) -> str:
    """Commands of the module OSLicense, with what they need in front."""
    module = catalog.fact("tools.oslicense").value
    update, version = catalog.fact("tools.oslicense.update").value, part_of(module, "powershell")
    needs = f"Needs the module OSLicense: Windows 11 with {update}, and Windows PowerShell {version}."
    lines = [*origin.lines(), needs, *note]
    return "\n".join([*(f"# {line}" for line in lines), "#Requires -RunAsAdministrator", "", *commands]) + "\n"


def batch_file(commands: Iterable[str], note: Iterable[str], origin: Origin) -> str:
    """Commands as a batch file. A remark must hold no percent sign that is alone, and no letters of a code page."""
    remarks = [f"rem {plain(line)}".replace("%", "%%") for line in [*origin.lines(), *note]]
    return "\n".join(["@echo off", *remarks, *commands]) + "\n"


def slmgr(catalog: Catalog, option: str, value: str | None = None) -> str:
    """One call of slmgr.vbs. Raises UnknownIdError for an option that it does not have."""
    known = _known_option(catalog, "slmgr", option)
    return " ".join(["cscript //nologo %SystemRoot%\\System32\\slmgr.vbs", known.option, *([value] if value else [])])


def ospp(catalog: Catalog, option: str, value: str | None = None) -> str:
    """One call of ospp.vbs, where Office of the bits of Windows puts it. Raises UnknownIdError."""
    known = _known_option(catalog, "ospp", option)
    folder = part_of(catalog.fact("office.scripts_path").value, "native")
    return f'cscript //nologo "{folder}\\ospp.vbs" {known.option}{value or ""}'


def address(host: KmsHost, policy: Policy) -> str:
    """Name and port of a host as slmgr.vbs takes them."""
    return f"{host.name}:{policy.port if host.port is None else host.port}"


def _known_option(catalog: Catalog, tool: str, option: str) -> CommandOption:
    by_name = {one.option: one for one in catalog.commands if one.tool == tool}
    if option not in by_name:
        raise LookupError(f"{tool}.vbs has no option {option}")
    return by_name[option]
