"""The evaluation of a generator of points."""

from __future__ import annotations

import math

import torch
from torch import nn

from ..theory import divergence_from_samples
from .manifold import prdc
from .mixtures import MIXTURES, evaluate_mixture, mixture_oracle, mode_count
from .quick import REALS, mean_distance
from .sampling import draw
from .table import K, Report, asked, finite


def points(report: Report, generator: nn.Module) -> None:
    """Adds the rows for a generator of points. Raises ValueError where a sample is not finite."""
    config, data = report.config, report.data
    report.tell(0.0, "Drawing samples")
    labels = asked(report)
    x = finite(torch.cat([part for part, _ in draw(config, generator, report.n, report.seed, labels)]))
    if config.data in MIXTURES:
        scores, oracle = evaluate_mixture(x, config.data), mixture_oracle(config.data, len(x))
        total = mode_count(config.data)
        per = f"Perfect sampler: mean and standard deviation of 200 draws of {len(x):,} points."
        report.row(
            "modes",
            f"Modes found, of {total}",
            scores["modes"],
            f"Those with at least one sample within 3σ. {per}",
            "high",
            oracle=oracle["modes"].mean,
        )
        note = f"Share of samples within 3σ of a mode. More than a perfect sampler: G's modes are too narrow. {per}"
        report.row(
            "high_quality",
            "Share of high-quality samples",
            scores["high_quality"],
            note,
            "reference",
            oracle=oracle["high_quality"].mean,
            spread=oracle["high_quality"].sd,
        )
        note = (
            f"KL(modes' histogram ‖ uniform) in nats, over the high-quality samples. 0: evenly spread, ln {total} = "
            f"{math.log(total):.2f}: all in one mode. {per}"
        )
        if math.isnan(scores["reverse_kl"]):
            note = f"No sample lies in any mode, so there is no histogram. {note}"
        report.row(
            "reverse_kl",
            "Evenness over modes (nats)",
            scores["reverse_kl"],
            note,
            oracle=oracle["reverse_kl"].mean,
            spread=oracle["reverse_kl"].sd,
        )
    report.tell(0.2, "Comparing with the distribution")
    if data.distribution is not None:
        found = divergence_from_samples(x, data.distribution)
        what = (
            f"Over {found['cells']} regions of equal probability; standard error by bootstrap. Perfect sampler: "
            f"mean of 20 draws of {len(x):,} points."
        )
        report.row(
            "jsd",
            "Jensen-Shannon divergence (nats)",
            found["jsd"],
            f"0 to ln 2 = 0.69. {what}",
            spread=found["jsd_error"],
            oracle=found["jsd_oracle"],
        )
        half = (
            "Large where G leaves out what is in the data. Half a sample is added to each region, because an empty "
            "region would make it infinite."
        )
        for key, name, note in (
            ("kl_data_g", "KL(data ‖ samples) (nats)", f"{half} {what}"),
            ("kl_g_data", "KL(samples ‖ data) (nats)", f"Large where G produces what is not in the data. {what}"),
        ):
            report.row(key, name, found[key], note, spread=found[f"{key}_error"], oracle=found[f"{key}_oracle"])
    report.tell(0.5, "Looking at neighbourhoods")
    real, other = (data.batch(index.to(data.samples.device)).cpu() for index in (report.real, report.other))
    report.neighbourhoods(prdc(real, x, K), prdc(real, other, K))
    spread = mean_distance(real[:REALS])
    note = (
        "Mean distance between two samples, divided by that between two real ones. 1: as spread out as the data, "
        "0: all the same."
    )
    report.row(
        "diversity",
        "Variety",
        mean_distance(x[:REALS]) / spread if spread else math.nan,
        note,
        "reference",
        floor=1.0,
    )
