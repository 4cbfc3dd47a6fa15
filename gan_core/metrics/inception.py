"""The Inception network of 2015, in whose features FID and KID are measured: its weights must be had first."""

from __future__ import annotations

import hashlib
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from ..look.pictures import to_bytes

INCEPTION = "Inception-v3 of 2015 (2048 features)"
ANSWER_SECONDS = 4.0


class InceptionMissing(RuntimeError):
    """FID and KID cannot be computed here; the message says why and what to do."""


def _weights() -> tuple[str, Path]:
    """Where the weights come from, and where PyTorch keeps them."""
    from torch_fidelity.feature_extractor_inceptionv3 import URL_INCEPTION_V3

    return URL_INCEPTION_V3, Path(torch.hub.get_dir()) / "checkpoints" / os.path.basename(URL_INCEPTION_V3)


def inception_available() -> tuple[bool, str]:
    """Whether FID and KID can be computed, and a sentence that says why, or why not.

    Asks the server only where the file is not here.
    """
    url, path = _weights()
    if path.is_file():
        return True, f"The Inception weights are in {path}."
    if _answers(url):
        return True, "The Inception weights (91 MB) are not here yet and will be downloaded once."
    return False, (
        "FID and KID need the weights of the Inception network, which are not on this machine and cannot be downloaded "
        "now. "
        f"Connect to the internet, or put the file {path.name} into {path.parent}. Distances in this program's own "
        "classifier need no download."
    )


def _answers(url: str) -> bool:
    """Whether the server of an address answers; in a thread, because looking up a name has no time limit."""
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
    """Images as the Inception network takes them: uint8 (N, 3, H, W).

    From (N, C, H, W), uint8 or float in [-1, 1]. Raises ValueError for other than one or three channels.
    """
    if images.ndim != 4 or images.shape[1] not in (1, 3):
        raise ValueError(f"images must have one or three channels, not the shape {tuple(images.shape)}")
    found = images if images.dtype == torch.uint8 else to_bytes(images)
    return found.expand(-1, 3, -1, -1) if found.shape[1] == 1 else found


@torch.no_grad()
def inception_features(images: Tensor, batch: int = 50, progress: Callable[[float, str], None] | None = None) -> Tensor:
    """The features that FID and KID are made of, float32 (N, 2048) on the CPU.

    `images` are (N, C, H, W), uint8 or float in [-1, 1], with one or three channels.
    torch-fidelity's network, which enlarges to 299 x 299 as the original does. Slow without a GPU: about 0.1 s an
    image on one core. Raises InceptionMissing where the weights cannot be had.
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
