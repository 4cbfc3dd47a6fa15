"""Distances between two sets of images in a network's features, and how the classes are shared out.

Fréchet and kernel distances are torch-fidelity's. In a classifier of ours they are named after that classifier and are no FID; FID and
KID are the same distances in the Inception network of 2015, whose weights must be had first.
"""

from __future__ import annotations

import hashlib
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ..look.pictures import to_bytes
from .manifold import features as checked
from .manifold import prdc
from .mixtures import Spread

SUBSETS, SUBSET = 20, 1000
"""The kernel distance is the mean over this many random subsets of at most this many samples of each set."""
INCEPTION = "Inception-v3 of 2015 (2048 features)"
ANSWER_SECONDS = 4.0


# --------------------------------------------------------------------------- classes


def class_counts(logits: Tensor) -> Tensor:
    """How many of the samples each class gets: int64 (K,) from logits (N, K)."""
    return torch.bincount(logits.argmax(1), minlength=logits.shape[1])


def class_kl(counts: Tensor, reference: Tensor | None = None) -> float:
    """KL(counts || reference), nats, both (K,) and scaled to sum 1; without a reference, against the uniform distribution.

    inf where a class of the counts has none in the reference; nan where there are no counts. With n samples of the reference itself it
    is about (K - 1) / 2n, not 0. Raises ValueError for different lengths.
    """
    reference = torch.ones(len(counts)) if reference is None else reference
    if counts.shape != reference.shape:
        raise ValueError(f"{len(counts)} classes cannot be compared with {len(reference)}")
    p, q = counts.double() / counts.sum(), reference.double() / reference.sum()
    return float(torch.where(p > 0, p * (p / q).log(), 0 * p).sum())


# --------------------------------------------------------------------------- distances, by torch-fidelity


def frechet_distance(a: Tensor, b: Tensor) -> float:
    """Fréchet distance of the Gaussians that have the means and covariances of features a (N, F) and b (M, F).

    |mu_a - mu_b|^2 + tr(S_a + S_b - 2 (S_a S_b)^1/2) (Heusel et al. 2017, arXiv:1706.08500), in float64. It is biased upwards, the more the
    fewer samples: compare it only with distances of as many. Raises ValueError for shapes that do not fit.
    """
    from torch_fidelity.metric_fid import KEY_METRIC_FID, fid_features_to_statistics, fid_statistics_to_metric

    a, b = _pair(a, b)
    found = fid_statistics_to_metric(fid_features_to_statistics(a), fid_features_to_statistics(b), verbose=False)
    return float(found[KEY_METRIC_FID])


def kernel_distance(a: Tensor, b: Tensor, seed: int = 0) -> Spread:
    """Squared maximum mean discrepancy of features a (N, F) and b (M, F): mean and deviation over 20 subsets of at most 1,000 of each.

    Unbiased, with the kernel (x.y / F + 1)^3 (Bińkowski et al. 2018, arXiv:1801.01401): about 0 for the same distribution, and then below
    it half of the time. Raises ValueError for shapes that do not fit.
    """
    from torch_fidelity.metric_kid import KEY_METRIC_KID_MEAN, KEY_METRIC_KID_STD, kid_features_to_metric

    a, b = _pair(a, b)
    size = min(SUBSET, len(a), len(b))
    found = kid_features_to_metric(a, b, kid_subsets=SUBSETS, kid_subset_size=size, rng_seed=seed, verbose=False)
    return Spread(float(found[KEY_METRIC_KID_MEAN]), float(found[KEY_METRIC_KID_STD]))


