"""What goes wrong in a run, from its own numbers: five failures of GAN training, each with its evidence and a remedy.

    for finding in of_run(run.snapshot()):
        print(finding.title, finding.evidence, finding.remedy_words)

Every rule is a few comparisons of means over stretches of steps, in units that do not depend on the data's scale: D's
lead (how much of what D can win it has won), shares of the data's own diversity and distances, and ratios of a run to
its own past. The constants below are all there is to tune; how often the rules are right is measured by `python -m
benchmarks.diagnosis`. Needs numpy alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..config import LIVE, ConfigError, TrainConfig
from ..config.games import GAMES

if TYPE_CHECKING:
    from ..runs import Snapshot

KINDS = ("divergence", "d-wins", "collapse", "memorising", "oscillation")
"""Worst first: nothing else can be trusted once numbers run away, and a G that gets no signal has not collapsed."""

WINDOW = 4000
"""Newest records that `of_run` reads one by one."""
HISTORY = 1000
"""Records of all before them that it reads, evenly spread."""
WARM_UP = 400
"""Updates of G before anything but a number that is not finite is told: what starts as noise looks collapsed, and
beaten."""
RECENT = 0.3
"""Share of a run, at least `STRETCH` steps and at most `WINDOW`, that counts as its present."""
STRETCH = 250
LOOKS = 12
"""Of evaluations there are fewer: the newest dozen, none older than the present would be without its upper limit."""
PIECES = 8
"""The present is cut into this many pieces, in each of which, but one, what is said must hold."""

LEAD = 0.85
"""D has all but won: its part of what there is to win. In the original game 0.85 is V = -0.21, D(x) about 0.9 and
D(G(z)) about 0.1."""
FAINT = 0.1
"""G's gradient is faint below this part of the strongest it has had."""
HOPELESS = 0.02
"""Mean D(G(z)) below which the saturating loss passes G's gradient on less than this part of what D's slope would
give."""
POOR_JSD, POOR_NEAREST = 0.35, 1.6
"""G is far from the data: half of the greatest JSD, ln 2; or fakes this many times further from the nearest real than
another real is."""

CERTAIN = 0.97
"""The same as `LEAD` where no evaluation tells how G does and the curves alone must."""
CLOSER = 0.85
"""G comes closer to the data where its distance over the second half of the present is below this part of that over the
first."""

NARROW = 0.4
"""Diversity, as a share of the data's, below which G repeats itself."""
LOST = 0.3
"""Reverse KL over the modes, as a share of the most it can be (ln K, all samples in one mode), above which modes are
lost."""
CLEAN = 0.3
"""Share of samples that must lie on modes before their number says anything."""

FELL, NOISE = 0.5, 2.0
"""Fakes this far from the nearest real (1: as another real) are no samples yet, unless G was twice as diverse
before."""
WIDENS = 1.25
"""Modes are still being found where the reverse KL over the first half of the present is this many times that over the
second."""

FACTOR = 30.0
"""Times a run's own early level that make a quantity one that runs away."""
START = 20
"""First steps of a run, against which an unbounded critic has run away where it passed the square of that."""
WORSE = 10.0
"""Times worse than a D that always answers "cannot tell"."""

APART = 5.0
"""Times the data's own spread beyond which G's points have flown apart."""

COPIES = 0.5
"""Median distance of fakes to the nearest training image, as a share of that of a real to another real."""

LONG = 0.7
"""Share of a run, at most `WINDOW` steps, in which swings are counted, and an outburst is remembered that left G
unharmed."""
SWINGS = 4
"""Times that a mean must go from its upper to its lower level or back."""
AMPLITUDE = 0.45
"""Deviation of the swinging mean, in units of the spread of D's output over single samples: what is small against it
does not matter to D."""
STANDS_OUT = 10.0
"""Its variance, in units of what independent noise of the single steps would give."""
VISIBLE = 0.02
"""Height of swings of a probability that is worth a word."""


@dataclass(frozen=True)
class Finding:
    """Something that goes wrong, and what to do about it.

    kind: one of `KINDS`. title: a few words. evidence: a sentence with the numbers and the steps they come from.
    meaning: what it means.
    remedy: fields of a `TrainConfig` and their new values; `config.replace(**remedy)` never raises. remedy_words: what
    that changes, and why.
    steps: (first, last) step at which it was seen.
    """

    kind: str
    title: str
    evidence: str
    meaning: str
    remedy: dict[str, Any]
    remedy_words: str
    steps: tuple[int, int]

    @property
    def live(self) -> bool:
        """Whether a running training can take the remedy on at its next step; else it needs a new run."""
        return set(self.remedy) <= set(LIVE)


