"""The trainer's arithmetic against plain PyTorch, written the systems' authors' way."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from small import Recorder, small
from torch import nn

from gan_core.method.trainer import Trainer


class MaskedDropout(nn.Module):
    """Dropout of 0.3 with the masks (0, or about 1 / 0.7) that the trainer drew."""

    def __init__(self, masks: list):
        super().__init__()
        self.masks = masks

    def forward(self, x):
        rows, self.masks[:] = self.masks[: len(x)], self.masks[len(x) :]
        return x * torch.stack(rows)


class Shaped(nn.Module):
    def __init__(self, *shape):
        super().__init__()
        self.shape = shape

    def forward(self, x):
        return x.reshape(len(x), *self.shape)


def author_networks(name: str, masks: list) -> tuple[nn.Module, nn.Module]:
    """The networks as reference/systems.md spells them, in float64, D ending in a sigmoid as its authors write it."""
    if name == "mlp-tiny":
        g = [nn.Linear(32, 128), nn.LeakyReLU(0.01), nn.Linear(128, 784), nn.Tanh(), Shaped(1, 28, 28)]
        d = [Shaped(784), nn.Linear(784, 64), nn.LeakyReLU(0.01), nn.Linear(64, 1)]
    elif name == "mlp-dropout":
        g = [
            nn.Linear(100, 256),
            nn.ReLU(),
            nn.Linear(256, 512),
            nn.ReLU(),
            nn.Linear(512, 1024),
            nn.ReLU(),
            nn.Linear(1024, 784),
            nn.Tanh(),
            Shaped(1, 28, 28),
        ]
        d = [Shaped(784)]
        for (a, b), rows in zip(((784, 1024), (1024, 512), (512, 256)), masks, strict=True):
            d += [nn.Linear(a, b), nn.ReLU(), MaskedDropout(rows)]
        d += [nn.Linear(256, 1)]
    elif name == "conv-minimax":
        g = [
            nn.Linear(9, 4096),
            nn.BatchNorm1d(4096),
            nn.ReLU(),
            Shaped(256, 4, 4),
            nn.Conv2d(256, 256, 1),
            nn.BatchNorm2d(256),
            nn.ReLU(),
        ]
        g += [
            nn.ConvTranspose2d(256, 128, 4, 2, 1),
            nn.BatchNorm2d(128),
            nn.ReLU(),
            nn.ConvTranspose2d(128, 64, 3, 2, 1),
            nn.BatchNorm2d(64),
            nn.ReLU(),
        ]
        g += [nn.ConvTranspose2d(64, 1, 2, 2, 1), nn.Tanh()]
        d = []
        for a, b in ((1, 4), (4, 16), (16, 64), (64, 128)):
            d += [nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.MaxPool2d(2)]
        d += [Shaped(128), nn.Linear(128, 1)]
    elif name == "dcgan":  # width 4 at 28 pixels
        g = [Shaped(64, 1, 1), nn.ConvTranspose2d(64, 8, 7, 1, 0, bias=False), nn.BatchNorm2d(8), nn.ReLU()]
        g += [
            nn.ConvTranspose2d(8, 4, 4, 2, 1, bias=False),
            nn.BatchNorm2d(4),
            nn.ReLU(),
            nn.ConvTranspose2d(4, 1, 4, 2, 1, bias=False),
            nn.Tanh(),
        ]
        d = [
            nn.Conv2d(1, 4, 4, 2, 1, bias=False),
            nn.LeakyReLU(0.2),
            nn.Conv2d(4, 8, 4, 2, 1, bias=False),
            nn.BatchNorm2d(8),
            nn.LeakyReLU(0.2),
        ]
        d += [nn.Conv2d(8, 1, 7, 1, 0, bias=False)]
    return nn.Sequential(*g).double(), nn.Sequential(*d, nn.Sigmoid()).double()


def author_training(config, images, pair, drawn: Recorder, steps: int, losses: list) -> None:
    """`steps` steps as the authors write them: D's output a probability, log of it; nothing frozen, nothing fused."""
    g, d = pair
    betas = (config.beta1, config.beta2)
    optimiser_g = torch.optim.Adam(g.parameters(), lr=config.lr_g, betas=betas, foreach=False, fused=False)
    optimiser_d = torch.optim.Adam(d.parameters(), lr=config.lr_d, betas=betas, foreach=False, fused=False)

    def update_d(optimiser, scale):
        z = drawn.noise.pop(0)
        fake = g(z)
        real = images[drawn.index.pop(0)].double() / 127.5 - 1
        on_real, on_fake = d(real).flatten(), d(fake.detach()).flatten()
        loss = scale * (
            F.binary_cross_entropy(on_real, torch.ones_like(on_real))
            + F.binary_cross_entropy(on_fake, torch.zeros_like(on_fake))
        )
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
        return fake

    if config.pretrain_d:
        early = torch.optim.Adam(d.parameters(), lr=config.pretrain_lr, betas=betas, foreach=False, fused=False)
        for _ in range(config.pretrain_d):
            update_d(early, 1.0)
    for _ in range(steps):
        for _ in range(config.k):
            fake = update_d(optimiser_d, config.d_loss_scale)
        if not config.reuse_fakes:
            fake = g(drawn.noise.pop(0))
        scored = d(fake).flatten()
        if config.objective == "minimax":
            loss = torch.log(1 - scored).mean()
        else:
            loss = F.binary_cross_entropy(scored, torch.ones_like(scored))
        optimiser_g.zero_grad()
        loss.backward()
        optimiser_g.step()
        losses.append(loss.item())


