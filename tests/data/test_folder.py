"""A person's own images, good and bad."""

from __future__ import annotations

import os
import zipfile

import numpy as np
import pytest
import torch
from data_sets import SHARED, config, leftovers, needs_photos, never, truncate
from PIL import Image

from gan_core.data import DataError, load
from gan_core.data import folder as folder_module


def folder_config(path, resolution=32):
    return config(f"folder:{path}", resolution=resolution)


def save(path, image, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)


@pytest.fixture
def photos(tmp_path):
    return tmp_path / "photos"


@needs_photos
def test_real_photos_in_class_folders(tmp_path):
    with zipfile.ZipFile(SHARED / "photos.zip") as archive:
        names = [name for name in archive.namelist() if name.endswith(".jpg") or name.endswith("/")]
        some = [name for name in names if "/cat" in name or "/ship" in name][:450]
        archive.extractall(tmp_path, some)
        files = sorted(name for name in some if not name.endswith("/"))
        with archive.open(files[0]) as file:
            first = np.asarray(Image.open(file).convert("RGB"))
    for place in (tmp_path / "photos", tmp_path):
        data_set = load(folder_config(place))
        assert data_set.classes == ("cat", "ship") and data_set.skipped == 0
        assert data_set.samples.shape == (len(files), 3, 32, 32)
        assert data_set.labels.tolist() == [int("/ship/" in name) for name in files]
        assert np.array_equal(data_set.samples[0].permute(1, 2, 0), first)


def test_every_mode_comes_out_in_its_colour(photos):
    red = Image.new("RGB", (40, 30), (200, 30, 30))
    ramp = np.full((30, 40), 40_000, np.uint16)
    expected = {
        "a-rgb.png": (red, (200, 30, 30)),
        "b-clear.png": (Image.new("RGBA", (40, 30), (0, 0, 0, 0)), (255, 255, 255)),
        "c-half.png": (Image.new("RGBA", (40, 30), (0, 0, 0, 128)), (127, 127, 127)),
        "d-palette.png": (red.quantize(4), (200, 30, 30)),
        "e-grey.png": (Image.new("L", (40, 30), 77), (77, 77, 77)),
        "f-16bit.png": (Image.fromarray(ramp), (156, 156, 156)),
        "g-16bit.tif": (Image.fromarray(ramp), (156, 156, 156)),
        "h-32bit.tif": (Image.fromarray(ramp.astype(np.int32)), (156, 156, 156)),
        "i-float.tif": (Image.fromarray(np.full((30, 40), 0.5, np.float32)), (128, 128, 128)),
        "j-cmyk.jpg": (Image.new("CMYK", (40, 30), (0, 255, 255, 0)), (255, 0, 0)),
        "k-bit.png": (Image.new("1", (40, 30), 1), (255, 255, 255)),
        "l-grey-clear.png": (Image.new("LA", (40, 30), (10, 0)), (255, 255, 255)),
        "m.webp": (red, (200, 30, 30)),
        "n.gif": (red.quantize(4), (200, 30, 30)),
        "o.bmp": (red, (200, 30, 30)),
        "p no ending": (red, (200, 30, 30)),
    }
    for name, (image, _) in expected.items():
        save(photos / name, image, **({"format": "PNG"} if "." not in name else {}))
    palette = red.quantize(4)
    save(photos / "q-palette-clear.png", palette, transparency=palette.getpixel((0, 0)))
    data_set = load(folder_config(photos))
    assert data_set.skipped == 0 and data_set.labels is None
    for image, (name, (_, colour)) in zip(data_set.samples, expected.items(), strict=False):
        assert (image.float().mean((1, 2)) - torch.tensor(colour)).abs().max() < 5, name
        assert image.float().std((1, 2)).max() < 5, name
    assert data_set.samples[-1].min() == 255


def test_the_middle_square_is_taken(photos):
    for i, (size, box) in enumerate(
        [((300, 100), (100, 0, 200, 100)), ((100, 300), (0, 100, 100, 200)), ((90, 30), (30, 0, 60, 30))]
    ):
        image = Image.new("RGB", size, "blue")
        image.paste((0, 255, 0), box)
        save(photos / f"{i}.png", image)
    for image in load(folder_config(photos)).samples:
        assert image[1, 4:-4, 4:-4].min() > 245 and image[2, 4:-4, 4:-4].max() < 10


def test_small_patterns_are_averaged_not_sampled(photos):
    board = (np.indices((512, 512)).sum(0) % 2 * 255).astype(np.uint8)
    save(photos / "board.png", Image.fromarray(board))
    sample = load(folder_config(photos)).samples.float()
    assert abs(sample.mean() - 127.5) < 2 and sample.std() < 3


@pytest.mark.parametrize("orientation", range(1, 9))
def test_photos_stand_upright(photos, orientation):
    from PIL import ImageOps

    quarters = np.zeros((60, 90, 3), np.uint8)
    quarters[:30, :45], quarters[:30, 45:], quarters[30:, :45] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    exif = Image.Exif()
    exif[0x0112] = orientation
    save(photos / "a.jpg", Image.fromarray(quarters), exif=exif, quality=95, subsampling=0)
    upright = ImageOps.fit(ImageOps.exif_transpose(Image.open(photos / "a.jpg")), (32, 32))
    sample = load(folder_config(photos)).samples[0].permute(1, 2, 0)
    assert np.abs(sample.numpy().astype(int) - np.asarray(upright).astype(int)).mean() < 10


