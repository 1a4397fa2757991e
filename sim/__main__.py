"""``python -m sim``: the same as the command ``retention-sim``."""

from sim.cli.main import entry

if __name__ == "__main__":
    entry()
