"""The notebooks as they are stored: all there, without results, each with a question and a computed answer.

That they run is checked by ``pytest --nbmake notebooks``.
"""

import json
import re

import pytest
from worlds import ROOT

FOLDER = ROOT / "notebooks"
FILES = sorted(FOLDER.glob("*.ipynb"))
SEVEN = {
    "first_comparison", "two_lives", "annual_or_monthly", "habit_race", "recall_with_hold_out", "own_lever",
    "how_sure_are_we",
}  # fmt: skip
LARGEST = 20_000
"""Bytes; results and pictures stored by accident take more."""

each = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


def cells(file, kind):
    notebook = json.loads(file.read_text(encoding="utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def source(cell):
    return "".join(cell["source"])


def test_all_seven_are_there_and_their_list_names_them():
    listed = re.findall(
        r"^\| \[(\w+)\]\((\w+)\.ipynb\)", (FOLDER / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )

    assert SEVEN == {file.stem for file in FILES} == {name for name, _ in listed}
    assert all(name == link for name, link in listed)


@each
def test_notebooks_are_stored_without_results(file):
    """Nothing that running leaves behind: results, counts, errors, the machine's own paths and kernel."""
    text = file.read_text(encoding="utf-8")
    code = cells(file, "code")

    assert code
    assert [] == [cell["id"] for cell in code if cell["outputs"] or cell["execution_count"] is not None]
    assert "python3" == json.loads(text)["metadata"]["kernelspec"]["name"]
    assert not re.search(r"/(?:[h]ome|[r]oot|[U]sers|[w]ork|[t]mp)/|Traceback", text)
    assert len(text) < LARGEST


@each
def test_a_notebook_asks_a_question_and_computes_its_answer(file):
    """The question stands in bold under the title; the answer is text made of figures, in the cell below."""
    title, *_ = cells(file, "markdown")
    notebook = json.loads(file.read_text(encoding="utf-8"))["cells"]
    headings = [place for place, cell in enumerate(notebook) if source(cell).startswith("## The answer")]

    assert re.match(r"# [^\n]+\n\n\*\*[^*]+\?[^*]*\*\*", source(title))
    assert len(headings) == 1
    answer = notebook[headings[0] + 1]
    assert answer["cell_type"] == "code" and 'Markdown(f"""' in source(answer)


@each
def test_links_lead_somewhere(file):
    links = [link for cell in cells(file, "markdown") for link in re.findall(r"\]\(([^)#]+)\)", source(cell))]

    assert [link for link in links if not link.startswith("http") and not (FOLDER / link).exists()] == []


@each
def test_files_are_found_from_any_working_folder(file):
    """Scenarios are looked for beside the package."""
    code = "\n".join(map(source, cells(file, "code")))

    assert "Path(sim.__file__).parents[1]" in code
    assert not re.search(r"""["'](?:\.\./)?scenarios/""", code)
