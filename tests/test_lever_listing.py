"""What ``retention-sim levers NAME`` says of the kinds of parameters, changes and costs that levers may have."""

import pytest
from click.testing import CliRunner

from sim.cli.levers import levers
from sim.cli.output import WIDTH, width
from sim.core.lever import words_of
from sim.levers import LEVERS


def shown(name, language="en"):
    """Return what is told of a lever, as one line."""
    result = CliRunner().invoke(levers, [name, "--lang", language])
    assert result.exit_code == 0 and all(width(line) <= WIDTH for line in result.output.splitlines())
    return " ".join(result.output.split())


each_lever = pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.lever_name())


@pytest.mark.parametrize("language", ["en", "zh"])
@each_lever
def test_something_is_said_of_changes_and_of_choices(lever, language):
    text = shown(lever.lever_name(), language)

    assert "Changes Costs" not in text and "改变的量 成本" not in text
    for name in lever.own_parameters():
        assert f"{name}: {' | '.join(words_of(lever, name))}" in text


@each_lever
def test_every_cost_is_named(lever):
    text = shown(lever.lever_name())
    costs = text.partition("Costs ")[2].partition("Parameters of its own")[0]

    for names in (lever.build_costs, lever.running_costs):
        assert " x ".join(names) in costs
    for _, parameter in lever.costs:
        assert parameter in costs
    assert ("the price of channel" in costs) == bool(lever.touching or lever.recalling)
    assert ("for each reward" in costs) == (lever.lever_name() == "variable_rewards")


def test_touching_and_recalling_are_told_with_their_parameters():
    assert "touches by the calendar, see per_month, channel and strength;" in shown("prompts")
    assert "customers who have left, see after, contacts, spacing and channel;" in shown("recall_campaign")


def test_a_team_of_its_own_kind_shows_its_own_numbers():
    assert "session: length of time, default 0.5 days" in shown("guided_onboarding")
    assert "session: length of time, default 0.02 days" in shown("recall_campaign")
    assert "What one member of the success team costs a month" in shown("early_warning")
