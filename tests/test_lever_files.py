"""What a lever's file may hold: rules that read the customer and change one quantity, costs on events, its own name."""

import ast
import inspect
import re
from dataclasses import astuple

import numpy as np
import pytest
from worlds import business

from sim.core.events import Event
from sim.core.hooks import Hook
from sim.core.lever import own_values
from sim.core.parameter import declared
from sim.levers import BY_NAME, LEVERS
from sim.study.design import costs_of_events

each_lever = pytest.mark.parametrize("name", BY_NAME)

CLOCK_FIELDS = {
    "now", "next_time", "next_kind", "due", "rate", "budget", "habit_at", "key", "id", "version", "slot", "calls",
}  # fmt: skip
"""Fields of the customer that move between events, or that a lever has no business with."""


def rules_of(name):
    """Return the syntax trees of a lever's rules and of what they share, by function name; its review is no rule."""
    tree, review = ast.parse(inspect.getsource(inspect.getmodule(BY_NAME[name]))), BY_NAME[name].review
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    return {each: node for each, node in functions.items() if review is None or each != review.__name__}


@each_lever
def test_a_rule_reads_no_clock_draws_nothing_and_stores_nothing(name):
    known = {"min", "max", "abs", "math", "int", "float", "range", "monthly_worth", "share_of_term", *rules_of(name)}
    for rule in rules_of(name).values():
        own = [argument.arg for argument in rule.args.args if argument.arg in ("customer", "lever")]
        customer, lever = (*own, "lever", "lever")[:2]
        for node in (node for line in rule.body for node in ast.walk(line)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == customer:
                assert node.attr not in CLOCK_FIELDS, f"{rule.name} reads {node.attr}"
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names = [name for target in targets for name in getattr(target, "elts", [target])]
                assert all(isinstance(name, ast.Name) for name in names), f"{rule.name} stores something"
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called.split(".")[0] in known, f"{rule.name}: {called}"
            if isinstance(node, ast.Name) and node.id in (customer, lever):
                assert isinstance(node.ctx, ast.Load)


@each_lever
def test_a_lever_knows_only_the_vocabulary(name):
    """It imports nothing of ours but events, hooks, units and how levers are declared and compiled: no chance."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(BY_NAME[name])))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}

    ours = {f"sim.core.{part}" for part in ("compiling", "events", "hooks", "lever", "parameter", "units", "worth")}
    assert imported <= ours | {"math", "typing"}


@each_lever
def test_every_rule_of_a_lever_is_registered(name):
    """A function without a hook is what rules share; else it would be dead."""
    registered = {rule.__name__ for rule in BY_NAME[name].hooks.values()}
    rules = rules_of(name)
    shared = {node.func.id for rule in rules.values() for node in ast.walk(rule)
              if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}  # fmt: skip

    assert registered <= set(rules) <= registered | shared


@each_lever
def test_costs_stand_on_events_and_are_money(name):
    lever = BY_NAME[name]
    units = {one.name: one.unit for one in declared(lever)}
    costs = costs_of_events(business({name: {}}))

    for event, parameter in lever.costs:
        assert isinstance(event, Event)
        assert units[parameter] == "money"
        assert costs[event] > 0
    assert np.count_nonzero(costs) == len({event for event, _ in lever.costs})


@each_lever
def test_a_lever_says_what_it_is(name):
    """Its file is its name, and both file and class say in a sentence what it does."""
    lever = BY_NAME[name]
    module = inspect.getmodule(lever)

    assert lever.__doc__ and module.__doc__
    assert lever.hooks or lever.touching
    assert "".join(word.capitalize() for word in name.split("_")) == lever.__name__


def test_the_register_has_room():
    """A lever's bit in the customer record is its place; 32 bits are there."""
    assert len(BY_NAME) == len(LEVERS) <= 32


# --- parameters, costs and doubt ------------------------------------------------------------------------------------

PAYING_HOOKS = {
    Hook.MONTH_COST, Hook.REWARD_COST, Hook.POINTS_COST, Hook.REFERRAL_COST, Hook.PROSPECT_COST, Hook.TOUCH_GIFT,
    Hook.GIFT, Hook.PRICE,
}  # fmt: skip
"""What a rule on one of these changes is money that the business spends, or does without."""
NO_PRICES = {"threshold"}
"""Amounts that the first order is compared with: nobody pays them."""
STOPPING = {"stop_number", "stop_worth", "stop_after"}
"""What the framework reads of a lever that recalls: when its campaign is stopped."""
DOUBT = "What would prove the numbers wrong: "


def source_of(name):
    return inspect.getsource(inspect.getmodule(BY_NAME[name]))


def parameters_read(lever, source):
    """Return the parameters that some function of a lever's file reads, or that the class tells the framework of."""
    read = {name for _, name in lever.costs} | {lever.term_years, *lever.build_costs, *lever.running_costs}
    read |= STOPPING if lever.recalling else set()
    for told in (lever.touching, lever.recalling, lever.alerting):
        read |= set(astuple(told)) if told else set()
    for node in ast.walk(ast.parse(source)):
        owner = node.value if isinstance(node, ast.Attribute | ast.Subscript) else None
        if isinstance(owner, ast.Name) and owner.id in ("lever", "self"):
            read.add(node.attr if isinstance(node, ast.Attribute) else ast.literal_eval(node.slice))
    return read


@each_lever
def test_a_lever_reads_every_parameter_that_it_has(name):
    """A parameter that nothing reads promises what is not there."""
    lever = BY_NAME[name]

    assert set(lever.own_parameters()) - parameters_read(lever, source_of(name)) == set()


@pytest.mark.parametrize("name, parameter, instead", [
    ("cancel_flow", "need_gone", "unmatched"), ("variable_rewards", "size", "chance"),
    ("churn_survey", "new_faults", "found"), ("dormant_wakeup", "gift", "gift_help"),
])  # fmt: skip
def test_a_parameter_that_nothing_reads_is_found_out(name, parameter, instead):
    """In rules, in a review, and where a name is NumPy's own; a longer name that begins alike does not stand for it."""
    source = re.sub(rf'lever(\.{parameter}\b|\["{parameter}"\])', f"lever.{instead}", source_of(name))

    assert source != source_of(name)
    assert set(BY_NAME[name].own_parameters()) - parameters_read(BY_NAME[name], source) == {parameter}


@each_lever
def test_a_lever_costs_something_as_it_is(name):
    """Building, running, an event, a touch, a gift, or what is taken off prices; and no price of it is 0."""
    scenario = business({name: {}})
    lever = scenario.all_levers()[name]
    prices = {one.name: own_values(lever)[one.name] for one in declared(type(lever)) if one.unit == "money"
              and one.name in lever.own_parameters()}  # fmt: skip
    pays = lever.product(lever.build_costs) + lever.product(lever.running_costs) + costs_of_events(scenario).sum() > 0
    touches = bool(lever.touching or lever.recalling or lever.alerting)

    assert {parameter for parameter, price in prices.items() if price <= 0.0} <= NO_PRICES
    assert pays or touches or lever.hooks.keys() & PAYING_HOOKS


@each_lever
def test_a_lever_says_what_would_prove_it_wrong(name):
    """In the last sentence of its file's docstring, which may run on."""
    *before, last = inspect.getmodule(BY_NAME[name]).__doc__.strip().split(DOUBT)
    lines = inspect.getmodule(BY_NAME[name]).__doc__.splitlines()

    assert len(before) == 1 and len(last) > 40 and last.endswith(".")
    assert any(line.startswith(DOUBT) for line in lines)


@each_lever
def test_the_effects_of_a_lever_may_be_nothing(name):
    """Nothing helps by construction: each range of an effect that is judged reaches what changes nothing, or beyond.

    An effect is what its description calls one, or gives as a factor.
    """
    for one in declared(BY_NAME[name]):
        if one.low is None or not re.match(r"Effect|Factor on (leaving|the use rate|soft)", one.description):
            continue
        low, high = (float(bound) for bound in (one.low, one.high))
        assert low <= 1.0 <= high, f"{one.name} {low} to {high}"
