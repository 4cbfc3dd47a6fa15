"""Plain training loops, as the authors of the systems (and most tutorials) write them: what ours is measured against.

Each is a `Program` that makes one step per `next()`. They use torchvision's MNIST with its transforms and a
DataLoader, sigmoid and BCELoss, Adam without fusing, and several `.item()` calls a step, in the number format of the
author. Given `batches`, a program takes its real samples from there instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.data import ConcatDataset, DataLoader
from torchvision import datasets, transforms

Batches = Iterator[Tensor]


@dataclass
class Program:
    """An author's two networks and optimisers; each `next()` makes a step and returns the numbers that he prints."""

    generator: nn.Module
    discriminator: nn.Module
    optimiser_g: torch.optim.Optimizer
    optimiser_d: torch.optim.Optimizer
    batches: Batches
    step: Callable[[Tensor], tuple[float, ...]]

    def __iter__(self) -> Program:
        return self

    def __next__(self) -> tuple[float, ...]:
        return self.step(next(self.batches))


def _batches(root: str, batch: int, size: int = 28, everything: bool = False) -> Batches:
    steps = [transforms.Resize(size)] if size != 28 else []
    transform = transforms.Compose([*steps, transforms.ToTensor(), transforms.Normalize((0.5,), (0.5,))])
    data = datasets.MNIST(root, train=True, transform=transform)
    if everything:
        data = ConcatDataset([data, datasets.MNIST(root, train=False, transform=transform)])
    loader = DataLoader(data, batch_size=batch, shuffle=True, drop_last=True)
    while True:
        for images, _ in loader:
            yield images


def mlp_tiny(root: str, batches: Batches | None = None) -> Program:
    generator = nn.Sequential(nn.Linear(32, 128), nn.LeakyReLU(0.01), nn.Linear(128, 784), nn.Tanh())
    discriminator = nn.Sequential(nn.Linear(784, 64), nn.LeakyReLU(0.01), nn.Linear(64, 1), nn.Sigmoid())
    optimiser_d = torch.optim.Adam(discriminator.parameters(), lr=2e-4)
    optimiser_g = torch.optim.Adam(generator.parameters(), lr=2e-4)
    criterion = nn.BCELoss()

    def step(real: Tensor) -> tuple[float, ...]:
        real = real.view(-1, 784)
        fake = generator(torch.randn(32, 32))
        score_real, score_fake = discriminator(real), discriminator(fake.detach())
        loss_d = (
            criterion(score_real, torch.ones_like(score_real)) + criterion(score_fake, torch.zeros_like(score_fake))
        ) / 2
        optimiser_d.zero_grad()
        loss_d.backward()
        optimiser_d.step()
        score = discriminator(fake)
        loss_g = criterion(score, torch.ones_like(score))
        optimiser_g.zero_grad()
        loss_g.backward()
        optimiser_g.step()
        return loss_d.item(), loss_g.item(), score_real.mean().item(), score_fake.mean().item()

    return Program(generator, discriminator, optimiser_g, optimiser_d, batches or _batches(root, 32), step)


def mlp_dropout(root: str, batches: Batches | None = None) -> Program:
    generator = nn.Sequential(
        nn.Linear(100, 256),
        nn.ReLU(),
        nn.Linear(256, 512),
        nn.ReLU(),
        nn.Linear(512, 1024),
        nn.ReLU(),
        nn.Linear(1024, 784),
        nn.Tanh(),
    )
    discriminator = nn.Sequential(
        nn.Linear(784, 1024), nn.ReLU(), nn.Dropout(0.3),
        nn.Linear(1024, 512), nn.ReLU(), nn.Dropout(0.3),
        nn.Linear(512, 256), nn.ReLU(), nn.Dropout(0.3),
        nn.Linear(256, 1), nn.Sigmoid(),
    )  # fmt: skip
    optimiser_d = torch.optim.Adam(discriminator.parameters(), lr=2e-4)
    optimiser_g = torch.optim.Adam(generator.parameters(), lr=2e-4)
    criterion = nn.BCELoss()
    ones, zeros = torch.ones(64, 1), torch.zeros(64, 1)

    def step(real: Tensor) -> tuple[float, ...]:
        real = real.view(-1, 784)
        optimiser_d.zero_grad()
        score_real = discriminator(real)
        loss_real = criterion(score_real, ones)
        loss_real.backward()
        score_fake = discriminator(generator(torch.randn(64, 100)).detach())
        loss_fake = criterion(score_fake, zeros)
        loss_fake.backward()
        optimiser_d.step()
        optimiser_g.zero_grad()
        loss_g = criterion(discriminator(generator(torch.randn(64, 100))), ones)
        loss_g.backward()
        optimiser_g.step()
        return (loss_real + loss_fake).item(), loss_g.item(), score_real.mean().item(), score_fake.mean().item()

    return Program(generator, discriminator, optimiser_g, optimiser_d, batches or _batches(root, 64), step)


