"""Ansible playbooks for KMS clients and for activation: generated for an organization, and checked.

PyYAML reads the file, tree-sitter the PowerShell inside it, and the modules that are used are compared with their
documentation. A file alone is enough for the check; whether its hosts exist is the inventory's matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from textwrap import indent
from typing import Any

import yaml

from macros.catalog.models import Catalog, ClientKey, CommandOption
from macros.catalog.organization import Group, Organization
from macros.formats.base import yaml_tree
from macros.formats.base.context import Context, SampleContext
from macros.formats.base.findings import Activation, Finding, Place, Rule, Said
from macros.formats.base.format import File
from macros.formats.base.keys import KEY_SHAPE, PLACEHOLDER, is_placeholder, mask
from macros.formats.base.origin import Origin
from macros.formats.base.reading import Lines
from macros.formats.base.spelling import nearest
from macros.formats.base.yaml_tree import Entry, Node, NotYamlError, Scalar
from macros.formats.clients.making import DOMAIN_STAYS
from macros.formats.scripts.activation import READS, STEPS, Call, option_problem, tool_calls
from macros.formats.scripts.host import Names, port_of
from macros.formats.shells import powershell

from .rules import BLOCKS, LISTS, MODULES, RULES, RUNS, RUNS_POWERSHELL, STRICT, TASK_KEYWORDS

_HOST, _PORT = "KeyManagementServiceName", "KeyManagementServicePort"
_SLMGR = "cscript.exe //nologo $env:windir\\System32\\slmgr.vbs"

# ---------------------------------------------------------------------------------------------------- generate

Task = dict[str, Any]
"""A task as Ansible reads it."""


@dataclass(frozen=True)
class _Value:
    """A registry value: its key and name, as win_regedit writes them, and its type."""

    key: str
    name: str
    type: str


def _setting(catalog: Catalog, product: str, name: str) -> _Value:
    value = catalog.fact(f"reg.{product}.{name}").value
    if not isinstance(value, Mapping):
        raise TypeError(f'fact "reg.{product}.{name}" must be a mapping')
    return _Value(_path(str(value["key"])), str(value["name"]), _REGISTRY_TYPES[str(value["type"])])


_REGISTRY_TYPES: Mapping[str, str] = {
    "REG_SZ": "string",
    "REG_DWORD": "dword",
    "REG_QWORD": "qword",
    "REG_MULTI_SZ": "multistring",
    "REG_EXPAND_SZ": "expandstring",
    "REG_BINARY": "binary",
}


def _path(key: str) -> str:
    hive, _, rest = key.partition("\\")
    return f"{hive}:\\{rest}"


def discovery(context: SampleContext, origin: Origin) -> str:
    """A playbook that takes fixed host names away, so that Windows and Office find their host by DNS."""
    catalog = context.catalog
    about = [
        "Lets KMS clients find their host by DNS: it removes names and ports that somebody fixed.",
        "Run it as an administrator of the computers, first with --check --diff:",
        f"ansible-playbook -i inventory {origin.file_name}",
        "A group policy or a script that sets the name has to go as well, or it comes back.",
        DOMAIN_STAYS,
    ]
    tasks = [
        _task(
            f"Remove the fixed {what} of {title}",
            "ansible.windows.win_regedit",
            {"path": value.key, "name": value.name, "state": "absent"},
        )
        for product, title in (("windows", "Windows"), ("office", "Office"))
        for what, name in (("name", _HOST), ("port", _PORT))
        for value in [_setting(catalog, product, name)]
    ]
    plays = [_play("KMS clients find their host by DNS", "kms_clients", tasks)]
    return _document(origin, about, plays)


def fixed_host(context: SampleContext, origin: Origin) -> str:
    """A playbook that gives groups of computers one KMS host by name. Raises ValueError without a KMS host."""
    organization, policy, catalog = context.organization, context.policy, context.catalog
    about = [
        "Gives computers that cannot use DNS for it the name of their KMS host. It switches discovery off there.",
        "Run it as an administrator of the computers, first with --check --diff:",
        f"ansible-playbook -i inventory {origin.file_name}",
        "The groups of the inventory have the names of organization.yml, with _ for each hyphen.",
    ]
    plays = []
    for group in groups_with_one_host(organization):
        host = organization.host(group.kms_hosts[0])
        product = "office" if catalog.product(group.product).kind == "office" else "windows"
        name, port = _setting(catalog, product, _HOST), _setting(catalog, product, _PORT)
        tasks = [
            _task(
                "Set the name of the KMS host",
                "ansible.windows.win_regedit",
                {"path": name.key, "name": name.name, "data": host.name, "type": name.type},
            ),
            _task(
                "Set its port, which is text and no number",
                "ansible.windows.win_regedit",
                {"path": port.key, "name": port.name, "data": str(port_of(host, policy)), "type": port.type},
            ),
        ]
        plays.append(_play(f"{_words(group.name)}: KMS host {host.name}", _inventory_name(group), tasks))
    if not plays:
        raise ValueError("no group of computers uses exactly one KMS host")
    return _document(origin, about, plays)


def groups_with_one_host(organization: Organization) -> tuple[Group, ...]:
    """Groups that use KMS through one host alone."""
    known = {host.id for host in organization.kms_hosts}
    return tuple(
        group
        for group in organization.groups
        if group.method == "kms" and len(group.kms_hosts) == 1 and known.issuperset(group.kms_hosts)
    )


def state(context: SampleContext, origin: Origin) -> str:
    """A playbook that reads the state of activation and changes nothing."""
    catalog = context.catalog
    names = Names.of(catalog)
    about = [
        "Reads how Windows is activated, and fails for computers that are not. It changes nothing.",
        "Run it with an account that may sign in to the computers:",
        f"ansible-playbook -i inventory {origin.file_name}",
    ]
    tasks = [
        _task(
            "Read the license of the installed key, the same in every language of Windows",
            "ansible.windows.win_shell",
            _query(names),
            register="license",
            **_READING,
        ),
        _task(
            "Read the details, for people",
            "ansible.windows.win_shell",
            f"{_SLMGR} /dlv",
            register="details",
            **_READING,
        ),
        _task("Show the details", "ansible.builtin.debug", {"var": "details.stdout_lines"}),
        _task(
            "Fail unless Windows is licensed",
            "ansible.builtin.assert",
            {
                "that": f"license.stdout | trim == '{names.status['licensed']}'",
                "fail_msg": "Not licensed. The details above name the channel and the reason.",
            },
        ),
    ]
    return _document(origin, about, [_play("State of activation", "windows", tasks)])


def _query(names: Names, key: str | None = None) -> str:
    """PowerShell that prints the state of the license with a key, or with any key of Windows."""
    product = names.product
    windows = f"{product['key']} IS NOT NULL AND {product['add_on']} = FALSE AND Name LIKE 'Windows%'"
    wanted = f"{product['key']} = '{key}'" if key else windows
    return f'$Filter = "{wanted}"\n(Get-CimInstance -ClassName {product["class"]} -Filter $Filter).{product["status"]}'


_READING: Mapping[str, Any] = {"changed_when": False, "check_mode": False}
"""What a task says that only reads, so that it also runs when changes are only tried out."""


def client_keys(context: SampleContext, origin: Origin) -> str:
    """A playbook that installs the GVLK where another key is installed, and activates by KMS or ADBA.

    Raises ValueError when no group of the organization needs one.
    """
    organization, catalog = context.organization, context.catalog
    about = [
        "Installs the client setup key (GVLK) where another key is installed, and activates by KMS or ADBA.",
        "Volume editions bring their GVLK along; this is for computers that used a MAK or a retail key.",
        "Run it as an administrator of the computers:",
        f"ansible-playbook -i inventory {origin.file_name}",
        "Look at the edition above each key: other editions have other keys.",
        "The groups of the inventory have the names of organization.yml, with _ for each hyphen.",
    ]
    plays = []
    groups = groups_with_gvlk(organization, catalog)
    for product in dict.fromkeys(group.product for group in groups):
        key, name = usual_key(product, catalog), catalog.product(product).name.split(" (")[0]
        hosts = ":".join(_inventory_name(group) for group in groups if group.product == product)
        tasks = _key_tasks(Names.of(catalog), "gvlk", "GVLK", online=False)
        plays.append(_play(f"Client setup key of {name}", hosts, tasks, {"gvlk": key.key}, f"Edition: {key.edition}"))
    if not plays:
        raise ValueError("no group of Windows computers is activated by KMS or ADBA")
    return _document(origin, about, plays)


def groups_with_gvlk(organization: Organization, catalog: Catalog) -> tuple[Group, ...]:
    """Groups of Windows computers that are activated by KMS or ADBA."""
    return tuple(
        group
        for group in organization.groups
        if group.method in ("kms", "adba") and catalog.product(group.product).kind != "office"
    )


_USUAL = ("Enterprise", "Datacenter", "Standard", "Professional")


def usual_key(product: str, catalog: Catalog) -> ClientKey:
    """The GVLK of the edition that organizations usually run. Raises LookupError for a product without GVLK."""
    keys = {key.edition: key for key in catalog.client_keys if key.product == product}
    if not keys:
        raise LookupError(f"no GVLK is published for {product}")
    return next((keys[edition] for edition in _USUAL if edition in keys), next(iter(keys.values())))


def mak(context: SampleContext, origin: Origin) -> str:
    """A playbook that activates with a MAK from a vault."""
    catalog = context.catalog
    about = [
        "Activates Windows with a MAK, on computers with internet access. The MAK is in a vault, and in no log:",
        "ansible-vault encrypt_string --name vault_mak",
        "Run it as an administrator of the computers. Each activation counts:",
        f"ansible-playbook -i inventory --ask-vault-pass {origin.file_name}",
    ]
    tasks = _key_tasks(Names.of(catalog), "mak", "MAK", online=True)
    play = _play("Activate with a MAK", "mak_computers", tasks, {"mak": "{{ vault_mak }}"})
    return _document(origin, about, [play])


def _key_tasks(names: Names, variable: str, title: str, online: bool) -> list[Task]:
    last = f"{{{{ {variable}.split('-') | last }}}}"
    licensed = names.status["licensed"]
    query = _query(names, last)
    return [
        _task(
            f"Read whether the {title} is installed, and its state",
            "ansible.windows.win_shell",
            query,
            register="before",
            **_READING,
            no_log=True,
        ),
        _task(
            f"Install the {title} where another key is installed",
            "ansible.windows.win_shell",
            f"{_SLMGR} /ipk {{{{ {variable} }}}}",
            when="before.stdout | trim == ''",
            no_log=True,
        ),
        _task(
            f"Activate {'online' if online else 'by KMS or ADBA'} where Windows is not licensed",
            "ansible.windows.win_shell",
            f"{_SLMGR} /ato",
            when=f"before.stdout | trim != '{licensed}'",
        ),
        _task(
            "Read the state again",
            "ansible.windows.win_shell",
            query,
            register="after",
            **_READING,
            no_log=True,
        ),
        _task(
            "Fail unless Windows is licensed",
            "ansible.builtin.assert",
            {
                "that": f"after.stdout | trim == '{licensed}'",
                "fail_msg": f"The {title} is not activated. slmgr.vbs /dlv on the computer shows why.",
            },
        ),
    ]


class _Writer(yaml.SafeDumper):
    """Writes as people write playbooks: lists are indented, texts stand in double quotes or in none."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent a list below its key, which PyYAML leaves out."""
        super().increase_indent(flow, False)

    def text(self, value: str) -> yaml.ScalarNode:
        """A text: lines as a block, plain where nothing in it is a mark or another type, else in double quotes."""
        is_text = self.resolve(yaml.ScalarNode, value, (True, False)) == _TEXT  # type: ignore[no-untyped-call]
        style = "|" if value.endswith("\n") else None if is_text and _PLAIN.fullmatch(value) else '"'
        return self.represent_scalar(_TEXT, value, style=style)


