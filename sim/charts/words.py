"""What charts say, in English and Chinese."""

from sim.charts.fonts import chinese_font

Words = dict[str, str]
LANGUAGES = ("en", "zh")

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Not taken from the locale: a chart is the same everywhere."""

# fmt: off
TEXTS: dict[str, tuple[str, str]] = {
    "scenario": ("scenario", "情景"),
    "group": ("group", "组"),
    "to": ("to", "至"),
    "thousand": ("thousand ", "千 "),
    "million": ("million ", "百万 "),
    "billion": ("billion ", "十亿 "),
    "calendar": ("month", "月份"),
    "scale": ("Business scale.", "按业务规模。"),
    "common": ("Business scale, all panels on one vertical scale.", "按业务规模；各图纵轴相同。"),
    "means": (
        "Means over {replications} replications, without intervals.",
        "{replications} 次重复模拟的均值，不含误差区间。"),
    "one replication": ("One replication: no interval.", "仅一次重复模拟：无误差区间。"),

    "retention title": (
        "How many new customers are still subscribed, month after month",
        "新客户逐月留存曲线"),
    "retention title segment": (
        "How many new customers of each segment are still subscribed, month after month",
        "各细分市场新客户的逐月留存曲线"),
    "retention title plan": (
        "How many new customers are still subscribed, month after month, by first plan",
        "各首购套餐新客户的逐月留存曲线"),
    "retention note": (
        "New customers; monthly cohorts: {cohorts}. At month t a curve has the cohorts seen for t months only, "
        "so its end can rise.",
        "新客户；月度客户群数：{cohorts}。曲线在第 t 月只计入已观测满 t 个月的客户群，因此末端可能上升。"),
    "bands": (
        "Bands: 95 % simulation error of each curve ({replications} replications).",
        "色带：各曲线的 95 % 模拟误差（{replications} 次重复）。"),
    "paired": (
        "The scenarios have the same customers, so their differences are surer than the bands suggest.",
        "各情景的客户相同，因此差异比色带所示更确定。"),
    "retention title shop": (
        "How many new customers do not count as lost yet, month after month",
        "新客户逐月留存曲线"),
    "retention title segment shop": (
        "How many new customers of each segment do not count as lost yet, month after month",
        "各细分市场新客户的逐月留存曲线"),
    "retention title plan shop": (
        "How many new customers do not count as lost yet, month after month",
        "新客户逐月留存曲线"),
    "lost": (
        "A customer counts as lost after a long time without an order, as the scenario has it.",
        "客户久未下单（时长见场景）即视为流失。"),
    "tenure": (
        "months since the first payment\n(below: monthly cohorts seen that long)",
        "首次付费后的月数\n（下方：观测满该月数的月度客户群数）"),
    "still": ("still subscribed (%)", "仍在订阅（%）"),
    "still from": ("still subscribed (%)\naxis begins at {floor}", "仍在订阅（%）\n纵轴起于 {floor}"),
    "still shop": ("not counted as lost yet (%)", "尚未视为流失（%）"),
    "still from shop": (
        "not counted as lost yet (%)\naxis begins at {floor}",
        "尚未视为流失（%）\n纵轴起于 {floor}"),
    "at month": ("month {month}: {value}", "第 {month} 个月：{value}"),
    "nobody": ("no new customers to follow", "没有可观测的新客户"),
    "monthly": ("monthly plan", "月付套餐"),
    "annual": ("annual plan", "年付套餐"),
    "per_use": ("orders", "按次购买"),

    "differences title": (
        "What each strategy changes, compared with “{baseline}” on the same customers",
        "各策略相对“{baseline}”的变化（相同客户）"),
    "differences note": (
        "Mean paired differences; lines and brackets: 95 % simulation error ({replications} replications).",
        "配对差异的均值；横线与括号：95 % 模拟误差（{replications} 次重复）。"),
    "sure": ("interval leaves out zero", "区间不含零"),
    "unsure": ("interval includes zero, or there is none", "区间含零，或无区间"),
    "points": ("difference (percentage points)", "差异（百分点）"),
    "money": ("difference ({unit})", "差异（{unit}）"),
    "no difference": ("no difference", "无差异"),
    "unknown": ("not observed", "未观测到"),

    "stages title": (
        "How many customers are in each stage of life at the end of each month",
        "各月末处于各生命周期阶段的客户数"),
    "customers": ("customers at month end", "月末客户数"),
    "introduction": ("introduction (in trial)", "引入期（试用）"),
    "growth": ("growth", "成长期"),
    "maturity": ("maturity", "成熟期"),
    "dormancy": ("dormancy (not using)", "休眠期（不使用）"),
    "introduction shop": ("introduction (before the first order)", "引入期（首单之前）"),
    "dormancy shop": ("dormancy (no order for long)", "休眠期（久未下单）"),
    "baseline total": ("all stages under “{baseline}”", "“{baseline}”的各阶段合计"),

    "movements title": (
        "What moves monthly recurring revenue (MRR) up and down, month by month",
        "月度经常性收入（MRR）的逐月增减"),
    "mrr": ("change of MRR in the month\n({unit})", "当月 MRR 变动\n（{unit}）"),
    "new": ("new", "新增"),
    "expansion": ("expansion", "扩展"),
    "reactivation": ("reactivation", "回流"),
    "contraction": ("contraction", "收缩"),
    "churn": ("churn", "流失"),
    "net": ("net", "净变动"),
    "net a month": ("net {net} a month", "月均净变动 {net}"),
    "none": ("None in this study: {movements}.", "本研究中没有：{movements}。"),
    "and": (", ", "、"),
    "space": (" ", ""),
}
# fmt: on


OF_A_SHOP = " shop"
"""Ends the keys of what is said instead where customers order and do not subscribe."""


def words_of(language: str, *, shop: bool = False) -> Words:
    """Return the texts of a language; Chinese ones only if a font with Chinese characters is installed."""
    if language not in LANGUAGES:
        raise ValueError(f"language={language!r} is not known; write one of {', '.join(map(repr, LANGUAGES))}")
    place = 1 if spoken(language) == "zh" else 0
    words = {key: texts[place] for key, texts in TEXTS.items()}
    own = {key.removesuffix(OF_A_SHOP): text for key, text in words.items() if key.endswith(OF_A_SHOP)}
    return words | own if shop else words


def spoken(language: str) -> str:
    """Return the language that is written: Chinese without a font for it becomes English."""
    return "zh" if language == "zh" and chinese_font() else "en"


def note_on_means(scenarios: int, replications: int, words: Words) -> str:
    """Return the note under the title of charts of means."""
    scale = words["common" if scenarios > 1 else "scale"]
    return (
        scale
        + words["space"]
        + words["means" if replications > 1 else "one replication"].format(replications=replications)
    )


def month_name(month: int, language: str) -> str:
    """Return the name of a calendar month, 1 to 12."""
    return f"{month}月" if spoken(language) == "zh" else MONTHS[month - 1]


def year_name(year: int, language: str) -> str:
    """Return the name of a year."""
    return f"{year}年" if spoken(language) == "zh" else str(year)
