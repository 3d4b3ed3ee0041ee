"""Checks across records. One function a rule; each message says what is expected.

`problems` stops a build. What is only due for a review stops nothing; see `reviews`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise

from pydantic import BaseModel

from .decision_tables import compiled, outcome_problems, table_problems, thresholds
from .fleet_models import Fleet
from .models import Catalog, ClientKey, DecisionTables, HostKeys, Record, release_order
from .patterns import problem_of
from .prose import fact_file, label_of, patterns, records, sentences_closed
from .published_keys import digest
from .releases import odt_fits, releases_complete
from .reviews import reviews_in_time
from .strict_yaml import Problem, nearest


def problems(catalog: Catalog) -> list[Problem]:
    """Everything that makes the catalog unusable, in the order of the rules."""
    return [problem for rule in RULES for problem in rule(catalog)]


def unused_facts(catalog: Catalog, used: Iterable[str]) -> list[Problem]:
    """Facts that no page shows and no list keeps for reference, and reference-only facts that a page shows."""
    shown = set(used)
    kept = {fact_id for group in catalog.reference_only for fact_id in group.facts}
    found = [
        Problem(
            fact_file(fact.id),
            None,
            fact.id,
            "no page uses this fact; cite it, or list it in reference-only.yaml with a reason",
        )
        for fact in catalog.facts
        if fact.id not in shown | kept
    ]
    found += [
        Problem("reference-only.yaml", None, fact_id, "a page uses this fact; take it off this list")
        for fact_id in sorted(kept & shown)
    ]
    return found


def unique_ids(catalog: Catalog) -> Iterator[Problem]:
    """Every id stands once in its kind, and a GVLK once for a product and edition."""
    identities: Mapping[str, list[str]] = {
        "sources.yaml": [r.id for r in catalog.sources],
        "units.yaml": [r.id for r in catalog.units],
        "facts": [r.id for r in catalog.facts],
        "fact-families.yaml": [r.id for r in catalog.fact_families]
        + [f"ids {beginning}" for r in catalog.fact_families for beginning in r.ids],
        "conflicts.yaml": [r.id for r in catalog.conflicts],
        "claims.yaml": [r.id for r in catalog.claims],
        "products.yaml": [r.id for r in catalog.products],
        "client-keys.yaml": [f"{r.product}, {r.edition}" for r in catalog.client_keys],
        "host-keys.yaml": [r.id for r in catalog.host_keys.groups],
        "lifecycle.yaml": [r.id for r in catalog.lifecycle],
        "commands.yaml": [f"{r.tool} {r.option}" for r in catalog.commands],
        "error-codes.yaml": [r.code for r in catalog.error_codes],
        "code-names.yaml": [r.code for r in catalog.code_names],
        "odt.yaml": [r.id for r in catalog.odt.products],
        "glossary.yaml": [r.term for r in catalog.glossary],
        "practice.yaml": [r.id for r in catalog.practice],
        "checklists.yaml": [r.id for r in catalog.checklists]
        + [f"{r.id}.{step.id}" for r in catalog.checklists for step in r.steps],
        "symptoms.yaml": [r.id for r in catalog.symptoms] + [f"rank {r.rank}" for r in catalog.symptoms],
    }
    for file, ids in identities.items():
        for identity, times in Counter(ids).items():
            if times > 1:
                yield Problem(file, None, identity, f"stands {times} times; ids are expected once")


def references_resolve(catalog: Catalog) -> Iterator[Problem]:
    """Every id that a record names exists."""
    known = {
        "sources": {r.id for r in catalog.sources},
        "units": {r.id for r in catalog.units},
        "facts": {r.id for r in catalog.facts},
        "conflicts": {r.id for r in catalog.conflicts},
        "products": {r.id for r in catalog.products},
    }
    for file, record, key, kind, names in _references(catalog):
        for name in names:
            if name not in known[kind]:
                message = f'names "{name}", which is not in {kind}.{nearest(name, known[kind])}'
                yield Problem(file, None, f"{record}, {key}", message)


def relying(catalog: Catalog) -> dict[str, tuple[tuple[str, str], ...]]:
    """The records that rely on each source, facts first: (file, record)."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for file, record, _, kind, names in _references(catalog):
        for name in names if kind == "sources" else ():
            found.setdefault(name, {})[file, record] = None
    return {name: tuple(places) for name, places in found.items()}


