"""Answer files of Windows Setup (unattend.xml): generated with the key in the right place, and checked.

`generate` writes a file in which `judge` finds nothing. Rules find what people get wrong and say how to cure it; a
RELAX NG subset catches what no rule speaks of.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from lxml import etree

from macros.catalog.models import Catalog, ClientKey, Product
from macros.formats.base.context import Context
from macros.formats.base.findings import Activation, Finding, Place, Said
from macros.formats.base.format import File
from macros.formats.base.keys import KEY_SHAPE, PLACEHOLDER, is_key_shaped, is_placeholder, mask
from macros.formats.base.origin import Origin
from macros.formats.base.reading import Lines
from macros.formats.base.spelling import nearest
from macros.formats.base.xml_tree import Element, parse

from .rules import RETAIL_DEFAULTS, RULES, SCHEMA

WCM = "http://schemas.microsoft.com/WMIConfig/2002/State"
"""Namespace of the attribute that adds an entry to a list."""

_OLD_COMPONENT = "Microsoft-Windows-Security-Licensing-SLC"
_SURE = 0.88
"""How near a component's name must be to one of ours to be a misspelling of it. Names differ by single words."""

# ---------------------------------------------------------------------------------------------------- the format


@dataclass(frozen=True)
class Form:
    """What answer files are made of, from the facts."""

    namespace: str
    attributes: Mapping[str, tuple[str, ...]]
    """Attributes of a component but its name, with the values that are allowed; the first is the usual one."""
    passes: tuple[str, ...]
    activation: str
    activation_pass: str
    image: str
    image_pass: str
    image_key: str
    shown: tuple[str, ...]
    rearm: str
    rearm_pass: str
    keeps: str

    @classmethod
    def of(cls, catalog: Catalog) -> Form:
        """Read every name from its fact."""
        form, key = _value(catalog, "form"), _value(catalog, "activation_key")
        image, rearm = _value(catalog, "image_key"), _value(catalog, "skiprearm")
        return cls(
            namespace=form["namespace"],
            attributes={
                "processorArchitecture": tuple(form["processorArchitecture"]),
                "publicKeyToken": (form["publicKeyToken"],),
                "language": (form["language"],),
                "versionScope": (form["versionScope"],),
            },
            passes=tuple(_value(catalog, "passes")),
            activation=key["component"],
            activation_pass=key["pass"],
            image=image["component"],
            image_pass=image["pass"],
            image_key=_value(catalog, "image_name")["name_key"],
            shown=tuple(image["will_show_ui"]),
            rearm=rearm["component"],
            rearm_pass=rearm["pass"],
            keeps=str(rearm["keeps"]),
        )


def _value(catalog: Catalog, name: str) -> Any:
    return catalog.fact(f"tools.unattend_{name}").value


# ---------------------------------------------------------------------------------------------------- generate


@dataclass(frozen=True)
class AnswerRequest:
    """What an answer file should do.

    `product` and `edition` name a GVLK of the catalog; without an edition the placeholder of a MAK stands there.
    """

    product: str
    edition: str | None
    image: str | None = None
    """Name of the image to install. The file is then for the whole set-up, and the key chooses the image too."""
    capture: bool = False
    """The file is for sysprep on a computer whose image is captured."""
    architecture: Literal["amd64", "arm64", "x86"] = "amd64"


def generate(request: AnswerRequest, origin: Origin, catalog: Catalog) -> str:
    """An answer file. Raises LookupError for an edition that has no published GVLK."""
    form, key = Form.of(catalog), _requested_key(request, catalog)
    names: dict[str | None, str] = {None: form.namespace}
    if request.image:
        names["wcm"] = WCM
    root = etree.Element("unattend", nsmap=names)  # type: ignore[arg-type]
    root.append(etree.Comment(_comment(request, origin, catalog)))
    if request.image:
        setup = _component(root, form.image_pass, form.image, request, form)
        metadata = _below(setup, "ImageInstall", "OSImage", "InstallFrom", "MetaData")
        metadata.set(f"{{{WCM}}}action", "add")
        etree.SubElement(metadata, "Key").text = form.image_key
        etree.SubElement(metadata, "Value").text = request.image
        etree.SubElement(_below(setup, "UserData", "ProductKey"), "Key").text = key
    if request.capture:
        rearm = _component(root, form.rearm_pass, form.rearm, request, form)
        etree.SubElement(rearm, "SkipRearm").text = str(_value(catalog, "skiprearm")["resets"])
    shell = _component(root, form.activation_pass, form.activation, request, form)
    etree.SubElement(shell, "ProductKey").text = key
    etree.indent(root, space="  ")
    return '<?xml version="1.0" encoding="utf-8"?>\n' + etree.tostring(root, encoding="unicode") + "\n"


