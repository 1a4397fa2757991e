"""A study made again from its study.json is the same study, byte for byte, whoever makes it, where and how.

What may differ: in ``study.json`` the command by which it was made; under the other engine, the order in which the rows
of ``events.parquet`` stand, as one engine goes by customers and the other by time.
"""

import json
import os
import re
import shutil
from dataclasses import replace

import pyarrow.parquet as pq
import pytest
import yaml
from markupsafe import escape
from test_command_line import call, start
from worlds import BUSINESS, ROOT, TEAM, recall

from sim.study import store
from sim.study.api import run_study
from sim.study.run_folder import design_in

ASKED = ["--customers", 150, "--months", 5, "--replications", 3, "--seed", 7, "--events", "--no-charts"]
LEVERS = {
    "annual_plan": {"discount": "20 %", "again_after": 1},
    "guided_onboarding": {"starts": "20 days", "share": "60 %", "eligible": {"segments": ["large"]}},
    "prompts": {"per_month": 6, "ramp": "2 months", "eligible": {"plans": ["monthly"], "least_risk": "20 %"}},
    "recall_campaign": recall(benefit="30 %", eligible={"lives": [1], "stages": ["churned"]}),
    "referral_programme": {"refers": "10 % per month"},
    "custom": {"be kind": {"quantity": "solved", "operation": "multiply", "size": 1.1, "source": "a guess",
                           "cost": "1 USD", "eligible": {"activated": "yes"}}},
}  # fmt: skip
TIED = {"guided_onboarding": {"team": TEAM}, "churn_survey": {}, "prompts": {"budget": "1 USD"}}
"""Levers of two strategies: with targets of every kind; and by which customers are tied."""


def written(folder, levers):
    """Write the business and a strategy as files."""
    files = folder / "base.yaml", folder / "strategy.yaml"
    files[0].write_text(yaml.safe_dump(BUSINESS), encoding="utf-8")
    strategy = {"extends": "base.yaml", "name": "strategy", "levers": levers}
    files[1].write_text(yaml.safe_dump(strategy), encoding="utf-8")
    return files


@pytest.fixture(scope="module", params=[LEVERS, TIED], ids=["apart", "tied"])
def made(request, tmp_path_factory):
    """A finished study, with its events."""
    folder = tmp_path_factory.mktemp("made")
    files = written(folder, request.param)
    result = call("run", *files, *ASKED, "--jobs", 1, "--out", folder / "first")
    assert result.exit_code == 0, result.stderr
    return folder / "first"


def contents(folder):
    """Return the bytes of every file of a run folder, but for the command in study.json and in the report."""
    found = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    record = json.loads(found["study.json"])
    command = str(escape(record.pop("command"))).encode()
    if "report.html" in found:  # it also names the folder, in the command that says what the answer hangs on
        page = found["report.html"].replace(command, b"")
        found["report.html"] = re.sub(rb"retention-sim hangs-on [^<]*", b"", page)
    return {**found, "study.json": json.dumps(record).encode()}


def rows(folder):
    """Return the event log in an order that does not depend on the engine."""
    table = pq.read_table(folder / "events.parquet").to_pandas()
    assert len(table) > 5000
    by = ["scenario", "replication", "customer", "time", "event", "detail", "amount"]
    return table.astype({"scenario": str, "event": str}).sort_values(by, kind="stable", ignore_index=True)


def assert_same(one, other, *but):
    """Assert that two run folders hold the same files with the same bytes, but for some."""
    mine, theirs = contents(one), contents(other)
    assert set(mine) == set(theirs)
    assert {"study.json", "request.json", "metrics.parquet", "monthly.parquet", "cohorts.parquet", "customers.parquet",
            "events.parquet", "replications/00002.zip"} <= set(mine)  # fmt: skip
    assert [] == [name for name in mine if name not in but and mine[name] != theirs[name]]


