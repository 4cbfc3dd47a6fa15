"""The presets, number by number."""

from __future__ import annotations

import pytest

import gan_core
from gan_core.config import ConfigError, TrainConfig

COMMON = {
    "lr_d": 2e-4,
    "lr_g": 2e-4,
    "k": 1,
    "beta2": 0.999,
    "init": "pytorch",
    "penalty": "none",
    "precision": "auto",
    "pretrain_d": 0,
    "depth": None,
    "steps": None,
}
SYSTEMS = {
    "starter": {
        "data": "digits",
        "resolution": 28,
        "architecture": "dcgan",
        "width": 16,
        "batch_size": 64,
        "beta1": 0.5,
        "objective": "non-saturating",
    },
    "mlp-tiny": {
        "data": "mnist",
        "split": "train",
        "resolution": 28,
        "architecture": "mlp",
        "width": None,
        "batch_size": 32,
        "epochs": 25,
        "prior": "normal",
        "latent_dim": 32,
        "beta1": 0.9,
        "objective": "non-saturating",
        "d_loss_scale": 0.5,
        "reuse_fakes": True,
        "samples": 32,
    },
    "mlp-dropout": {
        "data": "mnist",
        "split": "train",
        "resolution": 28,
        "architecture": "mlp-dropout",
        "width": None,
        "batch_size": 64,
        "epochs": 100,
        "prior": "normal",
        "latent_dim": 100,
        "beta1": 0.9,
        "objective": "non-saturating",
        "d_loss_scale": 1.0,
        "reuse_fakes": False,
        "samples": 64,
    },
    "conv-minimax": {
        "data": "mnist",
        "split": "all",
        "resolution": 28,
        "architecture": "conv-minimax",
        "width": None,
        "batch_size": 256,
        "prior": "uniform-half",
        "latent_dim": 9,
        "lr_d": 1e-4,
        "lr_g": 1e-4,
        "beta1": 0.9,
        "objective": "minimax",
        "d_loss_scale": 1.0,
        "reuse_fakes": False,
        "pretrain_d": 0,
        "pretrain_lr": 1e-3,
        "precision": "float64",
        "samples": 9,
    },
    "dcgan-64": {
        "data": "mnist",
        "split": "all",
        "resolution": 64,
        "architecture": "dcgan",
        "width": 64,
        "batch_size": 100,
        "epochs": 5,
        "prior": "normal",
        "latent_dim": 100,
        "beta1": 0.5,
        "objective": "non-saturating",
        "d_loss_scale": 1.0,
        "reuse_fakes": True,
        "samples": 100,
    },
    "gaussian-1d": {"data": "gaussian", "resolution": None, "latent_dim": 1},
}


@pytest.mark.parametrize("name", list(SYSTEMS))
def test_a_preset_is_its_system_number_by_number(name):
    config = gan_core.preset(name)
    expected = SYSTEMS[name] if name == "gaussian-1d" else {**COMMON, **SYSTEMS[name]}
    assert {k: getattr(config, k) for k in expected} == expected


def test_every_preset_is_valid_described_and_distinct():
    assert set(gan_core.PRESETS) >= set(SYSTEMS) and next(iter(gan_core.PRESETS)) == "starter"
    for name, preset in gan_core.PRESETS.items():
        assert TrainConfig.from_json(preset.config.to_json()) == preset.config == gan_core.preset(name)
        assert preset.title and len(preset.note) > 80
    assert len({p.title for p in gan_core.PRESETS.values()}) == len(gan_core.PRESETS)
    assert TrainConfig() == gan_core.preset("starter")
    with pytest.raises(ConfigError, match="mlp-tiny"):
        gan_core.preset("mlp_tiny")


def test_what_the_systems_text_asks_to_be_said_and_selectable():
    assert "[-0.42, 2.82]" in gan_core.PRESETS["dcgan-64"].note
    dcgan = gan_core.preset("dcgan-64")
    assert (
        dcgan.replace(prior="uniform").prior == "uniform"
        and dcgan.replace(init="dcgan").init == "dcgan"
        and dcgan.replace(batch_size=128)
    )
    note = gan_core.PRESETS["conv-minimax"].note
    assert "float64" in note and "1x1" in note and "uniform prior" in note
    note = gan_core.PRESETS["mlp-dropout"].note
    assert "collapse" in note and "converge" in note and "Wasserstein" in note and "label" in note
