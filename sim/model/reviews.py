"""What all customers learn together, once a month: at a month's start, from the totals of the month before."""

import numpy as np

from sim.core.compiling import compiled, entry_point, inlined
from sim.core.events import Reason, Stage
from sim.core.hooks import Hook
from sim.core.lever import Rule
from sim.core.units import MONTH
from sim.levers import LEVERS
from sim.model.kernel import PLACES
from sim.model.recall import review as review_campaign

EXPERIENCE, REASONS = int(Reason.EXPERIENCE), len(Reason)
GROWTH, CHURNED = int(Stage.GROWTH), int(Stage.CHURNED)
FRIENDLY = tuple(bit for bit, lever in enumerate(LEVERS) if Hook.REFER_RATE in lever.hooks)
"""Levers under which customers bring friends."""


def ties_customers(kernel: np.recarray) -> bool:
    """Whether customers hang on one another beyond their friends: by a team, a stop rule, a budget, what is said."""
    frames, shared = kernel["frames"][0], [bit for bit, lever in enumerate(LEVERS) if lever.review is not None]
    return bool(
        (kernel["teams"]["agents"] > 0).any()
        or kernel["campaign"]["watched"][0]
        or kernel["voice"]["strength"][0] > 0.0
        or (frames["budget"] > 0.0).any()
        or frames["on"][shared].any()
    )


def brings_friends(kernel: np.recarray) -> bool:
    """Whether customers may bring friends, so that a block of them grows month by month."""
    frames, custom = kernel["frames"][0], kernel["custom"][0]
    refers = custom["hook"] == list(Hook).index(Hook.REFER_RATE)
    return bool(frames["on"][list(FRIENDLY)].any() or refers.any())


def grows_together(kernel: np.recarray) -> bool:
    """Whether customers are to be run all together, month by month."""
    return ties_customers(kernel) or brings_friends(kernel)


def forget(kernel: np.recarray) -> None:
    """Let everything that is learnt begin anew: what a run has learnt is kept in the kernel."""
    p = np.asarray(kernel)  # fields of a record array are slow to write
    for name in ("stopped", "recalled", "worth"):
        p["campaign"][name] = 0
    p["month"] = 0
    p["quota"] = 1.0
    p["frames"]["ration"] = 1.0
    p["frames"]["spent"] = 0.0
    for lever in LEVERS:
        for name in lever.remembers:
            p["levers"][lever.lever_name()][name] = 0.0


@compiled
def nothing_learnt(p):
    return


def _learning(bit: int, name: str, review: Rule, rest: Rule) -> Rule:
    @inlined
    def learn(p):
        if p.frames[bit].on == 1:
            review(p.levers[name], p.month)
        rest(p)

    return learn


learn: Rule = nothing_learnt
for _bit, _lever in enumerate(LEVERS):
    if _lever.review is not None:
        learn = _learning(_bit, _lever.lever_name(), _lever.review, learn)


@compiled
def listen(p):
    """Word of mouth: how many candidates come this month, by what those who left have said in the last."""
    voice, month = p.voice, p.month
    if voice.strength == 0.0 or month.customers == 0:
        return
    said = month.said / 1000.0 / month.customers / MONTH
    change = voice.strength * (1.0 - said / voice.usual)
    p.quota = 1.0 + max(-voice.most, min(voice.most, change))


@compiled
def ration(p):
    """Shared budgets: the share of people served this month follows what the last month's share has cost."""
    for bit in range(PLACES):
        frame = p.frames[bit]
        if frame.budget > 0.0:
            if frame.spent > 0.0:
                frame.ration = min(1.0, frame.ration * frame.budget / frame.spent)
            frame.spent = 0.0


@entry_point
def month_starts(customers, kernel, time):
    """A calendar month starts for everybody together, before anything in it happens."""
    p = kernel[0]
    if time > 0.0:
        review_campaign(p, time)
        listen(p)
        learn(p)
        ration(p)
    alive = 0
    for i in range(len(customers)):
        alive += GROWTH <= customers[i].stage < CHURNED
    p.month.customers = alive
    p.month.said = 0
    p.month.activated = 0
    p.month.problems = 0
    for reason in range(REASONS):
        p.month.ended[reason] = 0
        p.month.answered[reason] = 0
