"""Slow motion: what is played is the run's own next step, bit for bit, and its numbers are what mathematics says."""

from __future__ import annotations

import asyncio
import json
import math
import threading
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
import torch
import torch.nn.functional as F
from starlette.requests import Request

import gan_core
from gan_core import runs
from gan_core.config import TrainConfig
from gan_core.look import scene, slow
from gan_core.look.probe import Probe
from gan_core.method.guard import NonFiniteError
from gan_core.method.memory import state_of
from gan_core.method.objectives import OBJECTIVES, shown
from gan_core.method.trainer import Trainer
from gan_core.networks import build
from gan_core.processes import renderer
from gan_core.processes.client import Asked
from gan_core.processes.questions import slow_motion
from gan_core.runs import RunError, training
from ui.server import answers, settings
from ui.server import runs as run_routes

PLANE = TrainConfig(
    data="two-gaussians",
    architecture="mlp",
    resolution=None,
    width=12,
    depth=2,
    latent_dim=3,
    batch_size=16,
    steps=500,
    lr_d=3e-3,
    lr_g=2e-3,
)
LINE = gan_core.preset("gaussian-1d").replace(batch_size=32, steps=500)
SYSTEMS = {
    "plain": PLANE,
    "line, three updates of D": LINE.replace(k=3),
    "three updates of D, the same fakes": PLANE.replace(k=3, reuse_fakes=True),
    "two updates of G": PLANE.replace(k_g=2),
    "fresh fakes, an average": PLANE.replace(reuse_fakes=False, ema_half_life=500),
    "clipped critic": PLANE.replace(objective="wasserstein", optimiser_d="rmsprop", k=2),
    "penalty at every second update": PLANE.replace(objective="wasserstein", penalty="wgan-gp", penalty_every=2, k=3),
    "pairs, two penalties": PLANE.replace(
        objective="relativistic", penalty="r1+r2", penalty_weight=0.3, anneal="cosine"
    ),
    "averages, dragan": PLANE.replace(objective="relativistic-average", penalty="dragan"),
    "smoothed, halved": PLANE.replace(label_smoothing=0.2, d_loss_scale=0.5),
    "least squares, smoothed": PLANE.replace(objective="least-squares", label_smoothing=0.2),
    "hinge under noise": PLANE.replace(objective="hinge", instance_noise=0.3),
    "packs of classes": PLANE.replace(conditioning="concatenation", packing=2, minibatch_stddev=True),
    "dropout": PLANE.replace(architecture="mlp-dropout", width=16),
    "batch norm in G": PLANE.replace(architecture="maxout"),
    "spectral norm, gradients cut short": PLANE.replace(spectral_norm=True, clip_grad=0.05),
    "unrolled": PLANE.replace(unrolled=3),
    "plain descent, a head start": PLANE.replace(
        optimiser_d="sgd", optimiser_g="sgd", lr_d=0.05, lr_g=0.05, pretrain_d=5
    ),
    "bfloat16": PLANE.replace(precision="bfloat16"),
    "float64": LINE.replace(precision="float64"),
}


def made(config: TrainConfig, steps: int = 3) -> Trainer:
    trainer = Trainer(config)
    for _ in range(steps):
        trainer.turn()
    return trainer


def differing(a: Trainer, b: Trainer) -> list[str]:
    a, b = state_of(a), state_of(b)
    clock = ("seconds", "images_per_second")
    return [k for k in a["tensors"] if not torch.equal(a["tensors"][k], b["tensors"][k])] + [
        k for k in a["counters"] if k not in clock and a["counters"][k] != b["counters"][k]
    ]


def rows(flat: list[float], width: int) -> torch.Tensor:
    return torch.tensor(flat).view(-1, width)


# --------------------------------------------------------------------------- it is the run's own step


@pytest.mark.parametrize("steps", [0, 3])
@pytest.mark.parametrize("name", SYSTEMS)
def test_slow_motion_is_the_step_that_the_run_makes(name, steps):
    played, plain = made(SYSTEMS[name], steps), made(SYSTEMS[name], steps)
    found, metrics = slow.iteration(played), plain.turn().metrics()
    assert not differing(played, plain), "nothing of it may leave a trace"
    assert found["step"] == plain.step == steps + 1
    assert found["loss_d"]["loss"] == metrics["loss_d"] and found["loss_g"]["loss"] == metrics["loss_g"]
    assert (
        found["gradient_d"]["norm"] == metrics["grad_norm_d"] and found["gradient_g"]["norm"] == metrics["grad_norm_g"]
    )
    means = [found[part]["mean"] for part in ("classify_real", "classify_fake", "loss_g")]
    assert means == [metrics[name] for name in ("d_real", "d_fake", "d_fake_after")]
    assert set(slow.SUB_STEPS) <= set(found)
    json.dumps(found, allow_nan=False)
    # and the steps after it are the same again: nothing stands between the trainer and its methods any more
    played.turn()
    plain.turn()
    assert not differing(played, plain)


