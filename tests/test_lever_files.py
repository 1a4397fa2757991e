"""What a lever's file may hold: rules that read the customer and change one quantity, costs on events, its own name."""

import ast
import inspect

import numpy as np
import pytest
from worlds import business

from sim.core.events import Event
from sim.core.parameter import declared
from sim.levers import BY_NAME, LEVERS
from sim.study.design import event_costs

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
    known = {"min", "max", "abs", "math", "int", "float", "monthly_worth", *rules_of(name)}
    for rule in rules_of(name).values():
        own = [argument.arg for argument in rule.args.args if argument.arg in ("customer", "lever")]
        customer, lever = (*own, "lever")[:2]
        for node in (node for line in rule.body for node in ast.walk(line)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == customer:
                assert node.attr not in CLOCK_FIELDS, f"{rule.name} reads {node.attr}"
            if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                assert all(isinstance(target, ast.Name) for target in targets), f"{rule.name} stores something"
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func)
                assert called.split(".")[0] in known, f"{rule.name}: {called}"
            if isinstance(node, ast.Name) and node.id in (customer, lever):
                assert isinstance(node.ctx, ast.Load)


@each_lever
def test_a_lever_knows_only_the_vocabulary(name):
    """It imports nothing of ours but events, hooks, units and how levers are declared: no chance, no engine."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(BY_NAME[name])))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}

    ours = {f"sim.core.{part}" for part in ("events", "hooks", "lever", "parameter", "units", "worth")}
    assert imported <= ours | {"math", "typing", "numba"}


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
    costs = event_costs(business({name: {}}))

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
