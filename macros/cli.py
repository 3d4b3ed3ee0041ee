"""The command line: the same data and checks as the site, for people and pipelines.

Results go to standard output, messages to standard error. Exit 0: all well; 1: findings that the subcommand is
about, and files among others that could not be used; 2: no input that can be used. Whoever stops reading the output
early changes nothing in that.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import wraps
from pathlib import Path
from typing import IO, Any

import click

from macros import changes
from macros.build import SETTINGS, articles_in, pages_listed, project_files, search_of
from macros.catalog import json_schema
from macros.catalog.answers_file import read_situations, record_of
from macros.catalog.changes_file import without_reason
from macros.catalog.loader import DATA, load_cached
from macros.catalog.models import Catalog, Fact, UnknownIdError
from macros.catalog.organization_file import load_organization, name_of, path_from_environment
from macros.catalog.plan_numbers import TOPICS, Topic
from macros.catalog.plan_numbers_file import read_numbers
from macros.catalog.published_keys import without_keys
from macros.catalog.reviews import Review, due, reviews
from macros.catalog.search import facts_with
from macros.catalog.source_digests import FILE as DIGESTS_NAME
from macros.catalog.source_digests import as_yaml, read_digests
from macros.catalog.strict_yaml import MAX_BYTES, DataError, Problem, nearest, short
from macros.doctor import NoFileError, as_data, as_text, look_at, why
from macros.domain.decision import AnswerError, advise
from macros.domain.diagnosis import reader
from macros.domain.fleet.draft import NothingToDraftError
from macros.domain.fleet.plan import asked
from macros.domain.fleet.tally import Tally
from macros.domain.plans.errors import NumbersError
from macros.domain.policy import Policy
from macros.editions.edition import Edition
from macros.editions.forms import other_forms
from macros.editions.handbook import handbook_file, handbook_files
from macros.editions.paper import asked_for, paper_files, paper_path
from macros.editions.parts import parts
from macros.editions.pdf import NoPdfError, as_pdf, chromium
from macros.export import compare, write
from macros.formats.base.context import Context
from macros.formats.base.reading import MOST_CHARACTERS, UnreadableError, decode
from macros.formats.detect import (
    FORMATS,
    UNKNOWN_KIND,
    Checked,
    Unchecked,
    UnknownKindError,
    detect,
    examine,
)
from macros.formats.fleet.columns import columns
from macros.formats.fleet.files import Files
from macros.given import NOTHING, UnusableError, files_of, no_text, opened, read_each, read_one
from macros.progress import watched
from macros.publish.building import BuildError, built, files_in
from macros.publish.folder import published
from macros.publish.served import base_of
from macros.publish.targets import TARGETS
from macros.render.api import resources as api
from macros.render.choose.advice import advice_as_data, advice_as_text
from macros.render.choose.kept_decision import RecordError, kept_as_data, kept_as_text
from macros.render.downloads import download_files
from macros.render.parts.findings_text import (
    checked_as_code_quality,
    checked_as_data,
    checked_as_sarif,
    checked_as_text,
    printable,
)
from macros.render.parts.quantity import quantity
from macros.render.parts.view import View
from macros.render.plan import organization_report
from macros.render.plan.answers import answer, answer_as_data, answer_as_text
from macros.render.troubleshoot.diagnosis_data import Read, Unread, is_well, readings_as_data, readings_as_text
from macros.render.troubleshoot.diagnosis_rows import readings_as_csv
from macros.render.troubleshoot.fleet_calendar import as_calendar
from macros.render.troubleshoot.fleet_data import DRAFT, LeftOut, Whole, as_csv, as_draft, whole
from macros.render.troubleshoot.fleet_data import as_data as as_report
from macros.render.troubleshoot.fleet_data import as_text as as_words
from macros.render.troubleshoot.fleet_report import as_markdown
from macros.site import DOCS, base_view, data_pages, stale_pages, today, usage_of_pages, version
from macros.trouble import in_words
from macros.watch.asking import Visitor, fetcher
from macros.watch.checked import check_sources
from macros.watch.clones import Clone, NoCloneError, clone_of
from macros.watch.memory import Memory
from macros.watch.report import REPORT as WATCH_WORDS
from macros.watch.report import as_data as sources_as_data
from macros.watch.report import as_markdown as sources_as_markdown
from macros.watch.report import as_text as sources_as_text
from macros.watch.settings import settings as watch_settings

UNUSABLE = 2
OFFLINE = 3
STOPPED = 130
INSTALLED = "volume-activation"
MOST_NAMED = 20
NO_OUTPUT = "it is no output of a licensing command or event that this guide knows"
TOO_LARGE = f"it has more than {MOST_CHARACTERS:,} bytes; take the part that matters out of it"
ZERO_BYTES = (
    "it holds zero bytes: it is no text, or UTF-16 without a byte order mark. If it is a text, save it as UTF-8"
)
FILES = click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(allow_dash=True))
FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


def _report_bad_input(command: Callable[..., None]) -> Callable[..., None]:
    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except OSError as error:
            click.echo(f"{_name(error.filename or 'output')}: {error.strerror}", err=True)
            sys.exit(UNUSABLE)
        except (BuildError, NoPdfError) as error:
            click.echo(str(error), err=True)
            sys.exit(UNUSABLE)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception as error:
            click.echo(in_words(error), err=True)
            sys.exit(UNUSABLE)

    return run


def _name(file: Any) -> str:
    """A file as messages and results name it. A product key may stand in a name too."""
    return without_keys(click.format_filename(file))


def _command() -> str:
    """What to type for this command line: it has a name of its own where the guide is installed."""
    name = click.get_current_context().find_root().info_name
    return INSTALLED if name == INSTALLED else "python -m macros"


class Discreet(click.Group):
    """Commands whose complaints about what was typed repeat no product key."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        """Read what was typed, as every group does."""
        return self._discreetly(super().make_context, *args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand, as every group does."""
        return self._discreetly(super().invoke, ctx)

    def _discreetly(self, action: Callable[..., Any], *args: Any, **extra: Any) -> Any:
        try:
            return action(*args, **extra)
        except click.ClickException as error:
            vars(error)["message"] = without_keys(error.message)
            raise


