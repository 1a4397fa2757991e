"""The rules: what happens to one customer, and when. They know nothing of clocks, files and charts."""