_Writer.add_representer(str, _Writer.text)
_TEXT = "tag:yaml.org,2002:str"
_PLAIN = re.compile(r"[A-Za-z](?!.*: )[A-Za-z0-9 _.,:\\/|='()!-]*(?<!:)|[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}")


def _yaml(value: object) -> str:
    return yaml.dump(value, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=float("inf"))


def _document(origin: Origin, about: Iterable[str], plays: Iterable[str]) -> str:
    # YAML counts three more characters as line ends.
    head = [re.sub("[\u0085\u2028\u2029]", " ", line) for line in [*origin.lines(), "", *about]]
    return "\n".join([*(f"# {line}".rstrip() for line in head), "---", ""]) + "\n".join(plays)


def _play(
    name: str, hosts: str, tasks: Iterable[Task], values: Mapping[str, str] | None = None, remark: str = ""
) -> str:
    """A play, an empty line between its tasks, a remark above its values."""
    play = {"name": name, "hosts": hosts, "gather_facts": False, **({"vars": dict(values)} if values else {})}
    head = _yaml([play])
    if remark:
        head = head.replace("  vars:\n", f"  vars:\n    # {remark}\n")
    return f"{head}  tasks:\n" + "\n".join(indent(_yaml([task]), "    ") for task in tasks)


def _task(name: str, module: str, body: str | Mapping[str, str], **keywords: Any) -> Task:
    return {"name": name, module: f"{body}\n" if isinstance(body, str) else body, **keywords}


