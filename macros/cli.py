"""The command line: the same data and checks as the site, for people and pipelines.

Results go to standard output, messages to standard error. Exit 0: all well; 1: findings that the subcommand is
about; 2: input that cannot be used.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from macros.catalog import json_schema
from macros.catalog.answers_file import read_situations
from macros.catalog.integrity import overdue
from macros.catalog.loader import load, load_cached
from macros.catalog.models import Fact
from macros.catalog.published_keys import without_keys
from macros.catalog.strict_yaml import DataError
from macros.domain.decision import AnswerError, advise
from macros.domain.diagnosis import Reading, reader, text_of
from macros.domain.policy import Policy
from macros.export import compare, write
from macros.rendering.advice import advice_as_data, advice_as_text
from macros.rendering.diagnosis_data import reading_as_data, readings_as_text, worst
from macros.rendering.downloads import download_files
from macros.rendering.error_codes import page_source
from macros.rendering.findings_text import checked_as_data, checked_as_sarif, checked_as_text
from macros.rendering.places import CODES, code_page
from macros.rendering.quantity import quantity
from macros.samples.kinds import KINDS, Checked, Reference, UnknownKindError, examine
from macros.samples.reading import MOST_CHARACTERS
from macros.site import DOCS, base_view, today, usage_of_pages, version
from macros.trouble import in_words

UNUSABLE = 2
FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)


def _report_bad_input(command: Callable[..., None]) -> Callable[..., None]:
    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except BrokenPipeError:
            # Whoever read the output has seen enough; click ends quietly.
            raise
        except OSError as error:
            click.echo(f"{_name(error.filename or 'output')}: {error.strerror}", err=True)
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


@click.group(cls=Discreet, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Facts, checks and downloads of the Volume Activation Guide."""


