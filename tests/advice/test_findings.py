"""What a finding says: evidence, order, remedies that are configurations, words; and real runs good and bad."""

from __future__ import annotations

import ast
import dataclasses
import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_runs import DIGITS, KINDS, OBJECTIVES, RING, bad_runs, curves, kinds, looks
from strategies import configs

import gan_core
from gan_core import advice
from gan_core.advice import diagnosis
from gan_core.advice.diagnosis import diagnose, remedy_for
from gan_core.advice.finding import Finding


def test_every_kind_is_found_and_says_all_it_should():
    for kind, (config, metrics, evaluations) in bad_runs().items():
        (finding,) = diagnose(config, metrics, evaluations)
        assert finding.kind == kind and kind in KINDS
        first, last = finding.steps
        assert 1 <= first <= last <= 2000
        for sentence in (finding.evidence, finding.meaning, finding.remedy_words):
            assert sentence.endswith(".") and "nan" not in sentence.lower().split() and len(sentence) < 260, sentence
        told = [
            int(x.replace(",", ""))
            for x in re.findall(r"steps? ([\d,]*\d)|(?:to|and) ([\d,]*\d)(?=[.;,)]| \(|:)", finding.evidence)
            for x in x
            if x
        ]
        assert told and all(1 <= step <= 2000 for step in told if step > 20), (finding.evidence, told)
        assert f"{first:,}" in finding.evidence and f"{last:,}" in finding.evidence
        assert config.replace(**finding.remedy) != config
        json.dumps(dataclasses.asdict(finding))


def test_the_worst_comes_first_and_each_kind_once():
    wave = 0.8 * np.sin(2 * np.pi * np.arange(2000) / 200)
    found = diagnose(DIGITS, curves(real=wave, fake=-wave), looks(diversity=0.1, nearest=0.1))
    assert [f.kind for f in found] == ["collapse", "memorising", "oscillation"]
    assert [KINDS.index(f.kind) for f in found] == sorted(KINDS.index(f.kind) for f in found)


@pytest.mark.parametrize("kind", KINDS)
def test_missing_numbers_change_nothing(kind):
    """Single turns leave nan; records may be left out; a column may be missing."""
    config, metrics, evaluations = bad_runs()[kind]
    random = np.random.default_rng(3)
    holes = {
        name: np.where(random.random(2000) < 0.3, np.nan, column) if name not in ("step", "epoch") else column
        for name, column in metrics.items()
    }
    assert kinds(config, holes, evaluations) == [kind]
    fewer = random.random(2000) < 0.7
    assert kinds(config, {name: column[fewer] for name, column in metrics.items()}, evaluations) == [kind]
    assert kinds(
        config,
        {name: column for name, column in metrics.items() if name not in ("penalty", "seconds", "d_fake_after")},
        evaluations,
    ) == [kind]
    with_gaps = {
        name: [None if i % 3 == 0 and name != "step" else x for i, x in enumerate(column)]
        for name, column in evaluations.items()
    }
    assert kinds(config, metrics, with_gaps) == [kind]
    infinite = {
        name: np.where(np.arange(2000) % 97 == 0, np.inf, column) if name not in ("step", "epoch") else column
        for name, column in metrics.items()
    }
    assert kinds(config, infinite, evaluations) == [kind]


def test_d_may_learn_several_times_and_the_batch_may_be_of_any_size():
    config, metrics, evaluations = bad_runs()["d-wins"]
    assert kinds(config.replace(k=5), metrics, evaluations) == ["d-wins"]
    wave = 0.8 * np.sin(2 * np.pi * np.arange(2000) / 200)
    for batch in (8, 64, 512):
        assert kinds(RING.replace(batch_size=batch), curves(real=wave, fake=-wave, batch=batch)) == ["oscillation"]
        assert diagnose(RING.replace(batch_size=batch), curves(batch=batch)) == []


