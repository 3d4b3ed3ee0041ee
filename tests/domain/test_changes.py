"""The log of changes: what differs, what is kept of the log when the data go on, and what a release makes of it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from macros.catalog.models import Change, Changes
from macros.domain.changes import closed, differences, histories, updated

DAY, LATER = date(2026, 12, 1), date(2026, 12, 9)
THEN = {
    "fact": {"a.kept": {"value": 1}, "a.other": {"value": 30, "unit": "days"}, "a.gone": {"value": 2}},
    "code": {"0x1": {"summary": "One"}},
}
NOW = {
    "fact": {"a.kept": {"value": 1}, "a.other": {"value": 45, "unit": "days"}, "a.new": {"value": 3}},
    "code": {"0x1": {"summary": "One", "causes": ["A cause"]}},
}
EMPTY = Changes(last=0, unreleased=(), releases=())


def no_sources(kind: str, record_id: str) -> tuple[str, ...]:
    return ()


def log_of(now=NOW, log=EMPTY, day=DAY, why=None) -> Changes:  # type: ignore[no-untyped-def]
    return updated(log, differences(THEN, now), day, no_sources, why)


def by_id(log: Changes) -> dict[str, Change]:
    return {change.id: change for change in log.unreleased}


def test_a_difference_has_only_the_keys_that_differ() -> None:
    found = {one.id: (one.what, one.old, one.new) for one in differences(THEN, NOW)}
    assert found == {
        "a.other": ("changed", {"value": 30}, {"value": 45}),
        "a.new": ("added", None, {"value": 3}),
        "a.gone": ("removed", {"value": 2}, None),
        "0x1": ("changed", {"causes": None}, {"causes": ["A cause"]}),
    }


def test_the_same_data_differ_in_nothing() -> None:
    assert differences(NOW, NOW) == ()


def test_changes_are_numbered_and_the_newest_stands_first() -> None:
    log = log_of()
    assert [change.number for change in log.unreleased] == [4, 3, 2, 1]
    assert log.last == 4
    assert {change.why for change in log.unreleased} == {None}


def test_what_is_written_stays_with_its_reason_when_the_data_go_on() -> None:
    first = log_of(why="Because.")
    more = {**NOW, "fact": {**NOW["fact"], "a.newer": {"value": 9}}}
    second = log_of(more, first, LATER)
    kept = {change.id: change for change in second.unreleased if change.id != "a.newer"}
    assert kept == by_id(first)
    newer = by_id(second)["a.newer"]
    assert (newer.number, newer.day, newer.why) == (5, LATER, None)


def test_a_value_that_changes_once_more_gets_a_new_number_and_keeps_its_reason() -> None:
    first = log_of(why="Because.")
    again = {**NOW, "fact": {**NOW["fact"], "a.other": {"value": 60, "unit": "days"}}}
    found = by_id(log_of(again, first, LATER))["a.other"]
    assert (found.old, found.new, found.why) == ({"value": 30}, {"value": 60}, "Because.")
    assert found.number == first.last + 1


def test_what_was_taken_back_goes_and_its_number_is_not_given_again() -> None:
    first = log_of()
    assert by_id(log_of(THEN, first)) == {}
    again = log_of(NOW, log_of(THEN, first))
    assert min(change.number for change in again.unreleased) > first.last


def test_a_release_takes_what_none_had() -> None:
    log = closed(log_of(why="Because."), "0.2.0", LATER, "Notes.", NOW)
    assert log.unreleased == ()
    assert log.releases[0].records == {"fact": 3, "code": 1}
    assert len(log.releases[0].changes) == 4


@pytest.mark.parametrize(
    ("release", "day", "said"),
    [
        ("0.2.0", LATER, "0.2.0 is no number of a next release; expected one above 0.2.0"),
        ("0.1.10", LATER, "expected one above 0.2.0"),
        ("0.10.0", DAY, "2026-12-01 is before 2026-12-09"),
    ],
)
def test_a_release_that_cannot_follow_is_refused(release: str, day: date, said: str) -> None:
    log = closed(EMPTY, "0.2.0", LATER, "Notes.", NOW)
    with pytest.raises(ValueError, match=said):
        closed(log, release, day, "Notes.", NOW)


def test_a_release_with_a_change_that_nobody_explained_is_refused() -> None:
    with pytest.raises(ValueError, match="4 changes have no reason, the first is 0x1"):
        closed(log_of(), "0.2.0", LATER, "Notes.", NOW)


def test_a_history_begins_with_the_last_addition() -> None:
    first = closed(EMPTY, "0.1.0", DAY, "Notes.", THEN)
    second = closed(log_of(log=first, why="Because."), "0.2.0", LATER, "Notes.", NOW)
    found = histories(second)
    assert found["fact", "a.other"].since == second.releases[1]
    assert found["fact", "a.new"].since == second.releases[0]
    assert ("fact", "a.kept") not in found
    open_ = histories(log_of(log=first))
    assert open_["fact", "a.new"].since is None


RECORDS = st.dictionaries(
    st.sampled_from(["fact", "code", "rule"]),
    st.dictionaries(st.sampled_from("abcd"), st.dictionaries(st.sampled_from("xyz"), st.integers(0, 3), max_size=3)),
)


@given(RECORDS, RECORDS)
def test_differences_lead_from_one_state_to_the_other(then, now) -> None:  # type: ignore[no-untyped-def]
    made = {kind: {name: dict(fields) for name, fields in held.items()} for kind, held in then.items()}
    for one in differences(then, now):
        held = made.setdefault(one.kind, {})
        if one.what == "removed":
            del held[one.id]
        else:
            changed = {**held.get(one.id, {}), **(one.new or {})}
            held[one.id] = {key: value for key, value in changed.items() if value is not None}
    assert {kind: held for kind, held in made.items() if held} == {kind: held for kind, held in now.items() if held}
