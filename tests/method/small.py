"""Small trainings that are compared bit for bit, and a record of what one drew."""

from __future__ import annotations

import functools

import pytest
import torch
import torch.nn.functional as F
from torch import nn

import gan_core
from gan_core.config import TrainConfig
from gan_core.data import DataSet, load
from gan_core.method.trainer import Trainer
from gan_core.networks.layers import Dropout

CLOCK = ("seconds", "images_per_second")
"""What depends on the machine's speed, and is no part of exactness."""


def some_digits(count: int = 60, resolution: int = 28) -> DataSet:
    """The first real digits, at any resolution."""
    digits = load(TrainConfig())
    samples, labels = digits.samples[:count], digits.labels[:count]
    if resolution != 28:
        samples = F.interpolate(samples.float(), size=resolution, mode="bilinear").to(torch.uint8)
    return DataSet(samples, labels)


def small(name: str, **changes) -> tuple[TrainConfig, DataSet | None]:
    """A preset with its own networks and game, on a few digits in small batches."""
    config = gan_core.preset(name)
    if not config.is_image:
        return config.replace(batch_size=16, steps=1000, **changes), None
    config = config.replace(
        data="digits", split="train", batch_size=6 if name == "dcgan-64" else 16, steps=1000, **changes
    )
    return config, some_digits(60, config.resolution)


def same(a: dict, b: dict) -> None:
    """Two trainer states are equal bit for bit, but for the clock."""
    assert a["tensors"].keys() == b["tensors"].keys()
    different = [k for k in a["tensors"] if not torch.equal(a["tensors"][k], b["tensors"][k])]
    assert not different, different
    assert {k: v for k, v in a["counters"].items() if k not in CLOCK} == {
        k: v for k, v in b["counters"].items() if k not in CLOCK
    }


def exact(metrics: dict[str, float]) -> str:
    """Metrics as text that is equal where they are equal bit for bit, nan included."""
    return repr({k: v for k, v in metrics.items() if k not in CLOCK})


def weights(network: nn.Module) -> dict[str, torch.Tensor]:
    return {k: v.detach().clone() for k, v in network.state_dict().items()}


def equal(a: dict[str, torch.Tensor], b: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(a[k], b[k]) for k in a)


class Recorder:
    """What a trainer drew: noise, indices and dropout masks, in order."""

    def __init__(self, trainer: Trainer):
        self.noise, self.index = [], []
        self.masks: list[list[torch.Tensor]] = []  # of each dropout layer, row by row
        draw, batch = trainer.noise, trainer.data.batch

        def noise(n):
            self.noise.append(draw(n).clone())
            return self.noise[-1].clone()

        def picked(index, *args, **kwargs):
            self.index.append(index.clone())
            return batch(index, *args, **kwargs)

        trainer.noise, trainer.data.batch = noise, picked
        for module in trainer.discriminator.modules():
            if isinstance(module, Dropout):
                self.masks.append([])
                module.register_forward_hook(functools.partial(self._mask, self.masks[-1]))

    @staticmethod
    def _mask(rows: list, module: Dropout, args: tuple, output: torch.Tensor) -> None:
        x = args[0].detach()
        factor = torch.where(x != 0, output.detach() / x, 0.0)  # where x is 0, so is its gradient: a ReLU came before
        kept = factor[factor != 0]
        torch.testing.assert_close(kept, torch.full_like(kept, 1 / 0.7), rtol=1e-4, atol=0)
        assert len(kept) / int((x != 0).sum()) == pytest.approx(0.7, abs=0.05)
        rows += factor


WIDTHS = {
    "mlp": 8,
    "mlp-dropout": 8,
    "conv-minimax": 16,
    "dcgan": 2,
    "residual": 4,
    "maxout": 8,
    "stacked-dcgan": 2,
    "stacked-tiny": 2,
}


def tiny(architecture: str, **changes) -> TrainConfig:
    common = {
        "data": "digits",
        "architecture": architecture,
        "width": WIDTHS.get(architecture, 8),
        "latent_dim": 5,
        "batch_size": 4,
        "samples": 4,
        "steps": 100,
    }
    return TrainConfig.from_dict({**common, **changes})