@main.command()
@click.option("--id", "fact_id", help="Show this fact only.")
@click.option("--due", is_flag=True, help="List facts whose review date has passed; exit 1 if there are any.")
@FORMAT
@_report_bad_input
def facts(fact_id: str | None, due: bool, form: str) -> None:
    """List the facts with value, sources and the day they were verified."""
    catalog = load()
    chosen = catalog.facts if fact_id is None else (catalog.fact(fact_id),)
    if due:
        chosen = tuple(fact for fact in overdue(catalog, today()) if fact in chosen)
    if form == "json":
        click.echo(json.dumps([_as_json(fact) for fact in chosen], indent=1, ensure_ascii=False))
    else:
        pages = usage_of_pages(base_view()) if fact_id else {}
        for fact in chosen:
            click.echo(f"{fact.id}: {fact.statement}")
            click.echo(f"  value: {quantity(fact.value, fact.unit, catalog)}  ({fact.confidence})")
            click.echo(f"  verified {fact.verified_on}, review by {fact.review_by}; sources: {', '.join(fact.sources)}")
            if fact_id:
                click.echo(f"  shown on: {', '.join(pages.get(fact.id, ())) or 'no page'}")
    sys.exit(1 if due and chosen else 0)


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
    `unknown`, is open. Exit 0 also when the answers leave several outcomes possible.
    """
    view = base_view()
    with click.open_file(source, "rb") as stream:
        document, situations = read_situations(stream, "standard input" if source == "-" else source)
    problems = []
    advised = []
    for path, answers in situations:
        try:
            advised.append((answers, advise(view.tables, view.catalog.decision_tables, answers)))
        except AnswerError as error:
            problems += [document.problem((*path, name), message) for name, message in error.problems]
    if problems:
        raise DataError(problems)
    if form == "json":
        found = [advice_as_data(view, answers, advice) for answers, advice in advised]
        click.echo(json.dumps(found if isinstance(document.data, list) else found[0], indent=1, ensure_ascii=False))
    else:
        click.echo("\n\n".join(advice_as_text(view, advice) for _, advice in advised))


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(allow_dash=True))
@click.option("--kind", "kind_id", type=click.Choice([kind.id for kind in KINDS]), help="Kind of every file.")
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True)
@click.option("--strict", is_flag=True, help="Exit 1 for warnings too.")
@_report_bad_input
def check(files: tuple[str, ...], kind_id: str | None, form: str, strict: bool) -> None:
    """Check configuration files by the rules that the samples of the site keep.

    FILE is a path, or - for standard input. Without --kind, name and content of each file tell its kind. Exit 1 when a
    file is invalid, 2 when one cannot be read or its kind cannot be told; then no file is reported.
    """
    catalog = load_cached()
    known = Reference(catalog, Policy.of(catalog))
    checked: list[Checked] = []
    problems: list[str] = []
    for file in files:
        name = _name(file)
        try:
            checked.append(examine(name, _read(file), kind_id, known))
        except OSError as error:
            problems.append(f"{name}: {error.strerror}")
        except UnknownKindError as error:
            problems.append(f"{name}: {error}")
    if problems:
        click.echo("\n".join(problems), err=True)
        sys.exit(UNUSABLE)
    # Files quote any letters, and a pipe may take few: JSON writes them as ASCII, text replaces what cannot be written.
    if form == "json":
        click.echo(json.dumps(checked_as_data(checked, catalog), indent=1))
    elif form == "sarif":
        click.echo(json.dumps(checked_as_sarif(checked, known, version()), indent=1))
    else:
        encoding = sys.stdout.encoding or "utf-8"
        click.echo(checked_as_text(checked).encode(encoding, "replace").decode(encoding))
    failing = {"invalid", "warning"} if strict else {"invalid"}
    sys.exit(1 if failing & {one.report.verdict for one in checked} else 0)


def _read(file: str) -> bytes:
    """A file up to one byte more than a check takes, so that an endless one ends."""
    with click.open_file(file, "rb") as stream:
        return bytes(stream.read(MOST_CHARACTERS + 1))


@main.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(allow_dash=True))
@FORMAT
@_report_bad_input
def diagnose(files: tuple[str, ...], form: str) -> None:
    """Read what slmgr.vbs, ospp.vbs, nslookup, Test-NetConnection, vnextdiag.ps1 or an event printed.

    FILE is a path, or - for standard input. Exit 1 when a finding is an error or a warning, 2 when a file cannot be
    read or is no such output; then no file is reported.
    """
    view = base_view()
    readings: list[tuple[str, Reading]] = []
    problems: list[str] = []
    for file in files:
        name = _name(file)
        try:
            found = reader(view.catalog).read(text_of(_read(file)))
        except OSError as error:
            problems.append(f"{name}: {error.strerror}")
            continue
        if found.kind is None:
            problems.append(f"{name}: no output of a licensing command or event that this guide knows")
        readings.append((name, found))
    if problems:
        click.echo("\n".join(problems), err=True)
        sys.exit(UNUSABLE)
    if form == "json":
        click.echo(json.dumps([reading_as_data(view, name, found) for name, found in readings], indent=1))
    else:
        encoding = sys.stdout.encoding or "utf-8"
        click.echo(readings_as_text(view, readings).encode(encoding, "replace").decode(encoding))
    sys.exit(1 if any(worst(found) in ("error", "warning") for _, found in readings) else 0)


@main.command()
@click.option("--check", is_flag=True, help="Compare only; exit 1 when a file is missing, differs or is left over.")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@_report_bad_input
def export(check: bool, directory: Path) -> None:
    """Write everything the site offers for download into DIRECTORY.

    Files of an earlier export that are not among them are removed; everything else in DIRECTORY stays.
    """
    wanted = download_files(base_view())
    if check:
        drift = compare(directory, wanted)
        if drift:
            cure = f"Write them again: python -m macros export {_name(directory)}"
            click.echo("\n".join([*drift.lines(), cure]), err=True)
        sys.exit(1 if drift else 0)
    for path in write(directory, wanted):
        click.echo(
            f"{_name(directory / path)}: left over, and kept because somebody changed it. Remove it by hand.", err=True
        )
    click.echo(f"{len(wanted)} files written to {_name(directory)}")


def _holds(file: Path, data: bytes) -> bool:
    return file.is_file() and file.read_bytes() == data


@main.command()
@click.option("--check", is_flag=True, help="Compare only; exit 1 when a schema differs.")
@_report_bad_input
def schemas(check: bool) -> None:
    """Write the JSON Schemas that editors use to complete and check the YAML."""
    catalog = load()
    if check:
        stale = json_schema.drift(catalog)
        if stale:
            click.echo(f"Differs: {', '.join(stale)}. Write them again: make schemas", err=True)
        sys.exit(1 if stale else 0)
    click.echo(f"{len(json_schema.write(catalog))} schemas written to {json_schema.FOLDER}")


@main.command("code-pages")
@click.option("--check", is_flag=True, help="Compare only; exit 1 when a page is missing, left over or differs.")
@_report_bad_input
def code_pages(check: bool) -> None:
    """Write the page of each error code in the data, and remove pages of codes that are not in it."""
    wanted = {DOCS / code_page(record.code): page_source(record) for record in load().error_codes}
    left_over = [file for file in (DOCS / CODES).glob("*.md") if file not in wanted and file.stem != "index"]
    stale = sorted(path.name for path, text in wanted.items() if not _holds(path, text.encode()))
    if check:
        found = [*stale, *(file.name for file in left_over)]
        if found:
            click.echo(f"Differs: {', '.join(found)}. Write them again: python -m macros code-pages", err=True)
        sys.exit(1 if found else 0)
    for file in left_over:
        file.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    click.echo(f"{len(wanted)} pages, {len(stale)} written, {len(left_over)} removed")
