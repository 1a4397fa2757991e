"""The report: one page with everything that a study found, for people who read no tables of numbers."""

__all__ = ["report", "write_report"]


def __getattr__(name: str) -> object:
    """Load the page when it is first wanted: whoever only asks for the answer draws no charts."""
    if name not in __all__:
        raise AttributeError(name)
    from sim.report import page

    return getattr(page, name)
