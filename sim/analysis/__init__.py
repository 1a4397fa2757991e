"""Pure functions from event logs to tables: money, metrics, comparisons."""
