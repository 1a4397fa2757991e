"""One customer's story: it tells what the log holds, in words, and the log is the one that a whole study gives."""

import datetime
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from html import unescape
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner
from worlds import EVERY_LEVER, business, shop

from sim.analysis.measures import Group, Value
from sim.cli.output import WIDTH, width
from sim.cli.story import story, tell
from sim.cli.story_list import told as list_page
from sim.core.customer import new_log
from sim.core.events import FINE, STORY, Channel, Event, Method, Plan, Reason, Reward, SaveOffer, Stage, Team
from sim.core.units import MONTH
from sim.language.formats import NO_BREAK
from sim.levers import LEVERS
from sim.model.kernel import FRIEND_LINE, PLACES
from sim.study.api import NotComparable, make_design, simulate
from sim.study.design import Design
from sim.study.simulate import run_replications
from sim.study.story import Before, Life, happening, life_of, parting, sum_up, whole_sample
from sim.study.story_telling import chapters, ending, portrait
from sim.study.story_view import Story
from sim.study.story_voice import Voice
from sim.study.study import Study
from sim.study.worth_a_story import worth_a_story

SCENARIOS = Path(__file__).parent.parent / "scenarios"
BASELINE, ANNUAL = str(SCENARIOS / "baseline.yaml"), str(SCENARIOS / "annual_first.yaml")
OWN = {place: f"own lever {place}" for place in range(len(LEVERS), PLACES)}
ENGLISH, CHINESE = (Voice(language, datetime.date(2026, 1, 1), "USD", 2) for language in ("en", "zh"))
SHOP = replace(ENGLISH, currency="CNY", shop=True)
FIELDS = list(STORY)

both_languages = pytest.mark.parametrize("language", ["en", "zh"])


@pytest.fixture(scope="module")
def design():
    return make_design([BASELINE, ANNUAL], customers=3000)


@pytest.fixture(scope="module")
def parted(design):
    """The first customer whose lives under the two scenarios differ: number and both lives."""
    return first_customer(design, lambda lives: day_of_parting(lives) is not None)


@pytest.fixture(scope="module")
def same(design):
    """The first paying customer whose lives do not differ."""
    return first_customer(design, lambda lives: day_of_parting(lives) is None and sum_up(lives[0].rows).months > 0)


@pytest.fixture(scope="module")
def team(tmp_path_factory):
    """Scenario files of a business and of a team that guides its prospects."""
    folder = tmp_path_factory.mktemp("team")
    shutil.copy(BASELINE, folder / "baseline.yaml")
    lever = "guided_onboarding: {team: {agents: 2}}"
    (folder / "team.yaml").write_text(f"extends: baseline.yaml\nname: a team\nlevers: {{{lever}}}\n")
    return [str(folder / "baseline.yaml"), str(folder / "team.yaml")]


def first_customer(design, wanted):
    for number in range(200):
        lives = [life_of(design, place, number, 0) for place in range(2)]
        if wanted(lives):
            return number, lives
    raise AssertionError("no customer of this kind")


def day_of_parting(lives):
    return parting(*(life.rows for life in lives))


def made_up(*rows, stage=Stage.GROWTH, plan=Plan.MONTHLY, before=None):
    """Return a life with the given rows: (time, event, detail, amount)."""
    log = new_log(len(rows))
    for place, (time, event, detail, amount) in enumerate(rows):
        log[place] = (7, time, amount, 2, 0, event, detail, 0, plan, stage, 0, 1)
    return Life("baseline", 7, "small", 2, 0.71, 0.4, 1.3, 0.15, 0.12, 2.5, True, before, log, OWN)


