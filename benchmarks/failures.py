"""Runs that are made to fail in one of six ways, and runs that are made to go well."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import torch

from gan_core.config import TrainConfig
from gan_core.data import DataSet, load

POINTS = {
    "resolution": None,
    "architecture": "mlp",
    "width": 32,
    "depth": 2,
    "latent_dim": 2,
    "batch_size": 64,
    "steps": 1200,
    "lr_d": 1e-3,
    "lr_g": 1e-3,
    "precision": "float32",
    "device": "cpu",
}
IMAGES = POINTS | {"data": "digits", "resolution": 28, "width": 64, "latent_dim": 16, "batch_size": 32, "samples": 16}
R1 = {"penalty": "r1", "penalty_weight": 0.1}
BOTH = {"objective": "relativistic", "penalty": "r1+r2", "penalty_weight": 0.1}
MOMENTUM = {"beta1": 0.9, "lr_d": 5e-3, "lr_g": 5e-3}


@dataclass(frozen=True)
class Case:
    """A run to make.

    `later`: live changes by the step that they follow. `few`: only so many training images. `digit`: only images of
    this digit. `unseen`: no constant was set with a look at it.
    """

    kind: str
    name: str
    values: dict[str, Any]
    later: dict[int, dict[str, Any]] = dataclasses.field(default_factory=dict)
    few: int = 0
    digit: int | None = None
    unseen: bool = False


def points(kind: str, name: str, data: str, unseen: bool = False, **values: Any) -> Case:
    return Case(kind, name, POINTS | {"data": data} | values, unseen=unseen)


def images(kind: str, name: str, few: int = 0, digit: int | None = None, unseen: bool = False, **values: Any) -> Case:
    return Case(kind, name, IMAGES | values, few=few, digit=digit, unseen=unseen)


def killed(name: str, data: str, unseen: bool = False, **values: Any) -> Case:
    """D's rate is far too high for some hundred steps, and then as it was."""
    values = POINTS | {"data": data, "beta1": 0.0, "beta2": 0.99, "lr_d": 3e-3} | values
    return Case("d-dead", name, values, {300: {"lr_d": 0.1}, 700: {"lr_d": values["lr_d"]}}, unseen=unseen)