def _words(name: str) -> str:
    """The name of a group on one line, without what Ansible would read as a template."""
    return " ".join(re.sub(r"[{}%#\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]", " ", name).split())


def _inventory_name(group: Group) -> str:
    return group.id.replace("-", "_")


# ---------------------------------------------------------------------------------------------------- validate


def read(file: File, context: Context) -> Document:
    """What a playbook or a file of tasks says. A text that is no YAML is a document with one finding."""
    try:
        text, root = yaml_tree.read(file.text)
    except NotYamlError as error:
        return Document(file.text, None, context.catalog, context.own, error.finding)
    return Document(text, root, context.catalog, context.own)


def judge(document: Document, context: Context) -> Iterator[Finding]:
    """What is wrong with it. Findings name line and column."""
    if document.broken is not None:
        return iter((document.broken,))
    return (finding for check in _DOCUMENT_CHECKS for finding in check(document))


@dataclass(frozen=True)
class _Task:
    """A task: its keys, and the module that it uses."""

    node: yaml_tree.Mapping
    module: Entry | None
    """None when it names no module, or a keyword that is misspelled."""
    full: str
    """Full name of the module, empty when it is not known."""

    @property
    def place(self) -> Place:
        return self.node.place

    def says(self, keyword: str) -> bool | None:
        """A keyword that is yes or no; None when it is missing or computed."""
        value = self.node.get(keyword)
        return value.boolean if isinstance(value, Scalar) else None

    def option(self, *names: str) -> Scalar | None:
        """An option of the module, also when it stands under args."""
        for holder in (self.module.value if self.module else None, self.node.get("args")):
            if isinstance(holder, yaml_tree.Mapping):
                value = holder.get(*names)
                if isinstance(value, Scalar):
                    return value
        return None

    @property
    def command(self) -> Scalar | None:
        """What the task runs, when that is text."""
        if self.full not in RUNS or self.module is None:
            return None
        if isinstance(self.module.value, Scalar):
            return self.module.value
        return self.option("script", "cmd", "_raw_params")


