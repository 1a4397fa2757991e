"""The workbook for finance: its formulas computed anew, tied to the ledger; and nothing in it that a name can do."""

import datetime
import shutil
import zipfile

import numpy as np
import openpyxl
import pytest
from spreadsheet import Computed
from test_command_line import call
from worlds import TEAM, business, own, shop

import sim
from sim.analysis.measures import Measure
from sim.export.columns import columns_of
from sim.export.formulas import cell
from sim.export.lines import MOVES
from sim.export.names import sheet_name
from sim.export.workbook import NotExported, workbook, write_workbook
from sim.language.words import Words

MONTHS = 14
EVIL = ('=HYPERLINK("http://x","y")', "+1+1", "-2", "@SUM(A1)", "\t=1", "%", "|x")
LEVERS = {
    "guided_onboarding": {"team": {**TEAM, "agents": 3}, "starts": "3 months", "fixed_cost": "1234.56 USD"},
    "annual_plan": {"discount": "20 %"},
    "custom": {"=cmd|' /C calc'!A0": own("use_rate", "multiply", 1.1, cost="0.03 USD")},
}
WORDS = Words("export", "en")


@pytest.fixture(scope="module")
def study():
    """Fourteen months from March 2026 on, a team, and names that somebody means ill with."""
    changes = {"horizon": f"{MONTHS} months", "residual": "2 months", "costs": {"overhead": "777.77 USD"}}
    scenarios = [business(**changes), business(LEVERS, name=EVIL[0], **changes),
                 business({"prompts": {}}, name="summary", description=EVIL[1], **changes)]  # fmt: skip
    return sim.simulate(scenarios, customers=300, replications=3, seed=4)


@pytest.fixture(scope="module")
def shop_study():
    scenarios = [shop(horizon="5 months"), shop({"prompts": {}}, name="touched", horizon="5 months")]
    return sim.simulate(scenarios, customers=300, replications=2)


@pytest.fixture(scope="module")
def written(study, tmp_path_factory):
    file = tmp_path_factory.mktemp("export") / "months.xlsx"
    return write_workbook(study, file)


@pytest.fixture(scope="module")
def read(written):
    return Computed(written)


@pytest.fixture(scope="module")
def shop_read(shop_study, tmp_path_factory):
    return Computed(write_workbook(shop_study, tmp_path_factory.mktemp("export") / "shop.xlsx"))


def rows_of(read, sheet, block=0):
    """Return the row of each line of a scenario's sheet by its label, of the first block or a later one.

    "new" is said of MRR and of customers, so labels come with their section's.
    """
    found, section, blocks = {}, "", -1
    heads = {WORDS(f"block_{name}", count=3) for name in ("middle", "low", "high")}
    heads |= {WORDS("block_middle", count=2)}
    sections = {text for key, text in WORDS.texts.items() if key.startswith("section_")}
    for row in range(5, read.book[sheet].max_row + 1):
        text = read.book[sheet].cell(row, 1).value
        if text in heads:
            blocks += 1
        elif text in sections:
            section = text
        elif text and blocks == block:
            found[section, text] = row
    return found


def line(read, sheet, name, columns, block=0):
    """Return a line's values in some columns, formulas computed anew."""
    label = WORDS(f"line_{name}")
    row = next(row for (section, text), row in rows_of(read, sheet, block).items() if text == label
               and (not name.startswith("customers") or section == WORDS("section_customers")))  # fmt: skip
    return [read.value(sheet, cell(row - 1, column.place)) for column in columns]


def months_of(study):
    return [column for column in columns_of(study.design.baseline.starts, study.design.months) if not column.spans]


def sheets(read, study):
    """Return the names of the scenarios' sheets."""
    return read.book.sheetnames[1 : 1 + len(study.scenarios)]


# --- figures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["read", "shop_read"])
def test_every_formula_holds_its_value(kind, request):
    """Who opens the file without a calculator sees what a calculator would."""
    read, count = request.getfixturevalue(kind), 0
    for sheet, address in read.formulas():
        count += 1
        value, stored = read.value(sheet, address), read.stored[sheet][address].value
        stored = "" if stored is None else stored

        assert (type(value) is str and value == stored) or value == pytest.approx(stored, rel=1e-9, abs=1e-6), address
    assert count > 400


