"""What an answer hangs on: every weak number is tried, the ends are those of a study at the end, the turn is one."""

from contextlib import contextmanager

import numpy as np
import pytest
from click.testing import CliRunner
from worlds import business

from sim.cli.hangs_on import begun
from sim.cli.main import commands
from sim.cli.progress import Messages
from sim.core.parameter import declared
from sim.language.words import Words
from sim.levers import BY_NAME
from sim.model.behaviour import Behaviour
from sim.study.api import NotComparable, make_design, run_study
from sim.study.hangs_on import find
from sim.study.hangs_on_numbers import WEAK, changed_in, numbers_of, place_of, value_at
from sim.study.hangs_on_trials import Round

SIZE = {"customers": 100, "replications": 3, "seed": 3}
LEVERS = {"guided_onboarding": {}, "cancel_flow": {}}


def study_of(*scenarios):
    return run_study(make_design(list(scenarios), baseline=scenarios[0].name, **SIZE))


@pytest.fixture(scope="module")
def study():
    strategies = [business({name: setting}, name=name) for name, setting in LEVERS.items()]
    return study_of(business(), *strategies)


@pytest.fixture(scope="module")
def answer(study):
    return find(study, customers=SIZE["customers"], replications=SIZE["replications"], top=5)


def profit(*scenarios):
    """Return the strategy's profit minus the baseline's, simulated as it stands."""
    return study_of(*scenarios).difference(1, "profit_npv").interval.mean


def test_every_weak_number_of_behaviour_and_of_the_levers_is_tried(answer):
    """Counted from the declarations; renewal, channels, plans and costs come on top."""
    groups = {("behaviour", name): field.annotation for name, field in Behaviour.model_fields.items()}
    groups |= {("levers", name): BY_NAME[name] for name in LEVERS}
    weak = {".".join((*path, one.name)) for path, group in groups.items()
            for one in declared(group) if one.grade in WEAK and one.low is not None}  # fmt: skip
    tried = {row.number.name for row in answer.rows}
    left_out = {left.number.name: left.why for left in answer.left_out}

    assert len(weak) > 80
    assert weak - tried - set(left_out) == set()
    assert not {name for name in left_out if name.startswith("behaviour.reasons")}
    assert all(left_out.values())


def test_strong_numbers_are_tried_only_when_asked_for():
    scenarios = (business(), business({"guided_onboarding": {}}, name="guided"))
    weak, more = (numbers_of(scenarios, grades) for grades in (WEAK, (*WEAK, "A", "B", "C")))

    assert {number.range.grade for number in weak} <= set(WEAK)
    assert len(more) > len(weak)


def test_the_ends_are_what_a_study_at_the_end_finds(study, answer):
    """The three numbers that move most: the scenarios written anew with the value at the end, to the cent."""
    rows = answer.of(1)[:3]

    for row in rows:
        for value, found in ((row.number.range.low, row.at_low), (row.number.range.high, row.at_high)):
            both = row.number.changed(study.design.scenarios[:2], value)
            assert profit(*both) == pytest.approx(found.mean, abs=0.02), row.number.name


def test_rows_are_ranked_by_what_they_move(answer):
    for strategy in (1, 2):
        swings = [row.swing.mean for row in answer.of(strategy)]
        assert swings == sorted(swings, reverse=True)
        assert swings[0] > 0.0


def test_where_a_sign_changes_the_value_is_said_and_is_one(study, answer):
    """At the turn the strategies differ by little of what the number moves; customers come and go as wholes."""
    turning = [row for row in answer.rows if row.turns]
    assert turning
    for row in turning[:3]:
        at = row.turns[0]
        assert place_of(row.number.range.low) <= place_of(at.value) <= place_of(row.number.range.high)
        both = [study.design.scenarios[place] for place in (0, row.strategy)]
        changed = [changed_in(one, row.number.path, at.value) if place in row.number.present else one
                   for place, one in zip((0, row.strategy), both, strict=True)]  # fmt: skip
        print(row.number.name, row.number.written(at.value), profit(*changed), "of", row.swing.mean)
        assert abs(profit(*changed)) < 0.25 * row.swing.mean


