"""FID and KID: weights that are missing, damaged or dangerous, and numbers against torch-fidelity."""

from __future__ import annotations

import pytest
import torch
from measured import seeded

from gan_core.metrics import (
    InceptionMissing,
    frechet_distance,
    inception,
    inception_available,
    inception_features,
    kernel_distance,
)
from gan_core.metrics.inception import to_inception


def test_where_inception_is_not_to_be_had_a_sentence_says_what_to_do(monkeypatch, tmp_path):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    monkeypatch.setattr(inception, "_answers", lambda url: False)
    available, why = inception_available()
    assert not available and "weights-inception-2015-12-05-6726825d.pth" in why and str(tmp_path) in why
    with pytest.raises(InceptionMissing, match="Connect to the internet"):
        inception_features(torch.zeros(2, 1, 28, 28))
    monkeypatch.setattr(inception, "_answers", lambda url: True)
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

    url, _ = inception._weights()
    name = f"weights-{hashlib.sha256(content).hexdigest()[:8]}.pth"
    monkeypatch.setattr(inception, "_weights", lambda: (url, tmp_path / name))
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InceptionMissing, match="safely"):
        inception._inception()
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
