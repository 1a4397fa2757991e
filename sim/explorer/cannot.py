"""Strategies that cannot be simulated, and why: the page says it, and nothing on it waits for them."""

from sim.engines.opening import BookNotReached
from sim.model.friends import FriendsWithoutEnd
from sim.scenario.problems import ProblemsFound
from sim.study.api import NotComparable

CANNOT = (ProblemsFound, NotComparable, BookNotReached, FriendsWithoutEnd)


def reason(error: Exception) -> str:
    """Return why; of problems in a file without their places, as nobody has written a file here."""
    if isinstance(error, ProblemsFound):
        return "\n".join(f"{one.message}; {one.remedy}" if one.remedy else one.message for one in error.problems)
    return str(error)
