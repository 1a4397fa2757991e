"""The explorer: choose a business and levers, move sliders, and see retention and profit change."""
