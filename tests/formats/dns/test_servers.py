"""Samples on real servers: BIND, dnsmasq and Unbound load them and are asked as clients ask.

The servers run on loopback, on free ports, as whoever runs the tests, and end with the test.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import dns.exception
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import pytest

from macros.catalog.organization import KmsHost, Organization
from macros.domain.policy import Policy
from macros.formats.base.origin import Origin
from macros.formats.dns import (
    dnsmasq as dns_dnsmasq,
)
from macros.formats.dns import (
    nsupdate as dns_nsupdate,
)
from macros.formats.dns import (
    samba as dns_samba,
)
from macros.formats.dns import (
    srv as dns_srv,
)
from macros.formats.dns import (
    unbound as dns_unbound,
)
from macros.formats.dns import (
    zone as dns_zone,
)
from macros.formats.dns.srv import SrvRecord
from tests.formats.reports import judged_for, made_for

ORIGIN = Origin("kms-srv.zone", "Example Manufacturing", date(2026, 11, 24))
START = 15
"""Seconds that a server may take to answer on a busy machine. It takes a tenth of one."""

Answer = tuple[int, int, int, str]


# ------------------------------------------------------------------------------------------------------- servers


def program(name: str, package: str) -> str:
    """Path of a program, also where a normal user's PATH does not lead."""
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")
    if not found:
        pytest.fail(f"{name} is missing. Install it once: sh tests/system-packages.sh, or apt-get install {package}")
    return found


def copy_of(name: str, package: str, folder: Path) -> str:
    """A copy of a server. Where AppArmor confines the installed one, it could not read the test's files."""
    return shutil.copy(program(name, package), folder / name)


def free_port() -> int:
    """A port of loopback that is free for UDP and TCP."""
    with socket.socket(type=socket.SOCK_STREAM) as stream, socket.socket(type=socket.SOCK_DGRAM) as datagram:
        stream.bind(("127.0.0.1", 0))
        datagram.bind(stream.getsockname())
        return int(stream.getsockname()[1])


@dataclass
class Server:
    """A server that answers on a port of loopback."""

    port: int
    process: subprocess.Popen[bytes]

    def reply(self, name: str, kind: str) -> dns.message.Message:
        question = dns.message.make_query(name, kind, use_edns=0, payload=4096)
        return dns.query.udp(question, "127.0.0.1", port=self.port, timeout=5)

    def records(self, name: str, kind: str) -> list[Any]:
        return [data for rrset in self.reply(name, kind).answer for data in rrset]

    def srv(self, policy: Policy, zone: str) -> list[Answer]:
        """What a client of the zone is told."""
        found = self.records(f"{policy.srv_name}.{zone}", "SRV")
        return sorted((one.priority, one.weight, one.port, str(one.target).rstrip(".")) for one in found)