@dataclass(frozen=True)
class Document:
    """A file as the checks see it."""

    text: str
    root: Node | None
    catalog: Catalog
    own: bool
    """A sample of this guide: the placeholder stands for a key, and remarks on style count."""
    broken: Finding | None = None
    """Why the text is no YAML."""

    def finding(self, rule: str, place: Place | None, **values: object) -> Finding:
        """A finding. In our own playbooks a house rule counts."""
        found = RULES[rule]
        if self.own and rule in STRICT:
            found = Rule(found.id, "warning", found.message, found.cure, found.sources)
        return found.finding(place, **values)

    @cached_property
    def tasks(self) -> tuple[_Task, ...]:
        """Every task, in the order of the file."""
        return tuple(_tasks(self.root))

    @cached_property
    def lines(self) -> list[str]:
        """The lines of the file."""
        return self.text.split("\n")

    @cached_property
    def options(self) -> Mapping[tuple[str, str], CommandOption]:
        """Options of slmgr.vbs and ospp.vbs."""
        return {(one.tool, one.option.lower()): one for one in self.catalog.commands}

    @cached_property
    def commands(self) -> Mapping[int, _Command]:
        """What each task runs, by the number of the task."""
        return {
            number: _Command.of(task, task.command, self)
            for number, task in enumerate(self.tasks)
            if task.command is not None
        }

    @cached_property
    def calls(self) -> tuple[tuple[int, Call, Place], ...]:
        """Calls of the two tools: the task, the call, and its place in the file."""
        return tuple(
            (number, call, command.place(call.place))
            for number, command in self.commands.items()
            for call in command.calls
        )

    @cached_property
    def published(self) -> frozenset[str]:
        """The published client keys."""
        return frozenset(key.key for key in self.catalog.client_keys)


