"""The whole state of a training: taken between any two steps, and gone on from, bit for bit on the CPU."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ..config import TrainConfig
from .average import Average
from .order import stream

if TYPE_CHECKING:
    from .trainer import Trainer


def state_of(trainer: Trainer) -> dict[str, Any]:
    """{"tensors": str -> Tensor (copies, on the CPU), "counters": str -> number or str}, enough to go on exactly.

    Raises RuntimeError in the middle of D's head start, whose optimiser is no part of it.
    """
    t = trainer
    if t.step == 0 and 0 < t.d_updates < t.config.pretrain_d:
        raise RuntimeError("D's head start is under way; take the state before it or after it")
    tensors = {"random": t.random.get_state()} | tensors_of(t)
    counters = {
        "config": t.config.to_json(),
        "step": t.step,
        "d_updates": t.d_updates,
        "averaged": t.average.seen if t.average is not None else 0,
        "position": t.order.position,
        "seconds": t.clock.seconds,
        "images_per_second": t.clock.images_per_second,
        "precision": t.plan.precision,
        "device": t.plan.device.type,
    }
    # a memory format is not part of a tensor's value: saved plainly, and taken on again when restored
    plain = {
        name: tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
        for name, tensor in tensors.items()
    }
    return {"tensors": plain, "counters": counters}


def restore(trainer: Trainer, state: Mapping[str, Any]) -> None:
    """Makes a trainer go on from a state. Raises ValueError, with nothing changed, where it belongs to other networks.

    A state from another kind of device goes on with other noise, since its random numbers cannot be had here. One of a
    training with another optimiser, or without an average of G, has no memory for the present one, which begins afresh.
    """
    t, tensors, counters = trainer, state["tensors"], state["counters"]
    afresh = _afresh(TrainConfig.from_json(counters["config"]), t.config)
    mine = {name: tensor for name, tensor in tensors_of(t).items() if not name.startswith(afresh)}
    for name, tensor in mine.items():
        if name not in tensors or tensors[name].shape != tensor.shape:
            what = "missing" if name not in tensors else "of another shape"
            raise ValueError(f"this state does not belong to this configuration: {name} is {what}")
    with torch.no_grad():
        for name, tensor in mine.items():
            tensor.copy_(tensors[name])
    t.step, t.order.position = counters["step"], counters["position"]
    if counters.get("device", t.plan.device.type) == t.plan.device.type:
        t.random.set_state(tensors["random"].cpu())
    else:
        t.random.manual_seed(stream(t.config.seed, f"noise after step {t.step}"))
    t.d_updates = counters.get("d_updates", 0)
    if t.average is not None:
        if "average." in afresh:
            t.average = Average(t.generator, t.config.ema_half_life)
        else:
            t.average.seen = counters["averaged"]
    if t.d_updates >= t.config.pretrain_d:
        t.head_start_left = iter(())
    t.clock.set(counters["seconds"], counters["images_per_second"])


def tensors_of(trainer: Trainer) -> dict[str, Tensor]:
    """Everything that training changes in place, by name. The tensors themselves."""
    found: dict[str, Tensor] = {}
    for name, network, optimiser in trainer.players():
        found |= {f"{name}.{key}": tensor for key, tensor in network.state_dict().items()}
        found |= {f"optimiser.{name}.{key}": tensor for key, tensor in optimiser.tensors().items()}
    if trainer.average is not None:
        found |= {f"average.{key}": tensor for key, tensor in trainer.average.tensors().items()}
    return found


def _afresh(before: TrainConfig, now: TrainConfig) -> tuple[str, ...]:
    """Beginnings of the names of tensors that a state of `before` does not have for `now`."""
    names: tuple[str, ...] = ()
    for network, field in (("generator", "optimiser_g"), ("discriminator", "optimiser_d")):
        if getattr(before, field) != getattr(now, field):
            names += (f"optimiser.{network}.",)
    return names if before.ema_half_life else (*names, "average.")