def test_images_are_refused_and_a_step_that_fails_leaves_no_hooks():
    with pytest.raises(ValueError, match="images"):
        slow.iteration(Trainer(gan_core.preset("starter")))
    trainer = made(PLANE.replace(objective="least-squares", optimiser_d="sgd", lr_d=1.0), 0)
    before = dict(vars(trainer))
    with torch.no_grad():
        for p in trainer.discriminator.parameters():
            p.mul_(1e30)
    with pytest.raises(NonFiniteError):
        slow.iteration(trainer)
    assert vars(trainer).keys() == before.keys()


# --------------------------------------------------------------------------- the numbers

FORMULAS = {
    "minimax": (
        lambda r, f: F.binary_cross_entropy(r.sigmoid(), r * 0 + 1) + F.binary_cross_entropy(f.sigmoid(), f * 0),
        lambda r, f: (1 - f.sigmoid()).log().mean(),
    ),
    "non-saturating": (
        lambda r, f: -(r.sigmoid().log().mean() + (1 - f.sigmoid()).log().mean()),
        lambda r, f: -f.sigmoid().log().mean(),
    ),
    "least-squares": (
        lambda r, f: ((r - 1) ** 2).mean() / 2 + (f**2).mean() / 2,
        lambda r, f: ((f - 1) ** 2).mean() / 2,
    ),
    "wasserstein": (lambda r, f: f.mean() - r.mean(), lambda r, f: -f.mean()),
    "hinge": (lambda r, f: (1 - r).clamp(min=0).mean() + (1 + f).clamp(min=0).mean(), lambda r, f: -f.mean()),
    "relativistic": (lambda r, f: -(r - f).sigmoid().log().mean(), lambda r, f: -(f - r).sigmoid().log().mean()),
    "relativistic-average": (
        lambda r, f: -(r - f.mean()).sigmoid().log().mean() - (1 - (f - r.mean()).sigmoid()).log().mean(),
        lambda r, f: -(f - r.mean()).sigmoid().log().mean() - (1 - (r - f.mean()).sigmoid()).log().mean(),
    ),
}


@pytest.mark.parametrize("objective", OBJECTIVES)
def test_the_losses_are_those_of_the_recorded_verdicts(objective):
    found = slow.iteration(
        made(PLANE.replace(objective=objective, penalty="r1", penalty_weight=0.4, precision="float64"), 5)
    )
    reals, fakes = (
        torch.tensor(found[part]["logits"], dtype=torch.float64) for part in ("classify_real", "classify_fake")
    )
    formula_d, formula_g = FORMULAS[objective]
    loss = found["loss_d"]
    assert len(reals) == len(fakes) == 16 and loss["penalty"] > 0 and loss["penalty_weight"] == 0.4
    assert formula_d(reals, fakes).item() + 0.4 * loss["penalty"] == pytest.approx(loss["loss"], rel=1e-9)
    again = found["loss_g"]
    reals = again["real_logits"] and torch.tensor(again["real_logits"], dtype=torch.float64)
    assert (reals is not None) == OBJECTIVES[objective].pairs
    assert formula_g(reals, torch.tensor(again["logits"], dtype=torch.float64)).item() == pytest.approx(
        again["loss"], rel=1e-9
    )


@pytest.mark.parametrize(
    "objective", [name for name, game in OBJECTIVES.items() if not name.startswith("relativistic")]
)
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_ds_loss_is_the_sum_of_its_terms(objective, smoothing):
    if smoothing and OBJECTIVES[objective].smoothing is None:
        smoothing = 0.0
    found = slow.iteration(
        made(PLANE.replace(objective=objective, label_smoothing=smoothing, d_loss_scale=0.5, penalty="r2"), 5)
    )
    loss, reals = found["loss_d"], torch.tensor(found["classify_real"]["logits"])
    assert loss["real"] + loss["fake"] + loss["penalty"] * loss["penalty_weight"] == pytest.approx(
        loss["loss"], abs=1e-6
    )
    # the reals' term is about the reals alone: by hand, for two of them
    if objective == "non-saturating":
        target = torch.full_like(reals, 1 - smoothing)
        assert loss["real"] == pytest.approx(0.5 * F.binary_cross_entropy_with_logits(reals, target).item(), abs=1e-6)
    if objective == "hinge":
        assert loss["real"] == pytest.approx(0.5 * (1 - reals).clamp(min=0).mean().item(), abs=1e-6)


