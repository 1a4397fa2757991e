"""Shows that the numbers are right: each case simulates what a closed form or a published table says, and judges."""
