"""An open hour: once a month customers may come and ask; who comes sees more in the product.

This file is a lever that works and that is in no register: copy it, and write your own. A lever is a class with numbers
and a few rules. Say here what it does, by which mechanism, and how it can fail: whoever takes part anyway is content
anyway, so part of what raw data show is selection.
What would prove the numbers wrong: invitations drawn by lot after which perceived value is the same.
"""

from typing import ClassVar, Literal

from sim.core.compiling import compiled
from sim.core.events import Stage
from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import choice, money, param
from sim.core.units import Money, Probability

YES = 0.0  # the first of the words
INTRODUCTION = int(Stage.INTRODUCTION)

# 1. The class has the name of its file: `open_hour.py` holds `OpenHour`. Its first sentence is its entry in
#    `retention-sim levers`. From `Lever` it has starts, ends, ramp, share, eligible, fixed_cost, monthly_cost, budget.


class CopyMe(Lever):
    """Invite customers to an open hour every month."""

    # 2. The stages in which it can do anything to a customer: from then on he counts as reached, or as held out. This
    #    stops no rule: quantities are asked of all whom `eligible` lets in, prospects too. See to it in the rules.
    meets: ClassVar = (Stage.GROWTH, Stage.MATURITY, Stage.DORMANCY)

    # 3. Its numbers, each with a unit (see sim/core/units.py), a sentence, a source (a key of sim/sources.yaml), a
    #    grade (A to D, S, J) and the range worth sweeping, which includes 'no effect'.
    takes_part: Probability = param(
        "10 %", "Share of customers who come, those who like to take part in public first.",
        source="judgement", grade="J", low="0 %", high="30 %",
    )  # fmt: skip
    convinces: Probability = param(
        "20 %", "Share of the way to full perceived value that an hour makes.",
        source="judgement", grade="J", low="0 %", high="50 %",
    )  # fmt: skip
    # What whoever runs a study decides has no source and no range.
    newcomers: Literal["yes", "no"] = choice("yes", "Whether customers may come before their second bill.")
    # Money has its default in sim/markets/*.yaml, under a key of its own there; this one borrows another's.
    seat: Money = money("reward_unit", "What one guest of one hour costs.")


# 4. Rules: plain functions of the value so far, the customer and the lever's numbers. They may read the customer's
#    fields (sim/core/customer.py), but no clock and no chance, and they store nothing. Money is in minor units, shares
#    are 0..1, rates are per day, words are their place in the list of words. Rules that share something call a function
#    with `@compiled`. Which quantities there are, and when each is asked for: sim/core/hooks.py.


@compiled
def comes(customer, lever):
    # A month's start asks for both quantities below of prospects as well, who are none of the stages of `meets`: what a
    # rule gave and paid there would be for people who do not count as reached.
    invited = customer.stage != INTRODUCTION and (lever.newcomers == YES or customer.bills > 1)
    return invited and customer.posts > 1.0 - lever.takes_part


@CopyMe.changes(Hook.VALUE_PUSH)
def convince_who_comes(push, customer, lever):
    return push + (1.0 - push) * lever.convinces if comes(customer, lever) else push


@CopyMe.changes(Hook.MONTH_COST)
def pay_for_the_seat(cost, customer, lever):
    return cost + lever.seat if comes(customer, lever) else cost


# 5. In sim/levers/__init__.py: import the class, and append it to the register. That is all: scenario files, the
#    command line, hold-outs, stories and documentation know it then. Give it a test of its mechanism, one that fails if
#    the lever were a constant factor of the same mean.
