"""It learns: number formats, the real data, and a stranger who reads the samples."""

from __future__ import annotations

import itertools
import math
import os
from collections import deque

import numpy as np
import pytest
import torch
from small import small
from torch import nn

import gan_core
from gan_core.config import TrainConfig
from gan_core.config.measures import MEASURES
from gan_core.data import load
from gan_core.look.noise import many_noise
from gan_core.look.probe import Probe
from gan_core.method.train import steps, train
from gan_core.method.trainer import Trainer
from gan_core.metrics import Evaluator

# --------------------------------------------------------------------------- number formats


@pytest.mark.parametrize("name", ["mlp-tiny", "mlp-dropout", "starter", "conv-minimax"])
def test_every_precision_trains(name):
    first = {}
    for precision, dtype in (("float64", torch.float64), ("float32", torch.float32), ("bfloat16", torch.float32)):
        config, data = small(name, precision=precision, pretrain_d=0, width=None if name == "mlp-dropout" else 16)
        trainer = Trainer(config, data)
        assert {p.dtype for n in (trainer.generator, trainer.discriminator) for p in n.parameters()} == {dtype}
        assert trainer.plan.precision == precision
        kinds = set()
        layer = next(m for m in trainer.discriminator if isinstance(m, (nn.Linear, nn.Conv2d)))
        layer.register_forward_hook(lambda m, a, output, kinds=kinds: kinds.add(output.dtype))
        first[precision] = trainer.turn().metrics()
        assert kinds == {torch.bfloat16 if precision == "bfloat16" else dtype}
        assert all(math.isfinite(v) for v in trainer.turn().metrics().values())
        assert {
            t.dtype for t in (*Probe(trainer).watch(), Probe(trainer).sample(torch.zeros(2, config.latent_dim)))
        } == {torch.float32}
    for measure in ("loss_d", "value", "d_real", "d_fake"):
        assert first["float32"][measure] == pytest.approx(first["float64"][measure], rel=1e-3)
        assert first["bfloat16"][measure] == pytest.approx(first["float64"][measure], rel=0.1)


def test_a_device_that_is_not_there_is_named():
    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(RuntimeError, match="no usable GPU"):
        Trainer(TrainConfig(device="cuda"))


def test_the_real_mnist(mnist):
    """The preset as it is, on the data it is for."""
    *_, report = itertools.islice(train(gan_core.preset("mlp-tiny")), 3)
    assert len(report.trainer.data) == 60_000 and report.trainer.total_steps == 46_875
    assert all(math.isfinite(v) for v in report.metrics().values())


# --------------------------------------------------------------------------- learning


@pytest.fixture
def reader():
    """A classifier of real handwritten digits: samples -> (share that it is sure of, number of classes among these)."""
    from sklearn.svm import SVC

    data = load(TrainConfig())
    images, labels = data.samples.flatten(1).numpy() / 255.0, data.labels.numpy()
    judge = SVC(C=5, gamma=0.01).fit(images[:1797], labels[:1797])

    def read(samples: torch.Tensor) -> tuple[float, int]:
        pixels = ((samples.flatten(1) + 1) / 2).numpy()
        margins = np.sort(judge.decision_function(pixels), axis=1)
        sure = margins[:, -1] - margins[:, -2] > 0.9
        return float(sure.mean()), len(set(judge.predict(pixels)[sure]))

    share, classes = read(data.batch(torch.arange(1797, 17970, 80)))
    assert share > 0.9 and classes == 10, "the reader itself cannot read"
    share, _ = read(torch.rand(100, 1, 28, 28, generator=torch.Generator().manual_seed(0)) * 2 - 1)
    assert share < 0.2, "the reader reads digits into noise"
    return read


@pytest.mark.slow
def test_the_starter_learns_to_draw_digits(reader):
    """A few seconds of the preset that the app opens with: a stranger reads its samples.

    Without learning rates there is nothing to read.
    """
    trainer = Trainer(gan_core.preset("starter"))
    z = torch.randn(200, trainer.config.latent_dim, generator=torch.Generator().manual_seed(1))
    assert reader(Probe(trainer).sample(z))[0] < 0.2, "there is something to read before the first step"
    for _ in range(300):
        trainer.turn()
    share, classes = reader(Probe(trainer).sample(z))
    assert share > 0.75 and classes >= 7, f"{share:.0%} of the samples are read as one of {classes} digits"
    idle = Trainer(gan_core.preset("starter").replace(lr_d=0.0, lr_g=0.0))
    for _ in range(30):
        idle.turn()
    assert reader(Probe(idle).sample(z))[0] < 0.2


# --------------------------------------------------------------------------- the first example


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(int(os.environ.get("GAN_TEST_SEEDS", "1"))))
def test_the_first_example_of_the_lab_arrives_where_its_text_says(seed):
    """All modes, V at -ln 4, a calm gradient: ten seeds of ten did (GAN_TEST_SEEDS=10)."""
    config = gan_core.preset("plane").replace(seed=seed)
    last, threads = deque(maxlen=200), torch.get_num_threads()
    torch.set_num_threads(1)  # as a worker would: its networks are small
    try:
        trainer = Trainer(config)
        last.extend(report.measures for report in steps(trainer))
        end = dict(zip(MEASURES, torch.stack(list(last)).nanmean(0).tolist(), strict=True))
        evaluator = Evaluator(config, trainer.data)
        found = evaluator.evaluate(Probe(trainer).sample(many_noise(config, evaluator.count)).cpu())
    finally:
        torch.set_num_threads(threads)
    assert abs(end["value"] + math.log(4)) < 0.02 and end["grad_norm_g"] < 0.2, end
    assert found["modes"] == 8 and found["high_quality"] > 0.7, found
