"""What the command asks of the page: it runs in another process, which is told by an environment variable."""

import json
import os
from dataclasses import dataclass

from sim.explorer.bench import Sample

ASKED = "RETENTION_SIM_EXPLORER"


@dataclass(frozen=True)
class Asked:
    """What the page shows: a scenario file, and where to save."""

    file: str
    folder: str
    language: str
    customers: int
    replications: int

    @property
    def sample(self) -> Sample:
        """How much is simulated at every move."""
        return Sample(self.customers, self.replications)


def asked() -> Asked:
    """Return what the page is to show, in the page's own process."""
    return Asked(**json.loads(os.environ[ASKED]))
