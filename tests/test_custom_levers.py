"""Levers that a scenario file writes: what may stand there, what is refused and where, what they do and cost."""

import itertools
import shutil
from dataclasses import replace

import numpy as np
import pytest
from beside import beside, both, live, signed_up
from worlds import ROOT, business, difference, log_of, run, set_rates_at, shop, times, without, world

from sim.core.custom import CUSTOM_PLACES, bounds_of
from sim.core.customer import Clock
from sim.core.events import Event, Stage
from sim.core.hooks import CUSTOM_HOOKS, Hook
from sim.engines import reference
from sim.levers import LEVERS
from sim.scenario.load import build, load
from sim.scenario.problems import ProblemsFound
from sim.study.api import simulate
from sim.study.design import lever_costs_by_month
from sim.study.store import study_hash
from sim.study.story import life_of
from sim.study.story_lines import lever_name
from sim.study.story_voice import Voice

IDEA = {"quantity": "use_rate", "operation": "multiply", "size": 1.2, "source": "a guess"}
MET = (Event.REACHED, Event.HELD_OUT)


def custom(**settings):
    """Return one lever of one's own, as ``levers:`` holds it."""
    return {"custom": {"my idea": IDEA | settings}}


def problem_of(levers, scenario=business):
    """Return the one thing that is wrong."""
    with pytest.raises(ProblemsFound) as caught:
        scenario(levers)
    (problem,) = caught.value.problems
    return str(problem)


# --- what is refused ------------------------------------------------------------------------------------------------


def test_a_mistake_is_told_with_line_and_column(tmp_path):
    """Of a misspelt quantity, key and segment, and of a size that is no number, in one go."""
    shutil.copy(ROOT / "scenarios" / "baseline.yaml", tmp_path)
    file = tmp_path / "mine.yaml"
    file.write_text(
        "extends: baseline.yaml\nname: mine\nlevers:\n  custom:\n    my idea:\n"
        "      quantity: use_rat\n      operation: multiply\n      size: fast\n      sourc: none\n      source: us\n"
        "      eligible: {segments: [smal]}\n",
        encoding="utf-8",
    )
    with pytest.raises(ProblemsFound) as caught:
        load(file)
    told = {(one.line, one.column): str(one) for one in caught.value.problems}

    assert "did you mean 'use_rate'?" in told[6, 17]
    assert "is not a plain number" in told[8, 13]
    assert "did you mean 'source'?" in told[9, 7]
    right = file.read_text().replace("use_rat\n", "use_rate\n").replace("fast", "2").replace("      sourc: none\n", "")
    file.write_text(right)
    with pytest.raises(ProblemsFound, match=r":10:29: error: unknown segment 'smal'; did you mean 'small'"):
        load(file)


@pytest.mark.parametrize("settings, words", [
    ({"size": -1}, "-1 is no factor"), ({"size": 101}, "stay within 100"), ({"size": "nan"}, "nan"),
    ({"size": "inf"}, "inf"), ({"size": 1e300}, "1e"), ({"operation": "replace"}, "operation"),
    ({"operation": "add", "size": 101}, "stay within 100"), ({"operation": "add", "size": -101}, "stay within 100"),
    ({"quantity": "solved", "operation": "add", "size": -1.01}, "stay within 1"),
    ({"quantity": "refer_rate", "operation": "add", "size": 11}, "stay within 10 a day"),
    ({"quantity": "prospect_cost", "operation": "add", "size": 2e8}, "minor units"),
    ({"quantity": "quota", "size": 21}, "20 times the usual prospects"), ({"quantity": "price"}, "price"),
    ({"quantity": "order_fee"}, "never asks for order_fee"), ({"source": ""}, "empty"), ({"cost": "5 EUR"}, "EUR"),
    ({"budget": "5 USD"}, "neither touches nor contacts"), ({"starts": "40 days", "ends": "30 days"}, "ends"),
    ({"eligible": {"stages": ["youth"]}}, "unknown stage"), ({"eligible": {"lives": [0]}}, "no number of a life"),
])  # fmt: skip
def test_what_cannot_be_computed_is_refused(settings, words):
    assert words in problem_of(custom(**settings))