SHORT_LIFE = made_up(
    (12.5, Event.SIGNED_UP, 0, 0), (13.1, Event.USED, 0, 0), (13.1, Event.STEP_DONE, 0, 0), (14.2, Event.USED, 0, 0),
    (20.0, Event.CONVERTED, 0, 0), (20.0, Event.PAID, 0, 6000), (20.0 + MONTH, Event.PAID, 0, 6000),
    (60.0, Event.USED, 0, 0), (20.0 + 2 * MONTH, Event.PAID, 0, 6000),
    (20.0 + 3 * MONTH, Event.CHARGE_FAILED, 0, 0), (23.0 + 3 * MONTH, Event.PAID, 1, 6050),
    (125.0, Event.INTENDED, Reason.EXPERIENCE, 0), (125.0, Event.REQUESTED, Reason.EXPERIENCE, 0),
    (20.0 + 4 * MONTH, Event.ENDED, Reason.EXPERIENCE, 0),
    stage=Stage.CHURNED,
)  # fmt: skip


def told(life, voice):
    """Return the chapters of one life as plain text."""
    lines = []
    for (chapter,) in chapters([life], voice):
        lines += [chapter.heading, *(f"{line.days}|{line.text}" for line in chapter.lines)]
    return lines


def test_a_log_is_told_in_words():
    assert told(SHORT_LIFE, ENGLISH) == [
        "January 2026",
        "13|signed up and began the trial",
        "14-15|used the product 2 times",
        "14|completed key action 1",
        "21|became a customer on the monthly plan",
        "21|paid 60 USD for a month",
        "Feb to Mar 2026, tenure 0-2 months",
        "|paid 2 monthly bills, 120 USD in all",
        "|used the product once",
        "April 2026, tenure 2 months",
        "22|the card charge failed",
        "25|retry 1 went through: paid 60.50 USD for a month",
        "May 2026, tenure 3 months",
        " 6|began to think of leaving: the product had let them down",
        " 6|asked to cancel when the paid month is over",
        "22|the subscription ended: the product had let them down",
    ]
    assert ending(SHORT_LIFE, 365.0, ENGLISH) == (
        "In sum: 240.50 USD paid, for 4 months; used the product 3 times; left on 22 May 2026 because the product had "
        "let them down. What comes after 1 January 2027 is not told."
    )


def test_a_log_is_told_in_chinese():
    lines = told(SHORT_LIFE, CHINESE)

    assert lines[0] == "2026年1月"
    assert lines[6:9] == ["2026年2至3月，成为客户0-2个月", "|付了2笔月费，共 120 美元", "|使用产品1次"]
    assert lines[-1] == "22|订阅终止：对产品失望"


def test_the_portrait_says_who_the_customer_is():
    assert portrait(SHORT_LIFE, ENGLISH) == (
        "A customer of segment 'small', 2 seats, paying by card. The product fits them well (fit 0.71). They are much "
        "slower to leave than the average customer (factor 0.40) and keener to use the product (factor 1.30); a use "
        "costs them little effort (0.15 of 1)."
    )


def test_the_portrait_says_what_an_opening_customer_brings_along():
    before = Before(-45.5, (Reason.SOFT, Reason.HARD), True, True)
    life = made_up((0.0, Event.OPENED, 1, 6000), stage=Stage.MATURITY, before=before)

    assert portrait(life, ENGLISH).endswith(
        " They have paid since 16 November 2025, before the story begins. They already want to leave: they had drifted "
        "away, they had to (job, policy). They have already asked to cancel. A card charge has just failed and will "
        "be tried again."
    )
    assert told(life, ENGLISH)[1] == " 1|the story begins: a mature customer on the monthly plan, last bill 60 USD"