def facts_have_a_family(catalog: Catalog) -> Iterator[Problem]:
    """Every fact stands on a page of the register, and every beginning of ids that a page takes has facts."""
    taken = {beginning: 0 for family in catalog.fact_families for beginning in family.ids}
    for fact in catalog.facts:
        parts = fact.id.split(".")
        beginnings = [".".join(parts[:end]) for end in range(len(parts), 0, -1)]
        found = next((one for one in beginnings if one in taken), None)
        if found is None:
            message = f"stands on no page of the register; add {beginnings[-1]} to a family in fact-families.yaml"
            yield Problem(fact.file, None, fact.id, message)
        else:
            taken[found] += 1
    for family in catalog.fact_families:
        for beginning in family.ids:
            if not taken[beginning]:
                yield Problem("fact-families.yaml", None, family.id, f"no fact begins with {beginning}; remove it")


def dates_in_order(catalog: Catalog) -> Iterator[Problem]:
    """A page is read after it was written."""
    pages = {source.id: source.page_date for source in catalog.sources}
    dated = [(fact.file, fact.id, fact.verified_on, fact.sources) for fact in catalog.facts]
    dated += [("lifecycle.yaml", entry.id, entry.verified_on, entry.sources) for entry in catalog.lifecycle]
    for file, record, verified_on, sources in dated:
        for source in sources:
            page_date = pages.get(source)
            if page_date and page_date > verified_on:
                expected = f"expected {page_date} or later, the date of {source}"
                yield Problem(file, None, f"{record}, verified_on", f"{verified_on} is too early; {expected}")


def sources_say_what_they_lack(catalog: Catalog) -> Iterator[Problem]:
    """A source has a date or the reason why not, and a commit says where in a repository its text was."""
    for source in catalog.sources:
        if (source.page_date is None) == (source.undated is None):
            message = "is expected with page_date, or with undated and the reason; not with both"
            yield Problem("sources.yaml", None, source.id, message)
        if source.commit and not (source.repository and source.path):
            yield Problem("sources.yaml", None, f"{source.id}, commit", "is expected with repository and path")


def lifecycle_in_order(catalog: Catalog) -> Iterator[Problem]:
    """Support starts before it ends, and ends in the order mainstream, extended, ESU."""
    for entry in catalog.lifecycle:
        named = {
            "start": entry.start,
            "mainstream_end": entry.mainstream_end,
            "extended_end": entry.extended_end,
            "esu_end": entry.esu_end,
        }
        present = [(key, day) for key, day in named.items() if day]
        for (before, first), (after, second) in pairwise(present):
            if second <= first:
                yield Problem(
                    "lifecycle.yaml",
                    None,
                    f"{entry.id}, {after}",
                    f"{second} is too early; expected a day after {before} ({first})",
                )
        ends = [day for key, day in present if key in ("mainstream_end", "extended_end")]
        if ends and entry.end_of_support != max(ends):
            expected = f"expected {max(ends)}, the last of mainstream_end and extended_end"
            yield Problem(
                "lifecycle.yaml",
                None,
                f"{entry.id}, end_of_support",
                f"{entry.end_of_support} differs; {expected}" if entry.end_of_support else f"is missing; {expected}",
            )


def esu_years_in_order(catalog: Catalog) -> Iterator[Problem]:
    """Program years are counted from 1, follow each other day by day, begin with the end of free support or the day
    after it, and end with `esu_end`."""
    one_day = timedelta(days=1)
    for entry in catalog.lifecycle:
        years = entry.esu_years
        if not years:
            continue
        label = f"{entry.id}, esu_years"
        if [year.year for year in years] != [*range(1, len(years) + 1)]:
            yield Problem("lifecycle.yaml", None, label, "expected the years 1, 2, 3 and so on, each once and in order")
        for year in years:
            if year.end <= year.start:
                yield Problem("lifecycle.yaml", None, label, f"year {year.year} ends on {year.end}, before it begins")
        for before, after in pairwise(years):
            if after.start != before.end + one_day:
                expected = f"expected {before.end + one_day}, the day after year {before.year}"
                yield Problem("lifecycle.yaml", None, label, f"year {after.year} begins on {after.start}; {expected}")
        if entry.end_of_support is None or years[0].start not in (entry.end_of_support, entry.end_of_support + one_day):
            expected = "expected the end of free support or the day after it"
            yield Problem("lifecycle.yaml", None, label, f"year 1 begins on {years[0].start}; {expected}")
        if years[-1].end != entry.esu_end:
            yield Problem("lifecycle.yaml", None, label, f"the last year ends on {years[-1].end}; expected esu_end")


