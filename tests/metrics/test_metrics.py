"""What is computed from samples: mixtures, neighbourhoods, distances, classifiers, copies, and the tables made of them."""

from __future__ import annotations

import fcntl
import itertools
import json
import math
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

import gan_core
from gan_core.config import TrainConfig
from gan_core.data import DISTRIBUTIONS, DataSet, load
from gan_core.metrics import (
    MIXTURES,
    ClassifierError,
    Evaluator,
    InceptionMissing,
    StackedClassifier,
    class_counts,
    class_kl,
    classifier,
    compare_features,
    draw,
    evaluate_generator,
    evaluate_mixture,
    frechet_distance,
    groups_of,
    images,
    inception_available,
    inception_features,
    kernel_distance,
    load_classifier,
    memorising_ratio,
    mixture_oracle,
    nearest_training,
    prdc,
    real_halves,
)
from gan_core.metrics.images import to_inception

POINTS = {"resolution": None, "architecture": "mlp", "width": 8, "latent_dim": 2}


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


# --------------------------------------------------------------------------- mixtures


@pytest.mark.parametrize("name", MIXTURES)
def test_everything_in_one_mode(name):
    modes, sigma = DISTRIBUTIONS[name].modes, DISTRIBUTIONS[name].sigma
    x = modes[1] + 0.5 * sigma * torch.randn(400, modes.shape[1], generator=seeded()).clamp(-2, 2)
    found = evaluate_mixture(x, name)
    assert found["modes"] == 1 and found["high_quality"] == 1.0
    assert found["reverse_kl"] == pytest.approx(math.log(len(modes)), abs=1e-12)


@pytest.mark.parametrize(("name", "count"), [("ring", 8), ("grid", 25), ("two-gaussians", 2), ("two-gaussians-1d", 2)])
def test_one_sample_in_each_mode(name, count):
    found = evaluate_mixture(DISTRIBUTIONS[name].modes, name)
    assert found == {"modes": count, "high_quality": 1.0, "reverse_kl": pytest.approx(0, abs=1e-12)}
    assert type(found["modes"]) is int
    assert evaluate_mixture(DISTRIBUTIONS[name].modes.numpy(), name) == found


def test_three_sigma_is_the_edge_and_does_not_belong():
    """In the plane it is the distance that counts, not each coordinate."""
    sigma, (mode, *_) = 0.05, [m for m in DISTRIBUTIONS["grid"].modes.double() if m.tolist() == [0, 0]]
    diagonal = torch.tensor([1.0, 1.0], dtype=torch.float64) / math.sqrt(2)
    for distance, quality in ((2.999, 1.0), (3.001, 0.0)):
        for direction in (torch.tensor([1.0, 0.0]), torch.tensor([0.0, -1.0]), diagonal):
            assert evaluate_mixture((mode + distance * sigma * direction)[None], "grid")["high_quality"] == quality
    # a distance that floats hold exactly: 3 sigma itself is outside
    exactly = torch.tensor([[0.0, 3 * DISTRIBUTIONS["grid"].sigma]], dtype=torch.float64)
    assert evaluate_mixture(exactly, "grid")["high_quality"] == 0.0


def test_the_histogram_is_that_of_high_quality_samples():
    """PacGAN's code: a sample far from all modes is in no bin, however near to one of them it is."""
    modes = DISTRIBUTIONS["ring"].modes
    x = torch.cat([modes[[0, 1, 2, 3]], modes[[5]] * 1.5, modes[[5]] * 1.5])
    found = evaluate_mixture(x, "ring")
    assert found == {"modes": 4, "high_quality": 4 / 6, "reverse_kl": pytest.approx(math.log(2))}


def test_no_sample_in_any_mode_has_no_histogram():
    found = evaluate_mixture(torch.zeros(5, 2), "ring")
    assert found["modes"] == 0 and found["high_quality"] == 0.0 and math.isnan(found["reverse_kl"])


def test_a_mixture_by_hand():
    """Shares 1/2, 1/4, 1/4 of eight: ln 8 - 1.5 ln 2."""
    modes = DISTRIBUTIONS["ring"].modes
    assert evaluate_mixture(modes[[0, 0, 3, 6]], "ring")["reverse_kl"] == pytest.approx(math.log(8) - 1.5 * math.log(2))


def test_mixtures_refuse_what_they_cannot_judge():
    good = torch.zeros(4, 2)
    for samples, name, word in (
        (good, "moons", "ring, grid"),
        (good, "circle", "circle"),
        (torch.zeros(4, 3), "ring", r"\(N, 2\)"),
        (torch.zeros(4), "ring", r"\(4,\)"),
        (torch.zeros(0, 2), "ring", "at least 1"),
        (good.index_fill(0, torch.tensor([1]), math.nan), "ring", "1 of 4"),
        (good + math.inf, "grid", "4 of 4"),
        (np.array([["a", "b"]]), "ring", "numbers"),
        (good, "two-gaussians-1d", r"\(N, 1\)"),
    ):
        with pytest.raises(ValueError, match=word):
            evaluate_mixture(samples, name)