def _say(text: str, end: str = "\n") -> None:
    """Write a result. Whoever reads it may have seen enough, which says nothing about the result."""
    if sys.stdout is None:
        raise OSError(0, "standard output is closed")
    # Files quote any letters, and a pipe may take few.
    encoding = sys.stdout.encoding or "utf-8"
    try:
        click.echo(f"{text}{end}".encode(encoding, "replace").decode(encoding), nl=False)
    except BrokenPipeError:
        # What is left in the buffer must go somewhere when the program ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=Discreet, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Facts, checks and downloads of the Volume Activation Guide."""


@main.command()
@click.option("--id", "fact_id", help="Show this fact only.")
@click.option("--word", help="Show facts that say this in their id, statement or the title of a source.")
@click.option("--due", "is_due", is_flag=True, help="List facts whose review date has passed; exit 1 if there are any.")
@FORMAT
@_report_bad_input
def facts(fact_id: str | None, word: str | None, is_due: bool, form: str) -> None:
    """List the facts with value, sources and the day they were verified."""
    catalog = load_cached()
    chosen = _facts_with(catalog, word) if word is not None else catalog.facts
    if fact_id is not None:
        chosen = tuple(fact for fact in (_fact(catalog, fact_id),) if fact in chosen)
    if is_due:
        late = {one.record for one in due(reviews(catalog), today())}
        chosen = tuple(sorted((fact for fact in chosen if fact.id in late), key=lambda fact: (fact.review_by, fact.id)))
    if form == "json":
        _say(json.dumps([_as_json(fact) for fact in chosen], indent=1, ensure_ascii=False))
    else:
        pages = usage_of_pages(base_view()) if fact_id else {}
        for fact in chosen:
            _say(f"{fact.id}: {fact.statement}")
            _say(f"  value: {quantity(fact.value, fact.unit, catalog)}  ({fact.confidence})")
            _say(f"  verified {fact.verified_on}, review by {fact.review_by}; sources: {', '.join(fact.sources)}")
            if fact_id:
                _say(f"  shown on: {', '.join(pages.get(fact.id, ())) or 'no page'}")
    sys.exit(1 if is_due and chosen else 0)


def _facts_with(catalog: Catalog, word: str) -> tuple[Fact, ...]:
    found = facts_with(catalog, word)
    if not found:
        raise LookupError(f'no fact says "{short(word)}" in its id, statement or the title of a source')
    return found


def _fact(catalog: Catalog, fact_id: str) -> Fact:
    """The fact with this id. Raises LookupError, which says how to look for words of it."""
    try:
        return catalog.fact(fact_id)
    except UnknownIdError as error:
        words = re.findall(r"[A-Za-z0-9]+", fact_id)
        found = next((word for word in reversed(words) if facts_with(catalog, word)), None)
        asked = f"{_command()} facts --word {found or 'TEXT'}"
        counted = f" finds {len(facts_with(catalog, found))}" if found else ""
        raise LookupError(f"{error}; to look for a word: {asked}{counted}") from error


@main.command("reviews")
@click.option("--due", "is_due", is_flag=True, help="Only those whose day has passed; exit 1 if there are any.")
@FORMAT
@_report_bad_input
def reviews_command(is_due: bool, form: str) -> None:
    """List what has to be compared with its sources again, the next one first: facts, support dates, whole files."""
    catalog = load_cached()
    found = due(reviews(catalog), today()) if is_due else reviews(catalog)
    if form == "json":
        _say(json.dumps([_review_as_json(one) for one in found], indent=1, ensure_ascii=False))
    else:
        for one in found:
            who = f" ({one.who})" if one.who else ""
            _say(f"{one.review_by}{who}  {one.file}{f', {one.record}' if one.record else ''}: {one.about}")
    sys.exit(1 if is_due and found else 0)