def updates_belong_to_their_release(catalog: Catalog) -> Iterator[Problem]:
    """All builds of one host system share their first number, and no other system has it: a release owns its builds."""
    owner: dict[str, str] = {}
    head: dict[str, str] = {}
    for update in catalog.host_keys.updates:
        if update.listed is None:
            continue
        release = update.listed.build.partition(".")[0]
        system = owner.setdefault(release, update.host_system)
        expected = head.setdefault(update.host_system, release)
        if system != update.host_system or expected != release:
            other = system if system != update.host_system else f"build {expected}"
            yield Problem(
                "host-keys.yaml",
                None,
                f"{update.update}, listed",
                f"build {update.listed.build} does not fit {update.host_system}; another row has it as {other}",
            )


def units_fit_values(catalog: Catalog) -> Iterator[Problem]:
    """A unit belongs to numbers, and counts what the fact says that it measures."""
    kinds = {unit.id: unit.measures for unit in catalog.units}
    for fact in catalog.facts:
        if not fact.unit:
            if fact.measures:
                message = f'"{fact.measures}" needs a unit; expected a unit, or no measures'
                yield Problem(fact_file(fact.id), None, f"{fact.id}, measures", message)
            continue
        if not any(True for _ in _measures(fact.value)):
            yield Problem(
                fact_file(fact.id),
                None,
                f"{fact.id}, unit",
                f'"{fact.unit}" needs a number; expected a number in value or no unit',
            )
        if fact.unit in kinds and kinds[fact.unit] != fact.measures:
            fitting = ", ".join(unit for unit, kind in kinds.items() if kind == fact.measures)
            expected = f"a unit of {fact.measures}: {fitting}" if fitting else f"measures: {kinds[fact.unit]}"
            measured = f"the fact measures {fact.measures}" if fact.measures else "the fact does not say what"
            message = f'"{fact.unit}" counts {kinds[fact.unit]}, and {measured}; expected {expected}'
            yield Problem(fact_file(fact.id), None, f"{fact.id}, unit", message)


def conflicts_show_both(catalog: Catalog) -> Iterator[Problem]:
    """A conflict names a page on one side at least. A fact is conflicting when an open conflict touches it and does not
    say that it is settled, and only then."""
    confidence = {fact.id: fact.confidence for fact in catalog.facts}
    disputed: set[str] = set()
    for conflict in catalog.conflicts:
        if not conflict.a.sources and not conflict.b.sources:
            yield Problem("conflicts.yaml", None, conflict.id, "names no source on either side; expected at least one")
        for fact_id in conflict.settled:
            if fact_id not in conflict.facts:
                message = f'"{fact_id}" is none of its facts; expected one of {", ".join(conflict.facts) or "none"}'
                yield Problem("conflicts.yaml", None, f"{conflict.id}, settled", message)
        if conflict.closed:
            continue
        open_facts = [fact_id for fact_id in conflict.facts if fact_id not in conflict.settled]
        disputed.update(open_facts)
        for fact_id in open_facts:
            if confidence.get(fact_id, "conflicting") != "conflicting":
                expected = "expected conflicting, or the fact under settled there"
                message = f"{confidence[fact_id]}, but {conflict.id} in conflicts.yaml names it; {expected}"
                yield Problem(fact_file(fact_id), None, f"{fact_id}, confidence", message)
    for fact in catalog.facts:
        if fact.confidence == "conflicting" and fact.id not in disputed:
            yield Problem(
                fact_file(fact.id),
                None,
                f"{fact.id}, confidence",
                "conflicting, but no record in conflicts.yaml that is open lists it unsettled; expected one",
            )


def dates_in_conflict_say_so(catalog: Catalog) -> Iterator[Problem]:
    """A support date is conflicting when its record names a disagreement, and only then."""
    for entry in catalog.lifecycle:
        if (entry.confidence == "conflicting") != (entry.conflict is not None):
            expected = "conflicting" if entry.conflict else "the record of conflicts.yaml under conflict"
            message = f"{entry.confidence}, but {entry.conflict or 'no conflict'} is named; expected {expected}"
            yield Problem("lifecycle.yaml", None, f"{entry.id}, confidence", message)


