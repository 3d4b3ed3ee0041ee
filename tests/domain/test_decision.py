"""The decision engine, examined: the small tables are read one by one for every combination, and nothing is taken
from the boxes that the engine computes with.

`python -m tests.domain.test_decision` rewrites the golden file of outcomes after a wanted change of policy.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby, pairwise, product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from macros.catalog.decision_tables import UNKNOWN, Compiled, Hit, compiled, thresholds
from macros.catalog.loader import load_cached
from macros.catalog.models import Catalog, DecisionTables
from macros.domain.decision import LARGEST_COUNT, Advice, AnswerError, Answers, advise
from tests.situations import cases

FOLDER = Path(__file__).parent.parent / "vectors"
CASES = cases()
GOLDEN = FOLDER / "decision_golden.txt"
COMMAND = "python -m tests.domain.test_decision"
FIRST = ("product", "platform", "license", "purpose", "corporate_contact", "directory", "release")
"""Questions that the golden file looks at first, so that it is short. The others follow in the order of the tables."""
NUMBERS = (*range(61), LARGEST_COUNT)
"""Counts that are tried: below, at and above every threshold, and a large one."""

Key = tuple[int | None, ...]
"""Place of the answer of each question, or None where it is open."""


class Paper:
    """The tables as a reader with paper and pencil sees them: one after the other, rule by rule, row by row."""

    def __init__(self, records: DecisionTables, limits: Mapping[str, int]) -> None:
        self.limits = limits
        self.cuts = sorted(set(limits.values()))
        self.questions = [each.id for each in records.inputs]
        self.outcomes = [each.id for each in records.outcomes]
        self.numeric = {each.id for each in records.inputs if not each.values}
        self.answers: dict[str, tuple[str | int, ...]] = {
            each.id: tuple(answer.id for answer in each.values) or (0, *self.cuts) for each in records.inputs
        }
        self.sizes = [len(values) for values in self.answers.values()]
        self._tables = [
            (table.id, [(rule.id, rule.gives, [*row.items()]) for rule in table.rules for row in rule.when])
            for table in records.tables
        ]
        self.found: dict[Key, tuple[str, tuple[Hit, ...]]] = {
            key: self.read(dict(zip(self.questions, values, strict=True)))
            for key, values in zip(
                product(*(range(size) for size in self.sizes)), product(*self.answers.values()), strict=True
            )
        }
        self.possible_at = cache(self._possible_at)
        self.changes_at = cache(self._changes_at)

    def read(self, situation: Mapping[str, str | int]) -> tuple[str, tuple[Hit, ...]]:
        """Outcome and rules of one complete situation. A rule counts if the rules after it look at its result."""
        limit = self.limits[str(situation["product"])]
        known = {
            name: value if isinstance(value, str) else "met" if value >= limit else "short"
            for name, value in situation.items()
        }
        taken: dict[str, tuple[str, list[str]]] = {}
        result = ""
        for table, rows in self._tables:
            for rule, gives, row in rows:
                for name, values in row:
                    if known[name] not in values:
                        break
                else:
                    known[f"{table}-result"] = result = gives
                    taken[table] = (rule, [name for name, _ in row])
                    break
        needed = {self._tables[-1][0]}
        hits: list[Hit] = []
        for table, _ in reversed(self._tables):
            if table in needed:
                rule, names = taken[table]
                hits.insert(0, (table, rule))
                needed |= {name.removesuffix("-result") for name in names if name.endswith("-result")}
        return result, tuple(hits)

    def key(self, answers: Answers) -> Key:
        """Answers as places; a number by the thresholds that it reaches."""
        return tuple(self._place(name, answers.get(name, UNKNOWN)) for name in self.questions)

    def _place(self, name: str, answer: str | int) -> int | None:
        if answer == UNKNOWN:
            return None
        if isinstance(answer, int):
            return sum(answer >= cut for cut in self.cuts)
        return self.answers[name].index(answer)

    def completions(self, key: Key) -> Iterator[Key]:
        return product(*(range(size) if at is None else (at,) for size, at in zip(self.sizes, key, strict=True)))

    def possible(self, answers: Answers) -> tuple[str, ...]:
        """Outcomes of all completions, in the order of the outcomes."""
        found = self.possible_at(self.key(answers))
        return tuple(outcome for outcome in self.outcomes if outcome in found)

    def _possible_at(self, key: Key) -> frozenset[str]:
        if None not in key:
            return frozenset({self.found[key][0]})
        place = key.index(None)
        return frozenset().union(*(self.possible_at(each) for each in self._each(key, place)))

    def _changes_at(self, key: Key, place: int) -> bool:
        """Whether some completion has another outcome when only this open question is answered otherwise."""
        others = [at for at, value in enumerate(key) if value is None and at != place]
        if len(self.possible_at(key)) == 1:
            return False
        if not others:
            return len({self.found[each][0] for each in self._each(key, place)}) > 1
        return any(self.changes_at(each, place) for each in self._each(key, others[0]))

    def _each(self, key: Key, place: int) -> Iterator[Key]:
        return ((*key[:place], at, *key[place + 1 :]) for at in range(self.sizes[place]))

    def tried(self, question: str) -> Sequence[str | int]:
        """Every answer that a change can try."""
        return NUMBERS if question in self.numeric else self.answers[question]


@cache
def on_paper() -> Paper:
    """The shipped tables."""
    catalog = load_cached()
    return Paper(catalog.decision_tables, thresholds(catalog))


@pytest.fixture(scope="session")
def paper() -> Paper:
    return on_paper()


@pytest.fixture(scope="session")
def ask(tables: Compiled, catalog: Catalog) -> Callable[[Answers], Advice]:
    return lambda answers: advise(tables, catalog.decision_tables, answers)


def random_answers(paper: Paper, count: int, seed: int) -> list[dict[str, str | int]]:
    """Situations, some complete and some with open questions, half of them answered with "unknown"."""
    chance = random.Random(seed)
    found: list[dict[str, str | int]] = []
    for number in range(count):
        share = (0, 0.1, 0.3, 0.6)[number % 4]
        answers: dict[str, str | int] = {}
        for question in paper.questions:
            if chance.random() >= share:
                answers[question] = chance.choice(paper.tried(question))
            elif chance.random() < 0.5:
                answers[question] = UNKNOWN
        found.append(answers)
    return found


# ---------------------------------------------------------------------------------------------------------- vectors


def wanted(case: Mapping[str, Any]) -> set[str]:
    return set(case["possible"]) if "possible" in case else {case["outcome"]}


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_a_situation_gets_what_the_pages_say(case: dict[str, Any], ask: Callable[[Answers], Advice]) -> None:
    advice = ask(case["answers"])
    assert set(advice.possible) == wanted(case), case["source"]["says"]
    assert advice.outcome == case.get("outcome")
    if "fallback" in case:
        assert advice.fallbacks == (() if case["fallback"] is None else (case["fallback"],))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_paper_and_pencil_agree_with_the_pages(case: dict[str, Any], paper: Paper) -> None:
    assert set(paper.possible(case["answers"])) == wanted(case)


def test_the_vectors_are_many_and_each_says_where_it_comes_from(catalog: Catalog) -> None:
    assert len(CASES) >= 50
    assert len({case["id"] for case in CASES}) == len(CASES)
    known = {source.id for source in catalog.sources}
    for case in CASES:
        assert ("outcome" in case) != ("possible" in case), case["id"]
        assert len(case.get("possible", ("one", "more"))) > 1, case["id"]
        assert set(case["source"]) == {"id", "says"}, case["id"]
        assert case["source"]["id"] in known, case["id"]
        assert case["source"]["says"].endswith("."), case["id"]


def test_the_vectors_reach_every_outcome_more_than_once_and_use_every_answer(paper: Paper) -> None:
    decided = [case["outcome"] for case in CASES if "outcome" in case]
    assert {outcome for outcome in paper.outcomes if decided.count(outcome) < 2} == set()
    for question in set(paper.questions) - paper.numeric:
        unused = {*paper.answers[question]} - {case["answers"].get(question) for case in CASES}
        assert unused == set(), f"tests/vectors/decision.yaml: no situation answers {question} so; add one for each"


def test_every_question_is_decisive_in_two_vectors_that_differ_in_nothing_else(paper: Paper) -> None:
    complete = [case for case in CASES if "outcome" in case and None not in paper.key(case["answers"])]
    decisive = {
        name
        for case in complete
        for other in complete
        if case["outcome"] != other["outcome"]
        and len(apart := [q for q in paper.questions if case["answers"][q] != other["answers"][q]]) == 1
        for name in apart
    }
    undecided = {*paper.questions} - decisive
    assert undecided == set(), "tests/vectors/decision.yaml: add a situation that differs in this answer and outcome"


# ----------------------------------------------------------------------------------------------------------- golden


def golden_text(paper: Paper) -> str:
    """Every situation and its outcome, a line for situations that share all that counts.

    Answers that lead to the same lines are merged, and a question whose answers all do is left out. A count meets the
    threshold of the product or falls short of it.
    """
    order = sorted(paper.questions, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    relative = {name: ("met", "short") if name in paper.numeric else paper.answers[name] for name in order}
    outcomes = tuple(
        paper.read(_in_numbers(paper, dict(zip(order, values, strict=True))))[0]
        for values in product(*relative.values())
    )
    limits = ", ".join(f"{product_id} {limit}" for product_id, limit in paper.limits.items())
    lines = [
        f"# Every situation and its outcome. After a wanted change: {COMMAND}",
        f"# met: the count is at least the threshold ({limits}). What a line leaves out changes nothing.",
        *(" ".join([*conditions, "->", outcome]) for conditions, outcome in _merged([*relative.items()], outcomes)),
    ]
    return "\n".join(lines) + "\n"


def _in_numbers(paper: Paper, situation: dict[str, str | int]) -> dict[str, str | int]:
    """The situation with numbers: exactly the threshold of the product, or one less."""
    limit = paper.limits[str(situation["product"])]
    return situation | {name: limit if situation[name] == "met" else limit - 1 for name in paper.numeric}


def _merged(
    questions: Sequence[tuple[str, Sequence[str | int]]], outcomes: tuple[str, ...]
) -> Iterator[tuple[list[str], str]]:
    if len(set(outcomes)) == 1:
        yield [], outcomes[0]
        return
    name, answers = questions[0]
    step = len(outcomes) // len(answers)
    parts = [outcomes[at : at + step] for at in range(0, len(outcomes), step)]
    for part in dict.fromkeys(parts):
        same = [str(answer) for answer, each in zip(answers, parts, strict=True) if each == part]
        condition = [] if len(same) == len(answers) else [f"{name}={'/'.join(same)}"]
        for conditions, outcome in _merged(questions[1:], part):
            yield [*condition, *conditions], outcome


GoldenLine = tuple[dict[str, set[str]], str]


def read_golden(text: str) -> list[GoldenLine]:
    """The lines of the golden file: allowed answers by question, and the outcome."""
    found: list[GoldenLine] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            conditions, outcome = line.split(" -> ")
            pairs = [condition.split("=") for condition in conditions.split()]
            found.append(({name: set(values.split("/")) for name, values in pairs}, outcome))
    return found


@pytest.mark.slow
def test_the_golden_file_says_what_the_tables_say(paper: Paper) -> None:
    assert GOLDEN.read_text("utf-8") == golden_text(paper), f"if the change is wanted: {COMMAND}"


def test_the_golden_file_is_short_and_no_line_stands_twice() -> None:
    lines = GOLDEN.read_text("utf-8").splitlines()
    print(f"\ngolden file: {len(lines) - 2} lines")
    assert len(set(lines)) == len(lines) <= 200


@pytest.mark.slow
def test_the_golden_file_read_back_gives_the_outcome_of_every_combination(tables: Compiled, paper: Paper) -> None:
    lines = read_golden(GOLDEN.read_text("utf-8"))
    met = [
        {
            product_id: {at for at, low in enumerate((0, *paper.cuts)) if (low >= limit) == wanted_met}
            for product_id, limit in paper.limits.items()
        }
        for wanted_met in (True, False)
    ]
    read_back: dict[Key, str] = {}
    for conditions, outcome in lines:
        for product_id in conditions.get("product", paper.limits):
            allowed = []
            for name, answers in paper.answers.items():
                words = {product_id} if name == "product" else conditions.get(name)
                if words is None:
                    allowed.append(set(range(len(answers))))
                elif name in paper.numeric:
                    allowed.append(set().union(*(met[word == "short"][product_id] for word in words)))
                else:
                    allowed.append({answers.index(word) for word in words})
            for key in product(*allowed):
                assert key not in read_back, (key, outcome)
                read_back[key] = outcome
    in_boxes = {
        key: box.outcome
        for box in tables.boxes
        for key in product(*([at for at in range(mask.bit_length()) if mask >> at & 1] for mask in box.masks))
    }
    assert read_back == in_boxes == {key: outcome for key, (outcome, _) in paper.found.items()}


# -------------------------------------------------------------------------------------------- what the engine says


@pytest.fixture(scope="session")
def situations(paper: Paper) -> list[dict[str, str | int]]:
    """Random situations; enough of them complete, open but decided, and undecided."""
    found = random_answers(paper, 500, seed=20261124)
    decided = [answers for answers in found if len(paper.possible(answers)) == 1]
    assert sum(None not in paper.key(answers) for answers in found) >= 100
    assert sum(None in paper.key(answers) for answers in decided) >= 100
    assert len(found) - len(decided) >= 100
    return found


@pytest.mark.slow
def test_numbers_are_told_apart_at_the_thresholds_only(ask: Callable[[Answers], Advice], paper: Paper) -> None:
    for answers in random_answers(paper, 40, seed=1)[::4]:
        for question in paper.numeric:
            for number in (*NUMBERS, LARGEST_COUNT - 1):
                situation = {**answers, question: number}
                assert ask(situation).outcome == paper.read(situation)[0], situation


@pytest.mark.slow
def test_what_is_possible_is_what_the_completions_give(
    ask: Callable[[Answers], Advice], paper: Paper, situations: list[dict[str, str | int]]
) -> None:
    for answers in situations:
        advice = ask(answers)
        assert advice.possible == paper.possible(answers), answers
        assert advice.outcome == (advice.possible[0] if len(advice.possible) == 1 else None), answers


@pytest.mark.slow
def test_what_would_change_is_every_single_answer_that_changes_something(
    ask: Callable[[Answers], Advice], paper: Paper, situations: list[dict[str, str | int]]
) -> None:
    tried = 0
    for answers in situations:
        advice = ask(answers)
        expected: dict[tuple[str, str | int], tuple[str, ...]] = {}
        for question, answer in answers.items():
            if advice.outcome is None or answer == UNKNOWN:
                continue
            for other in paper.tried(question):
                tried += 1
                outcomes = paper.possible({**answers, question: other})
                if outcomes != (advice.outcome,):
                    expected[question, other] = outcomes
        found: dict[tuple[str, str | int], tuple[str, ...]] = {}
        for change in advice.changes:
            reached = [change.value] if change.band is None else [n for n in NUMBERS if n in change.band]
            for value in reached:
                assert (change.question, value) not in found, answers
                found[change.question, value] = change.outcomes
        assert found == expected, answers
    assert tried > 10_000


def test_a_change_of_a_number_names_the_nearest_one_and_the_widest_band(
    ask: Callable[[Answers], Advice], paper: Paper, situations: list[dict[str, str | int]]
) -> None:
    seen = 0
    for answers in situations:
        for question, group in groupby(ask(answers).changes, key=lambda change: change.question):
            if question not in paper.numeric:
                continue
            bands = [(change.band, change.value, change.outcomes) for change in group]
            seen += len(bands)
            answer = int(answers[question])
            for band, value, _ in bands:
                assert band is not None
                assert answer not in band
                assert value == (band.low if band.low > answer else band.high)
            for (one, _, before), (other, _, after) in pairwise(bands):
                assert one is not None
                assert other is not None
                assert one.high is not None
                assert one.high < other.low - 1 or before != after, answers
    assert seen > 20


def test_the_value_of_a_change_can_be_answered_and_gives_its_outcomes(
    ask: Callable[[Answers], Advice], situations: list[dict[str, str | int]]
) -> None:
    for answers in situations[::5]:
        for change in ask(answers).changes:
            assert ask({**answers, change.question: change.value}).possible == change.outcomes


def test_fallbacks_are_what_is_possible_once_the_outcome_is_out_of_reach(
    ask: Callable[[Answers], Advice],
    paper: Paper,
    situations: list[dict[str, str | int]],
    catalog: Catalog,
) -> None:
    for answers in situations:
        advice = ask(answers)
        if advice.outcome is None:
            assert advice.fallbacks == ()
            assert advice.fallback is None
            continue
        record = catalog.decision_tables.outcome(advice.outcome)
        if not record.without:
            assert record.no_fallback is not None
            assert (advice.fallbacks, advice.fallback) == ((), None), answers
            continue
        out_of_reach = {**answers, **record.without}
        assert advice.fallbacks == paper.possible(out_of_reach), answers
        assert advice.outcome not in advice.fallbacks, answers
        assert advice.fallback == (advice.fallbacks[0] if len(advice.fallbacks) == 1 else None), answers


def test_reasons_are_the_rules_of_the_completions_and_certain_if_all_have_them(
    ask: Callable[[Answers], Advice],
    paper: Paper,
    situations: list[dict[str, str | int]],
    catalog: Catalog,
) -> None:
    order = [(table.id, rule.id) for table in catalog.decision_tables.tables for rule in table.rules]
    uncertain = 0
    for answers in situations:
        advice = ask(answers)
        found = [((reason.table, reason.rule), reason.certain) for reason in advice.reasons]
        if advice.outcome is None:
            assert found == []
            continue
        hits = [set(paper.found[key][1]) for key in paper.completions(paper.key(answers))]
        every, some = set.intersection(*hits), set.union(*hits)
        assert found == [(hit, hit in every) for hit in order if hit in some], answers
        uncertain += len(some - every)
    assert uncertain > 0


def test_undecided_situations_promise_nothing(
    ask: Callable[[Answers], Advice], situations: list[dict[str, str | int]]
) -> None:
    for answers in situations:
        advice = ask(answers)
        if advice.outcome is None:
            assert (advice.fallbacks, advice.reasons, advice.changes) == ((), (), ())
        else:
            assert advice.ask is None


# -------------------------------------------------------------------------------------------------- wrong answers

HUGE = 10**5000
"""More digits than Python writes out."""


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"licence": "volume"}, "licence: is no question; allowed: product, license,"),
        ({"": "volume"}, ": is no question; allowed: product,"),
        ({3: "volume"}, "3: is no question; allowed: product,"),
        ({None: "volume"}, "None: is no question; allowed: product,"),
        ({("license",): "volume"}, "is no question; allowed: product,"),
        ({"platform-result": "azure"}, "platform-result: is no question; allowed: product,"),
        (
            {"product": "linux"},
            "product: 'linux' is no answer; allowed: windows-client, windows-server, office, unknown",
        ),
        ({"product": ""}, "product: '' is no answer; allowed: windows-client,"),
        ({"product": "Office"}, "product: 'Office' is no answer; allowed: windows-client,"),
        ({"product": None}, "product: None is no answer; allowed: windows-client,"),
        ({"product": 0}, "product: 0 is no answer; allowed: windows-client,"),
        ({"product": True}, "product: True is no answer; allowed: windows-client,"),
        ({"kms_reach": False}, "kms_reach: False is no answer; allowed: yes, no, unknown"),
        ({"product": ["office"]}, "product: ['office'] is no answer; allowed: windows-client,"),
        ({"product": {"office": 1}}, "product: {'office': 1} is no answer; allowed: windows-client,"),
        ({"product": {"office"}}, "product: {'office'} is no answer; allowed: windows-client,"),
        (
            {"pool_count": -1},
            "pool_count: -1 is no answer; allowed: a whole number of computers from 0 to 10000000, unk",
        ),
        ({"pool_count": True}, "pool_count: True is no answer; allowed: a whole number of computers from 0 to"),
        ({"pool_count": False}, "pool_count: False is no answer; allowed: a whole number of computers from 0 to"),
        ({"pool_count": 25.0}, "pool_count: 25.0 is no answer; allowed: a whole number of computers from 0 to"),
        ({"pool_count": float("nan")}, "pool_count: nan is no answer; allowed: a whole number of computers from 0 to"),
        ({"pool_count": float("inf")}, "pool_count: inf is no answer; allowed: a whole number of computers from 0 to"),
        ({"pool_count": "25"}, "pool_count: '25' is no answer; allowed: a whole number of computers from 0 to"),
        ({"pool_count": "met"}, "pool_count: 'met' is no answer; allowed: a whole number of computers from 0 to"),
        ({"pool_count": None}, "pool_count: None is no answer; allowed: a whole number of computers from 0 to"),
        ({"pool_count": [25]}, "pool_count: [25] is no answer; allowed: a whole number of computers from 0 to"),
        ({"site_count": LARGEST_COUNT + 1}, "site_count: 10000001 is no answer; allowed: a whole number of computers"),
        ({"site_count": HUGE}, "site_count: "),
        ({"site_count": -HUGE}, "site_count: "),
        ({"site_count": [HUGE]}, "site_count: "),
        ({"license": "x" * 1_000_000}, "license: 'xxx"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_answers_that_cannot_be_used_are_refused_with_what_is_allowed(
    answers: Any, message: str, ask: Callable[[Answers], Advice]
) -> None:
    with pytest.raises(AnswerError) as caught:
        ask(answers)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 1000
    assert [name for name, _ in caught.value.problems] == [str(name) for name in answers]


def test_every_wrong_answer_is_named_at_once(ask: Callable[[Answers], Advice]) -> None:
    with pytest.raises(AnswerError) as caught:
        ask({"license": "volume", "licence": "volume", "pool_count": -1, "internet": "dial-up"})
    assert [name for name, _ in caught.value.problems] == ["licence", "pool_count", "internet"]


def test_the_smallest_and_the_largest_number_are_answers(ask: Callable[[Answers], Advice]) -> None:
    assert ask({"pool_count": 0, "site_count": LARGEST_COUNT}).possible


# ----------------------------------------------------------------------------------------------------- properties


def _answers() -> st.SearchStrategy[dict[str, str | int]]:
    paper = on_paper()
    numbers = st.integers(0, 60) | st.integers(0, LARGEST_COUNT)
    return st.fixed_dictionaries(
        {},
        optional={
            name: (numbers if name in paper.numeric else st.sampled_from(paper.answers[name])) | st.just(UNKNOWN)
            for name in paper.questions
        },
    )


partial = st.deferred(_answers)
complete = st.deferred(
    lambda: st.fixed_dictionaries(
        {
            name: st.integers(0, 60) if name in on_paper().numeric else st.sampled_from(on_paper().answers[name])
            for name in on_paper().questions
        }
    )
)


@cache
def shipped() -> tuple[Compiled, DecisionTables]:
    catalog = load_cached()
    return compiled(catalog.decision_tables, thresholds(catalog)), catalog.decision_tables


def advice_on(answers: Answers) -> Advice:
    tables, records = shipped()
    return advise(tables, records, answers)


@pytest.mark.slow
@given(partial)
def test_answering_a_question_adds_no_outcome_and_all_answers_together_lose_none(answers: dict[str, str | int]) -> None:
    before = set(advice_on(answers).possible)
    for question in on_paper().questions:
        if answers.get(question, UNKNOWN) == UNKNOWN:
            each = [set(advice_on({**answers, question: value}).possible) for value in on_paper().answers[question]]
            assert set().union(*each) == before
            assert all(after <= before for after in each)


@given(partial, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_matter(answers: dict[str, str | int], chance: random.Random) -> None:
    shuffled = [*answers.items()]
    chance.shuffle(shuffled)
    one, other = advice_on(answers), advice_on(dict(shuffled))
    assert one == other


@given(partial)
def test_unknown_leaves_open_what_a_missing_answer_leaves_open(answers: dict[str, str | int]) -> None:
    said = advice_on(answers)
    left_out = advice_on({name: value for name, value in answers.items() if value != UNKNOWN})
    named = advice_on({name: answers.get(name, UNKNOWN) for name in on_paper().questions})
    for other in (left_out, named):
        assert said.possible == other.possible
        assert said.fallbacks == other.fallbacks
        assert said.reasons == other.reasons
        assert said.changes == other.changes
    assert named.ask is None


@pytest.mark.slow
@settings(max_examples=25)
@given(partial)
def test_no_question_is_asked_twice_and_the_guide_comes_to_an_end(answers: dict[str, str | int]) -> None:
    given_answers = dict(answers)
    for _ in on_paper().questions:
        question = advice_on(given_answers).ask
        if question is None:
            break
        assert question not in given_answers
        given_answers[question] = UNKNOWN
    assert advice_on(given_answers).ask is None


@given(complete, st.sampled_from(["pool_count", "site_count"]), st.integers(0, LARGEST_COUNT))
def test_more_computers_never_turn_kms_into_mak(answers: dict[str, str | int], question: str, more: int) -> None:
    before = advice_on(answers).outcome
    after = advice_on({**answers, question: max(int(answers[question]), more)}).outcome
    assert before is not None
    assert after is not None
    assert not (before.startswith("kms-") and after.startswith("mak-"))


@given(complete)
def test_domain_membership_never_takes_adba_away(answers: dict[str, str | int]) -> None:
    joined = advice_on({**answers, "directory": "ad-ready"}).outcome
    for directory in ("ad-old-schema", "none"):
        if advice_on({**answers, "directory": directory}).outcome == "adba":
            assert joined == "adba"


@given(complete)
def test_a_better_network_never_turns_kms_into_mak(answers: dict[str, str | int]) -> None:
    """Regular contact and a way to the central host can only help, if the central host has enough computers."""
    before = advice_on({**answers, "pool_count": LARGEST_COUNT}).outcome
    better = {"pool_count": LARGEST_COUNT, "kms_reach": "yes", "corporate_contact": "at-least-every-180-days"}
    after = advice_on({**answers, **better}).outcome
    assert before is not None
    assert after is not None
    assert not (before.startswith("kms-") and after.startswith("mak-"))


@given(complete)
def test_complete_answers_leave_one_outcome_and_no_question(answers: dict[str, str | int]) -> None:
    advice = advice_on(answers)
    assert advice.outcome == on_paper().read(answers)[0]
    assert advice.ask is None
    assert all(reason.certain for reason in advice.reasons)


if __name__ == "__main__":
    GOLDEN.write_text(golden_text(on_paper()), "utf-8")
    print(f"wrote {GOLDEN}")