@pytest.mark.parametrize(
    "name, changes",
    [
        ("mlp-tiny", {}),
        ("mlp-tiny", {"k": 2, "reuse_fakes": True}),
        ("mlp-dropout", {}),
        ("conv-minimax", {"pretrain_d": 2, "k": 2}),
        ("starter", {"width": 4, "latent_dim": 64, "reuse_fakes": True}),
        ("starter", {"width": 4, "latent_dim": 64, "objective": "minimax", "reuse_fakes": False, "k": 2}),
    ],
)
def test_training_equals_the_authors_loop(name, changes):
    config, data = small(name, precision="float64", **changes)
    trainer = Trainer(config, data)
    drawn = Recorder(trainer)
    pair = author_networks("dcgan" if name == "starter" else name, drawn.masks)
    for mine, theirs in zip((trainer.generator, trainer.discriminator), pair, strict=True):
        ours, reference = list(mine.state_dict().values()), theirs.state_dict()
        assert [tuple(t.shape) for t in ours] == [tuple(t.shape) for t in reference.values()], (
            "other layers than the system's"
        )
        theirs.load_state_dict(dict(zip(reference, ours, strict=True)))
    reports = [trainer.turn().metrics() for _ in range(3)]
    losses: list[float] = []
    author_training(config, data.samples, pair, drawn, 3, losses)
    assert not drawn.noise and not drawn.index and not any(drawn.masks), (
        "the trainer drew more than the algorithm needs"
    )
    for mine, theirs in zip((trainer.generator, trainer.discriminator), pair, strict=True):
        for (key, ours), reference in zip(mine.state_dict().items(), theirs.state_dict().values(), strict=True):
            torch.testing.assert_close(
                ours, reference, rtol=1e-7, atol=1e-9, msg=lambda text, key=key: f"{key}: {text}"
            )
    per_step = config.k + 1
    assert [r["loss_d"] for r in reports] == pytest.approx(
        losses[config.pretrain_d :][config.k - 1 :: per_step], rel=1e-9
    )
    assert [r["loss_g"] for r in reports] == pytest.approx(losses[config.pretrain_d :][config.k :: per_step], rel=1e-9)