_TOOL_HOST = re.compile(r"(?:[cw]script|slmgr|ospp)(?:\.exe|\.vbs)?", re.IGNORECASE)
_READ_VERBS = ("get-", "test-", "resolve-", "select-", "where-", "convertto-", "out-string", "sort-", "measure-")


@dataclass(frozen=True)
class _Command:
    """A text that a task runs, as PowerShell reads it."""

    task: _Task
    source: Scalar
    indent: int
    """Blanks before each line of a block."""
    script: powershell.Script
    calls: tuple[Call, ...]

    @classmethod
    def of(cls, task: _Task, source: Scalar, document: Document) -> _Command:
        """Read what a task runs."""
        text = _filled_in(source.text)
        script = powershell.read(text)
        calls = tuple(call for command in script.commands for call in tool_calls(command, document.options))
        return cls(task, source, _indent(source, document.lines), script, calls)

    @property
    def only_reads(self) -> bool:
        """Whether everything that it runs is known to change nothing."""
        tools = [call.id in READS for call in self.calls]
        others = [one.name.lower() for one in self.script.commands if not _TOOL_HOST.fullmatch(one.name)]
        return bool(tools or others) and all(tools) and all(one.startswith(_READ_VERBS) for one in others)

    @cached_property
    def first_key(self) -> str | None:
        """The first key that stands in it."""
        found = KEY_SHAPE.search(self.source.text)
        return found[0].upper() if found else None

    def place(self, inside: Place) -> Place:
        """A place of the command in the file: exact in a block, else the beginning of the text."""
        if not self.source.block:
            return self.source.place
        return Place(self.source.place.line + inside.line, (inside.column or 1) + self.indent)


_TEMPLATES = (("}}", re.compile(r"\{\{.*?\}\}", re.DOTALL)), ("%}", re.compile(r"\{%.*?%\}", re.DOTALL)))


def _filled_in(text: str) -> str:
    """What Jinja fills in is one word for PowerShell. It stays of the same length, so that places stay."""
    for closer, template in _TEMPLATES:
        # Behind the last closer every opener would be looked at in vain up to the end.
        end = text.rfind(closer) + len(closer)
        text = template.sub(lambda found: "x" * len(found[0]), text[:end]) + text[end:]
    return text


def _indent(source: Scalar, lines: Sequence[str]) -> int:
    """How far a block is indented in the file, by its first line that is not blank."""
    written = next((line for line in islice(lines, source.place.line, None) if line.strip()), "")
    inside = next((line for line in source.text.split("\n") if line.strip()), "")
    return max(len(written) - len(written.lstrip(" ")) - (len(inside) - len(inside.lstrip(" "))), 0)