def test_months_tie_to_the_ledger(study, read):
    """Every measure of the table ``monthly``, summed and averaged, stands in its cell to the cent."""
    table = sim.study.study.data_frame(study.table("monthly"))
    table["value"] /= study.replications
    sums = table.groupby(["scenario", "measure", "month"])["value"].sum()
    signs = {"revenue": ("revenue", 1), "service": ("service_cost", -1), "fees": ("fees", -1), "cash": ("cash", 1),
             "acquisition": ("acquisition", -1), "event_costs": ("touch_cost", -1), "prospects": ("prospects", 1),
             "customers_new": ("converted", 1), "mrr_expansion": ("mrr_expansion", 1),
             "mrr_churn": ("mrr_churn", -1)}  # fmt: skip
    for name, sheet in zip(study.scenarios, sheets(read, study), strict=True):
        for what, (measure, sign) in signs.items():
            if (name, measure) not in sums.index:
                continue
            expected = sums[name, measure].reindex(range(MONTHS), fill_value=0.0) * sign

            assert expected.tolist() == pytest.approx(line(read, sheet, what, months_of(study)), abs=0.004), what
    assert ("annual" not in str(sums)) and len(sums) > 100


def test_movements_tie_and_chain(study, read):
    """MRR at start and end and its five movements are those of ``study.movements()``; each end is the next start."""
    table = sim.study.study.data_frame(study.table("movements"))
    signs = dict(zip(MOVES, (1, 1, 1, -1, -1), strict=True))
    for name, sheet in zip(study.scenarios, sheets(read, study), strict=True):
        rows = table[table["scenario"] == name]
        starts, ends = (line(read, sheet, f"mrr_{end}", months_of(study)) for end in ("start", "end"))

        assert rows["start"].tolist() == pytest.approx(starts, abs=0.004)
        assert rows["end"].tolist() == pytest.approx(ends, abs=0.004)
        assert ends[:-1] == pytest.approx(starts[1:])
        for move, sign in signs.items():
            expected = (sign * rows[move.removeprefix("mrr_")]).tolist()
            assert expected == pytest.approx(found_or_zero(read, sheet, move, study), abs=0.004)


def found_or_zero(read, sheet, name, study):
    """Return a line; zeros where it is left out because nothing moves."""
    try:
        return line(read, sheet, name, months_of(study))
    except StopIteration:
        return [0.0] * study.design.months


TOTALS = {"revenue": "revenue", "cash": "cash", "contribution": "contribution", "profit": "profit",
          "profit_npv": "profit_npv", "mrr_end": "mrr_end", "customers_end": "customers_end",
          "gross_margin": "gross_margin"}  # fmt: skip


def test_totals_tie_to_the_metrics_and_so_do_their_intervals(study, read):
    """To the cent, in the last column of each scenario's sheet: middle, low and high."""
    last = columns_of(study.design.baseline.starts, MONTHS)[-1:]
    for number, sheet in enumerate(sheets(read, study)):
        for name, metric in TOTALS.items():
            found = study.metric(number, metric)
            shown = [line(read, sheet, name, last, block)[0] for block in range(3)]

            assert [found.mean, found.low, found.high] == pytest.approx(shown, abs=0.004), name
    costs = line(read, sheets(read, study)[1], "lever_costs", last)[0]
    assert study.metric(1, "lever_cost").mean == pytest.approx(-costs, abs=0.004)


def test_differences_tie_to_the_comparison(study, read):
    """Paired: middle, low and high of totals are those of ``study.compare()``."""
    last = columns_of(study.design.baseline.starts, MONTHS)[-1:]
    for number in (1, 2):
        sheet = read.book.sheetnames[len(study.scenarios) + number]
        for name, metric in TOTALS.items():
            found = study.difference(number, metric).interval
            shown = [line(read, sheet, name, last, block)[0] for block in range(3)]

            assert [found.mean, found.low, found.high] == pytest.approx(shown, abs=0.004), name


