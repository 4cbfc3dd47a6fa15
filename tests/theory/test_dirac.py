"""Dirac-GAN against closed forms (Mescheder et al. 2018, arXiv:1801.04406), the program's own losses, and itself."""

from __future__ import annotations

import cmath
import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gan_core.config import ConfigError
from gan_core.config.games import GAMES
from gan_core.method.objectives import OBJECTIVES
from gan_core.method.penalties import PENALTIES
from gan_core.theory import dirac
from gan_core.theory.dirac import Game

SMOOTH = [name for name, game in GAMES.items() if game.slopes.margin is None]
POINTS = [(0.7, -0.4), (-1.3, 0.9), (0.2, 1.6), (1.9, 1.1), (-0.8, -1.7)]
numbers = st.floats(-3, 3, allow_nan=False)


# --------------------------------------------------------------------------- the field


def losses(
    game: Game, theta: torch.Tensor, psi: torch.Tensor, noise_real: torch.Tensor, noise_fake: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The two losses as the trainer would compute them, from the program's own objectives and penalties."""
    objective = OBJECTIVES[game.objective]
    level = 0.5 if game.objective == "least-squares" else 0.0
    real, fake = noise_real[:, None] * 1.0, theta + noise_fake[:, None]

    def critic(x: torch.Tensor) -> torch.Tensor:
        return (level + psi * x).squeeze(1)

    d_loss = objective.d_loss(critic(real), critic(fake)) + game.weight * PENALTIES[game.penalty](
        critic, real, fake.detach()
    )
    return d_loss, objective.g_loss(critic(real), critic(fake))


@pytest.mark.parametrize("penalty", PENALTIES)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_field_is_minus_the_gradient_of_the_programs_losses(objective, penalty):
    game = Game(objective, penalty, weight=0.7)
    nothing = torch.zeros(4, dtype=torch.float64)
    for point in POINTS:
        theta, psi = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in point)
        d_loss, g_loss = losses(game, theta, psi, nothing, nothing)
        (by_d,) = torch.autograd.grad(d_loss, psi, retain_graph=True)
        (by_g,) = torch.autograd.grad(g_loss, theta)
        assert dirac.field(*point, game) == pytest.approx((-by_g.item(), -by_d.item()), abs=1e-9)


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_field_with_noise_is_the_mean_gradient_over_noisy_samples(objective):
    game, n = Game(objective, noise=0.6), 400_000
    random = torch.Generator().manual_seed(3)
    for point in POINTS[:3]:
        theta, psi = (torch.tensor(v, dtype=torch.float64, requires_grad=True) for v in point)
        # each draw with its opposite: most of the sampling error goes
        noise = [0.6 * torch.randn(n // 2, generator=random, dtype=torch.float64) for _ in range(2)]
        noise_real, noise_fake = (torch.cat([e, -e]) for e in noise)
        d_loss, g_loss = losses(game, theta, psi, noise_real, noise_fake)
        (by_d,) = torch.autograd.grad(d_loss, psi, retain_graph=True)
        (by_g,) = torch.autograd.grad(g_loss, theta)
        assert dirac.field(*point, game) == pytest.approx((-by_g.item(), -by_d.item()), abs=6e-3)


@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.0])
def test_quadrature_is_exact_where_a_fine_sum_is(sigma):
    x = np.linspace(-9, 9, 600_001)
    weights = np.exp(-x * x / 2) / np.exp(-x * x / 2).sum()
    for theta, psi in POINTS:
        real, fake = sigma * x, theta + sigma * x
        by_d = weights @ (real / (1 + np.exp(psi * real))) - weights @ (fake / (1 + np.exp(-psi * fake)))
        by_g = weights @ (psi / (1 + np.exp(-psi * fake)))
        assert dirac.field(theta, psi, Game(noise=sigma)) == pytest.approx((by_g, by_d), abs=1e-7)
        # the hinge jumps: the fine sum itself errs by its grid
        by_d = weights @ (real * (psi * real < 1)) - weights @ (fake * (psi * fake > -1))
        assert dirac.field(theta, psi, Game("hinge", noise=sigma)) == pytest.approx((psi, by_d), abs=1e-4)