@contextmanager
def running(command: Callable[[int], Sequence[str]], folder: Path) -> Iterator[Server]:
    """Start a server and wait until it answers; end it whatever happens. `command` takes the port."""
    log = folder / "server.log"
    for last in (False, False, True):
        port = free_port()
        with log.open("wb") as output:
            process = subprocess.Popen(
                command(port), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            if answers(port, process):
                yield Server(port, process)
                return
        finally:
            end(process)
        # Somebody else may have taken the port in between.
        if last:
            pytest.fail(f"{process.args} did not answer on port {port}:\n{log.read_text('utf-8', 'replace')}")


def answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Whether the server says anything before time is up."""
    question = dns.message.make_query("example.com", "SOA")
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and process.poll() is None:
        try:
            dns.query.udp(question, "127.0.0.1", port=port, timeout=0.2)
        except (dns.exception.DNSException, OSError):
            time.sleep(0.02)
        else:
            return process.poll() is None
    return False


def end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def bind(folder: Path, zones: dict[str, str]) -> Iterator[Server]:
    """BIND with these zones, which loopback may change."""
    folder.mkdir()
    for zone, text in zones.items():
        (folder / f"{zone}.zone").write_text(text, "utf-8")
    listed = "".join(
        f'zone "{zone}" {{ type primary; file "{zone}.zone"; allow-update {{ 127.0.0.1; }}; }};\n' for zone in zones
    )
    named = copy_of("named", "bind9", folder)

    def command(port: int) -> list[str]:
        options = (
            f'directory "{folder}"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }}; pid-file none; '
            "session-keyfile none; recursion no; notify no; dnssec-validation no;"
        )
        (folder / "named.conf").write_text(f"options {{ {options} }};\ncontrols {{ }};\n{listed}", "utf-8")
        return [named, "-g", "-4", "-c", str(folder / "named.conf")]

    with running(command, folder) as server:
        yield server


@contextmanager
def dnsmasq(folder: Path, text: str, others: Server) -> Iterator[Server]:
    """Dnsmasq with a configuration, which asks another server for everything else."""
    folder.mkdir()
    (folder / "kms.conf").write_text(text, "utf-8")
    server = copy_of("dnsmasq", "dnsmasq-base", folder)
    fixed = ["--no-daemon", "--no-resolv", "--no-hosts", "--bind-interfaces", "--listen-address=127.0.0.1"]
    fixed += ["--pid-file=", f"--conf-file={folder / 'kms.conf'}", f"--server=127.0.0.1#{others.port}"]
    with running(lambda port: [server, *fixed, f"--port={port}"], folder) as started:
        yield started


def unbound_configuration(folder: Path, text: str, zones: Sequence[str], port: int, others: int) -> Path:
    """A configuration of Unbound that draws in a file, and asks another server about these zones."""
    (folder / "kms.conf").write_text(text, "utf-8")
    stubs = "".join(f'stub-zone:\n  name: "{zone}."\n  stub-addr: 127.0.0.1@{others}\n' for zone in zones)
    file = folder / "unbound.conf"
    file.write_text(
        f'server:\n  interface: 127.0.0.1\n  port: {port}\n  directory: "{folder}"\n  chroot: ""\n  username: ""\n'
        '  pidfile: ""\n  use-syslog: no\n  do-ip6: no\n  do-not-query-localhost: no\n  module-config: "iterator"\n'
        f'remote-control:\n  control-enable: no\n{stubs}include-toplevel: "{folder / "kms.conf"}"\n',
        "utf-8",
    )
    return file


@contextmanager
def unbound(folder: Path, text: str, zones: Sequence[str], others: Server) -> Iterator[Server]:
    """Unbound with a configuration."""
    folder.mkdir()
    server = copy_of("unbound", "unbound", folder)

    def command(port: int) -> list[str]:
        return [server, "-d", "-c", str(unbound_configuration(folder, text, zones, port, others.port))]

    with running(command, folder) as started:
        yield started


# ------------------------------------------------------------------------------------------------- organizations


def host(name: str, **values: Any) -> KmsHost:
    given = {"id": name.partition(".")[0], "name": name, "operating_system": "windows-server-2025"}
    keys = [{"group": "ws2025", "activations_used": 1}]
    return KmsHost.model_validate({**given, "keys": keys, **values})


ONE = (host("kms.only.example", address="2001:db8::77", port=65535, priority=7, weight=9),)
MANY_ZONES = ("example.com", "corp.example.com", "plant.example.com", "example.org")
MANY = (
    *(host(f"a{number}.corp.example.com", priority=number, weight=10 * number) for number in range(6)),
    *(host(f"b{number}.example.com", address=f"192.0.2.{number}", port=1700 + number) for number in range(1, 5)),
    host("c.plant.example.com", publish_in=MANY_ZONES, priority=65535, weight=65535, port=1),
    host("d.elsewhere.example.net", publish_in=("example.org",)),
)
NAMES = ("sample", "one", "many")


@pytest.fixture(params=NAMES)
def company(request: pytest.FixtureRequest, organization: Organization) -> Organization:
    """The sample organization, one with a single host, and one with many hosts in zones within each other."""
    changes: dict[str, dict[str, Any]] = {
        "sample": {},
        "one": {"dns_zone": "only.example", "further_dns_zones": (), "kms_hosts": ONE},
        "many": {"dns_zone": MANY_ZONES[0], "further_dns_zones": MANY_ZONES[1:], "kms_hosts": MANY},
    }
    return organization.model_copy(update=changes[request.param])


def expected(organization: Organization, policy: Policy, zone: str) -> list[Answer]:
    """What clients of a zone should be told."""
    records = dns_srv.records(organization, policy)
    return sorted((one.priority, one.weight, one.port, one.target) for one in records if one.zone == zone)


def zones(organization: Organization, policy: Policy) -> dict[str, str]:
    """The sample zone of each zone of an organization."""
    return {zone: dns_zone.zone_file(made_for(organization), ORIGIN, zone) for zone in organization.zones}


def without_records(organization: Organization, policy: Policy) -> dict[str, str]:
    """The same without the records for KMS."""
    found = zones(organization, policy).items()
    return {zone: "\n".join(line for line in text.split("\n") if " SRV " not in line) for zone, text in found}


def test_the_organizations_are_odd_in_what_matters(organization: Organization, policy: Policy) -> None:
    many = organization.model_copy(
        update={"dns_zone": MANY_ZONES[0], "further_dns_zones": MANY_ZONES[1:], "kms_hosts": MANY}
    )
    records = dns_srv.records(many, policy)
    assert {record.zone for record in records} == set(MANY_ZONES)
    assert len({record.target for record in records}) == len(MANY) < len(records)


# ---------------------------------------------------------------------------------------------------- zone files


def test_bind_answers_what_the_zones_say(company: Organization, policy: Policy, tmp_path: Path) -> None:
    with bind(tmp_path / "bind", zones(company, policy)) as server:
        for zone in company.zones:
            assert server.srv(policy, zone) == expected(company, policy, zone)
        for one in company.kms_hosts:
            if any(one.name.endswith(f".{zone}") for zone in company.zones):
                address = one.address or ip_address(dns_zone.PLACEHOLDER_ADDRESS)
                kind = "AAAA" if address.version == 6 else "A"
                assert [str(data) for data in server.records(one.name, kind)] == [str(address)]


def test_lines_for_zone_files_work_in_any_zone_file(company: Organization, policy: Policy, tmp_path: Path) -> None:
    text = dns_zone.record_lines(made_for(company), ORIGIN)
    blocks = dict(re.findall(r"^; into the zone (\S+)\n((?:_.*\n)+)", text, re.MULTILINE))
    files = without_records(company, policy)
    with bind(tmp_path / "bind", {zone: text + blocks.get(zone, "") for zone, text in files.items()}) as server:
        for zone in company.zones:
            assert server.srv(policy, zone) == expected(company, policy, zone)


def check_zone(text: str, zone: str, folder: Path) -> str:
    """What BIND's own checker prints. Its exit code is 0 also for what it only complains about."""
    file = folder / "sample.zone"
    file.write_text(text, "utf-8")
    command = [program("named-checkzone", "bind9-utils"), "-i", "local", zone, str(file)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return result.stdout + result.stderr


def test_bind_checks_each_zone_without_a_complaint(company: Organization, policy: Policy, tmp_path: Path) -> None:
    for zone, text in zones(company, policy).items():
        printed = check_zone(text, zone, tmp_path)
        # Hosts of a zone within are named in both; BIND would leave that to a delegation.
        assert printed.splitlines() == [f"zone {zone}/IN: loaded serial 1", "OK"]


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("1688 kms1.corp.example.com.", "1688 kms1.corp.example.com", "has no address"),
        ("1688 kms1.corp.example.com.", "1688 192.0.2.10", "has no address"),
        ("kms1 IN A 192.0.2.10", "kms1 IN CNAME kms2", "is a CNAME"),
        ("SRV 0 0 1688 kms1", "SRV 0 1688 kms1", "not a valid number"),
        ("SRV 0 0 1688 kms1", "SRV 0 0 67224 kms1", "out of range"),
    ],
)
def test_bind_and_we_reject_the_same_mistake(
    old: str, new: str, complaint: str, organization: Organization, policy: Policy, tmp_path: Path
) -> None:
    text = dns_zone.zone_file(made_for(organization), ORIGIN)
    assert old in text
    wrong = text.replace(old, new)
    assert complaint in check_zone(wrong, organization.dns_zone, tmp_path)
    assert judged_for("dns-zone", wrong, policy, organization).verdict == "invalid"


