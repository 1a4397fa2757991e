"""Every metric: unit, which way is better, its name in English and Chinese, and its definition."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Metric:
    """What a metric is called and means.

    Attributes
    ----------
    unit
        share, money, count, ratio, months, or 1/month.
    better
        1 more is better, -1 less is better, 0 neither.
    """

    unit: str
    better: int
    english: str
    chinese: str
    definition: str


CATALOGUE: dict[str, Metric] = {
    "logo_retention_m12": Metric(
        "share",
        1,
        "Customer retention, month 12",
        "客户留存率（第12个月）",
        "New customers still subscribed after 12 months (after that month's renewal), over all cohorts "
        "observed that long, weighted by size; first lives.",
    ),
    "logo_retention_m24": Metric(
        "share",
        1,
        "Customer retention, month 24",
        "客户留存率（第24个月）",
        "The same after 24 months.",
    ),
    "grr_m12": Metric(
        "share",
        1,
        "Gross revenue retention",
        "总收入留存率",
        "MRR today of those who paid a year ago, each capped at what he paid then, over their MRR then; years "
        "of the study pooled (SaaS Capital).",
    ),
    "nrr_m12": Metric(
        "share",
        1,
        "Net revenue retention",
        "净收入留存率",
        "The same without the cap; new customers left out.",
    ),
    "monthly_logo_churn": Metric(
        "share",
        -1,
        "Monthly customer churn",
        "月度客户流失率",
        "Ends over customers alive at month starts, all customers, all months; recognised at the end of the "
        "paid period or after the last retry.",
    ),
    "customers_end": Metric(
        "count",
        1,
        "Customers at the end",
        "期末客户数",
        "Subscribed customers at the end of the horizon.",
    ),
    "activation_rate": Metric(
        "share",
        1,
        "Activation rate",
        "激活率",
        "Sign-ups that complete all key actions within the activation window.",
    ),
    "conversion_rate": Metric(
        "share",
        1,
        "Trial conversion",
        "试用转化率",
        "Sign-ups that become paying customers.",
    ),
    "annual_share": Metric(
        "share",
        0,
        "New customers paying annually",
        "新客户年付比例",
        "New customers whose first plan is annual.",
    ),
    "new_customers": Metric(
        "count",
        1,
        "New customers",
        "新增客户数",
        "First payments inside the horizon.",
    ),
    "dormant_share": Metric(
        "share",
        -1,
        "Dormant customers",
        "休眠客户占比",
        "Dormant over subscribed customers at the end of the horizon.",
    ),
    "dormant_reactivation_rate": Metric(
        "share",
        1,
        "Dormant reactivation",
        "休眠唤醒率",
        "Dormant customers who use again, per dormant customer and month.",
    ),
    "win_back_rate": Metric(
        "share",
        1,
        "Win-back rate",
        "流失召回率",
        "Customers back within a year of their end, of those whose year is observed; natural returns included.",
    ),
    "win_back_incremental": Metric(
        "share",
        1,
        "Win-back, incremental",
        "召回增量",
        "Win-back rate minus the baseline's; 0 for the baseline.",
    ),
    "referral_share": Metric(
        "share",
        1,
        "Referred customers",
        "推荐客户占比",
        "New customers who were referred, over new customers.",
    ),
    "uses_per_month": Metric(
        "ratio",
        1,
        "Uses per customer and month",
        "月均使用次数",
        "Uses, trials included, over customers at month ends.",
    ),
    "arpa": Metric(
        "money",
        0,
        "Revenue per account (ARPA)",
        "客均月收入",
        "MRR at the end over customers at the end.",
    ),
    "gross_margin": Metric(
        "share",
        0,
        "Gross margin",
        "毛利率",
        "Revenue minus cost to serve, fees and goods, over revenue.",
    ),
    "mrr_end": Metric(
        "money",
        1,
        "MRR at the end",
        "期末月度经常性收入",
        "Monthly recurring revenue at the end of the horizon.",
    ),
    "revenue": Metric(
        "money",
        1,
        "Revenue",
        "收入",
        "Accrued revenue inside the horizon.",
    ),
    "cash": Metric(
        "money",
        1,
        "Cash received",
        "现金收款",
        "Payments received inside the horizon.",
    ),
    "contribution": Metric(
        "money",
        1,
        "Contribution",
        "贡献利润",
        "Revenue minus cost to serve, fees, refunds, acquisition and levers' costs.",
    ),
    "profit": Metric(
        "money",
        1,
        "Profit",
        "利润",
        "Contribution minus the fixed cost of the business (overhead), not discounted.",
    ),
    "profit_npv": Metric(
        "money",
        1,
        "Profit, discounted",
        "利润现值",
        "Profit inside the horizon, discounted to day 0 at the scenario's yearly rate.",
    ),
    "residual_value": Metric(
        "money",
        1,
        "Residual value",
        "期末剩余价值",
        "Discounted contribution, after the horizon, of the customers and prospects there at its end, simulated on "
        "without new ones; levers' running costs and wages stop with the horizon.",
    ),
    "profit_npv_with_residual": Metric(
        "money",
        1,
        "Profit with residual value",
        "利润现值（含剩余价值）",
        "Discounted profit inside the horizon and the residual value.",
    ),
    "profit_npv_per_customer": Metric(
        "money",
        1,
        "Discounted profit per prospect",
        "每位潜客利润现值",
        "Discounted profit over prospects and opening customers.",
    ),
    "clv": Metric(
        "money",
        1,
        "Customer lifetime value",
        "客户终身价值",
        "Contribution of a customer won in the first year, from the first payment to the end of the residual, "
        "discounted to the month of that payment; before acquisition, and without what the trial cost.",
    ),
    "cac": Metric(
        "money",
        -1,
        "Acquisition cost (CAC)",
        "获客成本",
        "Acquisition spend, levers' costs on prospects and the onboarding team's wages, over new customers.",
    ),
    "ltv_to_cac": Metric(
        "ratio",
        1,
        "LTV to CAC",
        "LTV/CAC",
        "Lifetime value over acquisition cost.",
    ),
    "payback_months": Metric(
        "months",
        -1,
        "Payback",
        "回本周期",
        "CAC over (MRR of a new customer x gross margin).",
    ),
    "acquisition_cost": Metric(
        "money",
        0,
        "Acquisition spend",
        "获客支出",
        "Spend per prospect times prospects.",
    ),
    "churn_natural": Metric(
        "share",
        0,
        "Ends: need gone",
        "流失原因：需求消失",
        "Share of all ends.",
    ),
    "churn_soft": Metric(
        "share",
        0,
        "Ends: inertia",
        "流失原因：软性",
        "Share of all ends.",
    ),
    "churn_hard": Metric(
        "share",
        0,
        "Ends: had to",
        "流失原因：硬性",
        "Share of all ends.",
    ),
    "churn_experience": Metric(
        "share",
        0,
        "Ends: experience",
        "流失原因：体验",
        "Share of all ends.",
    ),
    "churn_payment": Metric(
        "share",
        0,
        "Ends: failed payment",
        "流失原因：支付失败",
        "Share of all ends.",
    ),
    "lever_cost": Metric(
        "money",
        -1,
        "Cost of the levers",
        "策略成本",
        "Everything that the levers cost inside the horizon.",
    ),
    "lever_cost_npv": Metric(
        "money",
        -1,
        "Cost of the levers, discounted",
        "策略成本现值",
        "The same, discounted to day 0.",
    ),
    "lever_roi": Metric(
        "ratio",
        1,
        "Return on the levers",
        "策略投资回报",
        "Difference in discounted profit, net of the levers' cost, over the difference in that cost; against the "
        "baseline.",
    ),
}

HEADLINES = ("logo_retention_m12", "logo_retention_m24", "nrr_m12", "activation_rate", "customers_end", "mrr_end",
             "profit_npv", "profit_npv_with_residual")  # fmt: skip
"""Metrics that the printed comparison shows first."""


def label(name: str, language: str = "en") -> str:
    """Return a metric's name for people."""
    metric = CATALOGUE[name]
    return metric.chinese if language == "zh" else metric.english