class _Reshape(nn.Module):
    def __init__(self, *shape: int):
        super().__init__()
        self.shape = shape

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.view(-1, *self.shape)


def conv_minimax(
    root: str, batches: Batches | None = None, dtype: torch.dtype = torch.float64, lean: bool = False
) -> Program:
    """`lean`: D's step leaves out the gradient of G that the author computes and throws away."""
    generator = nn.Sequential(
        nn.Linear(9, 4096), nn.BatchNorm1d(4096), nn.ReLU(), _Reshape(256, 4, 4),
        nn.Conv2d(256, 256, 1), nn.BatchNorm2d(256), nn.ReLU(),
        nn.ConvTranspose2d(256, 128, 4, 2, 1), nn.BatchNorm2d(128), nn.ReLU(),
        nn.ConvTranspose2d(128, 64, 3, 2, 1), nn.BatchNorm2d(64), nn.ReLU(),
        nn.ConvTranspose2d(64, 1, 2, 2, 1), nn.Tanh(),
    ).to(dtype)  # fmt: skip
    blocks = [
        layer
        for a, b in ((1, 4), (4, 16), (16, 64), (64, 128))
        for layer in (nn.Conv2d(a, b, 3, padding=1), nn.BatchNorm2d(b), nn.MaxPool2d(2))
    ]
    discriminator = nn.Sequential(*blocks, nn.Flatten(), nn.Linear(128, 1), nn.Sigmoid()).to(dtype)
    optimiser_d = torch.optim.Adam(discriminator.parameters(), lr=1e-4)
    optimiser_g = torch.optim.Adam(generator.parameters(), lr=1e-4)

    def step(real: Tensor) -> tuple[float, ...]:
        optimiser_d.zero_grad()
        fake = generator(torch.rand(256, 9, dtype=dtype) - 0.5)
        if lean:
            fake = fake.detach()
        value = torch.mean(torch.log(discriminator(real.to(dtype))) + torch.log(1 - discriminator(fake)))
        (-value).backward()  # through G as well, whose gradient is thrown away
        optimiser_d.step()
        optimiser_g.zero_grad()
        loss_g = torch.mean(torch.log(1 - discriminator(generator(torch.rand(256, 9, dtype=dtype) - 0.5))))
        loss_g.backward()
        optimiser_g.step()
        return value.item(), loss_g.item()

    return Program(
        generator, discriminator, optimiser_g, optimiser_d, batches or _batches(root, 256, everything=True), step
    )


