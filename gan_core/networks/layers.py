"""Layers that the families share, their initialisation, and a description of a network in words and numbers."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

from ..config import TrainConfig
from .conditioning import Pack, Projection


class Dropout(nn.Module):
    """Inverted dropout (Srivastava et al. 2014) whose noise comes from a random generator of its own.

    torch.nn.Dropout draws from the global random state, so that anything else drawing from it between two steps, a picture
    say, would change the training. The trainer sets `random`; None is the global state.
    """

    def __init__(self, p: float):
        super().__init__()
        self.p = p
        self.random: torch.Generator | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 0:
            return x
        # one 64-bit draw serves four elements: a uniform integer of 16 bits is kept where it is below a threshold
        levels = 2**16
        kept = round((1 - self.p) * levels)
        draws = torch.empty((x.numel() + 3) // 4, dtype=torch.int64, device=x.device).random_(
            -(2**63), None, generator=self.random
        )
        mask = draws.view(torch.int16)[: x.numel()].view(x.shape) < kept - levels // 2
        return x * mask * (levels / kept)

    def extra_repr(self) -> str:
        return f"p={self.p}"


class FromLatent(nn.ConvTranspose2d):
    """The first layer of a convolutional generator: z (N, dim, 1, 1) -> (N, channels, size, size).

    A transposed convolution of a single pixel is a matrix product; written as one it is several times faster on a CPU.
    Parameters, their names and their initialisation are those of nn.ConvTranspose2d.
    """

    def forward(self, x: Tensor) -> Tensor:
        dim, channels, height, width = self.weight.shape
        # the product comes out as (height, width, channels), the order of channels_last memory
        weight = self.weight.permute(0, 2, 3, 1).reshape(dim, -1)
        return (x.reshape(len(x), dim) @ weight).view(len(x), height, width, channels).permute(0, 3, 1, 2)


class ToLogit(nn.Conv2d):
    """The last layer of a convolutional discriminator: (N, channels, size, size) -> logits (N,), a convolution as large as its input."""

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight.permute(0, 2, 3, 1).reshape(-1)
        return x.permute(0, 2, 3, 1).reshape(len(x), -1) @ weight


class Maxout(nn.Linear):
    """The largest of several affine maps, unit by unit (Goodfellow et al. 2013, arXiv:1302.4389, eq. 1-2): (N, inputs) -> (N, units).

    Row `piece * units + unit` of the weight and the bias is one piece of a unit.
    """

    def __init__(self, inputs: int, units: int, pieces: int):
        super().__init__(inputs, units * pieces)
        self.units, self.pieces = units, pieces

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x).unflatten(1, (self.pieces, self.units)).amax(1)

    def extra_repr(self) -> str:
        return f"in_features={self.in_features}, units={self.units}, pieces={self.pieces}"


class MinibatchDeviation(nn.Module):
    """One more feature: how much the samples around this one differ (Karras et al. 2018, arXiv:1710.10196, section 3).

    x (N, C, ...) -> (N, C + 1, ...). The batch is split into groups of 4 (or 3, or 2, or one of all, whichever divides N); the deviation over
    the group of each feature at each pixel, averaged over all of them, is the new feature of every member. A sample by itself has none: see
    `adopt_statistics`.
    """

    EPS = 1e-8
    """Inside the square root, whose slope at 0 would otherwise be infinite: identical samples have finite gradients, second ones too."""

    def __init__(self):
        super().__init__()
        self.adopted: Tensor | None
        self.register_buffer("adopted", None, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        if self.adopted is not None and not self.training:
            deviation = self.adopted.expand(len(x))
        else:
            group = next(g for g in (4, 3, 2, len(x)) if len(x) % g == 0)
            groups = x.to(torch.promote_types(x.dtype, torch.float32)).unflatten(0, (group, -1))
            # not .var(0): over so few it is ten times slower
            variances = (groups - groups.mean(0)).square().mean(0)
            deviation = (variances + self.EPS).sqrt().mean(tuple(range(1, x.ndim))).repeat(group)
        return torch.cat([x, deviation.to(x.dtype).view(-1, *(1,) * (x.ndim - 1)).expand(-1, 1, *x.shape[2:])], 1)


def discriminator_of(
    config: TrainConfig, body: list[nn.Module], features: tuple[int, ...], last: Callable[[int], list[nn.Module]]
) -> nn.Module:
    """D of a family: `body`, which ends in `features` ((C,) or (C, h, w)), then `last(channels)`, which makes a logit of them.

    Between the two comes what the configuration asks for: the minibatch deviation, the projection on the label.
    """
    deviation = [MinibatchDeviation()] if config.minibatch_stddev else []
    end = [*deviation, *last(features[0] + len(deviation))]
    if config.conditioning == "projection":
        return Projection(nn.Sequential(*body), nn.Sequential(*end), config.n_classes, features)
    return nn.Sequential(*body, *end)


def bound_spectra(network: nn.Module) -> None:
    """Spectral norm (Miyato et al. 2018, arXiv:1802.05957): each weight matrix is divided by its largest singular value, wherever it is used.

    Convolutions are (outputs, inputs x pixels). The value comes from power iteration, one step at each pass in training mode, none in evaluation.
    A projection on the label is bounded too, since x passes through it; an embedding beside x is not.
    """
    for module in list(network.modules()):
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            spectral_norm(module)
        elif isinstance(module, Projection):
            spectral_norm(module.embedding)


def _batch_layers(network: nn.Module) -> list[nn.Module]:
    return [m for m in network.modules() if isinstance(m, (nn.modules.batchnorm._BatchNorm, MinibatchDeviation))]


def mixes_batch(network: nn.Module) -> bool:
    """Whether what a network says of a sample depends on the others in the batch: batch norm, or minibatch deviation."""
    return bool(_batch_layers(network))


@contextlib.contextmanager
def as_in_training(network: nn.Module) -> Iterator[nn.Module]:
    """Evaluation mode, except that batch norm uses the statistics of the batch it is given, as it does in training, and moves none.

    Running statistics lag behind by tens of steps, and D's mix reals with fakes, so that with them an untrained G draws plain grey
    and D scores reals and fakes alike. Whoever wants to see the game as it is played looks through this.
    """
    training = network.training
    layers = _batch_layers(network)
    network.eval()
    for layer in layers:
        # a minibatch deviation has no running statistics, and ignores the second
        layer.training, layer.track_running_stats = True, False
    try:
        yield network
    finally:
        for layer in layers:
            layer.track_running_stats = True
        network.train(training)


@torch.no_grad()
def adopt_statistics(network: nn.Module, *batch: Tensor) -> nn.Module:
    """Makes the statistics of a batch those that a network in evaluation mode goes by, so that single samples can be judged as in such a batch.

    `batch` is what the network is called with, each (n, ...). Running statistics of batch norms become the batch's, minibatch deviations its
    mean deviation. The network is left in evaluation mode.
    """
    layers = _batch_layers(network)
    network.eval()
    if not layers:
        return network
    momenta = [getattr(layer, "momentum", None) for layer in layers]

    def adopt(deviation: MinibatchDeviation, _: Any, output: Tensor) -> None:
        deviation.adopted = output[:, -1].mean()

    hooks = [layer.register_forward_hook(adopt) for layer in layers if isinstance(layer, MinibatchDeviation)]
    try:
        for layer in layers:
            layer.momentum = 1.0
            layer.train()
        network(*batch)
    finally:
        for layer, momentum in zip(layers, momenta, strict=True):
            layer.momentum = momentum
            layer.eval()
        for hook in hooks:
            hook.remove()
    return network


def normal_weights(network: nn.Module, std: float = 0.02) -> None:
    """Weights of convolutions and linear layers from N(0, std), their biases 0; batch norm stays at scale 1, shift 0."""
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            nn.init.normal_(module.weight, 0.0, std)
            if module.bias is not None:
                nn.init.zeros_(module.bias)


def initialise(network: nn.Module, how: str) -> None:
    """ "pytorch" leaves a network as it was made; "dcgan" draws weights as Radford et al. 2015 (arXiv:1511.06434) do."""
    if how == "pytorch":
        return
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            normal_weights(module)
        elif isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            nn.init.normal_(module.weight, 1.0, 0.02)
            nn.init.zeros_(module.bias)


def parameter_count(network: nn.Module) -> int:
    return sum(p.numel() for p in network.parameters())


KINDS = (Dropout, Maxout, MinibatchDeviation, Pack)
"""Layers that are called by our own name; others by PyTorch's, also where ours is a faster way to the same."""