@main.command("changes")
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the log and the data do not agree.")
@click.option("--why", metavar="TEXT", help="Why, for every change that is new in the log.")
@click.option(
    "--release", "number", metavar="NUMBER", help="Close a release: what is not released yet gets its number."
)
@click.option("--notes", metavar="TEXT", help="What readers are told of the release, in a sentence or two.")
@FORMAT
@_report_bad_input
def changes_command(check: bool, why: str | None, number: str | None, notes: str | None, form: str) -> None:
    """Write down which records changed since the last release: into macros/data/changes.yaml, with old and new values.

    Changes that stand there keep their reason, and those that were taken back go. Exit 0 when every change has a
    reason; 1 when one lacks it, and with --check when the log is not as the data make it.
    """
    found = changes.state(DATA)
    if number is not None or notes is not None:
        _close_release(found, check, number, notes)
        return
    log = found.log if check else found.updated(today(), why)
    if log != found.log:
        changes.save(DATA, log)
    if form == "json":
        _say(json.dumps([change.model_dump(mode="json") for change in log.unreleased], indent=1, ensure_ascii=False))
    else:
        for change in log.unreleased:
            _say(f"{change.number}  {change.what}: {change.kind} {change.id}")
        _say(f"{len(log.unreleased)} changes since {log.releases[0].release if log.releases else 'the beginning'}")
    wrong = [*(found.problems(version()) if check else without_reason(log, DATA))]
    if wrong:
        click.echo("\n".join(map(str, wrong)), err=True)
    sys.exit(1 if wrong else 0)


def _close_release(found: changes.State, check: bool, number: str | None, notes: str | None) -> None:
    if check or number is None or notes is None:
        raise click.UsageError("a release needs --release and --notes, and goes without --check")
    if number != version():
        raise click.BadParameter(
            f"{number} is not the version of the guide: write it into pyproject.toml, now {version()}"
        )
    log = changes.release(found, number, today(), notes)
    _say(f"Release {number}: {len(log.releases[0].changes)} changes, {sum(log.releases[0].records.values())} records")


@main.command("check-sources")
@click.option(
    "--record",
    "record_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Compare with FILE, and write into it what it lacks; of the sources named by --only, also what changed.",
    metavar="FILE",
)
@click.option("--only", multiple=True, metavar="ID", help="Only this source; several times for several.")
@click.option("--format", "form", type=click.Choice(["text", "json", "markdown"]), default="text", show_default=True)
@click.option("--offline", is_flag=True, help="Ask nobody, and say so of every source.")
@click.option(
    "--clone",
    "clone_folders",
    multiple=True,
    metavar="OWNER/NAME=FOLDER",
    help="Ask nobody; read the texts in this clone of a repository of pages. Several times for several.",
)
@click.option(
    "--state",
    "state_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("build/source-watch.jsonl"),
    show_default=True,
    help="Where a run keeps what it saw, so that one that was stopped goes on.",
)
@_report_bad_input
def check_sources_command(
    *,
    record_file: Path | None,
    only: tuple[str, ...],
    form: str,
    offline: bool,
    clone_folders: tuple[str, ...],
    state_file: Path,
) -> None:
    """Ask for the pages behind the facts: which are as recorded, moved, of another date, changed or gone.

    The only command that needs the network, unless --clone names clones to read instead. One request at a time, with
    pauses, as robots.txt of each host allows. Exit 0 when every page that may be asked for is as recorded, or was
    recorded now; 1 when something is to do; 2 when nothing could be asked for; 3 offline.
    """
    catalog = load_cached()
    file = record_file or DATA / DIGESTS_NAME
    known = {source.id for source in catalog.sources}
    records = () if record_file and not record_file.exists() else read_digests(file, known)
    memory = visitor = None
    clones = _clones(clone_folders, {source.repository for source in catalog.sources if source.repository})
    if not offline:
        memory = Memory(state_file)
        visitor = Visitor(watch_settings(), fetcher(watch_settings(), version()))
    try:
        found = check_sources(
            catalog,
            only,
            records,
            visitor=visitor,
            memory=memory,
            clones=clones,
            told=_told_on_terminal,
            is_recording=record_file is not None,
        )
    except KeyboardInterrupt:
        click.echo(WATCH_WORDS.plain("stopped", file=_name(state_file)), err=True)
        sys.exit(STOPPED)
    if record_file and found.records is not None:
        record_file.write_text(as_yaml(found.records), "utf-8", newline="")
        number = sum(one.is_recorded for one in found.verdicts)
        click.echo(WATCH_WORDS.plain("saved", number=str(number), file=_name(record_file)), err=True)
    if form == "json":
        data = sources_as_data(found.verdicts, found.relying, found.notes, found.is_offline)
        _say(json.dumps(data, indent=1, ensure_ascii=False))
    else:
        shown = sources_as_markdown if form == "markdown" else sources_as_text
        _say(shown(found.verdicts, found.relying, found.notes), end="" if form == "markdown" else "\n")
    sys.exit(OFFLINE if found.is_offline else 0 if all(one.is_well for one in found.verdicts) else 1)


