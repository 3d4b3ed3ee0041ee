"""Samples: files that were checked while the site was built, each with twins that show what the check catches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import get_args

from pygments.lexer import Lexer  # type: ignore[import-untyped]
from pygments.lexers import get_lexer_by_name  # type: ignore[import-untyped]
from pygments.token import STANDARD_TYPES, _TokenType  # type: ignore[import-untyped]

from macros.catalog.models import ClientKey, OdtChannel, UnknownIdError, find
from macros.domain import lifecycle as domain
from macros.formats.base.context import SampleContext
from macros.formats.base.findings import Activation, Finding, Report
from macros.formats.base.format import Language
from macros.formats.dns import srv
from macros.formats.library import FORMAT_OF, SAMPLES, CheckedSample, Twin, available
from macros.formats.library import sample as checked
from macros.formats.office.rules import REFERENCE
from macros.render.parts.citations import confidence_mark
from macros.render.parts.components import columns, folded, note, status, table, when
from macros.render.parts.html import Html, bullets, escape, hidden, join, tag
from macros.render.parts.named import filled
from macros.render.parts.named import named as named_
from macros.render.parts.report import finding, read_in
from macros.render.parts.view import View
from macros.render.parts.words import Words
from macros.render.plan.lifecycle import LIFECYCLE_PAGE, phase_of

from .named_samples import NAMES, NEEDS, written

FOLDER = "downloads"
_LONG = 30
"""Lines from which a file opens on demand: its download and what it is for say enough. Our choice: a screen."""

_ACTIVATIONS = Words.beside(__file__, "sample-activations", *get_args(Activation))
_SAID = Words.beside(
    __file__,
    "samples",
    "not-yours",
    "no-records",
    "no-zone",
    "no-host",
    "no-record",
    "no-record-title",
    "table",
    "columns 4",
    "valid",
    "records organization",
    "record-columns 5",
    "channels",
    "channel-columns 5",
    "product-ids generation",
    "product-columns 3",
    "changed-line",
    "checked checks notes",
    "checked-clean checks",
    "download",
    "twin line rule",
    "whole lines",
    "last-day day",
    "not-stated",
    "no-key",
)


def context(view: View) -> SampleContext:
    """What samples are made from, on this page's view."""
    return SampleContext(view.catalog, view.policy, view.organization, view.today)


def sample(view: View, sample_id: str, *, whole: bool = False) -> Html:
    """A sample with its check, copy button, download, and twins that the check rejects.

    A long file opens on demand, but where it is what the page answers (`whole`).

    Raises UnknownIdError for an id that no sample has, and SampleError when the sample must not be shown.
    """
    if sample_id in SAMPLES and sample_id not in available(context(view)):
        if SAMPLES[sample_id].missing:
            return note("info", _SAID["not-yours"], tag("p", SAMPLES[sample_id].missing))
        reason = _SAID.say(view, "no-zone" if view.organization.kms_hosts else "no-host")
        return note("info", _SAID["no-records"], tag("p", reason))
    shown = checked(sample_id, context(view))
    return tag(
        "div",
        _head(view, shown),
        tag("p", SAMPLES[sample_id].purpose),
        _content(view, shown, whole=whole),
        *(_twin(view, shown, twin) for twin in shown.twins),
        class_="vag-sample",
        id=f"sample-{sample_id}",
        # Names alone make it another organization's: which it needs, and how it is written to a disk.
        data_vag_names=" ".join(f"{name[1:-1]}," for name in (*NAMES[sample_id], *NEEDS.get(sample_id, ())))
        if sample_id in NAMES
        else None,
        data_vag_bytes=_bytes(sample_id) if sample_id in NAMES else None,
    )


def sample_table(view: View, *sample_ids: str) -> Html:
    """Samples to choose from: what each is for, how it activates, and its download. Skips what cannot be made."""
    possible = available(context(view))
    shown = [(checked(one, context(view)), SAMPLES[one].purpose) for one in sample_ids if one in possible]
    rows = [
        (
            tag("a", tag("code", one.file_name), href=f"#sample-{one.id}"),
            join([purpose, " ", _download(view, one)]),
            _ACTIVATIONS[one.report.activation],
            status("ok", _SAID["valid"]),
        )
        for one, purpose in shown
    ]
    return table(_SAID["table"], _SAID.list("columns"), rows)