def _component(root: etree._Element, pass_name: str, name: str, request: AnswerRequest, form: Form) -> etree._Element:
    settings = etree.SubElement(root, "settings", {"pass": pass_name})
    attributes = {key: values[0] for key, values in form.attributes.items()}
    return etree.SubElement(
        settings, "component", {"name": name, **attributes, "processorArchitecture": request.architecture}
    )


def _below(parent: etree._Element, *names: str) -> etree._Element:
    for name in names:
        parent = etree.SubElement(parent, name)
    return parent


def _requested_key(request: AnswerRequest, catalog: Catalog) -> str:
    if request.edition is None:
        return PLACEHOLDER
    wanted = (request.product, request.edition)
    for key in catalog.client_keys:
        if (key.product, key.edition) == wanted:
            return key.key
    raise LookupError(f"no GVLK is published for {request.edition} of {request.product}")


def _comment(request: AnswerRequest, origin: Origin, catalog: Catalog) -> str:
    edition = edition_in_words(catalog.product(request.product), request.edition or "")
    lines = [
        *origin.lines(),
        "",
        f"Windows:      {edition}, {request.architecture}",
        f"Activation:   {'MAK' if request.edition is None else 'KMS or ADBA, by GVLK'}",
        f"Use:          {_use(request, origin)}",
    ]
    if request.image:
        lines += [
            "It chooses the image and the key, and nothing else: Setup asks for language, disk and the rest.",
            "Compare the name of the image with what DISM /Get-ImageInfo prints for your install.wim.",
        ]
    if request.edition is None:
        lines += [
            f"Replace {PLACEHOLDER} by your MAK first. The file then holds it in clear text:",
            "let only the deployment account read it, and delete every copy after the installation.",
        ]
    text = "\n".join(f"    {line}".rstrip() for line in lines)
    # Two hyphens in a row, or one at the end, would end a comment.
    return "\n" + re.sub(r"-(?=-|$)", "- ", text) + "\n  "


def edition_in_words(product: Product, edition: str) -> str:
    """Release and edition, each once: `Windows 11 Enterprise`."""
    name = product.name.split(" (", 1)[0]
    return name if edition in name else f"{name} {edition}"


def _use(request: AnswerRequest, origin: Origin) -> str:
    if request.capture:
        return f"sysprep /generalize /oobe /shutdown /unattend:{origin.file_name}"
    if request.image:
        return "save it as Autounattend.xml in the root of the installation media"
    return f"setup.exe /unattend:{origin.file_name}, or merge it into your own answer file"


# ---------------------------------------------------------------------------------------------------- judge


def read(file: File, context: Context) -> Document:
    """What an answer file says. Raises UnreadableError."""
    root, parsed = parse(file.text)
    return Document(root, Form.of(context.catalog), context.catalog, context.own, file.text, parsed)


def judge(document: Document, context: Context) -> Iterator[Finding]:
    """What is wrong with it. Its form is compared with the schema when no rule has an error to tell."""
    wrong = False
    for check in _DOCUMENT_CHECKS:
        for finding in check(document):
            wrong = wrong or finding.severity == "error"
            yield finding
    if not wrong:
        yield from _check_schema(document)