def _clones(named: Iterable[str], known: Collection[str]) -> dict[str, Clone]:
    """The clones by the names of their repositories. Raises BadParameter."""
    found = {}
    for one in named:
        repository, _, folder = one.partition("=")
        if repository not in known:
            problem = f"{repository} is no repository of sources.yaml.{nearest(repository, known)}"
            raise click.BadParameter(problem, param_hint="--clone")
        try:
            found[repository] = clone_of(Path(folder))
        except NoCloneError as error:
            raise click.BadParameter(str(error), param_hint="--clone") from error
    return found


def _told_on_terminal(address: str) -> None:
    """Say which page is asked for, to somebody who watches: a run takes minutes."""
    if sys.stderr is not None and sys.stderr.isatty():
        click.echo(printable(address), err=True)


def _review_as_json(review: Review) -> dict[str, Any]:
    verified = review.verified_on if review.record else None
    return {
        "file": review.file,
        "record": review.record,
        "about": review.about,
        "review_by": review.review_by.isoformat(),
        "verified_on": verified.isoformat() if verified else None,
        "risk": review.risk,
        "why": review.why,
        "who": review.who,
    }


def _as_json(fact: Fact) -> dict[str, Any]:
    return fact.model_dump(mode="json")


@main.command()
@click.option(
    "--answers",
    "source",
    type=click.Path(allow_dash=True),
    required=True,
    help="Answers as YAML or JSON, one situation or a list; - for standard input.",
)
@FORMAT
@_report_bad_input
def recommend(source: str, form: str) -> None:
    """Recommend an activation method for each situation, from the same decision tables as the site.

    A situation maps questions to answers, for example `license: volume`. A question that is left out, or answered with
    `unknown`, is open. Of a decision record, as the guide saves it or as this command prints it as JSON, the outcome
    then and what changed since are told too. Exit 0 also when the answers leave several outcomes possible.
    """
    view = base_view()
    document, situations = read_situations(*_opened(source))
    problems = []
    advised = []
    for path, answers in situations:
        try:
            advice = advise(view.tables, view.catalog.decision_tables, answers)
            record = record_of(document, path)
            kept = None if record is None else kept_as_data(view, record, advice)
            advised.append((answers, advice, kept))
        except AnswerError as error:
            problems += [document.problem((*path, name), message) for name, message in error.problems]
        except RecordError as error:
            problems.append(document.problem((*path[:-1], error.key), str(error)))
    if problems:
        raise DataError(problems)
    if form == "json":
        found = [{**advice_as_data(view, answers, advice), "record": kept} for answers, advice, kept in advised]
        _say(json.dumps(found if isinstance(document.data, list) else found[0], indent=1, ensure_ascii=False))
    else:
        told = ([advice_as_text(view, advice), *([kept_as_text(kept)] if kept else [])] for _, advice, kept in advised)
        _say("\n\n".join("\n".join(parts) for parts in told))


def _opened(source: str) -> tuple[IO[bytes], str]:
    """What a command is given, and how messages call it. Raises DataError."""
    name = "standard input" if source == "-" else _name(source)
    try:
        return io.BytesIO(read_one(source, MAX_BYTES + 1)), name
    except UnusableError as error:
        raise DataError([Problem(name, None, "", str(error))]) from error


@main.command()
@click.argument("topic", type=click.Choice(TOPICS))
@click.option(
    "--numbers",
    "source",
    type=click.Path(allow_dash=True),
    required=True,
    help="Your numbers as YAML or JSON; - for standard input.",
)
@FORMAT
@_report_bad_input
def plan(topic: Topic, source: str, form: str) -> None:
    """Answer a question of your plan from your own numbers, as the pages do.

    The keys of each topic stand in the guide, under "Your numbers on the command line". Exit 0 with an answer, whatever
    it is; 2 when the numbers cannot be used.
    """
    view = base_view()
    document, numbers = read_numbers(*_opened(source), topic)
    try:
        found = answer(view, numbers)
    except NumbersError as error:
        raise DataError([document.problem((error.key,), str(error))]) from error
    if form == "json":
        _say(json.dumps(answer_as_data(found), indent=1, ensure_ascii=False))
    else:
        _say(answer_as_text(view, topic, numbers, found))