DETAILS = {
    Event.USED: range(2), Event.LOST: range(2), Event.PAID: range(4), Event.CHARGE_FAILED: range(4),
    Event.RETURNED: range(1 + len(Method)), Event.REACHED: range(PLACES), Event.HELD_OUT: range(PLACES),
    Event.TOUCHED: Channel, Event.UNSUBSCRIBED: Channel, Event.REWARDED: Reward, Event.SWITCHED: (Plan.ANNUAL,),
    Event.CONTACTED: Method, Event.WITHHELD: Method, Event.SIGNED_UP: (0, FRIEND_LINE), Event.REFUNDED: (0, 3),
    Event.PROBLEM: range(2), Event.SAVED: SaveOffer, Event.PAUSED: (0, 1, 2), Event.SEATS_DROPPED: (1, 2),
    Event.ALERTED: range(32), Event.ANSWERED: Reason,
    **dict.fromkeys((Event.INTENDED, Event.RESUMED, Event.ENDED, Event.FELL_ASLEEP, Event.AWAKENED), Reason),
    **dict.fromkeys((Event.TEAM_ASKED, Event.SERVICE_BEGAN, Event.SERVICE_ENDED, Event.LEFT_QUEUE), Team),
}  # fmt: skip
"""All that an event's detail can be; of the others a 1."""
OF_SUBSCRIPTIONS = (
    Event.PAID, Event.CHARGE_FAILED, Event.INTENDED, Event.RESUMED, Event.REQUESTED, Event.UNDONE, Event.TRAPPED,
    Event.SWITCHED, Event.AWAKENED, Event.SEATS_ADDED, Event.SEATS_DROPPED, Event.PRORATED, Event.SAVED, Event.PAUSED,
    Event.UNPAUSED,
)  # fmt: skip
PLAN_WORDS = ("plan", "subscription", "trial", "paid", "bill", "used", "付费", "账单", "试用", "订阅", "使用")


@both_languages
@pytest.mark.parametrize("event", Event, ids=lambda event: event.name)
def test_every_event_has_words(event, language):
    voice = replace(ENGLISH, language=language)
    texts = []
    for detail in DETAILS.get(event, (1,)):
        (_, line) = told(made_up((3.0, event, int(detail), 100), plan=Plan.ANNUAL), voice)
        texts.append(line)

    assert all(text.partition("|")[2] for text in texts)
    apart = {Event.PAID: 4, Event.CHARGE_FAILED: 4, Event.AWAKENED: 1}
    assert len(set(texts)) == apart.get(event, len(texts))


@both_languages
@pytest.mark.parametrize(
    "event", [event for event in Event if event not in OF_SUBSCRIPTIONS], ids=lambda event: event.name
)
def test_every_event_has_words_for_a_shop(event, language):
    """And they are not those of a subscription."""
    stage = Stage.INTRODUCTION if event == Event.USED else Stage.GROWTH
    for detail in DETAILS.get(event, (1,)):
        life = made_up((3.0, event, int(detail), 100), plan=Plan.PER_USE, stage=stage)
        line = told(life, replace(SHOP, language=language))[1]
        known = " ".join(lever.lever_name() for lever in LEVERS)
        assert not [word for word in PLAN_WORDS if word in line.partition("|")[2] and word not in known]


EVERY_DAY = [(31.0 + day, Event.USED, int(day % 3 == 0), 0) for day in range(59)]


def test_a_month_of_touches_and_rewards_is_summarised():
    often = [(3.0 + day, Event.TOUCHED, Channel.EMAIL, 10) for day in range(0, 20, 5)]
    life = made_up(
        (1.0, Event.SIGNED_UP, 0, 0), (1.0, Event.REACHED, 1, 0), (1.0, Event.REACHED, 3, 0),
        (1.0, Event.HELD_OUT, 4, 0), *often[:2],
        (9.0, Event.USED, 1, 0), (9.0, Event.REWARDED, Reward.TRIBE, 40000), (10.0, Event.USED, 0, 0), *often[2:],
        (20.0, Event.TOUCHED, Channel.PUSH, 7), (20.0, Event.UNSUBSCRIBED, Channel.PUSH, 0),
        (21.0, Event.REWARDED, Reward.GOAL, 1234), (22.0, Event.REWARDED, Reward.TRIBE, 40050),
    )  # fmt: skip

    assert told(life, ENGLISH) == [
        "January 2026",
        " 2|signed up and began the trial",
        " 2|came within reach of guided_onboarding, variable_rewards",
        " 2|was held out from prompts, for comparison",
        " 4-19|was touched 4 times through email (cost 0.004 USD)",
        "10-11|used the product 2 times, 1 of them prompted by a touch",
        "10-23|got 2 rewards from other people (cost 8 USD)",
        "21|was touched once through push notifications (cost 0.0007 USD)",
        "21|opted out of push notifications for good",
        "22|got a reward for reaching a goal (cost 0.1234 USD)",
    ]
    assert "；触达、奖励等各项举措的成本 8.13 美元；" in ending(life, 365.0, CHINESE)


