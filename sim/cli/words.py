"""What the command line says, in English and Chinese; the texts stand in ``words.yaml``."""

from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("words.yaml")
LANGUAGES = ("en", "zh")


@cache
def texts() -> dict[str, dict[str, str]]:
    """Return every text by its key and language."""
    import yaml

    return dict(yaml.safe_load(FILE.read_text(encoding="utf-8")))


class Words:
    """The texts of one language, called with a key and what belongs into its gaps."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """Return one text."""
        return texts()[key][self.language].format(**values)
