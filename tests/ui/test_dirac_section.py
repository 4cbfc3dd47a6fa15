"""The Lab's two parameters: settings, what is drawn and said of them, and their route."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from gan_core.config.games import GAMES
from gan_core.config.glossary import TERMS
from gan_core.method.objectives import OBJECTIVES
from gan_core.method.penalties import PENALTIES
from ui.lab import dirac, dirac_drawn
from ui.lab.dirac import ACCEPTS, TRIALS, Setup
from ui.server import settings
from ui.server.answers import answer

# --------------------------------------------------------------------------- settings

setups = st.builds(
    Setup,
    objective=st.sampled_from(list(GAMES)),
    penalty=st.sampled_from(list(TERMS["penalty"])),
    weight=st.integers(0, 100).map(lambda n: n / 10),
    clip=st.integers(0, 40).map(lambda n: n / 20),
    noise=st.integers(0, 40).map(lambda n: n / 20),
    lr=st.integers(1, 500).map(lambda n: n / 100),
    k=st.integers(1, 10),
    how=st.sampled_from(ACCEPTS["how"].options),
    steps=st.integers(50, 200),
    theta=st.integers(-200, 200).map(lambda n: n / 100),
    psi=st.integers(-200, 200).map(lambda n: n / 100),
)


def test_every_objective_and_penalty_can_be_played():
    assert set(ACCEPTS["objective"].options) == set(OBJECTIVES) and set(ACCEPTS["penalty"].options) == set(PENALTIES)


@given(setups)
def test_addresses_hold_every_setup(setup):
    assert dirac.from_query(setup.query()) == (setup, [])


@given(st.dictionaries(st.sampled_from([dirac.PREFIX + name for name in ACCEPTS]), st.text(max_size=12)))
def test_no_address_is_believed(query):
    setup, notes = dirac.from_query(query)
    assert isinstance(setup, Setup) and all(note.startswith("Left out of the address") for note in notes)


anything = st.one_of(st.none(), st.floats(), st.integers(), st.text(max_size=5), st.lists(st.integers()))


@given(setups, st.dictionaries(st.sampled_from([*ACCEPTS, "other"]), anything))
def test_nothing_the_browser_says_is_believed(setup, wish):
    assert isinstance(dirac.merged(setup, wish), Setup)
    assert dirac.merged(setup, [wish]) == setup


# --------------------------------------------------------------------------- what is drawn, and said


@given(setups)
def test_every_setup_is_drawn_in_numbers_that_json_can_hold(setup):
    body = json.loads(json.dumps(dirac_drawn.drawn(setup), allow_nan=False))
    assert set(body["paths"]) == set(body["steps"]) == set(setup.hows)
    for theta, psi in body["paths"].values():
        assert len(theta) == len(psi) <= setup.steps + 1 and (theta[0], psi[0]) == (setup.theta, setup.psi)
    assert len(body["field"]) == dirac_drawn.ARROWS**2
    assert body["flow"]["why"].endswith(".") and all(s["why"].endswith(".") for s in body["steps"].values())


def test_arrows_follow_the_field():
    game = Setup(penalty="r1").game
    for share, *points in dirac_drawn.arrows(game):
        middle, ahead = points[4:6], points[6:8]
        v = np.array(dirac_drawn.dirac.field(*middle, game))
        step = np.array(ahead) - np.array(middle)
        if share > 0.2:
            assert step @ v > 0.98 * np.linalg.norm(step) * np.linalg.norm(v)


@pytest.mark.parametrize(("name", "how", "flow", "outcome"), [
    ("circles", "alternating", "circles", "circles"),
    ("circles", "simultaneous", "circles", "diverges"),
    ("clipping", "alternating", "circles", "circles"),
    ("r1", "alternating", "converges", "converges"),
    ("noise", "alternating", "converges", "converges"),
])  # fmt: skip
def test_each_trial_does_what_it_says(name, how, flow, outcome):
    trial = TRIALS[name]
    assert len(re.findall(r"[.!?](?:\s|$)", trial.words)) == 2, "two sentences"
    body = dirac_drawn.drawn(trial.setup)
    assert body["flow"]["word"] == flow and body["steps"][how]["word"] == outcome
    distance = np.hypot(*body["paths"][how])
    if outcome == "converges":
        assert distance[-1] < 1e-3
    elif outcome == "diverges":
        assert distance[-1] > 2 * distance[0]
    elif name == "circles":
        assert np.ptp(distance) < 0.1 * distance[0]
    else:
        psi = np.array(body["paths"][how][1])
        assert np.ptp(psi[-200:]) == pytest.approx(2 * trial.setup.clip, abs=0.02), "it touches the box for ever"
    assert body["flow"]["values"][0][0] == pytest.approx({"r1": -0.15, "noise": -0.16}.get(name, 0.0))


def test_words_name_the_numbers():
    body = dirac_drawn.drawn(Setup(penalty="r1", weight=0.3, how="both"))
    assert body["flow"]["text"] == "−0.150 ± 0.477i" and body["flow"]["text"] in body["flow"]["why"]
    assert (
        dirac_drawn.drawn(Setup())["flow"]["why"]
        == "The eigenvalues are ±0.500i: no real part, so nothing damps the rotation and the game circles."
    )
    assert "noise does not help" in dirac_drawn.drawn(Setup("wasserstein", noise=1.0))["flow"]["why"]
    assert "no eigenvalues" in dirac_drawn.drawn(Setup("wasserstein", "wgan-gp"))["flow"]["why"]
    assert "more and more weakly" in dirac_drawn.drawn(Setup("non-saturating"))["flow"]["why"]
    assert dirac_drawn.drawn(Setup(penalty="r1", weight=1.0))["flow"]["text"] == "−0.500", "critical damping"


# --------------------------------------------------------------------------- the route


def ask(query: str) -> tuple[int, dict]:
    request = Request(
        {"type": "http", "method": "GET", "path": "/api/dirac", "query_string": query.encode(), "headers": []}
    )
    reply = answer(settings.two_parameters)(request)
    return reply.status_code, json.loads(reply.body)


def test_route_answers_what_is_asked_and_refuses_the_rest():
    status, body = ask("penalty=r1&weight=1&how=both&steps=60&theta=1&psi=0.5")
    assert status == 200 and body == json.loads(
        json.dumps(dirac_drawn.drawn(Setup(penalty="r1", weight=1.0, how="both", steps=60, theta=1.0, psi=0.5)))
    )
    assert "field" not in ask("field=0")[1]
    for query in ("objective=chess", "lr=0", "lr=nan", "steps=1e9", "k=-1", "theta=99"):
        status, body = ask(query)
        assert status == 400 and "is not possible: use" in body["error"], query