def test_quiet_months_are_summarised_with_touches_rewards_and_contacts():
    touches = [(31.0 + week, Event.TOUCHED, Channel.SMS, 250) for week in range(0, 50, 7)]
    contacts = [(95.0 + 30 * n, Event.CONTACTED, Method.FRIENDS, 1000) for n in range(3)]
    life = made_up(
        (1.0, Event.CONVERTED, 0, 0), *sorted(EVERY_DAY + touches), (92.0, Event.ENDED, Reason.SOFT, 0), *contacts[1:],
        (190.0, Event.RETURNED, 1 + Method.FRIENDS, 0), (200.0, Event.SWITCHED, Plan.ANNUAL, 0),
    )  # fmt: skip

    assert told(life, ENGLISH)[2:5] == [
        "Feb to Mar 2026, tenure 0-2 months",
        "|used the product 59 times, 20 of them prompted by a touch",
        "|was touched 8 times through text messages (cost 0.20 USD)",
    ]
    assert told(life, ENGLISH)[7:] == [
        "May to Jun 2026, gone",
        "|got 2 recall contacts: the friends they left (cost 0.20 USD)",
        "July 2026, gone",
        "10|came back at a recall contact (the friends they left), on the monthly plan",
        "20|changed to the annual plan",
    ]
    assert told(life, CHINESE)[-4:] == [
        "|收到召回联系2次：留下的好友（成本 0.20 美元）",
        "2026年7月，已离开",
        "10|经召回联系（留下的好友）回来了，选择月付",
        "20|改为年付",
    ]


def orders(*times, prompted=()):
    """Return what the log holds of orders after the first: the use, its order."""
    for place, time in enumerate(times):
        yield (time, Event.USED, int(place in prompted), 0)
        yield (time, Event.ORDERED, 0, 10000 + 50 * place)


def test_a_shop_tells_orders_and_not_uses():
    life = made_up(
        (1.0, Event.CONVERTED, 0, 0), (1.0, Event.ORDERED, 0, 9000), *orders(4.0, 5.0, prompted=[1]),
        (5.0, Event.REFUNDED, 0, 10050), *orders(40.0, 70.0, prompted=[0]), (150.0, Event.FELL_ASLEEP, Reason.SOFT, 0),
        (400.0, Event.ENDED, Reason.SOFT, 0), *[(430.0, Event.WITHHELD, Method.BENEFIT, 0)] * 2,
        stage=Stage.CHURNED, plan=Plan.PER_USE,
    )  # fmt: skip

    assert told(life, SHOP) == [
        "January 2026",
        " 2|became a customer",
        " 2-6|ordered 3 times, 290.50 CNY in all, 1 of them prompted by a touch",
        " 6|got 100.50 CNY back",
        "Feb to Mar 2026, tenure 0-2 months",
        "|10 February 2026: ordered for 100 CNY, prompted by a touch",
        "|12 March 2026: ordered for 100.50 CNY",
        "May 2026, tenure 3 months",
        "31|fell dormant after a long time without an order: they had drifted away",
        "February 2027, tenure 12 months",
        " 5|counted as lost after a long time without an order: they had drifted away",
        "March 2027, gone",
        " 7|a recall contact was withheld for comparison: a benefit",
        " 7|a recall contact was withheld for comparison: a benefit",
    ]
    assert ending(life, 500.0, SHOP) == (
        "In sum: 5 orders, 390.50 CNY after refunds; counted as lost on 5 February 2027 because they had drifted away. "
        "What comes after 16 May 2027 is not told."
    )
    assert portrait(life, SHOP) == (
        "A customer of segment 'small', paying by a means with a fee. The shop fits them well (fit 0.71). Compared "
        "with the average customer they are keener to order (factor 1.30), and their orders are worth 2.50 times as "
        "much. After each order they are gone for good with a chance of 12\u00a0%. An order costs them little effort "
        "(0.15 of 1)."
    )


