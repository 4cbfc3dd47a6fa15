"""Faults put into the method and the run folder one by one: the quick tests must notice each of them.

    python -m tests.mutants            # all of them: some minutes
    python -m tests.mutants cutout     # those with this word in their name
    python -m tests.mutants --list

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
PARTS = ("gan_core", "ui", "pages", "benchmarks", "tests", "docs", ".streamlit", "app.py", "pyproject.toml", "README.md")
"""What a copy of the tree needs for the tests."""


class Mutant(NamedTuple):
    """`old`, found once in the files of `room` (of `gan_core`), becomes `new`; some quick test of `tests` then fails."""

    name: str
    room: str
    old: str
    new: str
    tests: tuple[str, ...]


AUGMENT = ("tests/method/test_augment.py",)
AVERAGE = ("tests/method/test_average.py",)
PRODUCT = ("tests/method/test_product.py",)
TRAINER = ("tests/method/test_trainer.py",)
SHOWN = ("tests/method/test_shown.py",)
PENALTIES = ("tests/method/test_penalties.py",)
OBJECTIVES = ("tests/method/test_objectives.py",)
NETWORKS = ("tests/networks",)
RUNS = ("tests/runs",)

MUTANTS = [
    # ---- what D is shown
    Mutant("translation twice as far", "method", "(size + 4) // 8", "(size + 4) // 4", AUGMENT),
    Mutant("translation with sides exchanged", "method", "for size in (height, width))", "for size in (width, height))", AUGMENT),
    Mutant("translation onto grey", "method", "background = -1.0 if channels == 1 else 0.0", "background = 0.0", AUGMENT),
    Mutant("translation one way only", "method", "torch.randint(-most, most + 1,", "torch.randint(0, most + 1,", AUGMENT),
    Mutant("cutout too small", "method", "size // 2\n", "size // 4\n", AUGMENT),
    Mutant("cutout never over the edge", "method", "torch.randint(0, size + 1,", "torch.randint(size // 4, size - size // 4 + 1,", AUGMENT),
    Mutant("cutout to black", "method", "x * (~hole)[:, None].to(x.dtype)", "x.masked_fill(hole[:, None], -1.0)", AUGMENT),
    Mutant("brightness only up", "method", "x + (draw() - 0.5)", "x + draw()", AUGMENT),
    Mutant("saturation only down", "method", "(draw() * 2) + mean", "draw() + mean", AUGMENT),
    Mutant("contrast too low", "method", "(draw() + 0.5) + mean", "draw() + mean", AUGMENT),
    Mutant("reals shown as they are", "method", "self._present(real), self._present(fake.detach())", "real, self._present(fake.detach())", SHOWN),
    Mutant("fakes shown to D as they are", "method", "self._present(real), self._present(fake.detach())", "self._present(real), fake.detach()", SHOWN),
    Mutant("fakes scored for G as they are", "method", "scored, judge = self._present(fake), self.discriminator", "scored, judge = fake, self.discriminator", SHOWN),
    Mutant("reals beside G's fakes as they are", "method", "                    real = self._present(real)\n", "                    pass\n", SHOWN),
    Mutant("instance noise that stays", "method", "max(0.0, 1 - self.step / c.instance_noise_steps)", "1.0", PRODUCT),
    # ---- algorithm 1
    Mutant("one update of D too few", "method", "updates = c.k if what == \"both\" else 1", "updates = max(1, c.k - 1) if what == \"both\" else 1", TRAINER),
    Mutant("D learns in G's step", "method", "        self._freeze_d(True)\n", "", TRAINER),
    Mutant("D's step reaches G", "method", "self._present(fake.detach())", "self._present(fake)", TRAINER),
    Mutant("fakes reused where they should be fresh", "method", "fake if c.reuse_fakes and update == 0 else None", "fake if update == 0 else None", TRAINER),
    Mutant("D's loss not scaled", "method", "return self.config.d_loss_scale * (", "return (", TRAINER),
    Mutant("head start with the run's own optimiser", "method", "self._update_d(optimiser, self._real(order.next()), {})", "self._update_d(self.optimiser_d, self._real(order.next()), {})", TRAINER),
    Mutant("every epoch in one order", "method", "order of epoch {epoch}", "order of epoch", TRAINER),
    Mutant("a step that is not finite is made", "method", "if not math.isfinite(norm.item()):", "if False:", TRAINER),
    # ---- what is added to it
    Mutant("penalty without its weight", "method", "c.penalty_weight * c.penalty_every * penalty", "c.penalty_every * penalty", PRODUCT),
    Mutant("lazy penalty not made up for", "method", "c.penalty_weight * c.penalty_every * penalty", "c.penalty_weight * penalty", PRODUCT),
    Mutant("penalty between nothing and nothing", "method", "torch.lerp(fake.detach(), real.detach(), _coefficients(real, random, packs))", "real.detach()", PENALTIES),
    Mutant("smoothing the wrong way", "method", "return s * real_logits.mean()", "return -s * real_logits.mean()", OBJECTIVES),
    Mutant("weights not clipped", "method", "            if c.clip:\n", "            if False:\n", PRODUCT),
    Mutant("short gradients made longer", "method", ".clamp(max=1.0)", "", PRODUCT),
    Mutant("gradients of D alone clipped", "method", "        if self.config.clip_grad:\n", "        if self.config.clip_grad and optimiser is self.optimiser_d:\n", PRODUCT),
    Mutant("average of D", "method", "Average(self.generator, config.ema_half_life) if", "Average(self.discriminator, config.ema_half_life) if", PRODUCT),
    Mutant("average without its ramp", "method", "min(self.half_life, RAMP * self.seen)", "self.half_life", AVERAGE),
    Mutant("unrolling writes into the optimiser", "method", "counts[i] = counts[i] + 1", "counts[i] = self.steps[i].add_(1).double()", PRODUCT),
    Mutant("unrolled D without a way back to G", "method", "create_graph=True)\n            self.parameters", "create_graph=False)\n            self.parameters", PRODUCT),
    Mutant("rates that do not go down", "method", "lr * share, (c.beta1, beta2)", "lr, (c.beta1, beta2)", PRODUCT),
    Mutant("batches mixed in one pass", "method", "        if self._mixes_batch:\n", "        if False:\n", TRAINER),
    Mutant("spectral norm on G", "networks", "bound_spectra(discriminator)", "bound_spectra(generator)", NETWORKS),
    # ---- state
    Mutant("state without the random stream", "method", "self.random.set_state(tensors[\"random\"].cpu())", "pass", TRAINER),
    Mutant("state without the place in the data", "method", "self.step, self.order.position = counters[\"step\"], counters[\"position\"]", "self.step = counters[\"step\"]", TRAINER),
    Mutant("state without the count of D's updates", "method", "self.d_updates = counters.get(\"d_updates\", 0)", "self.d_updates = 0", PRODUCT),
    Mutant("a state that moves on", "method", "t.detach().to(\"cpu\", copy=True, memory_format=torch.contiguous_format)", "t.detach()", TRAINER),
    # ---- the run folder
    Mutant("files written in place", "runs", "        temporary.write_text(json.dumps(value))\n        os.replace(temporary, path)", "        path.write_text(json.dumps(value))", RUNS),
    Mutant("pictures written in place", "runs", "        temporary.write_bytes(content)\n        os.replace(temporary, path)", "        path.write_bytes(content)", RUNS),
    Mutant("two processes may train one run", "runs", "fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)", "pass", RUNS),
    Mutant("a torn record is kept", "runs", "            file.truncate()\n", "", RUNS),
    Mutant("a table cut one record short", "runs", "last, side=\"right\")", "last, side=\"left\")", RUNS),
    Mutant("pictures of steps that were taken back", "runs", "(\"frames\", step), (\"checkpoints\", step)", "(\"checkpoints\", step)", RUNS),
    Mutant("states of steps that were taken back", "runs", "(\"frames\", step), (\"checkpoints\", step)", "(\"frames\", step)", RUNS),
    Mutant("pictures at the wrong steps", "runs", "in (\"1\", \"2\", \"5\")", "in (\"1\", \"3\", \"5\")", RUNS),
    Mutant("one single step too many", "runs", "if n > self._turns_done[t]", "if n >= self._turns_done[t]", RUNS),
    Mutant("a pause keeps single steps that were called off", "runs", "                asked[\"turns\"] = done\n", "", RUNS),
    Mutant("the state before is not kept", "runs", "os.replace(path, path.with_name(\"state.previous.safetensors\"))", "pass", RUNS),
    Mutant("a damaged state ends it", "runs", "except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:\n            print(f\"{path.name}", "except OSError as error:\n            print(f\"{path.name}", RUNS),
    Mutant("a dead worker is taken for alive", "runs", "        except (ProcessLookupError, KeyError, ValueError, TypeError, OverflowError):\n            return False", "        except (ProcessLookupError, KeyError, ValueError, TypeError, OverflowError):\n            return True", RUNS),
    Mutant("names that leave the folder of runs", "runs", "if run_id not in names or run_id.startswith(\".\"):", "if False:", RUNS),
]  # fmt: skip


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


def quick(tree: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """pytest's exit code for the quick tests among these, up to the first that fails, and the last lines it said."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-m", "quick", "--tb=no", "-p", "no:cacheprovider"]
    done = subprocess.run([*command, *tests], cwd=tree, capture_output=True, text=True)
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
        tests = tuple(dict.fromkeys(t for m in chosen for t in m.tests))
        code, said = quick(tree, tests)
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
            print(f"{word:8} {time.monotonic() - begin:5.1f} s  {mutant.name}  [{said.splitlines()[0][-100:]}]", flush=True)
            if code != 1:
                survived.append(mutant.name)
    print(f"{len(chosen) - len(survived)} of {len(chosen)} faults are caught")
    return bool(survived)


if __name__ == "__main__":
    sys.exit(main())
