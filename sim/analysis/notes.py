"""Events that change no bill: failed charges, activation, falling asleep, meeting levers, seats, pauses, alerts."""

from sim.analysis.measures import Measure
from sim.core.compiling import compiled
from sim.core.events import Event
from sim.core.units import MONTH

CHARGES_FAILED, DUE, ASLEEP = int(Measure.CHARGES_FAILED), int(Measure.DUE), int(Measure.ASLEEP)
ACTIVATED, SIGNED_UP_ACTIVATED = int(Measure.ACTIVATED), int(Measure.SIGNED_UP_ACTIVATED)
UNSOLVED, DROPPED, ALERT_SPELLS = int(Measure.UNSOLVED), int(Measure.SEATS_DROPPED), int(Measure.ALERTED)
MRR_EXPANSION, MRR_CONTRACTION = int(Measure.MRR_EXPANSION), int(Measure.MRR_CONTRACTION)
CHARGE_FAILED, IS_ACTIVATED, FELL_ASLEEP = int(Event.CHARGE_FAILED), int(Event.ACTIVATED), int(Event.FELL_ASLEEP)
REACHED, HELD_OUT, PROBLEM = int(Event.REACHED), int(Event.HELD_OUT), int(Event.PROBLEM)
SEATS_ADDED, SEATS_DROPPED = int(Event.SEATS_ADDED), int(Event.SEATS_DROPPED)
PAUSED, UNPAUSED, ALERTED = int(Event.PAUSED), int(Event.UNPAUSED), int(Event.ALERTED)
ALERT_DAYS = 3.0 * MONTH
"""An end so soon after an alert was foreseen; alerts closer than that are one."""


@compiled(forceinline=True)
def note_relation(row, account, cell):
    """Problems, seats, pauses, alerts."""
    if row.event == PROBLEM:
        cell[UNSOLVED] += row.detail == 0
    elif row.event == SEATS_ADDED:
        cell[MRR_EXPANSION] += row.amount
        account.mrr += row.amount
    elif row.event == SEATS_DROPPED:
        cell[DROPPED] += row.detail
    elif row.event == PAUSED:
        cell[MRR_CONTRACTION] += account.mrr
        account.mrr = 0
        if row.detail == 0:  # asleep: a charge that was being tried again is dropped
            account.resting = 1
            account.dunning = 0
    elif row.event == UNPAUSED:
        account.resting = 0
    elif row.event == ALERTED:
        cell[ALERT_SPELLS] += row.time - account.alerted >= ALERT_DAYS
        account.alerted = row.time


@compiled(forceinline=True)
def note(row, account, sums, month, terms):
    """Events that change no money."""
    cell = sums[month, row.segment, row.plan].counts
    if row.event == CHARGE_FAILED and row.detail == 0:
        account.dunning = 1
        cell[CHARGES_FAILED] += 1
        cell[DUE] += 1
    elif row.event == IS_ACTIVATED:
        cell[ACTIVATED] += 1
        if account.signed_up >= 0.0 and row.time - account.signed_up <= terms.activation_window:
            sums[int(account.signed_up / MONTH), row.segment, account.signed_plan].counts[SIGNED_UP_ACTIVATED] += 1
    elif row.event == FELL_ASLEEP:
        cell[ASLEEP + row.detail] += 1
    elif row.event >= PROBLEM:
        note_relation(row, account, cell)
    elif row.time >= terms.horizon:
        return  # whom a lever meets after the horizon has no part in figures that end there
    elif row.event == REACHED:
        account.reached |= 1 << int(row.detail)
    elif row.event == HELD_OUT:
        account.held_out |= 1 << int(row.detail)