def test_field_has_the_papers_form_with_its_d_turned_over():
    """The paper's D is high on fakes: v = (-f'(theta psi) psi, f'(theta psi) theta) with f'(t) = 1 / (1 + e^t)."""
    for theta, psi in POINTS:
        turned = 1 / (1 + math.exp(theta * -psi))
        assert dirac.field(theta, psi, Game()) == pytest.approx((-turned * -psi, -turned * theta))


@given(
    numbers,
    numbers,
    st.sampled_from(sorted(OBJECTIVES)),
    st.sampled_from(sorted(PENALTIES)),
    st.sampled_from([0.0, 0.5]),
)
def test_field_is_odd_and_vectorised(theta, psi, objective, penalty, noise):
    game = Game(objective, penalty, noise=noise)
    one, other = dirac.field(theta, psi, game), dirac.field(-theta, -psi, game)
    assert np.allclose(one, [-v for v in other], atol=1e-9)
    many = dirac.field(np.full((2, 3), theta), np.full((2, 3), psi), game)
    assert many[0].shape == many[1].shape == (2, 3)
    assert np.allclose(many[0], one[0], atol=1e-12) and np.allclose(many[1], one[1], atol=1e-12)


def flow(theta: float, psi: float, game: Game, time: float = 8.0, step: float = 0.01) -> np.ndarray:
    """The game in continuous time, by Runge and Kutta: (n, 2)."""
    point, path = np.array([theta, psi]), []
    v = lambda p: np.array(dirac.field(float(p[0]), float(p[1]), game))  # noqa: E731
    for _ in range(round(time / step)):
        path.append(point)
        a = v(point)
        b = v(point + step / 2 * a)
        c = v(point + step / 2 * b)
        point = point + step / 6 * (a + 2 * b + 2 * c + v(point + step * c))
    return np.array(path)


@pytest.mark.parametrize("objective", ["minimax", "wasserstein"])
def test_plain_game_keeps_its_distance_in_continuous_time(objective):
    """Lemma 2.3: theta^2 + psi^2 is constant along every integral curve."""
    energy = (flow(1.2, -0.5, Game(objective)) ** 2).sum(1)
    assert np.ptp(energy) < 1e-6


@pytest.mark.parametrize("objective", [name for name, game in GAMES.items() if game.slopes.settles])
def test_curved_losses_lose_distance_but_ever_more_slowly(objective):
    energy = (flow(1.2, -0.5, Game(objective), time=60, step=0.05) ** 2).sum(1)
    assert (np.diff(energy) <= 1e-9).all() and energy[-1] > 0.02
    half = len(energy) // 2
    assert energy[half] - energy[-1] < (energy[0] - energy[half]) / 3


@pytest.mark.parametrize(
    "game", [Game(penalty="r1"), Game(penalty="r2"), Game(penalty="r1+r2"), Game(noise=0.8), Game("wasserstein", "r1")]
)
def test_r1_and_noise_lose_distance(game):
    energy = (flow(1.2, -0.5, game, time=40, step=0.05) ** 2).sum(1)
    assert (np.diff(energy) <= 1e-12).all() and energy[-1] < 0.02


# --------------------------------------------------------------------------- eigenvalues


@pytest.mark.parametrize("noise", [0.0, 0.4, 1.1])
@pytest.mark.parametrize("penalty", ["none", "r1", "r2", "r1+r2"])
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_jacobian_is_that_of_finite_differences(objective, penalty, noise):
    game, h = Game(objective, penalty, weight=0.7, noise=noise), 1e-5
    found = np.empty((2, 2))
    for column, (theta, psi) in enumerate([(h, 0.0), (0.0, h)]):
        ahead, behind = dirac.field(theta, psi, game), dirac.field(-theta, -psi, game)
        found[:, column] = [(a - b) / (2 * h) for a, b in zip(ahead, behind, strict=True)]
    assert np.allclose(dirac.jacobian(game), found, atol=1e-7)


def test_lemma_2_2_plain_eigenvalues_are_f1_i():
    assert dirac.eigenvalues(dirac.jacobian(Game())) == (0.5j, -0.5j)
    assert dirac.eigenvalues(dirac.jacobian(Game("non-saturating"))) == (0.5j, -0.5j)
    assert dirac.eigenvalues(dirac.jacobian(Game("wasserstein"))) == (1j, -1j)


