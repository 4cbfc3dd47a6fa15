"""Curves and evaluations made as those of a run, good or bad, for the tests of what is found in them."""

from __future__ import annotations

import numpy as np

from gan_core.advice.diagnosis import KINDS as RECORDS
from gan_core.advice.diagnosis import diagnose
from gan_core.config import TrainConfig
from gan_core.config.games import GAMES

RING = TrainConfig(data="ring", resolution=None, architecture="mlp", width=32, latent_dim=2, batch_size=64)
DIGITS = TrainConfig()
OBJECTIVES = tuple(GAMES)
KINDS = list(RECORDS)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def curves(
    n: int = 2000,
    objective: str = "non-saturating",
    real=0.0,
    fake=0.0,
    spread: float = 1.0,
    batch: int = 64,
    seed: int = 0,
    **more,
) -> dict:
    """Metrics of n steps in which D's mean logits are `real` and `fake`: numbers, or one a step.

    Over single samples they spread by `spread`.
    """
    random = np.random.default_rng(seed)
    r = (
        np.asarray(real) + spread * random.standard_normal((n, batch))
        if np.ndim(real) == 0
        else np.asarray(real)[:, None] + spread * random.standard_normal((n, batch))
    )
    f = (
        np.asarray(fake) + spread * random.standard_normal((n, batch))
        if np.ndim(fake) == 0
        else np.asarray(fake)[:, None] + spread * random.standard_normal((n, batch))
    )

    def softplus(x):
        return np.logaddexp(0, x)

    d_loss, g_loss = {
        "minimax": lambda: (softplus(-r) + softplus(f), -softplus(f)),
        "non-saturating": lambda: (softplus(-r) + softplus(f), softplus(-f)),
        "least-squares": lambda: (((r - 1) ** 2 + f**2) / 2, (f - 1) ** 2 / 2),
        "wasserstein": lambda: (f - r, -f),
        "hinge": lambda: (np.maximum(0, 1 - r) + np.maximum(0, 1 + f), -f),
        "relativistic": lambda: (softplus(f - r), softplus(r - f)),
        "relativistic-average": lambda: (
            softplus(f.mean(1, keepdims=True) - r) + softplus(f - r.mean(1, keepdims=True)),
            softplus(r.mean(1, keepdims=True) - f) + softplus(r - f.mean(1, keepdims=True)),
        ),
    }[objective]()
    show = sigmoid if GAMES[objective].probability else (lambda x: x)
    found = {
        "step": np.arange(1, n + 1),
        "epoch": np.ones(n, int),
        "loss_d": d_loss.mean(1),
        "loss_g": g_loss.mean(1),
        "value": -d_loss.mean(1),
        "d_real": show(r).mean(1),
        "d_fake": show(f).mean(1),
        "d_fake_after": show(f).mean(1),
        "grad_norm_d": np.exp(0.1 * random.standard_normal(n)),
        "grad_norm_g": np.exp(0.1 * random.standard_normal(n)),
        "penalty": np.full(n, np.nan),
    }
    return found | {name: np.broadcast_to(np.asarray(x, float), n).copy() for name, x in more.items()}


def looks(n: int = 2000, every: int = 50, **columns) -> dict:
    """Evaluations at every 50th step; each column a number or a function of the share of the run that is over."""
    steps = list(range(every, n + 1, every))
    return {"step": steps, **{name: [x(s / n) if callable(x) else x for s in steps] for name, x in columns.items()}}


def kinds(*arguments, **more) -> list[str]:
    return [f.kind for f in diagnose(*arguments, **more)]


def dead(n: int = 2000, since: int = 500, objective: str = "non-saturating", **more) -> dict:
    """Metrics of n steps in which D plays its part until a step, and from then on answers all alike."""
    random, alive = np.random.default_rng(4), np.arange(n) < since
    real = np.where(alive, 0.5, 0.0)
    found = curves(n, objective, real, -real, spread=0.3, **more)
    silent = curves(n, objective, 0.0, 0.0, spread=1e-4, **more)
    found = {name: np.where(alive, column, silent[name]) for name, column in found.items()}
    for name in ("grad_norm_d", "grad_norm_g"):
        found[name] = np.exp(0.1 * random.standard_normal(n)) * np.where(alive, 1.0, 0.01)
    return found


def bad_runs() -> dict[str, tuple[TrainConfig, dict, dict]]:
    wave = np.sin(2 * np.pi * np.arange(2000) / 200)
    return {
        "d-dead": (RING, dead(), looks(diversity=0.9, jsd=0.5)),
        "divergence": (RING, curves(real=-20, fake=20), {}),
        "d-wins": (RING, curves(real=7, fake=-7), looks(diversity=0.7, jsd=0.6)),
        "collapse": (RING, curves(), looks(diversity=0.1)),
        "memorising": (DIGITS, curves(), looks(diversity=0.9, nearest=0.1)),
        "oscillation": (RING, curves(real=wave, fake=-wave), looks(diversity=0.9)),
    }