@torch.no_grad()
def describe(network: nn.Module, *example: Tensor) -> dict[str, Any]:
    """What a network is made of: {"parameters": int, "layers": [{"name", "kind", "detail", "shape" (without the batch), "parameters"}]}.

    `example` is what the network is called with, such as `networks.examples` gives; it is run on it in evaluation mode.
    """
    layers: list[dict[str, Any]] = []

    def note(name: str):
        def hook(module: nn.Module, _: Any, output: Tensor) -> None:
            kind = next(
                c.__name__ for c in type(module).__mro__ if c in KINDS or c.__module__.startswith("torch.nn.modules")
            )
            layers.append(
                {
                    "name": name,
                    "kind": kind,
                    "detail": module.extra_repr(),
                    "shape": list(output.shape[1:]),
                    "parameters": parameter_count(module),
                }
            )

        return hook

    # what spectral norm hangs under a layer is part of that layer
    names = [(name, m) for name, m in network.named_modules() if "parametrizations" not in name.split(".")]
    hooks = [
        m.register_forward_hook(note(name))
        for name, m in names
        if not [n for n, _ in m.named_children() if n != "parametrizations"]
    ]
    training = network.training
    try:
        network.eval()(*example)
    finally:
        network.train(training)
        for hook in hooks:
            hook.remove()
    return {"parameters": parameter_count(network), "layers": layers}


__all__ = [
    "Dropout",
    "FromLatent",
    "Maxout",
    "MinibatchDeviation",
    "ToLogit",
    "adopt_statistics",
    "as_in_training",
    "bound_spectra",
    "describe",
    "discriminator_of",
    "initialise",
    "mixes_batch",
    "normal_weights",
    "parameter_count",
]
