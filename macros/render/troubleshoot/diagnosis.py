"""The page that reads license outputs: its form, examples that were read while the site was built, and its rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from macros.catalog.output_models import OutputExample, Words
from macros.domain.diagnosis import Entry, Found, Line, Reading, advice_of, reader
from macros.render.parts.citations import cite
from macros.render.parts.components import GLYPHS, folded, status, table
from macros.render.parts.html import Html, join, tag
from macros.render.parts.places import FIRST_FILE, LANGUAGES_FILE, NAMES_FILE, OUTPUTS_FILE, TEXT_KINDS_FILE
from macros.render.parts.report import SEVERITIES, found_list, gravest, said
from macros.render.parts.script_data import LATER, SCRIPTS, with_needs
from macros.render.parts.templates import Template
from macros.render.parts.view import View

from .diagnosis_data import LABELS, VERDICTS, WORDS, link_of, shown_values, state_of

FORM = Template("reading-form", "loads", "languages", "names", "first", "kinds", "most")
_SCRIPTS = ("diagnosis",)
READING = Template(
    "reading",
    *("mark", "verdict", "todo", "kind", "role", "products", "findings", "title", "understood", "lines"),
    scripts=_SCRIPTS,
)
PRODUCT = Template("reading-product", "name", "values", scripts=_SCRIPTS)
VALUE = Template("reading-value", "label", "value", scripts=_SCRIPTS)
LINE = Template("reading-line", "number", "state", "text", "meaning", scripts=_SCRIPTS)
NOT_UNDERSTOOD = Template(
    "not-understood",
    "glyph",
    "text",
    scripts=_SCRIPTS,
    variants={"not-understood": {"glyph": GLYPHS["info"]}},
)

_TIERS = {
    "windows": "the script itself",
    "tool": "tools and logs that quote it",
    "docs": "translated documents, which can differ from what Windows prints",
    "docs-mt": "documents translated by machine: a few words only",
}


def diagnosis_form(view: View) -> Html:
    """The form that reads a pasted output; without scripts, how to do the same on the command line."""
    scripts = [f"{SCRIPTS}/{name}.js" for name in with_needs([LATER["read-output"]])]
    return FORM(
        loads=" ".join(map(view.href, (OUTPUTS_FILE, *scripts))),
        languages=view.href(LANGUAGES_FILE),
        names=view.href(NAMES_FILE),
        first=view.href(FIRST_FILE),
        kinds=f"{view.href(TEXT_KINDS_FILE)} {view.href(f'{SCRIPTS}/text-kind.js')}",
        most=str(view.catalog.outputs.most.characters),
    )


def diagnosis_examples(view: View, most: int | None = None) -> Html:
    """Outputs written for this guide, each with what the reader says of it, line by line; the first ones, or all."""
    examples = view.catalog.outputs.examples[:most]
    return tag("div", *(_example(view, each) for each in examples), data_vag_unsearched=True)


def diagnosis_findings(view: View) -> Html:
    """Everything that the reader looks for, with the facts that each rule stands on."""
    words, given = view.catalog.outputs.words, advice_of(view.catalog)
    parts = []
    for severity, (state, word) in SEVERITIES.items():
        rows = [
            (
                join([_plain(rule.text, words), " ", cite(view, *rule.facts) if rule.facts else None]),
                join(
                    [_plain(text, words) for text in (given.get(rule.advice or "", ""), rule.todo or "") if text],
                    " ",
                ),
                tag("code", rule.id),
            )
            for rule in view.catalog.outputs.findings
            if rule.severity == severity
        ]
        summary = join([status(state, word), f": {len(rows)} findings"])
        caption = f"{word}s that the reader finds"
        parts.append(folded(summary, table(caption, ("What it says", "What to do", "Name"), rows)))
    return join(parts)


def diagnosis_languages(view: View) -> Html:
    """The languages whose words the reader knows, and where the words were read."""
    rows = [
        (
            language.name,
            str(sum(len(words.fields) + len(words.phrases) for words in language.tiers)),
            "; ".join(_TIERS[words.tier] for words in language.tiers),
        )
        for language in view.catalog.outputs.languages
    ]
    return table("Languages that the reader knows", ("Language", "Labels and phrases", "Read in"), rows)


def diagnosis_messages(view: View) -> Html:
    """How many of the text constants of each script the reader knows, by language."""
    outputs = view.catalog.outputs
    lines = {line.id for line in outputs.lines}
    rows = []
    for language in outputs.languages:
        known = {mark for words in language.tiers for mark in (*words.fields, *words.phrases)} | (
            lines if language.id == "en" else set()
        )
        counts = [
            f"{sum(mark in known for mark in constants.values())} of {len(constants)}"
            for constants in outputs.constants.values()
        ]
        rows.append((language.name, counts[0], counts[1] if language.id == "en" else WORDS["english_everywhere"]))
    return table("Messages and labels of both scripts that the reader knows", ("Language", *outputs.constants), rows)


def _plain(template: str, words: Words) -> str:
    """A sentence with its gaps as dots."""
    text = template.replace("{name}", words.nobody).replace("{left}", "").replace("{about}", "")
    text = text.replace("{follow}", f"{words.follow} {words.ask}")
    while "{" in text:
        text = f"{text[: text.index('{')]}…{text[text.index('}') + 1 :]}"
    return text


def _example(view: View, example: OutputExample) -> Html:
    reading = reader(view.catalog).read(example.output, view.today)
    return tag(
        "details",
        tag("summary", example.title),
        tag("pre", tag("code", example.output), data_vag_example=True, hidden=True),
        *reading_parts(view, reading),
        class_="vag-details vag-example",
    )


def reading_parts(view: View, reading: Reading) -> Iterator[Html]:
    """A reading as it is shown: what it is, what it says, findings, and every line. The script draws the same."""
    kind = reading.kind
    if kind is None or reading.verdict is None:
        yield tag("p", status("info", WORDS["nothing_known"]))
        return
    state, word = VERDICTS[reading.verdict.state]
    then = [reading.verdict.todo, *_links(view, reading.verdict.next)]
    todo = join([tag("br"), *then]) if any(then) else None
    found = [_finding(view, each) for each in reading.findings]
    unread = sum(line.meaning is None for line in reading.lines)
    some = WORDS["some_understood"].replace("{count}", str(unread)).replace("{all}", str(len(reading.lines)))
    yield READING(
        mark=status(state, word),
        verdict=reading.verdict.text,
        todo=todo,
        kind=kind.name,
        role=WORDS.get(reading.role or "", ""),
        products=join(_product(view, product) for product in reading.products),
        findings=found_list(found) if found else None,
        title=WORDS["listing"],
        understood=some if unread else WORDS["all_understood"],
        lines=join(_line(line, reading) for line in reading.lines),
    )


def _product(view: View, product: Entry) -> Html:
    words, slots = view.catalog.outputs.words, product.slots
    state, channel = str(slots["status"]), str(slots["channel"])
    items: list[tuple[object, object]] = [
        (LABELS["status"], status(state_of(product), words.statuses[state])),
        (LABELS["channel"], words.channels[channel]),
    ]
    items += shown_values(view, product)
    values = join(VALUE(label=label, value=value) for label, value in items)
    return PRODUCT(name=slots.get("name", WORDS["unnamed"]), values=values)


def _finding(view: View, found: Found) -> Html:
    places = ", ".join(map(str, found.lines))
    where = f"{WORDS['line' if len(found.lines) == 1 else 'lines']} {places}" if places else ""
    facts = join([" ", cite(view, *found.facts)]) if found.facts else None
    return said(found.severity, found.id, where, join([found.summary, facts]), found.todo, *_links(view, found.next))


def _links(view: View, targets: Iterable[str]) -> list[object]:
    """Links to where one goes on, to stand behind a sentence."""
    links: list[object] = []
    for text, page in (link_of(view, target) for target in targets):
        links += [", " if links else " ", tag("a", text, href=view.href(page)) if page else tag("span", text)]
    return links


def _line(line: Line, reading: Reading) -> Html:
    worst = gravest(one.severity for one in reading.findings if line.number in one.lines)
    state = SEVERITIES[worst][0] if worst and worst != "info" else None
    meaning = line.meaning or NOT_UNDERSTOOD(glyph=GLYPHS["info"], text=WORDS["not_understood"])
    return LINE(number=line.number, state=state, text=line.text, meaning=meaning)


MACROS = (diagnosis_form, diagnosis_examples, diagnosis_findings, diagnosis_languages, diagnosis_messages)
