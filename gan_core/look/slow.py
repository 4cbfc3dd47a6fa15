"""One step of a training in slow motion: the trainer makes it, and what passes through is written down.

No arithmetic is repeated here, so a run that makes the step by itself gets the same numbers: on the CPU the same bits.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..config.games import GAMES
from ..method.trainer import Trainer
from ..method.update import Update
from ..networks.batch_statistics import as_in_training
from ..networks.conditioning import told
from .line import Line
from .plane import MAP
from .probe import Probe
from .recorder import Recorder
from .scene import points_view

SUB_STEPS = (
    "draw",
    "generate",
    "classify_real",
    "classify_fake",
    "loss_d",
    "gradient_d",
    "update_d",
    "loss_g",
    "gradient_g",
    "update_g",
)
"""What one step consists of, in order: seven of D's update, three of G's."""

NO_IMAGES = "Slow motion plays points in the plane or on a line; these data are images."


def iteration(trainer: Trainer) -> dict[str, Any]:
    """Makes the next whole step of a trainer on points; returns its sub-steps by the names of `SUB_STEPS`.

    Everything is lists and numbers. D's are those of its last update before G's, the k-th of k; G's those of its last.
    Points and noise are flat, x0, y0, x1, y1, ...; of noise there are the first two coordinates at most.

    - "draw": {"z", "z_dim", "real"}; "generate": {"fake"}.
    - "classify_real", "classify_fake": {"logits", "mean"}, the mean of D(x) or of the scores.
    - "loss_d": {"loss", "real", "fake", "penalty", "penalty_weight"}; the loss is real + fake + penalty_weight *
      penalty up to rounding; real and fake are None for losses that compare the two, the penalty where it was not
      computed.
    - "gradient_d": {"norm", "layers", "pull_real", "pull_fake"}; a pull is minus the gradient of the loss with respect
      to a logit, times their number.
    - "update_d": {"moved", "size", "before", "after", "verdicts_before", "verdicts_after"}; moved: how far the weights
      of each layer came, size: their length before it; before, after: D on the map or the axis that "at" describes;
      verdicts: its means on this update's reals and fakes.
    - "loss_g": {"fresh", "z", "fake", "logits", "real_logits", "mean", "loss"}; fresh: from noise of its own, else
      the fakes of D's update; real_logits: None where G's loss does not look at them.
    - "gradient_g": {"norm", "layers", "pull"}; the pull on each fake is minus the gradient of the loss with respect to
      it, times their number.
    - "update_g": {"moved", "size", "fake", "before", "after"}; fake: where the same noise lands now; before, after: D's
      mean verdict on both, as in training, without noise.

    Raises ValueError for images, `NonFiniteError` like `turn`.
    """
    c = trainer.config
    if c.is_image:
        raise ValueError(NO_IMAGES)
    for _ in trainer.head_start():
        pass
    probe = Probe(trainer)
    recorder = Recorder(probe, points_view(trainer.data).at)
    metrics = trainer.turn(watch=recorder).metrics()
    d, g, objective = recorder.d, recorder.g, trainer.objective
    # the noise of the fakes that G's update was on: its own, or that of D's update
    z = d.update.z if g.update.z is None else g.update.z
    with torch.no_grad(), trainer.autocast(), as_in_training(trainer.generator):
        landed = told(trainer.generator, z, g.update.labels)
    before, after = (recorder.verdict(x, g.update.labels) for x in (g.update.fake.detach(), landed))
    return {
        "step": trainer.step,
        "game": GAMES[c.objective].told(),
        "config": {name: getattr(c, name) for name in SAID}
        | {"lr_d": trainer.optimiser_d.lr, "lr_g": trainer.optimiser_g.lr},
        "at": _place(trainer),
        "networks": {name: recorder.layers[network] for name, network, _ in trainer.players()},
        "draw": {"z": _flat(d.update.z[:, :2]), "z_dim": min(2, c.latent_dim), "real": _flat(d.update.real)},
        "generate": {"fake": _flat(d.update.fake)},
        "classify_real": {"logits": _flat(d.update.real_logits), "mean": metrics["d_real"]},
        "classify_fake": {"logits": _flat(d.update.fake_logits), "mean": metrics["d_fake"]},
        "loss_d": {"loss": metrics["loss_d"], **_terms(trainer, d.update), **_penalty(trainer, d.update)},
        "gradient_d": {
            "norm": metrics["grad_norm_d"],
            "layers": d.layers,
            "pull_real": d.pull_real,
            "pull_fake": d.pull_fake,
        },
        "update_d": {
            "moved": d.moved,
            "size": d.size,
            "before": d.before,
            "after": d.after,
            "verdicts_before": d.verdicts_before,
            "verdicts_after": d.verdicts_after,
        },
        "loss_g": {
            "fresh": g.update.z is not None,
            "z": _flat(z[:, :2]),
            "fake": _flat(g.update.fake),
            "logits": _flat(g.update.fake_logits),
            "real_logits": _flat(g.update.real_logits) if objective.pairs else None,
            "mean": metrics["d_fake_after"],
            "loss": metrics["loss_g"],
        },
        "gradient_g": {"norm": metrics["grad_norm_g"], "layers": g.layers, "pull": g.pull},
        "update_g": {"moved": g.moved, "size": g.size, "fake": _flat(landed), "before": before, "after": after},
    }


SAID = (
    "batch_size",
    "latent_dim",
    "prior",
    "k",
    "k_g",
    "packing",
    "label_smoothing",
    "d_loss_scale",
    "clip",
    "clip_grad",
    "optimiser_d",
    "optimiser_g",
)
"""What of the configuration the words beside the numbers go by."""


def _terms(trainer: Trainer, d: Update) -> dict[str, float | None]:
    """What reals and fakes each contribute to D's loss, by its own formula: the loss where the others cost nothing."""
    c = trainer.config
    costless = GAMES[c.objective].costless
    if costless is None:
        return {"real": None, "fake": None}
    best_real, best_fake = costless
    real, fake, game = d.real_logits.detach(), d.fake_logits.detach(), trainer.objective.d_loss
    on_real = trainer.loss_d(game(real, torch.full_like(fake, best_fake)), real)
    return {"real": on_real.item(), "fake": c.d_loss_scale * game(torch.full_like(real, best_real), fake).item()}


def _penalty(trainer: Trainer, d: Update) -> dict[str, float | None]:
    c = trainer.config
    if c.penalty == "none" or d.penalty is None:
        return {"penalty": None, "penalty_weight": None}
    return {"penalty": d.penalty.item(), "penalty_weight": c.penalty_weight * c.penalty_every}


def _place(trainer: Trainer) -> dict[str, Any]:
    """Where "before" and "after" look at D: {"dim": 1, "grid"}, or {"dim": 2, "extent", "map": cells a side}."""
    view = points_view(trainer.data)
    if isinstance(view, Line):
        return {"dim": 1, "grid": _flat(view.at)}
    return {"dim": 2, "extent": list(view.square), "map": MAP}


def _flat(tensor: Tensor) -> list[float]:
    return tensor.detach().flatten().tolist()
