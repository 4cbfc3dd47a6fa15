"""Numbers as the findings write them."""

from __future__ import annotations


def number(value: float) -> str:
    """A number for people: three digits, a real minus."""
    return f"{value:,.0f}".replace("-", "−") if abs(value) >= 1000 else f"{value:.3g}".replace("-", "−")


def probability(p: float) -> str:
    """A probability, not rounded to 0 or 1 where it is neither."""
    return f"{p:.2f}" if 0.005 <= p <= 0.995 else ("below 0.005" if p < 0.5 else "above 0.995")
