"""What each rule of the diagnosis sees, on curves made for it and on near misses."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from made_runs import DIGITS, OBJECTIVES, RING, curves, kinds, looks

import gan_core
from gan_core.advice.diagnosis import diagnose
from gan_core.advice.view import WARM_UP
from gan_core.config import LIVE
from gan_core.config.games import GAMES
from gan_core.config.measures import COLUMNS

# --------------------------------------------------------------------------- nothing to say


def test_nothing_is_said_of_nothing():
    assert diagnose(RING, {}, {}) == diagnose(RING, {}) == diagnose(RING, {"step": np.empty(0)}, {"step": []}, {}) == []
    nothing = {name: np.full(1000, np.nan) for name in COLUMNS} | {"step": np.arange(1, 1001)}
    assert diagnose(RING, nothing, {"step": [500, 1000], "diversity": [None, None]}) == []


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_a_game_in_balance_has_no_finding(objective):
    for real, fake in ((0.05, -0.05), (0.9, -0.9) if GAMES[objective].probability else (0.6, 0.3)):
        for batch in (4, 64):
            metrics = curves(1500, objective, real, fake, batch=batch)
            evaluations = looks(
                1500, diversity=0.95, jsd=0.05, modes=8, modes_total=8, high_quality=0.9, reverse_kl=0.02
            )
            assert diagnose(RING.replace(objective=objective, batch_size=batch), metrics, evaluations) == []


def test_a_d_that_leads_as_it_does_on_digits_is_healthy():
    metrics = curves(3000, real=2.0, fake=-2.0, spread=1.5)
    assert 0.75 < metrics["d_real"].mean() < 0.85 and 0.15 < metrics["d_fake"].mean() < 0.25
    assert diagnose(DIGITS, metrics, looks(3000, diversity=0.8, nearest=1.1)) == diagnose(DIGITS, metrics, {}) == []


def test_early_steps_say_nothing():
    """An untrained G has no diversity, and D beats it at once."""
    n = WARM_UP - 1
    metrics = curves(n, real=6, fake=-6, grad_norm_g=np.geomspace(1, 1e-6, n))
    assert diagnose(RING, metrics, looks(n, 10, diversity=0.02, jsd=0.69, nearest=5)) == []
    # many steps of D alone are early for G too
    metrics = curves(3000, real=6, fake=-6)
    for alone in (slice(200, None), slice(0, 2800)):
        some = {name: column.copy() for name, column in metrics.items()}
        some["loss_g"][alone] = some["grad_norm_g"][alone] = np.nan
        assert diagnose(RING, some, looks(3000, diversity=0.02, jsd=0.69)) == []


# --------------------------------------------------------------------------- D wins


@pytest.mark.parametrize("objective", [o for o in OBJECTIVES if o != "wasserstein"])
def test_d_wins_where_it_is_sure_and_g_is_stuck(objective):
    config = RING.replace(objective=objective)
    aim = {"least-squares": (1, 0, 0.1)}.get(objective, (6, -6, 1))
    metrics = curves(2000, objective, *aim)
    far = looks(diversity=0.6, jsd=0.6)
    assert kinds(config, metrics, far) == ["d-wins"]
    # it does its work where G is good, or comes closer
    assert diagnose(config, metrics, looks(diversity=0.9, jsd=0.1)) == []
    assert diagnose(config, metrics, looks(diversity=0.9, jsd=lambda t: 0.69 * math.exp(-t))) == []
    assert (
        diagnose(config, metrics, looks(diversity=0.9, jsd=lambda t: min(0.69, 1.6 * math.exp(-1.5 * t)))) == []
    )  # still far
    # and where it is less sure
    aim = {"least-squares": (0.75, 0.25, 0.1), "hinge": (0.5, -0.5, 1), "relativistic-average": (1, -1, 1)}.get(
        objective, (1.5, -1.5, 1)
    )
    assert diagnose(config, curves(2000, objective, *aim), far) == []


def test_the_saturating_gradient_vanishes():
    metrics = curves(2000, "minimax", 8, -8, grad_norm_g=np.geomspace(1, 1e-5, 2000))
    config = RING.replace(objective="minimax")
    (finding,) = diagnose(config, metrics)  # without any evaluation
    assert finding.kind == "d-wins" and finding.remedy == {"objective": "non-saturating"} and finding.live
    assert "saturating" in finding.evidence and "above 0.995" in finding.evidence
    # the same D, and a gradient as strong as ever, tells nothing without evaluations
    assert diagnose(RING, curves(2000, "non-saturating", 8, -8)) == []


def test_a_critic_without_bound_wins_by_its_gradient_alone():
    config = RING.replace(objective="wasserstein", weight_clip=0.01)
    far = looks(diversity=0.3, jsd=0.65)
    fading = curves(2000, "wasserstein", 1.0, -1.0, grad_norm_g=np.geomspace(1, 1e-4, 2000))
    assert "d-wins" in kinds(config, fading, far)
    # large scores are no win, and a distance that shrinks with its gradient is success
    assert "d-wins" not in kinds(config, curves(2000, "wasserstein", 9.0, -9.0), far)
    shrinking = curves(
        2000, "wasserstein", np.geomspace(1, 1e-3, 2000), 0.0, 0.01, grad_norm_g=np.geomspace(1, 1e-4, 2000)
    )
    assert "d-wins" not in kinds(config, shrinking, far)


def test_label_smoothing_counts_as_what_d_can_win():
    """With s = 0.2 the best D gives reals 0.8: V is -0.22 there, which is all that can be won."""
    metrics = curves(2000, real=math.log(4), fake=-8, spread=0.05)
    far = looks(diversity=0.6, jsd=0.6)
    assert kinds(RING.replace(label_smoothing=0.2), metrics, far) == ["d-wins"]
    assert diagnose(RING, curves(2000, real=1.2, fake=-3, spread=0.05), far) == []


def test_a_lead_early_in_a_run_is_forgotten():
    turn = np.where(np.arange(3000) < 1500, 6.0, 0.2)
    metrics = curves(3000, real=turn, fake=-turn)
    assert diagnose(RING, metrics, looks(3000, diversity=0.9, jsd=0.6)) == []


# --------------------------------------------------------------------------- collapse


def test_a_collapse_is_low_diversity_that_stays():
    metrics = curves(2000, real=0.1, fake=-0.1)
    (finding,) = diagnose(
        RING, metrics, looks(diversity=0.1, modes=1, modes_total=8, high_quality=0.9, reverse_kl=2.08)
    )
    assert (
        finding.kind == "collapse" and "10%" in finding.evidence.replace(" ", "") and "1 of 8 modes" in finding.evidence
    )
    assert kinds(RING, metrics, looks(diversity=lambda t: 0.9 - 0.8 * min(1, 1.5 * t))) == ["collapse"]
    # on its way out, or diverse enough
    assert diagnose(RING, metrics, looks(diversity=lambda t: 0.05 + 0.5 * t**3)) == []
    assert diagnose(RING, metrics, looks(diversity=0.6)) == []
    # one bad look among good ones
    assert diagnose(RING, metrics, looks(diversity=lambda t: 0.05 if t == 1 else 0.9)) == []


def test_lost_modes_count_only_where_g_is_on_modes():
    metrics = curves(2000)
    lost = {"diversity": 0.9, "modes_total": 8, "modes": 3, "reverse_kl": math.log(8 / 3)}
    assert kinds(RING, metrics, looks(high_quality=0.95, **lost)) == ["collapse"]
    assert diagnose(RING, metrics, looks(high_quality=0.05, **lost)) == []
    assert diagnose(RING, metrics, looks(high_quality=0.95, **lost | {"modes": 8, "reverse_kl": 0.2})) == []
    # found one after the other
    assert (
        diagnose(RING, metrics, looks(high_quality=0.95, **lost | {"reverse_kl": lambda t: 2 * math.exp(-2 * t**4)}))
        == []
    )


def test_a_g_that_never_learnt_has_not_collapsed():
    metrics = curves(2000, real=6, fake=-6)
    assert kinds(RING, metrics, looks(diversity=0.1, jsd=0.65)) == ["d-wins"]
    noise = looks(diversity=0.1, nearest=5.0)
    assert diagnose(DIGITS, curves(2000), noise) == []
    assert kinds(DIGITS, curves(2000), looks(diversity=0.1, nearest=1.3)) == ["collapse"]


# --------------------------------------------------------------------------- memorising


def test_copies_are_told_from_new_images():
    metrics = curves(2000, real=1, fake=-1)
    (finding,) = diagnose(DIGITS, metrics, looks(diversity=0.8, nearest=lambda t: 2 - 1.9 * min(1, 1.5 * t)))
    assert finding.kind == "memorising" and set(finding.remedy) == {"augment"}
    assert diagnose(DIGITS, metrics, looks(diversity=0.8, nearest=0.7)) == []
    assert diagnose(DIGITS, metrics, looks(diversity=0.8, nearest=lambda t: 0.2 if 0.7 < t < 0.75 else 0.9)) == []
    assert (
        diagnose(DIGITS, metrics, looks(diversity=0.8, nearest=lambda t: 0.2 if t < 1 else 0.9)) == []
    )  # it has stopped
    # points have no such measure
    assert diagnose(RING, metrics, looks(diversity=0.8, nearest=0.1)) == []


# --------------------------------------------------------------------------- oscillation


def test_swings_are_counted_and_drift_and_noise_are_not():
    t = np.arange(3000)
    wave = 0.8 * np.sin(2 * np.pi * t / 300)
    (finding,) = diagnose(RING, curves(3000, real=-wave, fake=wave))
    assert finding.kind == "oscillation" and finding.steps[1] == 3000
    turns = int(re.search(r"(\d+) times", finding.evidence)[1])
    assert abs(turns - 2 * (3000 - finding.steps[0]) / 300) <= 2
    for small in (0.1, 0.4):
        assert diagnose(RING, curves(3000, real=-small * wave, fake=small * wave)) == []
    assert (
        diagnose(RING.replace(batch_size=1), curves(1100, real=-wave[:1100], fake=wave[:1100], batch=1)) == []
    )  # could be chance
    assert diagnose(RING, curves(3000, real=1 - t / 2000, fake=t / 2000 - 1)) == []  # one way only
    assert diagnose(RING, curves(3000, spread=2.0, batch=2)) == []  # noise alone
    half = np.where(t < 1500, 0, np.sin(2 * np.pi * t / 3000))
    assert diagnose(RING, curves(3000, real=half, fake=half)) == []  # too few
    over = np.where(t < 2300, wave, 0)
    assert diagnose(RING, curves(3000, real=over, fake=over)) == []  # it has died down


def test_a_critics_level_means_nothing():
    """Where only differences of scores count, both may drift and swing together; against each other it is circling."""
    wave = 3 * np.sin(2 * np.pi * np.arange(3000) / 300)
    for objective in ("wasserstein", "relativistic", "relativistic-average"):
        config = RING.replace(objective=objective, weight_clip=None)
        assert diagnose(config, curves(3000, objective, wave + 0.2, wave)) == []
        assert kinds(config, curves(3000, objective, wave / 4 + 0.2, -wave / 4)) == ["oscillation"]
    assert diagnose(RING.replace(objective="hinge"), curves(3000, "hinge", wave / 5 + 0.05, wave / 5, 0.1)) == []


# --------------------------------------------------------------------------- divergence


@pytest.mark.parametrize("objective", [o for o in OBJECTIVES if o != "wasserstein"])
def test_a_d_far_worse_than_a_coin_diverges(objective):
    config = RING.replace(objective=objective, lr_d=0.1)
    aim = {"least-squares": (3, -2)}.get(objective, (-15, 15))
    (finding,) = diagnose(config, curves(1000, objective, *aim), looks(1000, diversity=0.9))
    assert finding.kind == "divergence" and finding.live and set(finding.remedy) <= set(LIVE)
    aim = {"least-squares": (0.3, 0.7)}.get(objective, (-1, 1))
    assert "divergence" not in kinds(config, curves(1000, objective, *aim))


def test_an_outburst_is_remembered_for_a_while():
    burst = np.zeros(4000)
    burst[1500:1700] = 60
    metrics = curves(4000, real=-burst, fake=burst)
    (finding,) = diagnose(RING, metrics)
    assert finding.kind == "divergence" and finding.steps[0] <= 1700 and finding.steps[1] >= 1500
    calm = curves(12000, batch=8)
    long = {name: np.concatenate([column, calm[name]]) for name, column in metrics.items()} | {
        "step": np.arange(1, 16001)
    }
    assert diagnose(RING, long) == diagnose(RING, long, looks(16000, 200, diversity=0.9, jsd=0.1)) == []
    # what has thrown G far off is remembered until it is back
    (finding,) = diagnose(RING, long, looks(16000, 200, diversity=0.9, jsd=0.6))
    assert finding.kind == "divergence" and finding.steps[0] <= 1700 and finding.steps[1] >= 1500


def test_an_unbounded_critic_runs_away():
    config = RING.replace(objective="wasserstein", weight_clip=0.0)
    grows = np.geomspace(0.1, 1e4, 2000)
    (finding,) = diagnose(config, curves(2000, "wasserstein", grows, -grows))
    assert finding.kind == "divergence" and finding.remedy["penalty"] == "wgan-gp"
    # within its first steps too
    at_once = np.minimum(np.geomspace(1, 1e30, 2000), 1e5)
    steep = curves(2000, "wasserstein", 1e4, -1e4, grad_norm_d=at_once, grad_norm_g=at_once)
    assert kinds(config, steep) == ["divergence"]
    # a level that drifts is none, nor a distance that doubles
    assert diagnose(config, curves(2000, "wasserstein", grows + 0.5, grows)) == []
    assert diagnose(config, curves(2000, "wasserstein", np.linspace(1, 2, 2000), 0.0)) == []


def test_samples_that_fly_apart():
    assert kinds(RING, curves(2000), looks(diversity=11.0)) == ["divergence"]
    assert diagnose(RING, curves(2000), looks(diversity=1.5)) == []


def test_a_number_that_was_not_finite_is_told_at_any_step():
    status = {
        "state": "failed",
        "message": "At step 1,012 the loss of D stopped being finite. "
        "The learning rates are probably too large for this objective.",
    }
    (finding,) = diagnose(RING, curves(1011), {}, status)
    assert finding.kind == "divergence" and "1,012" in finding.evidence and finding.steps[1] == 1012
    assert kinds(RING, {}, {}, {**status, "message": status["message"].replace("1,012", "1")}) == ["divergence"]
    assert diagnose(RING, curves(1011), {}, {"state": "failed", "message": "The disk is full."}) == []
    # the sentence is the one that a training ends with
    assert str(gan_core.NonFiniteError(1012, "loss of D")) == status["message"]