def test_years_are_calendar_years(study, read):
    """March 2026 to April 2027: ten months and four, and the total of both."""
    columns = columns_of(study.design.baseline.starts, MONTHS)
    years = [column for column in columns if column.year]
    sheet = sheets(read, study)[0]
    by_month, by_year, total = (
        line(read, sheet, "revenue", which) for which in (months_of(study), years, columns[-1:])
    )

    assert [(2026, 10), (2027, 4)] == [(year.year, len(year.months)) for year in years]
    assert [sum(by_month[:10]), sum(by_month[10:])] == pytest.approx(by_year)
    assert sum(by_month) == pytest.approx(total[0])
    assert datetime.datetime(2026, 3, 1) == read.book[sheet].cell(4, 3).value
    assert "2026" == read.book[sheet].cell(4, 13).value
    starts, ends = (line(read, sheet, f"customers_{end}", years) for end in ("start", "end"))
    assert ends[0] == pytest.approx(starts[1])


def test_deferred_revenue_is_what_is_paid_and_not_yet_earned(study, read):
    """It begins alike in all scenarios, is never below zero, and changes by cash less revenue; by hand from the log."""
    for sheet in sheets(read, study):
        cash, revenue, starts, ends = (line(read, sheet, name, months_of(study))
                                       for name in ("cash", "revenue", "deferred_start", "deferred_end"))  # fmt: skip
        refunds = found_or_zero(read, sheet, "refunds", study)

        assert np.add(starts, cash) - revenue - refunds == pytest.approx(np.array(ends), abs=0.01)
        assert min(starts) > 0.0
        assert line(read, sheets(read, study)[0], "deferred_start", months_of(study))[0] == pytest.approx(starts[0])


def test_deferred_revenue_of_the_opening_book_is_what_is_left_of_its_bills(study):
    """With nothing paid from day 0 on, all revenue that is left to come was deferred: the ledger's own postings say."""
    from sim.export.lines import owed_at_starts

    total = np.zeros((1, 15, 91), np.int64)
    total[0, :7, Measure.REVENUE] = 100  # seven months of old annual bills
    total[0, 2, Measure.CASH] = 1200  # a new bill
    total[0, 2:14, Measure.REVENUE] += 100

    assert [700, 600, 500, 1500, 1300] == owed_at_starts(total)[0, :5].tolist()


def test_teams_stand_with_persons_and_wages(study, read):
    """Three agents from the fourth month on, at the wage of the market; a year shows the mean of its months."""
    sheet = sheets(read, study)[1]
    years = [column for column in columns_of(study.design.baseline.starts, MONTHS) if column.year]
    wage = study.design.scenarios[1].levers.guided_onboarding.team.wage.minor / 100

    assert [0] * 3 + [3] * 11 == line(read, sheet, "persons", months_of(study))
    assert [2.1, 3.0] == pytest.approx(line(read, sheet, "persons", years))
    assert [0] * 3 + [-3 * wage] * 11 == pytest.approx(line(read, sheet, "wages", months_of(study)))
    assert [-1234.56] == pytest.approx(line(read, sheet, "programme_costs", months_of(study))[3:4])
    assert [0] * MONTHS == line(read, sheets(read, study)[0], "persons", months_of(study))


def test_a_shop_has_orders_and_refunds_and_no_recurring_revenue(shop_study, shop_read):
    sheet = sheets(shop_read, shop_study)[0]
    names = {text for _, text in rows_of(shop_read, sheet)}
    columns = columns_of(shop_study.design.baseline.starts, 5)

    assert not any("MRR" in name or "deferred" in name for name in names)
    revenue, orders, basket, refunds = (line(shop_read, sheet, name, columns)
                                        for name in ("revenue", "orders", "basket", "refunds"))  # fmt: skip
    assert np.divide(revenue, orders) == pytest.approx(np.array(basket))
    assert max(refunds) < 0.0
    assert sum(revenue[:5]) == pytest.approx(shop_study.metric(0, "revenue").mean, abs=0.004)