def decision_tables_hold(catalog: Catalog) -> Iterator[Problem]:
    """Each table gives one result for each combination, every rule can be reached, and no answer works backward."""
    tables = catalog.decision_tables
    found = table_problems(tables)
    if not found:
        try:
            limits = thresholds(catalog)
        except (LookupError, TypeError) as error:
            found = [("thresholds", str(error))]
        else:
            found = [*outcome_problems(tables, compiled(tables, limits))]
    yield from (Problem("decision-tables.yaml", None, place, message) for place, message in found)


_TARGET = re.compile(r"\[\[([^\]]*)\]\]")


def checks_lead_somewhere(catalog: Catalog) -> Iterator[Problem]:
    """Every check that a code, a symptom or a sentence names is a checklist or a step of one."""
    known = {target for one in catalog.checklists for target in (one.id, *(f"{one.id}.{s.id}" for s in one.steps))}
    named = [("error-codes.yaml", f"{r.code}, checks", name) for r in catalog.error_codes for name in r.checks]
    named += [("symptoms.yaml", f"{r.id}, checks", name) for r in catalog.symptoms for name in r.checks]
    for one in catalog.checklists:
        for step in one.steps:
            texts = (step.why, step.good, step.otherwise, step.caution or "")
            named += [
                ("checklists.yaml", f"{one.id}.{step.id}", name) for text in texts for name in _TARGET.findall(text)
            ]
    for rule in catalog.outputs.findings:
        named += [("outputs.yaml", f"{rule.id}, next", name) for name in rule.next if "." in name]
    links = {"code", *catalog.fleet.links}
    for known_rule in catalog.fleet.findings:
        named += [("fleet.yaml", f"{known_rule.id}, next", name) for name in known_rule.next if name not in links]
    for file, record, name in named:
        if name not in known:
            yield Problem(file, None, record, f'names "{name}", which is no check.{nearest(name, known)}')
    for symptom in catalog.symptoms:
        if not (symptom.checks or symptom.page):
            yield Problem("symptoms.yaml", None, symptom.id, "leads nowhere; expected checks or a page")


def advice_is_given(catalog: Catalog) -> Iterator[Problem]:
    """Every advice that a finding about an output takes over stands in a step of a checklist."""
    known = {f"{one.id}.{s.id}:{name}" for one in catalog.checklists for s in one.steps for name in s.advice}
    for rule in catalog.outputs.findings:
        if rule.advice and rule.advice not in known:
            message = f'names "{rule.advice}", which no step gives.{nearest(rule.advice, known)}'
            yield Problem("outputs.yaml", None, f"{rule.id}, advice", message)


def client_keys_published(catalog: Catalog) -> Iterator[Problem]:
    """Every client key was found in its page, and belongs to one edition: releases may share it, editions may not."""
    compared = {key for record in catalog.client_keys_compared for key in record.keys}
    editions: dict[str, ClientKey] = {}
    for record in catalog.client_keys:
        place = f"{record.product}, {record.edition}, key"
        if digest(record.key) not in compared:
            message = (
                "is not among the keys that were found in the page that prints them, so it may be somebody's own. "
                f"Find it there, then add '{digest(record.key)}' to client-keys-compared.yaml"
            )
            yield Problem("client-keys.yaml", None, place, message)
        first = editions.setdefault(record.key, record)
        if first is not record and (first.product == record.product or _bare(first.edition) != _bare(record.edition)):
            other = f"{first.product}, {first.edition}"
            yield Problem(
                "client-keys.yaml", None, place, f"is the key of {other} too; expected one key for an edition"
            )
    used = {digest(record.key) for record in catalog.client_keys}
    for number, compared_keys in enumerate(catalog.client_keys_compared):
        for key in compared_keys.keys:
            if key not in used:
                message = f"'{key}' is no key of client-keys.yaml; remove it"
                yield Problem("client-keys-compared.yaml", None, f"[{number}].keys", message)


def _bare(edition: str) -> str:
    """An edition without the year of its release."""
    return re.sub(r"\s*\b20\d\d\b", "", edition)


_YEARS = (1990, 2060)
"""Between which every day of the data lies. Our choice, so that a mistyped year is noticed."""