def srv_table(view: View) -> Html:
    """The SRV records of this organization, zone by zone."""
    found = srv.records(view.organization, view.policy)
    if not found:
        return note("info", _SAID["no-records"], tag("p", _SAID.say(view, "no-host")))
    silent = [zone for zone in view.organization.zones if zone not in {one.zone for one in found}]
    rows = [
        (
            tag("code", f"{view.policy.srv_name}.{one.zone}"),
            tag("code", one.target),
            str(one.priority),
            str(one.weight),
            str(one.port),
        )
        for one in found
    ]
    heads = columns(_SAID.list("record-columns"), 2, 3, 4)
    shown = table(_SAID.plain("records", organization=view.organization.name), heads, rows)
    if not silent:
        return shown
    return join([note("warn", _SAID["no-record-title"], tag("p", _SAID["no-record"]), bullets(silent)), shown])


def org_code(view: View, language: Language, caller: Callable[[], str]) -> Html:
    """A code block with names of the organization: `<KMS host>`, `<port>`, `<DNS zone>`, and what named.py has more.

    Stands around the text, `{% call org_code("bat") %}` … `{% endcall %}`, which may be indented as a whole.
    """
    *lines, indentation = caller().removeprefix("\n").split("\n")
    text = "\n".join(line.removeprefix(indentation) for line in lines)
    return tag("div", code(filled(view, text), language, whole=text))


def office_channels(view: View) -> Html:
    """Releases of volume Office: their channel, product IDs, and whether they are supported."""
    rows = [
        (
            view.catalog.product(_release(view, channel)).name,
            tag("code", channel.id),
            join((tag("code", one) for one in channel.required_for), ", "),
            join([*channel.also_for], ", "),
            _support(view, _release(view, channel)),
        )
        for channel in view.catalog.odt.channels
    ]
    return table(_SAID["channels"], _SAID.list("channel-columns"), rows)


def office_product_ids(view: View, generation: str) -> Html:
    """Volume product IDs of one year with the GVLK that belongs to each. Raises LookupError for an unknown year."""
    found = [one for one in view.catalog.odt.products if one.license == "volume" and one.generation == generation]
    if not found:
        raise LookupError(f'no volume product ID is of the year "{generation}"')
    keys = {(key.product, key.edition): key for key in view.catalog.client_keys}
    rows = [
        (
            join([tag("code", one.id), confidence_mark(one.confidence)]),
            one.name,
            _key(keys.get((one.product or "", one.gvlk_edition or ""))),
        )
        for one in found
    ]
    return table(_SAID.plain("product-ids", generation=generation), _SAID.list("product-columns"), rows)


def odt_rules(view: View, *rule_ids: str) -> Html:
    """Rules of the configuration file by their ids (`R01`), each with the pages it was read on.

    Raises UnknownIdError for an id that no rule has.
    """
    for unknown in [rule_id for rule_id in rule_ids if rule_id not in REFERENCE]:
        raise UnknownIdError("rule", unknown, REFERENCE)
    return bullets(
        join([tag("strong", rule.id), " ", rule.statement, " ", read_in(view, rule.sources)], "")
        for rule in map(REFERENCE.__getitem__, rule_ids)
    )


def odt_download(view: View, text: str) -> Html:
    """A link to the page from which Microsoft offers the Office Deployment Tool."""
    return tag("a", text, href=str(view.catalog.odt.tool_download), class_="vag-source")


def code(
    text: str,
    language: Language,
    marked: int | None = None,
    *,
    named: Mapping[int, str] | None = None,
    whole: str | None = None,
) -> Html:
    """Code with the theme's colors. A marked line is named for those who do not see the mark.

    Lines with names of the organization carry how they are `named`; where a line may become several, the `whole` does.
    """
    # The theme draws a marked line as a block, so its line break belongs inside, as Pygments has it.
    lines = [
        tag("span", line, data_vag_named=named[number]) if named and number in named else line
        for number, line in enumerate(_lines(text.rstrip("\n"), language), start=1)
    ]
    shown = [
        tag("span", hidden(_SAID["changed-line"]), line, "\n", class_="hll") if number == marked else join([line, "\n"])
        for number, line in enumerate(lines, start=1)
    ]
    content = [tag("span", *shown, data_vag_named=whole)] if whole is not None else shown
    block = tag("pre", tag("span"), tag("code", *content))
    # What is shown as wrong must not be copied by mistake.
    return tag("div", block, class_=f"language-{language} highlight{' no-copy' if marked else ''}")


