"""Try this: a dozen games on points that reliably show something, each with a question and how to tell that it was answered.

    found = check("packing", run)        # of the run that is looked at now, also while it trains
    print(found.done, found.words)

A trial is a configuration, and for a race what side B has otherwise. `shows` says of trained runs whether what the
trial claims has happened (tests hold it to nine seeds of ten), `done` whether the question has been answered. Both read
what every run writes: its metrics, and how close its samples were. Needs numpy alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..config import TrainConfig, called

if TYPE_CHECKING:
    from ..runs import Run

STRETCH = 100
"""Steps that count as a run's present, and the fewest that anything is said about."""
START = 20
"""Steps that count as its beginning."""
NEWEST, BEFORE = 1200, 100
"""Records of a run that are read one by one, and some of those before: a long run costs no more than a short one."""


@dataclass(frozen=True)
class Result:
    """Whether the question is answered, and a sentence that says by which numbers."""

    done: bool
    words: str


class Look:
    """The numbers of a run as the rules want them: `config` as it is now, live changes included; `step` the last one made."""

    def __init__(self, run: Run):
        self.config, self._rows, self._seen = run.present, run.window(NEWEST, BEFORE), run.evaluations()
        self._steps = self._rows["step"]
        self.step = int(self._steps[-1]) if len(self._steps) else 0

    def _span(self, name: str, which: np.ndarray) -> np.ndarray:
        values = self._rows[name][which].astype(np.float64)
        return values[np.isfinite(values)]

    def now(self, name: str) -> float:
        """Mean of a measure over the last `STRETCH` steps; nan where nothing was measured."""
        return _mean(self._span(name, self._steps > self.step - STRETCH))

    def early(self, name: str) -> float:
        """The same over the first `START` steps."""
        return _mean(self._span(name, self._steps <= START))

    def swing(self) -> float:
        """Standard deviation of the lead, D's mean score of reals less that of fakes, over the second half of the run."""
        late = self._steps > self.step / 2
        lead = (self._rows["d_real"] - self._rows["d_fake"])[late].astype(np.float64)
        lead = lead[np.isfinite(lead)]
        return float(lead.std()) if len(lead) else math.nan

    def latest(self, name: str) -> float:
        """What the newest evaluation of G's samples found; nan where there is none."""
        found = [v for v in self._seen.get(name, ()) if isinstance(v, (int, float))]
        return float(found[-1]) if found else math.nan

    def usual(self, name: str) -> float:
        """The mean over the evaluations of the last four fifths of the run."""
        steps = self._seen.get("step", [])
        found = [
            v
            for at, v in zip(steps, self._seen.get(name, ()), strict=False)
            if isinstance(v, (int, float)) and at >= 0.2 * self.step
        ]
        return _mean(np.array(found, np.float64))


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else math.nan


Shows = Callable[[Look, Look | None], bool]
Done = Callable[[Look], Result]


@dataclass(frozen=True)
class Trial:
    """Something worth seeing.

    title: a few words. words: two sentences on what is seen, and why. question: one sentence, answered by changing
    settings. section: "plane" or "line".
    config: side A, or all there is. rival: the fields that side B of a race has otherwise, None where there is no race.
    shows(look, look of B or None): whether the run or the race shows what `words` claim. done(look): whether this run
    answers the question.
    """

    title: str
    words: str
    question: str
    section: str
    config: TrainConfig
    shows: Shows
    done: Done
    rival: dict[str, Any] | None = None

    @property
    def rival_config(self) -> TrainConfig | None:
        return self.config.replace(**self.rival) if self.rival else None


def check(name: str, run: Run, rival: Run | None = None) -> Result:
    """Whether the question of a trial is answered by the run that is looked at, or by the other side of its race. KeyError for an unknown name."""
    trial, results = TRIALS[name], []
    for one in (run, rival):
        if one is not None:
            results.append(_check(trial, Look(one)))
    return next((r for r in results if r.done), results[0])