def test_many_orders_of_quiet_months_are_summarised():
    life = made_up(*orders(*range(2, 50, 8), prompted=[0, 3]), plan=Plan.PER_USE)

    assert told(life, SHOP) == ["Jan to Feb 2026", "|ordered 6 times, 607.50 CNY in all, 2 of them prompted by a touch"]
    assert told(life, replace(SHOP, language="zh"))[1] == "|下单6次，共 607.50 元，其中2次由触达促成"


def test_lives_under_all_levers_are_told_on_a_page():
    """Of subscriptions and of a shop, in both languages, alone and side by side."""
    for one in (business, shop):
        levers = EVERY_LEVER if one is business else {"prompts": {}, "variable_rewards": {}, "recall_campaign": {}}
        design = Design((one(), one(levers, name="levers")), customers=120, seed=1)
        for number in (0, 1, 2, size(design) - 1):
            lives = [life_of(design, place, number, 0) for place in range(2)]
            for language in ("en", "zh"):
                pages = [
                    tell(Story(design, number, tuple(lives), language)),
                    tell(Story(design, number, tuple(lives[1:]), language)),
                ]
                assert all(width(line) <= WIDTH for page in pages for line in page)
                assert ("plan" not in "".join(pages[1])) or one is business


@pytest.mark.parametrize("name", ["sm\x1b[31mall\r\n\u202e", "long" * 20, "\U0001f600" * 60, "年付优先" * 20])
def test_a_name_from_a_file_cannot_garble_the_page(design, name):
    life = replace(SHORT_LIFE, segment=name[:30], scenario=name)
    page = tell(Story(design, 7, (life, replace(life, rows=life.rows[1:])), "en"))

    assert all(letter.isprintable() for line in page for letter in line)
    assert all(width(line) <= WIDTH for line in page)


@both_languages
def test_two_lives_stand_side_by_side(design, parted, language):
    number, lives = parted
    page = tell(Story(design, number, tuple(lives), language))
    headings = next(line for line in page if "'annual first'" in line and "'baseline'" in line)

    assert f"(day {int(day_of_parting(lives))})" in page[0] or language == "zh"
    assert all(width(line) <= WIDTH for line in page)
    assert width(headings[: headings.index("'annual")]) == 42
    assert any(line.startswith("* ") for line in page[2:])
    assert any("    * " in line for line in page)


def test_lives_are_the_same_where_a_lever_only_meets_the_customer():
    reached, more = (1.0, Event.REACHED, 0, 0), (2.0, Event.USED, 0, 0)

    assert parting(made_up(more).rows, made_up(reached, more).rows) is None
    assert parting(made_up(more).rows, made_up(reached).rows) == 2.0


def test_two_lives_that_are_the_same_are_told_once(design, same):
    number, lives = same
    page = tell(Story(design, number, tuple(lives), "en"))
    assert page[0].startswith(f"Customer {number} has the same life under 'baseline' and 'annual first';")
    assert page[2:] == tell(Story(design, number, tuple(lives[:1]), "en"))[-len(page) + 2 :]


def rows_of_a_whole_study(design, scenario_number, ids, replication):
    """Return all rows before the horizon of the given customers when everybody is run, to the end of the residual."""
    found = []

    def keep(scenario, _, piece):
        wanted = np.isin(piece["customer"], ids) & (piece["time"] < design.months * MONTH)
        found.append(piece[wanted & (scenario == scenario_number)])

    list(run_replications(design, [replication], 1, keep=keep))
    return np.concatenate(found)