@main.command()
@FILES
@click.option("--kind", "kind_id", type=click.Choice([one.id for one in FORMATS]), help="Kind of every file.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "code-quality"]),
    default="text",
    show_default=True,
    help="sarif and code-quality are for the reports of pipelines.",
)
@click.option("--strict", is_flag=True, help="Exit 1 for warnings too.")
@click.option("--skip-unknown", is_flag=True, help="Leave files of other kinds out, and name them.")
@_report_bad_input
def check(files: tuple[str, ...], kind_id: str | None, form: str, strict: bool, skip_unknown: bool) -> None:
    """Check configuration files by the rules that the samples of the site keep.

    FILE is a file, a folder with all below it, a pattern such as "*.xml", or - for standard input. Each file is
    reported in the order given; those of a folder or a pattern by name. Hidden ones in folders are left out, and their
    number is said. Without --kind, name and content of each file tell its kind. A file that cannot be read, or of an
    unknown kind, is reported with its reason, and the others are checked.

    Exit 0 when every file was checked and none is invalid; 1 when one is invalid, or could not be checked; 2 when none
    could be checked. With --skip-unknown, files of a kind that is not checked count for nothing.
    """
    catalog = load_cached()
    known = Context(catalog, Policy.of(catalog))
    every = [(_checked(file, content, kind_id, known), content) for file, content in _each(files)]
    rows = [row for row, content in every if not (skip_unknown and _is_none_of_ours(row, content))]
    if form == "json":
        _say(json.dumps(checked_as_data(rows, catalog), indent=1))
    elif form == "sarif":
        _say(json.dumps(checked_as_sarif(rows, catalog, version()), indent=1))
    elif form == "code-quality":
        _say(json.dumps(checked_as_code_quality(rows), indent=1))
    else:
        _say(checked_as_text(rows))
    left = [row for row in rows if isinstance(row, Unchecked)]
    if any(row.reason.startswith(UNKNOWN_KIND) for row in left):
        click.echo(f"All kinds: {_command()} check --help", err=True)
    failing = {"invalid", "warning"} if strict else {"invalid"}
    found = any(isinstance(row, Checked) and row.report.verdict in failing for row in rows)
    if skipped := [row.file for row, _ in every if row not in rows]:
        click.echo(
            f"{len(skipped)} of {len(every)} left out, as no kind of file that is checked: {_few(skipped)}", err=True
        )
        if not rows:
            sys.exit(0)
    _end(len(rows), [row.file for row in left], found)


def _is_none_of_ours(row: Checked | Unchecked, content: bytes | UnusableError) -> bool:
    """Whether a file could be read and is no kind that is checked. One whose name alone tells its kind is."""
    return isinstance(row, Unchecked) and isinstance(content, bytes) and detect(row.file, "") is None


def _each(files: Sequence[str]) -> Iterator[tuple[str, bytes | UnusableError]]:
    """Every file that the names on a command line stand for, with what is to say about them on the way."""
    hidden: list[tuple[str, int]] = []
    # One byte more than is taken, so that an endless file ends.
    given = read_each(files, MOST_CHARACTERS + 1, lambda folder, count: hidden.append((folder, count)))
    yield from watched(given, lambda one: printable(_name(one[0])), sys.stderr)
    _say_hidden(hidden)


def _say_hidden(hidden: Sequence[tuple[str, int]]) -> None:
    for folder, count in hidden:
        what = "file or folder is" if count == 1 else "files and folders are"
        click.echo(f"{printable(_name(folder))}: {count} hidden {what} left out", err=True)


def _why_not(content: bytes | UnusableError) -> str | None:
    """Why there is nothing to read in what a file holds, in words; None when there may be."""
    if isinstance(content, UnusableError):
        return without_keys(str(content))
    if not content.strip():
        return NOTHING
    return no_text(content) or (TOO_LARGE if len(content) > MOST_CHARACTERS else None)


def _garbled(content: bytes) -> str | None:
    """Why letters of a file cannot be read, which may be why it looks like nothing."""
    try:
        text = decode(content)
    except UnreadableError as error:
        return f"the text cannot be read as {error.values['encoding']}" if error.rule == "encoding" else None
    return ZERO_BYTES if "\0" in text else None


def _checked(file: str, content: bytes | UnusableError, kind_id: str | None, known: Context) -> Checked | Unchecked:
    name = _name(file)
    # Of a file whose kind is named, damage is a finding.
    reason = None if kind_id and isinstance(content, bytes) else _why_not(content)
    if reason is not None or isinstance(content, UnusableError):
        return Unchecked(name, reason or "")
    try:
        return examine(name, content, kind_id, known)
    except UnknownKindError as error:
        return Unchecked(name, without_keys(_garbled(content) or str(error)))


def _end(all_files: int, unusable: Sequence[str], found: bool) -> None:
    """Say which files could not be used, and end: all well only when each was."""
    if unusable:
        _say_unusable(all_files, unusable)
    sys.exit(UNUSABLE if len(unusable) == all_files else 1 if unusable or found else 0)


def _say_unusable(all_files: int, unusable: Sequence[str]) -> None:
    click.echo(f"{len(unusable)} of {all_files} could not be used: {_few(unusable)}", err=True)


def _few(files: Sequence[str]) -> str:
    """Names of files for a message, the first of many."""
    more = f" and {len(files) - MOST_NAMED} more" if len(files) > MOST_NAMED else ""
    return ", ".join(map(printable, files[:MOST_NAMED])) + more


