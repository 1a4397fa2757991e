"""Customers without ties, one after another: each comes, lives, is valued, and leaves the memory again.

What engines and the ledger do with a piece of log, here done life by life in one compiled loop. A life then happens in
a few kilobytes that stay in the processor's first cache, and memory does not grow with customers.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.ledger import cells_of, close_account, episodes_of, fold_rows
from sim.analysis.measures import new_accounts
from sim.analysis.standing import nobody, note_standing
from sim.core.compiling import entry_point
from sim.core.customer import new_buffer, new_customers
from sim.model import life
from sim.model.candidates import Group, Population, names_and_places
from sim.model.life import ROWS_PER_EVENT
from sim.model.reviews import forget
from sim.model.running import skip_unused
from sim.model.traits import let_all_come, let_come

FEW = 16
"""Customers whose events are valued at a time: so many that it costs little, so few that all stays in the cache."""


@dataclass(frozen=True)
class Lot:
    """Customers before anything happened to them in a study: candidates to come, and those of the opening book.

    Attributes
    ----------
    names, places
        Of candidates: who each is, and where he stands among those of his month.
    book
        Records of the customers who are there on day 0.
    """

    replication: int
    population: Population
    names: NDArray[np.int64]
    places: NDArray[np.float64]
    book: np.recarray

    def customers(self) -> np.recarray:
        """Return everybody's record at once."""
        customers, people = new_customers(len(self)), self.population.people
        let_all_come(customers, self.names, self.places, people, self.population.tables, self.replication)
        customers[len(self.names) :] = self.book
        return customers

    def __len__(self) -> int:
        """Return the number of customers."""
        return len(self.names) + len(self.book)


def lot_of(population: Population, replication: int, groups: tuple[Group, ...], book: np.recarray) -> Lot:
    """Return the candidates of some groups, and customers who are there on day 0, as one lot."""
    names, places = names_and_places(groups)
    return Lot(replication, population, names, places, book)


def live(
    lot: Lot, kernel: np.recarray, until: float, sums: NDArray[np.int64],
    cohorts: tuple[NDArray[np.int64], NDArray[np.int64]], recall: NDArray[np.int64], terms: np.recarray,
    discount: NDArray[np.float64], event_costs: NDArray[np.int64],
) -> tuple[int, np.recarray]:  # fmt: skip
    """Let customers without ties live and fold what happens into sums; see ``ledger.fold`` for these.

    Returns
    -------
    rows, standings
        How many events were logged, and how each customer stands in the end.
    """
    forget(kernel)
    skip_unused(kernel, lot.book)
    standings, people = nobody(len(lot)), lot.population.people
    blank = new_customers(2), new_accounts(FEW + 1)  # the last ones to begin from
    rows = live_one_by_one(
        lot.names, lot.places, lot.book, people, lot.population.tables, kernel, until, *blank, new_buffer(),
        cells_of(sums), *cohorts, episodes_of(recall), terms, discount, event_costs, standings,
    )  # fmt: skip
    return rows, standings


@entry_point
def live_one_by_one(
    names, places, book, people, tables, kernel, until, customers, accounts, buffer, sums, cohort_started,
    cohort_ended, recalls, terms, discount, event_costs, standings,
):  # fmt: skip
    """Use the first of ``customers`` for everybody; the last ones of ``customers`` and ``accounts`` are empty."""
    p, log, c, last = kernel[0], buffer[0], customers[0], len(accounts) - 1
    limit, rows = log.room - ROWS_PER_EVENT, 0
    for first in range(0, len(standings), last):
        count = min(last, len(standings) - first)
        for slot in range(count):
            n = first + slot
            if n < len(names):
                customers[0] = customers[1]
                let_come(c, names[n], places[n], people[0], tables, p.replication)
            else:
                customers[0] = book[n - len(names)]
            c.slot = slot
            accounts[slot] = accounts[last]
            life.enter(c, p, log)
            while c.next_time < until:
                if log.used > limit:
                    rows += log.used
                    fold_rows(log.rows, log.used, accounts, sums, cohort_started, cohort_ended, recalls, terms,
                              discount, event_costs)  # fmt: skip
                    log.used = 0
                life.happen(c, p, log)
        rows += log.used
        fold_rows(log.rows, log.used, accounts, sums, cohort_started, cohort_ended, recalls, terms, discount,
                  event_costs)  # fmt: skip
        log.used = 0
        for slot in range(count):
            close_account(accounts[slot], sums, recalls, terms[0])
            note_standing(standings[first + slot], accounts[slot])
    return rows
