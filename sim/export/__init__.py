"""A study as a workbook for finance: month by month, with formulas, tied to the ledger."""