def test_one_replication_has_no_bounds(tmp_path):
    study = sim.simulate([business(horizon="2 months")], customers=60, replications=1)
    read = Computed(write_workbook(study, tmp_path / "one.xlsx"))
    sheet = read.book.sheetnames[1]

    assert ["Summary", "small world", "Definitions", "Ties to the ledger", "How it was made"] == read.book.sheetnames
    assert WORDS("one_block") in read.book[sheet]["A2"].value
    assert "One replication" == read.book[sheet]["A5"].value


def test_ties_are_said_in_the_workbook(study, read):
    """Each total beside the ledger's; computed anew, each says yes."""
    sheet = read.book[WORDS("sheet_ties")]
    said = [read.value(sheet.title, f"F{row}") for row in range(5, sheet.max_row + 1)]

    assert len(said) >= 10 * len(study.scenarios)
    assert {"yes"} == set(said)


# --- names of strangers ---------------------------------------------------------------------------------------------


def test_names_are_never_formulas(study, written, read):
    """Only what is written as a formula is one; a risky text is marked, so that editing its cell makes it none."""
    formulas = {read.book[sheet][address].value for sheet, address in read.formulas()}
    risky = [
        cell for sheet in read.book for row in sheet.iter_rows() for cell in row
        if isinstance(cell.value, str) and cell.data_type != "f" and cell.value.startswith(("=", "+", "-", "@", "\t"))
    ]  # fmt: skip

    assert not any("HYPERLINK" in formula or "cmd" in formula for formula in formulas if "!" not in formula)
    assert {EVIL[0], EVIL[1], "=cmd|' /C calc'!A0"} <= {found.value for found in risky}
    assert all(found.data_type == "s" and found.quotePrefix for found in risky)
    with zipfile.ZipFile(written) as archive:
        assert not [name for name in archive.namelist() if "external" in name.lower() or "vba" in name.lower()]


def test_sheets_have_names_that_excel_allows(study, read):
    names = read.book.sheetnames

    assert len({name.casefold() for name in names}) == len(names)
    assert "summary 2" in names  # a scenario of that name beside the sheet
    assert all(0 < len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)


@pytest.mark.parametrize("title, name", [
    ("annual first", "annual first"), ("a/b:c*d?[e]\\f", "a b c d e f"), ("'quoted'", "quoted"), ("", "-"),
    ("'''", "-"), ("x" * 40, "x" * 31), ("History", "History 2"), ("\x00a\tb\u2028c", "a b c"),
    ("年付优先" * 10, ("年付优先" * 8)[:31]), ("😀" * 20, "😀" * 15), ("x" * 30 + "'y", "x" * 30), ("=1+1", "=1+1"),
])  # fmt: skip
def test_a_sheets_name_is_near_to_its_title(title, name):
    assert name == sheet_name(title, set())


def test_equal_titles_become_different_names():
    taken = set()
    names = [sheet_name("Y" * 40, taken) for _ in range(12)]

    assert [31] * 12 == [len(name) for name in names]
    assert 12 == len(set(names))
    assert "annual 2" == sheet_name("ANNUAL", {"annual"}).casefold()


# --- the file -------------------------------------------------------------------------------------------------------


def test_the_same_study_gives_the_same_bytes(study):
    assert workbook(study) == workbook(study)


def test_a_workbook_is_written_anew_and_nothing_else_is_overwritten(study, written, tmp_path):
    """Its own kind, untouched, is; what somebody has saved since, or made, is not, and stays as it was."""
    mine, theirs = tmp_path / "mine.xlsx", tmp_path / "theirs.xlsx"
    shutil.copy(written, mine)
    assert write_workbook(study, mine).read_bytes() == written.read_bytes()

    book = openpyxl.load_workbook(mine)
    book.save(theirs)
    for file, content in ((theirs, theirs.read_bytes()), (tmp_path / "text.xlsx", b"not a workbook")):
        file.write_bytes(content)
        with pytest.raises(NotExported, match="name another file"):
            write_workbook(study, file)
        assert content == file.read_bytes()
    assert {"mine.xlsx", "theirs.xlsx", "text.xlsx"} == {file.name for file in tmp_path.iterdir()}


