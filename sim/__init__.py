"""Simulate how retention strategies change what customers do and what they are worth, on the same customers."""

from sim.compile_cache import prepare

prepare()

_EXPORTS = {
    "simulate": "sim.study.api",
    "open_study": "sim.study.run_folder",
    "readings": "sim.study.readings",
    "load": "sim.scenario.load",
    "Study": "sim.study.study",
    "Scenario": "sim.scenario.schema",
    "ProblemsFound": "sim.scenario.problems",
    "NotComparable": "sim.study.api",
    "charts": "sim.charts",
    "set_language": "sim.language.words",
}
"""The public names, loaded when they are first used, so that ``retention-sim --help`` is quick."""

__all__ = sorted(_EXPORTS)


def __getattr__(name: str) -> object:
    import importlib

    if name not in _EXPORTS:
        raise AttributeError(f"module 'sim' has no attribute {name!r}; it has {', '.join(__all__)}")
    module = importlib.import_module(_EXPORTS[name])
    return module if name == "charts" else getattr(module, name)


def __dir__() -> list[str]:
    return __all__
