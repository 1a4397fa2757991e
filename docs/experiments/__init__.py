"""Experiments that show what each mechanism does; `docs/mechanisms.md` is made of them, tests run them."""