def _tasks(node: Node | None) -> Iterator[_Task]:
    if not isinstance(node, yaml_tree.Sequence):
        return
    for item in node.items:
        if not isinstance(item, yaml_tree.Mapping):
            continue
        if item.get("hosts") is not None:
            for name in LISTS:
                yield from _tasks(item.get(name))
        elif any(item.get(name) is not None for name in BLOCKS):
            for name in BLOCKS:
                yield from _tasks(item.get(name))
        elif item.get("import_playbook", "ansible.builtin.import_playbook") is None:
            yield _task_of(item)


def _task_of(item: yaml_tree.Mapping) -> _Task:
    modules = [entry for entry in item.entries if not _is_keyword(entry.key.text)]
    module = modules[0] if modules else None
    return _Task(item, module, _full_name(module.key.text) if module else "")


def _is_keyword(name: str) -> bool:
    return name in TASK_KEYWORDS or name.startswith("with_")


def _full_name(name: str) -> str:
    if name in MODULES:
        return name
    return next((full for full in MODULES if full.rpartition(".")[2] == name), "")


# ----------------------------------------------------------------------------------------------- checks: structure


def _check_structure(document: Document) -> Iterator[Finding]:
    root = document.root
    if root is None:
        yield document.finding("ansible-structure", None, detail=Said("the file is empty"))
    elif not isinstance(root, yaml_tree.Sequence):
        yield document.finding("ansible-structure", root.place, detail=Said("it is not a list"))
    else:
        for item in root.items:
            if not isinstance(item, yaml_tree.Mapping):
                yield document.finding("ansible-structure", item.place, detail=Said("an entry of the list has no keys"))
        yield from _check_twice(root, document)


def _check_twice(node: Node, document: Document) -> Iterator[Finding]:
    if isinstance(node, yaml_tree.Mapping):
        for key in node.again:
            yield document.finding("ansible-key-twice", key.place, given=key.text)
        for entry in node.entries:
            yield from _check_twice(entry.value, document)
    elif isinstance(node, yaml_tree.Sequence):
        for item in node.items:
            yield from _check_twice(item, document)


def _check_tasks(document: Document) -> Iterator[Finding]:
    for task in document.tasks:
        if task.node.text("name") is None:
            yield document.finding("ansible-name", task.place)
        modules: list[Entry] = []
        others = [entry for entry in task.node.entries if not _is_keyword(entry.key.text)]
        for entry in others:
            name = entry.key.text
            near = None
            if "." not in name and not _full_name(name):
                # Beside a module, a word of its own is rather a keyword.
                near = nearest(name, TASK_KEYWORDS, cutoff=0.74 if len(others) > 1 else 0.85)
            if near:
                yield document.finding("ansible-keyword", entry.key.place, given=name, near=Said(near))
            else:
                modules.append(entry)
        if not modules and task.node.get("action", "local_action") is None:
            yield document.finding("ansible-no-module", task.place)
        for entry in modules[1:]:
            first = modules[0].key.text
            yield document.finding("ansible-two-modules", entry.key.place, first=first, given=entry.key.text)
        for entry in modules[:1]:
            yield from _check_module(entry, task, document)


def _check_module(entry: Entry, task: _Task, document: Document) -> Iterator[Finding]:
    name, full = entry.key.text, _full_name(entry.key.text)
    if not full:
        short = {one.rpartition(".")[2]: one for one in MODULES}
        near = nearest(name, MODULES, cutoff=0.9) or short.get(nearest(name, short, cutoff=0.85) or "")
        if near:
            yield document.finding("ansible-module", entry.key.place, given=name, near=Said(near))
        else:
            yield document.finding("ansible-unknown-module", entry.key.place, given=name)
        return
    if name != full:
        yield document.finding("ansible-short-name", entry.key.place, given=name, full=Said(full))
    yield from _check_options(entry, full, task, document)


