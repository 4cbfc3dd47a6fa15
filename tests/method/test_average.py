"""The moving average of G's weights, against its definition in float64."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from gan_core.method.average import Average


def live() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2)).double()


@pytest.mark.parametrize("half_life", [10, 400, 10**6])
def test_the_half_life_grows_with_the_images_seen_up_to_its_full_length(half_life):
    """beta = 2^(-images / half-life), the half-life never more than a twentieth of the images seen so far."""
    network, images = live(), 32
    average = Average(network, half_life)
    expected = {name: t.clone() for name, t in network.state_dict().items()}
    for update in range(60):
        with torch.no_grad():
            for tensor in network.state_dict().values():
                tensor.copy_(tensor + 1 if tensor.dtype == torch.int64 else torch.randn_like(tensor))
        average.follow(images)
        length = min(half_life, images * update / 20)
        beta = 0.5 ** (images / length) if length else 0.0
        for name, tensor in network.state_dict().items():
            expected[name] = (
                tensor.clone() if tensor.dtype == torch.int64 else beta * expected[name] + (1 - beta) * tensor
            )
    for name, tensor in average.tensors().items():
        torch.testing.assert_close(tensor, expected[name], msg=name)


def test_the_average_is_another_network_that_no_gradient_reaches():
    network = live()
    average = Average(network, 100)
    assert not any(p.requires_grad for p in average.network.parameters())
    with torch.no_grad():
        network[0].weight.fill_(7.0)
    assert not bool((average.network[0].weight == 7.0).any()), "it follows only when it is told to"
    average.follow(1)
    assert bool((average.network[0].weight == 7.0).all()), "the random start is forgotten at once"