@pytest.mark.parametrize("h", [0.01, 0.2, 1.0])
def test_lemma_2_4_simultaneous_steps_leave_the_circle(h):
    values = dirac.eigenvalues(dirac.update(Game(), h, "simultaneous"))
    assert values == pytest.approx((1 + 0.5j * h, 1 - 0.5j * h))
    assert abs(values[0]) == pytest.approx(math.sqrt(1 + h * h / 4)) and dirac.of_steps(values) == "diverges"
    distance = np.hypot(*dirac.trajectory(0.6, 0.3, Game(), h, 300, "simultaneous").T)
    assert (np.diff(distance) > 0).all()


@pytest.mark.parametrize(("objective", "slope"), [("minimax", 0.5), ("wasserstein", 1.0)])
@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("alpha", [0.1, 0.5, 1.9, 2.5])
def test_lemma_2_5_alternating_steps_stay_on_the_circle_up_to_alpha_2(objective, slope, k, alpha):
    values = dirac.eigenvalues(dirac.update(Game(objective), alpha / slope / math.sqrt(k), k=k))
    middle = 1 - alpha**2 / 2
    root = cmath.sqrt(middle**2 - 1)
    assert sorted(values, key=lambda v: (v.imag, v.real)) == pytest.approx(
        sorted([middle + root, middle - root], key=lambda v: (v.imag, v.real))
    )
    assert dirac.of_steps(values) == ("circles" if alpha <= 2 else "diverges")
    if alpha <= 2:
        assert [abs(v) for v in values] == pytest.approx([1, 1])


def test_two_over_f1_is_where_alternating_steps_are_thrown_out():
    for objective, slope in (("minimax", 0.5), ("wasserstein", 1.0)):
        bound = 2 / slope
        assert dirac.of_steps(dirac.eigenvalues(dirac.update(Game(objective), 0.999 * bound))) == "circles"
        assert dirac.of_steps(dirac.eigenvalues(dirac.update(Game(objective), 1.001 * bound))) == "diverges"


@pytest.mark.parametrize("sigma", [0.3, 1.0, 1.9])
def test_lemma_3_2_instance_noise(sigma):
    f1, f2 = 0.5, -0.25
    root = cmath.sqrt(f2**2 * sigma**4 - f1**2)
    values = dirac.eigenvalues(dirac.jacobian(Game(noise=sigma)))
    assert values == pytest.approx((f2 * sigma**2 + root, f2 * sigma**2 - root))
    assert max(v.real for v in values) < 0 and dirac.of_flow(values) == "converges"


@pytest.mark.parametrize("gamma", [0.1, 0.9, 1.0, 3.0])
def test_lemma_3_3_gradient_penalty(gamma):
    root = cmath.sqrt(gamma**2 / 4 - 0.25)
    for penalty in ("r1", "r2"):
        values = dirac.eigenvalues(dirac.jacobian(Game(penalty=penalty, weight=gamma)))
        assert values == pytest.approx((-gamma / 2 + root, -gamma / 2 - root))
        assert dirac.of_flow(values) == "converges"
    both = dirac.jacobian(Game(penalty="r1+r2", weight=gamma / 2))
    assert np.allclose(both, dirac.jacobian(Game(penalty="r1", weight=gamma)))


@pytest.mark.parametrize("how", dirac.HOW)
@pytest.mark.parametrize("k", [1, 2, 5])
@pytest.mark.parametrize(
    "game",
    [Game(), Game(penalty="r1", weight=0.8), Game("least-squares", noise=0.5), Game("relativistic-average", "r2")],
)
def test_update_is_the_derivative_of_one_step_of_the_trajectory(game, how, k):
    h = 1e-6
    columns = [
        (dirac.trajectory(*p, game, 0.3, 1, how, k)[1] - dirac.trajectory(-p[0], -p[1], game, 0.3, 1, how, k)[1])
        / (2 * h)
        for p in ((h, 0), (0, h))
    ]
    assert np.allclose(dirac.update(game, 0.3, how, k), np.array(columns).T, atol=1e-7)


@given(st.lists(st.floats(-5, 5, allow_nan=False), min_size=4, max_size=4))
def test_eigenvalues_are_numpys(entries):
    matrix = np.array(entries).reshape(2, 2)
    a, b = dirac.eigenvalues(matrix)
    assert a + b == pytest.approx(np.trace(matrix), abs=1e-9)
    assert a * b == pytest.approx(np.linalg.det(matrix), abs=1e-7)


