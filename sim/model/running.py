"""Which mechanisms a study can do without: they are skipped, which changes the time that it takes and nothing else.

The reference engine skips nothing. So a mechanism that is left out by mistake shows as a difference between the logs.
"""

import numpy as np
from numpy.typing import NDArray

from sim.core.customer import KINDS, Clock
from sim.core.events import INTENT_REASONS, Reason
from sim.core.units import MONTH

RUNNING = [
    ("levers", "i1"),  # some lever is pulled
    ("grid", "i1"),  # something depends on the calendar, on habit, value or satisfaction
    ("use", "i1"),  # customers use of their own accord
    ("relations", "i1"),  # seats come and go, problems arise, or levers run clocks of their own
    ("lapses", "i1"),  # customers lapse and revive by clocks
    ("kinds", "i1", (KINDS,)),  # clocks and dates that can come, in their order
    ("count", "i8"),  # how many of them
]
LONGEST = 240.0 * MONTH
"""No study simulates more."""
RELATIONS = [Clock.INTEGRATE, Clock.USE_CASE, Clock.ADD_SEAT, Clock.DROP_SEAT, Clock.REFER, Clock.PROBLEM]
LAPSING = [Clock.LAPSE, Clock.REVIVE]
SOFT, EXPERIENCE = int(Reason.SOFT), int(Reason.EXPERIENCE)


def skip_nothing(kernel: np.recarray) -> None:
    """Let everything run."""
    running = kernel["running"]
    for name in ("levers", "grid", "use", "relations", "lapses"):
        running[name] = 1
    running["kinds"] = np.arange(KINDS)
    running["count"] = KINDS


def skip_unused(kernel: np.recarray, customers: np.recarray) -> None:
    """Note what can change nothing under these parameters, for customers who are about to meet them.

    Those of an opening book may bring along what other parameters have set going.
    """
    p = np.asarray(kernel)[0]  # of a plain array: fields of a record array are slow to read
    running, brought = p["running"], np.isfinite(np.asarray(customers)["due"]).any(axis=0)
    levers = bool(p["frames"]["on"].any())
    use = bool(p["use"]["peak"] * p["use_level"].max() > 0.0)
    relations = bool(p["add_seat"].max() + p["drop_seat"].max() + p["service"]["problems"] > 0.0)
    running["levers"] = levers
    running["use"] = use
    running["relations"] = relations or levers or brought[RELATIONS].any()
    running["lapses"] = p["stages"]["lapse"] > 0.0 or brought[LAPSING].any()
    grid = running["levers"] or running["use"] or running["relations"] or brought[Clock.GRID]
    running["grid"] = grid or reads_state(p) or reads_calendar(p)
    can_come = kinds_that_can_come(p) | brought
    running["count"] = can_come.sum()
    running["kinds"][: can_come.sum()] = np.flatnonzero(can_come)


def reads_calendar(p: np.void) -> bool:
    """Return whether one calendar month differs from another."""
    return any(bool((p[name] != 1.0).any()) for name in ("season", "promoted", "promoted_price"))


def reads_state(p: np.void) -> bool:
    """Return whether anything hangs on habit, value or satisfaction, which points of the grid carry forward."""
    leaving, stages = p["leaving"], p["stages"]
    leaves = p["leave"].max(axis=(0, 1)) > 0.0
    return bool(
        p["per_use"]
        or (leaves[SOFT] and leaving["soft_without_habit"] != 1.0)
        or (leaves[EXPERIENCE] and leaving["experience_without_value"] != 1.0)
        or (leaves[EXPERIENCE] and p["service"]["experience_unsatisfied"] != 1.0)
        or (stages["lapse"] > 0.0 and stages["lapse"] != stages["lapse_habit"])
        or (stages["lapse"] > 0.0 and stages["mature_habit"] < 1.0 and stages["mature_after"] < LONGEST)
    )


def kinds_that_can_come(p: np.void) -> NDArray[np.bool_]:
    """Return for each clock and date whether it can ever come."""
    running, per_use = p["running"], bool(p["per_use"])
    levers, lapses = bool(running["levers"]), bool(running["lapses"])
    leaves = (p["leave"].max(axis=(0, 1)) > 0.0) | levers  # a touch may remind somebody that he can leave
    fails = p["payment"]["fails"] + p["payment"]["replaced_fails"] > 0.0
    can_come = np.zeros(KINDS, bool)
    can_come[[Clock.CONVERT, Clock.SIGN_UP, Clock.TRIAL_END]] = True
    can_come[Clock.GIVE_UP] = p["introduction"]["give_up"] > 0.0
    can_come[Clock.USE] = running["use"]
    for reason in range(INTENT_REASONS):
        can_come[[Clock.LEAVE + reason, Clock.ACT + reason]] = leaves[reason]
        can_come[Clock.RESUME + reason] = leaves[reason] and p["leaving"]["resume"] > 0.0
    can_come[Clock.RETURN] = p["returning"]["within_year"] > 0.0 or levers
    can_come[[Clock.INTEGRATE, Clock.USE_CASE, Clock.REFER, Clock.EDGE, Clock.PATIENCE, Clock.TOUCH]] = levers
    can_come[Clock.ADD_SEAT] = p["add_seat"].max() > 0.0
    can_come[Clock.DROP_SEAT] = p["drop_seat"].max() > 0.0
    can_come[Clock.PROBLEM] = p["service"]["problems"] > 0.0
    can_come[[Clock.LAPSE, Clock.REVIVE]] = lapses
    can_come[Clock.DORMANT] = p["stages"]["lapse"] == 0.0
    can_come[Clock.GRID] = running["grid"]
    can_come[Clock.BILL] = not per_use
    can_come[Clock.RETRY] = not per_use and bool(fails or levers)
    can_come[Clock.LOST] = per_use
    return can_come