@dataclass(frozen=True)
class Document:
    """A file as the checks see it."""

    root: Element
    form: Form
    catalog: Catalog
    own: bool
    """A sample of this guide, in which the placeholder stands for a MAK."""
    text: str
    parsed: etree._Element
    """The same as lxml sees it."""

    def finding(self, rule: str, place: Place | None, **values: object) -> Finding:
        """The finding of a rule at a place."""
        return RULES[rule].finding(place, **values)

    @property
    def components(self) -> Iterator[tuple[str, Element]]:
        """Every component with the pass it stands in; the pass is empty when none is named."""
        for settings in _children(self.root, "settings"):
            for component in _children(settings, "component"):
                yield settings.get("pass") or "", component

    @property
    def keys(self) -> Iterator[Key]:
        """Product keys that Setup would read."""
        for pass_name, component in self.components:
            if component.get("name") == self.form.activation and pass_name == self.form.activation_pass:
                yield from (Key(one, False) for one in _children(component, "ProductKey"))
            if component.get("name") == self.form.image and pass_name == self.form.image_pass:
                for parent in _children(component, "UserData"):
                    for key in _children(parent, "ProductKey"):
                        yield from (Key(one, True) for one in _children(key, "Key"))

    @property
    def images(self) -> Iterator[Element]:
        """Values that name the image to install."""
        for _, component in self.components:
            for metadata in component.walk():
                if _local(metadata) != "MetaData":
                    continue
                key = next((one.text for one in _children(metadata, "Key")), "")
                if key.strip().upper() == self.form.image_key:
                    yield from _children(metadata, "Value")


@dataclass(frozen=True)
class Key:
    """A product key, and whether it chooses the image."""

    element: Element
    chooses: bool

    @property
    def text(self) -> str:
        """The key as Setup compares it."""
        return self.element.text.strip().upper()


def _local(element: Element) -> str:
    return element.name.rpartition(":")[2]


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element.children if _local(child) == name]


# ------------------------------------------------------------------------------------------------ checks: form


def _check_root(document: Document) -> Iterator[Finding]:
    root, wanted = document.root, document.form.namespace
    if _local(root) != "unattend":
        yield document.finding("unattend-root", root.place, name=root.name)
        return
    given = document.parsed.nsmap.get(document.parsed.prefix) or ""
    if given != wanted:
        said: object = given if given else Said("no namespace")
        place = root.at("xmlns") if given else root.place
        yield document.finding("unattend-namespace", place, given=said, wanted=Said(wanted))


def _check_settings(document: Document) -> Iterator[Finding]:
    passes = Said(", ".join(document.form.passes))
    for settings in _children(document.root, "settings"):
        given = settings.get("pass")
        if given is None:
            yield document.finding("unattend-no-pass", settings.place, passes=passes)
        elif given not in document.form.passes:
            near = nearest(given, document.form.passes)
            hint = Said(f" {near} is meant." if near else "")
            yield document.finding("unattend-pass", settings.at("pass"), given=given, near=hint, passes=passes)


def _check_components(document: Document) -> Iterator[Finding]:
    form = document.form
    ours = (form.activation, form.image, form.rearm)
    for _, component in document.components:
        name = component.get("name")
        near = nearest(name, ours, _SURE) if name and name not in ours else None
        # A name that only adds a word is another component, as …-SPP-UX beside …-SPP.
        if name and near and not name.startswith(f"{near}-"):
            yield document.finding("unattend-component", component.at("name"), given=name, near=Said(near))
        if name is None:
            yield document.finding("unattend-no-attribute", component.place, name=Said("name"), first=Said(ours[0]))
        for attribute, allowed in form.attributes.items():
            value = component.get(attribute)
            said = {"name": Said(attribute), "first": Said(allowed[0])}
            if value is None:
                yield document.finding("unattend-no-attribute", component.place, **said)
            elif value not in allowed and not _unexpanded(value):
                wanted = Said(" or ".join(allowed))
                yield document.finding(
                    "unattend-attribute", component.at(attribute), given=value, wanted=wanted, **said
                )


def _unexpanded(value: str) -> bool:
    """A variable that a template engine fills in."""
    return value.startswith(("$", "{", "%", "<"))


def _check_schema(document: Document) -> Iterator[Finding]:
    form = document.form
    schema = _schema(form.namespace, form.passes, *form.attributes.values(), form.shown)
    if schema.validate(document.parsed):
        return
    entries = [(entry.line, entry.message) for entry in schema.error_log]
    line, detail = max(entries, key=lambda entry: entry[0], default=(1, "it does not fit"))
    yield document.finding("unattend-form", Place(max(line, 1)), detail=detail.rstrip("."))