def _check(trial: Trial, look: Look) -> Result:
    if look.config.data != trial.config.data:
        return Result(
            False, f"Not yet: this is about {called(trial.config.data)}, and the run has {called(look.config.data)}."
        )
    if look.step < STRETCH:
        return Result(False, f"Not yet: it takes {STRETCH} steps to say anything.")
    return trial.done(look)


# --------------------------------------------------------------------------- in words


def _n(value: float) -> str:
    """A number for people: a real minus, as many digits as there is something to see."""
    if not math.isfinite(value):
        return "unknown"
    return (f"{value:.2f}" if abs(value) >= 0.095 or not value else f"{value:.1g}").replace("-", "−")


def _says(done: bool, yes: str, no: str) -> Result:
    return Result(done, yes if done else f"Not yet: {no}")


# --------------------------------------------------------------------------- what the questions ask


def _spread_again(look: Look) -> Result:
    modes, spread = look.latest("modes"), look.latest("diversity")
    seen = f"the dots reach {modes:.0f} of 8 modes and lie {_n(spread)} times as far apart as the data"
    return _says(
        modes >= 5 and spread > 0.8, f"Done: {seen}.", f"{seen}." if math.isfinite(modes) else "nothing was measured."
    )


def _small_pack(look: Look) -> Result:
    """Found out, whatever the answer is."""
    c, spread = look.config, look.latest("diversity")
    if c.packing not in (2, 3) or c.k_g * c.lr_g < 5 * c.lr_d:
        return Result(False, "Not yet: set Packing to 2, and leave G as fast as it is.")
    if look.step < 200 or not math.isfinite(spread):
        return Result(False, "Not yet: it takes 200 steps to say.")
    verdict = "enough, for the dots lie" if spread > WIDE else "not enough, for the dots lie only"
    return Result(True, f"Done: a pack of {c.packing} is {verdict} {_n(spread)} times as far apart as the data.")


def _small_d(look: Look) -> Result:
    units, modes = look.config.width_d or look.config.width or 64, look.latest("modes")
    if units > 16:
        return Result(False, f"Not yet: this D has {units} units in a layer.")
    seen = (
        f"with {units} units in a layer of D the dots reach {modes:.0f} of 8 modes"
        if math.isfinite(modes)
        else "nothing was measured"
    )
    return _says(modes >= 5, f"Done: {seen}.", f"{seen}.")


def _some_momentum(look: Look) -> Result:
    if look.config.beta1 < 0.5:
        return Result(False, f"Not yet: β₁ is {look.config.beta1:g}, and the question is about 0.5 or more.")
    seen = f"with β₁ = {look.config.beta1:g} the distance (JSD) is {_n(distance := look.latest('jsd'))}"
    return _says(distance < 0.35, f"Done: {seen}.", f"{seen}.")


def _calm_d(look: Look) -> Result:
    value, spread = look.now("value"), look.latest("diversity")
    done = look.config.k < 10 and value < -1.15 and spread > 0.75
    seen = f"k = {look.config.k} gives V = {_n(value)}, and dots {_n(spread)} times as far apart as the data"
    return _says(done, f"Done: {seen}.", f"{seen}.")


def _steep_critic(look: Look) -> Result:
    c = look.config
    if c.objective != "wasserstein" or c.penalty != "none" or not c.clip:
        return Result(False, "Not yet: keep the Wasserstein objective, no penalty, and some clip.")
    pull = look.now("grad_norm_g")
    return _says(
        pull > 0.05,
        f"Done: clipped at {c.clip:g}, D passes G a gradient of {_n(pull)}.",
        f"clipped at {c.clip:g}, G’s gradient is {_n(pull)}.",
    )


def _near(limit: float) -> Done:
    """G's samples are closer to the data than that."""

    def done(look: Look) -> Result:
        distance = look.latest("jsd")
        return _says(
            distance < limit, f"Done: the distance (JSD) is {_n(distance)}.", f"the distance (JSD) is {_n(distance)}."
        )

    return done


def _saturating_all_the_same(look: Look) -> Result:
    if look.config.objective != "minimax":
        return Result(False, "Not yet: the question leaves the objective minimax, the saturating one.")
    return _near(0.3)(look)