def assert_as_in_a_whole_study(design, scenario_number, numbers, replication=0):
    lives = [life_of(design, scenario_number, number, replication) for number in numbers]
    everything = rows_of_a_whole_study(design, scenario_number, [life.id for life in lives], replication)

    for life in lives:
        expected = everything[everything["customer"] == life.id]
        assert len(life.rows) == len(expected) > 0
        assert (life.rows[FIELDS] == expected[FIELDS]).all()


@pytest.mark.parametrize("scenario_number, replication", [(0, 0), (1, 0), (1, 2)])
def test_a_life_is_the_one_that_a_whole_study_gives(design, parted, same, scenario_number, replication):
    """New customers and customers of the opening book alike."""
    numbers = [0, 1, parted[0], same[0], 1500, size(design) - 200, size(design) - 1]

    assert_as_in_a_whole_study(design, scenario_number, numbers, replication)


def test_a_life_with_a_team_is_the_one_that_a_whole_study_gives(team):
    design = make_design(team, customers=600)

    assert_as_in_a_whole_study(design, 1, range(0, 20, 5))
    assert any(Event.SERVICE_BEGAN in life_of(design, 1, number, 0).rows["event"] for number in range(5))


def size(design):
    task = whole_sample(design, 0)
    return sum(group.count for group in task.acquired) + sum(cell.group.count for cell in task.opening)


def test_lives_are_equal_until_they_part(parted):
    _, (first, second) = parted
    day = parting(first.rows, second.rows)
    early, other = (happening(life.rows[life.rows["time"] < day]) for life in (first, second))

    assert len(early) == len(other)
    assert (early[FIELDS] == other[FIELDS]).all()
    assert told(replace(first, rows=early), ENGLISH) == told(replace(second, rows=other), ENGLISH)


def test_customers_are_counted_from_new_to_opening(design):
    first, last = life_of(design, 0, 0, 0), life_of(design, 0, size(design) - 1, 0)

    assert first.before is None and first.rows["event"][0] == Event.SIGNED_UP
    assert last.before.started < 0 and last.rows["event"][0] == Event.OPENED


@pytest.mark.parametrize("number", [-1, 10**6])
def test_a_number_out_of_range_is_refused(design, number):
    with pytest.raises(NotComparable, match=rf"no customer {number:,}; this sample has {size(design):,}, counted"):
        life_of(design, 0, number, 0)


def run(*arguments):
    return CliRunner().invoke(story, [str(argument) for argument in arguments])


def test_the_command_tells_a_strategy_alone():
    result = run(ANNUAL, "--customer", 3, "--customers", 500, "--months", 6)

    assert result.exit_code == 0
    assert result.output.startswith("The life of customer 3 under 'annual first', 1 January 2026 to 2 July 2026.\n")
    assert "\x1b" not in result.output


def test_two_strategies_are_told_with_the_first_as_baseline():
    result = run(ANNUAL, SCENARIOS / "guided_onboarding.yaml", "--customer", 3, "--customers", 500, "--months", 6)

    assert result.exit_code == 0 and "'annual first'" in result.output


def test_what_cannot_be_told_is_refused():
    three = run(BASELINE, ANNUAL, BASELINE, "--customer", 3)
    below = run(BASELINE, "--customer", 3, "--replication", -1)

    assert three.exit_code == click.UsageError.exit_code
    assert "a story is told of one scenario, or of two" in three.output
    assert isinstance(below.exception, NotComparable)


def test_the_command_loads_nothing_heavy():
    """So that --help is quick."""
    code = "import sys, sim.cli.story; sys.exit(any(name in sys.modules for name in ('numpy', 'numba', 'pydantic')))"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- whose story ------------------------------------------------------------------------------------------------------