@pytest.mark.parametrize(
    ("name", "quality"),
    [("ring", 1 - math.exp(-4.5)), ("grid", 1 - math.exp(-4.5)), ("two-gaussians-1d", math.erf(3 / math.sqrt(2)))],
)
def test_the_oracle_is_what_theory_says(name, quality):
    """HQ: the mass within 3 sigma; reverse KL: (K - 1) / 2n for n high-quality samples, to first order."""
    oracle = mixture_oracle(name, 2500)
    modes = len(DISTRIBUTIONS[name].modes)
    assert oracle["modes"] == (modes, 0)
    error = math.sqrt(quality * (1 - quality) / 2500)
    assert oracle["high_quality"].mean == pytest.approx(quality, abs=4 * error / math.sqrt(200))
    assert oracle["high_quality"].sd == pytest.approx(error, rel=0.2)
    first = (modes - 1) / (2 * 2500 * quality)
    assert oracle["reverse_kl"].mean == pytest.approx(first, abs=4 * first * math.sqrt(2 / (modes - 1) / 200))
    drawn = evaluate_mixture(DISTRIBUTIONS[name].sample(2500, seeded(99))[0], name)
    for key, value in drawn.items():
        assert abs(value - oracle[key].mean) <= 5 * oracle[key].sd


def test_the_oracle_is_kept_and_depends_on_n():
    assert mixture_oracle("ring", 100) is mixture_oracle("ring", 100)
    first = mixture_oracle("ring", 100)
    mixture_oracle.cache_clear()
    assert mixture_oracle("ring", 100) == first
    assert first["reverse_kl"].mean > 5 * mixture_oracle("ring", 2500)["reverse_kl"].mean
    with pytest.raises(ValueError, match="repetitions"):
        mixture_oracle("ring", 100, 1)


# --------------------------------------------------------------------------- precision, recall, density, coverage


def slow_prdc(real: np.ndarray, fake: np.ndarray, k: int) -> dict[str, float]:
    """The definitions, one pair of points at a time."""

    def distance(a, b):
        return math.sqrt(sum((float(u) - float(v)) ** 2 for u, v in zip(a, b, strict=True)))

    def reach(points):
        return [sorted(distance(p, q) for j, q in enumerate(points) if j != i)[k - 1] for i, p in enumerate(points)]

    radius_real, radius_fake = reach(real), reach(fake)
    d = [[distance(r, f) for f in fake] for r in real]
    n, m = range(len(real)), range(len(fake))
    return {
        "precision": sum(any(d[i][j] <= radius_real[i] for i in n) for j in m) / len(fake),
        "recall": sum(any(d[i][j] <= radius_fake[j] for j in m) for i in n) / len(real),
        "density": sum(d[i][j] < radius_real[i] for i in n for j in m) / (k * len(fake)),
        "coverage": sum(any(d[i][j] < radius_real[i] for j in m) for i in n) / len(real),
    }


@pytest.mark.parametrize(("n", "m", "f", "k"), [(30, 20, 3, 5), (12, 40, 1, 1), (25, 25, 8, 3), (7, 7, 2, 6)])
def test_prdc_against_the_definitions(n, m, f, k):
    random = np.random.default_rng(n + m)
    real, fake = random.normal(size=(n, f)), random.normal(0.5, 0.7, size=(m, f))
    assert prdc(real, torch.from_numpy(fake), k) == pytest.approx(slow_prdc(real, fake, k), abs=1e-12)


def test_prdc_is_the_same_in_pieces(monkeypatch):
    real, fake = torch.randn(60, 4, generator=seeded()), torch.randn(45, 4, generator=seeded(1)) + 0.5
    whole = prdc(real, fake)
    from gan_core.metrics import manifold

    monkeypatch.setattr(manifold, "CHUNK", 7 * 45)
    assert prdc(real, fake) == whole


def test_prdc_of_equal_and_of_distant_sets():
    x = torch.randn(200, 6, generator=seeded())
    assert prdc(x, x.clone()) == {"precision": 1.0, "recall": 1.0, "density": 1.0, "coverage": 1.0}
    assert prdc(x, x + 100) == {"precision": 0.0, "recall": 0.0, "density": 0.0, "coverage": 0.0}


def test_prdc_does_not_change_when_space_is_moved_turned_or_scaled():
    real, fake = torch.randn(80, 5, generator=seeded()).double(), torch.randn(90, 5, generator=seeded(1)).double() * 0.8
    turn = torch.linalg.qr(torch.randn(5, 5, generator=seeded(2)).double())[0]
    assert prdc(3 * real @ turn + 1000, 3 * fake @ turn + 1000) == prdc(real, fake)
    order = torch.randperm(90, generator=seeded(3))
    assert prdc(real, fake[order]) == pytest.approx(prdc(real, fake))


def test_prdc_tells_lost_variety_from_lost_quality():
    real = torch.randn(400, 2, generator=seeded())
    narrow, wide = (scale * torch.randn(400, 2, generator=seeded(1)) for scale in (0.1, 6.0))
    few, far = prdc(real, narrow), prdc(real, wide)
    assert few["precision"] > 0.95 and few["recall"] < 0.2 and few["coverage"] < 0.3 and few["density"] > 0.8
    assert far["precision"] < 0.5 and far["recall"] > 0.8


def test_prdc_of_copies_and_collapse():
    """Rounding must not put a copy outside a ball of radius 0, nor a collapsed generator inside anything."""
    points = torch.randn(200, 50, generator=seeded()) * 3
    for copies in (points, points[:7], points[:61]):
        found = prdc(points.repeat(2, 1), copies.repeat(2, 1), k=1)
        assert (
            found["precision"] == 1.0
            and found["recall"] == len(copies) / 200
            and found["density"] == found["coverage"] == 0.0
        )
    real, same = torch.randn(40, 50, generator=seeded(1)), points[:1].expand(20, -1)
    assert prdc(real, same)["recall"] == 0.0


def test_prdc_refuses_what_does_not_fit():
    x = torch.zeros(10, 3)
    for real, fake, k, word in (
        (x, torch.zeros(10, 4), 5, "3 features"),
        (x, x[:5], 5, "k = 5"),
        (x, x, 0, "k = 0"),
        (x.flatten(), x, 5, r"\(30,\)"),
        (x, x * math.nan, 5, "finite"),
    ):
        with pytest.raises(ValueError, match=word):
            prdc(real, fake, k)