# --------------------------------------------------------------------------- remedies


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_remedy_is_a_configuration(kind, objective):
    for preset in gan_core.PRESETS.values():
        config = preset.config.replace(objective=objective, label_smoothing=0.0)
        # again and again: a remedy that did not help is followed by another one
        for _ in range(12):
            remedy, words = remedy_for(config, kind)
            changed = config.replace(**remedy)
            assert (
                changed != config
                and words.endswith(".")
                and all(getattr(config, name) != value for name, value in remedy.items())
            )
            config = changed


@settings(max_examples=60)
@given(config=configs(), kind=st.sampled_from(KINDS))
def test_any_configuration_has_a_remedy(config, kind):
    remedy, words = remedy_for(config, kind)
    assert remedy and config.replace(**remedy) != config and words


@settings(max_examples=12)
@given(config=configs(), kind=st.sampled_from(KINDS))
def test_findings_of_any_configuration_come_with_remedies(config, kind):
    _, _, evaluations = bad_runs()[kind]
    metrics = (
        curves(800, config.objective, -30, 30, batch=8)
        if kind == "divergence"
        else curves(800, config.objective, 7, -7, batch=8)
    )
    for finding in diagnose(config, metrics, evaluations):
        assert config.replace(**finding.remedy) != config


def test_remedies_name_what_helps():
    assert remedy_for(RING.replace(lr_d=1e-2, lr_g=1e-4), "d-wins")[0] == {"lr_d": 1e-3, "lr_g": 1e-3}
    assert remedy_for(RING, "d-wins")[0] == {"penalty": "r1", "penalty_weight": 0.1}
    assert remedy_for(DIGITS, "d-wins")[0] == {"penalty": "r1", "penalty_weight": 1.0}
    assert remedy_for(RING.replace(penalty="r1", penalty_weight=0.1), "d-wins")[0] == {"penalty_weight": 0.3}
    modern = {"objective": "relativistic", "penalty": "r1+r2", "penalty_weight": 0.1}
    assert remedy_for(RING, "collapse")[0] == modern
    assert remedy_for(RING.replace(**modern), "collapse")[0] == {"packing": 2}
    assert set(remedy_for(RING.replace(lr_d=0.3), "divergence")[0]) == {"lr_d"}
    assert remedy_for(RING.replace(beta1=0.9, penalty="r1"), "oscillation")[0] == {"beta1": 0.5}
    assert Finding("collapse", "", "", "", {"lr_d": 1e-4, "k": 2}, "", (1, 2)).live
    assert not Finding("collapse", "", "", "", {"lr_d": 1e-4, "packing": 2}, "", (1, 2)).live


def test_the_room_needs_numpy_and_the_configuration_alone():
    files = list(Path(advice.__file__).parent.glob("*.py"))
    top = set()
    for file in files:
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.Import):
                top |= {name.name for name in node.names}
            elif isinstance(node, ast.ImportFrom):
                top.add(node.module)
    assert top - {file.stem for file in files} - {None} == {
        "__future__",
        "math",
        "re",
        "collections.abc",
        "dataclasses",
        "typing",
        "numpy",
        "config",
        "config.games",
        "config.glossary",
        "runs.changes",
    }


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_words_and_something_to_try(kind):
    record = diagnosis.KINDS[kind]
    assert record.title and record.meaning.endswith(".")
    for config in (RING, DIGITS):
        remedies = list(record.remedies(config))
        assert remedies and all(changes and words.endswith(".") for changes, words in remedies)


# --------------------------------------------------------------------------- real runs


@pytest.mark.slow
def test_real_runs_good_and_bad():
    """Four short trainings, as the benchmark makes them; what they show is checked there on their networks."""
    from benchmarks.diagnosis import main

    outcomes = {o.case.name: o for o in main(["--quick"])}
    assert outcomes["minimax + R1, Gaussian"].final == set()
    for name, kind in (
        ("minimax, strong D, ring", "d-wins"),
        ("fast G, two Gaussians", "collapse"),
        ("rates of 0.3, ring", "divergence"),
    ):
        assert kind in outcomes[name].final and outcomes[name].shows, name
