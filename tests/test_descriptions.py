"""What a number is, is said in every language, and is understood without the numbers around it."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "docs"))

import make

from sim.core.hooks import Hook
from sim.core.parameter import Parameters, declared
from sim.language.words import texts
from sim.scenario.json_schema import groups_in
from sim.scenario.schema import LeverSet, Scenario

CHINESE = re.compile("[\u4e00-\u9fff]")


def groups_below(group):
    """Yield a group of parameters, all groups inside it, and those whose parameters they inherit."""
    yield group
    inside = [one for field in group.model_fields.values() for one in groups_in(field.annotation)]
    above = [one for one in group.__bases__ if one is not Parameters]
    for one in (*inside, *above):
        yield from groups_below(one)


GROUPS = dict.fromkeys((*groups_below(Scenario), *make.all_groups()))
DESCRIBED = [one for group in GROUPS if group is not LeverSet for one in declared(group) if one.description]
"""Of the business, its customers, channels and teams, and of every lever."""


def test_groups_are_found():
    assert {"Scenario", "Season", "Voice", "Email", "Eligible", "CallDesk", "CustomLever", "AnnualPlan"} <= {
        group.__name__ for group in GROUPS
    }


def test_every_description_has_its_chinese_and_only_one():
    """What stands in the catalogue for no number would never be said."""
    assert [one.key for one in DESCRIBED if not CHINESE.search(one.described("zh"))] == []
    assert sorted(texts("parameters", "zh")) == sorted(one.key for one in DESCRIBED)


def test_a_description_leans_on_no_other():
    """The report, the explorer and editors show one without those around it."""
    english = [(one.key, one.description) for one in DESCRIBED] + [(hook.name, hook.value) for hook in Hook]
    chinese = [*texts("parameters", "zh").items(), *texts("hooks", "zh").items()]
    leaning = re.compile(r"^(the same|it|they|that|those|also|with that)\b|\b(as above|next two|asked then)\b", re.I)

    assert [name for name, text in english if leaning.search(text)] == []
    assert [name for name, text in chinese if re.search("相应(概率|比例|倍数|幂次|提高)|上述|同上|以下两", text)] == []
