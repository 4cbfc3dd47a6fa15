"""DiffAugment, against what the paper's own code does, pixel by pixel (Zhao et al. 2020, arXiv:2006.10738)."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from gan_core.method.augment import augment


def random(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def copies(image: Tensor, count: int) -> Tensor:
    return image.expand(count, *image.shape).contiguous()


def distinct(channels: int, height: int, width: int) -> Tensor:
    """An image in which no two values are the same, and none is that of a background."""
    return torch.linspace(0.1, 0.9, channels * height * width).view(channels, height, width)


def which(found: Tensor, candidates: dict[tuple[int, int], Tensor]) -> list[tuple[int, int]]:
    """For each image the candidate that it equals."""
    names, stack = list(candidates), torch.stack(list(candidates.values())).flatten(1)
    equal = (found.flatten(1)[:, None] == stack).all(2)
    assert (equal.sum(1) == 1).all(), "an image that is none of those it may be"
    return [names[i] for i in equal.int().argmax(1).tolist()]


def evenly(drawn: list, names) -> None:
    """Each name is drawn about as often as the others (six deviations)."""
    expected = len(drawn) / len(names)
    for name in names:
        assert abs(drawn.count(name) - expected) < 6 * expected**0.5, name


@pytest.mark.parametrize("channels, background", [(1, -1.0), (3, 0.0)])
def test_translation_moves_by_up_to_an_eighth_either_way_onto_background(channels, background):
    height, width = 12, 20
    image = distinct(channels, height, width)
    moved = {}
    for down in range(-2, 3):  # an eighth of 12 and of 20, rounded half up
        for right in range(-3, 4):
            one = torch.full_like(image, background)
            for y in range(height):
                for x in range(width):
                    if 0 <= y + down < height and 0 <= x + right < width:
                        one[:, y, x] = image[:, y + down, x + right]
            moved[down, right] = one
    found = augment(copies(image, 4000), "translation", random())
    evenly(which(found, moved), moved)


def test_cutout_greys_a_square_of_half_the_size_that_may_lie_over_the_edge():
    height, width = 8, 12
    image = distinct(2, height, width)
    cut = {}
    for row in range(height + 1):
        for column in range(width + 1):
            one = image.clone()
            one[:, max(row - 2, 0) : row + 2, max(column - 3, 0) : column + 3] = 0.0
            cut[row, column] = one
    found = augment(copies(image, 8000), "cutout", random())
    evenly(which(found, cut), cut)


def uniform(values: Tensor, low: float, high: float) -> None:
    """The values are spread evenly over [low, high)."""
    values = values.sort().values
    assert low - 1e-4 <= values[0] and values[-1] <= high + 1e-4
    even = torch.linspace(low, high, len(values))
    assert float((values - even).abs().max()) < 0.04 * (high - low)


def test_colour_changes_brightness_then_saturation_then_contrast_of_a_whole_image():
    # two halves, lighter and darker than 0.2 by 0.1; in each, the channels are 0.3 apart
    halves = torch.tensor([0.1, -0.1])[:, None].expand(2, 4)
    image = 0.2 + halves + torch.tensor([0.3, 0.0, -0.3])[:, None, None]
    found = augment(copies(image, 4000), "colour", random())
    light, dark = found[:, :, 0], found[:, :, 1]
    assert torch.equal(found.amax(3), found.amin(3)), "one change for all pixels of an image"
    brightness = found.mean((1, 2, 3)) - 0.2
    contrast = (light.mean((1, 2)) - dark.mean((1, 2))) / 0.2
    saturation = (light[:, 0, 0] - light[:, 2, 0]) / 0.6 / contrast
    uniform(brightness, -0.5, 0.5)
    uniform(contrast, 0.5, 1.5)
    uniform(saturation, 0.0, 2.0)
    drawn = torch.corrcoef(torch.stack([brightness, contrast, saturation]))
    assert float((drawn - torch.eye(3)).abs().max()) < 0.1, "each has a chance of its own"


def test_a_policy_is_its_parts_one_after_the_other_and_none_is_nothing():
    x = torch.rand(5, 3, 8, 8, generator=random(1)) * 2 - 1
    chance = random(2)
    expected = x
    for name in ("colour", "translation", "cutout"):
        expected = augment(expected, name, chance)
    assert torch.equal(augment(x, "colour+translation+cutout", random(2)), expected)
    assert augment(x, "none") is x


@pytest.mark.parametrize("policy", ["colour", "translation", "cutout", "colour+translation+cutout"])
def test_a_gradient_goes_through_every_change(policy):
    x = (torch.rand(3, 1, 6, 6, generator=random(1), dtype=torch.float64) * 2 - 1).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: augment(x, policy, random(3)), x)
