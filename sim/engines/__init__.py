"""The clocks: they decide whose turn it is, and know nothing of business."""
