"""Looking at a training without leaving a trace: it goes on, bit for bit, as if nobody had looked."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ..config import TrainConfig
from ..data import DataSet
from ..method.objectives import Objective
from ..method.order import stream
from ..method.trainer import Trainer
from ..networks.batch_statistics import as_in_training
from ..networks.conditioning import told
from .noise import fixed_labels, fixed_noise, watched


def fixed_reals(config: TrainConfig, data: DataSet) -> Tensor:
    """Indices of the real samples shown beside the fixed noise: int64 (as many,), on the data's device.

    Some come twice if the data are few.
    """
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(stream(config.seed, "fixed reals")))
    return order[torch.arange(watched(config)) % len(data)].to(data.samples.device)


class Probe:
    """Looks at one training: what G makes and what D says of it, now.

    fixed_noise (n, latent_dim), fixed_labels int64 (n,) or None; fixed_reals (n, *sample_shape) and their
    fixed_real_labels: what is looked at again and again, on the training's device.
    """

    def __init__(self, trainer: Trainer):
        self.trainer = trainer
        config, device = trainer.config, trainer.plan.device
        labels, chosen = fixed_labels(config), fixed_reals(config, trainer.data)
        self.fixed_noise, self.fixed_labels = (
            fixed_noise(config).to(device),
            labels if labels is None else labels.to(device),
        )
        self.fixed_reals, self.fixed_real_labels = trainer.data.batch(chosen), trainer.labels_of(chosen)

    @property
    def config(self) -> TrainConfig:
        """The configuration with its live values as they are now."""
        return self.trainer.config

    @property
    def objective(self) -> Objective:
        """The game that is played now."""
        return self.trainer.objective

    @property
    def has_average(self) -> bool:
        """Whether there is an average of G."""
        return self.trainer.average is not None

    # ---- the fixed batch, as the networks are in training

    @torch.no_grad()
    def watch(self) -> tuple[Tensor, Tensor, Tensor]:
        """(samples of the fixed noise, D's logits on the fixed reals, D's logits on the samples), as in training.

        Batch norm uses the statistics of these very batches; see `as_in_training`. float32 (config.shown, *shape) and
        (config.shown,); the logit of a pack is that of each sample in it.
        """
        t, dtype = self.trainer, self.trainer.plan.dtype
        with as_in_training(t.generator), as_in_training(t.discriminator):
            fake = told(t.generator, self.fixed_noise.to(dtype), self.fixed_labels)
            d_real = self._score_watched(self.fixed_reals.to(dtype), self.fixed_real_labels)
            d_fake = self._score_watched(fake, self.fixed_labels)
        n = t.config.shown
        return fake[:n].float(), d_real[:n].float(), d_fake[:n].float()

    def _score_watched(self, x: Tensor, labels: Tensor | None) -> Tensor:
        """D's logits on x (n, ...), (n,): that of a pack for each sample in it.

        Packs are made of samples far apart, whose classes differ, as in training.
        """
        m = self.trainer.config.packing
        order = torch.arange(len(x), device=x.device).view(m, -1).T.flatten()
        logits = told(self.trainer.discriminator, x[order], labels if labels is None else labels[order])
        logits = logits.repeat_interleave(m)
        return torch.empty_like(logits).index_copy_(0, order, logits)

    @torch.no_grad()
    def watch_average(self) -> Tensor | None:
        """The same samples by the average of G, float32 (config.shown, *shape); None where there is none."""
        t = self.trainer
        if t.average is None:
            return None
        with as_in_training(t.average.network):
            samples = told(t.average.network, self.fixed_noise.to(t.plan.dtype), self.fixed_labels)
        return samples[: t.config.shown].float()

    # ---- anything else, in evaluation mode

    @torch.no_grad()
    def sample(self, z: Tensor, labels: Tensor | None = None, average: bool = False) -> Tensor:
        """G's samples for z (n, latent_dim) in evaluation mode: float32 (n, *sample_shape).

        `labels`: int64 (n,); where G wants some and none are given, those of n draws from the data, the same ones each
        time: classes are then as frequent as in the data, and by chance as uneven. `average`: by the average of G,
        where there is one.
        """
        device = self.trainer.plan.device
        labels = self.labels_of_samples(len(z)) if labels is None else labels
        labels = labels if labels is None else labels.to(device)
        return _evaluate(self._generator(average), z.to(device, self.trainer.plan.dtype), labels).float()

    def _generator(self, average: bool) -> nn.Module:
        t = self.trainer
        return t.average.network if average and t.average is not None else t.generator

    def labels_of_samples(self, n: int) -> Tensor | None:
        """The labels that `sample` gives G where it is given none, int64 (n,); None where G wants none."""
        t = self.trainer
        if not t.config.n_classes:
            return None
        random = torch.Generator().manual_seed(stream(t.config.seed, "labels of samples"))
        return t.labels_of(torch.randint(len(t.data), (n,), generator=random).to(t.plan.device))

    def slope(self, z: Tensor, average: bool = False) -> tuple[Tensor, Tensor]:
        """G(z) and dG/dz, float64 (n,) both on the CPU, for z (n, 1) and samples of shape (1,), in evaluation mode."""
        t = self.trainer
        with torch.enable_grad():
            z = z.detach().clone().to(t.plan.device, t.plan.dtype).requires_grad_()
            x = _evaluate(self._generator(average), z, None)
            (slope,) = torch.autograd.grad(x.sum(), z)
        return x.detach()[:, 0].cpu().double(), slope[:, 0].cpu().double()

    @torch.no_grad()
    def score(self, samples: Tensor, labels: Tensor | None = None) -> Tensor:
        """D's logits on samples (n, *sample_shape) in evaluation mode: float32 (n,).

        Where D judges packs, each sample is judged in the company of the first fixed reals; where it wants labels and
        gets none, by the class that suits the sample best.
        """
        classes = self.trainer.config.n_classes
        if classes and labels is None:
            return torch.stack([self.score(samples, torch.full((len(samples),), c)) for c in range(classes)]).amax(0)
        return self._judge(samples, labels)

    def pull(self, samples: Tensor, labels: Tensor | None = None) -> Tensor:
        """Where G's loss pulls each fake: minus its gradient in that fake, times their number; float32 (n, *shape).

        D judges as in `score`; `labels` (n,) are those G was given, where it wants some. An objective that scores fakes
        against reals scores each against all fixed reals, so that a fake's arrow hangs on no single one of them.
        """
        objective = self.trainer.objective
        with torch.enable_grad():
            x = samples.detach().clone().requires_grad_()
            logits, real = self._judge(x, labels), None
            if objective.pairs:
                real = self._judge(self.fixed_reals, self.fixed_real_labels).detach()
                real, logits = real.repeat(len(x)), logits.repeat_interleave(len(real))
            (gradient,) = torch.autograd.grad(objective.g_loss(real, logits), x)
        return -len(x) * gradient

    def _judge(self, samples: Tensor, labels: Tensor | None) -> Tensor:
        """D's logits as `score` gives them, with a gradient in the samples where one is asked for."""
        t = self.trainer
        m, x = t.config.packing, samples.to(t.plan.device, t.plan.dtype)
        labels = labels if labels is None else labels.to(t.plan.device)
        if m > 1:
            company = self.fixed_reals[: m - 1].to(x.dtype).expand(len(x), m - 1, *x.shape[1:])
            x = torch.cat([x[:, None], company], 1).flatten(0, 1)
            if labels is not None and self.fixed_real_labels is not None:
                theirs = self.fixed_real_labels[: m - 1].expand(len(labels), m - 1)
                labels = torch.cat([labels[:, None], theirs], 1).flatten()
        return _evaluate(t.discriminator, x, labels).float()


def _evaluate(network: nn.Module, inputs: Tensor, labels: Tensor | None) -> Tensor:
    """The network's output in evaluation mode, its mode restored: no statistics move, no random number is drawn."""
    training = network.training
    network.eval()
    try:
        return told(network, inputs, labels)
    finally:
        network.train(training)