def _weak_penalty(look: Look) -> Result:
    c, swing = look.config, look.swing()
    if c.penalty == "none" or c.penalty_weight >= 1:
        return Result(False, "Not yet: it takes a penalty with a weight below 1.")
    seen = f"with a weight of {c.penalty_weight:g} D’s lead swings by {_n(swing)}"
    return _says(swing < 0.03 and look.step >= 300, f"Done: {seen}.", f"{seen}.")


def _without_head_start(look: Look) -> Result:
    value, distance = look.now("value"), look.latest("jsd")
    if look.config.pretrain_d:
        return Result(False, f"Not yet: D has a head start of {look.config.pretrain_d} updates.")
    seen = f"without a head start V is {_n(value)}, and the distance (JSD) {_n(distance)}"
    return _says(abs(value - DRAW) < 0.1 and distance < 0.2, f"Done: {seen}.", f"{seen}.")


# --------------------------------------------------------------------------- the dozen

DRAW = -math.log(4)
NARROW, WIDE = 0.6, 0.7
"""Diversity, as a share of the data's, of a G that repeats itself and of one that does not."""

PLANE = TrainConfig(
    data="ring",
    resolution=None,
    architecture="mlp",
    width=32,
    depth=2,
    batch_size=64,
    latent_dim=2,
    lr_d=2e-3,
    lr_g=1e-3,
    steps=500,
    samples=256,
)
CLOUDS = PLANE.replace(data="two-gaussians")
COLLAPSE = PLANE.replace(k_g=3, lr_d=1e-3, lr_g=2e-3)
LINE = PLANE.replace(data="gaussian", latent_dim=1, prior="uniform", lr_g=5e-4, samples=64)
SURE = {"pretrain_d": 300, "pretrain_lr": 2e-3}

