"""A study on disk is the study: opened again to the bit, resumed where it stopped, and never mixed with another."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from worlds import business

import sim
from sim.study import store
from sim.study.api import make_design, run_study
from sim.study.simulate import Tally
from sim.study.store import NotAStudy


def design(**asked):
    """Return the design of a small study of one strategy."""
    scenarios = [business(), business({"annual_plan": {}}, name="annual")]
    return make_design(scenarios, **{"customers": 200, "months": 6, "replications": 4, "seed": 2, **asked})


def finished(folder, **asked):
    """Run a study in a folder and finish it."""
    study = run_study(design(**asked), folder=folder)
    store.finish(folder, study)
    return study


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A finished study and its folder; tests work on copies."""
    folder = tmp_path_factory.mktemp("runs") / "study"
    return finished(folder), folder


@pytest.fixture
def copy(kept, tmp_path):
    """A copy of the finished study's folder."""
    return shutil.copytree(kept[1], tmp_path / "copy")


def assert_equal(one, other):
    """Assert that two studies agree to the bit."""
    assert one.scenarios == other.scenarios
    for mine, theirs in zip(one.tallies, other.tallies, strict=True):
        for a, b in zip(mine, theirs, strict=True):
            for name in Tally.__dataclass_fields__:
                assert np.array_equal(getattr(a, name), getattr(b, name)), name
    for name, values in one.values.items():
        assert np.array_equal(values, other.values[name], equal_nan=True), name


# --- saved and opened ---------------------------------------------------------------------------------------------


def test_a_study_opened_again_is_the_same_to_the_bit(kept):
    """Every sum, metric, interval and table."""
    study, folder = kept
    again = sim.open_study(folder)

    assert_equal(study, again)
    assert study.metrics().equals(again.metrics())
    assert study.compare().equals(again.compare())
    assert study.monthly().equals(again.monthly())
    assert study.retention(by="plan").equals(again.retention(by="plan"))
    assert (200, 6, 4, 2) == (again.design.customers, again.design.months, again.replications, again.design.seed)


def test_a_study_simulated_in_memory_is_saved_and_opened_the_same(tmp_path):
    """Saving is no different from having run in the folder."""
    study = run_study(design())
    place = study.save(tmp_path / "mine")

    assert study.folder == str(place)
    assert_equal(study, sim.open_study(place))
    assert store.is_finished(place)


def test_a_study_in_which_nobody_comes_is_saved(tmp_path):
    """Tables without a row keep the types of their columns."""
    place = sim.simulate([business()], customers=1, months=2, replications=1).save(tmp_path / "one")
    table = pd.read_parquet(place / "cohorts.parquet")

    assert len(table) == 0 and {"category"} == {str(table[name].dtype) for name in ("scenario", "segment", "plan")}
    assert len(sim.open_study(place).metrics())


def test_months_that_replace_the_horizon_are_saved(tmp_path):
    """An override is part of the study."""
    store.save(run_study(design(months=3, replications=1)), tmp_path / "three")

    assert 3 == sim.open_study(tmp_path / "three").design.months


def test_what_was_asked_decides_the_folder(tmp_path):
    """The same request has the same folder on every day; anything that changes the bits has another."""
    own = store.default_folder(design(), tmp_path)

    assert own == store.default_folder(design(), tmp_path)
    assert own.name.startswith("small-world-annual-")
    assert own == store.default_folder(design(engine="reference"), tmp_path)
    for asked in ({"seed": 3}, {"customers": 201}, {"replications": 5}, {"months": 7}):
        assert own != store.default_folder(design(**asked), tmp_path), asked
    other = make_design([business(), business({"annual_plan": {"discount": "20 %"}}, name="annual")], customers=200,
                        months=6, replications=4, seed=2)  # fmt: skip
    assert own != store.default_folder(other, tmp_path)


def test_every_number_is_written_down_with_its_source(kept):
    """study.json holds the resolved scenarios, the versions, and the size of the business."""
    study, folder = kept
    record = store.read_record(folder)

    assert ["small world", "annual"] == [scenario["name"] for scenario in record["scenarios"]]
    assert "USD" in record["scenarios"][1]["resolved"]["plans"]["annual"]["price"]["value"]
    assert {"numpy", "numba", "scipy", "python"} <= set(record["versions"])
    assert pytest.approx(study.design.customers / study.design.scale) == record["business_size"]


# --- interrupted and resumed --------------------------------------------------------------------------------------


def unfinish(folder, *replications):
    """Bring a folder to the state of an interrupted run that lacks some replications."""
    (folder / "study.json").unlink()
    for replication in replications:
        store.replication_file(folder, replication).unlink()