# --------------------------------------------------------------------------- Fréchet and kernel distances


def test_frechet_distance_of_gaussians():
    """Of sets whose means and covariances are exactly known: |m|^2 + sum (sqrt a - sqrt b)^2 for commuting covariances."""
    base = torch.randn(400, 3, generator=seeded()).double()
    base = base - base.mean(0)
    white = base @ torch.linalg.inv(torch.linalg.cholesky(base.T.cov())).T
    a, b = torch.tensor([1.0, 4.0, 9.0]).double(), torch.tensor([4.0, 1.0, 16.0]).double()
    shift = torch.tensor([1.0, -2.0, 0.5]).double()
    expected = float(shift.square().sum() + (a.sqrt() - b.sqrt()).square().sum())
    turn = torch.linalg.qr(torch.randn(3, 3, generator=seeded(1)).double())[0]
    x, y = white * a.sqrt() @ turn, white * b.sqrt() @ turn + shift
    assert frechet_distance(x, y) == pytest.approx(expected, rel=1e-9)
    assert frechet_distance(x, x) == pytest.approx(0, abs=1e-6)
    assert frechet_distance(y, x) == pytest.approx(expected, rel=1e-9)


def test_frechet_distance_of_covariances_that_do_not_commute():
    random = np.random.default_rng(0)
    x, y = (
        random.normal(size=(300, 4)) @ random.normal(size=(4, 4)),
        random.normal(size=(200, 4)) @ random.normal(size=(4, 4)),
    )
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)

    def root(m):
        w, v = np.linalg.eigh(m)
        return (v * np.sqrt(np.clip(w, 0, None))) @ v.T

    expected = np.square(x.mean(0) - y.mean(0)).sum() + np.trace(s + t - 2 * root(root(s) @ t @ root(s)))
    assert frechet_distance(torch.from_numpy(x), torch.from_numpy(y)) == pytest.approx(expected, rel=1e-8)


def test_kernel_distance_is_unbiased():
    """For the same distribution the mean over independent pairs is 0 within its standard error; a biased estimate would be far above."""
    scores = [
        kernel_distance(torch.randn(60, 4, generator=seeded(i)), torch.randn(60, 4, generator=seeded(1000 + i))).mean
        for i in range(60)
    ]
    assert abs(np.mean(scores)) < 4 * np.std(scores) / math.sqrt(60)
    assert min(scores) < 0 < max(scores)
    apart = kernel_distance(torch.randn(60, 4, generator=seeded()), torch.randn(60, 4, generator=seeded(1)) + 1)
    assert apart.mean > 10 * np.std(scores)


def test_kernel_distance_by_hand():
    """Two sets no larger than a subset are used whole: the unbiased estimate with the kernel (x.y / F + 1)^3, pair by pair."""
    x, y = torch.randn(12, 3, generator=seeded()).double(), torch.randn(12, 3, generator=seeded(1)).double() * 1.5

    def k(a, b):
        return (float(a @ b) / 3 + 1) ** 3

    n = range(12)
    within = sum(k(s[i], s[j]) for s in (x, y) for i in n for j in n if i != j) / (12 * 11)
    across = sum(k(x[i], y[j]) for i in n for j in n) / 144
    found = kernel_distance(x, y)
    assert found.mean == pytest.approx(within - 2 * across, rel=1e-9) and found.sd == pytest.approx(0, abs=1e-9)


def test_distances_refuse_what_does_not_fit():
    x = torch.zeros(10, 3)
    for function in (frechet_distance, kernel_distance):
        for a, b in ((x, x[:, :2]), (x, x[:1]), (x * math.nan, x)):
            with pytest.raises(ValueError):
                function(a, b)


def test_compared_features_carry_their_network_and_numbers():
    real, other = torch.randn(60, 4, generator=seeded()), torch.randn(50, 4, generator=seeded(1))
    found = compare_features(real, other + 3, other, "toy network (4 features)")
    assert (found["network"], found["n_real"], found["n_fake"]) == ("toy network (4 features)", 60, 50)
    assert (
        found["value"]["frechet"] > 10 * found["floor"]["frechet"]
        and found["value"]["precision"] < found["floor"]["precision"]
    )
    assert (
        found["floor"]["frechet"] == frechet_distance(real, other)
        and found["value"]["kernel"] == kernel_distance(real, other + 3).mean
    )
    with pytest.raises(ValueError, match="as many reals"):
        compare_features(real, other, real, "toy")


def test_halves_of_the_reals_share_nothing():
    a, b = real_halves(100, 30)
    assert len(a) == len(b) == 30 and not set(a.tolist()) & set(b.tolist())
    a, b = real_halves(100, 500)
    assert len(a) == len(b) == 50
    groups = torch.arange(100) % 10
    a, b = real_halves(100, 500, groups)
    assert len(a) == 50 and not set((a % 10).tolist()) & set((b % 10).tolist())
    assert torch.equal(real_halves(100, 30)[0], real_halves(100, 30)[0])
    with pytest.raises(ValueError, match="two different"):
        real_halves(10, 5, torch.zeros(10, dtype=torch.int64))


# --------------------------------------------------------------------------- classes


