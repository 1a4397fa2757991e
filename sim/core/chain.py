"""Fold the rules of all levers on one hook into one compiled function, in register order.

The function is written as source, a block for each lever that has a rule, and compiled as a whole: a chain of small
functions calling one another takes twice as long to compile. Where a customer is in the window of no lever on a hook,
that costs one comparison in the rule that asks.
"""

import math
from collections.abc import Sequence
from typing import Any

from sim.core.compiling import compiled, compiled_once, inlined
from sim.core.custom import CUSTOM_PLACES, MULTIPLY, bounds_of
from sim.core.frame import eligible, fitting
from sim.core.hooks import CUSTOM_HOOKS, INVITED, OFFERED, Hook
from sim.core.lever import Lever, Rule

MEETS = "fits >> {bit} & 1 == 1"
MADE_OFFER = "customer.active >> {bit} & 1 == 1 and customer.offered >> {bit} & 1 == 1"
INVITES = "customer.invited >> {bit} & 1 == 1"


def chain(levers: Sequence[type[Lever]], hook: Hook) -> Rule:
    """Return ``(value, customer, p) -> value``: every lever's rule in turn."""
    asked = MADE_OFFER if hook in OFFERED else INVITES if hook in INVITED else MEETS
    blocks = []
    for bit, lever in _with_rules(levers, hook):
        if hook in OFFERED and not _makes_offers(lever):
            raise TypeError(f"{lever.lever_name()} changes {hook.name} and so needs a rule on OFFER too")
        blocks.append(_block(bit, asked, f"value = rule_{bit}(value, customer, p.levers.{lever.lever_name()})"))
    call = f"value = {_asks_custom(hook, 'value')}"
    own = f"    if customer.active >> {len(levers)} != 0:\n        {call}\n" if hook in CUSTOM_HOOKS else ""
    return _compiled("value, customer, p", blocks, own + "    return value", levers, hook, nobody="value")


def offer_chain(levers: Sequence[type[Lever]], hook: Hook) -> Rule:
    """Return ``(bits, customer, p) -> bits``: a bit for each lever that makes its own offer."""
    blocks = [
        _block(bit, MEETS, f"bits |= int(rule_{bit}(0.0, customer, p.levers.{lever.lever_name()}) > 0.0) << {bit}")
        for bit, lever in _with_rules(levers, hook)
    ]
    return _compiled("bits, customer, p", blocks, "    return bits", levers, hook, nobody="bits")


def factor_chain(levers: Sequence[type[Lever]], hook: Hook) -> Rule:
    """Return ``(floor, customer, p) -> factor``: the product of all factors.

    The floor holds for the product of the factors below 1; factors above 1 multiply afterwards.
    """
    blocks = [
        _block(bit, MEETS, f"factor = max(0.0, rule_{bit}(1.0, customer, p.levers.{lever.lever_name()}))",
               "below, above = below * min(1.0, factor), above * max(1.0, factor)")
        for bit, lever in _with_rules(levers, hook)
    ]  # fmt: skip
    own = f"""    if customer.active >> {len(levers)} != 0:
        factor = {_asks_custom(hook, "1.0")}
        below, above = below * min(1.0, factor), above * max(1.0, factor)
"""
    begin, end = "    below, above = 1.0, 1.0\n", own + "    return max(floor, below) * above"
    return _compiled("floor, customer, p", blocks, end, levers, hook, nobody="max(floor, 1.0)", begin=begin)


def _with_rules(levers: Sequence[type[Lever]], hook: Hook) -> list[tuple[int, type[Lever]]]:
    return [(bit, lever) for bit, lever in enumerate(levers) if hook in lever.hooks]


def _makes_offers(lever: type[Lever]) -> bool:
    return lever.recalling is not None or bool({Hook.OFFER, Hook.LATER_OFFER} & lever.hooks.keys())


def _asks_custom(hook: Hook, value: str) -> str:
    low, high = (f"{'-' * (bound < 0)}inf" if math.isinf(bound) else str(bound) for bound in bounds_of(hook))
    return f"custom({value}, customer, p, {list(Hook).index(hook)}, {low}, {high})"


def _block(bit: int, asked: str, *lines: str) -> str:
    inside = "".join(f"            {line}\n" for line in lines)
    return f"        if {asked.format(bit=bit)}:\n{inside}"


def _compiled(
    arguments: str, blocks: list[str], end: str, levers: Sequence[type[Lever]], hook: Hook, *, nobody: str,
    begin: str = "",
) -> Rule:  # fmt: skip
    having = _with_rules(levers, hook)
    mask, own = sum(1 << bit for bit, _ in having), hook in CUSTOM_HOOKS
    which = "invited" if hook in INVITED else "active"
    asked = [f"customer.{which} & {mask} != 0"] * (mask != 0) + [f"customer.active >> {len(levers)} != 0"] * own
    fits = "" if hook in OFFERED or hook in INVITED else "        fits = fitting(customer, p)\n"
    body = f"    if customer.{which} & {mask} != 0:\n{fits}{''.join(blocks)}" if blocks else ""
    # Compiled code on disk is linked by names: no other chain may have this one's.
    name = "_".join([hook.name.lower(), "of", *(lever.lever_name() for _, lever in having)])
    source = f"def {name}({arguments}):\n{begin}{body}{end}\n"
    scope: dict[str, Any] = {f"rule_{bit}": lever.hooks[hook] for bit, lever in having}
    known = scope | {"__name__": __name__, "fitting": fitting, "custom": custom, "inf": math.inf}
    exec(source, known, scope)
    known[name] = compiled(scope[name])
    some = f"{name}({arguments}) if {' or '.join(asked)} else " if asked else ""
    exec(f"def {hook.name.lower()}({arguments}):\n    return {some}{nobody}\n", known, scope)
    whole: Rule = inlined(scope[hook.name.lower()])
    return whole


@compiled_once
def custom(value, customer, p, hook, low, high):
    """Apply the levers that a scenario file itself writes: each multiplies a quantity, or adds to it, in its bounds."""
    for n in range(CUSTOM_PLACES):
        own, bit = p.custom[n], p.first_custom + n
        if own.hook == hook and customer.active >> bit & 1 == 1 and eligible(customer, p.frames[bit]):
            value = value * own.amount if own.operation == MULTIPLY else value + own.amount
            value = min(high, max(low, value))
    return value
