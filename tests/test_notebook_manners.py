"""What a notebook shows: progress while it simulates, and tables whose columns say their units."""

import json
import sys
import types

import ipywidgets  # noqa: F401  # before a test says that IPython is another one
import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient
from worlds import ROOT, business, shop

import sim
from sim.analysis.measures import MONEY, Measure
from sim.language.words import Words
from sim.study import notebook_progress
from sim.study.notebook_progress import TextLine, in_notebook, shown
from sim.study.units_of_tables import MIXED, UNITS_OF

LEVERS = {"prompts": {"share": "60 %"}, "recall_campaign": {"share": "80 %", "after": "5 days"}}


@pytest.fixture(scope="module")
def study():
    """Long enough that some leave and are called back."""
    return sim.simulate([business(), business(LEVERS, name="touched")], customers=300, replications=2)


# --- progress -------------------------------------------------------------------------------------------------------


@pytest.fixture
def notebook(monkeypatch):
    """A process that IPython takes for a notebook's kernel; returns what is shown."""
    seen = []

    class Handle:
        def update(self, what, raw):
            seen.append(("update", what))

    def display(what, **_):
        seen.append(("display", what))
        return Handle()

    shell = types.SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(notebook_progress, "display", lambda: display)
    return seen


def test_a_script_shows_nothing(capsys):
    """Neither left out nor false; and IPython is not imported for it."""
    with shown(None) as step, shown(False) as other:
        assert step is None and other is None
    assert ("", "") == tuple(capsys.readouterr())


def test_ipython_on_a_terminal_is_no_notebook(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: types.SimpleNamespace()))

    assert not in_notebook()


def test_a_function_is_called_with_pieces():
    steps = []
    sim.simulate([business()], customers=60, months=2, replications=3, progress=lambda *step: steps.append(step))

    assert 3 <= len(steps) and steps == sorted(steps)
    assert steps[-1][0] == steps[-1][1]


def test_a_notebook_shows_a_bar_and_takes_it_away(notebook):
    sim.simulate([business()], customers=60, months=2, replications=2)
    ((how, box),) = notebook

    assert "display" == how and "simulating" == box.children[0].description
    assert box.children[0].value == box.children[0].max > 1
    assert f"{box.children[0].max} of {box.children[0].max} pieces" == box.children[1].value
    assert box.comm is None  # closed: it is off the page


def test_the_bar_goes_away_after_an_error_too(notebook):
    with pytest.raises(KeyboardInterrupt), shown(None) as step:
        step(1, 4)
        raise KeyboardInterrupt
    assert notebook[0][1].comm is None


def test_without_ipywidgets_a_line_is_written_over(notebook, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    sim.simulate([business()], customers=60, months=2, replications=2)
    texts = [what["text/plain"] for _, what in notebook]

    assert ["display", *["update"] * (len(notebook) - 1)] == [how for how, _ in notebook]
    assert "(100 %)" in texts[-1] and texts[-1].startswith("simulating: ")


def test_the_line_is_not_written_more_often_than_one_reads(notebook):
    """Five changes a second; the last one always."""
    times = iter([0.0, 0.1, 0.19, 0.3, 0.31])
    line = TextLine(Words("notebook", "zh"), lambda: next(times))
    for done in range(1, 6):
        line.step(done, 5)

    assert ["1", "4", "5"] == [what["text/plain"].split("：")[1][0] for _, what in notebook]


@pytest.mark.slow
def test_in_a_real_kernel(tmp_path):
    """Jupyter itself runs the cell: a widget is shown, the study shows itself, and nothing is on stderr."""
    file = str(ROOT / "scenarios" / "baseline.yaml")
    text = f"import sim\nsim.simulate([{file!r}], customers=200, months=2, replications=2)"
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text)])
    NotebookClient(book, timeout=600, kernel_name="python3").execute()
    outputs = book.cells[0].outputs

    assert ["display_data", "execute_result"] == [output.output_type for output in outputs]
    assert "application/vnd.jupyter.widget-view+json" in outputs[0].data
    assert "<table>" in json.dumps(outputs[1].data["text/html"])


# --- tables ---------------------------------------------------------------------------------------------------------


def table_of(study, name):
    return getattr(study, name)()


@pytest.mark.parametrize("name", UNITS_OF)
def test_every_figure_has_a_unit(study, name):
    """Each column of numbers says its unit, or that the row does; each row of a mixed table does."""
    table = table_of(study, name)
    figures = [column for column in table if pd.api.types.is_numeric_dtype(table[column])]
    units = table.attrs["units"]

    assert len(table) > 0 and "USD" == table.attrs["currency"]
    assert {column for column in figures if column not in ("draw", "replication")} == set(units)
    if MIXED in units.values():
        assert set(table["unit"]) <= {"share", "money", "count", "ratio", "months", "1/month"}


@pytest.mark.parametrize("name", UNITS_OF)
def test_every_table_is_tidy(study, name):
    """Scenario first, names in small letters, one row per case, dates as dates, no column of mixed kinds."""
    table = table_of(study, name)
    cases = [column for column in table if not pd.api.types.is_float_dtype(table[column]) and column != "seen"]

    assert "scenario" == table.columns[0]
    assert all(column == column.lower() and column.isidentifier() for column in table)
    assert not table.duplicated(cases).any()
    assert [] == [column for column in table if table[column].dtype == object]
    if "date" in table:
        assert pd.api.types.is_datetime64_any_dtype(table["date"])


def test_the_ledgers_money_is_money(study):
    """What the monthly table calls money are the measures of money."""
    table = study.monthly().drop_duplicates("measure").set_index("measure")["unit"]
    money = {measure.name.lower() for measure in MONEY}

    assert {name for name in table.index if table[name] == "money"} == money & set(table.index)
    assert "count" == table[Measure.CONVERTED.name.lower()]


def test_units_are_saved_with_a_table(study, tmp_path):
    study.movements().to_parquet(tmp_path / "movements.parquet")
    again = pd.read_parquet(tmp_path / "movements.parquet")

    assert study.movements().attrs == again.attrs
    assert "money per month" == again.attrs["units"]["start"]


def test_a_shops_tables_name_its_currency():
    study = sim.simulate([shop(horizon="2 months")], customers=60, replications=1)

    assert "CNY" == study.metrics().attrs["currency"]
