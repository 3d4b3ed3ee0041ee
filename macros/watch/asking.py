"""Asks hosts for pages: one request at a time, with pauses, as robots.txt allows, and not for ever.

`Visitor` decides what may be asked and when; what a request is, it is given, so that tests play every host.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from email.message import Message
from http.client import HTTPException
from urllib.error import URLError
from urllib.parse import urljoin, urlsplit
from urllib.request import HTTPErrorProcessor, Request, build_opener
from urllib.robotparser import RobotFileParser

from .settings import Settings

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_OK, _SAME, _BUSY = 200, 304, (429, 503)
_CLIENT, _SERVER = 400, 500
_PIECE = 65_536


@dataclass(frozen=True)
class Answer:
    """What came back: a status and a body, or the trouble that kept it away, by its name in words.yaml."""

    address: str
    status: int | None = None
    body: bytes = b""
    kind: str = ""
    charset: str | None = None
    etag: str = ""
    modified: str = ""
    location: str = ""
    trouble: str = ""


Fetch = Callable[[str, Mapping[str, str]], Answer]
"""One request: an address and headers in, an answer out. It follows no redirect and raises nothing."""


class _AsItIs(HTTPErrorProcessor):
    """Every status is an answer."""

    def http_response(self, request: object, response: object) -> object:
        return response

    https_response = http_response


def fetcher(settings: Settings, version: str) -> Fetch:
    """Requests over the network, with a limit for every wait and every size."""
    opener = build_opener(_AsItIs())
    agent = settings.agent.replace("{version}", version)

    def fetch(address: str, headers: Mapping[str, str]) -> Answer:
        asked = {"User-Agent": agent, "Accept-Language": "en-US, en;q=0.8", "Accept": ", ".join(settings.kinds)}
        until = time.monotonic() + settings.answer_seconds
        try:
            request = Request(address, headers={**asked, **headers})
            with opener.open(request, timeout=settings.silence_seconds) as response:
                found = _of(address, response.status, response.headers)
                if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
                    return replace(found, trouble="encoded")
                return _filled(found, response.read1, _length(response.headers), settings.most_bytes, until)
        except TimeoutError:
            return Answer(address, trouble="slow")
        except URLError as error:
            return Answer(address, trouble="slow" if isinstance(error.reason, TimeoutError) else "silent")
        except (OSError, HTTPException, ValueError):
            return Answer(address, trouble="silent")

    return fetch


def _of(address: str, status: int, headers: Message) -> Answer:
    return Answer(
        address,
        status,
        kind=headers.get_content_type() if headers.get("Content-Type") else "",
        charset=headers.get_content_charset(),
        etag=headers.get("ETag", ""),
        modified=headers.get("Last-Modified", ""),
        location=headers.get("Location", ""),
    )


def _length(headers: Message) -> int | None:
    """How many bytes a body has, where the host says so."""
    said = headers.get("Content-Length", "")
    return int(said) if said.isascii() and said.isdigit() and "Transfer-Encoding" not in headers else None


def _filled(answer: Answer, read: Callable[[int], bytes], length: int | None, most: int, until: float) -> Answer:
    """The answer with its body, where that is one to compare, is short enough, whole, and comes in time."""
    if answer.status != _OK:
        return answer
    body = bytearray()
    while length is None or len(body) < length:
        piece = read(_PIECE)
        body += piece
        if len(body) > most:
            return replace(answer, trouble="large")
        if time.monotonic() > until:
            return replace(answer, trouble="slow")
        if not piece:
            break
    # A connection that ends early leaves a part, and nothing else says so.
    is_whole = length is None or len(body) == length
    return replace(answer, body=bytes(body)) if is_whole else replace(answer, trouble="cut")


def origin(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}".lower()


@dataclass
class Visitor:
    """Asks for one page after the other."""

    settings: Settings
    fetch: Fetch
    robots: MutableMapping[str, str] = field(default_factory=dict)
    """Texts of robots.txt by origin, as far as they are known."""
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic
    answers: int = 0
    silent: dict[str, int] = field(default_factory=dict)
    """Requests without an answer, by origin."""
    _busy: set[str] = field(default_factory=set)
    _next: dict[str, float] = field(default_factory=dict)
    _rules: dict[str, RobotFileParser] = field(default_factory=dict)

    def visit(self, address: str, conditions: Mapping[str, Mapping[str, str]]) -> Answer:
        """The answer for an address, wherever redirects lead; its address is the last one.

        `conditions` are headers by the address that they are for.
        """
        seen = {address}
        for _ in range(self.settings.most_redirects + 1):
            if why := self._kept_away(address):
                return why
            answer = self._ask(address, conditions.get(address, {}))
            following = _following(answer)
            if following is None:
                return answer
            if not _may_follow(address, following):
                return replace(answer, trouble="redirect", address=following)
            if following in seen:
                break
            address = following
            seen.add(address)
        return Answer(address, status=answer.status, trouble="loop")

    def _kept_away(self, address: str) -> Answer | None:
        """Why the address is not asked for; None where it may be."""
        host = origin(address)
        if urlsplit(address).scheme not in ("http", "https"):
            return Answer(address, trouble="scheme")
        if host not in self._rules and not self._is_closed(host):
            trouble = self._read_rules(host)
            if trouble:
                return Answer(address, trouble=trouble)
        if host in self._busy:
            return Answer(address, trouble="busy")
        if self._is_closed(host):
            return Answer(address, trouble="given-up")
        if not self._rules[host].can_fetch(self.settings.name, address):
            return Answer(address, trouble="robots")
        return None

    def _is_closed(self, host: str) -> bool:
        return host in self._busy or self.silent.get(host, 0) >= self.settings.give_up_after

    def _read_rules(self, host: str) -> str:
        """Read robots.txt. Returns the trouble that keeps us away: nothing is allowed without an answer."""
        if host not in self.robots:
            answer = self._follow(f"{host}/robots.txt")
            if answer.status is None or answer.status in _BUSY:
                return answer.trouble
            is_there = answer.status == _OK and not answer.trouble
            # A host that has no such file allows all; one whose file cannot be read allows nothing for now.
            if not is_there and not _CLIENT <= answer.status < _SERVER:
                return "no-robots"
            self.robots[host] = answer.body.decode("utf-8", "replace") if is_there else ""
        rules = RobotFileParser()
        rules.parse(self.robots[host].lstrip("\ufeff").splitlines())
        self._rules[host] = rules
        return ""

    def _follow(self, address: str) -> Answer:
        for _ in range(self.settings.most_redirects + 1):
            answer = self._ask(address, {})
            following = _following(answer)
            if following is None or not _may_follow(address, following) or self._is_closed(origin(following)):
                return answer
            address = following
        return answer

    def _ask(self, address: str, conditions: Mapping[str, str]) -> Answer:
        """One request, after the pause that its host is due."""
        host = origin(address)
        wait = self._next.get(host, 0) - self.now()
        if wait > 0:
            self.sleep(wait)
        answer = self.fetch(address, conditions)
        self._next[host] = self.now() + self._pause(host)
        if answer.status is None:
            self.silent[host] = self.silent.get(host, 0) + 1
            return answer
        self.answers += 1
        self.silent.pop(host, None)
        if answer.status in _BUSY:
            self._busy.add(host)
            return replace(answer, trouble="busy")
        return answer

    def _pause(self, host: str) -> float:
        rules = self._rules.get(host)
        asked = float(rules.crawl_delay(self.settings.name) or 0) if rules else 0
        return max(self.settings.pause_seconds, min(asked, self.settings.longest_pause_seconds))


def _following(answer: Answer) -> str | None:
    """Where an answer sends us; None for one that does not."""
    if answer.status not in _REDIRECTS or not answer.location or answer.trouble:
        return None
    try:
        # Addresses in this header hold any letters.
        return urljoin(answer.address, answer.location.strip()).partition("#")[0].replace(" ", "%20")
    except ValueError:
        return "invalid:"


def _may_follow(address: str, following: str) -> bool:
    """Whether a redirect leads to another page of the web, and not from a secured to an open connection."""
    allowed = ("https",) if urlsplit(address).scheme == "https" else ("http", "https")
    return urlsplit(following).scheme in allowed and bool(urlsplit(following).hostname)