CASES = (
    killed("rate of 0.1 for a while, ring", "ring"),
    killed("rate of 0.1 for a while, minimax, ring", "ring", objective="minimax"),
    killed("rate of 0.1 for a while, relativistic, ring", "ring", objective="relativistic"),
    killed(
        "rate of 0.1 for a while, clipped critic, ring",
        "ring",
        unseen=True,
        objective="wasserstein",
        weight_clip=0.1,
    ),
    points("d-wins", "minimax, strong D, ring", "ring", objective="minimax", lr_d=5e-3, lr_g=1e-4, k=3),
    points("d-wins", "slow G, ring", "ring", lr_d=1e-2, lr_g=2e-5),
    points("d-wins", "hinge, slow G", "two-gaussians", objective="hinge", lr_d=5e-3, lr_g=1e-5),
    images("d-wins", "minimax, strong D, digits", objective="minimax", lr_d=2e-3, lr_g=5e-5, k=2),
    points(
        "d-wins", "least squares, slow G, grid", "grid", unseen=True, objective="least-squares", lr_d=5e-3, lr_g=1e-5
    ),
    points(
        "d-wins",
        "relativistic, slow G, pinwheel",
        "pinwheel",
        unseen=True,
        objective="relativistic",
        lr_d=5e-3,
        lr_g=1e-5,
        k=2,
    ),
    points("collapse", "fast G, two Gaussians", "two-gaussians", lr_g=1e-3, lr_d=1e-4),
    points("collapse", "fast G, ring", "ring", lr_g=5e-3, lr_d=1e-3),
    images("collapse", "fast G, digits", lr_g=5e-3, lr_d=5e-4),
    images("collapse", "minimax, fast G, digits", objective="minimax", lr_g=2e-3, lr_d=2e-4),
    points(
        "collapse", "relativistic, fast G, ring", "ring", unseen=True, objective="relativistic", lr_g=5e-3, lr_d=5e-4
    ),
    points(
        "collapse",
        "least squares, fast G",
        "two-gaussians",
        unseen=True,
        objective="least-squares",
        lr_g=1e-3,
        lr_d=1e-4,
    ),
    points("oscillation", "momentum, Gaussian", "gaussian", **MOMENTUM),
    points("oscillation", "momentum, clipped critic", "gaussian", objective="wasserstein", weight_clip=0.1, **MOMENTUM),
    points("oscillation", "momentum, ring", "ring", **MOMENTUM | {"lr_d": 3e-3, "lr_g": 3e-3}),
    points("oscillation", "momentum, uniform", "uniform-1d", **MOMENTUM),
    points("oscillation", "momentum, minimax, Laplace", "laplace", unseen=True, objective="minimax", **MOMENTUM),
    points("oscillation", "momentum, hinge, moons", "moons", unseen=True, objective="hinge", **MOMENTUM),
    points(
        "divergence",
        "unbounded critic",
        "gaussian",
        objective="wasserstein",
        weight_clip=0.0,
        lr_d=2e-2,
        lr_g=2e-2,
        depth=4,
        steps=1600,
    ),
    points("divergence", "rates of 0.3, ring", "ring", lr_d=0.3, lr_g=0.3),
    points("divergence", "least squares, rates of 0.1", "two-gaussians", objective="least-squares", lr_d=0.1, lr_g=0.1),
    points("divergence", "hinge, rates of 0.2", "gaussian", objective="hinge", lr_d=0.2, lr_g=0.2),
    points(
        "divergence",
        "relativistic, rates of 0.3, moons",
        "moons",
        unseen=True,
        objective="relativistic",
        lr_d=0.3,
        lr_g=0.3,
    ),
    points(
        "divergence",
        "unbounded critic, line",
        "line",
        unseen=True,
        objective="wasserstein",
        weight_clip=0.0,
        lr_d=2e-2,
        lr_g=2e-2,
        depth=4,
        steps=1600,
    ),
    *(
        images("memorising", f"{n} images", few=n, penalty="r1", penalty_weight=1.0, width=128, steps=1500)
        for n in (8, 12)
    ),
    images(
        "memorising",
        "16 images, least squares",
        few=16,
        unseen=True,
        objective="least-squares",
        penalty="r1",
        penalty_weight=1.0,
        width=128,
        steps=1500,
    ),
    images(
        "memorising",
        "9 images, relativistic",
        few=9,
        unseen=True,
        width=128,
        steps=1500,
        **BOTH | {"penalty_weight": 1.0},
    ),
    points("healthy", "minimax + R1, Gaussian", "gaussian", objective="minimax", **R1),
    points("healthy", "relativistic, two Gaussians", "two-gaussians", **BOTH),
    points("healthy", "relativistic, ring", "ring", width=64, **BOTH),
    points("healthy", "R1, line", "line", **R1),
    points("healthy", "hinge + R1, moons", "moons", objective="hinge", **R1),
    points("healthy", "least squares + R1, uniform", "uniform-1d", objective="least-squares", **R1),
    points(
        "healthy",
        "clipped critic, two Gaussians (1-D)",
        "two-gaussians-1d",
        objective="wasserstein",
        weight_clip=0.1,
        k=3,
    ),
    images("healthy", "digits", lr_d=5e-4, lr_g=5e-4),
    images("healthy", "digits, relativistic", **BOTH | {"penalty_weight": 1.0}),
    images("healthy", "ones only", digit=1),
    images("healthy", "digits, DCGAN", architecture="dcgan", width=8, depth=None, lr_d=5e-4, lr_g=5e-4, steps=600),
    points("healthy", "R1, spirals", "spirals", unseen=True, **R1),
    points(
        "healthy",
        "relativistic average, checkerboard",
        "checkerboard",
        unseen=True,
        **BOTH | {"objective": "relativistic-average"},
    ),
    points(
        "healthy",
        "WGAN-GP, swiss roll",
        "swiss-roll",
        unseen=True,
        objective="wasserstein",
        penalty="wgan-gp",
        penalty_weight=1.0,
        k=3,
        lr_d=5e-4,
        lr_g=5e-4,
    ),
    points("healthy", "R1, packs of two, two Gaussians", "two-gaussians", unseen=True, packing=2, **R1),
    images(
        "healthy",
        "digits, least squares + R1",
        unseen=True,
        objective="least-squares",
        penalty="r1",
        penalty_weight=1.0,
    ),
)


def config_of(case: Case, seed: int) -> TrainConfig:
    return TrainConfig(**case.values, seed=seed)


def data_of(case: Case, seed: int) -> DataSet | None:
    """The part of the digits that a case is about, None for the whole of its data set."""
    if not case.few and case.digit is None:
        return None
    data = load(TrainConfig(**case.values))
    if case.digit is not None:
        index, versions = (data.labels == case.digit).nonzero().flatten(), data.versions
    else:  # of the first versions, so that no two images are of one original
        index = torch.randperm(1797, generator=torch.Generator().manual_seed(seed))[: case.few]
        versions = 1
    return dataclasses.replace(data, samples=data.samples[index], labels=data.labels[index], versions=versions)
