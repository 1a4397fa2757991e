"""``retention-sim verify``: every case in its fast form, and that a wrong formula fails.

Fixed seeds: the same z-scores on every machine; run pytest with ``-s`` to read them.
"""

import json
import re
from math import exp

import numpy as np
import pytest
from click.testing import CliRunner

from sim.cli.main import commands
from sim.cli.output import WIDTH, width
from sim.cli.verify import NAMES, as_data, told
from sim.language.words import LANGUAGES, Words
from sim.verification import leaving
from sim.verification.case import LIMIT, Row, about, row_name, words
from sim.verification.rows import batches, exact, mean, quotient, refused, share
from sim.verification.run import Outcome, all_cases, verify

OUTCOMES: dict[str, Outcome] = {}
"""What the cases gave, by name: each is run once for all tests."""


def outcome_of(one):
    if one.name not in OUTCOMES:
        (OUTCOMES[one.name],) = verify([one], fast=True)
    return OUTCOMES[one.name]


# --- the cases --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("one", all_cases(), ids=lambda one: one.name)
def test_the_simulation_agrees(one):
    for row in outcome_of(one).rows:
        print(f"{row.name}: expected {row.expected:.6g}, seen {row.seen:.6g}, z {row.z:+.2f}")

    assert [row for row in outcome_of(one).rows if not row.agrees] == []


def test_there_are_enough_figures_with_chance_and_their_errors_are_honest():
    """The root mean square of z is near 1; rows of a case share customers, so it varies more than by their number."""
    rows = [row for one in all_cases() for row in outcome_of(one).rows]
    z = [row.z for row in rows if row.error > 0.0 and not row.refused]
    print(f"{len(rows)} rows, {len(z)} with chance, root mean square {np.sqrt(np.mean(np.square(z))):.3f}")

    assert len(all_cases()) >= 40 and len(z) >= 150 and len({row.name for row in rows}) > 150
    assert 0.7 < np.sqrt(np.mean(np.square(z))) < 1.3


def test_a_wrong_formula_fails(monkeypatch):
    """Customers who differ do not leave as if all had the mean rate."""
    monkeypatch.setattr(leaving, "pareto_survival", lambda t, shape, mean: exp(-mean * t))
    (case,) = (one for one in all_cases() if one.name == "gamma_hazards")
    (outcome,) = verify([case], fast=True)
    text = "\n".join(told([outcome], Words("command_line", "en")))

    assert not outcome.agrees and not as_data([outcome], fast=True)["agrees"]
    assert len(re.findall(r"!$", text, re.MULTILINE)) == sum(not row.agrees for row in outcome.rows) >= 3


# --- judging ----------------------------------------------------------------------------------------------------------


def test_a_row_agrees_within_four_standard_errors():
    assert Row("", 1.0, 1.39, 0.1).agrees and Row("", 1.0, 0.61, 0.1).agrees
    assert not Row("", 1.0, 1.41, 0.1).agrees and not Row("", 1.0, 0.59, 0.1).agrees
    assert not Row("", 1.0, float("nan"), 0.0).agrees


def test_an_identity_is_met_or_not():
    assert exact("", 100.0, 100.0).z == 0.0
    assert exact("", 100.01, 100.0).z == np.inf and not exact("", 100.01, 100.0).agrees


def test_a_wrong_formula_in_use_must_be_refuted():
    assert refused(Row("", 1.0, 2.0, 0.1)).agrees
    assert not refused(Row("", 1.0, 1.2, 0.1)).agrees


def test_standard_errors_are_those_of_the_sample():
    """Over 2,000 samples the z-scores of each estimate spread by 1 (within a tenth: four standard errors of that)."""
    chance = np.random.default_rng(1)

    def spread(make):
        return np.std([make().z for _ in range(2000)])

    def pair():
        below = chance.exponential(size=400)
        return quotient("", 0.5 * below + chance.normal(0.5, 0.3, 400), below, 1.0)

    def correlated():
        noise = chance.normal(size=4010)
        return batches("", np.convolve(noise, np.ones(10), "valid"), 0.0)

    for make in (
        lambda: mean("", chance.normal(5.0, 2.0, 400), 5.0),
        lambda: share("", chance.binomial(400, 0.3), 400, 0.3),
        pair,
        correlated,
    ):
        assert spread(make) == pytest.approx(1.0, abs=0.1)


# --- what people read -------------------------------------------------------------------------------------------------

KEPT_IN_LATIN = re.compile(r"\b(Regular|CAC|exp|theta|MRR|KM)\b")


def test_every_case_has_its_words_in_every_language():
    cases = about()

    assert set(cases) == {one.name for one in all_cases()}
    for name, text in cases.items():
        for words_of in (text.title, text.formula, text.left_on):
            assert set(words_of) == set(LANGUAGES) and all(words_of.values()), name
        assert set(text.beside) in (set(), set(LANGUAGES)) and text.source, name


def test_rows_fit_their_column_and_speak_chinese():
    names = {row.name for one in all_cases() for row in outcome_of(one).rows}

    for name in names:
        for language in LANGUAGES:
            assert width(row_name(name, language)) <= NAMES, name
        assert not re.search("[A-Za-z]{3}", KEPT_IN_LATIN.sub("", row_name(name, "zh"))), row_name(name, "zh")
    assert [english for english in words()["phrases"] if not any(english in name for name in names)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_fits_the_page(language):
    lines = list(told([outcome_of(one) for one in all_cases()], Words("command_line", language)))

    assert max(map(width, lines)) <= WIDTH
    assert not any(line.endswith("!") for line in lines)


# --- the command ------------------------------------------------------------------------------------------------------


def call(*said):
    return CliRunner().invoke(commands, ["verify", *said])


def test_the_command_prints_the_table_or_json_and_ends_with_0():
    text, data = call("--fast", "dunning"), call("--fast", "dunning", "--json", "--quiet")

    assert text.exit_code == data.exit_code == 0, (text.stderr, data.stderr)
    assert "dunning" in text.stdout and data.stderr == ""
    found = json.loads(data.stdout)
    assert found["agrees"] and all(abs(row["z"]) < LIMIT for row in found["cases"]["dunning"]["rows"])


def test_the_command_ends_with_1_where_a_figure_disagrees(monkeypatch):
    monkeypatch.setattr(leaving, "pareto_survival", lambda *_: 0.5)
    result = call("--fast", "gamma_hazards", "--json")

    assert result.exit_code == 1
    assert not json.loads(result.stdout)["agrees"]


def test_a_case_that_is_not_there_is_wrong_input():
    assert call("duning").exit_code != 0
    assert "did you mean 'dunning'?" in str(call("duning").exception) + call("duning").stderr