def dcgan_64(root: str, batches: Batches | None = None) -> Program:
    f = 64
    generator = nn.Sequential(
        nn.ConvTranspose2d(100, f * 8, 4, 1, 0, bias=False), nn.BatchNorm2d(f * 8), nn.ReLU(True),
        nn.ConvTranspose2d(f * 8, f * 4, 4, 2, 1, bias=False), nn.BatchNorm2d(f * 4), nn.ReLU(True),
        nn.ConvTranspose2d(f * 4, f * 2, 4, 2, 1, bias=False), nn.BatchNorm2d(f * 2), nn.ReLU(True),
        nn.ConvTranspose2d(f * 2, f, 4, 2, 1, bias=False), nn.BatchNorm2d(f), nn.ReLU(True),
        nn.ConvTranspose2d(f, 1, 4, 2, 1, bias=False), nn.Tanh(),
    )  # fmt: skip
    discriminator = nn.Sequential(
        nn.Conv2d(1, f, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True),
        nn.Conv2d(f, f * 2, 4, 2, 1, bias=False), nn.BatchNorm2d(f * 2), nn.LeakyReLU(0.2, inplace=True),
        nn.Conv2d(f * 2, f * 4, 4, 2, 1, bias=False), nn.BatchNorm2d(f * 4), nn.LeakyReLU(0.2, inplace=True),
        nn.Conv2d(f * 4, f * 8, 4, 2, 1, bias=False), nn.BatchNorm2d(f * 8), nn.LeakyReLU(0.2, inplace=True),
        nn.Conv2d(f * 8, 1, 4, 1, 0, bias=False), nn.Sigmoid(),
    )  # fmt: skip
    optimiser_d = torch.optim.Adam(discriminator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    optimiser_g = torch.optim.Adam(generator.parameters(), lr=2e-4, betas=(0.5, 0.999))
    criterion = nn.BCELoss()

    def step(real: Tensor) -> tuple[float, ...]:
        discriminator.zero_grad()
        label = torch.full((100,), 1.0)
        output = discriminator(real).view(-1)
        error_real = criterion(output, label)
        error_real.backward()
        d_x = output.mean().item()
        fake = generator(torch.randn(100, 100, 1, 1))
        label.fill_(0.0)
        output = discriminator(fake.detach()).view(-1)
        error_fake = criterion(output, label)
        error_fake.backward()
        d_g_z1 = output.mean().item()
        optimiser_d.step()
        generator.zero_grad()
        label.fill_(1.0)
        output = discriminator(fake).view(-1)
        error_g = criterion(output, label)
        error_g.backward()  # computes, and throws away, the gradient of D's weights
        d_g_z2 = output.mean().item()
        optimiser_g.step()
        return (error_real + error_fake).item(), error_g.item(), d_x, d_g_z1, d_g_z2

    return Program(
        generator, discriminator, optimiser_g, optimiser_d, batches or _batches(root, 100, 64, everything=True), step
    )


def plane(root: str) -> Program:
    """Eight Gaussians on a circle, two hidden layers of 32 units on each side, batches of 128, as a notebook has it.

    `root` is not used.
    """

    def layers(last: int) -> list[nn.Module]:
        return [nn.Linear(2, 32), nn.LeakyReLU(0.01), nn.Linear(32, 32), nn.LeakyReLU(0.01), nn.Linear(32, last)]

    generator, discriminator = nn.Sequential(*layers(2)), nn.Sequential(*layers(1), nn.Sigmoid())
    optimiser_d = torch.optim.Adam(discriminator.parameters(), lr=3e-3, betas=(0.0, 0.99))
    optimiser_g = torch.optim.Adam(generator.parameters(), lr=1e-3, betas=(0.0, 0.99))
    criterion = nn.BCELoss()
    ones, zeros = torch.ones(128, 1), torch.zeros(128, 1)

    def reals() -> Batches:
        while True:
            angle = torch.randint(8, (128,)) * torch.pi / 4
            yield torch.stack([angle.cos(), angle.sin()], 1) + 0.01 * torch.randn(128, 2)

    def step(real: Tensor) -> tuple[float, ...]:
        fake = generator(torch.randn(128, 2))
        optimiser_d.zero_grad()
        score_real, score_fake = discriminator(real), discriminator(fake.detach())
        loss_d = criterion(score_real, ones) + criterion(score_fake, zeros)
        loss_d.backward()
        optimiser_d.step()
        optimiser_g.zero_grad()
        loss_g = criterion(discriminator(fake), ones)
        loss_g.backward()
        optimiser_g.step()
        return loss_d.item(), loss_g.item(), score_real.mean().item(), score_fake.mean().item()

    return Program(generator, discriminator, optimiser_g, optimiser_d, reals(), step)


def gaussian_1d(root: str, batches: Batches | None = None) -> Program:
    """One dimension, a uniform prior, two hidden layers of 32 units on each side: figure 1 as a notebook has it.

    `root` is not used.
    """

    def layers() -> list[nn.Module]:
        return [nn.Linear(1, 32), nn.LeakyReLU(0.01), nn.Linear(32, 32), nn.LeakyReLU(0.01), nn.Linear(32, 1)]

    generator, discriminator = nn.Sequential(*layers()), nn.Sequential(*layers(), nn.Sigmoid())
    optimiser_d = torch.optim.Adam(discriminator.parameters(), lr=2e-3, betas=(0.5, 0.999))
    optimiser_g = torch.optim.Adam(generator.parameters(), lr=5e-4, betas=(0.5, 0.999))
    criterion = nn.BCELoss()
    ones, zeros = torch.ones(256, 1), torch.zeros(256, 1)

    def reals() -> Batches:
        while True:
            yield 1.5 + 0.5 * torch.randn(256, 1)

    def step(real: Tensor) -> tuple[float, ...]:
        score_real = discriminator(real)
        score_fake = discriminator(generator(2 * torch.rand(256, 1) - 1).detach())
        loss_d = criterion(score_real, ones) + criterion(score_fake, zeros)
        optimiser_d.zero_grad()
        loss_d.backward()
        optimiser_d.step()
        optimiser_g.zero_grad()
        loss_g = criterion(discriminator(generator(2 * torch.rand(256, 1) - 1)), ones)
        loss_g.backward()
        optimiser_g.step()
        return loss_d.item(), loss_g.item(), score_real.mean().item(), score_fake.mean().item()

    return Program(generator, discriminator, optimiser_g, optimiser_d, batches or reals(), step)


LOOPS = {
    "mlp-tiny": mlp_tiny,
    "plane": plane,
    "mlp-dropout": mlp_dropout,
    "conv-minimax": conv_minimax,
    "dcgan-64": dcgan_64,
    "gaussian-1d": gaussian_1d,
}