def test_what_cannot_be_read_is_skipped_and_counted(photos, monkeypatch):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8))
    for name in ("cat/1.jpg", "cat/2.png", "dog/3.jpg", "cat/4 cut off.jpg", "dog/5 cut off.png"):
        save(photos / name, noise)
    truncate(photos / "cat/4 cut off.jpg")
    truncate(photos / "dog/5 cut off.png")
    (photos / "dog/6.jpg").write_text("not an image")
    (photos / "empty.png").touch()
    monkeypatch.setattr(folder_module, "MAX_PIXELS", 90_000)
    save(photos / "bomb.png", Image.new("1", (1000, 1000)))
    (photos / ".hidden").write_text("not counted")
    (photos / ".git").mkdir()
    (photos / ".git" / "x.png").write_text("not counted")
    data_set = load(folder_config(photos))
    assert (len(data_set), data_set.skipped) == (3, 5)
    assert data_set.classes == ("cat", "dog") and data_set.labels.tolist() == [0, 0, 1]
    again = load(folder_config(photos))
    assert (again.skipped, again.classes) == (5, ("cat", "dog")) and torch.equal(again.samples, data_set.samples)


def test_real_bomb(photos):
    save(photos / "a.png", Image.new("L", (10, 10)))
    save(photos / "bomb.png", Image.new("1", (15_000, 15_000)))  # 27 kB on disk
    assert load(folder_config(photos)).skipped == 1


def test_links_that_go_in_circles(photos):
    save(photos / "cat/1.png", Image.new("L", (10, 10)))
    save(photos / "dog/1.png", Image.new("L", (10, 10)))
    (photos / "cat" / "up").symlink_to(photos, target_is_directory=True)
    (photos / "dog" / "cat").symlink_to(photos / "cat", target_is_directory=True)
    (photos / "self.png").symlink_to(photos / "self.png")
    (photos / "gone.png").symlink_to(photos / "nowhere.png")
    os.mkfifo(photos / "pipe.png")
    data_set = load(folder_config(photos))
    assert data_set.labels.tolist() == [0, 1] and data_set.skipped == 0


def test_a_changed_folder_is_read_again(photos, root, monkeypatch):
    save(photos / "a.png", Image.new("L", (10, 10), 10))
    assert load(folder_config(photos)).samples.unique().tolist() == [10]
    with monkeypatch.context() as patch:
        patch.setattr(folder_module, "decode_image", never)
        assert load(folder_config(photos)).samples.unique().tolist() == [10]
    entries = len(list((root / "prepared").iterdir()))
    save(photos / "b.png", Image.new("L", (10, 10), 20))
    assert load(folder_config(photos)).samples.unique().tolist() == [10, 20]
    (photos / "a.png").unlink()
    (photos / "b.png").rename(photos / "c.png")
    save(photos / "c.png", Image.new("L", (10, 10), 30), compress_level=0)
    assert load(folder_config(photos)).samples.unique().tolist() == [30]
    size = (photos / "c.png").stat().st_size
    save(photos / "c.png", Image.new("L", (10, 10), 40), compress_level=0)
    os.utime(photos / "c.png", ns=(1, 1))
    assert (photos / "c.png").stat().st_size == size
    assert load(folder_config(photos)).samples.unique().tolist() == [40]
    assert len(list((root / "prepared").iterdir())) == entries, "what is out of date stays on the disk"


def test_home_is_expanded(photos, monkeypatch):
    save(photos / "a.png", Image.new("L", (10, 10), 10))
    monkeypatch.setenv("HOME", str(photos.parent))
    assert len(load(folder_config("~/photos"))) == 1


def test_strange_names(photos):
    save(photos / "ümlaut ☃ 'quoted'.png", Image.new("L", (10, 10), 10))
    odd = os.fsencode(photos) + b"/\xff\xfe.png"
    with open(odd, "wb") as file:
        Image.new("L", (10, 10), 20).save(file, "PNG")
    for _ in range(2):
        assert len(load(folder_config(photos))) == 2


@pytest.mark.parametrize("what", ["missing", "empty", "no images", "a file"])
def test_nothing_to_read(what, photos, root):
    if what == "a file":
        photos.write_text("x")
    elif what != "missing":
        photos.mkdir()
    if what == "no images":
        (photos / "notes.txt").write_text("x")
    with pytest.raises(DataError) as error:
        load(folder_config(photos))
    assert str(photos) in str(error.value) and str(error.value).count(";") == 1
    assert not leftovers(root)


def test_class_folders_whose_images_cannot_be_read_are_no_classes(photos):
    for name in ("ape", "bee"):
        save(photos / name / "1.png", Image.new("L", (10, 10)))
    (photos / "ape" / "1.png").write_text("x")
    (photos / "cow").mkdir()
    data_set = load(folder_config(photos))
    assert len(data_set) == 1 and data_set.labels is None