def days_are_of_our_time(catalog: Catalog) -> Iterator[Problem]:
    """No day lies in a year that no product, page or review has."""
    for file, start, record in records(catalog):
        for place, day in _days(record, start):
            if not _YEARS[0] <= day.year <= _YEARS[1]:
                message = f"{day} is in no year of a product; expected {_YEARS[0]} to {_YEARS[1]}"
                yield Problem(file, None, ", ".join(place), message)


def _days(value: object, place: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], date]]:
    if isinstance(value, date):
        yield place, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _days(getattr(value, name), (*place, name))
    elif isinstance(value, tuple):
        for index, part in enumerate(value):
            yield from _days(part, (*place, label_of(part) or f"[{index}]"))


def facts_in_their_file(catalog: Catalog, files: Mapping[str, str]) -> Iterator[Problem]:
    """A fact stands in the file of its area, where the messages about it send people."""
    for fact in catalog.facts:
        if files.get(fact.id, fact_file(fact.id)) != fact_file(fact.id):
            message = f"is of the area {fact.area}; expected it in {fact_file(fact.id)}"
            yield Problem(files[fact.id], None, fact.id, message)


def practice_has_answers(catalog: Catalog) -> Iterator[Problem]:
    """A number to give is a whole number, and an output to read is one that the data has."""
    values = {fact.id: fact.value for fact in catalog.facts}
    outputs = [example.id for example in catalog.outputs.examples]
    for asked in catalog.practice:
        if asked.number in values and type(values[asked.number]) is not int:
            message = f"{asked.number} has no whole number as its value; name another fact, or give choices"
            yield Problem("practice.yaml", None, f"{asked.id}, number", message)
        if asked.example and asked.example not in outputs:
            message = f"no output in outputs.yaml has this id. Allowed: {', '.join(outputs)}"
            yield Problem("practice.yaml", None, f"{asked.id}, example", message)


_TUESDAY = 1


def support_ends_on_tuesdays(catalog: Catalog) -> Iterator[Problem]:
    """Microsoft ends support on Tuesdays, when updates come out; a product whose page says another day says so."""
    for entry in catalog.lifecycle:
        ends = ("mainstream_end", "extended_end", "esu_end", "end_of_support")
        dates = {key: getattr(entry, key) for key in ends}
        for key, day in dates.items():
            if day and day.weekday() != _TUESDAY and key not in entry.other_weekday:
                message = f"{day} is a {day:%A}; expected a Tuesday, or {key} in other_weekday when the page says so"
                yield Problem("lifecycle.yaml", None, f"{entry.id}, {key}", message)
        for key in entry.other_weekday:
            if not dates.get(key) or dates[key].weekday() == _TUESDAY:
                message = f"{key} is no day other than a Tuesday; remove it"
                yield Problem("lifecycle.yaml", None, f"{entry.id}, other_weekday", message)


def parts_add_up(catalog: Catalog) -> Iterator[Problem]:
    """A total is the sum of the parts beside it, and a default lies between the smallest and the largest value."""
    for fact in catalog.facts:
        parts = fact.value.items() if isinstance(fact.value, dict) else ()
        numbers = {name: part for name, part in parts if isinstance(part, int | float) and not isinstance(part, bool)}
        place = fact_file(fact.id), None, f"{fact.id}, value"
        bounds = [(name, numbers[name]) for name in ("min", "default", "max") if name in numbers]
        for (below, least), (above, most) in pairwise(bounds):
            if least > most:
                message = f"{below} {least} is more than {above} {most}; expected min, default, max in order"
                yield Problem(*place, message)
        total = numbers.pop("total", None)
        if total is not None and len(numbers) > 1 and sum(numbers.values()) != total:
            listed = " + ".join(f"{name} {part}" for name, part in numbers.items())
            message = f"{total} is not the sum of its parts; expected {sum(numbers.values())} ({listed})"
            yield Problem(*place[:2], f"{fact.id}, value.total", message)
    for one in catalog.commands:
        if one.range and not one.range[0] <= int(one.default or one.range[0]) <= one.range[1]:
            message = f"{one.default} is not within {one.range[0]} to {one.range[1]}; expected a default in its range"
            yield Problem("commands.yaml", None, f"{one.tool} {one.option}, default", message)


def patterns_hold(catalog: Catalog) -> Iterator[Problem]:
    """Every pattern of the readers is one, in Python and in browsers, and no text makes it slow."""
    for file, place, text in patterns(catalog):
        if wrong := problem_of(text):
            yield Problem(file, None, ", ".join(place), wrong)


