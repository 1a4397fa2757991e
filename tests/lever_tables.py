"""For every lever: settings with which it acts and changes nothing, settings with which it shows, its own events.

A lever's tests, ``test_lever_NAME.py``, hold its own line of each table; those of the first levers stand here.
"""

import importlib
import importlib.util

from worlds import recall

from sim.core.events import Event
from sim.levers import BY_NAME

NO_CHANCE = {"feature_news": "0 %", "content": "0 %", "benefit": "0 %", "friends": "0 %", "call": "0 %"}


def table(name, first):
    """Return one table of all levers of the register, in its order."""
    rows = {lever: getattr(own, name, None) for lever, own in MODULES.items()}
    return {lever: row for lever in BY_NAME if (row := rows.get(lever, first.get(lever))) is not None}


def own_module(lever):
    """Return the module of a lever's own tests, if it has one."""
    name = f"test_lever_{lever}"
    return importlib.import_module(name) if importlib.util.find_spec(name) else None


MODULES = {lever: module for lever in BY_NAME if (module := own_module(lever)) is not None}
NO_EFFECT = table("NO_EFFECT", {
    "annual_plan": {"take_up": "0 %", "later_take_up": "0 %", "again_after": 1, "discount": "0 %"},
    "guided_onboarding": {"step_help": 1, "use_help": 1, "leave_help": 1},
    "integrations": {"ability": 0, "leave_help": 1, "connects": "20 % per month"},
    "variable_rewards": {"size": 0},
    "prompts": {"strength": 0},
    "recall_campaign": recall(**NO_CHANCE),
})  # fmt: skip
"""For every lever, settings with which it acts and changes nothing."""
STRONG = table("STRONG", {
    "annual_plan": {},
    "guided_onboarding": {},
    "integrations": {"connects": "40 % per month", "ability": 0.1},
    "variable_rewards": {"standard": 1},
    "prompts": {"per_month": 10, "channel": "in_app", "timely": "40 %"},
    "recall_campaign": recall(benefit="100 %", feature_news="100 %", content="100 %", friends="100 %"),
})  # fmt: skip
"""For every lever, settings with which it visibly changes something, even in a small world."""
OWN_EVENTS = table("OWN_EVENTS", {
    "annual_plan": (),
    "guided_onboarding": (Event.GUIDED,),
    "integrations": (Event.INTEGRATED,),
    "variable_rewards": (Event.REWARDED,),
    "prompts": (Event.TOUCHED,),
    "recall_campaign": (Event.CONTACTED, Event.WITHHELD),
})  # fmt: skip
"""Events that a lever may write of itself, even without effect, besides those of its team and of having met."""
