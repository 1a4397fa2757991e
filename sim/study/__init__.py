"""A study: every scenario on the same customers, simulated, saved, opened again."""
