"""Random tests try the same examples in every run, and the compiler may take its time."""

from hypothesis import settings

settings.register_profile("the same every time", derandomize=True, deadline=None)
settings.load_profile("the same every time")