def test_what_must_be_written():
    with pytest.raises(ProblemsFound) as caught:
        business({"custom": {"my idea": {}}})

    assert [str(one).split("'")[1] for one in caught.value.problems] == ["operation", "quantity", "size", "source"]


@pytest.mark.parametrize("name", ["annual_plan", "two\nlines", " padded", "\x1b[31mred"])
def test_names_that_would_be_mistaken_are_refused(name):
    assert "cannot have this name" in problem_of({"custom": {name: IDEA}})


def test_a_name_is_short():
    assert "the name 'aaa" in problem_of({"custom": {"a" * 61: IDEA}})


def test_there_is_room_for_eight():
    many = {f"idea {number}": IDEA for number in range(CUSTOM_PLACES + 1)}

    assert "too many entries" in problem_of({"custom": many})
    assert len(business({"custom": dict(itertools.islice(many.items(), CUSTOM_PLACES))}).custom_levers()) == 8


def test_a_shop_has_no_seats():
    assert "never asks for first_seats" in problem_of(custom(quantity="first_seats"), shop)
    assert shop(custom(quantity="order_fee")).custom_levers()


def test_what_belongs_to_one_lever_cannot_be_changed_from_a_file():
    """Offers, recalls, touches, choices; all else can."""
    assert {hook.name for hook in Hook} - {hook.name for hook in CUSTOM_HOOKS} == {
        "ANNUAL_PROBABILITY", "LONG_TERM_PROBABILITY", "SWITCH_PROBABILITY", "PRICE", "WORTH", "METHOD",
        "RECALL_CHANCE", "GIFT", "TOUCH_STRENGTH", "TOUCH_VALUE", "TOUCH_GIFT", "OFFER", "LATER_OFFER", "GUIDANCE",
        "REWARD_KIND", "SAVE_OFFER", "ALERT", "RESCUE",
    }  # fmt: skip


def test_text_in_a_file_is_never_run(tmp_path, monkeypatch):
    """Whatever stands in names and sources, the story is that of the same lever with plain words."""
    trap = tmp_path / "trap"
    monkeypatch.chdir(tmp_path)
    code = "__import__('os').mkdir('trap')"
    wicked = {"custom": {f"0) or {code} or (0": IDEA | {"source": code}}}
    with pytest.raises(ProblemsFound):
        business(custom(quantity=code))

    assert difference(log_of(world(custom(), customers=40)), log_of(world(wicked, customers=40))) == ""
    assert not trap.exists()


# --- what they do ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", range(0, len(CUSTOM_HOOKS), CUSTOM_PLACES))
@pytest.mark.parametrize("least", [True, False], ids=["least", "most"])
def test_engines_agree_on_every_quantity_at_its_bounds(number, least):
    """Times stay finite, and money that levers pay never comes back; friends apart, who would be without end."""
    from sim.scenario.own import UNITS

    ideas, random = {}, np.random.default_rng(number)
    for hook in CUSTOM_HOOKS[number : number + CUSTOM_PLACES]:
        if hook in (Hook.ORDER_CANCEL, Hook.ORDER_FEE):
            continue
        add = bool(random.random() < 0.5)
        size = next(bound for unit, (bound, _) in UNITS.items() if unit in hook.value) if add else 100.0
        size = size if hook not in (Hook.QUOTA, Hook.REFER_RATE) else 0.02 if hook == Hook.REFER_RATE else 3.0
        size = (-size if add else 0.0) if least else size
        idea = {"quantity": hook.name.lower(), "operation": "add" if add else "multiply", "size": size, "source": "?"}
        ideas[hook.name] = {**idea, "share": "70 %", "starts": "20 days"}
    design = beside({"custom": ideas, "integrations": {}, "variable_rewards": {}}, customers=30, horizon="3 months")
    log = live(design, 1)

    assert np.isfinite(log["time"]).all()
    assert (log["amount"] >= 0).all()
    assert difference(live(design, 1, reference), log) == ""