@main.command()
@FILES
@click.option("--format", "form", type=click.Choice(["text", "json", "csv"]), default="text", show_default=True)
@_report_bad_input
def diagnose(files: tuple[str, ...], form: str) -> None:
    """Read what slmgr.vbs, ospp.vbs, CIM or WMI, an event, DNS or a port test printed.

    FILE is a file, a folder with all below it, a pattern such as "*.txt", or - for standard input. Each file is
    reported in the order given; those of a folder or a pattern by name. Hidden ones in folders are left out, and their
    number is said. A file that cannot be read, or is no such output, is reported with its reason, and the others are
    read. With --format csv there is one row for a file and product, for spreadsheets.

    Exit 0 when every file was read, and the status of every product in it is good; 1 when something is wrong, a text
    does not show enough, or a file could not be used; 2 when none could be used.
    """
    view = base_view()
    rows = [_reading(view, file, content) for file, content in _each(files)]
    if form == "csv":
        _say(readings_as_csv(rows), end="")
    else:
        _say(json.dumps(readings_as_data(view, rows), indent=1) if form == "json" else readings_as_text(view, rows))
    left = [row.file for row in rows if isinstance(row, Unread)]
    found = any(isinstance(row, Read) and not is_well(row.reading) for row in rows)
    _end(len(rows), left, found)


def _reading(view: View, file: str, content: bytes | UnusableError) -> Read | Unread:
    name = _name(file)
    reason = _why_not(content)
    if reason is not None or isinstance(content, UnusableError):
        return Unread(name, reason or "")
    own = reader(view.catalog)
    text, encoding = own.text_of(content)
    found = own.read(text, view.today, encoding)
    if found.kind is None:
        like = f"; most like {', '.join(found.like)}" if found.like else ""
        return Unread(name, NO_OUTPUT + like)
    return Read(name, found)


@main.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(allow_dash=True))
@click.option(
    "--organization",
    "plan_file",
    type=click.Path(path_type=Path),
    help="Hold the fleet against this organization's file.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json", "csv", "ics"]),
    default="text",
    show_default=True,
)
@click.option("--draft", "is_draft", is_flag=True, help="Write a first organization.yml from the fleet, and no report.")
@_report_bad_input
def fleet(paths: tuple[str, ...], plan_file: Path | None, form: str, is_draft: bool) -> None:
    """Read the license states of many computers: how many of what, what ends when, and what is wrong where.

    PATH is a file, a folder with all below it, a pattern such as "*.csv", or - for standard input: CSV with a head,
    JSON or JSON lines, CLIXML, outputs of licensing commands with one file for each computer, and ZIP archives of such
    files. Rows that cannot be read are listed with file, line and reason, and are in no number. With --format csv there
    is one row for a finding and a computer; with markdown, a report to keep; with ics, a calendar of the days on which
    activations end.

    Exit 0 when everything was read, and nothing is wrong; 1 with findings that are errors or warnings, and when a file
    or a row could not be used; 2 when no row could be read.
    """
    view = base_view()
    organization = load_organization(plan_file, view.catalog) if plan_file else None
    wanted = asked(organization)
    tally = Tally(view.catalog, view.policy, columns(view.catalog, wanted).places)
    left = LeftOut()
    reading = Files(view.catalog, view.today, tally.add, left.add, no_text, asked=wanted)
    hidden: list[tuple[str, int]] = []
    given = files_of(paths, lambda folder, number: hidden.append((folder, number)))
    for file, reason in watched(given, lambda one: printable(_name(one[0])), sys.stderr):
        _read_into(reading, file, reason)
    _say_hidden(hidden)
    found = whole(view, tally.seen(view.today), reading.told, left, organization)
    try:
        _say(as_draft(view, found.seen) if is_draft and found.is_usable else _fleet_as(form, view, found), end="")
    except NothingToDraftError as error:
        raise LookupError(DRAFT["none"]) from error
    unread = [one.file for one in reading.told if one.reason]
    if unread:
        _say_unusable(len(reading.told), unread)
    sys.exit(UNUSABLE if not found.is_usable else 0 if found.is_well else 1)


def _fleet_as(form: str, view: View, found: Whole) -> str:
    """What is said of a fleet, in a form."""
    if form == "csv":
        return as_csv(view, found)
    if form == "ics":
        # Standard output turns the end of a line into that of its system, which a calendar has by itself.
        return as_calendar(found.seen).replace("\r\n", "\n" if os.linesep == "\r\n" else "\r\n")
    if form == "json":
        return json.dumps(as_report(view, found), indent=1, ensure_ascii=False) + "\n"
    if form == "markdown":
        return as_markdown(view, as_report(view, found))
    return as_words(view, found) + "\n"


def _read_into(reading: Files, file: str, reason: str | None) -> None:
    """Read a file row by row; what cannot be read is told with its reason."""
    name = _name(file)
    if reason is not None:
        reading.refuse(name, reason)
        return
    try:
        with opened(file) as stream:
            reading.read(name, stream, file)
    except (UnusableError, OSError) as error:
        reading.refuse(name, without_keys(getattr(error, "strerror", None) or str(error)))


