"""The vocabulary: units, parameters, events, hooks, chance, the customer, the lever. Imports nothing of ours."""
