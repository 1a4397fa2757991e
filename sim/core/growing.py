"""Records that become more while they are used."""

import numpy as np


class Growing:
    """Records in one piece of memory; room is made for as many again whenever there is none left."""

    def __init__(self, records: np.recarray) -> None:
        self.room, self.count = records, len(records)

    def all(self) -> np.recarray:
        """Return the records that are there; a view, valid until more come."""
        return self.room[: self.count].view(np.recarray)

    def join(self, more: np.recarray) -> None:
        """Take in more, after those that are there."""
        count = self.count + len(more)
        if count > len(self.room):
            room = np.empty(2 * count, self.room.dtype).view(np.recarray)
            room[: self.count] = self.all()
            self.room = room
        self.room[self.count : count] = more
        self.count = count