@main.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@FORMAT
@_report_bad_input
def doctor(file: Path | None, form: str) -> None:
    """Look at an organization's file alone: what was read, or what is wrong on which line.

    Without FILE, the one that a build takes. Notes say what of this machine tests would miss. Exit 0 when a site can be
    built from the file, 1 when something is wrong in it, 2 when it cannot be read.
    """
    catalog = load_cached()
    path = path_from_environment() if file is None else file
    try:
        seen = look_at(path, catalog)
    except NoFileError as error:
        click.echo(str(error), err=True)
        sys.exit(UNUSABLE)
    if form == "json":
        _say(json.dumps(as_data(seen, catalog), indent=1, ensure_ascii=False))
    else:
        _say(as_text(seen, catalog, why(path) if file is None else ""))
    sys.exit(0 if seen.organization else 1)


@main.command()
@click.option(
    "--organization",
    "file",
    type=click.Path(path_type=Path),
    help="The organization's file; without it, the one that a build takes.",
)
@click.option("--format", "form", type=click.Choice(["markdown", "ics", "json"]), default="markdown", show_default=True)
@_report_bad_input
def report(file: Path | None, form: str) -> None:
    """Report on an organization: what it has to do, its groups, counts, budgets and dates.

    The same as the page "My organization" gives: Markdown to read, a calendar of the dates, or JSON. Exit 0 with a
    report, whatever it says; 2 when the file cannot be used.
    """
    found = organization_report.report(base_view(file))
    if form == "json":
        _say(json.dumps(found, indent=1, ensure_ascii=False))
    else:
        make = organization_report.report_calendar if form == "ics" else organization_report.as_markdown
        _say(make(found), end="")


def _folder(context: click.Context, parameter: click.Parameter, name: str) -> Path:
    """A folder that is named; no name would mean the one that the command runs in."""
    if not name.strip():
        raise click.BadParameter("the name of the folder is empty")
    return Path(name)


@main.command()
@click.option("--check", is_flag=True, help="Compare only; exit 1 when a file is missing, differs or is left over.")
@click.argument("directory", type=click.Path(file_okay=False), callback=_folder)
@_report_bad_input
def export(check: bool, directory: Path) -> None:
    """Write everything the site offers for download into DIRECTORY.

    Files of an earlier export that are not among them are removed; everything else in DIRECTORY stays.
    """
    _write(directory, download_files(base_view()), check)


def _write(directory: Path, wanted: Mapping[str, bytes], check: bool = False) -> None:
    if check:
        drift = compare(directory, wanted)
        if drift:
            cure = f"Write them again: {_command()} export {_name(directory)}"
            click.echo("\n".join([*drift.lines(), cure]), err=True)
        sys.exit(1 if drift else 0)
    for path in write(directory, wanted):
        click.echo(
            f"{_name(directory / path)}: left over, and kept because somebody changed it. Remove it by hand.", err=True
        )
    _say(f"{len(wanted)} files written to {_name(directory)}")


@main.command()
@click.argument("directory", type=click.Path(file_okay=False), callback=_folder)
@click.option("--address", default="", metavar="URL", help="Where readers will find the site.")
@click.option("--policy-in-pages", is_flag=True, help="Write the policy into the pages: for hosts without headers.")
@_report_bad_input
def publish(directory: Path, address: str, policy_in_pages: bool) -> None:
    """Build the site and write into DIRECTORY all that is put on a server.

    DIRECTORY/site is the site with compressed copies and the settings of hosts that look for them there;
    DIRECTORY/servers has configuration for nginx, Apache and others; the edition to carry is among the downloads.
    Without --address the site works in any folder of any server, and has no site map. Files of an earlier run that are
    not written again are removed; everything else in DIRECTORY stays.
    """
    address = address and f"{address.rstrip('/')}/"
    base_of(address)
    view = base_view()
    edition, site = _edition(view), built(address, view.today)
    forms = other_forms(view.catalog, edition, site, _listed(), address)
    files = published(view, edition, site, forms, address, policy_in_pages=policy_in_pages)
    _write(directory, files)
    for target in TARGETS:
        _say(f"  {target.title}: {_name(directory / target.path)}")


@main.command()
@click.argument("directory", type=click.Path(file_okay=False), callback=_folder)
@_report_bad_input
def expand(directory: Path) -> None:
    """Write the site into DIRECTORY as plain Markdown with its downloads, for a builder without hooks and macros.

    Files of an earlier run that are not among them are removed; everything else in DIRECTORY stays.
    """
    _write(directory, project_files(base_view()))


def _edition(view: View) -> Edition:
    return Edition(version(), view.today, name_of(path_from_environment()))


def _listed() -> Sequence[str]:
    """The pages of the navigation, in its order."""
    return pages_listed((DOCS.parent / SETTINGS).read_text("utf-8"))


SITE = click.option(
    "--site",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of a built site; without it, the site is built first.",
)


def _site_files(folder: Path | None, view: View) -> Mapping[str, bytes]:
    return files_in(folder) if folder else built("", view.today)


