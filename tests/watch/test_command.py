"""The command: what it prints, writes and ends with, a run that is killed, and one over every source."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from threading import Event

import pytest

from macros.catalog.models import Catalog, Source
from macros.catalog.source_digests import as_yaml, read_digests
from macros.watch.asking import Answer, Fetch, Visitor, fetcher
from macros.watch.checked import check_sources
from macros.watch.comparing import asked_of
from macros.watch.memory import Memory
from macros.watch.settings import Settings
from tests.built import ROOT
from tests.watch.conftest import PAGE, Played, Run, nothing_recorded, source, states

WANTED = {"same": "same", "moved": "moved", "date": "date", "passage": "passage", "gone": "gone"}


@pytest.fixture
def five(sources: list[Source], played: Played, command: Run, tmp_path: Path) -> Path:
    """Five sources that were recorded, of which four are not as they were."""
    sources.extend(source(played.page(f"/{name}"), name) for name in WANTED)
    digests = tmp_path / "digests.yaml"
    assert command("--record", digests).exit_code == 0
    played.page("/elsewhere")
    played.leads("/moved", "/elsewhere")
    played.page("/date", PAGE.replace("2026-01-02", "2026-03-04"))
    played.page("/passage", PAGE.replace("{number}", "5"))
    played.page("/gone", "", 404)
    (tmp_path / "watch.jsonl").unlink()
    return digests


def test_each_case_is_told_as_data(five: Path, command: Run) -> None:
    before = five.read_bytes()
    result = command("--record", five, "--format", "json")
    assert result.exit_code == 1
    assert states(result) == WANTED
    found = json.loads(result.stdout)
    assert {state: number for state, number in found["counts"].items() if number} == dict.fromkeys(WANTED.values(), 1)
    assert not found["offline"]
    by_id = {one["id"]: one for one in found["sources"]}
    assert by_id["same"]["to_do"] is None
    assert all(by_id[name]["to_do"] for name in WANTED if name != "same")
    assert by_id["passage"]["found"][0]["sections"] == ["Thresholds"]
    # A run over all accepts no change.
    assert five.read_bytes() == before


def test_each_case_is_told_in_words_the_gravest_first(five: Path, command: Run, played: Played) -> None:
    text = command("--record", five).stdout
    titles = ["Gone: 1 of 5", "Passage changed: 1 of 5", "Date changed: 1 of 5", "Moved: 1 of 5", "Unchanged: 1 of 5"]
    places = [text.index(title) for title in titles]
    assert places == sorted(places)
    assert f"(status 404): {played.at('/gone')}" in text
    assert "It carries the date 2026-03-04; 2026-01-02 is recorded." in text
    assert f"{played.at('/moved')} leads to {played.at('/elsewhere')}" in text
    assert "--record FILE --only passage" in text


def test_the_list_for_an_issue_has_an_item_for_each_that_is_to_do(five: Path, command: Run) -> None:
    text = command("--record", five, "--format", "markdown").stdout
    assert text.startswith("# Sources of the guide\n")
    items = [line for line in text.splitlines() if line.startswith("- [ ] ")]
    assert [line.split("`")[1] for line in items] == ["gone", "passage", "date", "moved"]


def test_a_change_is_accepted_for_the_source_that_is_named(five: Path, command: Run, tmp_path: Path) -> None:
    result = command("--record", five, "--only", "passage")
    assert result.exit_code == 0, result.stdout
    assert "1 sources written to" in result.stderr
    assert "To do" not in result.stdout
    (tmp_path / "watch.jsonl").unlink()
    assert states(command("--record", five, "--format", "json")) == WANTED | {"passage": "same"}


def test_a_date_stays_to_do_until_the_source_says_it(five: Path, command: Run, played: Played) -> None:
    played.page("/date", PAGE.replace("2026-01-02", "2026-03-04").replace("{number}", "5"))
    result = command("--record", five, "--only", "date", "--format", "json")
    assert result.exit_code == 1
    (found,) = json.loads(result.stdout)["sources"]
    assert found["recorded_now"]
    assert found["to_do"].startswith("Read the page, compare each record")


def test_all_unchanged_ends_with_0_and_asks_again_only_whether(
    sources: list[Source], played: Played, command: Run, tmp_path: Path
) -> None:
    sources.append(source(played.page("/a", ETag='"1"')))
    digests = tmp_path / "digests.yaml"
    assert command("--record", digests).exit_code == 0
    result = command("--record", digests)
    assert result.exit_code == 0
    assert "Unchanged: 1 of 1 sources" in result.stdout
    # Nothing is to be reviewed where nothing was written.
    assert digests.read_text("utf-8") == as_yaml(read_digests(digests, {"a-page"}))


def test_offline_says_so_and_claims_nothing(sources: list[Source], played: Played, command: Run) -> None:
    sources.append(source(played.page("/a")))
    result = command("--offline", "--format", "json")
    assert result.exit_code == 3
    assert states(result) == {"a-page": "unasked"}
    assert played.asked == []
    assert json.loads(result.stdout)["offline"] is True


def test_a_machine_without_a_network_is_told_and_is_no_page_that_is_gone(
    sources: list[Source], command: Run, tmp_path: Path
) -> None:
    # Ports on which nobody listens.
    sources += [source(f"http://127.0.0.{host}:9/a", f"s{host}") for host in (2, 3, 4, 5)]
    result = command("--record", tmp_path / "digests.yaml")
    assert result.exit_code == 3
    assert "this machine is taken to be offline" in result.stdout
    assert "Gone" not in result.stdout
    assert not (tmp_path / "digests.yaml").exists()


def test_a_source_that_there_is_not_is_told_with_the_nearest(
    sources: list[Source], played: Played, command: Run
) -> None:
    sources.append(source(played.page("/a")))
    result = command("--only", "a-pag")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "a-page" in result.stderr
    assert played.asked == []


def test_a_memory_that_is_none_stops_it_with_its_cure(
    sources: list[Source], played: Played, command: Run, tmp_path: Path
) -> None:
    sources.append(source(played.page("/a")))
    (tmp_path / "watch.jsonl").write_text("a note of mine\n")
    result = command()
    assert result.exit_code == 2
    assert "line 1: is no line of this command; remove the file" in result.stderr
    assert (tmp_path / "watch.jsonl").read_text() == "a note of mine\n"


KILLED = """
import signal
import sys
from pathlib import Path
from macros import cli
from macros.catalog.loader import load
from macros.watch.settings import settings
from tests.watch.conftest import source
# Whoever starts the tests in the background makes their processes deaf to an interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)
addresses = sys.argv[3:]
sources = tuple(source(address, f"s{number}") for number, address in enumerate(addresses))
catalog = load().model_copy(update={"sources": sources})
cli.load_cached = lambda: catalog
patient = settings().model_copy(update={"pause_seconds": 0})
cli.watch_settings = lambda: patient
cli.DIGESTS_NAME = sys.argv[2]
cli.main(["check-sources", "--state", sys.argv[1], "--format", "json"])
"""


def _start(state: Path, addresses: list[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", KILLED, str(state), str(nothing_recorded(state.parent)), *addresses]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_killed_goes_on_and_asks_nothing_twice(by: int, played: Played, tmp_path: Path) -> None:
    addresses = [played.page(f"/{name}") for name in "abcdef"]
    reached, ended, state = Event(), Event(), tmp_path / "watch.jsonl"

    def hold(handler: BaseHTTPRequestHandler) -> None:
        reached.set()
        ended.wait(60)

    # The fourth page never comes, and the command ends while it waits.
    played.doing["/d"] = hold
    first = _start(state, addresses)
    assert reached.wait(60)
    first.send_signal(by)
    said = first.communicate(timeout=60)[1]
    ended.set()
    assert first.returncode == (-signal.SIGKILL if by == signal.SIGKILL else 130)
    if by == signal.SIGINT:
        assert "the same command goes on from there" in said
    assert played.paths() == ["/a", "/b", "/c", "/d"]
    del played.doing["/d"]
    second = _start(state, addresses)
    out, errors = second.communicate(timeout=60)
    assert second.returncode == 1, errors
    assert "An earlier run was stopped; this one went on from there." in json.loads(out)["notes"]
    assert Counter(played.paths()) == {"/a": 1, "/b": 1, "/c": 1, "/d": 2, "/e": 1, "/f": 1}
    # Rules of the host are kept too.
    assert [path for _, path in played.asked].count("/robots.txt") == 1
    assert {one["state"] for one in json.loads(out)["sources"]} == {"new"}


def _through(played: Played, settings: Settings) -> Fetch:
    """Requests for any host, asked of the one on loopback."""
    fetch = fetcher(settings, "1.2.3")

    def asked(address: str, headers: Mapping[str, str]) -> Answer:
        host, path = address.removeprefix("https://").split("/", 1)
        answer = fetch(played.at(f"/{host}/{path}".replace(" ", "%20")), headers)
        return Answer(**{**vars(answer), "address": address})

    return asked


class Everything(dict[str, Callable[[BaseHTTPRequestHandler], None]]):
    """A host that answers every request."""

    def __contains__(self, path: object) -> bool:
        return not str(path).endswith("/robots.txt")

    def __missing__(self, path: str) -> Callable[[BaseHTTPRequestHandler], None]:
        is_page = not path.startswith("/raw.githubusercontent.com/")
        text = f"<main><h1>Title</h1>{len(path)}</main>" if is_page else f"# Title\n{len(path)}\n"
        kind = "text/html" if is_page else "text/plain"

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(200)
            handler.send_header("Content-Type", kind)
            handler.send_header("Content-Length", str(len(text)))
            handler.end_headers()
            handler.wfile.write(text.encode())

        return answer


@pytest.mark.slow
def test_every_source_is_asked_once_recorded_and_then_unchanged(
    played: Played, catalog: Catalog, hasty: Settings, tmp_path: Path
) -> None:
    played.doing = Everything()
    patient = hasty.model_copy(update={"silence_seconds": 20, "answer_seconds": 60, "text_address": TEXTS})
    digests, known = tmp_path / "digests.yaml", {one.id for one in catalog.sources}

    def run(name: str) -> dict[str, str]:
        memory, visitor = Memory(tmp_path / name), Visitor(patient, _through(played, patient))
        records = read_digests(digests, known) if digests.exists() else ()
        found = check_sources(catalog, (), records, visitor=visitor, memory=memory, is_recording=True)
        assert found.records is not None
        digests.write_text(as_yaml(found.records), "utf-8")
        assert all(one.is_well for one in found.verdicts)
        return {one.source.id: one.state for one in found.verdicts}

    assert run("first.jsonl") == dict.fromkeys(known, "new")
    wanted = {address for one in catalog.sources for address in asked_of(one, patient).addresses}
    asked = Counter(path for path in played.paths() if not path.endswith("/robots.txt"))
    assert len(asked) == len(wanted)
    assert {*asked.values()} == {1}
    hosts = {address.split("/")[2] for address in wanted}
    assert sorted(path for path in played.paths() if path.endswith("/robots.txt")) == sorted(
        f"/{host}/robots.txt" for host in hosts
    )
    assert run("second.jsonl") == dict.fromkeys(known, "same")


TEXTS = "https://raw.githubusercontent.com/{repository}/HEAD/{path}"
