"""What this machine is good at, for each family."""

from __future__ import annotations

import itertools

import torch
from small import tiny

from gan_core.config import ARCHITECTURES, DATA, TrainConfig
from gan_core.method import hardware
from gan_core.networks import FAMILIES


def test_points_are_never_rounded_and_images_are_where_it_pays(monkeypatch):
    """bfloat16 tells 1.00 from 1.01 at best: as coarse as the modes of the ring are narrow."""
    monkeypatch.setattr(hardware, "multiplies_bf16", lambda device: True)
    for data, architecture in itertools.product(
        [n for n, kind in DATA.items() if not kind.is_image], ("mlp", "mlp-dropout", "maxout")
    ):
        config = TrainConfig(data=data, resolution=None, architecture=architecture, device="cpu")
        assert hardware.plan(config).autocast is None
        assert hardware.plan(config.replace(precision="bfloat16")).autocast is torch.bfloat16, "unless asked for"
    for architecture in FAMILIES:
        plan = hardware.plan(tiny(architecture, device="cpu"))
        assert plan.autocast is (None if ARCHITECTURES[architecture].slight else torch.bfloat16)
        assert plan.memory_format is (
            torch.channels_last if tiny(architecture).is_convolutional else torch.contiguous_format
        )
        assert hardware.plan(tiny(architecture, device="cpu", precision="float64")).autocast is None


def test_small_networks_keep_to_one_thread(monkeypatch):
    monkeypatch.setenv("GAN_THREADS", "6")
    threads = {a: hardware.plan(TrainConfig(architecture=a, width=None, device="cpu")).threads for a in FAMILIES}
    assert {a for a, n in threads.items() if n == 1} >= {"mlp", "residual", "stacked-tiny"}
    assert {a for a, n in threads.items() if n == 6} >= {
        "mlp-dropout",
        "conv-minimax",
        "dcgan",
        "maxout",
        "stacked-dcgan",
    }
    assert all(hardware.plan(tiny(a, device="cpu")).threads == 1 for a in FAMILIES)
    assert hardware.plan(TrainConfig(architecture="residual", width=32, resolution=64)).threads == 6