# --------------------------------------------------------------------------- where trajectories end


@pytest.mark.parametrize("how", dirac.HOW)
@pytest.mark.parametrize(
    "game", [Game(penalty="r1"), Game(noise=0.8), Game("non-saturating", "r1"), Game("relativistic", "r1+r2")]
)
def test_r1_and_noise_converge_with_small_steps(game, how):
    assert np.abs(dirac.trajectory(1.2, 0.8, game, 0.1, 1500, how)[-1]).max() < 1e-6
    assert dirac.of_steps(dirac.eigenvalues(dirac.update(game, 0.1, how))) == "converges"


@pytest.mark.parametrize("how", dirac.HOW)
@pytest.mark.parametrize("penalty", ["wgan-gp", "dragan"])
@pytest.mark.parametrize("objective", ["wasserstein", "minimax"])
def test_penalties_that_want_a_slope_of_one_do_not_converge(objective, penalty, how):
    game = Game(objective, penalty, weight=0.3)
    assert dirac.jacobian(game) is None and dirac.update(game, 0.1, how) is None
    assert dirac.of_flow(None) == "does not converge"
    for start in ((1.2, 0.0), (0.05, 0.02)):
        path = dirac.trajectory(*start, game, 0.05, 6000, how)
        late = np.hypot(*path[-2000:].T)
        assert late.max() > 0.3 and np.ptp(path[-2000:, 0]) > 0.3


@pytest.mark.parametrize("how", dirac.HOW)
def test_clipping_cycles_within_its_box(how):
    path = dirac.trajectory(1.6, 0.4, Game("wasserstein", clip=0.5), 0.05, 4000, how)
    assert np.abs(path[1:, 1]).max() <= 0.5
    late = path[-1000:]
    # it goes round for ever, from one wall to the other
    assert np.ptp(late[:, 1]) == pytest.approx(1, abs=0.01) and np.hypot(*late.T).min() > 0.45
    assert np.hypot(*late.T).max() < 0.6, "the box has cut the circle down"


def test_a_step_is_what_it_says():
    game, (theta, psi), h = Game("wasserstein"), (1.0, 0.5), 0.1
    assert dirac.trajectory(theta, psi, game, h, 1, "simultaneous", k=3)[1] == pytest.approx(
        [theta + h * psi, psi - 3 * h * theta]
    )
    after = psi - 3 * h * theta
    assert dirac.trajectory(theta, psi, game, h, 1, "alternating", k=3)[1] == pytest.approx([theta + h * after, after])
    faded = dirac.trajectory(theta, psi, game, h, 2, "simultaneous", decay=1.0)
    assert faded[2] == pytest.approx(faded[1] + h / 2 * np.array(dirac.field(*faded[1].tolist(), game)))
    assert dirac.trajectory(1.0, 0.0, game, 5.0, 200).shape[0] < 200, "it ends where it is beyond all bounds"
    assert np.abs(dirac.trajectory(1.0, 0.0, game, 5.0, 200)).max() <= dirac.FAR
    assert dirac.trajectory(0.0, 0.0, Game(penalty="r1", noise=0.5), 0.3, 20) == pytest.approx(np.zeros((21, 2)))


# --------------------------------------------------------------------------- values that cannot be


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"objective": "minmax"}, "objective"),
        ({"penalty": "r3"}, "penalty"),
        ({"weight": -1}, "weight"),
        ({"weight": math.nan}, "weight"),
        ({"clip": "0.1"}, "clip"),
        ({"noise": True}, "noise"),
        ({"sigma": 1.0}, "sigma"),
    ],
)
def test_impossible_games_are_refused_in_a_sentence(changes, field):
    with pytest.raises(ConfigError) as refusal:
        Game().replace(**changes)
    assert refusal.value.field == field and ("use " in str(refusal.value))


@pytest.mark.parametrize(
    "wrong",
    [
        {"lr": 0.0},
        {"lr": math.inf},
        {"steps": -1},
        {"steps": 1.5},
        {"how": "both"},
        {"k": 0},
        {"k": True},
        {"decay": -1},
    ],
)
def test_impossible_steps_are_refused(wrong):
    with pytest.raises(ConfigError):
        dirac.trajectory(1.0, 0.0, Game(), **{"lr": 0.1, "steps": 10} | wrong)