def changes_in_order(catalog: Catalog) -> Iterator[Problem]:
    """Numbers of the log of changes are given once, up to the last one, and the newest release stands first."""
    log = catalog.changes
    for number, times in Counter(change.number for _, change in log.every()).items():
        if times > 1:
            message = f"stands {times} times; take out one of the two and write the log again: python -m macros changes"
            yield Problem("changes.yaml", None, f"number {number}", message)
    highest = max((change.number for _, change in log.every()), default=0)
    if highest > log.last:
        yield Problem("changes.yaml", None, "last", f"is {log.last}; expected {highest}, the highest number, or more")
    for later, earlier in pairwise(log.releases):
        if release_order(later.release) <= release_order(earlier.release) or later.day < earlier.day:
            message = f"stands before {earlier.release} of {earlier.day}; expected the newest release first"
            yield Problem("changes.yaml", None, f"{later.release} of {later.day}", message)


RULES: tuple[Callable[[Catalog], Iterable[Problem]], ...] = (
    unique_ids,
    references_resolve,
    facts_have_a_family,
    dates_in_order,
    sources_say_what_they_lack,
    reviews_in_time,
    lifecycle_in_order,
    esu_years_in_order,
    updates_belong_to_their_release,
    units_fit_values,
    conflicts_show_both,
    dates_in_conflict_say_so,
    decision_tables_hold,
    checks_lead_somewhere,
    advice_is_given,
    client_keys_published,
    days_are_of_our_time,
    support_ends_on_tuesdays,
    sentences_closed,
    practice_has_answers,
    parts_add_up,
    patterns_hold,
    releases_complete,
    odt_fits,
    changes_in_order,
)


_Reference = tuple[str, str, str, str, Iterable[str]]
"""(file, record, key, kind of target, ids): one record that names others."""


def _references(catalog: Catalog) -> Iterator[_Reference]:
    for fact in catalog.facts:
        yield fact_file(fact.id), fact.id, "sources", "sources", fact.sources
        yield fact_file(fact.id), fact.id, "unit", "units", [fact.unit] if fact.unit else []
    for conflict in catalog.conflicts:
        yield "conflicts.yaml", conflict.id, "sources", "sources", conflict.a.sources + conflict.b.sources
        yield "conflicts.yaml", conflict.id, "facts", "facts", (*conflict.facts, *conflict.settled)
    for claim in catalog.claims:
        yield "claims.yaml", claim.id, "facts", "facts", claim.facts
        yield "claims.yaml", claim.id, "conflicts", "conflicts", claim.conflicts
    for command in catalog.commands:
        yield (
            "commands.yaml",
            f"{command.tool} {command.option}",
            "rights_conflict",
            "conflicts",
            [command.rights_conflict] if command.rights_conflict else [],
        )
    yield from _host_key_references(catalog.host_keys)
    for key in catalog.client_keys:
        yield "client-keys.yaml", f"{key.product}, {key.edition}", "product", "products", [key.product]
    yield from _lifecycle_references(catalog)
    for release in catalog.products:
        yield "products.yaml", release.id, "methods", "facts", [release.methods]
    for product in catalog.odt.products:
        yield "odt.yaml", product.id, "product", "products", [product.product] if product.product else []
    for systems in catalog.odt.systems:
        yield "odt.yaml", systems.product, "product", "products", [systems.product]
    for term in catalog.glossary:
        yield "glossary.yaml", term.term, "facts", "facts", term.facts
    yield from _practice_references(catalog)
    for place, facts in _decision_references(catalog.decision_tables):
        yield "decision-tables.yaml", place, "facts", "facts", facts
    yield from _check_references(catalog)
    yield from _fleet_references(catalog.fleet)
    for kept in catalog.reference_only:
        yield "reference-only.yaml", kept.reason, "facts", "facts", kept.facts
    for file, label, record in _sourced(catalog):
        yield file, label, "sources", "sources", record.sources  # type: ignore[attr-defined]


def _practice_references(catalog: Catalog) -> Iterator[_Reference]:
    for asked in catalog.practice:
        yield "practice.yaml", asked.id, "facts", "facts", asked.facts
        yield "practice.yaml", asked.id, "number", "facts", [asked.number] if asked.number else []