@pytest.mark.parametrize("file, why", [
    ("months.csv", "write it like months.xlsx"), ("nowhere/months.xlsx", "folder nowhere is not there"),
])  # fmt: skip
def test_a_place_that_does_not_suit_is_refused(file, why, study):
    with pytest.raises(NotExported, match=why):
        write_workbook(study, file)


def test_the_command(study, tmp_path):
    """Writes the workbook of a run folder, in either language; wrong input is exit code 2."""
    run = study.save(tmp_path / "run")
    done = call("export", run, "--xlsx", tmp_path / "a.xlsx", "--lang", "zh")
    wrong = call("export", run, "--xlsx", tmp_path / "a.csv")
    nothing = call("export", tmp_path, "--xlsx", tmp_path / "b.xlsx")
    names = openpyxl.load_workbook(tmp_path / "a.xlsx", read_only=True).sheetnames

    assert (0, 2, 2) == (done.exit_code, wrong.exit_code, nothing.exit_code)
    assert done.stdout == "" and "a.xlsx" in done.stderr
    assert "write it like a.xlsx" in wrong.stderr and "holds no finished study" in nothing.stderr
    assert "汇总" == names[0] and "计算依据" == names[-1]


def test_it_is_set_up_for_reading_and_printing(study, read):
    """Frozen heads, wide enough columns, a page per year, heads repeated."""
    sheet = read.book[sheets(read, study)[0]]
    widths = {name: size.width for name, size in sheet.column_dimensions.items()}

    assert "C5" == sheet.freeze_panes
    assert "landscape" == sheet.page_setup.orientation and 9 == sheet.page_setup.paperSize
    assert "$4:$4" == str(sheet.print_title_rows) and "$A:$B" in str(sheet.print_title_cols)
    assert [13] == [page.id for page in sheet.col_breaks.brk]
    assert 2 == len(sheet.row_breaks.brk)
    assert sheet.page_setup.scale * breadth(widths, "A", "O") < 100 * 1045, "a year with its total fits on A4"
    assert widths["A"] > max(len(text) for _, text in rows_of(read, sheet.title))
    for row in sheet.iter_rows(min_row=5, min_col=3):
        for found in row:
            value = read.stored[sheet.title][found.coordinate].value
            if isinstance(value, float):
                letters = openpyxl.utils.get_column_letter(found.column)
                assert len(f"{value:,.0f}") < width_of(widths, letters), found.coordinate


def breadth(widths, first, last):
    """Return the pixels that columns take together."""
    number = openpyxl.utils.column_index_from_string
    return sum(
        7 * width_of(widths, openpyxl.utils.get_column_letter(n)) for n in range(number(first), number(last) + 1)
    )


def test_rows_are_as_high_as_their_wrapped_texts(study, read):
    """Not every program makes them so when it opens the file."""
    sheet = read.book["Definitions"]
    widths = {name: size.width for name, size in sheet.column_dimensions.items()}
    wrapped = {row: len(sheet.cell(row, 2).value or "") / widths["B"] for row in range(3, sheet.max_row + 1)}

    assert max(wrapped.values()) > 1.0
    for row, lines in wrapped.items():
        assert (sheet.row_dimensions[row].height or 15) >= 15 * lines, row


def test_no_interval_ends_beyond_what_a_line_can_be(study, read):
    """Fewer than no new customers, costs that bring money in; a difference may lie on either side."""
    sheet = read.book[sheets(read, study)[0]]
    below, above = (
        [cell.value for row in sheet.iter_rows(min_row=5) for cell in row[2:]
         if row[0].value and row[0].value.strip() in names and isinstance(cell.value, float)]
        for names in (("new", "revenue", "customers at end"), ("ended", "churn", "acquisition", "cost of serving"))
    )  # fmt: skip

    assert below and above and min(below) >= 0.0 and max(above) <= 0.0


def width_of(widths, letters):
    """Return a column's width; equal neighbours stand under the first one's name."""
    number = openpyxl.utils.column_index_from_string(letters)
    while number and openpyxl.utils.get_column_letter(number) not in widths:
        number -= 1
    return widths[openpyxl.utils.get_column_letter(number)]