def _head(view: View, shown: CheckedSample) -> Html:
    return tag(
        "div",
        tag("span", shown.file_name, class_="vag-sample__name"),
        " ",
        tag("span", _result(shown.report), class_="vag-sample__result"),
        " ",
        _download(view, shown),
        class_="vag-sample__head",
    )


def _content(view: View, shown: CheckedSample, *, whole: bool) -> Html:
    text = code(shown.text, shown.language, named=written(view, shown.id, shown.text))
    lines = len(shown.text.splitlines())
    return text if whole or lines < _LONG else folded(_SAID.plain("whole", lines=lines), text)


def _result(report: Report) -> Html:
    name = "checked" if report.findings else "checked-clean"
    return status("ok", _SAID.plain(name, checks=report.checks, notes=len(report.findings)))


def _download(view: View, shown: CheckedSample) -> Html:
    address = view.href(f"{FOLDER}/{shown.file_name}")
    words = join([_SAID["download"], hidden(f" {shown.file_name}")])
    return tag("a", words, href=address, download=shown.file_name, class_="vag-sample__download")


def _twin(view: View, shown: CheckedSample, twin: Twin) -> Html:
    summary = _SAID.plain("twin", line=str(twin.line), rule=twin.finding.id)
    return tag(
        "details",
        tag("summary", summary),
        tag("ul", *(_with_names(view, shown, finding(view, one)) for one in _serious(twin))),
        code(twin.text, shown.language, twin.line, named=written(view, shown.id, twin.text)),
        class_="vag-details vag-sample__twin",
    )


def _with_names(view: View, shown: CheckedSample, said: Html) -> Html:
    """What is said of a twin, its names carrying how they are written where the sample's do."""
    for name in NAMES.get(shown.id, ()):
        if name != "<port>":
            said = Html(said.replace(escape(filled(view, name)), escape(named_(view, name))))
    return said


def _serious(twin: Twin) -> list[Finding]:
    """The finding that the twin is for, then the others it causes."""
    others = [one for one in twin.report.findings if one.severity != "info" and one != twin.finding]
    return [twin.finding, *others]


def _bytes(sample_id: str) -> str:
    """How a file of a sample is written to a disk, by its letters; the script that saves it knows the ends of lines."""
    made = FORMAT_OF[sample_id].encode("\n")
    known = {b"\n": "utf-8", "\ufeff\r\n".encode("utf-16-le"): "utf-16"}
    return known[made]


def _release(view: View, channel: OdtChannel) -> str:
    """Id in products.yaml of the release that a channel serves."""
    suite = find(view.catalog.odt.products, channel.required_for[0], "product ID")
    if suite.product is None:
        raise LookupError(f"product ID {suite.id} names no release")
    return suite.product


def _support(view: View, product_id: str) -> Html:
    """The state of support, by each of two dates where pages differ."""
    cells: list[Html] = []
    for entry in domain.entries_of(view.catalog, product_id):
        ends = when(entry.end_of_support, weekday=False) if entry.end_of_support else join([_SAID["not-stated"]])
        link = tag("a", _SAID.say(view, "last-day", day=ends), href=view.href(f"{LIFECYCLE_PAGE}#{entry.id}"))
        cells.append(join([phase_of(view, entry), " ", link, confidence_mark(entry.confidence)]))
    return join(cells, "; ")


def _key(key: ClientKey | None) -> Html:
    return tag("code", key.key) if key else join([_SAID["no-key"]])


def _lines(text: str, language: Language) -> list[Html]:
    parts: list[list[Html]] = [[]]
    for kind, value in _tokens(text, language):
        first, *rest = value.split("\n")
        parts[-1].append(_token(kind, first))
        parts += [[_token(kind, line)] for line in rest]
    return [join(line) for line in parts]


def _token(kind: str, text: str) -> Html:
    return tag("span", text, class_=kind) if kind and text else join([text])


def _tokens(text: str, language: Language) -> Iterator[tuple[str, str]]:
    """Class of the theme and text, for each token."""
    for kind, value in _lexer(language).get_tokens(text):
        yield _class_of(kind), value


def _class_of(kind: _TokenType) -> str:
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    return str(STANDARD_TYPES[kind])


@cache
def _lexer(language: Language) -> Lexer:
    return get_lexer_by_name(language, ensurenl=False, stripnl=False)


MACROS = (
    sample,
    sample_table,
    srv_table,
    org_code,
    office_channels,
    office_product_ids,
    odt_rules,
    odt_download,
)
