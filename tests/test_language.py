"""The catalogue: every text is there in every language, with the same gaps, and is said somewhere."""

import re
import string

import pytest
from worlds import ROOT

from sim.language.formats import quantity
from sim.language.words import FOLDER, IN_CODE, LANGUAGES, ONE, REMEDY, SHOP, Words, closed, texts

SUBJECTS = sorted(path.stem for path in (FOLDER / "en").glob("*.yaml"))
SOURCE = "\n".join(
    path.read_text(encoding="utf-8") for kind in ("py", "html", "js") for path in (ROOT / "sim").rglob(f"*.{kind}")
)
IN_ONE_ORDER = {"date", "month", "span", "span_of_years"}
"""Dates of a story are put together from other parts in Chinese."""
REJECTED = (
    "杠杆", "手段", "情景", "基线", "细分", "客户群", "潜在客户", "贴现", "离意", "运行文件夹", "匹配度", "引入期",
    "名客户", "名真实", "呼叫团队", "转介绍", "多变", "试验", "触及", "支付失败", "软性", "硬性", "保留组", "仿真",
    "置信", "基础率", "基础速率", "固定费用", "次生命", "关键行为", "关键步骤", "关键操作", "召回触达", "要求取消",
    "业务", "离开意向", "警报", "闭式", "人生", "出处", "个举措", "精力", "预警召回", "使用速率", "地点流量",
    "谢绝", "流失迹象",
)  # fmt: skip
"""Chinese words beside the one that the glossary in zh/command_line.yaml has for the same thing."""
NAMES_OF_THINGS = ("click", "commands", "errors_of_system", "metric_definitions", "metrics", "story")
"""Subjects whose keys are names of commands, metrics, events; other tests hold them against those."""


def gaps(text):
    return {gap for _, gap, _, _ in string.Formatter().parse(text) if gap}


def said(key, subject=""):
    """Whether a key stands in the code, whole or put together from a beginning: f"stage_{name}"."""
    bare = key.removesuffix(ONE).removesuffix(SHOP)
    if subject.startswith("errors_of_"):
        bare = f"{subject.removeprefix('errors_of_')}.{bare.removesuffix(REMEDY)}"
    beginnings = [bare[: place + 1] for place, letter in enumerate(bare) if letter == "_"]
    whole = re.search(rf"""["']{re.escape(bare)}["']""", SOURCE)
    return whole or any(re.search(rf"""f["']{re.escape(start)}\{{""", SOURCE) for start in beginnings)


def test_every_language_has_every_subject():
    assert SUBJECTS
    for language in LANGUAGES:
        in_code = [] if language == "en" else IN_CODE
        assert sorted(path.stem for path in (FOLDER / language).glob("*.yaml")) == sorted([*SUBJECTS, *in_code])


@pytest.mark.parametrize("subject", SUBJECTS)
def test_every_text_is_there_in_every_language_with_the_same_gaps(subject):
    """A language without a plural has no singulars of its own."""
    english = texts(subject, "en")
    for language in LANGUAGES:
        found = texts(subject, language)
        assert {key for key in english if not key.endswith(ONE)} == {key for key in found if not key.endswith(ONE)}
        for key in found:
            assert type(key) is str and type(found[key]) is str, key
            if subject == "click":  # a translation may leave out what click names in English
                assert gaps(found[key]) <= gaps(english[key]), key
            elif key not in IN_ONE_ORDER:
                assert gaps(found[key]) == gaps(english[key]), key


@pytest.mark.parametrize("subject", [name for name in SUBJECTS if name not in NAMES_OF_THINGS])
def test_every_text_is_said(subject):
    assert [key for key in texts(subject, "en") if not said(key, subject)] == []


@pytest.mark.parametrize("subject", SUBJECTS)
def test_texts_that_stand_for_others_have_those_others(subject):
    """A shop's text, or a singular, without the text that it replaces would never be said."""
    for language in LANGUAGES:
        found = texts(subject, language)
        assert all(key.removesuffix(end) in found for key in found for end in (ONE, SHOP) if key.endswith(end))


def chinese():
    """Yield the name and the content of every file that speaks Chinese."""
    for path in [*sorted((FOLDER / "zh").glob("*.yaml")), ROOT / "README.zh.md"]:
        yield path.name, path.read_text(encoding="utf-8")
    cases = (ROOT / "sim" / "verification" / "cases.yaml").read_text(encoding="utf-8")
    yield "cases.yaml", "\n".join(re.findall("[^:,{]*[\u4e00-\u9fff].*", cases))  # beside the English of each


def test_chinese_has_one_word_per_thing():
    assert [(name, word) for name, text in chinese() for word in REJECTED if word in text] == []


def test_a_chinese_percent_sign_stands_at_its_number():
    """Quantities that a scenario file or an option takes are quoted, and written as there."""
    quoted = re.compile(r"'[^'\n]*'|大小如 1 %|请写 20 % per month")
    catalogue = [(name, quoted.sub("", text)) for name, text in chinese() if name.endswith(".yaml")]

    assert [(name, found) for name, text in catalogue for found in re.findall(r".*[\d}] %.*", text)] == []


@pytest.mark.parametrize("text, values, said", [
    ("{count} 个事件", {"count": "774"}, "774 个事件"), ("{count} 个事件", {"count": "774万"}, "774万个事件"),
    ("从 {start} 变为 {end}", {"start": "2万\u2060美元", "end": "3"}, "从 2万\u2060美元变为 3"),
    ("在 {name} 下", {"name": "温和 年付"}, "在温和 年付下"), ("在 {name} 下", {"name": "a b"}, "在 a b 下"),
    ("{one} {two}", {"one": "错", "two": "误"}, "错误"), ("{share:.1f} {unit}", {"share": 1.25, "unit": "x"}, "1.2 x"),
    ("  {one}  元", {"one": "一"}, "  一  元"),
])  # fmt: skip
def test_a_space_stands_beside_figures_and_not_between_chinese(text, values, said):
    """What fills a gap stays as it is."""
    assert closed(text, values) == said


@pytest.mark.parametrize("written, read", [
    ("14 days", "14 天"), ("1 month", "1 个月"), ("16.7 %", "16.7%"), ("49.00 USD", "49.00 美元"), ("0.3", "0.3"),
    ("9 per month", "每月 9"), ("2 % per month", "每月 2%"), ("310 USD per month", "每月 310 美元"), ("paid", "paid"),
    ("-1.5", "-1.5"), ("20 QQQ per day", "每天 20 QQQ"), ("<b>", "<b>"),
])  # fmt: skip
def test_quantities_are_put_as_their_readers_write_them(written, read):
    assert quantity(written, "zh") == read
    assert quantity(written, "en") == written


def test_a_grade_is_the_same_wherever_it_is_explained():
    for grade in "ABCDSJ":
        said_of_it = {texts(subject, "zh")[f"grade_{grade}"] for subject in ("hooks", "export", "report", "explorer")}
        assert len(said_of_it) == 1


def test_a_language_that_is_not_known():
    with pytest.raises(ValueError, match="'fr' is not known; write one of 'en', 'zh'"):
        Words("charts", "fr")