def test_a_penalty_that_is_not_computed_in_this_update_is_not_shown():
    config = SYSTEMS["penalty at every second update"]
    found = [slow.iteration(made(config, n))["loss_d"] for n in (0, 1)]
    # the third update of D is its number 2, the sixth its number 5
    assert found[0]["penalty"] is not None and found[0]["penalty_weight"] == 20.0
    assert found[1]["penalty"] is None and found[1]["real"] + found[1]["fake"] == pytest.approx(
        found[1]["loss"], abs=1e-6
    )


def by_hand(config: TrainConfig, steps: int) -> tuple[Trainer, torch.nn.Module, torch.nn.Module]:
    """A trainer, and plain copies of its networks as they are before its next step, in float64."""
    trainer = made(config, steps)
    networks = [network.double() for network in build(config)]
    for copy, network in zip(networks, (trainer.generator, trainer.discriminator), strict=True):
        copy.load_state_dict(network.state_dict())
    return trainer, *networks


def lengths(network: torch.nn.Module) -> list[float]:
    """Of the gradient of each linear layer."""
    return [
        math.hypot(layer.weight.grad.norm(), layer.bias.grad.norm())
        for layer in network.modules()
        if isinstance(layer, torch.nn.Linear)
    ]


@pytest.mark.parametrize("reuse", [True, False])
def test_gradients_pulls_and_updates_against_plain_pytorch(reuse):
    config = PLANE.replace(
        precision="float64", latent_dim=2, optimiser_d="sgd", optimiser_g="sgd", lr_d=0.1, lr_g=0.2, reuse_fakes=reuse
    )
    trainer, g, d = by_hand(config, 4)
    found = slow.iteration(trainer)
    z, real, fake = (
        rows(found[part][name], 2).double() for part, name in (("draw", "z"), ("draw", "real"), ("generate", "fake"))
    )
    close = {"rtol": 1e-5, "atol": 1e-7}
    torch.testing.assert_close(g(z).detach(), fake, **close)
    r, f = d(real), d(fake)
    r.retain_grad()
    f.retain_grad()
    loss = F.softplus(-r).mean() + F.softplus(f).mean()
    loss.backward()
    assert loss.item() == pytest.approx(found["loss_d"]["loss"], rel=1e-6)
    assert found["gradient_d"]["layers"] == pytest.approx(lengths(d), rel=1e-4)
    assert math.hypot(*found["gradient_d"]["layers"]) == pytest.approx(found["gradient_d"]["norm"], rel=1e-6)
    # reals pull their verdict up by 1 - D(x), fakes push theirs down by D(x)
    assert found["gradient_d"]["pull_real"] == pytest.approx((1 - r.sigmoid()).tolist(), rel=1e-4)
    assert found["gradient_d"]["pull_fake"] == pytest.approx((-f.sigmoid()).tolist(), rel=1e-4)
    assert found["update_d"]["moved"] == pytest.approx([0.1 * length for length in lengths(d)], rel=1e-4)
    verdicts = [d(x).sigmoid().mean().item() for x in (real, fake)]
    with torch.no_grad():
        for p in d.parameters():
            p -= 0.1 * p.grad
    assert found["update_d"]["verdicts_before"] == pytest.approx(verdicts, rel=1e-6)
    assert found["update_d"]["verdicts_after"] == pytest.approx(
        [d(x).sigmoid().mean().item() for x in (real, fake)], rel=1e-6
    )

    # G, against the new D
    z = rows(found["loss_g"]["z"], 2).double()
    assert found["loss_g"]["fresh"] is not reuse and (found["loss_g"]["z"] == found["draw"]["z"]) is reuse
    x = g(z)
    x.retain_grad()
    loss = -torch.log(torch.sigmoid(d(x))).mean()
    loss.backward()
    assert loss.item() == pytest.approx(found["loss_g"]["loss"], rel=1e-6)
    torch.testing.assert_close(rows(found["gradient_g"]["pull"], 2).double(), -16 * x.grad, rtol=1e-4, atol=1e-7)
    assert found["gradient_g"]["layers"] == pytest.approx(lengths(g), rel=1e-4)
    assert found["update_g"]["moved"] == pytest.approx([0.2 * length for length in lengths(g)], rel=1e-4)
    with torch.no_grad():
        before = d(x).sigmoid().mean().item()
        for p in g.parameters():
            p -= 0.2 * p.grad
        torch.testing.assert_close(rows(found["update_g"]["fake"], 2).double(), g(z), **close)
        assert (found["update_g"]["before"], found["update_g"]["after"]) == pytest.approx(
            (before, d(g(z)).sigmoid().mean().item()), rel=1e-5
        )