def test_class_kl():
    assert class_kl(torch.tensor([5, 5, 5, 5])) == pytest.approx(0, abs=1e-12)
    assert class_kl(torch.tensor([9, 0, 0, 0])) == pytest.approx(math.log(4))
    assert class_kl(torch.tensor([1, 1]), torch.tensor([1, 3])) == pytest.approx(
        0.5 * math.log(2) + 0.5 * math.log(2 / 3)
    )
    assert class_kl(torch.tensor([30, 10]), torch.tensor([3, 1])) == pytest.approx(0, abs=1e-12)
    assert class_kl(torch.tensor([1, 1]), torch.tensor([1, 0])) == math.inf
    assert math.isnan(class_kl(torch.tensor([0, 0])))
    with pytest.raises(ValueError):
        class_kl(torch.tensor([1, 1]), torch.tensor([1, 1, 1]))
    assert class_counts(torch.eye(4)[[0, 2, 2]]).tolist() == [1, 0, 2, 0]


@pytest.fixture(scope="module")
def digits_classifier(session_data):
    # processes that share the data folder train it once
    with open(session_data / ".lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return load_classifier("digits", 28)


@pytest.fixture
def digits(session_data) -> DataSet:
    return load(TrainConfig(data="digits"))


def test_the_digits_classifier_knows_digits_it_has_not_seen(digits_classifier, digits):
    found = digits_classifier
    assert found.accuracy > 0.985 and found.held_out == 2700 and found.classes == 10
    assert found.name == f"digits classifier (64 features, {100 * found.accuracy:.1f} % accuracy)"
    # the part is one it has not seen: all ten versions of an original are on one side, and the share is counted once more by hand
    fit, fit_index, test, test_index = classifier._parts("digits", 28, digits)
    originals = len(digits) // 10
    assert not set((fit_index % originals).tolist()) & set((test_index % originals).tolist())
    assert len(fit_index) + len(test_index) == len(digits) and len(test_index) == 2700
    right = (found.predict(test.batch(test_index)).argmax(1) == test.labels[test_index]).double().mean()
    assert float(right) == pytest.approx(found.accuracy, abs=1e-3)


def test_features_and_logits(digits_classifier, digits):
    found = digits_classifier
    x = digits.batch(torch.arange(700))
    features, logits = found.features(x), found.predict(x)
    assert features.shape == (700, 64) and logits.shape == (700, 10) and features.dtype == logits.dtype == torch.float32
    assert torch.allclose(found.classify(features), logits, atol=1e-4)
    assert torch.allclose(found.features(x[600:]), features[600:], atol=1e-5)
    assert 0.5 < float(features.square().mean()) < 2
    assert not features.requires_grad
    with pytest.raises(ValueError, match="1, 28, 28"):
        found.predict(torch.zeros(2, 1, 32, 32))


def test_three_channels_are_named_one_by_one(digits_classifier, digits):
    single = digits_classifier
    stacked = StackedClassifier(single)
    index = torch.randint(len(digits), (60, 3), generator=seeded())
    x = digits.batch(index.flatten())[:, 0].view(60, 3, 28, 28)
    wanted = (digits.labels[index] * torch.tensor([100, 10, 1])).sum(1)
    logits = stacked.predict(x)
    assert logits.shape == (60, 1000) and stacked.classes == 1000 and stacked.shape == (3, 28, 28)
    assert (logits.argmax(1) == wanted).double().mean() > 0.9
    assert torch.allclose(logits.exp().sum(1), torch.ones(60), atol=1e-4)
    features = stacked.features(x)
    assert features.shape == (60, 192) and torch.allclose(features[:, 64:128], single.features(x[:, 1:2]), atol=1e-5)
    assert torch.allclose(stacked.classify(features), logits, atol=1e-3)
    assert "three channels" in stacked.name
    with pytest.raises(ValueError, match="3, 28, 28"):
        stacked.predict(x[:, :1])


@pytest.fixture
def bars(monkeypatch, tmp_path) -> list[int]:
    """A data set of two easy classes in place of the real ones; counts how often a classifier is trained."""
    labels = torch.arange(120) % 2
    samples = torch.randint(0, 60, (120, 1, 28, 28), generator=seeded(), dtype=torch.uint8)
    samples[labels == 0, :, 10:14] = 255
    samples[labels == 1, :, :, 10:14] = 255
    monkeypatch.setenv("GAN_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(
        classifier, "_load", lambda data, resolution, split: DataSet(samples, labels, classes=("flat", "steep"))
    )
    monkeypatch.setattr(classifier, "SEEN", 400)
    trained, train = [], classifier._train
    monkeypatch.setattr(classifier, "_train", lambda *given: trained.append(1) or train(*given))
    return trained


def kept(tmp_path):
    (path,) = (tmp_path / "prepared").glob("classifier-*.safetensors")
    return path


def test_a_classifier_is_trained_once(bars, tmp_path):
    x = torch.rand(9, 1, 28, 28, generator=seeded()) * 2 - 1
    first = load_classifier("kmnist", 28)
    second = load_classifier("kmnist", 28)
    assert len(bars) == 1 and torch.equal(first.predict(x), second.predict(x)) and first.name == second.name
    assert first.accuracy == 1.0 and first.held_out == 18
    assert not list((tmp_path / "prepared").glob(".tmp-*"))
    kept(tmp_path).unlink()
    again = load_classifier("kmnist", 28)
    assert len(bars) == 2 and torch.equal(first.predict(x), again.predict(x)), (
        "the weights depend on data and seed alone"
    )
    assert not torch.equal(load_classifier("kmnist", 28, seed=1).predict(x), first.predict(x))


def test_training_the_classifier_tells_how_far_it_is(bars, monkeypatch):
    told, clock = [], itertools.count()
    monkeypatch.setattr(classifier, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    load_classifier("kmnist", 28, progress=lambda share, text: told.append((share, text)))
    shares = [share for share, _ in told]
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 3
    assert "classifier of kmnist" in told[0][1]


def test_training_a_classifier_leaves_the_random_state_alone(bars):
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    load_classifier("kmnist", 28)
    assert torch.equal(torch.rand(3), expected)


def test_a_damaged_classifier_is_trained_again(bars, tmp_path):
    load_classifier("kmnist", 28)
    path = kept(tmp_path)
    whole = path.read_bytes()
    flipped = bytearray(whole)
    flipped[-100] ^= 0xFF
    for number, damaged in enumerate((b"", whole[: len(whole) // 2], b"not a network" * 100, bytes(flipped)), start=2):
        path.write_bytes(damaged)
        assert load_classifier("kmnist", 28).accuracy == 1.0 and len(bars) == number
        assert path.read_bytes() == whole


def test_a_classifier_of_other_data_is_not_taken(bars, tmp_path, monkeypatch):
    load_classifier("kmnist", 28)
    before = kept(tmp_path)
    labels = torch.arange(120) % 2
    other = DataSet(torch.full((120, 1, 28, 28), 7, dtype=torch.uint8), labels)
    monkeypatch.setattr(classifier, "_load", lambda data, resolution, split: other)
    load_classifier("kmnist", 28)
    assert len(bars) == 2
    # nor one that was put under the name of another
    (new,) = set((tmp_path / "prepared").glob("*.safetensors")) - {before}
    new.write_bytes(before.read_bytes())
    load_classifier("kmnist", 28)
    assert len(bars) == 3


def test_a_folder_that_cannot_be_written_costs_only_the_keeping(bars, tmp_path, monkeypatch):
    (tmp_path / "prepared").write_text("in the way")
    assert load_classifier("kmnist", 28).accuracy == 1.0 and load_classifier("kmnist", 28).accuracy == 1.0
    assert len(bars) == 2


@pytest.mark.parametrize("shape", [(1, 28, 28), (3, 32, 32), (1, 64, 64), (3, 128, 128)])
def test_a_classifier_of_any_resolution(bars, shape, monkeypatch):
    labels = torch.arange(60) % 3
    samples = (labels * 100).to(torch.uint8)[:, None, None, None].expand(60, *shape).contiguous()
    monkeypatch.setattr(classifier, "_load", lambda data, resolution, split: DataSet(samples, labels))
    found = load_classifier("kmnist", shape[-1])
    assert found.shape == shape and found.classes == 3 and found.features(torch.zeros(2, *shape)).shape == (2, 64)


def test_data_without_classes_have_no_classifier(bars, monkeypatch):
    with pytest.raises(ClassifierError, match="points"):
        load_classifier("ring", 28)
    for labels in (None, torch.zeros(120, dtype=torch.int64)):
        monkeypatch.setattr(
            classifier,
            "_load",
            lambda *a, labels=labels: DataSet(torch.zeros(120, 1, 28, 28, dtype=torch.uint8), labels),
        )
        with pytest.raises(ClassifierError, match="labels"):
            load_classifier("folder:/some/where", 28)


# --------------------------------------------------------------------------- FID and KID


def test_where_inception_is_not_to_be_had_a_sentence_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(images, "_answers", lambda url: False)
    available, why = inception_available()
    assert not available and "weights-inception-2015-12-05-6726825d.pth" in why and str(tmp_path) in why
    with pytest.raises(InceptionMissing, match="Connect to the internet"):
        inception_features(torch.zeros(2, 1, 28, 28))
    monkeypatch.setattr(images, "_answers", lambda url: True)
    assert inception_available()[0] and "downloaded" in inception_available()[1]
    monkeypatch.setattr(
        torch.hub, "download_url_to_file", lambda *a, **k: (_ for _ in ()).throw(OSError("the line is cut"))
    )
    with pytest.raises(InceptionMissing, match="the line is cut"):
        inception_features(torch.zeros(2, 1, 28, 28))


def test_foreign_inception_weights_are_not_loaded(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    path = tmp_path / "checkpoints" / "weights-inception-2015-12-05-6726825d.pth"
    path.parent.mkdir()
    path.write_bytes(b"something else")
    assert inception_available()[0]
    with pytest.raises(InceptionMissing, match="damaged"):
        inception_features(torch.zeros(2, 1, 28, 28))


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
def test_weights_that_would_run_code_are_refused(monkeypatch, tmp_path):
    import pickle

    class Wicked:
        def __reduce__(self):
            return (open, (str(tmp_path / "run"), "w"))

    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    content = pickle.dumps(Wicked())
    import hashlib

    url, _ = images._weights()
    name = f"weights-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    monkeypatch.setattr(images, "_weights", lambda: (url, tmp_path / name))
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InceptionMissing, match="safely"):
        images._inception()
    assert not (tmp_path / "run").exists()


def test_images_for_inception():
    grey = torch.tensor([-1.0, 0.0, 1.0, 2.0]).view(1, 1, 2, 2)
    found = to_inception(grey)
    assert found.dtype == torch.uint8 and found.shape == (1, 3, 2, 2)
    assert found[0, 2].flatten().tolist() == [0, 128, 255, 255]
    colour = torch.randint(0, 256, (2, 3, 4, 4), dtype=torch.uint8)
    assert torch.equal(to_inception(colour), colour)
    with pytest.raises(ValueError, match="one or three"):
        to_inception(torch.zeros(2, 4, 8, 8))


@pytest.fixture
def stand_in(monkeypatch, tmp_path):
    """A small network registered with torch-fidelity in the place of Inception, whose weights are not to be had everywhere."""
    import torch_fidelity
    from torch_fidelity.registry import FEATURE_EXTRACTORS_REGISTRY

    class Small(torch_fidelity.FeatureExtractorBase):
        def __init__(self, name, features_list, **given):
            super().__init__(name, features_list)
            self.matrix = torch.randn(3 * 8 * 8, 12, generator=seeded()) / 20

        @staticmethod
        def get_provided_features_list():
            return ("2048",)

        @staticmethod
        def get_default_feature_layer_for_metric(metric):
            return "2048"

        @staticmethod
        def can_be_compiled():
            return False

        def forward(self, x):
            assert x.dtype == torch.uint8 and x.shape[1] == 3
            return (torch.relu(x.float().flatten(1) / 128 @ self.matrix),)

    monkeypatch.setitem(FEATURE_EXTRACTORS_REGISTRY, "inception-v3-compat", Small)
    monkeypatch.setattr(images, "_inception", lambda: tmp_path / "weights.pth")


def test_fid_and_kid_are_those_of_torch_fidelity(stand_in):
    """The library's own whole computation, from images to numbers, and ours from its parts."""
    import torch_fidelity

    class Images(torch.utils.data.Dataset):
        def __init__(self, samples):
            self.samples = samples

        def __len__(self):
            return len(self.samples)

        def __getitem__(self, i):
            return self.samples[i]

    a, b = (torch.randint(low, 256, (80, 3, 8, 8), generator=seeded(low), dtype=torch.uint8) for low in (0, 60))
    expected = torch_fidelity.calculate_metrics(
        input1=Images(a),
        input2=Images(b),
        cuda=False,
        fid=True,
        kid=True,
        kid_subset_size=80,
        kid_subsets=5,
        verbose=False,
        cache=False,
        save_cpu_ram=True,
    )
    x, y = inception_features(a, batch=30), inception_features(b)
    assert frechet_distance(x, y) == pytest.approx(expected["frechet_inception_distance"], rel=1e-4)
    assert kernel_distance(x, y).mean == pytest.approx(expected["kernel_inception_distance_mean"], rel=1e-4)


# --------------------------------------------------------------------------- neighbours


def noise_images(n: int, seed: int = 0, shape: tuple[int, ...] = (1, 8, 8)) -> DataSet:
    return DataSet(torch.randint(0, 256, (n, *shape), generator=seeded(seed), dtype=torch.uint8))


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
    groups = groups_of("digits", len(digits))
    assert (
        torch.equal(digits.labels, digits.labels[groups])
        and groups.max() == 1796
        and torch.bincount(groups).tolist() == [10] * 1797
    )
    assert groups_of("mnist", 60000) is None
    x = digits.batch(torch.arange(1797, 1797 + 100))
    # the same digits, a little changed: copies by either measure, and less so if other versions of a real were its neighbours
    near = (x + 0.1 * torch.randn(x.shape, generator=seeded())).clamp(-1, 1)
    assert memorising_ratio(x, digits, groups, reals=200) == 0
    assert memorising_ratio(near, digits, groups, reals=200) < 0.95 * memorising_ratio(near, digits, None, reals=200)


# --------------------------------------------------------------------------- the quick numbers


def test_quick_numbers_of_points():
    config = TrainConfig(data="ring", **POINTS)
    evaluator = Evaluator(config, load(config))
    assert evaluator.count == 2500
    good = evaluator.evaluate(DISTRIBUTIONS["ring"].sample(2500, seeded(7))[0])
    assert tuple(good) == evaluator.names and all(type(v) is float and math.isfinite(v) for v in good.values())
    assert good["modes"] == good["modes_total"] == 8 and good["high_quality"] == pytest.approx(
        good["high_quality_oracle"], abs=0.01
    )
    assert (
        good["reverse_kl"] < 0.006
        and good["jsd"] < 1.3 * good["jsd_oracle"]
        and good["diversity"] == pytest.approx(1, abs=0.05)
    )
    collapsed = evaluator.evaluate(DISTRIBUTIONS["ring"].modes[:1].expand(2500, 2))
    assert (
        collapsed["modes"] == 1
        and collapsed["reverse_kl"] == pytest.approx(math.log(8))
        and collapsed["diversity"] == 0
    )
    assert collapsed["jsd"] > 10 * collapsed["jsd_oracle"]


def test_quick_numbers_of_one_dimension_and_of_data_without_a_density():
    config = TrainConfig(data="gaussian", **POINTS)
    found = Evaluator(config, load(config)).evaluate(DISTRIBUTIONS["gaussian"].sample(2500, seeded(7))[0])
    apart = {"jsd", "kl_data_g", "kl_g_data"}
    assert set(found) == apart | {f"{name}_oracle" for name in apart} | {"diversity"} and found[
        "diversity"
    ] == pytest.approx(1, abs=0.05)
    assert all(found[name] < 1.5 * found[f"{name}_oracle"] for name in apart)
    own = DataSet(torch.randn(500, 2, generator=seeded()))
    found = Evaluator(TrainConfig(data="points:/my/points.csv", **POINTS), own).evaluate(own.samples[:250] * 0.5)
    assert set(found) == {"diversity"} and found["diversity"] == pytest.approx(0.5, abs=0.05)


def test_quick_numbers_of_images(digits):
    """Trained on one half of the originals: those of the other half are new, as diverse, and no copies."""
    originals = torch.arange(len(digits)) % 1797
    order = torch.randperm(1797, generator=seeded())
    first = torch.isin(originals, order[:900])
    half = DataSet(digits.samples[first], digits.labels[first])
    evaluator = Evaluator(TrainConfig(data="digits"), half)
    fresh = digits.batch(torch.nonzero(~first)[:, 0][torch.randperm(8970, generator=seeded(1))[:256]])
    copies = half.batch(torch.randint(len(half), (256,), generator=seeded(2)))
    assert evaluator.count == 256 and evaluator.names == ("diversity", "nearest")
    new, old = evaluator.evaluate(fresh), evaluator.evaluate(copies)
    assert new["diversity"] == pytest.approx(1, abs=0.06) and old["diversity"] == pytest.approx(1, abs=0.06)
    assert 0.8 < new["nearest"] < 1.25
    assert old["nearest"] == 0
    same = evaluator.evaluate(fresh[:1].expand(256, -1, -1, -1))
    assert same["diversity"] == 0
    grey = evaluator.evaluate(torch.zeros(256, 1, 28, 28) + 0.01 * torch.randn(256, 1, 28, 28, generator=seeded()))
    assert grey["diversity"] < 0.05 and grey["nearest"] > 3


def test_quick_numbers_do_not_disturb_and_do_not_break():
    config = TrainConfig(data="ring", **POINTS)
    evaluator = Evaluator(config, load(config))
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    x = torch.randn(50, 2, generator=seeded(), dtype=torch.float64)
    first = evaluator.evaluate(x)
    assert torch.equal(torch.rand(3), expected)
    again = evaluator.evaluate(x)
    assert all(again[k] == v or math.isnan(v) for k, v in first.items())
    broken = evaluator.evaluate(torch.full((50, 2), math.nan))
    assert set(broken) == set(evaluator.names) and all(math.isnan(v) for v in broken.values())
    nowhere = evaluator.evaluate(torch.full((50, 2), 1e4))
    assert nowhere["modes"] == 0 and math.isnan(nowhere["reverse_kl"])
    for wrong in (torch.zeros(50, 3), torch.zeros(1, 2)):
        with pytest.raises(ValueError):
            evaluator.evaluate(wrong)


# --------------------------------------------------------------------------- the full evaluation


class Perfect(nn.Module):
    """Draws from a distribution, whatever z is."""

    def __init__(self, name: str):
        super().__init__()
        self.name, self.weight = name, nn.Parameter(torch.zeros(1))

    def forward(self, z):
        return DISTRIBUTIONS[self.name].sample(len(z), torch.Generator().manual_seed(int(z[0, 0].abs() * 1e6)))[0]


def by_key(found: dict) -> dict[str, dict]:
    json.dumps(found, allow_nan=False)
    rows = {row["key"]: row for row in found["rows"]}
    assert len(rows) == len(found["rows"])
    for row in found["rows"]:
        assert {"key", "title", "measure", "network", "value", "spread", "better", "n", "note"} <= set(row)
        assert row["better"] in ("low", "high", "reference") and ("oracle" in row) != ("floor" in row)
    return rows


def test_a_perfect_generator_of_points_is_at_the_oracle():
    config = TrainConfig(data="grid", **POINTS)
    found = evaluate_generator(config, Perfect("grid"), n=2500)
    rows = by_key(found)
    assert found["n_fake"] == found["n_real"] == 2500 and found["histogram"] is None
    assert rows["modes"]["value"] == 25 and rows["modes"]["oracle"] == 25
    for key in ("high_quality", "reverse_kl"):
        assert abs(rows[key]["value"] - rows[key]["oracle"]) < 5 * rows[key]["spread"]
    assert rows["jsd"]["value"] < 1.3 * rows["jsd"]["oracle"]
    for key in ("precision", "recall", "density", "coverage"):
        assert rows[key]["value"] == pytest.approx(rows[key]["floor"], abs=0.06)
    assert rows["diversity"]["value"] == pytest.approx(1, abs=0.06)


def test_an_untrained_generator_of_points_is_far_from_it():
    config = TrainConfig(data="ring", **POINTS)
    rows = by_key(evaluate_generator(config, gan_core.build(config)[0], n=500))
    assert (
        rows["modes"]["value"] == 0
        and rows["reverse_kl"]["value"] is None
        and "no histogram" in rows["reverse_kl"]["note"]
    )
    assert rows["jsd"]["value"] > 5 * rows["jsd"]["oracle"]


class Replay(nn.Module):
    """Shows images of a data set, with labels or not."""

    def __init__(self, data: DataSet, index: torch.Tensor):
        super().__init__()
        self.data, self.index, self.weight, self.at = data, index, nn.Parameter(torch.zeros(1)), 0

    def forward(self, z, y=None):
        index = self.index[torch.arange(self.at, self.at + len(z)) % len(self.index)]
        self.at += len(z)
        if y is not None:
            index = torch.stack(
                [self.index[self.data.labels[self.index] == label][i % 20] for i, label in enumerate(y)]
            )
        return self.data.batch(index)


def test_the_full_evaluation_of_images(digits_classifier, digits):
    name = digits_classifier.name
    config = TrainConfig(data="digits")
    told = []
    found = evaluate_generator(
        config,
        Replay(digits, torch.randperm(len(digits), generator=seeded())),
        digits,
        n=600,
        progress=lambda *a: told.append(a),
    )
    rows = by_key(found)
    assert found["n_fake"] == found["n_real"] == 600 and found["notes"] == []
    assert [t[0] for t in told] == sorted(t[0] for t in told) and told[-1][0] == 1.0
    for key in ("frechet", "kernel", "precision", "recall", "density", "coverage"):
        assert rows[key]["network"] == name and name in rows[key]["title"] and "600" in rows[key]["note"]
    assert not any("FID" in row["title"] or "KID" in row["title"] for row in found["rows"])
    assert rows["classes"]["value"] == 10 and rows["class_kl"]["value"] < 0.05
    assert rows["frechet"]["value"] < 3 * rows["frechet"]["floor"]
    assert rows["nearest"]["value"] == 0, "it shows training images"
    assert rows["diversity"]["value"] == pytest.approx(1, abs=0.1)
    assert (
        found["histogram"]["network"] == name
        and sum(found["histogram"]["fakes"]) == 600
        and len(found["histogram"]["classes"]) == 10
    )

    ones = Replay(digits, torch.nonzero(digits.labels == 1)[:, 0])
    one = by_key(evaluate_generator(config, ones, digits, n=600))
    assert one["classes"]["value"] == 1 and one["class_kl"]["value"] == pytest.approx(math.log(10), abs=0.05)
    assert (
        one["recall"]["value"] < 0.3
        and one["frechet"]["value"] > 5 * rows["frechet"]["value"]
        and one["diversity"]["value"] < rows["diversity"]["value"]
    )

    untrained = by_key(evaluate_generator(config, gan_core.build(config)[0], digits, n=300))
    assert (
        untrained["precision"]["value"] < 0.1 and untrained["nearest"]["value"] > 2 and untrained["frechet"]["n"] == 300
    )


def test_a_conditional_generator_is_asked_for_classes(digits_classifier, digits):
    config = TrainConfig(data="digits", conditioning="concatenation")
    obedient = by_key(evaluate_generator(config, Replay(digits, torch.arange(2000)), digits, n=200))
    assert obedient["label_accuracy"]["value"] > 0.95
    deaf = by_key(evaluate_generator(config, gan_core.build(config)[0], digits, n=200))
    assert deaf["label_accuracy"]["value"] < 0.4


def test_images_without_labels_are_evaluated_without_a_classifier(monkeypatch):
    config = TrainConfig(data="folder:/my/photos", resolution=32)
    data = noise_images(200, shape=(3, 32, 32))
    monkeypatch.setattr(classifier, "_load", lambda *given: data)
    found = evaluate_generator(config, gan_core.build(config)[0], data, n=400)
    rows = by_key(found)
    assert found["n_fake"] == found["n_real"] == 100, "half of the data is all that a floor can have"
    assert "no labels" in found["notes"][0] and found["histogram"] is None
    assert {"precision", "recall", "density", "coverage", "nearest", "diversity"} == set(rows)
    assert "no network" in rows["precision"]["title"]


def test_fid_stands_beside_its_floor_and_numbers(stand_in, monkeypatch):
    config = TrainConfig(data="folder:/my/photos", resolution=32)
    data = noise_images(120, shape=(3, 32, 32))
    monkeypatch.setattr(classifier, "_load", lambda *given: data)
    monkeypatch.setattr(images, "to_inception", lambda x, whole=to_inception: whole(x)[..., ::4, ::4])
    rows = by_key(evaluate_generator(config, gan_core.build(config)[0], data, n=60, inception=True))
    assert (
        rows["fid"]["title"].startswith("FID")
        and "Inception" in rows["fid"]["network"]
        and rows["fid"]["floor"] < rows["fid"]["value"]
    )
    assert "60 fakes, 60 reals" in rows["fid"]["note"] and rows["kid"]["title"].startswith("KID")


def test_without_inception_the_rest_is_still_evaluated(monkeypatch):
    def missing():
        raise InceptionMissing("FID and KID need the weights of the Inception network.")

    config = TrainConfig(data="folder:/my/photos", resolution=32)
    data = noise_images(60, shape=(3, 32, 32))
    monkeypatch.setattr(classifier, "_load", lambda *given: data)
    monkeypatch.setattr(images, "_inception", missing)
    found = evaluate_generator(config, gan_core.build(config)[0], data, n=30, inception=True)
    assert "FID and KID need" in found["notes"][1] and "fid" not in by_key(found)


def test_what_cannot_be_evaluated():
    config = TrainConfig(data="ring", **POINTS)

    class Broken(nn.Linear):
        def forward(self, z):
            return super().forward(z) * math.nan

    with pytest.raises(ValueError, match="500 of 500 samples are not finite"):
        evaluate_generator(config, Broken(2, 2), n=500)
    with pytest.raises(ValueError, match="at least 20"):
        evaluate_generator(config, Perfect("ring"), n=5)
    with pytest.raises(ValueError, match="too few samples"):
        evaluate_generator(
            TrainConfig(data="points:/my.csv", **POINTS), Perfect("ring"), DataSet(torch.randn(8, 2)), n=50
        )


def test_drawing_is_by_the_seed_and_leaves_the_generator_as_it_was():
    config = TrainConfig(data="digits", conditioning="concatenation", precision="float64")
    generator = gan_core.build(config)[0].train()
    statistics = {k: v.clone() for k, v in generator.state_dict().items()}
    parts = list(draw(config, generator, 600, seed=3))
    x, labels = torch.cat([p for p, _ in parts]), torch.cat([y for _, y in parts])
    assert x.shape == (600, 1, 28, 28) and x.dtype == torch.float32 and torch.bincount(labels).tolist() == [60] * 10
    assert generator.training and all(torch.equal(v, statistics[k]) for k, v in generator.state_dict().items())
    assert torch.equal(torch.cat([p for p, _ in draw(config, generator, 600, seed=3)]), x)
    assert not torch.equal(torch.cat([p for p, _ in draw(config, generator, 600, seed=4)]), x)


def test_importing_the_metrics_is_cheap():
    """Pages import the package; what is heavy is loaded when it is first used."""
    code = "import sys, gan_core.metrics; print([m for m in ('torch_fidelity', 'scipy', 'torch', 'sklearn') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert found.stdout.strip() == "[]", found.stderr
    code = "import sys; from gan_core.metrics import evaluate_mixture, Evaluator; print([m for m in ('torch_fidelity', 'scipy') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert found.stdout.strip() == "[]", found.stderr