# ------------------------------------------------------------------------------------------------------ nsupdate


def nsupdate(text: str, server: Server, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script against a server on loopback, in place of those that it names."""
    file = folder / "script.nsupdate"
    file.write_text(re.sub(r"(?m)^server .*$", f"server 127.0.0.1 {server.port}", text), "utf-8")
    command = [program("nsupdate", "bind9-dnsutils"), "-t", "10", str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)


def test_nsupdate_adds_the_records(company: Organization, policy: Policy, tmp_path: Path) -> None:
    script = dns_nsupdate.script(made_for(company), ORIGIN)
    with bind(tmp_path / "bind", without_records(company, policy)) as server:
        assert [server.srv(policy, zone) for zone in company.zones] == [[]] * len(company.zones)
        result = nsupdate(script, server, tmp_path)
        assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
        for zone in company.zones:
            assert server.srv(policy, zone) == expected(company, policy, zone)
        # A second run changes nothing, so the script may be run again.
        assert nsupdate(script, server, tmp_path).returncode == 0
        assert server.srv(policy, company.dns_zone) == expected(company, policy, company.dns_zone)


def test_nsupdate_drops_without_a_word_what_nothing_sends(
    organization: Organization, policy: Policy, tmp_path: Path
) -> None:
    script = dns_nsupdate.script(made_for(organization), ORIGIN)
    unsent = script.replace("\nsend\n\n", "\n").replace("\nsend\n", "\n")
    with bind(tmp_path / "bind", without_records(organization, policy)) as server:
        result = nsupdate(unsent, server, tmp_path)
        assert (result.returncode, result.stderr) == (0, "")
        assert server.srv(policy, organization.further_dns_zones[-1]) == []
    assert "nsupdate-send" in [one.id for one in judged_for("dns-nsupdate", unsent, policy).findings]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (" 3600 IN SRV", " IN SRV"),
        (" 3600 IN SRV", " 1h IN SRV"),
        ("SRV 0 0 1688 ", "SRV 0 1688 "),
        ("SRV 0 0 1688 kms1", "SRV 0 0 67224 kms1"),
        ("kms1.corp.example.com.\n", "kms1.corp.example.com. ; the first\n"),
        ("add _vlmcs._tcp.corp.example.com.", "add _vlmcs._tcp.plant.example.com."),
        ("add _vlmcs._tcp.corp.example.com.", "add _vlmcs._tcp"),
        ("update add", "update insert"),
        ("\nsend", "\nsned"),
    ],
)
def test_nsupdate_and_we_reject_the_same_mistake(
    old: str, new: str, organization: Organization, policy: Policy, tmp_path: Path
) -> None:
    script = dns_nsupdate.script(made_for(organization), ORIGIN)
    assert old in script
    wrong = script.replace(old, new, 1)
    with bind(tmp_path / "bind", without_records(organization, policy)) as server:
        assert nsupdate(wrong, server, tmp_path).returncode != 0
    assert judged_for("dns-nsupdate", wrong, policy, organization).verdict == "invalid"


# ------------------------------------------------------------------------------------------------------- dnsmasq


def test_dnsmasq_answers_the_records_and_leaves_the_rest_alone(
    company: Organization, policy: Policy, tmp_path: Path
) -> None:
    text = dns_dnsmasq.configuration(made_for(company), ORIGIN)
    with (
        bind(tmp_path / "bind", without_records(company, policy)) as others,
        dnsmasq(tmp_path / "dnsmasq", text, others) as server,
    ):
        for zone in company.zones:
            assert server.srv(policy, zone) == expected(company, policy, zone)
            assert server.records(f"{dns_srv.PLACEHOLDER_SERVER}.{zone}", "A")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kms1.corp.example.com,1688,0,0", "0,0,1688,kms1.corp.example.com"),
        ("1688,0,0", "67224,0,0"),
        ("1688,0,0", "1688,0,0,3600"),
        ("1688,0,0", "kms,0,0"),
        ("srv-host=", "srvhost="),
        ("srv-host=_vlmcs", "srv-host\n#_vlmcs"),
    ],
)
def test_dnsmasq_and_we_reject_the_same_mistake(
    old: str, new: str, organization: Organization, policy: Policy, tmp_path: Path
) -> None:
    text = dns_dnsmasq.configuration(made_for(organization), ORIGIN)
    assert old in text
    wrong = text.replace(old, new, 1)
    (tmp_path / "kms.conf").write_text(wrong, "utf-8")
    command = [copy_of("dnsmasq", "dnsmasq-base", tmp_path), "--test", f"--conf-file={tmp_path / 'kms.conf'}"]
    assert subprocess.run(command, capture_output=True, check=False, timeout=30).returncode != 0
    assert judged_for("dns-dnsmasq", wrong, policy, organization).verdict == "invalid"


def test_dnsmasq_takes_swapped_numbers_which_we_reject(
    organization: Organization, policy: Policy, tmp_path: Path
) -> None:
    wrong = dns_dnsmasq.configuration(made_for(organization), ORIGIN).replace("1688,0,0", "0,0,1688")
    zone = organization.dns_zone
    with (
        bind(tmp_path / "bind", without_records(organization, policy)) as others,
        dnsmasq(tmp_path / "dnsmasq", wrong, others) as server,
    ):
        assert (0, 1688, 0, "kms1.corp.example.com") in server.srv(policy, zone)
    assert "srv-order" in [one.id for one in judged_for("dns-dnsmasq", wrong, policy).findings]


# ------------------------------------------------------------------------------------------------------- Unbound


def test_unbound_answers_the_records_and_leaves_the_rest_alone(
    company: Organization, policy: Policy, tmp_path: Path
) -> None:
    text = dns_unbound.configuration(made_for(company), ORIGIN)
    with (
        bind(tmp_path / "bind", without_records(company, policy)) as others,
        unbound(tmp_path / "unbound", text, company.zones, others) as server,
    ):
        for zone in company.zones:
            assert server.srv(policy, zone) == expected(company, policy, zone)
            assert server.records(f"{dns_srv.PLACEHOLDER_SERVER}.{zone}", "A")
            assert server.records(zone, "NS")


def test_a_static_zone_hides_the_rest_which_we_reject(
    organization: Organization, policy: Policy, tmp_path: Path
) -> None:
    wrong = dns_unbound.configuration(made_for(organization), ORIGIN).replace(" transparent", " static")
    zone = organization.dns_zone
    with (
        bind(tmp_path / "bind", without_records(organization, policy)) as others,
        unbound(tmp_path / "unbound", wrong, organization.zones, others) as server,
    ):
        assert server.srv(policy, zone) == expected(organization, policy, zone)
        assert server.reply(f"{dns_srv.PLACEHOLDER_SERVER}.{zone}", "A").rcode() == dns.rcode.NXDOMAIN
    assert "unbound-hidden" in [one.id for one in judged_for("dns-unbound", wrong, policy).findings]


def test_unbound_takes_a_port_of_17_bits_which_we_reject(
    organization: Organization, policy: Policy, tmp_path: Path
) -> None:
    wrong = dns_unbound.configuration(made_for(organization), ORIGIN).replace(" 1688 ", f" {1688 + 2**16} ")
    with (
        bind(tmp_path / "bind", without_records(organization, policy)) as others,
        unbound(tmp_path / "unbound", wrong, organization.zones, others) as server,
    ):
        assert server.srv(policy, organization.dns_zone) == expected(organization, policy, organization.dns_zone)
    assert judged_for("dns-unbound", wrong, policy).verdict == "invalid"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SRV 0 0 1688 kms1", "SRV 0 1688 kms1"),
        (" transparent", " transparant"),
        (" transparent", ""),
        ("server:\n", "remote-control:\n"),
        ('local-data: "', "local-data: "),
        ("local-data:", "localdata:"),
        (".corp.example.com. 3600 IN SRV", ".corp.example.com. 3600 IN SVR"),
    ],
)
def test_unbound_and_we_reject_the_same_mistake(
    old: str, new: str, organization: Organization, policy: Policy, tmp_path: Path
) -> None:
    text = dns_unbound.configuration(made_for(organization), ORIGIN)
    assert old in text
    checker = copy_of("unbound-checkconf", "unbound", tmp_path)
    for written, good in ((text, True), (text.replace(old, new, 1), False)):
        file = unbound_configuration(tmp_path, written, organization.zones, 5353, 5354)
        result = subprocess.run([checker, str(file)], capture_output=True, check=False, timeout=30)
        assert (result.returncode == 0) is good
        assert (judged_for("dns-unbound", written, policy, organization).verdict == "valid") is good


# --------------------------------------------------------------------------------------------------------- Samba


def test_a_shell_gives_samba_tool_one_argument_a_part(company: Organization, policy: Policy, tmp_path: Path) -> None:
    """A domain controller is too much for a test, so a stand-in writes down what it is given."""
    stand_in = tmp_path / "samba-tool"
    stand_in.write_text('#!/bin/sh\nprintf "%s\\037" "$@" >> "$CALLS"\nprintf "\\036" >> "$CALLS"\n', "utf-8")
    stand_in.chmod(0o755)
    script = tmp_path / "kms-srv.sh"
    script.write_text(dns_samba.script(made_for(company), ORIGIN), "utf-8")
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "CALLS": str(tmp_path / "calls")}
    subprocess.run(["sh", str(script)], env=environment, check=True, timeout=30)
    calls = [call.split("\x1f")[:-1] for call in (tmp_path / "calls").read_text("utf-8").split("\x1e")[:-1]]
    assert {(*call[:2], call[4], call[5]) for call in calls} == {("dns", "add", policy.srv_name, "SRV")}
    read = []
    for _, _, _, zone, _, _, data in calls:
        target, port, priority, weight = data.split(" ")
        read.append(SrvRecord(zone, int(priority), int(weight), int(port), target))
    assert read == [*dns_srv.records(company, policy)]


# --------------------------------------------------------------------------------------------------- the helpers


def test_a_missing_program_is_named_with_its_package(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"no-such-server is missing.*apt-get install its-package"):
        copy_of("no-such-server", "its-package", tmp_path)


def test_a_server_ends_also_when_a_test_fails(organization: Organization, policy: Policy, tmp_path: Path) -> None:
    started: list[Server] = []

    def failing() -> None:
        with bind(tmp_path / "bind", zones(organization, policy)) as server:
            started.append(server)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert started[0].process.poll() is not None


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    def command(port: int) -> list[str]:
        return ["sh", "-c", "echo the disk is full"]

    with pytest.raises(pytest.fail.Exception, match="the disk is full"), running(command, tmp_path):
        pass
