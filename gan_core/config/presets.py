"""Named configurations: the systems people know, each ready to train."""

from __future__ import annotations

from dataclasses import dataclass

from . import ConfigError, TrainConfig, data_kind


@dataclass(frozen=True)
class Preset:
    """A configuration with a name.

    `title` is a few words, `note` a paragraph on what it is and what it teaches, `source` where it comes from.
    """

    title: str
    note: str
    config: TrainConfig
    source: str = ""


MIXTURE = TrainConfig(
    data="ring",
    resolution=None,
    batch_size=64,
    architecture="mlp",
    width=128,
    depth=3,
    latent_dim=2,
    objective="relativistic",
    penalty="r1+r2",
    penalty_weight=0.3,
    lr_d=2e-3,
    lr_g=2e-3,
    beta1=0.0,
    beta2=0.99,
    anneal="cosine",
    reuse_fakes=True,
    ema_half_life=5120,
    steps=40_000,
    samples=256,
)
"""What finds all modes of ring and grid in every seed: the table in benchmarks/RESULTS.md."""
_MIXTURE_SOURCE = (
    "PacGAN's test (Lin et al. 2018, arXiv:1712.04086) with R3GAN's game (Huang et al. 2024, arXiv:2501.05441)"
)

PRESETS: dict[str, Preset] = {
    "starter": Preset(
        "Starter: handwritten digits",
        "A small convolutional GAN on handwritten digits that come with the program: the place to learn what the "
        "curves mean and to try every control. How soon digits appear out of noise depends on the machine: after some "
        "15 seconds where one processor core (a Xeon with AMX) is free for it, later on a slower core, and after "
        "some 45 seconds where other programs take two thirds of that core.",
        TrainConfig(),
        "Radford et al. 2015 (arXiv:1511.06434), made small",
    ),
    "mlp-tiny": Preset(
        "Tiny fully connected GAN",
        "The smallest GAN here for digits: one hidden layer in each network. D's loss is the mean of its two terms, "
        "and G is trained on the same fakes that D has just seen. Watch how far two matrix multiplications "
        "get, and where the digits stay blurry: in the 9,000 steps measured, a classifier recognises "
        "samples of one class only, with the author’s loop as with this program.",
        TrainConfig(
            data="mnist",
            batch_size=32,
            architecture="mlp",
            width=None,
            latent_dim=32,
            d_loss_scale=0.5,
            beta1=0.9,
            epochs=25,
            samples=32,
        ),
        "A teaching system; Goodfellow et al. 2014 (arXiv:1406.2661)",
    ),
    "mlp-dropout": Preset(
        "Fully connected GAN, dropout in D",
        "Three hidden layers on each side, dropout in D, fresh noise for G's step. It shows the three troubles of "
        "GANs: training that does not converge, collapse onto few digits, and too much freedom on large images. The "
        "remedies that its author names are the Wasserstein distance and conditioning on a label.",
        TrainConfig(
            data="mnist",
            architecture="mlp-dropout",
            width=None,
            latent_dim=100,
            reuse_fakes=False,
            beta1=0.9,
            epochs=100,
        ),
        "A teaching system; Goodfellow et al. 2014 (arXiv:1406.2661)",
    ),
    "conv-minimax": Preset(
        "Convolutional GAN, original objective",
        "The saturating game as first published, in float64: D ascends V = mean(log D(x) + log(1 - "
        "D(G(z)))), G descends mean(log(1 - D(G(z)))). Here one sees D win: measured with its author’s loop up to step "
        "3,800 and with this program up to step 6,600, V rises steadily, to -0.0003 and -0.00005 (at 0 D is never "
        "wrong), and G draws fragments of strokes. Its author reports that V falls again within some 10,000 steps, the "
        "length set here; that was not seen. It takes hours in float64, and a third of the time with precision “auto”. "
        "Its three tips: float64 overflows less easily than float32; a 1x1 "
        "convolution suits the step from the linear layer to the convolutions; a uniform prior suits the generator. A "
        "head start for D, which its author also tried, is off; the field “D’s head start” turns it on.",
        TrainConfig(
            data="mnist",
            split="all",
            batch_size=256,
            architecture="conv-minimax",
            width=None,
            latent_dim=9,
            prior="uniform-half",
            objective="minimax",
            reuse_fakes=False,
            pretrain_lr=1e-3,
            lr_d=1e-4,
            lr_g=1e-4,
            beta1=0.9,
            epochs=37,
            samples=9,
            precision="float64",
        ),
        "A teaching system; Goodfellow et al. 2014 (arXiv:1406.2661)",
    ),
    "dcgan-64": Preset(
        "DCGAN at 64x64",
        "The four design rules that made convolutional GANs work: strided convolutions instead of pooling, no fully "
        "connected layers, batch normalisation, ReLU in G and LeakyReLU in D. Pixels are scaled to [-1, 1], the range "
        "of Tanh, as the paper says. (The code of the teaching system behind this preset divides by MNIST's mean and "
        "deviation instead, which puts pixels in [-0.42, 2.82], where Tanh cannot reach.) The paper's batch is 128; "
        "its figure has a uniform prior.",
        TrainConfig(
            data="mnist",
            split="all",
            resolution=64,
            batch_size=100,
            architecture="dcgan",
            width=64,
            latent_dim=100,
            epochs=5,
            samples=100,
        ),
        "Radford et al. 2015 (arXiv:1511.06434)",
    ),
    "gaussian-1d": Preset(
        "One dimension: the original figure",
        "Data, generator and discriminator as curves that you can see whole: the data's density (dotted), "
        "the generator's density, D(x), and lines from z to x = G(z). (a) Both untrained. (b) Train D "
        "alone, and it approaches p_data / (p_data + p_g). (c) Train G, and its samples climb D's slope. "
        "(d) At the end p_g = p_data and D = 1/2 everywhere.",
        TrainConfig(
            data="gaussian",
            resolution=None,
            batch_size=256,
            architecture="mlp",
            width=32,
            depth=2,
            latent_dim=1,
            prior="uniform",
            reuse_fakes=False,
            lr_d=2e-3,
            lr_g=5e-4,
            steps=4000,
            samples=64,
        ),
        "Goodfellow et al. 2014 (arXiv:1406.2661), Figure 1",
    ),
    "conditional": Preset(
        "Ask for a digit (conditional)",
        "Both networks are told the digit: G draws the one you ask for, and D says whether the picture is that "
        "digit. Each row of the samples is a class, each column the same noise, so you see what the noise still "
        "determines: slant, thickness, style. An average of G is shown beside it.",
        TrainConfig(conditioning="concatenation", samples=80, epochs=20, ema_half_life=10_000),
        "Mirza and Osindero 2014 (arXiv:1411.1784)",
    ),
    "modern": Preset(
        "Modern baseline: relativistic, R1 + R2",
        "Residual networks without batch norm, each real sample scored against one fake, D kept flat at "
        "both. It converges where older methods circle, and keeps all modes; each step is slower, which "
        "pays off in long training. The penalty is computed at every fourth update, with four times its weight.",
        TrainConfig(
            architecture="residual",
            latent_dim=64,
            objective="relativistic",
            penalty="r1+r2",
            penalty_weight=1.0,
            penalty_every=4,
            lr_d=5e-4,
            lr_g=5e-4,
            beta1=0.0,
            beta2=0.99,
            reuse_fakes=False,
            ema_half_life=20_000,
            epochs=10,
        ),
        "Huang et al. 2024, R3GAN (arXiv:2501.05441), made small",
    ),
    "wgan-gp": Preset(
        "Wasserstein with gradient penalty",
        "D is a critic: minus its loss estimates how far G's samples must be moved to match the data, so this curve "
        "means progress when it falls. Five critic updates for each update of G, and a slope kept near 1 "
        "between real samples and fakes.",
        TrainConfig(
            architecture="residual",
            latent_dim=64,
            objective="wasserstein",
            penalty="wgan-gp",
            k=5,
            lr_d=3e-4,
            lr_g=3e-4,
            beta1=0.0,
            beta2=0.9,
            reuse_fakes=False,
            ema_half_life=20_000,
            epochs=40,
        ),
        "Gulrajani et al. 2017 (arXiv:1704.00028)",
    ),
    "plane": Preset(
        "Two dimensions: the game on a plane",
        "Two hidden layers of 32 units in each network, eight narrow Gaussians, hundreds of steps a second on an "
        "idle processor: small enough to see all of it. G’s fakes spread over the ring, D’s map follows them, and the "
        "sheet of noise that G bends shows where it stretches and folds. A light R1 + R2 penalty and learning rates "
        "that fade out bring the game to its end: all eight modes, V near −ln 4 = −1.39, and a gradient of G close "
        "to 0. Without them the two networks chase each other for ever.",
        TrainConfig(
            data="ring",
            resolution=None,
            batch_size=128,
            architecture="mlp",
            width=32,
            depth=2,
            latent_dim=2,
            penalty="r1+r2",
            penalty_weight=0.1,
            lr_d=3e-3,
            lr_g=3e-3,
            beta1=0.0,
            beta2=0.99,
            anneal="cosine",
            steps=6000,
            samples=256,
        ),
        "Goodfellow et al. 2014 (arXiv:1406.2661), as small as in GAN Lab (Kahng et al. 2018, arXiv:1809.01587)",
    ),
    "ring": Preset(
        "Ring of eight: are all modes found?",
        "Eight narrow Gaussians on a circle, the classic test for lost modes. It is passed here: "
        "relativistic pairing with R1 + R2 finds all of them in every seed, and 97 % of the samples lie "
        "within three standard deviations of one (a perfect sampler has 98.9 %). Change the objective to "
        "non-saturating and the penalty to none, and watch the modes' shares become uneven: the evenness "
        "over modes shows it.",
        MIXTURE,
        _MIXTURE_SOURCE,
    ),
    "grid": Preset(
        "Grid of 25: many modes",
        "25 narrow Gaussians on a lattice. Each must be found, with its share of the samples: watch the evenness over "
        "modes approach that of a perfect sampler. The rates fade to nothing over the run, so the last few thousand "
        "steps sharpen what the first ones found. Without the penalty, on the non-saturating objective, a third of "
        "the modes is lost.",
        MIXTURE.replace(data="grid"),
        _MIXTURE_SOURCE,
    ),
}


def preset(name: str) -> TrainConfig:
    """The configuration of a preset; `ConfigError` if there is none of that name."""
    if name not in PRESETS:
        raise ConfigError("preset", name, f"use one of {', '.join(PRESETS)}")
    return PRESETS[name].config


NETWORKS = ("architecture", "width", "depth", "width_d", "depth_d", "activation", "latent_dim", "prior")
"""Fields that another kind of data needs others of."""


def networks_for(data: str) -> str:
    """The preset whose networks suit data of another kind: images, points of the plane, or of a line.

    KeyError for an unknown name.
    """
    kind = data_kind(data)
    return "starter" if kind.is_image else "gaussian-1d" if kind.shape == (1,) else "ring"
