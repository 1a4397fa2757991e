"""What a number is, is said in every language, and is understood without the numbers around it."""

import json
import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "docs"))

import make
from scenario_page import keys_of

from sim.core.hooks import Hook
from sim.core.lever import Lever
from sim.core.parameter import catalogue_name
from sim.language.words import texts
from sim.model.channels import ChannelTerms
from sim.scenario.json_schema import groups_in, scenario_schema
from sim.scenario.schema import LeverSet, Scenario

CHINESE = re.compile("[\u4e00-\u9fff]")


def groups_below(group):
    """Yield a group of parameters and all groups inside it."""
    yield group
    for field in group.model_fields.values():
        for one in groups_in(field.annotation):
            yield from groups_below(one)


WRITTEN = dict.fromkeys(groups_below(Scenario))
"""The groups that a scenario file may write."""
GROUPS = dict.fromkeys((*WRITTEN, *make.all_groups(), ChannelTerms))
DESCRIBED = [one for group in GROUPS if group is not LeverSet for one in keys_of(group) if one.description]
"""Of the business, its customers, channels and teams, and of every lever."""


def test_groups_are_found():
    assert {"Scenario", "Season", "Voice", "Email", "Eligible", "CallDesk", "CustomLever", "AnnualPlan"} <= {
        group.__name__ for group in GROUPS
    }


def test_every_description_has_its_chinese_and_only_one():
    """What stands in the catalogue for no number would never be said."""
    groups = [catalogue_name(group) for group in WRITTEN if not issubclass(group, Lever)]

    assert [one.key for one in DESCRIBED if not CHINESE.search(one.described("zh"))] == []
    assert sorted(texts("parameters", "zh")) == sorted([*groups, *(one.key for one in DESCRIBED)])


def sayings(schema):
    """Yield every text of a JSON Schema that an editor shows."""
    for key, value in schema.items() if isinstance(schema, dict) else enumerate(schema):
        if key in ("title", "description", "patternErrorMessage", "errorMessage") and isinstance(value, str):
            yield value
        elif isinstance(value, dict | list):
            yield from sayings(value)


def test_the_schema_speaks_chinese_and_accepts_the_same():
    english, chinese = scenario_schema("en"), scenario_schema("zh")
    bare = re.compile(r'"(title|description|patternErrorMessage|errorMessage)": "[^"\\]*(\\.[^"\\]*)*"')
    without = [bare.sub("", json.dumps(one)) for one in (english, chinese)]

    assert without[0] == without[1]
    assert [text for text in sayings(chinese) if not CHINESE.search(text)] == []
    assert [text for text in sayings(english) if CHINESE.search(text)] == []


def test_a_description_leans_on_no_other():
    """The report, the explorer and editors show one without those around it."""
    english = [(one.key, one.description) for one in DESCRIBED] + [(hook.name, hook.value) for hook in Hook]
    chinese = [*texts("parameters", "zh").items(), *texts("hooks", "zh").items()]
    leaning = re.compile(r"^(the same|it|they|that|those|also|with that)\b|\b(as above|next two|asked then)\b", re.I)

    assert [name for name, text in english if leaning.search(text)] == []
    assert [name for name, text in chinese if re.search("相应(概率|比例|倍数|幂次|提高)|上述|同上|以下两", text)] == []