def _fleet_references(fleet: Fleet) -> Iterator[_Reference]:
    for finding in fleet.findings:
        yield "fleet.yaml", finding.id, "facts", "facts", finding.facts
    for told in fleet.products:
        yield "fleet.yaml", told.id, "products", "products", told.products


def _check_references(catalog: Catalog) -> Iterator[_Reference]:
    for checklist in catalog.checklists:
        for step in checklist.steps:
            place = f"{checklist.id}.{step.id}"
            yield "checklists.yaml", place, "facts", "facts", step.facts
            yield "checklists.yaml", place, "sources", "sources", step.sources


def _decision_references(tables: DecisionTables) -> Iterator[tuple[str, Iterable[str]]]:
    yield "thresholds", tables.thresholds.values()
    yield from ((question.id, question.facts) for question in tables.inputs)
    for outcome in tables.outcomes:
        points = (*outcome.prerequisites, *outcome.costs, *outcome.risks)
        points += (outcome.no_fallback,) if outcome.no_fallback else ()
        yield outcome.id, [fact_id for point in points for fact_id in point.facts]
    for table in tables.tables:
        yield from ((f"{table.id}, {rule.id}", (*rule.facts, *rule.choice_facts)) for rule in table.rules)


def _lifecycle_references(catalog: Catalog) -> Iterator[_Reference]:
    for entry in catalog.lifecycle:
        yield "lifecycle.yaml", entry.id, "products", "products", entry.products
        yield "lifecycle.yaml", entry.id, "conflict", "conflicts", [entry.conflict] if entry.conflict else []
        yield (
            "lifecycle.yaml",
            entry.id,
            "alternative",
            "sources",
            entry.alternative.sources if entry.alternative else (),
        )


def _host_key_references(keys: HostKeys) -> Iterator[_Reference]:
    file = "host-keys.yaml"
    for group in keys.groups:
        activated = [product for line in group.activates for product in line.products]
        yield file, group.id, "products", "products", [*group.host_systems, *activated]
    for update in keys.updates:
        yield file, update.update, "products", "products", [update.host_system, *update.to_activate]
        yield file, update.update, "listed", "sources", [update.listed.source] if update.listed else []
        yield file, update.update, "conflict", "conflicts", [update.conflict] if update.conflict else []
    for host in keys.office_hosts:
        yield file, host.product, "products", "products", [host.product, host.minimum_server]
    yield file, "adba_office_systems", "products", "products", keys.adba_office_systems
    yield file, "adba_office_sources", "sources", "sources", keys.adba_office_sources


def _sourced(catalog: Catalog) -> Iterator[tuple[str, str, Record]]:
    yield from (("claims.yaml", r.id, r) for r in catalog.claims)
    yield from (("client-keys.yaml", f"{r.product}, {r.edition}", r) for r in catalog.client_keys)
    yield from (("host-keys.yaml", r.id, r) for r in catalog.host_keys.groups)
    yield from (("host-keys.yaml", r.update, r) for r in catalog.host_keys.updates)
    yield from (("host-keys.yaml", r.product, r) for r in catalog.host_keys.office_hosts)
    yield from (("lifecycle.yaml", r.id, r) for r in catalog.lifecycle)
    yield from (("commands.yaml", f"{r.tool} {r.option}", r) for r in catalog.commands)
    yield from (("error-codes.yaml", r.code, r) for r in catalog.error_codes)
    yield from (("code-names.yaml", r.code, r) for r in catalog.code_names)
    yield from (("symptoms.yaml", r.id, r) for r in catalog.symptoms)
    yield from (("odt.yaml", r.id, r) for r in catalog.odt.products)
    yield from (("odt.yaml", r.id, r) for r in catalog.odt.channels)
    yield from (("odt.yaml", r.name, r) for r in catalog.odt.properties)
    yield from (("odt.yaml", r.product, r) for r in catalog.odt.systems)
    yield from (("odt.yaml", f"{e.name}.{a.name}", a) for e in catalog.odt.elements for a in e.attributes)


def _measures(value: object) -> Iterator[float | None]:
    """Leaves that can carry a unit: numbers, and null for a quantity that is not known."""
    if isinstance(value, dict):
        for part in value.values():
            yield from _measures(part)
    elif isinstance(value, list):
        for part in value:
            yield from _measures(part)
    elif value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        yield value
