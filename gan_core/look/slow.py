"""One step of a training in slow motion: the trainer makes it, and what passes through is written down.

No arithmetic is repeated here, so a run that makes the step by itself gets the same numbers: on the CPU the same bits.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from ..config.games import GAMES
from ..method.objectives import shown
from ..method.optimisers import Optimiser
from ..method.trainer import Batch, Trainer, call
from ..networks import as_in_training, describe, examples
from . import scene

SUB_STEPS = (
    "draw",
    "generate",
    "classify_real",
    "classify_fake",
    "loss_d",
    "gradient_d",
    "update_d",
    "loss_g",
    "gradient_g",
    "update_g",
)
"""What one step consists of, in order: seven of D's update, three of G's."""

NO_IMAGES = "Slow motion plays points in the plane or on a line; these data are images."

ACTIVATIONS = ("LeakyReLU", "ReLU", "Tanh", "ELU", "Sigmoid", "Maxout")


def iteration(trainer: Trainer) -> dict[str, Any]:
    """Makes the next whole step of a trainer on points, and returns its sub-steps by the names of `SUB_STEPS`, as lists and numbers.

    D's are those of its last update before G's, the k-th of k; G's those of its last. Points and noise are flat, x0, y0, x1, y1, ...; of noise
    there are the first two coordinates at most.

    "draw": {"z", "z_dim", "real"}; "generate": {"fake"}; "classify_real" and "classify_fake": {"logits", "mean"}, the mean of D(x) or of the scores.
    "loss_d": {"loss", "real", "fake", "penalty", "penalty_weight"}; the loss is real + fake + penalty_weight * penalty up to rounding; real and fake
        are None for losses that compare the two, the penalty where it was not computed.
    "gradient_d": {"norm", "layers", "pull_real", "pull_fake"}; a pull is minus the gradient of the loss with respect to a logit, times their number.
    "update_d": {"moved", "size", "before", "after", "verdicts_before", "verdicts_after"}; moved: how far the weights of each layer came, size: their
        length before it; before, after: D on the map or the axis that "at" describes; verdicts: its means on this update's reals and fakes.
    "loss_g": {"fresh", "z", "fake", "logits", "real_logits", "mean", "loss"}; fresh: from noise of its own, else the fakes of D's update; real_logits:
        None where G's loss does not look at them.
    "gradient_g": {"norm", "layers", "pull"}; the pull on each fake is minus the gradient of the loss with respect to it, times their number.
    "update_g": {"moved", "size", "fake", "before", "after"}; fake: where the same noise lands now; D's mean verdict on both, as in training, without noise.
    Raises ValueError for images, `NonFiniteError` like `turn`.
    """
    c = trainer.config
    if c.is_image:
        raise ValueError(NO_IMAGES)
    for _ in trainer.head_start():
        pass
    with _Recorder(trainer) as recorder:
        metrics = trainer.turn().metrics()
    d, g, objective = recorder.d, recorder.g, trainer.objective
    with torch.no_grad(), trainer._autocast(), as_in_training(trainer.generator):
        landed = call(trainer.generator, g["z"], g["labels"])
    before, after = (recorder.verdict(x, g["labels"]) for x in (g["fake"], landed))
    return {
        "step": trainer.step,
        "game": GAMES[c.objective].told(),
        "config": {name: getattr(c, name) for name in SAID}
        | {"lr_d": trainer.optimiser_d.lr, "lr_g": trainer.optimiser_g.lr},
        "at": _place(trainer),
        "networks": {name: recorder.layers[network] for name, network, _ in trainer.players()},
        "draw": {"z": _flat(d["z"][:, :2]), "z_dim": min(2, c.latent_dim), "real": _flat(d["real"])},
        "generate": {"fake": _flat(d["fake"])},
        "classify_real": {"logits": _flat(d["real_logits"]), "mean": metrics["d_real"]},
        "classify_fake": {"logits": _flat(d["fake_logits"]), "mean": metrics["d_fake"]},
        "loss_d": {"loss": metrics["loss_d"], **_terms(trainer, d), **_penalty(trainer, d, metrics)},
        "gradient_d": {
            "norm": metrics["grad_norm_d"],
            "layers": d["layers"],
            "pull_real": d["pull_real"],
            "pull_fake": d["pull_fake"],
        },
        "update_d": {
            name: d[name] for name in ("moved", "size", "before", "after", "verdicts_before", "verdicts_after")
        },
        "loss_g": {
            "fresh": g["fresh"],
            "z": _flat(g["z"][:, :2]),
            "fake": _flat(g["fake"]),
            "logits": _flat(g["fake_logits"]),
            "real_logits": _flat(g["real_logits"]) if objective.pairs else None,
            "mean": metrics["d_fake_after"],
            "loss": metrics["loss_g"],
        },
        "gradient_g": {"norm": metrics["grad_norm_g"], "layers": g["layers"], "pull": g["pull"]},
        "update_g": {"moved": g["moved"], "size": g["size"], "fake": _flat(landed), "before": before, "after": after},
    }


SAID = (
    "batch_size",
    "latent_dim",
    "prior",
    "k",
    "k_g",
    "packing",
    "label_smoothing",
    "d_loss_scale",
    "clip",
    "clip_grad",
    "optimiser_d",
    "optimiser_g",
)
"""What of the configuration the words beside the numbers go by."""


class _Recorder:
    """Stands between a trainer and some of its methods while it makes a step; `d` and `g` hold what the newest update of each network was about."""

    METHODS = ("noise", "_present", "_score_both", "_descend", "_update_d", "_update_g")

    def __init__(self, trainer: Trainer):
        self.trainer, self.at = trainer, scene.points_view(trainer.data).at
        inputs = ([t.to(trainer.plan.device) for t in example] for example in examples(trainer.config))
        self.layers = {
            network: _layers(network, *example)
            for (_, network, _), example in zip(trainer.players(), inputs, strict=True)
        }
        self.d: dict[str, Any] = {}
        self.g: dict[str, Any] = {}
        self.now = self.d

    def __enter__(self) -> _Recorder:
        for name in self.METHODS:
            setattr(self.trainer, name, functools.partial(getattr(self, name), getattr(self.trainer, name)))
        return self

    def __exit__(self, *_: Any) -> None:
        for name in self.METHODS:
            delattr(self.trainer, name)

    def noise(self, draw: Any, n: int) -> Tensor:
        self.now["z"] = z = draw(n)
        return z

    def _present(self, present: Any, x: Tensor) -> Tensor:
        found = present(x)
        self.now["presented"] = (*self.now.get("presented", ()), found.detach())
        return found

    def _score_both(self, score: Any, *inputs: Any) -> tuple[Tensor, Tensor]:
        found = score(*inputs)
        self.now["real_logits"] = found[0]
        return found

    def _update_d(
        self, update: Any, optimiser: Optimiser, batch: Batch, measures: dict[str, Tensor], graph: bool = False
    ) -> Tensor:
        t = self.trainer
        self.now = self.d = {
            "real": batch[0],
            "labels": batch[1],
            "penalised": t.d_updates % t.config.penalty_every == 0,
            "before": self._map(),
        }
        weights = self._weights(t.discriminator)
        fake = update(optimiser, batch, measures, graph)
        self.d |= {
            "fake": fake.detach(),
            "after": self._map(),
            "verdicts_after": self._verdicts(),
            **self._moved(t.discriminator, weights),
        }
        return fake

    def _update_g(self, update: Any, fake: Tensor | None, batch: Batch | None, measures: dict[str, Tensor]) -> None:
        network = self.trainer.generator
        self.now = self.g = {"fresh": fake is None, "z": self.d["z"], "labels": self.d["labels"], "real_logits": None}
        weights = self._weights(network)
        update(fake, batch, measures)
        self.g |= self._moved(network, weights)

    def _descend(
        self, descend: Any, network: nn.Module, optimiser: Optimiser, loss: Tensor, seen: Mapping[str, Tensor]
    ) -> Tensor:
        for tensor in seen.values():
            if tensor.requires_grad:
                tensor.retain_grad()
        if network is self.trainer.discriminator:
            self.now["verdicts_before"] = self._verdicts()
        # as the gradients come out: clipping will shorten them in place
        gradients: dict[str, Tensor] = {}
        hooks = [
            p.register_post_accumulate_grad_hook(lambda p, name=name: gradients.__setitem__(name, p.grad.clone()))
            for name, p in network.named_parameters()
        ]
        try:
            norm = descend(network, optimiser, loss, seen)
        finally:
            for hook in hooks:
                hook.remove()
        real, fake, samples = (
            seen.get(name) for name in ("D's logits on reals", "D's logits on fakes", "fake samples")
        )
        self.now |= {
            "layers": self._by_layer(network, gradients),
            "fake": samples.detach(),
            "fake_logits": fake.detach(),
        }
        if network is self.trainer.generator:
            self.now["pull"] = _flat(_pull(samples))
        else:
            self.now |= {"pull_real": _flat(_pull(real)), "pull_fake": _flat(_pull(fake))}
        return norm

    @torch.no_grad()
    def verdict(self, x: Tensor, labels: Tensor | None) -> float:
        """D's mean verdict on a batch, as in training but without dropout."""
        t = self.trainer
        with t._autocast(), as_in_training(t.discriminator):
            return shown(t.objective, t._full(call(t.discriminator, x.to(t.plan.dtype), labels))).mean().item()

    def _verdicts(self) -> list[float]:
        return [self.verdict(x, self.d["labels"]) for x in self.d["presented"]]

    def _map(self) -> list[float]:
        """D over the plane or the line, in evaluation mode."""
        return [round(v, 5) for v in shown(self.trainer.objective, self.trainer.score(self.at)).tolist()]

    def _weights(self, network: nn.Module) -> dict[str, Tensor]:
        return {name: p.detach().clone() for name, p in network.named_parameters()}

    def _moved(self, network: nn.Module, before: dict[str, Tensor]) -> dict[str, list[float]]:
        change = {name: p.detach() - before[name] for name, p in network.named_parameters()}
        return {"moved": self._by_layer(network, change), "size": self._by_layer(network, before)}

    def _by_layer(self, network: nn.Module, tensors: Mapping[str, Tensor]) -> list[float]:
        """Length of what belongs to each layer, from one tensor for each parameter."""
        return [
            math.sqrt(
                sum(
                    t.double().square().sum().item()
                    for name, t in tensors.items()
                    if name.startswith(tuple(f"{part}." for part in layer["parts"]))
                )
            )
            for layer in self.layers[network]
        ]


