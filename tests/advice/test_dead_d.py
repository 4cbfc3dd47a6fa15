"""A D that is dead: seen under every objective, told from a D that cannot tell because G is perfect, and mended."""

from __future__ import annotations

import numpy as np
import pytest
from made_runs import DIGITS, OBJECTIVES, RING, curves, dead, kinds, looks

from gan_core.advice.diagnosis import diagnose

FAR = looks(diversity=0.9, jsd=0.5)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_it_is_seen_under_every_objective(objective):
    config = RING.replace(objective=objective)
    (finding,) = diagnose(config, dead(objective=objective), FAR)
    assert finding.kind == "d-dead" and finding.lost and not finding.live and finding.back is None
    assert kinds(config, dead(objective=objective), looks(diversity=0.2, jsd=0.5)) == ["d-dead"], "nothing beside it"
    # without evaluations too
    assert kinds(config, dead(objective=objective)) == ["d-dead"]


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_it_is_not_seen_where_d_cannot_tell_and_lives(objective):
    """At the end of a game that went well a D that lives has small gradients that are noise, and scores that spread."""
    config = RING.replace(objective=objective)
    calm = curves(2000, objective, 0.0, 0.0, spread=0.02)
    for part in (1.0, 0.2):
        fade = np.where(np.arange(2000) < 500, 1.0, part)
        calm["grad_norm_d"], calm["grad_norm_g"] = fade, fade / 4
        assert diagnose(config, calm, FAR) == diagnose(config, calm, looks(diversity=0.95, jsd=0.03)) == []
    # G has arrived: nothing is left to learn
    assert diagnose(config, dead(objective=objective), looks(diversity=0.95, jsd=0.03)) == []


def test_one_silent_network_is_no_death():
    for alive in ("grad_norm_d", "grad_norm_g"):
        metrics = dead()
        metrics[alive] = np.ones(2000)
        assert "d-dead" not in kinds(RING, metrics, FAR)
    # nor a D that was never alive, nor one that lives again
    assert "d-dead" not in kinds(RING, dead(2000, since=0) | {"grad_norm_d": np.zeros(2000)}, FAR)
    woken = {name: np.concatenate([column, column[:500]]) for name, column in dead().items()}
    assert "d-dead" not in kinds(RING, woken | {"step": np.arange(1, 2501)}, FAR)


def test_a_heavy_r1_holds_any_d_flat():
    assert kinds(RING.replace(penalty="r1", penalty_weight=1.0), dead(), FAR) == ["d-dead"]
    assert kinds(RING.replace(penalty="r1", penalty_weight=100.0), dead(), FAR) == []


def test_an_outburst_in_the_first_steps_makes_no_later_d_dead():
    metrics = curves(2000, real=0.0, fake=0.0, spread=0.02)
    for name in ("grad_norm_d", "grad_norm_g"):
        metrics[name] = np.where((np.arange(2000) >= 200) & (np.arange(2000) < 240), 1e5, 1.0)
    assert "d-dead" not in kinds(RING, metrics, FAR)


@pytest.mark.parametrize("since", [150, 420, 1500, 9000])
def test_it_says_since_when_however_long_ago(since):
    """Of the first moment at which it is seen; and it stays seen, however long the run goes on."""
    n = since + max(300, since // 2)
    (finding,) = diagnose(RING, dead(n, since), looks(n, 50, diversity=0.9, jsd=0.5))
    assert abs(finding.since - since) <= 50, finding
    long = dead(20 * since + 400, since)
    assert kinds(RING, long, looks(len(long["step"]), 50, diversity=0.9, jsd=0.5)) == ["d-dead"]


def test_without_a_change_the_remedy_is_a_new_run_with_a_smaller_rate():
    for config in (RING.replace(lr_d=0.1), DIGITS.replace(lr_d=0.1)):
        (finding,) = diagnose(config, dead(), looks(diversity=0.9))
        assert finding.kind == "d-dead" and finding.remedy["lr_d"] < 0.01 and "Start again" in finding.remedy_words