@main.command("print")
@click.argument("site", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_report_bad_input
def print_command(site: Path) -> None:
    """Write the editions for paper into SITE, the folder of a built site: each is a page to print from any browser.

    They stand in SITE/print: the whole guide, each section, and those of error codes and of facts. A published site has
    them by itself.
    """
    view = base_view()
    for path, data in paper_files(view.catalog, _edition(view), files_in(site), _listed()).items():
        (site / path).parent.mkdir(exist_ok=True)
        (site / path).write_bytes(data)
        _say(_name(site / path))


@main.command()
@click.argument("target", type=click.Path(), metavar="FILE.md|DIRECTORY", callback=_folder)
@click.option("--address", default="", metavar="URL", help="Where readers find the site: links lead there.")
@SITE
@_report_bad_input
def handbook(target: Path, address: str, folder: Path | None) -> None:
    """Write the onboarding set as Markdown, with the sources of each fact as footnotes.

    A name that ends in .md is one file; any other is a folder with a file for each page, and README.md, which lists
    them. Files of an earlier run that are not written again are removed; everything else in the folder stays. Without
    --address, what leads out of the handbook is text alone.
    """
    address = address and f"{address.rstrip('/')}/"
    base_of(address)
    is_file = target.suffix.lower() == ".md"
    if is_file and target.is_dir():
        raise LookupError(f"{_name(target)} is a folder; name a file that ends in .md, or a folder that does not")
    view = base_view()
    edition, site = _edition(view), _site_files(folder, view)
    if not is_file:
        _write(target, handbook_files(view.catalog, edition, site, address))
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(handbook_file(view.catalog, edition, site, address), "utf-8", newline="")
    _say(f"written to {_name(target)}")


@main.command()
@click.argument("directory", type=click.Path(file_okay=False), callback=_folder)
@click.option("--part", "chosen", multiple=True, metavar="NAME", help="Only this edition; several times for several.")
@SITE
@_report_bad_input
def pdf(directory: Path, chosen: tuple[str, ...], folder: Path | None) -> None:
    """Write the editions for paper into DIRECTORY as PDF, with bookmarks and page numbers.

    Needs a Chromium on this machine, and says so when there is none: the environment variable CHROMIUM names one in
    another place. Without --part, the whole guide is written. The same guide and the same Chromium give the same bytes.
    """
    papers = parts().papers
    for name in chosen:
        if name not in papers:
            raise click.BadParameter(f'"{name}" is no edition; allowed: {", ".join(papers)}', param_hint="--part")
    program, view = chromium(), base_view()
    edition, site = _edition(view), _site_files(folder, view)
    made = paper_files(view.catalog, edition, site, _listed())
    directory.mkdir(parents=True, exist_ok=True)
    for name in dict.fromkeys(chosen or [next(iter(papers))]):
        file = directory / f"{edition.name}-{name}.pdf"
        file.write_bytes(as_pdf(program, asked_for(site, made, paper_path(name)), paper_path(name), view.today))
        _say(f"{_name(file)}: {papers[name].title}")


@main.command("search-index")
@click.argument("site", type=click.Path(exists=True, file_okay=False, path_type=Path))
@_report_bad_input
def search_index(site: Path) -> None:
    """Write the index of the search into SITE, the folder of a site that another builder has made."""
    for path, text in search_of(base_view(), articles_in(site)).items():
        (site / path).parent.mkdir(exist_ok=True)
        (site / path).write_text(text, "utf-8")


@main.command()
@click.option("--check", is_flag=True, help="Compare only; exit 1 when a schema differs.")
@_report_bad_input
def schemas(check: bool) -> None:
    """Write the JSON Schemas that editors use to complete and check the YAML, and those of the interface.

    A change that would break readers of the interface is refused, and nothing of the interface is written.
    """
    catalog = load_cached()
    differ, broken = api.changes()
    stale = [*json_schema.drift(catalog), *(f"{api.PLACE}/{name}" for name in differ)]
    if check and stale:
        click.echo(f"Differs: {', '.join(stale)}. Write them again: make schemas", err=True)
    if not check:
        _say(f"{len(json_schema.write(catalog))} schemas written to {json_schema.FOLDER}")
    if broken:
        cure = "Keep what readers rely on, or begin another version of the interface: docs/reference/api.md says how"
        click.echo("\n".join(["This breaks readers of the interface:", *broken, cure]), err=True)
    elif not check:
        _say(f"{api.write_schemas()} schemas written to {api.SCHEMAS}")
    sys.exit(1 if broken or (check and stale) else 0)


@main.command("pages")
@click.option("--check", is_flag=True, help="Compare only; exit 1 when a page is missing, left over or differs.")
@_report_bad_input
def pages(check: bool) -> None:
    """Write the page of each error code and of each family of facts, and remove pages of what the data lacks."""
    catalog = load_cached()
    stale, left_over = stale_pages(catalog)
    if check:
        found = sorted(path.name for path in (*stale, *left_over))
        if found:
            click.echo(f"Differs: {', '.join(found)}. Write them again: python -m macros pages", err=True)
        sys.exit(1 if found else 0)
    for file in left_over:
        file.unlink()
    for path, text in stale.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    _say(f"{len(data_pages(catalog))} pages, {len(stale)} written, {len(left_over)} removed")