def test_kinds_add_up_to_what_a_study_finds(design):
    """All who pay under both, who pay here alone, who pay only under the baseline: to the last unit."""
    kinds = {kind.name: kind for kind in worth_a_story(design)}
    ((_, tallies),) = run_replications(design, [0], 1)
    split = tallies[1].split.reshape(len(Group), -1, 2)[:, Value.NPV] @ [-1, 1] / FINE

    assert {"kept", "richer", "poorer"} <= set(kinds)
    both = sum(kinds[name].change for name in ("kept", "richer", "poorer", "left") if name in kinds)
    assert both == pytest.approx(split[Group.SAME], abs=3)
    for name, group in (("won", Group.GAINED), ("not_won", Group.LOST)):
        assert split[group] == pytest.approx(kinds[name].change if name in kinds else 0, abs=1)


def test_the_listed_live_as_their_kind_says(design):
    """As their lives tell; those whose two lives differ most in worth come first."""
    kinds = {kind.name: kind for kind in worth_a_story(design)}
    gone = {}
    for kind in kinds.values():
        apart = [abs(one.worth[1] - one.worth[0]) for one in kind.listed]
        assert apart == sorted(apart, reverse=True) and apart[0] > 0
        for one in kind.listed:
            lives = [life_of(design, place, one.number, 0) for place in (0, 1)]
            assert {life.segment for life in lives} == {one.segment} and lives[0].seats == one.seats
            assert (lives[0].before is not None) == one.opening
            gone.setdefault(kind.name, set()).add(tuple(life.rows["stage"][-1] == Stage.CHURNED for life in lives))

    assert {(True, False)} == gone["kept"]
    assert gone["richer"] | gone["poorer"] <= {(False, False), (True, True)}
    assert gone.get("left", {(False, True)}) == {(False, True)}


def test_a_lever_that_wins_prospects_wins_some_worth_a_story():
    design = make_design([BASELINE, SCENARIOS / "guided_onboarding.yaml"], customers=3000)
    (won,) = [kind for kind in worth_a_story(design) if kind.name == "won"]

    for one in won.listed:
        months = [sum_up(life_of(design, place, one.number, 0).rows).months for place in (0, 1)]
        assert months[0] == 0 < months[1]


def test_one_life_is_worth_a_look_too(design):
    kinds = {kind.name: kind for kind in worth_a_story(design, 0)}

    assert set(kinds) == {"best", "parted", "back", "worst"}
    assert sum_up(life_of(design, 0, kinds["worst"].listed[0].number, 0).rows).paid == 0
    assert sum_up(life_of(design, 0, kinds["back"].listed[0].number, 0).rows).returns > 0
    assert kinds["best"].listed[0].worth[0] > kinds["best"].listed[1].worth[0] > 0 > kinds["worst"].change


def test_where_no_life_differs_none_is_listed():
    twins = make_design([business(), business(name="twin")], customers=300)

    assert worth_a_story(twins) == []
    assert " ".join(told_of(twins)).startswith("Of no customer who pays do the lives under 'small world' and 'twin'")


def told_of(design, language="en"):
    voice = replace(ENGLISH, language=language)
    names = [f"'{name}'" for name in design.names]
    return list(list_page(worth_a_story(design), names, 1.0, voice, ["retention-sim", "story", "a b.yaml"]))


@both_languages
def test_the_list_fits_the_page_and_ends_with_a_command(design, language):
    page = told_of(design, language)
    first = re.search(r"^ +(\d+)  ", "\n".join(page), re.MULTILINE)[1]

    assert max(map(width, page)) <= WIDTH
    assert page[-1].replace(NO_BREAK, " ").endswith(f"retention-sim story 'a b.yaml' --customer {first}")


def test_a_run_folder_lists_whose_story_to_read_and_tells_it(design, tmp_path):
    """Of the study's own customers, under the strategy that its report is about, or the one that is named."""
    scenarios = [BASELINE, ANNUAL, str(SCENARIOS / "guided_onboarding.yaml")]
    place = tmp_path / "run"
    simulate(scenarios, customers=600, replications=2, seed=5, months=12).save(place)

    page, named = run(place), run(place, "--strategy", "annual first")
    number = re.search(r"^ +(\d+)  ", named.output, re.MULTILINE)[1]
    story_told = run(place, "--strategy", "annual first", "--customer", number)
    again = run(BASELINE, ANNUAL, "--customer", number, "--customers", 600, "--seed", 5, "--months", 12)

    assert "under 'baseline' and 'guided onboarding' differ most" in " ".join(page.output.split())
    assert "under 'baseline' and 'annual first' differ most" in " ".join(named.output.split())
    assert story_told.output == again.output and story_told.output.startswith(f"Customer {number} has two lives")