@lru_cache(maxsize=4)
def _schema(namespace: str, *allowed: tuple[str, ...]) -> etree.RelaxNG:
    """The subset as a schema: passes, then the attributes of a component in their order, then WillShowUI."""
    passes, architectures, token, _, scope, shown = allowed
    text = SCHEMA.format(
        namespace=namespace,
        passes=_values(passes),
        architectures=_values(architectures),
        token=token[0],
        scope=scope[0],
        shown=_values(shown),
    )
    return etree.RelaxNG(etree.fromstring(text))


def _values(allowed: Iterable[str]) -> str:
    return "".join(f"<value>{value}</value>" for value in allowed)


# ---------------------------------------------------------------------------------------------- checks: places


def _check_places(document: Document) -> Iterator[Finding]:
    """Settings that stand where Setup does not look for them."""
    form = document.form
    for pass_name, component in document.components:
        name = component.get("name") or ""
        for child in component.children:
            local = _local(child)
            if local == "ProductKey":
                yield from _misplaced(document, child, (name, pass_name), (form.activation, form.activation_pass))
            elif local == "UserData" and any(_children(child, "ProductKey")):
                key = _children(child, "ProductKey")[0]
                yield from _misplaced(document, key, (name, pass_name), (form.image, form.image_pass))
            elif local == "SkipRearm":
                yield from _misplaced_rearm(document, child, component, pass_name)


def _misplaced(
    document: Document, setting: Element, given: tuple[str, str], wanted: tuple[str, str]
) -> Iterator[Finding]:
    """A key in the wrong component or pass; both pairs are component and pass."""
    form = document.form
    ours = (form.activation, form.image)
    if given[0] != wanted[0]:
        # A misspelled name has a finding of its own.
        if given[0] in ours or nearest(given[0], ours, _SURE) is None:
            yield document.finding(
                "unattend-key-component",
                setting.place,
                name=setting.name,
                given=given[0],
                activation=Said(form.activation),
                activation_pass=Said(form.activation_pass),
                image=Said(form.image),
                image_pass=Said(form.image_pass),
            )
    elif given[1] != wanted[1]:
        yield from _in_other_pass(document, setting, wanted[1])


def _in_other_pass(document: Document, setting: Element, wanted: str) -> Iterator[Finding]:
    settings = next(one for one in _ancestors(setting) if _local(one) == "settings")
    given = settings.get("pass")
    # A pass that does not exist has a finding of its own.
    if given in document.form.passes:
        line = Said(setting.place.line)
        yield document.finding(
            "unattend-key-pass",
            settings.at("pass"),
            setting=setting.name,
            line=line,
            given=given,
            wanted=Said(wanted),
        )


def _ancestors(element: Element) -> Iterator[Element]:
    while element.parent is not None:
        element = element.parent
        yield element


def _misplaced_rearm(document: Document, setting: Element, component: Element, pass_name: str) -> Iterator[Finding]:
    form, name = document.form, component.get("name") or ""
    if name == _OLD_COMPONENT:
        yield document.finding("unattend-old-component", component.at("name"), given=name, wanted=Said(form.rearm))
    if pass_name != form.rearm_pass:
        yield from _in_other_pass(document, setting, form.rearm_pass)
    value = setting.text.strip()
    if value == form.keeps or value.lower() == "true":
        yield document.finding("unattend-skip-rearm", setting.place, given=value)


def _check_form_of_keys(document: Document) -> Iterator[Finding]:
    form = document.form
    for _, component in document.components:
        for child in _children(component, "ProductKey"):
            if component.get("name") != form.activation:
                continue
            for inner in child.children:
                yield document.finding(
                    "unattend-key-element", inner.place, component=Said(form.activation), name=inner.name
                )
        for data in _children(component, "UserData"):
            for key in _children(data, "ProductKey"):
                if key.text.strip():
                    yield document.finding("unattend-key-text", key.place)
                for shown in _children(key, "WillShowUI"):
                    if shown.text.strip() not in form.shown and not _unexpanded(shown.text.strip()):
                        yield document.finding(
                            "unattend-show", shown.place, given=shown.text, allowed=Said(", ".join(form.shown))
                        )


