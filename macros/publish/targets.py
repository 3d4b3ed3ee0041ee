"""Servers and hosts that the command writes configuration for: a table, and a template beside it for each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from .served import LOST, Served

_TEMPLATES = Path(__file__).with_name("templates")
SITE = "site"
"""The folder that is put on a server."""
SERVERS = "servers"
"""The folder of what a server includes, or a repository takes, and readers need not see."""


@dataclass(frozen=True)
class Target:
    """One file: what it is for, where it stands, and how it is made."""

    title: str
    path: str
    make: Callable[[Served, str], str]

    @property
    def is_in_site(self) -> bool:
        """Whether its server looks for it among the pages."""
        return self.path.startswith(f"{SITE}/")


def configuration(served: Served) -> dict[str, bytes]:
    """The files of all targets by path."""
    return {target.path: target.make(served, Path(target.path).name).encode() for target in TARGETS}


def hosts() -> list[str]:
    """Files that stand in the site for a server, which no other server needs to show."""
    return [target.path.partition("/")[2] for target in TARGETS if target.is_in_site]


def _filled(served: Served, name: str) -> str:
    kinds: dict[str, list[str]] = {}
    for ending, kind in served.settings.media.items():
        kinds.setdefault(kind, []).append(ending)
    packed = [kind for kind, endings in kinds.items() if not {*endings} & {*served.settings.small}]
    return template(name).render(served=served, kinds=kinds, packed=packed, hosts=hosts())


def template(name: str) -> Template:
    """A text with slots by the name of its file."""
    return _environment().get_template(name)


def _as_it_is(served: Served, name: str) -> str:
    return (_TEMPLATES / name).read_text("utf-8")


def _static_web_app(served: Served, name: str) -> str:
    fixed = [{"route": f"/{path}", "headers": {"Cache-Control": served.settings.cache.fixed}} for path in served.fixed]
    return _json(
        {
            "globalHeaders": {"Cache-Control": served.settings.cache.changing, **served.headers},
            "mimeTypes": {f".{ending}": kind for ending, kind in served.settings.media.items()},
            "responseOverrides": {"404": {"rewrite": f"/{LOST}"}},
            "routes": fixed,
        }
    )


def _for_others(served: Served, name: str) -> str:
    cache_control = {"changing": served.settings.cache.changing, "fixed": served.settings.cache.fixed}
    return _json(
        {
            "base": served.base,
            "headers": served.headers,
            "cache_control": cache_control,
            "fixed_files": served.fixed,
            "media_types": {f".{ending}": kind for ending, kind in served.settings.media.items()},
            "not_found": f"{served.base}{LOST}",
        }
    )


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=1) + "\n"


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=lambda name: name == "web.config",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["with_dot"] = lambda ending: f".{ending}"
    # The name alone: patterns of Apache look at no folder.
    made.filters["pattern"] = lambda path: re.escape(path.rpartition("/")[2])
    return made


TARGETS = (
    Target("nginx", f"{SERVERS}/nginx.conf", _filled),
    Target("Apache", f"{SERVERS}/apache.conf", _filled),
    Target("IIS", f"{SITE}/web.config", _filled),
    Target("Netlify, Cloudflare Pages", f"{SITE}/_headers", _filled),
    Target("Azure Static Web Apps", f"{SITE}/staticwebapp.config.json", _static_web_app),
    Target("GitHub Pages", f"{SERVERS}/github-pages.yml", _as_it_is),
    Target("GitLab Pages", f"{SERVERS}/gitlab-pages.yml", _as_it_is),
    Target("a container", f"{SERVERS}/Containerfile", _filled),
    Target("a container, nginx", f"{SERVERS}/container.conf", _filled),
    Target("any other server", f"{SERVERS}/headers.json", _for_others),
)