def diagnose(
    config: TrainConfig,
    metrics: Mapping[str, np.ndarray],
    evaluations: Mapping[str, Sequence] | None = None,
    status: Mapping[str, Any] | None = None,
) -> list[Finding]:
    """What is wrong with a run, worst first, at most one finding of a kind; [] where nothing is, or too little is known.

    metrics: columns by name as `Run.metrics()` gives them, all of the same length, steps rising; records may be left
    out (only steps count), a column or single values may be missing (nan). evaluations: as `Run.evaluations()` gives
    them. status: as `Run.status`, for a run that failed.
    """
    view = _View(config, metrics, evaluations or {}, status or {})
    found: dict[str, Finding] = {}
    for kind in KINDS:
        finding = _DETECTORS[kind](view, found)
        if finding is not None:
            found[kind] = finding
    return list(found.values())


def of_run(now: Snapshot) -> list[Finding]:
    """`diagnose` for a run as it is now: its newest `WINDOW` records and `HISTORY` of those before.

    So a long run costs no more than a short one.
    """
    return diagnose(now.present, now.run.window(WINDOW, HISTORY), now.evaluations, now.status)


# --------------------------------------------------------------------------- what the rules look at


class _View:
    """The numbers of a run as the rules want them."""

    def __init__(
        self,
        config: TrainConfig,
        metrics: Mapping[str, Any],
        evaluations: Mapping[str, Sequence],
        status: Mapping[str, Any],
    ):
        self.config, self.status = config, status
        self.steps = _column(metrics.get("step", ()), 0)
        n = len(self.steps)
        self.columns = {
            name: _column(metrics.get(name, ()), n)
            for name in ("loss_d", "loss_g", "value", "d_real", "d_fake", "grad_norm_d", "grad_norm_g")
        }
        self.columns["lead"] = _lead(config, self.columns["value"])
        self.last = int(self.steps[-1]) if n else 0
        self.begin = int(self.steps[0]) if n else 0
        # steps of G alone count: those of D alone have no loss of G
        self.learned = int(np.diff(self.steps, prepend=self.begin - 1)[np.isfinite(self.columns["loss_g"])].sum())
        length = min(max(STRETCH, RECENT * (self.last - self.begin)), WINDOW)
        self.since = int(max(self.begin, self.last - length + 1))
        self.long = int(max(self.begin + WARM_UP // 2, self.last - min(LONG * (self.last - self.begin), WINDOW) + 1))
        self.looks = _looks(evaluations)
        seen = self.looks.get("step", np.empty(0))
        since = self.last - max(STRETCH, RECENT * (self.last - self.begin)) + 1
        self.looking = float(max(since, seen[-LOOKS] if len(seen) >= LOOKS else since))

    @property
    def early(self) -> bool:
        """Whether G has learned too little for anything to be said."""
        return self.learned < WARM_UP

    def span(self, name: str, first: int, last: int) -> np.ndarray:
        """Finite values of a column in the steps first ... last."""
        a, b = np.searchsorted(self.steps, (first, last + 1))
        values = self.columns[name][a:b]
        return values[np.isfinite(values)]

    def level(self, name: str, first: int | None = None, last: int | None = None) -> float:
        """Mean over the steps first ... last (the present), nan where nothing was measured."""
        values = self.span(name, self.since if first is None else first, self.last if last is None else last)
        return float(values.mean()) if len(values) else math.nan

    def pieces(self, name: str, first: int | None = None, last: int | None = None, count: int = PIECES) -> np.ndarray:
        """Means over `count` equal pieces of a stretch (count,), nan where nothing was measured."""
        first, last = self.since if first is None else first, self.last if last is None else last
        return np.array([self.level(name, a, b) for a, b in _edges(first, last, count)])

    def past(self, name: str, count: int = 40) -> np.ndarray:
        """Medians of |value| over `count` equal pieces of the whole run."""
        spans = [np.abs(self.span(name, a, b)) for a, b in _edges(self.begin, self.last, count)]
        return np.array([float(np.median(s)) if len(s) else math.nan for s in spans])

    def look(self, name: str, first: float | None = None) -> tuple[np.ndarray, np.ndarray]:
        """(steps, values) of what was evaluated from step `first` (the present) on, where it was."""
        steps, values = self.looks.get("step", np.empty(0)), self.looks.get(name)
        if values is None:
            return np.empty(0), np.empty(0)
        good = np.isfinite(values) & (steps >= (self.looking if first is None else first))
        return steps[good], values[good]


def _column(values: Any, n: int) -> np.ndarray:
    """A column as float64 (n,), all nan where it is missing; of any length where n is 0."""
    found = np.asarray(values, np.float64).reshape(-1)
    return found if len(found) == n or not n else np.full(n, np.nan)


def _looks(evaluations: Mapping[str, Sequence]) -> dict[str, np.ndarray]:
    return {
        name: np.array([v if isinstance(v, (int, float)) else math.nan for v in values], np.float64)
        for name, values in evaluations.items()
    }


def _lead(config: TrainConfig, value: np.ndarray) -> np.ndarray:
    """D's lead: 0 where it does as well as by always answering "cannot tell", 1 where it has won all there is to win; nan for an objective without a bound."""
    game, s = GAMES[config.objective], config.label_smoothing
    if game.most is None:
        return np.full(len(value), np.nan)
    most = game.most
    if s:  # D's aim of 1 - s on reals caps what it can win
        most = (math.log1p(-s)) if game.probability else -s * s / 2
    return (value - game.draw) / (most - game.draw)


# --------------------------------------------------------------------------- the rules


def _divergence(v: _View, found: Mapping[str, Finding]) -> Finding | None:
    """Losses, scores, gradients or samples that run away."""
    broken = (
        re.search(r"[Aa]t step ([\d,]+) the (.+?) stopped being finite", str(v.status.get("message", "")))
        if v.status.get("state") == "failed"
        else None
    )
    if broken:
        step = int(broken[1].replace(",", ""))
        return _finding(
            v, "divergence", f"At step {step:,} the {broken[2]} stopped being finite.", (min(step, v.since), step)
        )
    if v.early:
        return None
    bounded = GAMES[v.config.objective].most is not None
    if bounded:
        # an outburst stays a finding until G is well again
        since = v.begin if _progress(v)[0] else v.long
        loss, coin = -v.pieces("value", since, v.last, 2 * PIECES), -GAMES[v.config.objective].draw
        if np.isfinite(loss).any() and np.nanmax(loss) > WORSE * coin:
            worst = int(np.nanargmax(loss))
            first, last = _edges(since, v.last, 2 * PIECES)[worst]
            says = (
                f"D’s loss was {_n(loss[worst])} on average in steps {first:,} to {last:,}; one that "
                f"always answers “cannot tell” has {_n(coin)}."
            )
            return _finding(v, "divergence", says, (first, last))
    # where D is winning, its scores and the loss of G grow as they should
    if not v.level("lead") > LEAD:
        open_game = ~(v.past("lead") > LEAD)
        level_free = v.config.objective in (
            "wasserstein",
            "hinge",
        )  # there the loss of G is a mean score, which may lie anywhere
        watched = (
            [("grad_norm_d", "D’s gradient")]
            if level_free
            else [("loss_g", "the loss of G"), ("grad_norm_d", "D’s gradient")]
        )
        for name, words in (
            watched if bounded else [*watched, ("value", "the estimated distance"), ("grad_norm_g", "G’s gradient")]
        ):
            past = v.past(name)
            early = past[: len(past) // 4][open_game[: len(past) // 4]]
            now = np.array(
                [
                    np.median(np.abs(part)) if len(part := v.span(name, a, b)) else math.nan
                    for a, b in _edges(v.since, v.last, 4)
                ]
            )
            if not np.isfinite(early).any() or not np.isfinite(now).all():
                continue
            level, until = float(np.sort(now)[1]), v.begin + (v.last - v.begin) // 4
            usual, times = float(np.nanmedian(early)), FACTOR
            if not bounded and name != "value" and not level > times * usual:
                # a critic can have run away within its first hundred steps
                start = np.abs(v.span(name, v.begin, v.begin + START))
                usual, times, until = float(np.median(start)) if len(start) else math.nan, FACTOR**2, v.begin + START
            if level > times * usual > 0:
                says = (
                    f"In absolute terms {words} was {_n(usual)} up to step {until:,} and is "
                    f"{_n(float(np.median(now)))} in steps {v.since:,} to {v.last:,}."
                )
                return _finding(v, "divergence", says, (v.since, v.last))
    steps, spread = v.look("diversity")
    if len(spread) and spread.min() > APART and not v.config.is_image:
        says = (
            f"G’s samples lie {_n(float(np.median(spread)))} times as far apart as the data in steps "
            f"{int(steps[0]):,} to {int(steps[-1]):,}."
        )
        return _finding(v, "divergence", says, (int(steps[0]), int(steps[-1])))
    return None


def _d_wins(v: _View, found: Mapping[str, Finding]) -> Finding | None:
    """D is nearly perfect, or G's gradient is gone, and G gets nowhere."""
    if v.early or "divergence" in found:
        return None
    far, stuck, where = _progress(v)
    if far is False or stuck is False:
        return None  # a D that wins against a G that is good, or gets better, does its work
    faint, faint_words = _faint(v)
    if GAMES[v.config.objective].most is None:
        value = v.past("value")
        holds = faint and far is not None and v.level("value") > 0.5 * np.nanmax(value)
        says = f"The estimated distance stays at {_n(v.level('value'))} in steps {v.since:,} to {v.last:,}"
    else:
        pieces = v.pieces("lead")
        pieces = pieces[np.isfinite(pieces)]
        sure = LEAD if far else CERTAIN
        # one piece may be an exception: a D that wins can stumble
        holds = len(pieces) >= PIECES // 2 and np.sort(pieces)[1] > sure and (bool(far) or faint)
        if GAMES[v.config.objective].probability:
            says = (
                f"D(x) is {_share(v.level('d_real'))} and D(G(z)) {_share(v.level('d_fake'))} on "
                f"average in steps {v.since:,} to {v.last:,}"
            )
        else:
            says = (
                f"D has won {v.level('lead'):.0%} of what there is to win in steps {v.since:,} to "
                f"{v.last:,} (0 %: it cannot tell)"
            )
    if not holds:
        return None
    more = "".join(f"; {words}" for words in (faint_words if faint else "", where) if words)
    return _finding(v, "d-wins", f"{says}{more}.", (v.since, v.last))


def _progress(v: _View) -> tuple[bool | None, bool | None, str]:
    """Whether G is far from the data, whether it has come no closer lately, and both in words; None where nothing tells."""
    for name, poor, words in (
        ("jsd", POOR_JSD, "the JSD to the data"),
        ("nearest", POOR_NEAREST, "the distance to the nearest real, 1 among reals,"),
    ):
        steps, values = v.look(name)
        if len(values) < 2:
            continue
        half = len(values) // 2
        before, after = float(np.median(values[:half])), float(np.median(values[half:]))
        narrow = v.look("diversity")[1]
        far = after > poor or (len(narrow) > 0 and float(np.median(narrow)) < NARROW)
        said = f"went from {_n(before)} to {_n(after)} between steps {int(steps[0]):,} and {int(steps[-1]):,}"
        return far, after > CLOSER * before, f"{words} {said}"
    steps, values = v.look("diversity")
    if len(values) >= 2:
        level = float(np.median(values))
        if level < NARROW:
            return (
                True,
                float(values[-1]) < 1.25 * float(values[0]),
                f"the diversity of G’s samples is {_n(level)} of the data’s",
            )
    return None, None, ""


def _faint(v: _View) -> tuple[bool, str]:
    """Whether G's gradient has collapsed against the strongest it was."""
    past = v.past("grad_norm_g")
    now = v.span("grad_norm_g", v.since, v.last)
    if not np.isfinite(past).any() or not len(now):
        return False, ""
    strongest, level = float(np.nanmax(past)), float(np.median(now))
    if v.config.objective == "minimax" and v.level("d_fake") < HOPELESS:
        return True, f"the saturating loss lets only {_n(100 * v.level('d_fake'))} % of D’s slope through to G"
    return level < FAINT * strongest, f"G’s gradient has fallen to {_n(level)} from {_n(strongest)}"


def _collapse(v: _View, found: Mapping[str, Finding]) -> Finding | None:
    """G repeats itself: far less diverse than the data, or in few of its modes, and not on its way out."""
    if v.learned < 1.5 * WARM_UP or "divergence" in found:
        return None
    steps, diversity = v.look("diversity")
    if len(diversity) < 2:
        return None
    level, best = float(np.median(diversity)), float(np.max(v.look("diversity", 0)[1]))
    nearest = v.look("nearest")[1]
    resembles = len(nearest) > 0 and float(np.median(nearest)) < NOISE
    if "d-wins" in found and best < NARROW and not resembles:
        return None  # it has not fallen in, it never came out
    before, earlier = v.look("diversity", 0)
    earlier = earlier[(before >= (v.begin + v.looking) / 2) & (before < v.looking)]
    # going on as it went, would it be out of it after as many steps again?
    widens = len(earlier) == 0 or 2 * level - float(np.median(earlier)) > NARROW
    fell = len(earlier) > 0 and level < FELL * best
    # noise is of one kind too: an untrained G has learnt nothing that it could repeat
    empty = len(nearest) > 0 and not resembles and not fell
    if level < NARROW and not widens and not empty:
        says = (
            f"G’s samples lie {level:.0%} as far apart as real ones (median of steps {int(steps[0]):,} "
            f"to {int(steps[-1]):,})"
        )
        says += f", {_modes(v)}" if _modes(v) else ""
        return _finding(v, "collapse", f"{says}.", (int(steps[0]), int(steps[-1])))
    steps, kl = v.look("reverse_kl")
    total, clean = v.look("modes_total")[1], v.look("high_quality")[1]
    if len(kl) >= 2 and len(total) and len(clean):
        half = len(kl) // 2
        most, level = math.log(total[-1]), float(np.median(kl))
        improves = np.median(kl[half:]) < np.median(kl[:half]) / WIDENS
        if level > LOST * most and np.median(clean) > CLEAN and not improves:
            says = (
                f"{_modes(v)} (median of steps {int(steps[0]):,} to {int(steps[-1]):,}; reverse KL "
                f"{_n(level)}, 0 where all are alike, at most {_n(most)})."
            )
            return _finding(v, "collapse", says[0].upper() + says[1:], (int(steps[0]), int(steps[-1])))
    return None


def _modes(v: _View) -> str:
    modes, total = v.look("modes")[1], v.look("modes_total")[1]
    return f"in {np.median(modes):.0f} of {total[-1]:.0f} modes" if len(modes) and len(total) else ""


def _memorising(v: _View, found: Mapping[str, Finding]) -> Finding | None:
    """Fakes that are training images."""
    if v.early or "divergence" in found or not v.config.is_image:
        return None
    steps, nearest = v.look("nearest")
    if len(nearest) < 2 or not float(np.median(nearest)) < COPIES or not float(nearest[-1]) < COPIES:
        return None
    says = (
        f"G’s samples are {float(np.median(nearest)):.2f} times as far from the nearest training image "
        "as one real image is from another"
    )
    return _finding(
        v,
        "memorising",
        f"{says} (median of steps {int(steps[0]):,} to {int(steps[-1]):,}; 0 for copies, about 1 for new images).",
        (int(steps[0]), int(steps[-1])),
    )


def _oscillation(v: _View, found: Mapping[str, Finding]) -> Finding | None:
    """D's scores swing up and down, slowly, again and again: the two networks chase each other."""
    if v.early or "divergence" in found:
        return None
    first = v.long
    game = GAMES[v.config.objective]
    # the hinge leaves D's level free as long as it stays between its two kinks
    names = ("d_fake", "d_real") if game.level is not None and v.config.objective != "hinge" else ("value",)
    seen = [s for s in (_swing(v, name, first) for name in names) if s is not None]
    if len(seen) < len(names):
        return None
    best = max(seen, key=lambda s: s.effect)
    if not all(s.turns >= SWINGS and s.noise > STANDS_OUT for s in seen) or best.effect < AMPLITUDE:
        return None
    if game.probability and best.high - best.low < VISIBLE:
        return None
    name = (
        {"d_fake": "D(G(z))", "d_real": "D(x)"}[best.name]
        if game.probability
        else {"d_fake": "D’s mean score of fakes", "d_real": "D’s mean score of reals", "value": game.value}[best.name]
    )
    says = (
        f"{name} swung between {_n(best.low)} and {_n(best.high)}, {best.turns} times up or down in "
        f"steps {first:,} to {v.last:,}"
    )
    return _finding(
        v, "oscillation", f"{says}: one way in about {(v.last - first) / best.turns:,.0f} steps.", (first, v.last)
    )


@dataclass(frozen=True)
class _Swing:
    """How a mean moves: from `low` to `high` (10th and 90th percentile of its means over short pieces), `turns` times there or back.

    effect: deviation of these means in units of the spread of D's output over single samples. noise: their variance in
    units of what independent steps would give.
    """

    name: str
    low: float
    high: float
    turns: int
    effect: float
    noise: float


def _swing(v: _View, name: str, first: int) -> _Swing | None:
    count = min(96, (v.last - first + 1) // 8)
    if count < 32:
        return None
    a = int(np.searchsorted(v.steps, first))
    good = np.isfinite(v.columns[name][a:])
    values, piece = v.columns[name][a:][good], ((v.steps[a:][good] - first) * count // (v.last + 1 - first)).astype(int)
    many = np.bincount(piece, minlength=count)
    full = many >= 4
    if full.sum() < 0.9 * count:
        return None
    means = np.bincount(piece, values, count)[full] / many[full]
    # the noise of single steps, from neighbours, so that the swing itself is not in it
    apart = np.diff(values)[np.diff(piece) == 0]
    step = float((apart**2).mean()) / 2
    noise, single = step / float(many[full].mean()), step * v.config.batch_size / v.config.packing
    x = np.arange(len(means))
    rest = means - np.polyval(np.polyfit(x, means, 1), x)
    low, high = np.percentile(rest, [10, 90])
    if rest[-len(rest) // 3 :].std() < 0.3 * rest.std():
        return None  # it has died down
    state, turns = 0, 0
    for r in (rest - (low + high) / 2) / max(high - low, 1e-12):
        now = int(r > 0.25) - int(r < -0.25)
        if now and now != state:
            turns += state != 0
            state = now
    bottom, top = np.percentile(means, [10, 90])
    return _Swing(
        name,
        float(bottom),
        float(top),
        turns,
        math.sqrt(rest.var() / max(single, 1e-24)),
        rest.var() / max(noise, 1e-24),
    )


_DETECTORS: dict[str, Callable[[_View, Mapping[str, Finding]], Finding | None]] = {
    "divergence": _divergence,
    "d-wins": _d_wins,
    "collapse": _collapse,
    "memorising": _memorising,
    "oscillation": _oscillation,
}


def _edges(first: int, last: int, count: int) -> list[tuple[int, int]]:
    """`count` equal stretches of the steps first ... last, each as (its first, its last)."""
    edges = [first + (last + 1 - first) * i // count for i in range(count + 1)]
    return [(a, b - 1) for a, b in zip(edges, edges[1:], strict=False)]


def _n(value: float) -> str:
    """A number for people: three digits, a real minus."""
    return f"{value:,.0f}".replace("-", "−") if abs(value) >= 1000 else f"{value:.3g}".replace("-", "−")


def _share(p: float) -> str:
    """A probability, not rounded to 0 or 1 where it is neither."""
    return f"{p:.2f}" if 0.005 <= p <= 0.995 else ("below 0.005" if p < 0.5 else "above 0.995")


# --------------------------------------------------------------------------- what to do


def _finding(v: _View, kind: str, evidence: str, steps: tuple[int, int]) -> Finding:
    remedy, words = remedy_for(v.config, kind)
    title, meaning = _WORDS[kind]
    return Finding(kind, title, evidence, meaning, remedy, words, steps)


_WORDS = {
    "divergence": (
        "The numbers run away",
        "Each update makes the next one larger. What the networks had learnt is being lost.",
    ),
    "d-wins": (
        "D wins, G learns nothing",
        "D tells real from fake with ease wherever G goes, so its slope no longer shows G the way to the data.",
    ),
    "collapse": (
        "G has collapsed",
        "G has found a few samples that D accepts and makes only those; the rest of the data is not learnt.",
    ),
    "memorising": (
        "G repeats training images",
        "D knows the few training images by heart and lets nothing else pass, so G copies them.",
    ),
    "oscillation": (
        "The networks go in circles",
        "G runs where D is wrong, D follows, G runs on: neither settles, and samples depend on when you stop.",
    ),
}


def remedy_for(config: TrainConfig, kind: str) -> tuple[dict[str, Any], str]:
    """(fields to change, a sentence) for a kind of finding: the first of its remedies that changes anything and gives a valid configuration."""
    for changes, words in (*_REMEDIES[kind](config), *_slower(config, 0.3)):
        try:
            changed = config.replace(**changes)
        except ConfigError:
            continue
        fresh = {name: value for name, value in changes.items() if getattr(config, name) != value}
        if fresh and changed != config:
            return fresh, words
    return {"seed": (config.seed + 1) % 2**31}, "Start again with another seed: there is nothing left to lower."


Remedies = list[tuple[dict[str, Any], str]]


def _weight(config: TrainConfig) -> float:
    """A fitting weight of R1 or R2: points 0.1, images 1, large ones 10."""
    return 0.1 if not config.is_image else 1.0 if (config.resolution or 0) <= 32 else 10.0


def _balance(config: TrainConfig) -> dict[str, Any]:
    """Equal rates where one is more than three times the other: their geometric mean."""
    slow, fast = sorted((config.lr_d, config.lr_g))
    if not slow or fast <= 3 * slow:
        return {}
    middle = float(f"{math.sqrt(slow * fast):.1g}")
    return {"lr_d": middle, "lr_g": middle}


def _slower(config: TrainConfig, share: float) -> Remedies:
    rates = {"lr_d": float(f"{config.lr_d * share:.2g}"), "lr_g": float(f"{config.lr_g * share:.2g}")}
    return [
        (
            rates,
            (
                f"Lower both learning rates, to {rates['lr_d']:g} and {rates['lr_g']:g}: smaller "
                "steps, smaller detours. Applies at once."
            ),
        )
    ]


def _for_divergence(c: TrainConfig) -> Remedies:
    sound = 1e-3 if not c.is_image else 2e-4
    calm = {"lr_d": min(c.lr_d, sound), "lr_g": min(c.lr_g, sound)}
    found: Remedies = []
    if c.objective == "wasserstein" and not c.clip and c.penalty == "none" and not c.spectral_norm:
        changes = {"penalty": "wgan-gp", "penalty_weight": 1.0 if not c.is_image else 10.0, **calm}
        found.append(
            (
                changes,
                (
                    "Add the gradient penalty: a Wasserstein critic whose slope has no bound can make "
                    "its score as large as it likes."
                ),
            )
        )
    if max(c.lr_d, c.lr_g) > sound:
        found.append(
            (
                calm,
                (
                    f"Lower the learning rates to at most {sound:g}: each step overshoots by more than "
                    "the last. Applies at once, and before you continue."
                ),
            )
        )
    if c.penalty == "none":
        found.append(
            (
                {"penalty": "r1", "penalty_weight": _weight(c)},
                "Add R1, which holds D’s slope at the data down, so that its scores cannot run away.",
            )
        )
    return [*found, *_slower(c, 0.1)]


def _for_d_wins(c: TrainConfig) -> Remedies:
    even = _balance(c) if c.lr_d > c.lr_g else {}
    once = {"k": 1} if c.k > 1 and c.objective != "wasserstein" else {}
    rates = " and equal learning rates" if even else ""
    found: Remedies = []
    if c.objective == "minimax":
        words = (
            f"Use the non-saturating loss{rates}: the saturating one passes no gradient to G once D is "
            "sure, this one passes the most then."
        )
        found.append(({"objective": "non-saturating", **even, **once}, words))
    if even or once:
        what = " and ".join(
            w for w in ("equal learning rates" if even else "", "one update of D for each of G" if once else "") if w
        )
        found.append(({**even, **once}, f"Give both networks {what}: D learns much faster than G. Applies at once."))
    if c.penalty == "none":
        kind = "wgan-gp" if c.objective == "wasserstein" else "r1"
        weight = _weight(c) if kind == "r1" else (1.0 if not c.is_image else 10.0)
        found.append(
            (
                {"penalty": kind, "penalty_weight": weight, "weight_clip": None},
                "Add a gradient penalty: a smooth D has a slope where G’s samples are, far from the data too.",
            )
        )
    elif c.penalty_weight < 10 * _weight(c):
        stronger = float(f"{max(3 * c.penalty_weight, _weight(c)):.2g}")
        found.append(
            (
                {"penalty_weight": stronger},
                f"Raise the weight of the penalty to {stronger:g}: D becomes smoother and weaker. Applies at once.",
            )
        )
    if not c.instance_noise:
        found.append(
            (
                {"instance_noise": 0.3 if not c.is_image else 0.1},
                "Add noise to all that D sees: real and fake then overlap, and D can no longer be perfect.",
            )
        )
    lower = float(f"{c.lr_d / 4:.2g}")
    return [
        *found,
        ({"lr_d": lower}, f"Lower D’s learning rate to {lower:g}: G then has time to follow. Applies at once."),
    ]


def _for_collapse(c: TrainConfig) -> Remedies:
    even = _balance(c)
    rates = ", at equal learning rates" if even else ""
    found: Remedies = []
    if c.objective != "relativistic" or c.penalty != "r1+r2":
        changes = {
            "objective": "relativistic",
            "penalty": "r1+r2",
            "penalty_weight": _weight(c),
            "penalty_every": 1,
            "label_smoothing": 0.0,
            "weight_clip": None,
            **even,
        }
        found.append(
            (
                changes,
                (
                    "Score each real against a fake and hold D’s slope down on both (relativistic "
                    f"with R1 + R2){rates}: missing modes then keep pulling at G."
                ),
            )
        )
    if even:
        found.append(
            (even, "Give both networks equal learning rates: G runs ahead of a D that cannot follow. Applies at once.")
        )
    if c.packing == 1:
        found.append(({"packing": 2}, "Let D judge two samples side by side: a pair that looks alike gives G away."))
    if not c.minibatch_stddev:
        found.append(
            (
                {"minibatch_stddev": True},
                "Tell D how much the samples of a batch differ: a G that repeats itself is found out.",
            )
        )
    lower = float(f"{c.lr_g / 4:.2g}")
    return [*found, ({"lr_g": lower}, f"Lower G’s learning rate to {lower:g}, so that D can follow. Applies at once.")]


def _for_memorising(c: TrainConfig) -> Remedies:
    found: Remedies = []
    if c.augment == "none":
        colour = c.sample_shape[0] > 1
        name = "colour+translation+cutout" if colour else "translation+cutout"
        found.append(
            (
                {"augment": name},
                (
                    "Change every image that D sees at random (moved, partly covered): D can then not "
                    "learn the few images by heart."
                ),
            )
        )
    half = max(4, (c.width or 64) // 2)
    found.append(
        (
            {"width": half},
            f"Make both networks smaller (width {half}): there is then no room to learn the images by heart.",
        )
    )
    return [
        *found,
        *([({"width": 16}, "Make both networks smaller (width 16).")] if c.architecture == "conv-minimax" else []),
    ]


def _for_oscillation(c: TrainConfig) -> Remedies:
    memory = {"beta1": 0.5} if c.beta1 > 0.5 else {}
    and_memory = ", with a shorter memory in Adam (β₁ = 0.5)" if memory else ""
    found: Remedies = []
    if c.penalty == "none":
        changes = {"penalty": "r1", "penalty_weight": _weight(c), "weight_clip": None, **memory}
        words = f"Add R1{and_memory}: it damps the circling, and with it the plain game converges."
        if c.objective == "wasserstein":
            changes |= {"penalty": "wgan-gp", "penalty_weight": 1.0 if not c.is_image else 10.0, "k": max(c.k, 3)}
            words = (
                f"Replace clipping by the gradient penalty and let D learn more often{and_memory}: the "
                "critic stays close to its best, which does not circle."
            )
        elif c.objective.startswith("relativistic"):
            changes["penalty"] = "r1+r2"
            words = f"Add R1 + R2{and_memory}: they damp the circling, and with them the relativistic game converges."
        found.append((changes, words))
    if memory:
        found.append((memory, "Shorten Adam’s memory (β₁ = 0.5): momentum carries both networks past each other."))
    found += _slower(c, 0.3)
    if c.anneal == "none":
        found.append(
            (
                {"anneal": "cosine", "ema_half_life": c.ema_half_life or 10_000},
                "Let the learning rates fall to 0, and show the average of G: smaller and smaller circles.",
            )
        )
    return found


_REMEDIES: dict[str, Callable[[TrainConfig], Remedies]] = {
    "divergence": _for_divergence,
    "d-wins": _for_d_wins,
    "collapse": _for_collapse,
    "memorising": _for_memorising,
    "oscillation": _for_oscillation,
}
