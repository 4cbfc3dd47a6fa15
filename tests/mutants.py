"""Faults put into the method and the run folder one by one: the quick tests must notice each of them.

    python tests/mutants.py            # all of them: some minutes
    python tests/mutants.py cutout     # those with this word in their name
    python tests/mutants.py --list

A fault is a small replacement of text in one file of a room, made in a copy of the tree; the quick tests named with it
run there, and one must fail. Text that is not found exactly once is an error: when code moves, its fault moves along.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("gan_core", "ui", "pages", "benchmarks", "tests", "docs", ".streamlit", "app.py", "pyproject.toml")
"""What a copy of the tree needs for the tests."""


class Mutant(NamedTuple):
    """`old`, found once in a room of `gan_core`, becomes `new`; some quick test of `tests` then fails."""

    name: str
    room: str
    old: str
    new: str
    tests: str


FAULTS: list[tuple[str, str, dict[str, tuple[str, str]]]] = [
    (
        "method",
        "tests/method/test_augment.py",
        {
            "translation twice as far": ("(size + 4) // 8", "(size + 4) // 4"),
            "translation with sides exchanged": ("for size in (height, width))", "for size in (width, height))"),
            "translation onto grey": ("background = -1.0 if channels == 1 else 0.0", "background = 0.0"),
            "translation one way only": ("torch.randint(-most, most + 1,", "torch.randint(0, most + 1,"),
            "cutout too small": ("size // 2\n", "size // 4\n"),
            "cutout never over the edge": (
                "torch.randint(0, size + 1,",
                "torch.randint(size // 4, size - size // 4 + 1,",
            ),
            "cutout to black": ("x * (~hole)[:, None].to(x.dtype)", "x.masked_fill(hole[:, None], -1.0)"),
            "brightness only up": ("x + (draw() - 0.5)", "x + draw()"),
            "saturation only down": ("(draw() * 2) + mean", "draw() + mean"),
            "contrast too low": ("(draw() + 0.5) + mean", "draw() + mean"),
        },
    ),
    (
        "method",
        "tests/method/test_shown.py",
        {
            "reals shown as they are": (
                "self._present(u.real), self._present(u.fake.detach())",
                "u.real, self._present(u.fake.detach())",
            ),
            "fakes shown to D as they are": (
                "self._present(u.real), self._present(u.fake.detach())",
                "self._present(u.real), u.fake.detach()",
            ),
            "fakes scored for G as they are": (
                "u.shown_fake, judge = self._present(u.fake), self.discriminator",
                "u.shown_fake, judge = u.fake, self.discriminator",
            ),
            "reals beside G's fakes as they are": ("u.shown_real = self._present(u.real)\n", "u.shown_real = u.real\n"),
            "the slope of a penalty where D is shown nothing else": (
                "self.discriminator, self._present(x), labels if",
                "self.discriminator, x, labels if",
            ),
            "the slope of a penalty at what was shown": (
                "            self.full(u.real),\n",
                "            self.full(u.shown_real),\n",
            ),
        },
    ),
    (
        "method",
        "tests/method/test_stabilisers.py",
        {
            "instance noise that stays": ("max(0.0, 1 - self.step / c.instance_noise_steps)", "1.0"),
            "penalty without its weight": (
                "c.penalty_weight * c.penalty_every * u.penalty",
                "c.penalty_every * u.penalty",
            ),
            "lazy penalty not made up for": (
                "c.penalty_weight * c.penalty_every * u.penalty",
                "c.penalty_weight * u.penalty",
            ),
            "weights not clipped": ("            if c.clip:\n", "            if False:\n"),
            "short gradients made longer": (".clamp(max=1.0)", ""),
            "gradients of D alone clipped": (
                "        if self.config.clip_grad:\n",
                "        if self.config.clip_grad and optimiser is self.optimiser_d:\n",
            ),
            "average of D": (
                "Average(self.generator, config.ema_half_life) if",
                "Average(self.discriminator, config.ema_half_life) if",
            ),
            "unrolling writes into the optimiser": (
                "counts[i] = counts[i] + 1",
                "counts[i] = self.steps[i].add_(1).double()",
            ),
            "unrolled D without a way back to G": (
                "create_graph=True)\n            self.parameters",
                "create_graph=False)\n            self.parameters",
            ),
            "rates that do not go down": ("Rates(c.lr_d * share, c.lr_g * share,", "Rates(c.lr_d, c.lr_g,"),
        },
    ),
    (
        "method",
        "tests/method/test_product.py",
        {
            "state without the count of D's updates": ('t.d_updates = counters.get("d_updates", 0)', "t.d_updates = 0"),
        },
    ),
    (
        "method",
        "tests/method/test_trainer.py",
        {
            "one update of D too few": ("for number in range(of_d):", "for number in range(max(of_d - 1, 1)):"),
            "D learns in G's step": ("        self._freeze_d(True)\n", ""),
            "D's step reaches G": ("self._present(u.fake.detach())", "self._present(u.fake)"),
            "D's loss not scaled": ("self.config.d_loss_scale * smoothed", "smoothed"),
            "head start with the run's own optimiser": (
                "self._update_d(optimiser, self._real(order.next()))",
                "self._update_d(self.optimiser_d, self._real(order.next()))",
            ),
            "a step that is not finite is made": ("if not math.isfinite(norm.item()):", "if False:"),
        },
    ),
    (
        "method",
        "tests/method/test_authors_loop.py",
        {
            "fakes reused where they should be fresh": ("again = c.reuse_fakes and number == 0", "again = number == 0"),
            "batches mixed in one pass": ("        if self._mixes_batch:\n", "        if False:\n"),
        },
    ),
    (
        "method",
        "tests/method/test_epochs.py",
        {
            "every epoch in one order": ("order of epoch {epoch}", "order of epoch"),
        },
    ),
    (
        "method",
        "tests/method/test_resume.py",
        {
            "state without the random stream": ('t.random.set_state(tensors["random"].cpu())', "pass"),
            "state without the place in the data": (
                't.step, t.order.position = counters["step"], counters["position"]',
                't.step = counters["step"]',
            ),
            "a state that moves on": (
                'tensor.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)',
                "tensor.detach()",
            ),
        },
    ),
    (
        "method",
        "tests/method/test_penalties.py",
        {
            "penalty between nothing and nothing": (
                "torch.lerp(fake.detach(), real.detach(), _coefficients(real, random, packs))",
                "real.detach()",
            ),
            "both batches of a penalty at once though D mixes them": ("    if mixes:\n", "    if False:\n"),
        },
    ),
    (
        "method",
        "tests/method/test_objectives.py",
        {
            "smoothing the wrong way": ("return s * real_logits.mean()", "return -s * real_logits.mean()"),
        },
    ),
    (
        "method",
        "tests/method/test_average.py",
        {
            "average without its ramp": ("min(self.half_life, RAMP * self.seen)", "self.half_life"),
        },
    ),
    (
        "networks",
        "tests/networks",
        {
            "spectral norm on G": ("bound_spectra(discriminator)", "bound_spectra(generator)"),
        },
    ),
    (
        "runs",
        "tests/runs/test_runs.py",
        {
            "files written in place": (
                'temporary = path.with_name(f".{path.name[:48]}.{os.getpid()}.{secrets.token_hex(3)}")',
                "temporary = path",
            ),
            "names that leave the folder of runs": ('if run_id not in names or run_id.startswith("."):', "if False:"),
        },
    ),
    (
        "runs",
        "tests/runs/test_tables.py",
        {
            "columns joined by position": (
                "records[name] = columns[name]",
                "records[name] = list(columns.values())[self.names.index(name)]",
            ),
            "a torn record is kept": ("file.seek(HEADER + len(self) * self.dtype.itemsize)", "file.seek(0, 2)"),
            "a table cut one record short": (
                'self.read()[self.names[0]], last, side="right")',
                'self.read()[self.names[0]], last, side="left")',
            ),
        },
    ),
    (
        "runs",
        "tests/runs/test_cadence.py",
        {
            "pictures at the wrong steps": ('in ("1", "2", "5")', 'in ("1", "3", "5")'),
            "a speed that lets go": ("max(self._due + 1 / speed, now)", "now"),
            "one single step too many": ("if count > self.done[turn]", "if count >= self.done[turn]"),
        },
    ),
    (
        "runs",
        "tests/runs/test_damage.py",
        {
            "the state before is not kept": ("os.replace(path, folder / layout.STATE_BEFORE)", "pass"),
            "a damaged state ends it": (
                "except (OSError, SafetensorError, KeyError, TypeError, ValueError)",
                "except (OSError, KeyError, TypeError, ValueError)",
            ),
            "a dead worker is taken for alive": (
                "(ProcessLookupError, ValueError, TypeError, OverflowError):\n        return False",
                "(ProcessLookupError, ValueError, TypeError, OverflowError):\n        return True",
            ),
        },
    ),
    (
        "runs",
        "tests/runs/test_folder_alone.py",
        {
            "two processes may train one run": ("fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)", "pass"),
            "a pause keeps single steps that were called off": ('                asked["turns"] = done\n', ""),
            "pictures of steps that were taken back": (
                "(layout.FRAMES, step), (layout.CHECKPOINTS, step)",
                "(layout.CHECKPOINTS, step)",
            ),
            "states of steps that were taken back": (
                "(layout.FRAMES, step), (layout.CHECKPOINTS, step)",
                "(layout.FRAMES, step)",
            ),
        },
    ),
    (
        "processes",
        "tests/processes/test_queue.py",
        {
            "a race that takes two places": ("min(i, one.beside) if one.beside in self.training else i", "i"),
        },
    ),
]
"""A room of `gan_core`, the tests that must notice; for each fault its name, text found once there, what it becomes."""

MUTANTS = [Mutant(name, room, old, new, tests) for room, tests, faults in FAULTS for name, (old, new) in faults.items()]


def place_of(mutant: Mutant, root: Path) -> Path:
    """The one file of its room with its text in it. ValueError where there is none, or more than one place."""
    found = [
        (file, count)
        for file in sorted((root / "gan_core" / mutant.room).rglob("*.py"))
        if (count := file.read_text().count(mutant.old))
    ]
    if len(found) != 1 or found[0][1] != 1:
        raise ValueError(
            f"“{mutant.name}”: {mutant.old!r} is found {sum(n for _, n in found)} times in gan_core/{mutant.room}"
        )
    return found[0][0]


def copy_of_the_tree(target: Path) -> None:
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, target / part, ignore=shutil.ignore_patterns("__pycache__"))
        elif (ROOT / part).exists():
            shutil.copy(ROOT / part, target / part)


def quick(tree: Path, *tests: str) -> tuple[int, str]:
    """pytest's exit code for the quick tests among these, up to the first that fails, and the last lines it said."""
    options = ["-q", "-x", "-n0", "-m", "quick", "--tb=no", "--timeout=90", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, *tests]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True)
    return done.returncode, "\n".join(done.stdout.strip().splitlines()[-2:])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="?", default="", help="only the faults with this in their name")
    parser.add_argument("--list", action="store_true", help="say which there are, and that each is found in the code")
    arguments = parser.parse_args()
    chosen = [m for m in MUTANTS if arguments.name in m.name]
    lost = []
    for mutant in chosen:
        try:
            place = place_of(mutant, ROOT).relative_to(ROOT)
        except ValueError as error:
            lost.append(str(error))
        else:
            if arguments.list:
                print(f"{mutant.name}: {place}")
    if lost or arguments.list:
        print(*lost, sep="\n", end="\n" if lost else "")
        return bool(lost)
    survived = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        copy_of_the_tree(tree)
        code, said = quick(tree, *dict.fromkeys(m.tests for m in chosen))
        if code:
            print(f"the tests fail without any fault:\n{said}")
            return 2
        for mutant in chosen:
            file = place_of(mutant, tree)
            sound = file.read_text()
            file.write_text(sound.replace(mutant.old, mutant.new))
            begin = time.monotonic()
            code, said = quick(tree, mutant.tests)
            file.write_text(sound)
            word = {0: "SURVIVED", 1: "caught"}.get(code, f"BROKEN ({code})")
            print(
                f"{word:8} {time.monotonic() - begin:5.1f} s  {mutant.name}  [{said.splitlines()[0][-100:]}]",
                flush=True,
            )
            if code != 1:
                survived.append(mutant.name)
    print(f"{len(chosen) - len(survived)} of {len(chosen)} faults are caught")
    return bool(survived)


if __name__ == "__main__":
    sys.exit(main())