# ------------------------------------------------------------------------------------------------ checks: keys


def _check_keys(document: Document) -> Iterator[Finding]:
    keys = [*document.keys]
    published = _published(document)
    for key in keys:
        yield from _check_key(key, document, published)
    activation = [key for key in keys if not key.chooses]
    for key in keys:
        if key.chooses and not activation and _is_other_key(key.text, published):
            yield document.finding(
                "unattend-mak-pass",
                key.element.place,
                key=mask(key.text),
                component=Said(document.form.activation),
                wanted=Said(document.form.activation_pass),
            )
    yield from _check_two_keys(keys, document, published)
    if not keys and _local(document.root) == "unattend" and not _mentions_key(document):
        yield document.finding("unattend-no-key", None)


def _mentions_key(document: Document) -> bool:
    return any(_local(element) == "ProductKey" for element in document.root.walk())


def _check_key(key: Key, document: Document, published: Mapping[str, tuple[ClientKey, ...]]) -> Iterator[Finding]:
    text, place = key.text, key.element.place
    if key.element.children:
        return
    if not text:
        yield document.finding("unattend-key-empty", place)
    elif text in published:
        yield from _check_office(key, document, published)
    elif is_placeholder(text):
        if not (document.own and text == PLACEHOLDER) and not _unexpanded(key.element.text.strip()):
            yield document.finding("unattend-key-placeholder", place, given=key.element.text)
    elif not is_key_shaped(text):
        yield document.finding("unattend-key-shape", place, given=key.element.text)
    elif _is_retail_default(text):
        if not key.chooses or not any(one.text in published for one in document.keys if not one.chooses):
            yield document.finding("unattend-key-retail", place, key=mask(text))
    elif not key.chooses:
        yield document.finding("unattend-key-mak", place, key=mask(text))


def _is_other_key(text: str, published: Mapping[str, tuple[ClientKey, ...]]) -> bool:
    """A key that could be a MAK."""
    return is_key_shaped(text) and text not in published and not is_placeholder(text) and not _is_retail_default(text)


def _is_retail_default(key: str) -> bool:
    return hashlib.sha256(key.encode()).hexdigest()[:16] in RETAIL_DEFAULTS


def _published(document: Document) -> dict[str, tuple[ClientKey, ...]]:
    """The published GVLKs, each with the editions that it belongs to."""
    found: dict[str, tuple[ClientKey, ...]] = {}
    for key in document.catalog.client_keys:
        found[key.key] = (*found.get(key.key, ()), key)
    return found


def _check_office(key: Key, document: Document, published: Mapping[str, tuple[ClientKey, ...]]) -> Iterator[Finding]:
    owners = published[key.text]
    if all(document.catalog.product(one.product).kind == "office" for one in owners):
        yield document.finding(
            "unattend-key-office", key.element.place, key=mask(key.text), product=Said(_edition(owners[0], document))
        )


def _edition(key: ClientKey, document: Document) -> str:
    product = document.catalog.product(key.product)
    return key.edition if product.kind == "office" else edition_in_words(product, key.edition)


def _check_two_keys(
    keys: list[Key], document: Document, published: Mapping[str, tuple[ClientKey, ...]]
) -> Iterator[Finding]:
    images = [key for key in keys if key.chooses and key.text in published]
    activation = [key for key in keys if not key.chooses and key.text in published]
    for image in images[:1]:
        for key in activation:
            if key.text != image.text:
                yield document.finding(
                    "unattend-key-two",
                    key.element.place,
                    image=Said(_edition(published[image.text][0], document)),
                    product=Said(_edition(published[key.text][0], document)),
                )


