"""Which draws a study asks for, in the order in which it asks: taken from a real run, in which every question is noted.

    NUMBA_DISABLE_JIT=1 python benchmarks/generator/asked.py FILE

Writes the addresses and the 64-bit answers as a NumPy array. The rules run as plain Python, as compiled ones cannot be
listened to. A draw that is asked for again (whom a lever reaches, whenever windows open) is the same draw and is noted
once.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core import randomness
from sim.core.randomness import Stream
from sim.model import traits as model_traits
from sim.study.api import make_design
from sim.study.simulate import run_task

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = ("baseline.yaml", "all_five.yaml")
CUSTOMERS, SEED = 100, 1
ADDRESS = np.dtype([("customer", "i8"), ("life", "i8"), ("stream", "i8"), ("k", "i8"), ("word", "u8")])
"""Of one draw, inside its study and replication; and the word drawn under seed ``SEED`` in replication 0."""


class Listener:
    """Stands in for the functions of ``randomness`` and notes what they are asked."""

    def __init__(self) -> None:
        self.lives: dict[int, tuple[int, int]] = {}
        self.traits: dict[int, int] = {}
        self.drawn: dict[tuple[int, int, int], int] = {}
        self.life_key, self.draw_bits = randomness.life_key, randomness.draw_bits

    def key(self, seed: int, replication: int, customer: int, life: int) -> np.uint64:
        """Note whose key it is."""
        key = self.life_key(seed, replication, customer, life)
        self.lives[int(key)] = int(customer), int(life)
        self.traits[int(self.draw_bits(key, Stream.TRAIT))] = int(key)
        return key

    def chance_of(self, traits: np.uint64, trait: int) -> float:
        """Note that a trait is drawn."""
        word = self.draw_bits(traits, trait)
        self.drawn.setdefault((self.traits[int(traits)], int(Stream.TRAIT), int(trait)), int(word))
        return float(randomness.between_0_and_1(word))

    def uniform(self, key: np.uint64, stream: int, k: int) -> float:
        """Note what is drawn."""
        word = self.draw_bits(self.draw_bits(key, stream), k)
        self.drawn.setdefault((int(key), int(stream), int(k)), int(word))
        return float(randomness.between_0_and_1(word))

    def addresses(self) -> NDArray[Any]:
        """Return what was asked, in order."""
        rows = [(*self.lives[key], stream, k, word) for (key, stream, k), word in self.drawn.items()]
        return np.array(rows, ADDRESS)


def modules() -> Iterator[ModuleType]:
    """Yield the package's modules that are loaded."""
    yield from (module for name, module in list(sys.modules.items()) if name.startswith("sim."))


def listen() -> Listener:
    """Put a listener in the place of the keyed generator, wherever it was imported."""
    listener = Listener()
    for home, name, heard in (
        (randomness, "uniform", listener.uniform),
        (randomness, "life_key", listener.key),
        (model_traits, "chance_of", listener.chance_of),
    ):
        plain = getattr(home, name)
        for module in modules():
            if getattr(module, name, None) is plain:
                setattr(module, name, heard)
    return listener


def main() -> None:
    """Run the study and write what it asked for."""
    design = make_design([ROOT / "scenarios" / name for name in FILES], customers=CUSTOMERS, replications=1, seed=SEED)
    listener = listen()
    for task in design.tasks(0):
        run_task(design, task)
    np.save(sys.argv[1], listener.addresses())


if __name__ == "__main__":
    main()