@pytest.mark.parametrize("lost", [(3,), (0, 2), (0, 1, 2, 3)])
def test_an_interrupted_study_goes_on_where_it_stopped(kept, copy, lost):
    """Only what is missing is simulated, and the whole is equal to the bit."""
    unfinish(copy, *lost)
    untouched = {r: store.replication_file(copy, r).stat().st_mtime_ns for r in range(4) if r not in lost}
    progress = []
    again = run_study(design(), folder=copy, progress=lambda done, tasks: progress.append(tasks))

    assert_equal(kept[0], again)
    assert untouched == {r: store.replication_file(copy, r).stat().st_mtime_ns for r in untouched}
    tasks = len(list(design().tasks(0)))
    assert len(lost) * tasks == progress[-1] == len(progress)


def test_a_finished_study_asked_for_again_is_only_read(kept, copy):
    """No replication is simulated a second time."""
    again = run_study(design(), folder=copy, progress=lambda done, tasks: pytest.fail("simulated again"))

    assert_equal(kept[0], again)


def test_a_study_that_stops_in_the_middle_keeps_what_is_done(tmp_path, kept):
    """After an interruption two replications are on disk, the folder is not finished, and the study can go on."""
    folder, tasks = tmp_path / "stopped", len(list(design().tasks(0)))

    def stop(done, _):
        if done == 3 * tasks:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_study(design(), folder=folder, progress=stop)

    assert [0, 1] == store.finished_replications(folder, design())
    assert not store.is_finished(folder)
    assert_equal(kept[0], run_study(design(), folder=folder))


# --- folders that are something else ------------------------------------------------------------------------------


def test_a_folder_with_another_study_is_refused(copy):
    """A study never continues another one's, and says what to do."""
    with pytest.raises(NotAStudy, match="holds another study; name another folder"):
        run_study(design(seed=3), folder=copy)


def test_a_folder_of_another_model_is_refused(copy, monkeypatch):
    """Results of two versions of the model are never mixed."""
    monkeypatch.setattr(store, "model_version", lambda: "another")

    with pytest.raises(NotAStudy, match="holds another study"):
        run_study(design(), folder=copy)


def test_a_folder_with_something_else_is_refused_and_left_alone(tmp_path):
    """Somebody's files stay as they are."""
    (tmp_path / "thesis.txt").write_text("precious", encoding="utf-8")

    with pytest.raises(NotAStudy, match="is not empty and holds no study"):
        run_study(design(), folder=tmp_path)
    assert ["thesis.txt"] == [file.name for file in tmp_path.iterdir()]


def test_a_folder_without_a_finished_study_is_not_opened(tmp_path, copy):
    """Nothing there; an unfinished one; a lost replication."""
    with pytest.raises(NotAStudy, match=r"no study\.json in it"):
        sim.open_study(tmp_path / "nowhere")
    store.replication_file(copy, 1).unlink()
    with pytest.raises(NotAStudy, match="lacks replication 1; make the study again with --from"):
        sim.open_study(copy)
    unfinish(copy)
    with pytest.raises(NotAStudy, match=r"no study\.json in it"):
        sim.open_study(copy)


# --- damage -------------------------------------------------------------------------------------------------------


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def turn_bits(data: bytes) -> bytes:
    middle = len(data) // 3
    return data[:middle] + bytes(byte ^ 0xFF for byte in data[middle : middle + 64]) + data[middle + 64 :]


@pytest.mark.parametrize("damage", [cut, turn_bits, lambda _: b"", lambda _: b"not a zip file"],
                         ids=["cut off", "bits turned", "empty", "something else"])  # fmt: skip
def test_a_damaged_replication_is_refused_in_words(copy, damage):
    """Neither opened nor continued: the file's name, and what to do."""
    file: Path = store.replication_file(copy, 2)
    file.write_bytes(damage(file.read_bytes()))

    for use in (lambda: sim.open_study(copy), lambda: run_study(design(), folder=copy)):
        with pytest.raises(NotAStudy, match=r"00002\.zip is damaged .*; delete it and make the study again"):
            use()


def test_a_deleted_damaged_replication_is_made_again(kept, copy):
    """What the message says to do works."""
    store.replication_file(copy, 2).unlink()

    assert_equal(kept[0], run_study(design(), folder=copy))
    assert_equal(kept[0], sim.open_study(copy))


NO_RECORDS = ("", "{", "[]", "{}", '{"format": 99}', '{"format": 1}', '{"format": 1, "scenarios": 5}')


@pytest.mark.parametrize("text", NO_RECORDS)
def test_a_damaged_record_is_refused_in_words(copy, text):
    """A study.json that is no record, or lacks something."""
    (copy / "study.json").write_text(text, encoding="utf-8")

    with pytest.raises(NotAStudy, match=r"study\.json"):
        sim.open_study(copy)
