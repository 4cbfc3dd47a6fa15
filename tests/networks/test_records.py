"""What a configuration is told of each network family, held against the networks themselves."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_core.config import ARCHITECTURES, TrainConfig
from gan_core.config.glossary import TERMS
from gan_core.networks import FAMILIES, build


def test_every_family_has_a_record_and_words():
    assert set(FAMILIES) == set(ARCHITECTURES) == set(TERMS["architecture"])


def pair(name: str, **values) -> tuple[nn.Module, nn.Module]:
    points = {} if ARCHITECTURES[name].convolutional else {"data": "ring", "resolution": None}
    return build(TrainConfig(architecture=name, **points, **values))


def normalised(network: nn.Module) -> bool:
    return any(isinstance(layer, nn.modules.batchnorm._BatchNorm) for layer in network.modules())


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_a_record_is_true(name):
    record, (g, d) = ARCHITECTURES[name], pair(name, width=None)
    assert (normalised(g), normalised(d)) == (record.batch_norm_g, record.batch_norm_d)
    assert any(isinstance(layer, nn.Conv2d) for layer in d.modules()) == record.convolutional
    if name in ("mlp", "mlp-dropout"):  # own layers of several widths: the record has the widest
        assert record.width == max(
            layer.out_features for n in (g, d) for layer in n.modules() if isinstance(layer, nn.Linear)
        )
    else:
        same = pair(name, width=record.width)
        for own, other in zip((g, d), same, strict=True):
            assert [p.shape for p in own.parameters()] == [p.shape for p in other.parameters()]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_the_smallest_batch_can_be_normalised(name):
    record = ARCHITECTURES[name]
    for packing in (1, 2):
        least = record.least_batch(packing)
        config = TrainConfig(
            architecture=name, width=16, packing=packing, batch_size=-(-least // packing) * packing, latent_dim=4
        )
        g, d = build(config)
        assert torch.isfinite(d(g(torch.randn(config.batch_size, 4)))).all()
