"""A heap of entries (first, second, customer id): the team's calendar and its queue."""

import numpy as np

from sim.core.compiling import compiled

ENTRY = np.dtype(
    (
        np.record,
        np.dtype(
            [("first", "f8"), ("second", "f8"), ("customer_id", "i8"), ("place", "i4"), ("tag", "i4")], align=True
        ),
    )
)
"""Ordered by its first three fields; ``place`` and ``tag`` come back when an entry is taken."""


@compiled
def before(heap, a, b):
    one, other = heap[a], heap[b]
    if one.first != other.first:
        return one.first < other.first
    if one.second != other.second:
        return one.second < other.second
    return one.customer_id < other.customer_id


@compiled
def put(entry, first, second, customer_id, place, tag):
    entry.first = first
    entry.second = second
    entry.customer_id = customer_id
    entry.place = place
    entry.tag = tag


@compiled
def swap(heap, a, b):
    one, other = heap[a], heap[b]
    first, second, customer_id, place, tag = one.first, one.second, one.customer_id, one.place, one.tag
    put(one, other.first, other.second, other.customer_id, other.place, other.tag)
    put(other, first, second, customer_id, place, tag)


@compiled
def push(heap, size, first, second, customer_id, place, tag):
    child = size[0]
    put(heap[child], first, second, customer_id, place, tag)
    size[0] += 1
    while child > 0 and before(heap, child, (child - 1) // 2):
        swap(heap, child, (child - 1) // 2)
        child = (child - 1) // 2


@compiled
def pop(heap, size):
    """Remove the first entry; return its place and tag."""
    size[0] -= 1
    last = size[0]
    swap(heap, 0, last)
    parent = 0
    while True:
        child = 2 * parent + 1
        if child >= last:
            break
        if child + 1 < last and before(heap, child + 1, child):
            child += 1
        if not before(heap, child, parent):
            break
        swap(heap, child, parent)
        parent = child
    return heap[last].place, heap[last].tag
