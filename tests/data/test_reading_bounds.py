"""What is read of a person's own files is bounded: memory, depth, number, and the folder itself."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import threading

import numpy as np
import pytest
from data_sets import REPOSITORY, config
from PIL import Image

from gan_core.config import class_folders, folders
from gan_core.data import DataError, load, point_file
from gan_core.data import folder as folder_module

ROWS = "".join(f"{i % 7},{i % 5}\n" for i in range(60)).encode()


def read_points(path):
    return load(config(f"points:{path}"))


def read_folder(path):
    return load(config(f"folder:{path}", resolution=32))


def in_time(what, seconds: float = 60.0):
    """What it returns or raises; a failure where it waits for ever."""
    found: list = []

    def go():
        try:
            found.append(what())
        except Exception as error:
            found.append(error)

    thread = threading.Thread(target=go, daemon=True)
    thread.start()
    thread.join(seconds)
    assert found, "it hangs"
    return found[0]


# --------------------------------------------------------------------------- memory

needs_proc = pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="only Linux says how much was taken")

MEASURE = """
import re, sys
from gan_core.config import TrainConfig
from gan_core.data import DataError, load
def peak():  # what getrusage says would begin with the peak of whoever started this process
    with open("/proc/self/status") as file:
        return int(re.search(r"VmHWM:\\s+(\\d+)", file.read())[1]) / 1024
before = peak()
for data in sys.argv[1:]:
    try:
        load(TrainConfig(data=data, architecture="mlp", resolution=None if data.startswith("points") else 32))
    except DataError as error:
        print("refused", error, file=sys.stderr)
    print(peak() - before)
"""


def megabytes(*names: str) -> list[float]:
    """Memory that a process took at the most until each of these data was read, beyond what it had before them."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, *names], cwd=REPOSITORY, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr
    return [float(line) for line in done.stdout.split()]


@needs_proc
def test_a_file_of_points_takes_no_more_memory_than_is_stated(tmp_path):
    assert "300 MB" in (point_file.__doc__ or "")
    holes = {"at once": ROWS, "later": ROWS * 4000}
    for name, rows in holes.items():
        with open(tmp_path / f"{name}.csv", "wb") as file:
            file.write(rows)
            file.truncate(900_000_000)
    with open(tmp_path / "wide.csv", "wb") as file:
        file.write(ROWS + (("😀" * 3900).encode() + b"\n") * 3000)
    with open(tmp_path / "npy.npy", "wb") as file:
        header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (5000000, 2), }".ljust(117) + b"\n"
        file.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header)
        file.truncate(128 + 80_000_000)
    found = megabytes(*(f"points:{file}" for file in sorted(tmp_path.glob("*.*"))))
    assert max(found) < 300, found


@needs_proc
def test_images_take_no_more_memory_than_is_stated(tmp_path):
    photos = tmp_path / "photos"
    photos.mkdir()
    pixels = np.zeros((9480, 9480, 3), np.uint8)
    pixels[::7] = 200
    Image.fromarray(pixels).save(photos / "0.png", compress_level=1)
    for n in range(1, 4):
        os.link(photos / "0.png", photos / f"{n}.png")
    Image.fromarray(pixels).save(photos / "scans.jpg", progressive=True, quality=20)
    (found,) = megabytes(f"folder:{photos}")
    assert 300 < found < folder_module.MEMORY / 2**20 * 1.2, found