def test_bounds_are_those_of_the_vocabulary():
    assert bounds_of(Hook.SOLVED) == (0, 1)
    assert bounds_of(Hook.USE_RATE) == (0, np.inf)
    assert bounds_of(Hook.REWARD_STANDARD) == (1, np.inf)
    assert bounds_of(Hook.ABILITY) == (-np.inf, np.inf)


@pytest.mark.parametrize("idea", [{"size": 1}, {"operation": "add", "size": 0}])
@pytest.mark.parametrize("quantity", ["use_rate", "leave_soft", "quota", "solved", "prospect_cost", "list_price"])
def test_a_lever_of_no_size_changes_no_other_event(quantity, idea):
    plain, log, _ = both(custom(quantity=quantity, **idea), customers=100)

    assert (log["event"] == Event.REACHED).any()
    assert difference(plain, without(log, *MET)) == ""


def test_a_fifth_more_use_is_a_fifth_more_use():
    """Rates of the same customers, before any has lived otherwise: exactly 1.2 times."""
    rates = []
    for levers in ({}, custom()):
        this = world(levers, customers=600)
        _, customers = run(replace(this, until=2.0))
        there = customers[(customers.next_kind != Clock.SIGN_UP) & (customers.stage < Stage.CHURNED)]
        set_rates_at(there, this.kernel, there.now.copy())
        rates.append(dict(zip(there.id.tolist(), there.rate[:, Clock.USE].tolist(), strict=True)))
    awake = [one for one in rates[0].keys() & rates[1].keys() if rates[0][one] > 0.0]
    shares = np.array([rates[1][one] / rates[0][one] for one in awake])

    assert len(awake) > 50
    assert np.median(shares) == pytest.approx(1.2, abs=1e-12)


def test_two_ideas_on_one_quantity_both_act():
    """1.2 x 1.5 is 1.8, in whatever order they stand."""
    twice = {"custom": {"b": IDEA, "a": IDEA | {"size": 1.5}}}
    once = custom(size=1.2 * 1.5)
    logs = [without(log_of(world(levers, customers=100)), *MET) for levers in (twice, once)]

    assert len(logs[0]) == pytest.approx(len(logs[1]), rel=0.02)


def test_more_candidates_are_there_for_a_larger_quota():
    plain, log, _ = both(custom(quantity="quota", size=1.5), customers=800)

    assert set(signed_up(plain)) < set(signed_up(log))
    assert len(signed_up(log)) / len(signed_up(plain)) == pytest.approx(1.5, rel=0.03)


def test_friends_come_by_an_idea_alone():
    _, log, _ = both(custom(quantity="refer_rate", operation="add", size=0.01), customers=300)

    assert (log["event"] == Event.REFERRED).sum() > 50
    assert not (log["event"] == Event.REFERRAL_PAID).any()


# --- window, reach, hold-out ----------------------------------------------------------------------------------------


def test_window_share_and_target_group_hold():
    """Before it starts, outside the segment and in the hold-out everybody lives as without it."""
    idea = custom(size=3, share="50 %", starts="60 days", eligible={"segments": ["large"]})
    plain, log, customers = both(idea, customers=400)
    held_out = customers.id[np.isin(customers.id, log["customer"][log["event"] == Event.HELD_OUT])]
    reached = log["customer"][log["event"] == Event.REACHED]

    assert len(held_out) > 20 and len(reached) > 20
    assert set(log["detail"][np.isin(log["event"], MET)]) == {len(LEVERS)}
    for these in (customers.id[customers.segment == 0], held_out):
        same = [each[np.isin(each["customer"], these)] for each in (plain, log)]
        assert difference(same[0], without(same[1], *MET)) == ""
    assert difference(plain[plain["time"] < 60], log[log["time"] < 60]) == ""
    assert difference(plain, without(log, *MET)) != ""


def test_a_name_and_not_its_place_decides_who_is_reached():
    alone = log_of(world(custom(share="50 %")))
    among = log_of(world({"custom": {"my idea": IDEA | {"share": "50 %"}, "a": IDEA | {"size": 1}}}))
    places = [(alone, len(LEVERS)), (among, len(LEVERS) + 1)]
    met = [set(log["customer"][(log["event"] == Event.REACHED) & (log["detail"] == place)]) for log, place in places]

    assert len(met[0]) > 20 and met[0] == met[1]


