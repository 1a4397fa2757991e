"""Every lever's rules, folded into one compiled function for each quantity."""

from sim.core.hooks import Hook
from sim.core.lever import chain, factor_chain, offer_chain
from sim.levers import LEVERS

guidance = chain(LEVERS, Hook.GUIDANCE)
step_probability = chain(LEVERS, Hook.STEP_PROBABILITY)
use_rate = chain(LEVERS, Hook.USE_RATE)
ability = chain(LEVERS, Hook.ABILITY)
reward_standard = chain(LEVERS, Hook.REWARD_STANDARD)
reward_chance = chain(LEVERS, Hook.REWARD_CHANCE)
reward_size = chain(LEVERS, Hook.REWARD_SIZE)
reward_kind = chain(LEVERS, Hook.REWARD_KIND)
reward_cost = chain(LEVERS, Hook.REWARD_COST)
integrate_rate = chain(LEVERS, Hook.INTEGRATE_RATE)
convert_rate = chain(LEVERS, Hook.CONVERT_RATE)
give_up_rate = chain(LEVERS, Hook.GIVE_UP_RATE)
leave_natural = factor_chain(LEVERS, Hook.LEAVE_NATURAL)
leave_soft = factor_chain(LEVERS, Hook.LEAVE_SOFT)
leave_hard = factor_chain(LEVERS, Hook.LEAVE_HARD)
leave_experience = factor_chain(LEVERS, Hook.LEAVE_EXPERIENCE)
offer = offer_chain(LEVERS, Hook.OFFER)
later_offer = offer_chain(LEVERS, Hook.LATER_OFFER)
annual_probability = chain(LEVERS, Hook.ANNUAL_PROBABILITY)
switch_probability = chain(LEVERS, Hook.SWITCH_PROBABILITY)
price = chain(LEVERS, Hook.PRICE)
