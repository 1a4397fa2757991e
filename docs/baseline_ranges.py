"""What is published, or held plausible, about businesses like the shipped ones: figure, low, high, who says so."""

Range = tuple[str, float, float, str]

SAAS: tuple[Range, ...] = (
    ("activation_rate", 0.05, 0.65, "survey of over 500 products, median 25 %, SaaS 30 % (C)"),
    ("conversion_rate", 0.15, 0.25, "trials without a card, vendor benchmark (D)"),
    ("annual_share", 0.05, 0.91, "company filings, very different by size of customer (D)"),
    ("monthly_logo_churn", 0.005, 0.07, "from enterprise to small business, Tunguz (D); Recurly 3.3 % a month (C)"),
    ("churn_payment", 0.20, 0.40, "involuntary share of churn, Recurly 26 % (C), vendors 20-40 % (D)"),
    ("grr_m12", 0.87, 0.95, "KBCM surveys, gross dollar churn 6-13 % a year; SaaS Capital 90-93 % (C)"),
    ("nrr_m12", 0.95, 1.25, "SaaS Capital, medians 100 to 110 % by size of contract (C)"),
    ("gross_margin", 0.70, 0.85, "subscription gross margin, several surveys (C)"),
    ("win_back_rate", 0.05, 0.20, "lapsed app subscribers back within a year, RevenueCat (C)"),
    ("payback_months", 12, 24, "medians 15-24, target under 12 (C)"),
    ("ltv_to_cac", 1, 5, "3 is a convention, not a finding"),
)
APP: tuple[Range, ...] = (
    ("activation_rate", 0.05, 0.65, "survey of over 500 products (C)"),
    ("conversion_rate", 0.30, 0.60, "trials with a card 40-60 %, vendor (D); Recurly, consumer 57 % (C)"),
    ("churn_payment", 0.14, 0.31, "cancellations for billing, App Store 14 %, Google Play 31 %, RevenueCat (C)"),
    ("dormant_share", 0.2, 0.7, "no use for 30 days, but still paying (J)"),
    ("win_back_rate", 0.05, 0.20, "back within a year, RevenueCat: monthly 20.1 %, yearly 5.2 % (C)"),
    ("gross_margin", 0.60, 0.85, "after the store's 15 %, hosting and content (J)"),
    ("payback_months", 2, 18, "(J)"),
    ("ltv_to_cac", 1, 5, "3 is a convention, not a finding"),
)
LADDER: tuple[tuple[str, int, float, float, str], ...] = (
    ("monthly", 1, 0.44, 0.62, "first renewal, median of apps 53.2 % (C)"),
    ("monthly", 2, 0.62, 0.79, "second, 70.8 % (C)"),
    ("monthly", 3, 0.70, 0.85, "third, 77.4 % (C)"),
    ("annual", 12, 0.17, 0.43, "first renewal, median of apps 25-28 %, quartiles 17-43 (C)"),
    ("annual", 24, 0.40, 0.60, "second, 50.0 % (C)"),
)
"""Plan, month, and the share of those due who renew: RevenueCat, medians over apps; ranges of 9 points about them are
ours where no quartiles are given."""
APP_YEAR = (0.05, 0.19, "median of apps 11 %, quartiles 5-19 (C)")
"""Monthly subscribers still there after 12 months."""
SHOP: tuple[Range, ...] = (
    ("activation_rate", 0.02, 0.2, "prospects who follow the shop's account (J)"),
    ("conversion_rate", 0.05, 0.15, "of those who show interest (J); of all visitors it would be far less"),
    ("repeat_rate", 0.3, 0.65, "things that are used up (J)"),
    ("second_year_rate", 0.1, 0.35, "(J)"),
    ("orders_per_month", 0.1, 0.4, "of all who ordered within a year (J)"),
    ("dormant_share", 0.3, 0.7, "no order for 90 days, which shops call dormant (D); the share (J)"),
    ("win_back_rate", 0.01, 0.1, "within the year after a year without an order, unasked (J)"),
    ("gross_margin", 0.25, 0.5, "after goods, parcels, refunds and fees (J)"),
    ("payback_months", 3, 18, "(J)"),
    ("ltv_to_cac", 1, 5, "3 is a convention, not a finding"),
)
SAAS_KEPT = {
    ("segment", "small"): (0.03, 0.07, "3-7 % a month, Tunguz (D)"),
    ("segment", "mid"): (0.01, 0.02, "1-2 % a month, Tunguz (D)"),
    ("segment", "enterprise"): (0.005, 0.01, "0.5-1 % a month, Tunguz (D)"),
    ("plan", "monthly"): (0.01, 0.07, "as small and mid, who buy it (D)"),
    ("plan", "annual"): (0.005, 0.02, "as enterprise and mid, who buy it (D)"),
}
"""Least and greatest loss a month; what is kept after 12 and 24 months follows if the rate were constant."""
SAAS_REASONS = {
    "natural": (0.10, 0.50, "J"), "soft": (0.15, 0.50, "J"), "hard": (0.02, 0.20, "J"), "experience": (0.15, 0.60, "J"),
}  # fmt: skip
"""Of voluntary ends; switching studies count incidents, so there is no published split of this kind (J)."""
APP_REASONS = {
    "natural": (0.10, 0.50, "J"), "soft": (0.25, 0.50, "33.7 % too little use, of cancelled years, RevenueCat (C)"),
    "hard": (0.02, 0.20, "J"),
    "experience": (0.15, 0.60, "36.4 % cost and 9.7 % a better app, which count here, RevenueCat (C)"),
}  # fmt: skip
SEGMENT_RANGES = {
    ("small", "churn_monthly"): "3-7 % a month (D)", ("mid", "churn_monthly"): "1-2 % a month (D)",
    ("enterprise", "churn_monthly"): "0.5-1 % a month (D)",
    ("small", "churn_annual"): "11-34 % a year, between mid-market and the monthly plan (J)",
    ("mid", "churn_annual"): "11-22 % a year (D)",
    ("enterprise", "churn_annual"): "6-10 % a year (D)", ("small", "annual_share"): "about 20 % (D)",
    ("mid", "annual_share"): "about 50 % (J)", ("enterprise", "annual_share"): "almost all, 90 % (D)",
}  # fmt: skip