def _pair(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    a, b = checked(a, "the first"), checked(b, "the second")
    if a.shape[1] != b.shape[1] or min(len(a), len(b)) < 2:
        raise ValueError(
            f"two sets of at least two points with as many features each are needed, not {tuple(a.shape)} and {tuple(b.shape)}"
        )
    return a, b


def compare_features(real: Tensor, fake: Tensor, other: Tensor, network: str, k: int = 5) -> dict[str, Any]:
    """Everything that two sets of features say of each other: real (N, F) and fake (M, F), and the same with `other` (M, F) reals for fake.

    {"network", "n_real", "n_fake", "value": {...}, "floor": {...}}, the last two with `frechet`, `kernel`, `kernel_sd`, `precision`,
    `recall`, `density`, `coverage`. The floor is what reals score against reals: no honest generator is below (or above) it but by noise,
    provided that there are as many `other` as fake ones; ValueError if not.
    """
    if len(other) != len(fake):
        raise ValueError(f"the floor needs as many reals as there are fakes ({len(fake)}), not {len(other)}")

    def scores(points: Tensor) -> dict[str, float]:
        kernel = kernel_distance(real, points)
        return {
            "frechet": frechet_distance(real, points),
            "kernel": kernel.mean,
            "kernel_sd": kernel.sd,
            **prdc(real, points, k),
        }

    return {"network": network, "n_real": len(real), "n_fake": len(fake), "value": scores(fake), "floor": scores(other)}


def real_halves(size: int, n: int, groups: Tensor | None = None, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Indices of two sets of n reals each, int64, out of `size`: no sample in both, nor two of one group (`neighbours.groups_of`).

    Of as many as there are where they do not suffice for n; the two are of the same length, and at least one. Raises ValueError for
    fewer than two samples or groups.
    """
    groups = torch.arange(size) if groups is None else groups
    random = torch.Generator().manual_seed(seed)
    order = torch.randperm(int(groups.max()) + 1 if size else 0, generator=random)
    if len(order) < 2:
        raise ValueError("two sets of reals need at least two different originals")
    first = torch.zeros(len(order), dtype=torch.bool)
    first[order[: len(order) // 2]] = True
    shuffled = torch.randperm(size, generator=random)
    mine = first[groups[shuffled]]
    a, b = shuffled[mine], shuffled[~mine]
    n = min(n, len(a), len(b))
    return a[:n], b[:n]


# --------------------------------------------------------------------------- the Inception network


class InceptionMissing(RuntimeError):
    """FID and KID cannot be computed here; the message says why and what to do."""


def _weights() -> tuple[str, Path]:
    """Where the weights come from, and where PyTorch keeps them."""
    from torch_fidelity.feature_extractor_inceptionv3 import URL_INCEPTION_V3

    return URL_INCEPTION_V3, Path(torch.hub.get_dir()) / "checkpoints" / os.path.basename(URL_INCEPTION_V3)


def inception_available() -> tuple[bool, str]:
    """Whether FID and KID can be computed, and a sentence that says why, or why not. Asks the server only where the file is not here."""
    url, path = _weights()
    if path.is_file():
        return True, f"The Inception weights are in {path}."
    if _answers(url):
        return True, "The Inception weights (91 MB) are not here yet and will be downloaded once."
    return False, (
        "FID and KID need the weights of the Inception network, which are not on this machine and cannot be downloaded now. "
        f"Connect to the internet, or put the file {path.name} into {path.parent}. Distances in this program's own classifier need no download."
    )


def _answers(url: str) -> bool:
    """Whether the server of an address gives anything away; in a thread of its own because looking up a name has no time limit."""
    found: list[bool] = []

    def ask() -> None:
        try:
            urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=ANSWER_SECONDS).close()
            found.append(True)
        except (OSError, ValueError):
            pass

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(ANSWER_SECONDS)
    return bool(found)


def _inception() -> Path:
    """The weights' file, downloaded if need be, whole and of tensors only. Raises InceptionMissing."""
    url, path = _weights()
    available, why = inception_available()
    if not available:
        raise InceptionMissing(why)
    wanted = path.stem.rpartition("-")[2]
    if not path.is_file():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            torch.hub.download_url_to_file(url, str(path), hash_prefix=wanted, progress=False)
        except (OSError, RuntimeError) as error:
            raise InceptionMissing(
                f"The Inception weights could not be downloaded: {' '.join(str(error).split())[:200]}"
            ) from None
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if not found.startswith(wanted):
        raise InceptionMissing(
            f"The Inception weights in {path} are damaged; delete the file, and it will be downloaded again."
        )
    try:
        # torch-fidelity unpickles the file, which could run code: here it is shown to hold nothing but tensors
        torch.load(path, map_location="meta", weights_only=True)
    except Exception as error:
        raise InceptionMissing(
            f"The Inception weights in {path} cannot be read safely ({type(error).__name__}); delete the file."
        ) from None
    return path


def to_inception(images: Tensor) -> Tensor:
    """Images (N, C, H, W), uint8 or float in [-1, 1], with one or three channels -> uint8 (N, 3, H, W), as the Inception network takes them."""
    if images.ndim != 4 or images.shape[1] not in (1, 3):
        raise ValueError(f"images must have one or three channels, not the shape {tuple(images.shape)}")
    found = images if images.dtype == torch.uint8 else to_bytes(images)
    return found.expand(-1, 3, -1, -1) if found.shape[1] == 1 else found


@torch.no_grad()
def inception_features(images: Tensor, batch: int = 50, progress: Callable[[float, str], None] | None = None) -> Tensor:
    """Images (N, C, H, W), uint8 or float in [-1, 1] -> the 2048 features that FID and KID are made of, float32 (N, 2048), on the CPU.

    torch-fidelity's network, which enlarges to 299 x 299 as the original does. Slow without a GPU: about 0.1 s an image on one core.
    Raises InceptionMissing where the weights cannot be had.
    """
    from torch_fidelity.utils import create_feature_extractor

    images = to_inception(images)
    cuda = torch.cuda.is_available()
    network = create_feature_extractor(
        "inception-v3-compat", ["2048"], cuda=cuda, feature_extractor_weights_path=str(_inception()), verbose=False
    )
    found = []
    for i, part in enumerate(images.split(batch)):
        if progress is not None:
            progress(i * batch / len(images), "Looking at images with the Inception network")
        found.append(network(part.cuda() if cuda else part)[0].float().cpu())
    return torch.cat(found)