def test_a_share_of_the_reasons_takes_from_the_others_and_moves_the_solved_mix():
    scenario = business()
    before, solved = dict(scenario.behaviour.reasons), dict(scenario.solved.reasons)
    after = changed_in(scenario, ("behaviour", "reasons", "natural"), 0.5)
    shares, mix = dict(after.behaviour.reasons), dict(after.solved.reasons)

    assert shares["natural"] == 0.5 and sum(shares.values()) == pytest.approx(1.0)
    assert sum(mix.values()) == pytest.approx(1.0)
    assert shares["soft"] / shares["hard"] == pytest.approx(before["soft"] / before["hard"])
    moved = [mix[name] / solved[name] * before[name] / shares[name] for name in before]
    assert moved == pytest.approx([moved[0]] * 4)


def test_values_and_places_on_a_line_are_inverse(answer):
    for row in answer.rows:
        for value in (row.number.range.low, row.number.range.high):
            assert place_of(value_at(place_of(value), value)) == pytest.approx(place_of(value))


def test_one_scenario_hangs_on_nothing():
    with pytest.raises(NotComparable, match="only one scenario"):
        find(study_of(business()))


def test_each_round_is_announced_and_its_end_is_foreseen(study):
    """In their order, with what they are about; the runs of a round are known when it begins and never grow."""
    begun, steps = [], {}

    @contextmanager
    def begin(one):
        begun.append(one)
        yield lambda done, total: steps.setdefault(one.name, []).append((done, total))

    answer = find(study, customers=100, replications=4, top=2, begin=begin)

    places = [one.place for one in begun]
    tried = {row.number.name for row in answer.rows}
    assert places == sorted(set(places)) and places[:4] == [1, 2, 3, 4]
    assert [one.replications for one in begun[:4]] == [4, 1, 1, 2]
    assert len(tried) <= begun[1].numbers and begun[1].numbers > begun[2].numbers > begun[3].numbers > 0
    assert ("turns" in steps) == any(row.sure for row in answer.rows)
    for name, said in steps.items():
        done, total = zip(*said, strict=True)
        assert list(done) == sorted(set(done)) and list(total) == sorted(total, reverse=True), name
        assert done[-1] == total[-1] if name != "turns" else done[-1] <= total[-1], name


@pytest.mark.parametrize(("language", "first", "left"), [
    ("en", "Round 2 of 5: 140 numbers at both ends, 1 replication.",
     "Round 2 of 5: 2 of 8 pieces, about 1 s left of this round"),
    ("zh", "第 2/5 轮：140 个参数各取两端，1 次重复。", "第 2/5 轮：已完成 2/8，本轮约剩 1 秒"),
])  # fmt: skip
def test_the_time_left_is_said_of_the_round_alone(language, first, left, capsys, monkeypatch):
    monkeypatch.setattr("sim.cli.progress.HEARTBEAT", 0.0)
    with begun(Round("once", 140, 1), Messages(Words("command_line", language))) as step:
        step(1, 8)
        step(2, 8)

    assert capsys.readouterr().err.splitlines()[::2] == [first, left]


def test_the_command_ranks_them_in_words_and_as_data(study, tmp_path):
    study.save(tmp_path / "run")
    size = ["--customers", "100", "--replications", "2", "--top", "3", "--quiet"]
    words, data = (
        CliRunner().invoke(commands, ["hangs-on", str(tmp_path / "run"), *size, *more]) for more in ([], ["--json"])
    )

    assert words.exit_code == data.exit_code == 0, words.output
    assert max(map(len, words.stdout.splitlines())) <= 80
    assert "guided_onboarding" in words.stdout and "behaviour." in words.stdout


def test_a_table_for_analysts(study):
    table = study.hangs_on(customers=100, replications=2, top=3)

    assert {"guided_onboarding", "cancel_flow"} == set(table["scenario"])
    assert np.isfinite(table["swing"]).all()
