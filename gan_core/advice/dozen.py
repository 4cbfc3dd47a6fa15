"""The dozen trials of the Lab, on points: their words and settings, what they show, what answers their questions."""

from __future__ import annotations

import math

from ..config import TrainConfig
from .trial import Done, Look, Result, Trial, number, percent, says

DRAW = -math.log(4)
NARROW = 0.6
"""Diversity, as a share of the data's, of a G that repeats itself."""


# --------------------------------------------------------------------------- what the questions ask


def _spread_again(look: Look) -> Result:
    c, modes, spread = look.config, look.latest("modes"), look.latest("diversity")
    if c.k * c.lr_d > COLLAPSE.k * COLLAPSE.lr_d:
        return Result(False, "Not yet: the question asks for a slower G, but this D is faster than before.")
    seen = f"{look.samples} reach {modes:.0f} of 8 modes and are {percent(spread)} as spread out as the data"
    return says(
        modes >= 5 and spread > 0.8, f"{seen}.", f"{seen}." if math.isfinite(modes) else "nothing was measured."
    )


def _small_pack(look: Look) -> Result:
    """Found out, whatever the answer is."""
    c, modes = look.config, look.latest("modes")
    if c.packing not in (2, 3) or c.k_g * c.lr_g < 4 * c.lr_d:
        return Result(False, "Not yet: set Packing to 2, and leave G as fast as it is.")
    if look.step < 200 or not math.isfinite(modes):
        return Result(False, "Not yet: this needs at least 200 steps.")
    seen = f"with packs of {c.packing}, {look.samples} reach {modes:.0f} of 8 modes"
    return Result(True, f"{seen}, so they are {'enough' if modes >= 5 else 'not enough'}.")


def _small_d(look: Look) -> Result:
    units, modes = look.config.width_d or look.config.width or 64, look.latest("modes")
    if units > 16:
        return Result(False, f"Not yet: this D has {units} units in each layer.")
    seen = (
        f"with {units} units in each layer of D, {look.samples} reach {modes:.0f} of 8 modes"
        if math.isfinite(modes)
        else "nothing was measured"
    )
    return says(look.over and modes >= 5, f"{seen}.", f"{seen}.")


def _some_momentum(look: Look) -> Result:
    if look.config.beta1 < 0.5:
        return Result(False, f"Not yet: β₁ is {look.config.beta1:g}, but the question asks for 0.5 or more.")
    seen = f"with β₁ = {look.config.beta1:g}, the distance (JSD) is {number(distance := look.latest('jsd'))}"
    return says(look.over and distance < 0.35, f"{seen}.", f"{seen}.")


def _calm_d(look: Look) -> Result:
    value, spread = look.now("value"), look.latest("diversity")
    done = look.over and look.config.k < 10 and value < -1.15 and spread > 0.75
    seen = (
        f"k = {look.config.k} gives V = {number(value)} and dots that are {percent(spread)} as spread out as the data"
    )
    return says(done, f"{seen}.", f"{seen}.")


def _steep_critic(look: Look) -> Result:
    c = look.config
    if c.objective != "wasserstein" or c.penalty != "none" or not c.clip:
        return Result(False, "Not yet: keep the Wasserstein objective, no penalty, and a clip above 0.")
    pull = look.now("grad_norm_g")
    return says(
        pull > 0.05,
        f"clipped at {c.clip:g}, D passes G a gradient of {number(pull)}.",
        f"clipped at {c.clip:g}, G’s gradient is {number(pull)}.",
    )


def _near(limit: float) -> Done:
    """G's samples are closer to the data than that."""

    def done(look: Look) -> Result:
        distance = look.latest("jsd")
        return says(
            distance < limit,
            f"the distance (JSD) is {number(distance)}.",
            f"the distance (JSD) is {number(distance)}.",
        )

    return done


def _saturating_all_the_same(look: Look) -> Result:
    if look.config.objective != "minimax":
        return Result(False, "Not yet: keep the saturating objective, minimax.")
    return _near(0.3)(look)