@pytest.mark.parametrize(("options", "expected"), [
    (["--seed", 3], "leave out --months, --seed and --customers"),
    (["--strategy", "x"], "--strategy='x' is not known; write one of small world"),
])  # fmt: skip
def test_a_run_folder_is_told_as_it_was(options, expected, tmp_path):
    simulate([business()], customers=60, months=2, replications=1).save(tmp_path / "run")
    result = run(tmp_path / "run", *options)

    assert result.exit_code == click.UsageError.exit_code
    assert expected in " ".join(result.output.split())


def test_a_strategy_is_named_of_a_run_folder_only():
    assert "--strategy is one of a run folder" in " ".join(run(BASELINE, "--strategy", "annual first").output.split())


# --- in Python ------------------------------------------------------------------------------------------------------


HOSTILE = "</td><script>alert(1)</script>"


def shown(study_or_story):
    """Return what a notebook shows as plain text, cell by cell."""
    return re.sub(r"(?:<[^>]+>)+", "|", unescape(study_or_story._repr_html_()))


@both_languages
def test_a_notebook_shows_what_the_command_tells(design, parted, language):
    """The same title, portrait, chapters and sums; what one life alone holds is marked."""
    number, lives = parted
    page = shown(Study(design, []).story(number, language=language))
    voice = replace(ENGLISH, language=language)

    for text in (portrait(lives[0], voice), *(ending(life, design.months * MONTH, voice) for life in lives)):
        assert text in page
    for chapter in filter(None, (one for told in chapters(lives, voice) for one in told)):
        assert f"|{chapter.heading}|" in page
        for line in chapter.lines:
            days = f"{line.days.strip()}: " if line.days else ""
            assert f"|{days}{line.text}|" in page or f"|* {days}{line.text}|" in page
    assert "|* " in page


def test_lives_that_are_the_same_are_shown_once(design, same):
    number, lives = same
    page = shown(Study(design, []).story(number))

    assert page.startswith(f"|Customer {number} has the same life under 'baseline' and 'annual first';")
    assert "* " not in page and page.count(ending(lives[0], design.months * MONTH, ENGLISH)) == 1


def test_a_name_from_a_file_is_text_in_a_notebook(design):
    life = replace(SHORT_LIFE, segment=HOSTILE, scenario=HOSTILE)
    page = Story(design, 7, (life, replace(life, rows=life.rows[1:])))._repr_html_()

    assert "<script" not in page and page.count("&lt;script&gt;") == 3


def test_sums_are_those_of_the_lives(design, parted):
    """In whole coins."""
    number, lives = parted
    sums = Study(design, []).story(number).sums()

    assert list(sums["scenario"]) == ["baseline", "annual first"] and list(sums["customer"]) == [number] * 2
    for (_, row), total in zip(sums.iterrows(), (sum_up(life.rows) for life in lives), strict=True):
        assert (row["months"], row["uses"]) == (total.months, total.uses)
        assert (row["paid"], row["spent"]) == (total.paid / 100, total.spent / FINE / 100)
    assert list(sums["stage"]) == [Stage(life.rows["stage"][-1]).name.lower() for life in lives]


def test_a_study_tells_of_the_scenarios_that_it_has(design):
    study = Study(design, [])

    assert [life.scenario for life in study.story(3, 0).lives] == ["baseline"]
    assert [life.scenario for life in study.story(3).lives] == ["baseline", "annual first"]
    with pytest.raises(NotComparable, match="scenario is 2; it lies between 0 and 1"):
        study.story(3, 2)