def test_the_pull_on_a_fake_is_how_gs_loss_falls_when_it_moves():
    """By finite differences, through an objective that compares with the reals too."""
    config = PLANE.replace(precision="float64", objective="relativistic", latent_dim=2)
    trainer = made(config, 4)
    found = slow.iteration(trainer)
    d, h = trainer.discriminator, 1e-5
    x, reals = (
        rows(found["loss_g"]["fake"], 2).double(),
        torch.tensor(found["loss_g"]["real_logits"], dtype=torch.float64),
    )
    pull = rows(found["gradient_g"]["pull"], 2)
    for i, axis in ((0, 0), (3, 1), (11, 0)):
        step = torch.zeros_like(x)
        step[i, axis] = h
        with torch.no_grad():
            up, down = (F.softplus(reals - d(moved)).mean().item() for moved in (x + step, x - step))
        assert pull[i, axis].item() == pytest.approx(-16 * (up - down) / (2 * h), rel=1e-4, abs=1e-7)


def test_what_is_played_of_several_updates_is_the_last_one():
    config = PLANE.replace(k=3)
    trainer, other = made(config, 0), made(config, 0)
    at = scene.points_view(trainer.data).at

    def picture() -> list[float]:
        return shown(other.objective, Probe(other).score(at)).tolist()

    first = picture()
    other.turn("d")
    other.turn("d")
    second, order = picture(), other.order.position
    other.turn("d")
    found = slow.iteration(trainer)
    assert found["update_d"]["before"] == pytest.approx(second, abs=1e-5) and found["update_d"][
        "after"
    ] == pytest.approx(picture(), abs=1e-5)
    assert max(abs(a - b) for a, b in zip(first, second, strict=True)) > 1e-3
    other.order.position = order
    assert found["draw"]["real"] == other.data.batch(other.order.next()).flatten().tolist()
    assert found["config"]["k"] == 3 and found["at"]["map"] ** 2 == len(second)


def test_layers_are_those_that_learn_in_the_order_of_use():
    networks = slow.iteration(Trainer(PLANE.replace(width_d=7, activation="tanh")))["networks"]
    assert [(layer["units"], layer["activation"]) for layer in networks["generator"]] == [
        (12, "Tanh"),
        (12, "Tanh"),
        (2, None),
    ]
    assert [(layer["units"], layer["activation"]) for layer in networks["discriminator"]] == [
        (7, "Tanh"),
        (7, "Tanh"),
        (1, None),
    ]
    for name in ("batch norm in G", "spectral norm, gradients cut short", "packs of classes"):
        trainer = Trainer(SYSTEMS[name])
        found = slow.iteration(trainer)
        for player, network, _ in trainer.players():
            layers, moved = found["networks"][player], found[f"update_{player[0]}"]["moved"]
            assert sum(layer["parameters"] for layer in layers) == sum(p.numel() for p in network.parameters()), (
                name,
                player,
            )
            assert len(moved) == len(layers) and all(length > 0 for length in moved), (name, player)


def test_gradients_are_shown_as_they_come_and_cut_before_the_update():
    free, cut = (made(PLANE.replace(clip_grad=clip, optimiser_d="sgd", lr_d=0.1), 0) for clip in (0.0, 0.01))
    free, cut = slow.iteration(free), slow.iteration(cut)
    assert cut["gradient_d"] == free["gradient_d"] and cut["gradient_d"]["norm"] > 0.01
    assert math.hypot(*cut["update_d"]["moved"]) == pytest.approx(0.1 * 0.01, rel=1e-3)


# --------------------------------------------------------------------------- a run


@pytest.fixture
def paused(until):
    """`paused(config, step)`: a run that a thread of this process trains, paused at that step."""
    begun = []

    def begin(config: TrainConfig, step: int) -> runs.Run:
        run, leave = runs.create(config), threading.Event()
        run.ask(pause=True)
        thread = threading.Thread(target=training.hold, args=(run, leave), daemon=True)
        begun.append((leave, thread))
        thread.start()
        until(lambda: run.status["state"] == "paused", "the pause")
        for n in range(1, step + 1):
            run.ask(turn="both")
            until(lambda n=n: run.status["step"] == n and run.status["state"] == "paused", f"step {n}")
        return run

    yield begin
    for leave, thread in begun:
        leave.set()
        thread.join(60)