def _pull(tensor: Tensor) -> Tensor:
    """Where a descent would take each of the N rows by itself, the loss being a mean over them."""
    return -len(tensor) * tensor.grad


def _layers(network: nn.Module, *example: Tensor) -> list[dict[str, Any]]:
    """Layers that learn, in the order of use: {"kind", "units", "parameters", "activation": its kind or None, "parts": names of its modules}.

    Batch norm is a part of the layer before it.
    """
    found: list[dict[str, Any]] = []
    for layer in describe(network, *example)["layers"]:
        units = math.prod(layer["shape"])
        if layer["kind"] in ACTIVATIONS[:-1] and found:
            found[-1]["activation"] = layer["kind"]
        elif layer["kind"].startswith("BatchNorm") and found:
            found[-1]["parts"].append(layer["name"])
            found[-1]["parameters"] += layer["parameters"]
        elif layer["parameters"]:
            own = layer["kind"] if layer["kind"] in ACTIVATIONS else None
            found.append(
                {
                    "kind": layer["kind"],
                    "units": units,
                    "parameters": layer["parameters"],
                    "activation": own,
                    "parts": [layer["name"]],
                }
            )
    return found


def _terms(trainer: Trainer, d: Mapping[str, Tensor]) -> dict[str, float | None]:
    """What reals and fakes each contribute to D's loss, by its own formula: the loss where the others cost nothing."""
    c = trainer.config
    costless = GAMES[c.objective].costless
    if costless is None:
        return {"real": None, "fake": None}
    best_real, best_fake = costless
    real, fake, game = d["real_logits"].detach(), d["fake_logits"], trainer.objective.d_loss
    on_real = trainer._loss_d(game(real, torch.full_like(fake, best_fake)), real)
    return {"real": on_real.item(), "fake": c.d_loss_scale * game(torch.full_like(real, best_real), fake).item()}


def _penalty(trainer: Trainer, d: Mapping[str, Any], metrics: Mapping[str, float]) -> dict[str, float | None]:
    c = trainer.config
    if c.penalty == "none" or not d["penalised"]:
        return {"penalty": None, "penalty_weight": None}
    return {"penalty": metrics["penalty"], "penalty_weight": c.penalty_weight * c.penalty_every}


def _place(trainer: Trainer) -> dict[str, Any]:
    """Where "before" and "after" look at D: {"dim": 1, "grid"}, or {"dim": 2, "extent", "map": cells a side}."""
    if trainer.config.sample_shape == (1,):
        return {"dim": 1, "grid": _flat(scene.points_view(trainer.data).at)}
    return {"dim": 2, "extent": list(scene.points_view(trainer.data).square), "map": scene.MAP}


def _flat(tensor: Tensor) -> list[float]:
    return tensor.flatten().tolist()
