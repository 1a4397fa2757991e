"""The page docs/coverage_of_intervals.md, from what benchmarks/coverage.py measured."""

from coverage_pool import Pool


def write_page(pool: Pool, measured: dict) -> None:
    pass
