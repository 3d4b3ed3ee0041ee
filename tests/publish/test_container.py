"""The container file: what it copies is there, it asks nobody, and it has no rights."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path

import pytest

from macros.export import write
from macros.publish.folder import published
from macros.render.parts.view import View
from tests.publish.conftest import EDITION
from tests.servers import program

NOBODY = 65534


def instructions(files: Mapping[str, bytes]) -> list[tuple[str, list[str]]]:
    text = files["servers/Containerfile"].decode()
    lines = [line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    return [(name, shlex.split(rest)) for name, rest in lines]


def test_everything_that_it_copies_is_published(files: dict[str, bytes]) -> None:
    copied = [[one for one in rest if not one.startswith("--")] for name, rest in instructions(files) if name == "COPY"]
    assert len(copied) == 3
    for source, target in copied:
        assert source in files or any(path.startswith(f"{source}/") for path in files), source
        assert target.startswith("/")


def test_it_runs_nothing_while_it_is_built_and_fetches_nothing(files: dict[str, bytes]) -> None:
    names = [name for name, _ in instructions(files)]
    assert "RUN" not in names
    assert "ADD" not in names
    assert "http" not in files["servers/Containerfile"].decode().replace("https", "").lower()
    # Whoever builds it names the base by its digest: there is none that would be taken otherwise.
    assert instructions(files)[:2] == [("ARG", ["BASE"]), ("FROM", ["${BASE}"])]


def test_it_is_nobody_on_a_port_that_needs_no_rights(files: dict[str, bytes]) -> None:
    found = dict(instructions(files))
    assert found["USER"] == [f"{NOBODY}:{NOBODY}"]
    (port,) = found["EXPOSE"]
    assert int(port) > 1024
    conf = files["servers/container.conf"].decode()
    assert re.findall(r"listen (\d+);", conf) == [port]
    written = re.findall(r"^\s*(?:pid|\w+_temp_path) (\S+);", conf, re.MULTILINE)
    assert len(written) == 6
    assert all(path.startswith("/dev/shm/") for path in written)


def test_the_configuration_stands_where_nginx_is_told_and_includes_what_is_copied(files: dict[str, bytes]) -> None:
    copied = {rest[-1] for name, rest in instructions(files) if name == "COPY"}
    entry = next(rest for name, rest in instructions(files) if name == "ENTRYPOINT")
    assert re.findall(r"/etc/nginx/nginx\.conf", " ".join(entry))
    included = re.findall(r"include (\S+);", files["servers/container.conf"].decode())
    assert {"/etc/nginx/nginx.conf", *included} < copied


def test_below_a_folder_the_site_stands_in_that_folder(view: View, built: dict[str, bytes]) -> None:
    files = published(view, EDITION, built, {}, "https://example.com/it/guide/")
    assert ("COPY", ["site", "/usr/share/guide/it/guide"]) in instructions(files)


@pytest.mark.servers
@pytest.mark.skipif(os.name != "posix", reason="nobody has a number on such systems alone")
def test_nginx_serves_with_it_as_nobody(files: dict[str, bytes], tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    place = Path("/dev/shm") / f"guide-{port}"
    write(place, files)
    for folder in (place, *place.rglob("*")):
        folder.chmod(0o755 if folder.is_dir() else 0o644)
    own = place / "own"
    own.mkdir(mode=0o777)
    own.chmod(0o777)
    conf = files["servers/container.conf"].decode()
    for old, new in {
        "/dev/shm/": f"{own}/",
        "/usr/share/guide": f"{place}/site",
        "/etc/nginx/guide.conf": f"{place}/servers/nginx.conf",
        "listen 8080": f"listen 127.0.0.1:{port}",
    }.items():
        assert old in conf
        conf = conf.replace(old, new)
    (place / "nginx.conf").write_text(conf)
    (place / "nginx.conf").chmod(0o644)
    as_nobody = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    command = [program("nginx", "nginx-light"), "-e", "stderr", "-c", str(place / "nginx.conf"), "-g", "daemon off;"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **as_nobody)
    try:
        address = f"http://127.0.0.1:{port}/"
        for _ in range(200):
            try:
                answer = urllib.request.urlopen(address, timeout=5)
                break
            except OSError:
                assert process.poll() is None, process.stderr.read()
                time.sleep(0.05)
        with answer:
            assert answer.read() == files["site/index.html"]
            assert answer.headers["Content-Security-Policy"]
    finally:
        process.terminate()
        process.wait(30)
        process.stderr.close()
        subprocess.run(["rm", "-r", str(place)], check=True)