def test_hold_outs_and_stories_call_it_by_its_name():
    design = beside({"prompts": {}, **custom(share="50 %")})
    place = len(LEVERS)
    study = simulate(design.scenarios, customers=200, replications=2, months=3)
    life = next(
        life for number in range(40) for life in [life_of(design, 1, number, 0)]
        if (np.isin(life.rows["event"], MET) & (life.rows["detail"] == place)).any()
    )  # fmt: skip
    row = life.rows[np.isin(life.rows["event"], MET) & (life.rows["detail"] == place)][0]
    voice = Voice("en", design.baseline.starts, "USD", 2, levers=life.levers)

    assert set(study.holdouts()["lever"]) == {"prompts", "my idea"}
    assert lever_name(row, voice) == "'my idea'"


# --- costs and keeping ----------------------------------------------------------------------------------------------


def test_it_costs_whom_it_reaches_every_month():
    """1.50 USD at each month start of everybody reached, and of nobody else."""
    log = log_of(world(custom(cost="1.50 USD", share="50 %"), customers=200))
    paid = log[log["event"] == Event.BENEFIT]

    assert len(paid) > 200 and set(paid["amount"]) == {150 * 100}
    assert set(paid["customer"]) <= set(log["customer"][log["event"] == Event.REACHED])
    assert len(times(paid, Event.BENEFIT)) == len(set(zip(paid["customer"], paid["time"], strict=True)))


def test_fixed_and_monthly_costs_are_in_the_levers_costs():
    scenario = business(custom(fixed_cost="400 USD", monthly_cost="30 USD", starts="1 month"))

    assert lever_costs_by_month(scenario, 3, 5).tolist() == [0, 43000, 3000, 3000, 3000]


def test_with_levers_changes_only_what_is_named():
    """Of a lever that is pulled, of a group inside it and of one of one's own, as in a file that extends another."""
    pulled = {"annual_plan": {"discount": "20 %", "eligible": {"segments": ["small"]}}, "prompts": {"share": "60 %"}}
    first = business({**pulled, "custom": {"my idea": IDEA}})
    second = first.with_levers(
        annual_plan={"offered_to": "50 %", "eligible": {"plans": ["monthly"]}}, prompts={},
        custom={"my idea": {"size": 3}},
    )  # fmt: skip
    annual = second.levers.annual_plan

    assert (annual.discount, annual.offered_to, second.levers.prompts.share) == (0.2, 0.5, 0.6)
    assert (tuple(annual.eligible.segments), tuple(annual.eligible.plans)) == (("small",), ("monthly",))
    assert second.custom_levers()["my idea"] == first.custom_levers()["my idea"].model_copy(update={"size": 3.0})
    assert first.levers.annual_plan.offered_to != 0.5, "the first scenario stays as it is"


def test_with_levers_starts_a_lever_anew_where_that_is_asked_for():
    first = business({"annual_plan": {"discount": "21 %"}})
    fresh = business({"annual_plan": {}}).levers.annual_plan

    assert first.levers.annual_plan != fresh
    assert first.with_levers(annual_plan=None).levers.annual_plan == fresh
    assert first.with_levers(annual_plan=False).with_levers(annual_plan={}).levers.annual_plan == fresh


def test_with_levers_adds_changes_and_lets_go():
    first = business(custom())
    second = first.with_levers(custom={"other": IDEA | {"size": 2}})
    third = second.with_levers(custom={"my idea": False}, prompts={})

    assert second.name == "small world with other"
    assert list(second.custom_levers()) == ["my idea", "other"] and second.custom_levers()["other"].size == 2
    assert list(third.all_levers()) == ["prompts", "other"]
    assert not first.with_levers(custom=False).custom_levers()


def test_a_run_folder_keeps_it():
    """What is stored builds the same scenario again, and another size is another study."""
    one, other = (beside(custom(size=size)) for size in (1.2, 1.3))
    again = build(one.scenarios[1]._data)

    assert again.custom_levers() == one.scenarios[1].custom_levers()
    assert study_hash(one) != study_hash(other)
