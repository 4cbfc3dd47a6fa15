"""Initial weights."""

from __future__ import annotations

from torch import nn


def normal_weights(network: nn.Module, std: float = 0.02) -> None:
    """Draws weights of convolutions and linear layers from a normal distribution of mean 0; biases become 0."""
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            nn.init.normal_(module.weight, 0.0, std)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def initialise(network: nn.Module, how: str) -> None:
    """Leaves a network as it was made ("pytorch"), or draws its weights as DCGAN does ("dcgan").

    DCGAN (Radford et al. 2015, arXiv:1511.06434): normal with deviation 0.02, around 0 for weights and around 1 for the
    scales of batch norm; biases and shifts are 0.
    """
    if how == "pytorch":
        return
    # one pass in the order of the layers: it decides which random numbers each of them gets
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            normal_weights(module)
        elif isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.normal_(module.weight, 1.0, 0.02)
            nn.init.zeros_(module.bias)