def _check_options(entry: Entry, full: str, task: _Task, document: Document) -> Iterator[Finding]:
    module = MODULES[full]
    if isinstance(entry.value, Scalar):
        if entry.value.text.strip() and not module.free_form and "=" not in entry.value.text:
            listed = Said(" or ".join(" or ".join(names) for names in module.required) or "options")
            yield document.finding("ansible-missing", entry.value.place, module=Said(full), wanted=listed)
        return
    holders = [one for one in (entry.value, task.node.get("args")) if isinstance(one, yaml_tree.Mapping)]
    for option in (one for holder in holders for one in holder.entries):
        if module.any_option:
            continue
        if option.key.text not in module.options:
            near = nearest(option.key.text, module.options)
            hint = Said(f" {near} is meant." if near else "")
            known = Said(", ".join(one for one in module.options if not one.startswith("_")))
            yield document.finding(
                "ansible-option", option.key.place, module=Said(full), given=option.key.text, near=hint, known=known
            )
            continue
        allowed, value = module.options[option.key.text], option.value
        if allowed and isinstance(value, Scalar) and value.text not in allowed and not _is_computed(value.text):
            yield document.finding(
                "ansible-value",
                value.place,
                name=Said(option.key.text),
                given=value.text,
                allowed=Said(", ".join(allowed)),
            )
    for names in module.required:
        if not any(holder.get(*names) is not None for holder in holders):
            yield document.finding(
                "ansible-missing", entry.key.place, module=Said(full), wanted=Said(" or ".join(names))
            )


def _is_computed(text: str) -> bool:
    return "{{" in text or "{%" in text


# ------------------------------------------------------------------------------------------------ checks: registry

_SETTINGS_KEY = re.compile(r"softwareprotectionplatform$", re.IGNORECASE)
_HIVES = ("HKLM:", "HKCU:", "HKCR:", "HKU:", "HKCC:")
_MOST_PORT = 65535
_MEANT: Mapping[str, str] = {"keymanagementservicehost": _HOST, "keymanagementservicemachine": _HOST}
"""Names that people write for a setting, and that another is nearer to by spelling."""


def _check_registry(document: Document) -> Iterator[Finding]:
    settings = _settings(document.catalog)
    for task in document.tasks:
        if task.full != "ansible.windows.win_regedit":
            continue
        path, name = task.option("path", "key"), task.option("name", "entry", "value")
        if path and not _is_computed(path.text):
            if not path.text.upper().startswith(_HIVES):
                yield document.finding("ansible-registry-path", path.place, given=path.text)
            state = task.option("state")
            if name is None and state and state.text == "absent" and _SETTINGS_KEY.search(path.text):
                yield document.finding("ansible-deletes-key", state.place, path=path.text)
        if name and path and _SETTINGS_KEY.search(path.text) and not _is_computed(name.text):
            yield from _check_setting(task, name, settings, document)


def _check_setting(
    task: _Task, name: Scalar, settings: Mapping[str, tuple[str, str | None]], document: Document
) -> Iterator[Finding]:
    if name.text.lower() not in settings:
        near = _MEANT.get(name.text.lower()) or nearest(name.text, [known for known, _ in settings.values()])
        if near:
            yield document.finding("ansible-registry-name", name.place, given=name.text, near=Said(near))
        return
    known, wanted = settings[name.text.lower()]
    data, kind, state = task.option("data"), task.option("type", "datatype"), task.option("state")
    given = kind.text if kind else "string"
    if wanted and given != wanted and not (state and state.text == "absent") and not _is_computed(given):
        place = kind.place if kind else name.place
        yield document.finding("ansible-registry-type", place, name=Said(known), wanted=Said(wanted), given=Said(given))
    if known == _PORT and data and not _is_computed(data.text) and not _is_port(data.text):
        yield document.finding("ansible-registry-port", data.place, given=data.text)


def _is_port(text: str) -> bool:
    return re.fullmatch(r"\d{1,5}", text) is not None and 1 <= int(text) <= _MOST_PORT


def _settings(catalog: Catalog) -> dict[str, tuple[str, str | None]]:
    """Licensing values by their name in small letters: the name as Windows has it, and the type for win_regedit."""
    found: dict[str, tuple[str, str | None]] = {}
    for fact in catalog.facts:
        value = fact.value
        if fact.id.startswith("reg.") and isinstance(value, Mapping) and value.get("name"):
            name = str(value["name"]).rpartition("\\")[2]
            found.setdefault(name.lower(), (name, _REGISTRY_TYPES.get(str(value.get("type")))))
    return found


