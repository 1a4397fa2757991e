"""Published experiments as small scenarios; `docs/experiments.md` is made of them, tests run them."""
