"""Scripts that set a KMS host up: role, firewall rule, host key, activation, settings, and Office host keys.

One script serves every host of the organization: it looks its own name up in a table, so that a host key never lands
on another computer, and stops at the first step whose check fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from macros.catalog.models import Catalog, OfficeHost, find
from macros.catalog.organization import KmsHost, Organization
from macros.domain.policy import Policy
from macros.formats.base.context import SampleContext
from macros.formats.base.findings import Finding, Place, Said
from macros.formats.base.origin import Origin
from macros.formats.base.rules import Rules
from macros.formats.base.spelling import nearest
from macros.formats.shells.powershell import Command

from . import activation
from .activation import STEPS, Document, Purpose, head, parameters, quoted

# ---------------------------------------------------------------------------------------------------- generate


@dataclass(frozen=True)
class Names:
    """Names and commands that scripts use, from the facts."""

    role: str
    firewall: str
    status: Mapping[str, str]
    """Numbers of license states by what they mean."""
    product: Mapping[str, str]
    service: Mapping[str, str]
    """Names of the WMI classes and their properties."""

    @classmethod
    def of(cls, catalog: Catalog) -> Names:
        """Read every name from its fact."""
        commands = _texts(catalog, "kms.host.setup_commands")
        return cls(
            role=commands["role"],
            firewall=commands["firewall"],
            status={words: number for number, words in _texts(catalog, "event.license_status_codes").items()},
            product=_texts(catalog, "tools.wmi_product"),
            service=_texts(catalog, "tools.wmi_service"),
        )

    @property
    def role_name(self) -> str:
        """Name of the role for Windows Server."""
        return _named(self.role)

    @property
    def rule_name(self) -> str:
        """Name of the firewall rule that Windows has for KMS."""
        return _named(self.firewall)

    def fill(self, text: str, policy: Policy) -> str:
        """A part of a script with its names put in."""
        values = {
            "role": self.role,
            "role_name": self.role_name,
            "firewall": self.firewall,
            "rule_name": self.rule_name,
            "licensed": self.status["licensed"],
            "port": str(policy.port),
            "srv": policy.srv_name,
            **{f"product_{name}": value for name, value in self.product.items()},
            **{f"service_{name}": value for name, value in self.service.items()},
        }
        return re.sub(r"<<(\w+)>>", lambda found: values[found[1]], text)


def _texts(catalog: Catalog, fact_id: str) -> dict[str, str]:
    value = catalog.fact(fact_id).value
    if not isinstance(value, Mapping):
        raise TypeError(f'fact "{fact_id}" must be a mapping')
    return {key: str(part) for key, part in value.items()}


def _named(command: str) -> str:
    found = re.search(r"-Name (\S+)", command)
    if not found:
        raise LookupError(f"the command names nothing with -Name: {command}")
    return found[1]


def windows_script(context: SampleContext, origin: Origin) -> str:
    """The script for the hosts themselves, with the host key of Windows."""
    organization, policy, catalog = context.organization, context.policy, context.catalog
    about = [
        "Sets a KMS host up: role, firewall rule, host key, activation, port, DNS. It checks after each step.",
        "Run it on the host, in an elevated Windows PowerShell, as a local administrator:",
        f"  .\\{origin.file_name} -WindowsKey (Read-Host 'Windows host key')",
        "It stops at the first step that does not end well and says where to look. Run it again after the cure:",
        "what is done already is left as it is, and a key that is activated is not activated again.",
    ]
    rows = {
        host.name: f"Port = {port_of(host, policy)}; Publish = ${str(publishes(organization, host)).lower()}; "
        f"Zone = {quoted(zone_of(organization, host))}; Key = {quoted(_keys(host, 'windows', catalog))}"
        for host in organization.kms_hosts
    }
    other_port = any(port_of(host, policy) != policy.port for host in organization.kms_hosts)
    parts = [
        *head(origin, about),
        *parameters("WindowsKey", "Host key (CSVLK) of Windows."),
        *_table("The KMS hosts of organization.yml. The script runs on no other computer.", "Hosts", rows),
        LICENSE_FUNCTION,
        _THIS_HOST.replace("<<key>>", "WindowsKey").replace("<<table>>", "Hosts"),
        _ROLE_AND_FIREWALL,
        *([_OTHER_PORT] if other_port else []),
        _KEY_AND_SETTINGS,
    ]
    return Names.of(catalog).fill("\n".join(parts), policy)


def office_script(context: SampleContext, origin: Origin) -> str:
    """The script for host keys of Office on hosts that are set up already.

    Raises ValueError when no host of the organization has an Office host key.
    """
    organization, policy, catalog = context.organization, context.policy, context.catalog
    releases = office_releases(organization, catalog)
    if not releases:
        raise ValueError("no KMS host of the organization has an Office host key")
    first = releases[0].product
    about = [
        "Installs and activates an Office host key on a KMS host. It checks after each step.",
        "Install the Volume License Pack of the release first. Then run it on the host, in an elevated Windows",
        "PowerShell, as a local administrator:",
        f"  .\\{origin.file_name} -Release {first} -OfficeKey (Read-Host 'Office host key')",
        "Its commands name the activation ID, so that no other key of the host is touched.",
    ]
    release = [
        "    # The Office release that the key is for.",
        f"    [ValidateSet({', '.join(quoted(one.product) for one in releases)})]",
        f"    [string] $Release = {quoted(first)},",
        "",
    ]
    hosts = {
        host.name: f"Releases = @({', '.join(quoted(one.product) for one in releases if _holds(host, one.product))})"
        for host in organization.kms_hosts
    }
    packs = {
        one.product: f"Id = {quoted(one.activation_id)}; Pack = {quoted(f'{one.license_pack}, {one.download}')}"
        for one in releases
    }
    parts = [
        *head(origin, about),
        *parameters("OfficeKey", "Host key (CSVLK) of that release.", release),
        *_table("The KMS hosts of organization.yml, and the Office releases whose keys they hold.", "Hosts", hosts),
        *_table("The activation ID and the license pack of each release.", "Packs", packs),
        LICENSE_FUNCTION,
        _THIS_HOST.replace("<<key>>", "OfficeKey"),
        _OFFICE,
    ]
    return Names.of(catalog).fill("\n".join(parts), policy)


def office_releases(organization: Organization, catalog: Catalog) -> tuple[OfficeHost, ...]:
    """Office releases that a host of the organization has a host key for."""
    return tuple(
        one
        for one in catalog.host_keys.office_hosts
        if any(_holds(host, one.product) for host in organization.kms_hosts)
    )


def port_of(host: KmsHost, policy: Policy) -> int:
    """The port that a host listens on."""
    return policy.port if host.port is None else host.port


def zone_of(organization: Organization, host: KmsHost) -> str:
    """The zone in which a host publishes by itself: the closest one around its own name."""
    around = [zone for zone in organization.zones if host.name.endswith(f".{zone}")]
    return max(around, key=len, default=host.name.partition(".")[2])


def publishes(organization: Organization, host: KmsHost) -> bool:
    """Whether a host publishes its record itself: unless the file names other zones for it, and this one not."""
    return host.publish_in is None or zone_of(organization, host) in host.publish_in


def _holds(host: KmsHost, group: str) -> bool:
    return any(key.group == group for key in host.keys)


def _keys(host: KmsHost, kind: str, catalog: Catalog) -> str:
    groups = [find(catalog.host_keys.groups, key.group, "host key group") for key in host.keys]
    return " or ".join(group.name for group in groups if group.kind == kind) or "none in organization.yml"


def _table(about: str, name: str, rows: Mapping[str, str]) -> list[str]:
    return [
        f"# {about}",
        f"${name} = @{{",
        *(f"    {quoted(key)} = @{{ {row} }}" for key, row in rows.items()),
        "}",
        "",
    ]


LICENSE_FUNCTION = """\
function Get-License {
    # The license that a key belongs to, by its last five characters: the same in every language of Windows.
    param([string] $Key)
    $Last = $Key.Split('-')[-1]
    Get-CimInstance -ClassName <<product_class>> -Filter "<<product_key>> = '$Last'"
}
"""

_THIS_HOST = """\
# Step 1: this computer is one of the hosts, and a key was given.
$Network = [System.Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties()
$Name = "$($Network.HostName).$($Network.DomainName)".ToLowerInvariant()
$This = $Hosts[$Name]
if (-not $This) { throw "Step 1: $Name is no KMS host of organization.yml. A host key belongs on KMS hosts only." }
if ($<<key>> -like 'AAAAA-*') { throw 'Step 1: no key was given. Start the script with -<<key>>.' }
Write-Output "Step 1 is good: this is $Name."
"""

_ROLE_AND_FIREWALL = """\
Write-Output "The host key for it: $($This.Key)."

# Step 2: the role.
if (-not (Get-WindowsFeature -Name <<role_name>>).Installed) {
    <<role>> | Out-Null
}
if (-not (Get-WindowsFeature -Name <<role_name>>).Installed) {
    throw 'Step 2: the role is not installed. A restart may be pending: restart the host and run the script again.'
}
Write-Output 'Step 2 is good: the role is installed.'

# Step 3: the firewall rule of Windows for KMS, for the domain and private profiles. It is off by default.
<<firewall>>
if ("$((Get-NetFirewallRule -Name <<rule_name>>).Enabled)" -ne 'True') {
    throw 'Step 3: the firewall rule is off. A group policy may manage the firewall: open the port there.'
}
Write-Output 'Step 3 is good: the firewall rule is on.'
"""

_OTHER_PORT = """\
# Step 3, continued: the rule of Windows is for port <<port>>. A host with another port needs a rule for it.
if ($This.Port -ne <<port>>) {
    $Rule = "KMS-Host-$($This.Port)"
    if (-not (Get-NetFirewallRule -Name $Rule -ErrorAction SilentlyContinue)) {
        New-NetFirewallRule -Name $Rule -DisplayName "KMS host (TCP $($This.Port))" -Direction Inbound -Protocol TCP `
            -LocalPort $This.Port -Profile Domain,Private -Action Allow | Out-Null
    }
    if ("$((Get-NetFirewallRule -Name $Rule).Enabled)" -ne 'True') {
        throw 'Step 3: the rule for the other port is off.'
    }
}
"""

_KEY_AND_SETTINGS = """\
# Step 4: the host key. The service is restarted with a new key only, because a restart clears the count of a host.
if (-not (Get-License $WindowsKey)) {
    cscript.exe //nologo $Slmgr /ipk $WindowsKey
    Restart-Service -Name sppsvc
}
if (-not (Get-License $WindowsKey)) {
    throw 'Step 4: the key is not installed. Does it fit this system, and are the updates for it installed?'
}
Write-Output 'Step 4 is good: the key is installed.'

# Step 5: activate, once. Each activation counts toward the limit of the key.
if ((Get-License $WindowsKey).<<product_status>> -ne <<licensed>>) {
    if ($Activation -eq 'Online') {
        cscript.exe //nologo $Slmgr /ato
    }
    else {
        cscript.exe //nologo $Slmgr /dti
        $Confirmation = (Read-Host 'Confirmation ID') -replace '[^0-9]'
        cscript.exe //nologo $Slmgr /atp $Confirmation
    }
}
if ((Get-License $WindowsKey).<<product_status>> -ne <<licensed>>) {
    throw 'Step 5: the host is not activated. Look the code above up, and count the activations that the key has left.'
}
if (-not (Get-License $WindowsKey).<<product_host>>) {
    throw 'Step 5: the key is activated, and this is no KMS host. It is no host key: install a CSVLK.'
}
Write-Output 'Step 5 is good: the host is activated.'

# Step 6: port and publishing, now that the host is activated: before, slmgr.vbs changes neither. They take effect
# with a restart of the service. It clears the count, so a host that is set as planned is left as it is.
function Get-Setting {
    # A port of 0 is none, and the host listens on <<port>>.
    $Service = Get-CimInstance -ClassName <<service_class>>
    $Port = if ($Service.<<service_port>>) { $Service.<<service_port>> } else { <<port>> }
    @{ Port = $Port; Publish = [bool] $Service.<<service_publishing>> }
}
$Before = Get-Setting
if ($Before.Port -ne $This.Port) {
    cscript.exe //nologo $Slmgr /sprt $This.Port
}
if ($Before.Publish -ne $This.Publish) {
    if ($This.Publish) {
        cscript.exe //nologo $Slmgr /sdns
    }
    else {
        cscript.exe //nologo $Slmgr /cdns
    }
}
if ($Before.Port -ne $This.Port -or $Before.Publish -ne $This.Publish) {
    Restart-Service -Name sppsvc
}
$After = Get-Setting
if ($After.Port -ne $This.Port -or $After.Publish -ne $This.Publish) {
    throw 'Step 6: port or DNS publishing is not as planned. See the message of slmgr.vbs above.'
}
Write-Output "Step 6 is good: the port is $($This.Port), DNS publishing is $($This.Publish)."

# Step 7: can clients find the host, and does it listen?
$Record = Resolve-DnsName -Name "<<srv>>.$($This.Zone)" -Type SRV -ErrorAction SilentlyContinue |
    Where-Object { $_.NameTarget -eq $Name }
if ($This.Publish -and -not $Record) {
    Write-Warning "No SRV record of $Name in $($This.Zone) yet. Wait for replication, then read the DNS page."
}
if ($Record -and -not $This.Publish) {
    Write-Warning "An SRV record of $Name stands in $($This.Zone), where none is planned. Delete it there."
}
if (-not (Test-NetConnection -ComputerName $Name -Port $This.Port).TcpTestSucceeded) {
    throw "Step 7: nothing listens on port $($This.Port). Is the service sppsvc running?"
}
Write-Output 'Step 7 is good: the host listens. Now test the port from a client of each network.'

cscript.exe //nologo $Slmgr /dlv
"""

_OFFICE = """\
# Step 2: the host is meant for this release, and its license pack is installed.
if ($This.Releases -notcontains $Release) { throw "Step 2: organization.yml names no host key for $Release on $Name." }
$Id = $Packs[$Release].Id
if (-not (Get-CimInstance -ClassName <<product_class>> -Filter "<<product_id>> = '$Id'")) {
    throw "Step 2: the license pack is missing. Install it first: $($Packs[$Release].Pack)"
}
Write-Output 'Step 2 is good: the license pack is installed.'

# Step 3: the host key. /ipk adds it beside the key of Windows.
if (-not (Get-License $OfficeKey)) {
    cscript.exe //nologo $Slmgr /ipk $OfficeKey
}
if ((Get-License $OfficeKey).<<product_id>> -ne $Id) {
    throw "Step 3: the key is not installed, or it is the key of another release than $Release."
}
Write-Output 'Step 3 is good: the key is installed.'

# Step 4: activate, once, and this key only. Each activation counts toward the limit of the key.
if ((Get-License $OfficeKey).<<product_status>> -ne <<licensed>>) {
    if ($Activation -eq 'Online') {
        cscript.exe //nologo $Slmgr /ato $Id
    }
    else {
        cscript.exe //nologo $Slmgr /dti $Id
        $Confirmation = (Read-Host 'Confirmation ID') -replace '[^0-9]'
        cscript.exe //nologo $Slmgr /atp $Confirmation $Id
    }
}
if ((Get-License $OfficeKey).<<product_status>> -ne <<licensed>>) {
    throw 'Step 4: the key is not activated. Look the code above up, and count the activations that the key has left.'
}
Write-Output 'Step 4 is good: the host serves this release.'

cscript.exe //nologo $Slmgr /dlv $Id
"""

# ---------------------------------------------------------------------------------------------------- validate

RULES = activation.RULES | Rules.beside(__file__, "host")

PURPOSE = Purpose(rules=RULES, activation="kms-adba", wrong_gvlk="host-gvlk")

_GUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


_RESTARTS = frozenset({"restart-service", "start-service", "net", "net.exe", "sc.exe"})
_REBOOTS = frozenset({"restart-computer", "shutdown", "shutdown.exe"})
_SERVICE = re.compile(r"sppsvc|software protection", re.IGNORECASE)


def _check_removal(document: Document) -> Iterator[Finding]:
    for call in document.named("/upk"):
        if not call.arguments:
            yield document.finding("host-upk-all", call.place)


def _check_settings(document: Document) -> Iterator[Finding]:
    """Settings of the host stand after its activation, and before a restart of its service.

    What activates is known by its option, also where it names an Office key: any activated host key makes a host.
    """
    activations = [_at(call.place) for call in document.named("/ato", "/atp")]
    restarts = [_at(command.place) for command in document.script.commands if _restarts(command)]
    for call in document.calls:
        if STEPS.get(call.id) != "host setting":
            continue
        place = _at(call.place)
        if activations and place < min(activations):
            activate = Said(document.named("/ato", "/atp")[0].option)
            yield document.finding("host-setting-early", call.place, option=Said(call.option), activate=activate)
        if not any(restart > place for restart in restarts):
            yield document.finding("host-setting-restart", call.place, option=Said(call.option))


def _restarts(command: Command) -> bool:
    """Whether a command starts the licensing service anew, or could: what a variable names is not known."""
    name = command.name.lower()
    if name in _REBOOTS:
        return True
    words = [word for word in command.arguments if word.kind == "value"]
    stops = any(word.text.lower() == "stop" for word in words)
    named = not any(word.literal for word in words) or any(_SERVICE.search(word.text) for word in words)
    return name in _RESTARTS and named and not stops


def _at(place: Place) -> tuple[int, int]:
    return place.line, place.column or 0


def _check_names(document: Document) -> Iterator[Finding]:
    names = Names.of(document.catalog)
    for rule, wanted, commands in (
        ("host-role", names.role_name, ("install-windowsfeature", "add-windowsfeature", "get-windowsfeature")),
        ("host-firewall-rule", names.rule_name, ("set-netfirewallrule", "enable-netfirewallrule")),
    ):
        for command in document.commands(*commands):
            given = _name_given(command)
            if given and given.lower() != wanted.lower() and nearest(given, [wanted]):
                yield document.finding(rule, command.place, given=given, wanted=Said(wanted))


def _name_given(command: Command) -> str | None:
    word = command.parameters.get("name")
    if word is None:
        _, alone = command.bind(("includemanagementtools", "includeallsubfeature", "restart"))
        word = alone[0] if alone else None
    return word.text if word and word.literal else None


def _check_ids(document: Document) -> Iterator[Finding]:
    """Activation IDs that are nearly one of Microsoft's list: a slip of one or two characters."""
    known = {host.activation_id.upper(): host for host in document.catalog.host_keys.office_hosts}
    for number, line in enumerate(document.lines, start=1):
        for found in _GUID.finditer(line):
            near = nearest(found[0], known, cutoff=0.9)
            if near and found[0].upper() != near:
                release = document.catalog.product(known[near].product).name
                place = Place(number, found.start() + 1)
                yield document.finding(
                    "host-activation-id", place, given=found[0], release=Said(release), wanted=Said(near)
                )


CHECKS = (_check_removal, _check_settings, _check_names, _check_ids)
"""What this purpose asks for beside the common rules."""