# ------------------------------------------------------------------------------------------------ checks: commands


def _check_commands(document: Document) -> Iterator[Finding]:
    for command in document.commands.values():
        if command.task.full in RUNS_POWERSHELL and command.task.option("executable") is None:
            for problem in command.script.errors:
                yield document.finding("ansible-syntax", command.place(problem.place), detail=problem.message)
    for _, call, place in document.calls:
        found = option_problem(call, document.catalog)
        if found:
            rule, values = found
            yield document.finding({"script-option": "ansible-command"}.get(rule, "ansible-argument"), place, **values)


def _check_order(document: Document) -> Iterator[Finding]:
    last = max((number for number, call, _ in document.calls if call.id in ("/ipk", "/inpkey:")), default=-1)
    for number, call, place in document.calls:
        if call.id in ("/upk", "/unpkey:") and last >= number:
            yield document.finding("ansible-upk-first", place)


def _check_repetition(document: Document) -> Iterator[Finding]:
    """Tasks that only read, and tasks that change something, each time they run."""
    for command in document.commands.values():
        task = command.task
        if command.only_reads and task.says("changed_when") is not False:
            place = task.node.get("changed_when")
            yield document.finding("ansible-changed", place.place if place else task.place)
        changing = [call for call in command.calls if call.id in STEPS]
        guarded = any(task.node.get(name) is not None for name in ("when", "until")) or task.option(
            "creates", "removes"
        )
        if changing and not guarded:
            yield document.finding("ansible-always", command.place(changing[0].place), option=Said(changing[0].option))


# ---------------------------------------------------------------------------------------------------- checks: keys


def _check_keys(document: Document) -> Iterator[Finding]:
    lines = Lines(document.text)
    for found in KEY_SHAPE.finditer(document.text):
        key = found[0].upper()
        place = Place(lines.line(found.start()), lines.column(found.start()))
        if key in document.published:
            continue
        if not is_placeholder(key):
            yield document.finding("ansible-key", place, key=mask(key))
        elif not (document.own and key == PLACEHOLDER):
            yield document.finding("ansible-placeholder", place, given=found[0])


def _check_logs(document: Document) -> Iterator[Finding]:
    for number, call, place in document.calls:
        if call.id not in ("/ipk", "/inpkey:") or not call.arguments:
            continue
        task = document.tasks[number]
        # A published key is no secret.
        public = document.commands[number].first_key in document.published
        if task.says("no_log") is not True and not public:
            says = task.node.get("no_log")
            computed = isinstance(says, Scalar) and _is_computed(says.text)
            if not computed:
                yield document.finding("ansible-no-log", says.place if says else place, option=Said(call.option))


_DOCUMENT_CHECKS: tuple[Callable[[Document], Iterator[Finding]], ...] = (
    _check_structure,
    _check_tasks,
    _check_registry,
    _check_commands,
    _check_order,
    _check_repetition,
    _check_keys,
    _check_logs,
)


def activation(document: Document, context: Context) -> Activation:
    """How the computers activate that it is for."""
    if document.broken is not None:
        return "unknown"
    keys = {found.upper() for found in KEY_SHAPE.findall(document.text)}
    names = {name.text.lower() for task in document.tasks if (name := task.option("name", "entry", "value"))}
    kinds: set[Activation] = set()
    if keys & document.published or {_HOST.lower(), _PORT.lower()} & names:
        kinds.add("kms-adba")
    installs = {number for number, call, _ in document.calls if call.id in ("/ipk", "/inpkey:")}
    if any(re.search(r"\bmak\b", document.commands[number].source.text, re.IGNORECASE) for number in installs):
        kinds.add("mak")
    if len(kinds) > 1:
        return "mixed"
    return kinds.pop() if kinds else "unknown" if installs else "none"
