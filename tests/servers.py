"""Web servers from Debian on loopback, with the files that a published site ships."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# As a machine of Debian has it: what the site ships must hold against it.
APACHE = """
ServerRoot "{own}"
PidFile "{own}/pid"
ErrorLog "{own}/errors"
DefaultRuntimeDir "{own}"
Listen 127.0.0.1:{port}
ServerName localhost
{user}
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule alias_module {modules}/mod_alias.so
LoadModule dir_module {modules}/mod_dir.so
LoadModule headers_module {modules}/mod_headers.so
LoadModule mime_module {modules}/mod_mime.so
LoadModule rewrite_module {modules}/mod_rewrite.so
TypesConfig /dev/null
AddType application/x-gzip .gz .tgz
AddLanguage en .en
AddHandler type-map var
<Directory />
    AllowOverride None
    Require all denied
</Directory>
<VirtualHost *:{port}>
    Define GUIDE {root}
    Include {shipped}
</VirtualHost>
"""
NGINX = """
daemon off;
pid {own}/pid;
{user}
events {{}}
http {{
    access_log off;
    client_body_temp_path {own}/body; proxy_temp_path {own}/proxy; fastcgi_temp_path {own}/fastcgi;
    uwsgi_temp_path {own}/uwsgi; scgi_temp_path {own}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {root};
        include {shipped};
    }}
}}
"""
PATIENCE = 20


def program(name: str, package: str) -> str:
    """Where a program is. Fails the test by the name of its package when there is none."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if not found:
        pytest.fail(f"{name} is missing. Install it once: sh tests/system-packages.sh, or apt-get install {package}")
    return found


@contextmanager
def nginx(root: Path, shipped: Path, own: Path) -> Iterator[str]:
    """nginx on a folder with the configuration that is shipped with it; `own` is a folder for what it writes."""
    command = program("nginx", "nginx-light")
    user = "user root;" if os.geteuid() == 0 else ""
    text = lambda port: NGINX.format(own=own, user=user, port=port, root=root, shipped=shipped)  # noqa: E731
    with _running(
        text, own, lambda conf: [command, "-p", str(own), "-c", str(conf), "-e", str(own / "errors")]
    ) as base:
        yield base


@contextmanager
def apache(root: Path, shipped: Path, own: Path) -> Iterator[str]:
    """Apache likewise. It does not serve as root, so all may have to read the folders."""
    command = program("apache2", "apache2-bin")
    user = "User www-data\nGroup www-data" if os.geteuid() == 0 else ""
    modules = "/usr/lib/apache2/modules"
    text = lambda port: APACHE.format(own=own, user=user, port=port, root=root, shipped=shipped, modules=modules)  # noqa: E731
    with _running(text, own, lambda conf: [command, "-f", str(conf), "-D", "FOREGROUND"]) as base:
        yield base


@contextmanager
def _running(text: Callable[[int], str], own: Path, command: Callable[[Path], list[str]]) -> Iterator[str]:
    port = _free_port()
    own.mkdir(exist_ok=True)
    conf = own / "server.conf"
    conf.write_text(text(port))
    errors = own / "errors"
    with (own / "output").open("w+") as output:
        process = subprocess.Popen(command(conf), stdout=output, stderr=output)
        try:
            _wait(port, process, lambda: (own / "output").read_text() + (errors.read_text() if errors.exists() else ""))
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(PATIENCE)


def _wait(port: int, process: subprocess.Popen[bytes], said: Callable[[], str]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, said()
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    pytest.fail(f"the server does not answer: {said()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
