"""From rows of the event log to lines: what happened once is told by itself, what happened often is counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.study.story_voice import Voice

if TYPE_CHECKING:
    from collections.abc import Hashable
    from enum import IntEnum

COUNTED = (
    "ordered", "order_cancelled", "refunded", "used", "touched", "rewarded", "benefit", "contacted", "withheld",
    "trapped",
)  # fmt: skip
"""What is counted where it is frequent, in the order of telling; a month that holds nothing else is quiet."""
BY_DETAIL = ("touched", "rewarded", "contacted", "withheld")
"""Of these, what is counted apart by channel, kind or method."""
OF_A_TEAM = ("team_asked", "service_began", "service_ended", "left_queue")
OF_LEVERS = ("reached", "held_out")
FEW_ORDERS = 4
"""So many orders of several quiet months are told one by one."""


@dataclass(frozen=True)
class Line:
    """What is told: days of the month, empty in a chapter of several months, and words."""

    days: str
    text: str


def is_quiet(rows: list[Any]) -> bool:
    """Whether a month holds nothing but what is counted, and monthly bills paid at once."""
    return all(word(row) in COUNTED or is_plain_bill(row) for row in rows)


def is_plain_bill(row: Any) -> bool:
    """Whether a row is a monthly bill paid at once."""
    from sim.core.events import Plan

    return word(row) == "paid" and row["detail"] == 0 and row["plan"] == Plan.MONTHLY


def month_lines(rows: list[Any], voice: Voice) -> list[Line]:
    """Tell a month event by event; what is counted makes one line of its kind, at the first of them."""
    groups: dict[Hashable, list[Any]] = {}
    for place, row in enumerate(rows):
        groups.setdefault(kind_in_month(row, place, voice), []).append(row)
    return [Line(days(group[0]["time"], group[-1]["time"], voice), told(group, voice)) for group in groups.values()]


def kind_in_month(row: Any, place: int, voice: Voice) -> Hashable:
    """Return what rows of one month have in common that are told in one line."""
    if word(row) in OF_LEVERS:
        return word(row), row["time"]
    if word(row) in ("contacted", "withheld", "trapped") or word(row) not in COUNTED:
        return place
    return kind(row, voice)


def kind(row: Any, voice: Voice) -> tuple[str, int]:
    """Return what rows have in common that are counted together. In a shop a use after the trial is an order."""
    from sim.core.events import Stage

    if word(row) == "used" and voice.shop and row["stage"] != Stage.INTRODUCTION:
        return "ordered", 0
    if word(row) == "refunded" and row["detail"] > 0:
        return "refunded_term", 0
    return word(row), int(row["detail"]) if word(row) in BY_DETAIL else 0


def days(first: float, last: float, voice: Voice) -> str:
    """Write the days of a month from first to last."""
    begin, end = voice.calendar_day(first).day, voice.calendar_day(last).day
    return f"{begin:>2}" if begin == end else f"{begin:>2}-{end}"


def span_lines(rows: list[Any], voice: Voice) -> list[Line]:
    """Tell several quiet months in one go."""
    bills = [int(row["amount"]) for row in rows if word(row) == "paid"]
    texts = [voice.say("bills", count=len(bills), money=voice.money(sum(bills)))] if bills else []
    groups: dict[tuple[str, int], list[Any]] = {}
    for row in rows:
        if word(row) != "paid":
            groups.setdefault(kind(row, voice), []).append(row)
    for name, detail in sorted(groups, key=lambda key: (COUNTED.index(key[0].removesuffix("_term")), key[1])):
        group = groups[name, detail]
        texts += dated(group, voice) if name == "ordered" else [told(group, voice)]
    return [Line("", text) for text in texts]


def dated(rows: list[Any], voice: Voice) -> list[str]:
    """Tell a few orders one by one, each with its day and what belongs to it; many in one go."""
    by_time: dict[float, list[Any]] = {}
    for row in rows:
        by_time.setdefault(row["time"], []).append(row)
    if len(by_time) > FEW_ORDERS:
        return [told(rows, voice)]
    return [voice.say("dated", date=voice.date(time), what=told(group, voice)) for time, group in by_time.items()]


# --- words --------------------------------------------------------------------------------------------------------


def told(rows: list[Any], voice: Voice) -> str:
    """Say what the rows of one line mean."""
    if word(rows[0]) in COUNTED:
        return counted(kind(rows[0], voice)[0], rows, voice)
    if word(rows[0]) in OF_LEVERS:
        return voice.say(word(rows[0]), levers=voice.say("list_gap").join(lever_name(row, voice) for row in rows))
    return phrase(rows[0], voice)


def counted(name: str, rows: list[Any], voice: Voice) -> str:
    """Say how often something happened, what it came to, and how much of it a touch has prompted."""
    amount = sum(int(row["amount"]) for row in rows)
    count = sum(name.startswith(word(row)) for row in rows)  # of orders, the uses that they are stand beside them
    prompted = sum(word(row) == "used" and row["detail"] > 0 for row in rows)
    values = names(rows[0], voice) | {"count": count, "money": voice.money(amount), "cost": voice.cost(amount)}
    text = voice.say("trapped_months" if name == "trapped" else name, **values)
    return text + (voice.say("prompted_only" if count == 1 else "prompted", count=prompted) if prompted else "")


def phrase(row: Any, voice: Voice) -> str:
    """Say what one row of the log means."""
    from sim.core.events import Team
    from sim.model.kernel import FRIEND_LINE

    key, detail = word(row), int(row["detail"])
    if key in ("lost", "problem"):
        key = f"{key}_{detail}"
    elif key == "signed_up" and detail == FRIEND_LINE:
        key = "signed_up_friend"
    elif key == "alerted" and detail == 0:
        key = "alerted_without"
    elif key == "paid" and detail > 0:
        key = "paid_retry"
    elif key == "charge_failed" and detail > 0:
        key = "charge_failed_again"
    elif key == "paused" and detail == 0:
        key = "paused_asleep"
    elif key == "returned" and detail > 0:
        key = "recalled"
    elif key in OF_A_TEAM:
        key = f"{key}_{Team(detail).name.lower()}"
    amounts = {"money": voice.money(int(row["amount"])), "cost": voice.cost(int(row["amount"]))}
    numbers = {"attempt": detail, "nth": detail + 1, "which": detail, "seats": int(row["seats"])}
    if key in ("seats_dropped", "paused"):
        numbers["count"] = detail
    return voice.say(key, **amounts, **numbers, **names(row, voice))


def names(row: Any, voice: Voice) -> dict[str, object]:
    """Return the words for what a row names: a reason, a plan, a channel, an offer, signs of leaving and so on."""
    from sim.core.events import Channel, Method, Plan, Reason, Reward, SaveOffer, Signal, Stage

    event, detail = word(row), int(row["detail"])
    found: dict[str, object] = {}
    if event in ("intended", "resumed", "ended", "fell_asleep", "answered"):
        found["reason"] = name_of(Reason(detail), voice)
    elif event in ("touched", "unsubscribed"):
        found["channel"] = name_of(Channel(detail), voice)
    elif event == "rewarded":
        found["kind"] = name_of(Reward(detail), voice)
    elif event in ("contacted", "withheld"):
        found["method"] = name_of(Method(detail), voice)
    elif event == "returned" and detail > 0:
        found["method"] = name_of(Method(detail - 1), voice)
    elif event == "saved":
        found["offer"] = name_of(SaveOffer(detail), voice)
    elif event == "alerted":
        shown = [name_of(signal, voice) for signal in Signal if detail >> signal & 1]
        found["signals"] = voice.say("list_gap").join(shown)
    elif event == "opened":
        found["stage"] = name_of(Stage(row["stage"]), voice)
    if not voice.shop:
        plan = Plan(detail if event == "switched" else row["plan"])
        found |= {key: name_of(plan, voice, key) for key in ("plan", "period", "term")}
    return found


def name_of(member: IntEnum, voice: Voice, key: str = "") -> str:
    """Return the word for a reason, a plan, a stage and so on."""
    return voice.say(f"{key or type(member).__name__.lower()}_{member.name.lower()}")


def lever_name(row: Any, voice: Voice) -> str:
    """Return the name of the lever that a row is about, as scenario files write it."""
    from sim.levers import LEVERS
    from sim.scenario.problems import excerpt

    place = int(row["detail"])
    return LEVERS[place].lever_name() if place < len(LEVERS) else excerpt(voice.levers[place])


def word(row: Any) -> str:
    """Return an event's name in small letters: the key of its phrase."""
    from sim.core.events import Event

    return Event(row["event"]).name.lower()
