"""A host on loopback that plays every case, and sources whose pages stand on it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from macros import cli
from macros.catalog.models import Catalog, Source
from macros.catalog.source_digests import SourceDigest
from macros.watch.asking import Visitor, fetcher
from macros.watch.checked import Checked, check_sources
from macros.watch.comparing import Verdict
from macros.watch.memory import Memory
from macros.watch.settings import Settings, settings

PAGE = "<html><head><meta name='ms.date' content='2026-01-02'></head><body><nav>Menu {noise}</nav><main>\
<h1>Thresholds</h1><p>A host needs {number} computers.</p><h2>Ports</h2><p>It <b>listens</b>.</p></main></body></html>"
TEXT = "---\nms.date: {day}\n---\n# Thresholds\nA host needs {number} computers.\n\n\
```sh\n# no heading\n```\n\n## Ports\nIt listens.\n"


@dataclass
class Played:
    """What the host answers by path: status, headers, body; or what it does instead."""

    port: int = 0
    answers: dict[str, tuple[int, Mapping[str, str], bytes]] = field(default_factory=dict)
    doing: dict[str, Callable[[BaseHTTPRequestHandler], None]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Host and path of each request, in their order."""
    agents: set[str] = field(default_factory=set)

    def at(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def page(self, path: str, body: str = PAGE, status: int = 200, **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Content-Type": "text/html; charset=utf-8", **named}
        body = body.replace("{number}", "25").replace("{day}", "01/02/2026").replace("{noise}", str(len(self.asked)))
        self.answers[path] = (status, sent, body.encode())
        return self.at(path)

    def leads(self, path: str, to: str, status: int = 301) -> str:
        return self.page(path, "", status, Location=to)

    def paths(self) -> list[str]:
        return [path for _, path in self.asked if path != "/robots.txt"]


def _handler(played: Played) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            played.asked.append((self.headers["Host"], self.path))
            played.agents.add(self.headers["User-Agent"])
            if self.path in played.doing:
                played.doing[self.path](self)
                return
            status, headers, body = played.answers.get(self.path, (404, {}, b""))
            if status == 200 and headers.get("ETag", "none") == self.headers.get("If-None-Match"):
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if "Content-Length" not in headers:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked went away."""


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> Iterator[Played]:
    monkeypatch.setenv("no_proxy", "*")
    played = Played()
    with _Server(("127.0.0.1", 0), _handler(played)) as server:
        played.port = server.server_port
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield played
        server.shutdown()
        thread.join()


@pytest.fixture
def silence() -> float:
    """Seconds without a word that are waited for: many, as a busy machine needs them, but where a test names them."""
    return 20


@pytest.fixture
def hasty(played: Played, silence: float) -> Settings:
    """The settings without pauses, and texts of pages on loopback."""
    changed = {
        "pause_seconds": 0,
        "silence_seconds": silence,
        "answer_seconds": 2 * silence,
        "most_bytes": 20_000,
        "text_address": played.at("/{repository}/HEAD/{path}"),
    }
    return settings().model_copy(update=changed)


Check = Callable[..., Checked]
Run = Callable[..., Result]


@pytest.fixture
def check(hasty: Settings, catalog: Catalog, tmp_path: Path) -> Check:
    """Check sources by their addresses, as the command does."""

    def run(
        *sources: Source, only: tuple[str, ...] = (), records: tuple[SourceDigest, ...] = (), record: bool = False
    ) -> Checked:
        return check_sources(
            catalog.model_copy(update={"sources": sources}),
            only,
            records,
            visitor=Visitor(hasty, fetcher(hasty, "1.2.3")),
            memory=Memory(tmp_path / "watch.jsonl"),
            is_recording=record,
        )

    return run


@pytest.fixture
def sources() -> list[Source]:
    """What the catalog of the command holds in place of its own."""
    return []


@pytest.fixture
def command(
    sources: list[Source], hasty: Settings, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    """The command with hosts on loopback, and a memory of its own."""

    def run(*arguments: object) -> Result:
        monkeypatch.setattr(cli, "load_cached", lambda: catalog.model_copy(update={"sources": tuple(sources)}))
        monkeypatch.setattr(cli, "watch_settings", lambda: hasty)
        monkeypatch.setattr(cli, "DIGESTS_NAME", str(nothing_recorded(tmp_path)))
        state = ["--state", str(tmp_path / "watch.jsonl")]
        return CliRunner().invoke(cli.main, ["check-sources", *state, *map(str, arguments)])

    return run


def states(result: Result) -> dict[str, str]:
    return {one["id"]: one["state"] for one in json.loads(result.stdout)["sources"]}


def nothing_recorded(folder: Path) -> Path:
    """Digests of no source, for a command that is told of no file."""
    file = folder / "none.yaml"
    file.write_text("[]\n")
    return file


def source(address: str, name: str = "a-page", **more: object) -> Source:
    return Source.model_validate(
        {"id": name, "url": address, "title": "A page", "publisher": "Somebody", "page_date": "2026-01-02", **more}
    )


def said(verdict: Verdict) -> list[tuple[str, str]]:
    return [(point.state, point.name) for point in verdict.points]


def drip(handler: BaseHTTPRequestHandler) -> None:
    """An answer that comes, and does not end."""
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.end_headers()
    for _ in range(30):
        handler.wfile.write(b"<p>more</p>")
        handler.wfile.flush()
        time.sleep(0.05)


def sleep(handler: BaseHTTPRequestHandler) -> None:
    """Nothing, for longer than anybody waits."""
    time.sleep(0.5)