def _weak_penalty(look: Look) -> Result:
    c, swing = look.config, look.swing()
    if c.penalty == "none" or c.penalty_weight >= 1:
        return Result(False, "Not yet: use a penalty with a weight below 1.")
    seen = f"with a weight of {c.penalty_weight:g}, D’s lead swings by {number(swing)}"
    return says(swing < 0.03 and look.step >= 300, f"{seen}.", f"{seen}.")


def _without_head_start(look: Look) -> Result:
    value, distance = look.now("value"), look.latest("jsd")
    if look.config.pretrain_d:
        return Result(False, f"Not yet: D has a head start of {look.config.pretrain_d} updates.")
    seen = f"without a head start, V is {number(value)} and the distance (JSD) is {number(distance)}"
    return says(abs(value - DRAW) < 0.1 and distance < 0.2, f"{seen}.", f"{seen}.")


# --------------------------------------------------------------------------- the dozen

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
        "G takes three steps for every step of D, and larger ones: it puts all its dots on "
        "one spot, and moves them to another once D has noticed. "
        "V is −1.39 as if G were perfect, because D never catches up.",
        "How much slower must G learn before its dots cover the whole ring?",
        "plane",
        COLLAPSE,
        lambda a, b: a.usual("diversity") < NARROW and abs(a.now("value") - DRAW) < 0.1,
        _spread_again,
        "With fewer and smaller steps of G, D notices a crowded spot before G has moved everything there.",
    ),
    "packing": Trial(
        "Packing saves modes",
        (
            "G outruns D on both sides, but the D of side B looks at four dots side by side. "
            "Four dots that are alike show that G repeats itself, so side B reaches at least four modes and "
            "side A at most one."
        ),
        "Is a pack of two enough for five modes?",
        "plane",
        COLLAPSE.replace(k_g=2),
        lambda a, b: a.latest("modes") <= 1 and b.latest("modes") >= 4,
        _small_pack,
        "D sees several dots at once, and dots that are all alike are a mark of fakes that it can learn.",
        {"packing": 4},
    ),
    "small": Trial(
        "A D that is too small",
        "The D of side A has four units in each layer, so it can only cut the plane along a few lines. "
        "G learns only what D can see: its dots find almost none of the modes, while those of side B, whose "
        "D has 32 units, find most.",
        "Does a D of at most 16 units lead the dots to five modes?",
        "plane",
        PLANE.replace(width_d=4),
        lambda a, b: a.latest("modes") <= 3 and b.latest("modes") >= a.latest("modes") + 2,
        _small_d,
        "More units let D bend its border around single modes, and G goes only where D can tell a difference.",
        {"width_d": None},
    ),
    "momentum": Trial(
        "Momentum overshoots",
        "Adam’s momentum, β₁, is 0.9 on side A and 0 on side B. What speeds up a single "
        "network carries two opponents past each other: A "
        "takes far longer to find the clouds.",
        "Which β₁ of 0.5 or more still ends at a distance (JSD) below 0.35?",
        "plane",
        CLOUDS.replace(beta1=0.9),
        lambda a, b: a.usual("jsd") > b.usual("jsd") + 0.05,
        _some_momentum,
        "With less momentum each network answers where its opponent is now, not where it was some steps ago.",
        {"beta1": 0.0},
    ),
    "k": Trial(
        "A D that is too strong",
        "D takes ten steps for every step of G, and the modes are narrow: D is right about most "
        "samples, and its slopes become steep. "
        "G’s gradient is many times larger than in an even game, and throws the dots about.",
        "Which k brings V below −1.15, with dots that are at least 75 % as spread out as the data?",
        "plane",
        PLANE.replace(k=10, steps=200),
        lambda a, b: a.now("value") > -0.9 and a.now("grad_norm_g") > 5,
        _calm_d,
        "With fewer steps D is less sure, its slopes stay gentle, and G’s gradient moves the "
        "dots without throwing them about.",
    ),
    "clipping": Trial(
        "Clipping leaves the critic flat",
        "Side A clips every weight of D to ±0.01, which leaves D so flat that "
        "G’s gradient is at most a thousandth of side B’s. "
        "Side B has a gradient penalty instead, which keeps D’s slope near 1.",
        "Without a penalty, which clip lets G’s gradient rise above 0.05?",
        "plane",
        PLANE.replace(objective="wasserstein", k=3, lr_d=1e-3, steps=200),
        lambda a, b: a.now("grad_norm_g") < b.now("grad_norm_g") / 1000,
        _steep_critic,
        "The slope of D is at most about the product of its layers’ weights, so a larger clip lets "
        "D be steep enough for G.",
        {"penalty": "wgan-gp", "penalty_weight": 1.0},
    ),
    "thread": Trial(
        "A thread cannot fill a cloud",
        (
            "The noise z is one number here, so G can only make one thread, however long it "
            "trains. The thread winds through both clouds and bridges the gap."
        ),
        "What does G need to bring the distance (JSD) below 0.35?",
        "plane",
        CLOUDS.replace(latent_dim=1, beta1=0.0),
        lambda a, b: a.latest("jsd") > 0.4 and a.latest("modes") == 2,
        _near(0.35),
        "With two numbers of noise G bends a sheet instead of a thread, and a sheet can cover an area.",
    ),
    "rate": Trial(
        "Steps that are too large",
        (
            "Both learning rates are 0.05, and every update undoes the ones before. The dots jump about "
            "in a clump and never become two clouds."
        ),
        "At which learning rates does the distance (JSD) fall below 0.4?",
        "plane",
        CLOUDS.replace(lr_d=0.05, lr_g=0.05),
        lambda a, b: a.latest("jsd") > 0.45,
        _near(0.4),
        "With smaller steps each network is still close to where its gradient was measured, so the "
        "gradient still holds there.",
    ),
    "vanishing": Trial(
        "The gradient that vanishes",
        "D had a head start and is sure of its answers: on side A, with the loss of the original game, G’s "
        "gradient is almost zero and the fakes stay where they are. "
        "Side B has the non-saturating loss, whose gradient is largest when D is sure.",
        "Which other setting gets side A going, with the saturating loss left as it is?",
        "line",
        LINE.replace(objective="minimax", optimiser_g="sgd", lr_g=5e-4, **SURE),
        lambda a, b: a.early("grad_norm_g") < b.early("grad_norm_g") / 10 and a.now("value") > b.now("value") + 0.3,
        _saturating_all_the_same,
        "Where D is sure this loss is nearly flat, so G needs steps that do not shrink with its "
        "gradient, or a D that is less sure.",
        {"objective": "non-saturating"},
    ),
    "r1": Trial(
        "R1 ends the chase",
        "On side A the fakes swing from one side of the data to the other, and D swings after them. "
        "R1 on side B reduces D’s slope at the data, and the swing dies down.",
        "Which weight below 1 still stops the swing?",
        "line",
        LINE.replace(objective="wasserstein", weight_clip=0.0, lr_d=1e-3, lr_g=1e-3),
        lambda a, b: a.swing() > 3 * b.swing(),
        _weak_penalty,
        "R1 flattens D at the data, which acts like friction on the chase, and a little friction "
        "is enough to end the chase.",
        {"penalty": "r1", "penalty_weight": 2.0},
    ),
    "first": Trial(
        "D first, then G",
        "D alone has first learnt where the data are, as in the paper’s proof, so V starts near 0. "
        "Then G climbs D’s slope until most of its density lies over that of the data, and V falls towards −1.39.",
        "Does V get there without D’s head start?",
        "line",
        LINE.replace(**SURE),
        lambda a, b: a.early("value") > -0.7 and abs(a.now("value") - DRAW) < 0.15 and a.latest("jsd") < 0.2,
        _without_head_start,
        "D learns where the data are while G moves, and the equilibrium is the same from either start.",
    ),
    "outrun": Trial(
        "G outruns D",
        "G learns ten times as fast as D, so D’s slope points to where the fakes were, and the fakes "
        "overshoot the data again and again. "
        "At any moment the fakes are a narrow peak, never the whole bump.",
        "Which network must speed up or slow down to bring the distance (JSD) below 0.15?",
        "line",
        LINE.replace(lr_d=5e-4, lr_g=5e-3),
        lambda a, b: a.usual("jsd") > 0.25,
        _near(0.15),
        "Once D keeps up with G, D’s slope points from where the fakes are now to where fakes are missing.",
    ),
}