@pytest.mark.parametrize("shape", [(4000, 3000), (3001, 2000), (700, 5000), (97, 3000), (40, 30), (33, 32)])
@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "P", "I;16", "F", "1"])
def test_an_image_that_is_read_in_strips_is_the_image(tmp_path, shape, mode):
    """Against Pillow's own reduction of the whole."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    grey = (x / shape[1] * 120 + y / shape[0] * 120).astype(np.uint8)
    many_bits = {"I;16": grey.astype(np.uint16) * 257, "F": (grey / 255).astype(np.float32)}
    image = Image.fromarray(many_bits.get(mode, grey))
    image = image if mode in many_bits else image.convert(mode)
    (tmp_path / "photos").mkdir()
    image.save(tmp_path / "photos" / "a.tif")
    side = min(shape)
    box = ((shape[1] - side) / 2, (shape[0] - side) / 2, (shape[1] + side) / 2, (shape[0] + side) / 2)
    plain = image.convert("L") if mode == "1" else Image.fromarray(grey)
    wanted = np.asarray(plain.resize((32, 32), Image.Resampling.LANCZOS, box=box, reducing_gap=3.0), float)
    sample = read_folder(tmp_path / "photos").samples[0].numpy().astype(float)
    assert np.abs(sample - wanted).max() < 12 and np.abs(sample - wanted).mean() < 1.5


def test_an_image_that_takes_too_much_is_skipped_and_counted(tmp_path, monkeypatch):
    for name in ("a.png", "b.jpg", "c.webp", "d.tif"):
        Image.new("RGB", (600, 600)).save(tmp_path / name)
    Image.new("RGB", (60, 60)).save(tmp_path / "small.png")
    monkeypatch.setattr(folder_module, "MEMORY", 1_000_000)
    monkeypatch.setattr(folder_module, "_budget", folder_module.Budget(1_000_000))
    data = read_folder(tmp_path)
    assert (len(data), data.skipped) == (2, 3), "a JPEG is decoded no larger than needed"


def test_threads_that_share_memory_take_no_more_than_there_is():
    budget, taken, most = folder_module.Budget(10), [], []

    def use(part: int) -> None:
        for _ in range(50):
            with budget.take(part):
                taken.append(part)
                most.append(sum(taken))
                taken.remove(part)

    threads = [threading.Thread(target=use, args=(part,)) for part in (10, 3, 4, 6, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads) and max(most) <= 10


# --------------------------------------------------------------------------- arrays


def npy(shape: str, dtype: str = "'<f8'", rest: bytes = bytes(320), version: bytes = b"\x01\x00") -> bytes:
    header = f"{{'descr': {dtype}, 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    length = struct.pack("<H" if version == b"\x01\x00" else "<I", len(header))
    return b"\x93NUMPY" + version + length + header + rest


GOOD = npy("(20, 2)")
ARRAYS = {
    "beyond numbers": npy("(" + "9" * 30 + ", 2)"),
    "beyond memory": npy(f"({2**62}, 2)"),
    "both beyond": npy(f"({2**40}, {2**40})"),
    "negative": npy("(-20, 2)"),
    "no shape": npy("()"),
    "other shape": npy("'ab'"),
    "many dimensions": npy("(" + "1, " * 500 + ")"),
    "nested": npy("(" * 900 + ")" * 900),
    "true": npy("(True, 2)"),
    "floats": npy("(20.0, 2)"),
    "objects": npy("(20, 2)", "'|O'"),
    "records": npy("(20, 2)", "[('a', '<f8'), ('b', '|O')]"),
    "words": npy("(20, 2)", "'<U9999999'"),
    "times": npy("(20, 2)", "'<M8[s]'"),
    "complex": npy("(20, 2)", "'<c16'"),
    "no type": npy("(20, 2)", "None"),
    "code": npy("(20, 2)", "__import__('os').getcwd()"),
    "version": npy("(20, 2)", version=b"\x09\x09"),
    "long header": b"\x93NUMPY\x02\x00\xff\xff\xff\x7f{",
    "header of blanks": b"\x93NUMPY\x01\x00\xff\xff" + b" " * 65535,
    "bytes": b"\x93NUMPY\x01\x00\x10\x00" + bytes(range(240, 256)),
    "too few": npy("(20, 2)", rest=bytes(319)),
    **{f"cut at {n}": GOOD[:n] for n in (*range(6, 75, 4), 90, 200)},
}


def test_the_array_that_the_others_are_made_of_is_read(tmp_path):
    (tmp_path / "a.npy").write_bytes(GOOD)
    assert len(read_points(tmp_path / "a.npy")) == 20
    (tmp_path / "b.npy").write_bytes(npy("(20, 2)", version=b"\x02\x00"))
    assert len(read_points(tmp_path / "b.npy")) == 20


@pytest.mark.parametrize("content", ARRAYS.values(), ids=ARRAYS)
def test_no_array_fails_other_than_with_a_sentence(tmp_path, content):
    (tmp_path / "a.npy").write_bytes(content)
    with pytest.raises(DataError) as told:
        read_points(tmp_path / "a.npy")
    assert str(told.value).isprintable() and 40 < len(str(told.value)) < 700


# --------------------------------------------------------------------------- folders


def deep(root, depth: int):
    """A folder so deep, made a step at a time: its path is longer than a system takes."""
    here = os.open(root, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        further = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = further
    return here


def test_folders_far_too_deep_are_a_sentence(tmp_path):
    (tmp_path / "photos").mkdir()
    try:
        os.close(deep(tmp_path / "photos", 1500))
        Image.new("L", (9, 9)).save(tmp_path / "photos" / "a.png")
        with pytest.raises(DataError, match="deep"):
            read_folder(tmp_path / "photos")
        assert class_folders(f"folder:{tmp_path / 'photos'}") == ()
    finally:  # Python's own way to remove folders, which clears up after tests, fails of so many
        subprocess.run(["rm", "-rf", str(tmp_path / "photos")], check=True)


def test_folders_as_deep_as_people_make_them_are_read(tmp_path):
    (tmp_path / "photos").mkdir()
    here = deep(tmp_path / "photos", 60)
    with os.fdopen(os.open("a.png", os.O_WRONLY | os.O_CREAT, dir_fd=here), "wb") as file:
        Image.new("L", (9, 9)).save(file, "PNG")
    os.close(here)
    assert len(read_folder(tmp_path / "photos")) == 1


@pytest.mark.parametrize("place", ["/proc", "/proc/self", "/sys", "/dev", "/proc/self/fd"])
def test_the_system_is_no_folder_of_images(place):
    if not any(os.path.ismount(top) and place.startswith(top) for top in ("/proc", "/sys", "/dev")):
        pytest.skip("this system has it elsewhere")
    error = in_time(lambda: read_folder(place))
    assert isinstance(error, DataError) and "the system itself" in str(error)
    assert in_time(lambda: (class_folders(f"folder:{place}"),)) == ((),)


def test_more_files_than_anybody_has_are_a_sentence(tmp_path, monkeypatch):
    (tmp_path / "photos").mkdir()
    for n in range(8):
        Image.new("L", (9, 9)).save(tmp_path / "photos" / f"{n}.png")
    monkeypatch.setattr(folders, "MOST_FILES", 8)
    assert len(read_folder(tmp_path / "photos")) == 8
    Image.new("L", (9, 9)).save(tmp_path / "photos" / "9.png")
    with pytest.raises(DataError, match="more than 8 files"):
        read_folder(tmp_path / "photos")


@pytest.fixture
def photos(tmp_path):
    for place in ("photos/cat", "photos/dog", "elsewhere"):
        (tmp_path / place).mkdir(parents=True)
        Image.new("L", (9, 9), 50).save(tmp_path / place / "1.png")
    return tmp_path / "photos"


def test_links_out_of_a_folder_are_not_followed_and_counted(photos):
    (photos / "cat" / "2.png").symlink_to("../../elsewhere/1.png")
    (photos / "cat" / "3.png").symlink_to("/etc/passwd")
    (photos / "cow").symlink_to("../elsewhere")
    (photos / "dog" / "up").symlink_to("../..")
    (photos / "dog" / "same.png").symlink_to("1.png")
    (photos / "dog" / "far.png").symlink_to(photos / "dog" / "same.png")
    data = read_folder(photos)
    assert (len(data), data.skipped, data.classes) == (4, 2, ("cat", "dog"))
    assert class_folders(f"folder:{photos}") == ("cat", "dog")


def test_a_folder_of_nothing_but_links_out_of_it_says_so(photos, tmp_path):
    links = tmp_path / "links"
    links.mkdir()
    (links / "1.png").symlink_to(photos / "cat" / "1.png")
    with pytest.raises(DataError, match="only links"):
        read_folder(links)
    (tmp_path / "itself").symlink_to(photos)
    assert len(read_folder(tmp_path / "itself")) == 2, "the folder itself may be named by a link"


@pytest.mark.parametrize("how", ["link to a file", "link to a folder", "pipe", "device"])
def test_what_becomes_something_else_after_the_look_is_not_read(photos, how):
    found = folder_module.find(str(photos))
    victim = photos / "cat" / "1.png"
    if how == "link to a folder":
        (photos / "cat").rename(photos.with_name("moved"))
        (photos / "cat").symlink_to("../moved")
    else:
        victim.unlink()
        if how == "pipe":
            os.mkfifo(victim)
        else:
            victim.symlink_to("/dev/zero" if how == "device" else photos.parent / "elsewhere" / "1.png")
    made = in_time(lambda: found.build(32, lambda shape: np.empty(shape, np.uint8)))
    assert (len(made.samples), made.skipped) == (1, 1)


def test_data_that_fit_neither_on_the_disk_nor_in_memory_are_a_sentence(photos, monkeypatch):
    from gan_core.data import cache

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cache, "_reserve", full)
    with monkeypatch.context() as little:
        little.setattr(cache, "UNKEPT", 1000)
        with pytest.raises(DataError, match="No space left"):
            read_folder(photos)
    assert len(read_folder(photos)) == 2, "what is small is held in memory"