def _check_images(document: Document) -> Iterator[Finding]:
    images = [*document.images]
    published = _published(document)
    for image in images:
        name = " ".join(image.text.split())
        if re.search(r"\beval(uation)?\b", name, re.IGNORECASE):
            yield document.finding("unattend-evaluation", image.place, image=name)
    if len(images) != 1:
        return
    fitting = gvlks_of_image(images[0].text, document.catalog)
    for key in document.keys:
        if fitting and key.text in published and key.text not in fitting:
            owners = published[key.text]
            if any(document.catalog.product(one.product).kind != "office" for one in owners):
                yield document.finding(
                    "unattend-key-edition",
                    key.element.place,
                    image=" ".join(images[0].text.split()),
                    product=Said(_edition(owners[0], document)),
                )


_YEAR = re.compile(r"(19|20)\d\d")
_SERVER_EDITIONS = {"serverstandard": "standard", "serverdatacenter": "datacenter", "serveressentials": "essentials"}


def gvlks_of_image(name: str, catalog: Catalog) -> frozenset[str]:
    """GVLKs of the edition that an image's name speaks of, such as `Windows Server 2025 SERVERDATACENTER`.

    Empty when the name does not tell: then nothing can be compared.
    """
    words = _words(name)
    products = [product for product in catalog.products if product.kind != "office" and _released(product, words)]
    found: dict[int, set[str]] = {}
    for key in catalog.client_keys:
        if not any(product.id == key.product for product in products):
            continue
        edition = _words(key.edition)
        # The name of a long-term release often leaves the year out.
        needed = (
            edition if any(_YEAR.fullmatch(word) for word in words) else {w for w in edition if not _YEAR.fullmatch(w)}
        )
        if needed and needed <= words:
            found.setdefault(len(needed), set()).add(key.key)
    best = frozenset(found[max(found)]) if found else frozenset()
    return best if best and _told(words, catalog, products) else frozenset()


def _words(text: str) -> set[str]:
    words = re.findall(r"[a-z0-9.]+", text.lower())
    return {_SERVER_EDITIONS.get(word.removesuffix("core"), word) for word in words}


def _released(product: Product, words: set[str]) -> bool:
    """Whether the words name the release of a product: Windows and 11, or Windows, Server and 2025."""
    name = re.findall(r"[a-z0-9.]+", product.name.lower())
    release = name[: 4 if "r2" in name else 3] if "server" in name else name[:2]
    return set(release) <= words and ("server" in words) == ("server" in name) and ("r2" in words) == ("r2" in name)


def _told(words: set[str], catalog: Catalog, products: Iterable[Product]) -> bool:
    """Whether every word that makes another edition was understood: LTSC, N, IoT and the like."""
    ids = {product.id for product in products}
    known = {word for key in catalog.client_keys if key.product in ids for word in _words(key.edition)}
    special = {"ltsc", "ltsb", "iot", "n", "g", "education", "workstations", "azure", "home", "essentials"}
    return not (words & special) - known


# ----------------------------------------------------------------------------------------------- checks: comments


def _check_comments(document: Document) -> Iterator[Finding]:
    published = _published(document)
    lines = Lines(document.text)
    for comment in re.finditer(r"<!--.*?-->", document.text, re.DOTALL):
        for found in KEY_SHAPE.finditer(comment[0]):
            if _is_other_key(found[0].upper(), published):
                offset = comment.start() + found.start()
                place = Place(lines.line(offset), lines.column(offset))
                yield document.finding("unattend-comment-key", place, key=mask(found[0]))


_DOCUMENT_CHECKS: tuple[Callable[[Document], Iterator[Finding]], ...] = (
    _check_root,
    _check_settings,
    _check_components,
    _check_places,
    _check_form_of_keys,
    _check_keys,
    _check_images,
    _check_comments,
)


def activation(document: Document, context: Context) -> Activation:
    """How Windows activates after this set-up."""
    published = _published(document)
    kinds: set[Activation] = set()
    for key in document.keys:
        if key.text in published:
            kinds.add("kms-adba")
        elif key.text and _is_retail_default(key.text):
            kinds.add("retail")
        elif _is_other_key(key.text, published) or (document.own and key.text == PLACEHOLDER):
            kinds.add("mak")
        else:
            kinds.add("unknown")
    if len(kinds) > 1:
        return "mixed"
    return kinds.pop() if kinds else "none"
