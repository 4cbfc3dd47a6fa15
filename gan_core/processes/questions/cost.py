"""What a question would cost, estimated before any of it is paid."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ...config import TrainConfig
from ...networks import build
from ...runs.files import memory_of_machine
from ...runs.training.ending import SMALLER

SPEED = 5e9
"""Multiplications a second of one thread, at the least."""
PATIENCE = 10.0
"""Seconds that slow motion may be estimated to take."""


class TooMuch(ValueError):
    """A question that would cost more than anybody may ask for; the message is a sentence."""


def memory_limit() -> int:
    """Bytes that answering questions may take: a quarter of this machine's memory, 1.5 GiB at least and 4 at most."""
    return min(4 * 2**30, max(3 * 2**29, memory_of_machine() // 4))


def check_memory(config: TrainConfig) -> None:
    """Raises TooMuch where a step of these settings would take more memory than answers may."""
    needed, most = memory(config) / 2**30, memory_limit() / 2**30
    if needed > most:
        kept = f"a step takes about {needed:,.1f} GiB, and {most:.1f} GiB are kept for previews"
        raise TooMuch(f"Out of memory: {kept}. {SMALLER}")


def check_time(config: TrainConfig) -> None:
    """Raises TooMuch where the first step, with D's head start, would take longer than anybody waits for it."""
    g, d = (_parameters(network) for network in _networks(config))
    rows = config.batch_size
    # forward and backward are three times the forward; D sees real and fake, G's update goes through both
    updates = (config.pretrain_d + config.k) * (6 * d + g) + config.k_g * 3 * (d + g)
    seconds = updates * rows / SPEED + (config.pretrain_d + config.k) * 2e-3
    if seconds > PATIENCE:
        many = f"{config.pretrain_d + config.k:,} updates of D before the first of G"
        raise TooMuch(
            f"Slow motion would have to make {many} (about {seconds:,.0f} s). Choose a smaller k or head start, or "
            "pause a run and look at its next step."
        )


def memory(config: TrainConfig) -> int:
    """Bytes that a step takes, about: weights with gradients and Adam's two memories, and all layers' outputs."""
    networks = _networks(config)
    if not networks:
        return 0
    generator, discriminator = networks
    weights = sum(p.numel() * p.element_size() for network in networks for p in network.parameters())
    of_g, of_d = _outputs(generator, config, of_d=False), _outputs(discriminator, config, of_d=True)
    samples = 4 * torch.Size(config.sample_shape).numel()
    # outputs are kept for the backward pass; D sees real and fake samples
    return 4 * weights + config.batch_size * (of_g + 2 * of_d // config.packing + 3 * samples)


def _networks(config: TrainConfig) -> tuple[nn.Module, nn.Module]:
    with torch.device("meta"):
        return build(config)


def _parameters(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


@torch.no_grad()
def _outputs(network: nn.Module, config: TrainConfig, of_d: bool) -> int:
    """Bytes of the outputs of all layers for one input: of G for one z, of D for a pack of samples."""
    counted = 0

    def count(module: nn.Module, _: object, output: object) -> None:
        nonlocal counted
        made = not any(True for _ in module.children()) and not getattr(module, "inplace", False)
        if made and isinstance(output, Tensor):
            counted += output.numel() * output.element_size()

    hooks = [module.register_forward_hook(count) for module in network.modules()]
    dtype = next(network.parameters()).dtype
    packs = config.packing if of_d else 1
    shape = config.sample_shape if of_d else (config.latent_dim,)
    labels = (torch.zeros(2 * packs, dtype=torch.int64, device="meta"),) if config.n_classes else ()
    try:
        network(torch.zeros(2 * packs, *shape, dtype=dtype, device="meta"), *labels)
    finally:
        for hook in hooks:
            hook.remove()
    return counted // 2
