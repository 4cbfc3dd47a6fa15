"""Stacked MNIST."""

from __future__ import annotations

import pytest
import torch
from data_sets import MNIST_FILES, config, needs_mnist

from gan_core.data import DataError, DataSet, load, prepare, stacked


def some_digits():
    """50 images that differ, whose labels are no function of their number."""
    random = torch.Generator().manual_seed(0)
    images = torch.randint(256, (50, 1, 28, 28), generator=random, dtype=torch.uint8)
    return DataSet(images, torch.randint(10, (50,), generator=random))


def test_stacked_channels_are_the_digits_that_the_label_says():
    digit = some_digits()
    data_set = stacked.stacked(digit)
    assert len(data_set) == 128_000 and data_set.shape == (3, 28, 28) and data_set.is_image
    some = torch.arange(0, 128_000, 997)
    for image, label in zip(data_set.samples[some], data_set.labels[some].tolist(), strict=True):
        for channel, digit_label in zip(image, (label // 100, label // 10 % 10, label % 10), strict=True):
            (found,) = (digit.samples[:, 0] == channel).all((1, 2)).nonzero()[0]
            assert digit.labels[found] == digit_label
    # of fifty images each is as likely as any other, in each channel, and the channels know nothing of each other
    index = data_set.samples.index
    for counts in [
        *(torch.bincount(index[:, c], minlength=50) for c in range(3)),
        torch.bincount(index[:, 0] * 50 + index[:, 2], minlength=2500),
    ]:
        expected = 128_000 / len(counts)
        assert ((counts - expected) ** 2 / expected).sum() < len(counts) + 5 * (2 * len(counts)) ** 0.5
    assert torch.equal(stacked.stacked(digit).samples.index, index), "another stack each time"
    assert data_set.classes[107] == "107" and len(data_set.classes) == 1000


def test_a_stack_reads_like_a_tensor():
    data_set = stacked.stacked(some_digits())
    samples = data_set.samples
    assert (len(samples), samples.shape, samples.dtype, samples.device.type) == (
        128_000,
        (128_000, 3, 28, 28),
        torch.uint8,
        "cpu",
    )
    index = torch.tensor([5, 5, 127_999])
    whole = torch.stack([samples[5], samples[5], samples[127_999]])
    assert torch.equal(samples[index], whole) and torch.equal(samples.index_select(0, index), whole)
    assert torch.equal(samples[:6][5], samples[5]) and samples[5].shape == (3, 28, 28)
    assert torch.equal(samples[data_set.labels == 123], samples[(data_set.labels == 123).nonzero()[:, 0]])
    with pytest.raises(IndexError):
        samples.index_select(1, index)
    for channels_last in (False, True):
        batch = data_set.batch(index, torch.float32, channels_last)
        assert torch.equal(batch, DataSet(whole).batch(torch.arange(3), torch.float32, channels_last))
        assert batch.is_contiguous(memory_format=torch.channels_last if channels_last else torch.contiguous_format)
    assert data_set.to("cpu") is data_set
    moved = data_set.to("meta")
    assert moved.samples.device.type == moved.labels.device.type == "meta" and moved.samples.shape == samples.shape
    assert samples.images.numel() + samples.index.numel() * 8 < 10_000_000, "materialised"


@needs_mnist
def test_stacks_of_the_real_mnist(mnist_root, no_network):
    digit, data_set = load(config("mnist")), load(config("stacked-mnist"))
    assert data_set.samples.shape == (128_000, 3, 28, 28)
    first = data_set.samples.index[0]
    assert torch.equal(data_set.samples[0], digit.samples[first, 0])
    a, b, c = digit.labels[first].tolist()
    assert data_set.labels[0] == 100 * a + 10 * b + c
    assert len(data_set.labels.unique()) == 1000
    pieces = sorted(path.name for path in (mnist_root / "prepared").glob("*.npy"))
    assert pieces == ["mnist-train-28-v1.labels.npy", "mnist-train-28-v1.npy"], "the stacks share MNIST's file"
    assert load(config("stacked-mnist", split="all", resolution=32)).samples.index.max() >= 60_000


def test_stacked_mnist_names_the_files_of_mnist(root, no_network):
    with pytest.raises(DataError) as error:
        prepare(config("stacked-mnist"))
    for word in ("MNIST is not on this machine", "MNIST/raw", *(f"{name}.gz" for name in MNIST_FILES)):
        assert word in str(error.value)
