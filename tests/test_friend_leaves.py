"""What a referrer's leaving does to the friend: learnt at a month's start at its full size, and fading from then on."""

import numpy as np
import pytest
from worlds import world

from sim.core.customer import new_customers
from sim.core.events import Stage
from sim.model.friends import look_at_friends


def test_a_leaving_weighs_fully_in_the_month_in_which_it_is_learnt_and_half_in_the_next():
    kernel = world().kernel
    customers = new_customers(2)
    customers.referrer = np.array([-1, 0])
    customers.referrer_there = np.array([0, 1])
    customers.stage = np.array([Stage.CHURNED, Stage.GROWTH])

    weights = []
    for _ in range(3):
        look_at_friends(customers, kernel)
        weights.append(customers.friend_left[1])

    assert weights == pytest.approx([1.0, 0.5, 0.25], rel=1e-9)