def test_a_paused_run_arrives_where_slow_motion_says(paused, until, monkeypatch):
    run = paused(LINE.replace(k=2), 2)
    run.ask(lr_d=4e-3)
    until(lambda: run.status["live"]["lr_d"] == 4e-3, "the new rate")
    trainers = []
    monkeypatch.setattr(slow_motion, "Trainer", lambda *a: trainers.append(Trainer(*a)) or trainers[-1])
    found = renderer.answer({"do": "slow", "run": run.id})
    assert found["step"] == 3 and found["config"]["lr_d"] == 4e-3
    assert run.status["step"] == 2 and runs.load_state(run.folder)["counters"]["step"] == 2, (
        "the run itself has not moved"
    )
    run.ask(turn="both")
    until(lambda: run.status["step"] == 3 and run.status["state"] == "paused", "the real step")
    row = {name: column[-1] for name, column in run.metrics().items()}
    assert (
        row["step"] == 3
        and row["loss_d"] == pytest.approx(found["loss_d"]["loss"], rel=1e-6)
        and row["loss_g"] == pytest.approx(found["loss_g"]["loss"], rel=1e-6)
    )
    real = runs.load_state(run.folder)["tensors"]
    mine = state_of(trainers[0])["tensors"]
    assert not [name for name in mine if not torch.equal(mine[name], real[name])]
    assert renderer.answer({"do": "slow", "run": run.id})["step"] == 4


def test_before_its_first_step_a_run_plays_what_its_settings_play(paused):
    run = paused(PLANE, 0)
    found, first = (
        renderer.answer({"do": "slow", "run": run.id}),
        renderer.answer({"do": "slow", "config": PLANE.to_dict()}),
    )
    assert found == first and found["step"] == 1


def test_where_there_is_no_next_step_a_sentence_says_why(paused, until, monkeypatch):
    run = paused(PLANE.replace(steps=2), 1)
    with monkeypatch.context() as patch:
        patch.setattr(slow_motion, "load_state", lambda folder: None)
        assert "moved on" in renderer.answer({"do": "slow", "run": run.id})["error"], (
            "never the numbers of another step"
        )
    run.ask(pause=False)
    until(lambda: run.status["state"] == "finished", "the end")
    assert "no next step" in renderer.answer({"do": "slow", "run": run.id})["error"]
    waiting = runs.create(PLANE)
    assert "Pause" in renderer.answer({"do": "slow", "run": waiting.id})["error"]
    assert "images" in renderer.answer({"do": "slow", "config": gan_core.preset("mlp-tiny").to_dict()})["error"]
    assert "no run" in renderer.answer({"do": "slow", "run": "nobody"})["error"].lower()
    with pytest.raises(RunError):
        slow_motion.slow_motion(run=run)


# --------------------------------------------------------------------------- the routes


def ask(handler, query: str = "", **path: str) -> tuple[int, dict]:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost")],
        "client": None,
        "path_params": path,
    }

    async def receive() -> dict:
        return await asyncio.Event().wait() or {}  # the visitor stays

    reply = asyncio.run(answers.answer(handler)(Request(scope, receive)))
    return reply.status_code, json.loads(reply.body)


def test_routes_ask_for_settings_or_for_a_run(monkeypatch):
    asked = []

    class Fleet:
        def asked(self, question: dict, timeout: float = 60.0) -> Asked:
            asked.append(question)
            found = Asked(SimpleNamespace(drop=lambda number: None), 0, timeout)
            found.future.set_result(renderer.answer(question))
            return found

    monkeypatch.setattr(answers.fleet, "shared", Fleet)
    query = urlencode({"config": PLANE.replace(seed=5).to_json()})
    assert ask(settings.slow, query) == ask(settings.slow, query) and len(asked) == 1, (
        "the first step of settings is played once"
    )
    assert ask(settings.slow, query)[1] == json.loads(json.dumps(slow.iteration(Trainer(PLANE.replace(seed=5)))))
    assert ask(settings.slow, "config={}]")[0] == 400 and ask(run_routes.slow, id="nobody")[0] == 404
    run = runs.create(PLANE)
    assert "Pause" in ask(run_routes.slow, id=run.id)[1]["error"]
    ask(run_routes.slow, id=run.id)
    assert [q for q in asked if "run" in q] == [{"do": "slow", "run": run.id}] * 2, (
        "a run moves on: nothing of it is kept"
    )
