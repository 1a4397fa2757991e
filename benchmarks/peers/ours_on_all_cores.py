"""Ours as it is run by default: blocks of customers on threads, one for each core."""

import os
from functools import partial

import ours

run = partial(ours.run, jobs=os.cpu_count() or 1)
