"""The nearest training images."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from measured import noise_images, seeded

from gan_core.data import DataSet
from gan_core.metrics import (
    memorising_ratio,
    nearest_training,
)


def test_planted_copies_are_found():
    data = noise_images(500)
    index = torch.tensor([3, 499, 77])
    x = data.batch(index)
    found, distance = nearest_training(x, data)
    assert found[:, 0].tolist() == index.tolist() and distance[:, 0].tolist() == [0, 0, 0]
    x = x + 0.01 * torch.randn(x.shape, generator=seeded(1))
    found, distance = nearest_training(x, data, k=3)
    assert found.shape == distance.shape == (3, 3) and found[:, 0].tolist() == index.tolist()
    assert (
        torch.equal(distance, distance.sort(1).values) and (distance[:, 0] < 0.2).all() and (distance[:, 1] > 1).all()
    )


@pytest.mark.parametrize("chunk", [64, 1000, 10_000_000])
def test_neighbours_against_all_pairs(chunk):
    data = noise_images(90)
    x = torch.rand(40, 1, 8, 8, generator=seeded(2)) * 2 - 1
    all_pairs = torch.cdist(
        x.flatten(1).double(),
        data.batch(torch.arange(90)).flatten(1).double(),
        compute_mode="donot_use_mm_for_euclid_dist",
    )
    expected = all_pairs.sort(1)
    index, distance = nearest_training(x, data, k=4, chunk=chunk)
    assert torch.equal(index, expected.indices[:, :4])
    assert torch.allclose(distance.double(), expected.values[:, :4], atol=1e-5)


def test_neighbours_refuse_what_does_not_fit():
    data = noise_images(10)
    for samples, k in (
        (torch.zeros(2, 8, 8), 1),
        (torch.zeros(0, 1, 8, 8), 1),
        (torch.zeros(2, 1, 8, 8), 11),
        (torch.full((2, 1, 8, 8), math.nan), 1),
    ):
        with pytest.raises(ValueError):
            nearest_training(samples, data, k)


def test_the_memorising_ratio_tells_copies_from_new_samples():
    """In few dimensions, where neighbours mean something: brightness and slope of a gradient."""

    def gradients(n, seed):
        a, b = torch.rand(2, n, 1, 1, 1, generator=seeded(seed))
        return (a * 120 + b * 120 * torch.linspace(0, 1, 8)).expand(n, 1, 8, 8)

    data = DataSet(gradients(2000, 0).to(torch.uint8))
    fresh = gradients(400, 1).floor() / 127.5 - 1
    assert 0.8 < memorising_ratio(fresh, data) < 1.25
    assert memorising_ratio(data.batch(torch.arange(300)), data) == 0
    assert memorising_ratio(torch.rand(50, 1, 8, 8, generator=seeded()) * 2 - 1, data) > 5


def test_versions_of_one_digit_are_no_measure_of_how_far_digits_are_apart(digits):
    groups = digits.originals
    assert torch.equal(digits.labels, digits.labels[groups])
    assert torch.bincount(groups).tolist() == [10] * 1797
    x = digits.batch(torch.arange(1797, 1797 + 100))
    # the same digits, a little changed: copies by either measure, less so if other versions of a real were its
    # neighbours
    near = (x + 0.1 * torch.randn(x.shape, generator=seeded())).clamp(-1, 1)
    apart = replace(digits, versions=1)
    assert memorising_ratio(x, digits, reals=200) == 0
    assert memorising_ratio(near, digits, reals=200) < 0.95 * memorising_ratio(near, apart, reals=200)