def test_other_processes_make_the_same_bytes(tmp_path):
    """Another order of sets and dicts, other threads, another working directory; the folder has moved meanwhile."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    files = [file.name for file in written(here, LEVERS)]
    begin(here, "1", "run", *files, *ASKED, "--jobs", 1, "--out", "first")
    (here / "first").rename(there / "moved")
    for file in files:
        (here / file).unlink()
    begin(tmp_path, "4242", "run", "--from", "there/moved", "--events", "--no-charts", "--jobs", 2, "--out", "again")

    assert_same(there / "moved", tmp_path / "again")


def begin(folder, hash_seed, *words):
    """Run a command in a process of its own, in a folder; it ends well."""
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(ROOT)}
    process = start(*words, cwd=folder, env=environment)
    _, messages = process.communicate()
    assert process.returncode == 0, messages


def test_the_other_engine_makes_the_same_bytes(made, tmp_path):
    """All figures; and the same events, in another order."""
    result = call(
        "run", "--from", made, "--events", "--no-charts", "--engine", "reference", "--out", tmp_path / "simpy"
    )

    assert result.exit_code == 0, result.stderr
    assert_same(made, tmp_path / "simpy", "events.parquet")
    assert rows(made).equals(rows(tmp_path / "simpy"))


@pytest.mark.parametrize("lost", [["study.json", "replications/00001.zip", "metrics.parquet"],
                                  ["study.json", "replications/00000.zip", "events.parquet"]])  # fmt: skip
def test_an_interrupted_one_goes_on_to_the_same_bytes(made, tmp_path, lost):
    """With the events kept so far, or before any was kept; on two threads."""
    folder = shutil.copytree(made, tmp_path / "stopped")
    for name in lost:
        (folder / name).unlink()

    result = call("run", "--from", made, "--events", "--no-charts", "--jobs", 2, "--out", folder)

    assert result.exit_code == 0, result.stderr
    assert_same(made, folder)


@pytest.mark.parametrize("block", [5, 64])
def test_other_blocks_make_the_same_bytes(made, tmp_path, block):
    """Replications and tables; the sample of customers and the events are written block by block."""
    design = replace(design_in(made)[0], block=block)
    store.finish(tmp_path / "blocks", run_study(design, jobs=2, folder=tmp_path / "blocks"))
    mine, theirs = contents(made), contents(tmp_path / "blocks")

    assert set(mine) - set(theirs) == {"customers.parquet", "events.parquet", "report.html"}
    assert theirs == {name: mine[name] for name in theirs}


# --- edited by hand ---------------------------------------------------------------------------------------------------


def edited(*path, value):
    """Return an edit of a record: a value put in one place, or what stands there removed."""

    def edit(record):
        *outer, last = path
        for name in outer:
            record = record[name]
        if value is None:
            del record[last]
        else:
            record[last] = value

    return edit


DATA = ("scenarios", 1, "data")
EDITS = {
    "no number of customers": edited("customers", value="many"), "no replication": edited("replications", value=0),
    "half a replication": edited("replications", value=1.5), "a seed below nothing": edited("seed", value=-1),
    "half a seed": edited("seed", value=7.5), "no seed": edited("seed", value=None),
    "no scenario": edited("scenarios", value=[]), "scenarios that are none": edited("scenarios", value=[3]),
    "no data": edited(*DATA, value=None), "a horizon in words": edited("scenarios", 0, "horizon", value="long"),
    "a horizon of another length": edited("scenarios", 1, "horizon", value=400.0),
    "a horizon without end": edited("scenarios", 0, "horizon", value=float("inf")),
    "a misspelt lever": edited(*DATA, "levers", value={"anual_plan": {}}),
    "a lever out of range": edited(*DATA, "levers", value={"annual_plan": {"discount": "200 %"}}),
    "a custom lever without source": edited(*DATA, "levers", value={"custom": {"x": {"quantity": "solved"}}}),
    "an unknown segment": edited(*DATA, "levers", value={"prompts": {"eligible": {"segments": ["tiny"]}}}),
    "no base rates": edited("scenarios", 0, "data", "solved", value=None),
    "the same name twice": edited(*DATA, "name", value="small world"),
    "another start": edited(*DATA, "starts", value="2027-01-01"), "another format": edited("format", value=2),
    "a layout of its own": edited("layout", value="mine"),
}  # fmt: skip
"""What a hand may do to study.json."""


@pytest.mark.parametrize("name", EDITS)
def test_a_study_json_edited_into_rubbish_says_so(made, tmp_path, name):
    """Exit code 2, a message without a traceback, and nothing is written."""
    folder = shutil.copytree(made, tmp_path / "edited")
    record = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    EDITS[name](record)
    (folder / "study.json").write_text(json.dumps(record), encoding="utf-8")

    result = call("run", "--from", folder, "--no-charts", "--out", tmp_path / "again")

    assert result.exit_code == 2, (result.exit_code, result.stderr)
    assert result.stderr.strip() and "Traceback" not in result.stderr
    assert not (tmp_path / "again").exists()


def test_an_edit_that_makes_sense_is_another_study(made, tmp_path):
    """Another discount is no rubbish: the study that is asked for is made, and it is not the old one."""
    folder = shutil.copytree(made, tmp_path / "edited")
    record = json.loads((folder / "study.json").read_text(encoding="utf-8"))
    edited("seed", value=8)(record)
    (folder / "study.json").write_text(json.dumps(record), encoding="utf-8")

    assert call("run", "--from", folder, "--no-charts", "--out", tmp_path / "again").exit_code == 0
    assert (tmp_path / "again" / "metrics.parquet").read_bytes() != (made / "metrics.parquet").read_bytes()
    assert "tell of different studies" in call("compare", folder).stderr
