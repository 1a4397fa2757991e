"""The report: one page with everything that a study found, for people who read no tables of numbers."""

from sim.report.page import report, write_report

__all__ = ["report", "write_report"]