TRIALS: dict[str, Trial] = {
    "collapse": Trial(
        "Mode collapse",
        "G learns three times for each time of D, and in larger steps: it puts all its dots on "
        "one spot, and moves on once D has noticed. "
        "V stands at −1.39 as if G were perfect, for D never catches up.",
        "How much slower has G to be for dots all over the ring?",
        "plane",
        COLLAPSE,
        lambda a, b: a.usual("diversity") < NARROW and abs(a.now("value") - DRAW) < 0.1,
        _spread_again,
    ),
    "packing": Trial(
        "Packing saves the modes",
        (
            "Both sides have the G that collapses, but the D of side B looks at four dots side by "
            "side. Four that are alike give G away, so its dots stay apart."
        ),
        "Is a pack of two enough?",
        "plane",
        COLLAPSE,
        lambda a, b: a.usual("diversity") < NARROW and b.latest("diversity") > WIDE,
        _small_pack,
        {"packing": 4},
    ),
    "small": Trial(
        "A D that is too small",
        "The D of side A has four units in a layer, and all it can do is cut the plane along a few lines. "
        "G learns only what D can see: its dots find hardly a mode, while those of side B, whose "
        "D has 32 units, find most.",
        "Does a D of at most 16 units lead the dots to five modes?",
        "plane",
        PLANE.replace(width_d=4),
        lambda a, b: a.latest("modes") <= 3 and b.latest("modes") >= a.latest("modes") + 2,
        _small_d,
        {"width_d": None},
    ),
    "momentum": Trial(
        "Momentum overshoots",
        "Adam’s first memory, β₁, is 0.9 on side A and 0 on side B. What speeds up a single "
        "network carries two opponents past each other: A "
        "takes far longer to find the clouds.",
        "Which β₁ of 0.5 or more still ends at a distance (JSD) below 0.35?",
        "plane",
        CLOUDS.replace(beta1=0.9),
        lambda a, b: a.usual("jsd") > b.usual("jsd") + 0.05,
        _some_momentum,
        {"beta1": 0.0},
    ),
    "k": Trial(
        "A D that is too strong",
        "D learns ten times for each time of G, and the modes are narrow: it is right about most "
        "samples, and its slopes grow steep. "
        "G’s gradient is many times that of an even game, and flings the dots about.",
        "At which smaller k does V fall below −1.15, with the dots still all over the ring?",
        "plane",
        PLANE.replace(k=10, steps=200),
        lambda a, b: a.now("value") > -0.9 and a.now("grad_norm_g") > 5,
        _calm_d,
    ),
    "clipping": Trial(
        "Clipping leaves the critic flat",
        "Side A keeps D’s slope down by cutting every weight at ±0.01, and leaves it so flat that "
        "G’s gradient is a thousandth of "
        "side B’s, or less. B has a gradient penalty instead, which holds D’s slope near 1.",
        "Without a penalty, which clip lets G’s gradient rise above 0.05?",
        "plane",
        PLANE.replace(objective="wasserstein", k=3, lr_d=1e-3, steps=200),
        lambda a, b: a.now("grad_norm_g") < b.now("grad_norm_g") / 1000,
        _steep_critic,
        {"penalty": "wgan-gp", "penalty_weight": 1.0},
    ),
    "thread": Trial(
        "A thread cannot fill a cloud",
        (
            "The noise z is one number here, so all that G can make is one thread, however long it "
            "trains. It winds through both clouds and bridges the gap."
        ),
        "What does G need to bring the distance (JSD) below 0.35?",
        "plane",
        CLOUDS.replace(latent_dim=1, beta1=0.0),
        lambda a, b: a.latest("jsd") > 0.4 and a.latest("modes") == 2,
        _near(0.35),
    ),
    "rate": Trial(
        "Steps that are too large",
        (
            "Both learning rates are 0.05, and every update undoes the last ones. The dots jump about "
            "in a clump and never become two clouds."
        ),
        "At which learning rates does the distance (JSD) fall below 0.4?",
        "plane",
        CLOUDS.replace(lr_d=0.05, lr_g=0.05),
        lambda a, b: a.latest("jsd") > 0.45,
        _near(0.4),
    ),
    "vanishing": Trial(
        "The gradient that vanishes",
        "D had a head start and is sure: on side A, with the loss of the original game, G’s "
        "gradient is next to nothing and the fakes stay where they are. "
        "Side B has the non-saturating loss, which pulls hardest when D is sure.",
        "Which other setting gets side A going, with the saturating loss left as it is?",
        "line",
        LINE.replace(objective="minimax", optimiser_g="sgd", lr_g=5e-4, **SURE),
        lambda a, b: a.early("grad_norm_g") < b.early("grad_norm_g") / 10 and a.now("value") > b.now("value") + 0.3,
        _saturating_all_the_same,
        {"objective": "non-saturating"},
    ),
    "r1": Trial(
        "R1 ends the chase",
        "On side A the fakes swing from one side of the data to the other, and D swings after them. "
        "R1 on side B pulls D’s slope back at the data, and the swing dies down.",
        "Which weight below 1 still stops the swing?",
        "line",
        LINE.replace(objective="wasserstein", weight_clip=0.0, lr_d=1e-3, lr_g=1e-3),
        lambda a, b: a.swing() > 3 * b.swing(),
        _weak_penalty,
        {"penalty": "r1", "penalty_weight": 2.0},
    ),
    "first": Trial(
        "D first, then G",
        "D alone has learnt where the data are, as the proof has it, so V begins near 0. "
        "Then G climbs D’s slope until the two densities cover each other, and V sinks towards −1.39.",
        "Does V get there without D’s head start?",
        "line",
        LINE.replace(**SURE),
        lambda a, b: a.early("value") > -0.7 and abs(a.now("value") - DRAW) < 0.15 and a.latest("jsd") < 0.2,
        _without_head_start,
    ),
    "outrun": Trial(
        "G outruns D",
        "G learns ten times as fast as D, so D’s slope points to where the fakes were, and they "
        "overshoot the data again and again. "
        "At any moment they are a narrow peak, never the whole bump.",
        "Who has to be faster, or slower, for a distance (JSD) below 0.15?",
        "line",
        LINE.replace(lr_d=5e-4, lr_g=5e-3),
        lambda a, b: a.usual("jsd") > 0.25,
        _near(0.15),
    ),
}
