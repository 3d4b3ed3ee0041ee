"""Looks at an organization's file alone, and at the machine: what was read, what is wrong, what tests would miss."""

from __future__ import annotations

import os
import platform
import re
import shutil
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from macros.catalog.models import Catalog, ProductKind
from macros.catalog.organization import Organization
from macros.catalog.organization_file import FILE, LOCAL, load_organization
from macros.catalog.published_keys import without_keys
from macros.catalog.strict_yaml import DataError, Problem
from macros.render.parts.quantity import counted, number

TOOLS = Path(__file__).resolve().parent.parent / "tests" / "system-packages.sh"
"""Names each program that tests need and Python packages do not bring, and its package."""
IS_CHECKOUT = TOOLS.is_file()
"""Whether this is the project with its tests, and not an installed command."""
_NEED = re.compile(r"^need (\S+) (\S+)", re.MULTILINE)
_OF_THE_SYSTEM = ("/usr/sbin", "/sbin")


class NoFileError(Exception):
    """There is no such file, or it cannot be opened."""


@dataclass(frozen=True)
class Seen:
    """What stands in an organization's file: the organization, or everything that is wrong."""

    file: str
    organization: Organization | None
    problems: tuple[Problem, ...] = ()


def look_at(path: Path, catalog: Catalog) -> Seen:
    """Read one file as a build does. Raises NoFileError with the reason when there is nothing to read."""
    name = without_keys(str(path) if path not in (FILE, LOCAL) else path.name)
    try:
        path.open("rb").close()
    except OSError as error:
        raise NoFileError(f"{name}: cannot be read: {error.strerror}") from error
    try:
        return Seen(name, load_organization(path, catalog))
    except DataError as error:
        return Seen(name, None, error.problems)


def why(path: Path) -> str:
    """Why a build takes this file."""
    if os.environ.get("ORGANIZATION"):
        return "Named by ORGANIZATION."
    if path == LOCAL:
        return "Your own file: it goes before organization.yml, and no update touches it."
    if not IS_CHECKOUT:
        return "The example that comes with the guide. Name your own file in ORGANIZATION, or behind the command."
    return f"The example that comes with the guide. Make it yours: copy it to {LOCAL.name}, and edit the copy."


def missing_tools() -> dict[str, str]:
    """Programs that some tests need and that are not installed here, with the Debian package of each."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *_OF_THE_SYSTEM])
    needed = _NEED.findall(TOOLS.read_text("utf-8"))
    return {program: package for program, package in needed if shutil.which(program, path=path) is None}


def numbers_of(organization: Organization, catalog: Catalog) -> dict[str, int]:
    """What was read, counted."""
    kind = {product.id: product.kind for product in catalog.products}
    of: Counter[ProductKind] = Counter()
    for group in organization.groups:
        of[kind[group.product]] += group.count
    return {
        "groups": len(organization.groups),
        "windows_clients": of["windows-client"],
        "windows_servers": of["windows-server"],
        "office_installations": of["office"],
        "kms_hosts": len(organization.kms_hosts),
        "host_keys": sum(len(host.keys) for host in organization.kms_hosts),
        "mak_allotments": len(organization.mak_allotments),
        "activations_left": sum(one.total - one.used for one in organization.mak_allotments),
        "licensed_products": len(organization.licensed),
    }


def as_text(seen: Seen, catalog: Catalog, reason: str) -> str:
    """The findings in a few lines, for a person."""
    head = [f"{seen.file}. {reason}".rstrip()]
    return "\n".join([*head, *(_read(seen.organization, catalog) if seen.organization else _wrong(seen)), *_machine()])


def as_data(seen: Seen, catalog: Catalog) -> dict[str, Any]:
    """The same for a program."""
    found = seen.organization
    return {
        "file": seen.file,
        "verdict": "valid" if found else "invalid",
        "organization": {"name": found.name, **numbers_of(found, catalog)} if found else None,
        "problems": [{"line": one.line, "key": one.key, "message": one.message} for one in seen.problems],
        "python": platform.python_version(),
        "missing_tools": sorted(missing_tools()) if IS_CHECKOUT else None,
    }


def _read(organization: Organization, catalog: Catalog) -> list[str]:
    found = numbers_of(organization, catalog)
    forest = organization.active_directory
    return [
        f"  Name: {organization.name}",
        f"  Groups: {number(found['groups'])}, with {counted(found['windows_clients'], 'Windows client')}, "
        f"{counted(found['windows_servers'], 'Windows server')}, "
        f"{counted(found['office_installations'], 'Office installation')}",
        f"  Active Directory: {forest.dns_name if forest else 'none'}",
        f"  KMS hosts: {number(found['kms_hosts'])}, with {counted(found['host_keys'], 'host key')}",
        f"  MAK allotments: {number(found['mak_allotments'])}, with "
        f"{counted(found['activations_left'], 'activation')} left",
        f"  Products with a number of licenses: {number(found['licensed_products'])}",
        "Every key and every value is allowed, and every reference leads somewhere.",
    ]


def _wrong(seen: Seen) -> list[str]:
    some = counted(len(seen.problems), "problem")
    return [f"  {problem}" for problem in seen.problems] + [
        f"{some}. No page is built from this file. Mend and look again: what needs sound values is checked after them."
    ]


def _machine() -> list[str]:
    if not IS_CHECKOUT:
        return [f"Python {platform.python_version()}."]
    missing = missing_tools()
    tools = (
        f"Only for all tests, not for the site: {', '.join(missing)} not installed; make test installs it on Debian "
        f"({', '.join(sorted({*missing.values()}))})."
        if missing
        else "Everything that tests need is installed."
    )
    return [f"Python {platform.python_version()}. {tools}"]
