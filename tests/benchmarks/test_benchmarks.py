"""The tables of published numbers: ensembles are what they claim to be, and each command prints its rows."""

from __future__ import annotations

import math

import pytest
import torch

from benchmarks import mixtures, stacked_mnist
from benchmarks.ensembles import Ensemble, Layers, evaluation_noise
from benchmarks.pacgan import PacGAN
from gan_core import TrainConfig, build
from gan_core.look.probe import Probe
from gan_core.method import train
from gan_core.method.penalties import PENALTIES
from gan_core.method.trainer import Trainer
from gan_core.metrics import mixture_oracle
from gan_core.networks import as_in_training

SEEDS = (3, 5)


def small(**changes) -> TrainConfig:
    """A recipe's configuration, small and in float64, so that rounding does not grow into differences."""
    return mixtures.BASE.replace(data="grid", width=12, batch_size=16, steps=12, precision="float64", **changes)


def apart(layers: Layers, config: TrainConfig, which: int, flat=None) -> list[torch.nn.Module]:
    """Single networks with an ensemble's parameters."""
    networks = [build(config.replace(seed=seed))[which] for seed in SEEDS]
    layers.write(networks, flat)
    return networks


# --------------------------------------------------------------------------- ensembles


def test_stacked_networks_compute_what_each_does_alone():
    config = small(packing=2)
    ensemble = Ensemble(config, SEEDS)
    z = torch.randn(2, 10, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    drawn = ensemble.generator.forward(z)[-1]
    logits = ensemble.discriminator.forward(drawn.view(2, 5, 4))[-1]
    for i, seed in enumerate(SEEDS):
        g, d = build(config.replace(seed=seed))
        torch.testing.assert_close(drawn[i], g(z[i]).detach())
        torch.testing.assert_close(logits[i, :, 0], d(g(z[i])).detach())


CASES = {
    "relativistic": {"objective": "relativistic", "penalty": "r1+r2", "penalty_weight": 0.5},
    "every-other": {
        "objective": "relativistic-average",
        "penalty": "r2",
        "penalty_weight": 0.5,
        "penalty_every": 2,
        "anneal": "linear",
        "beta2_end": 0.9,
    },
    "packed": {"objective": "non-saturating", "packing": 4, "ema_half_life": 0},
    "wgan-gp": {"objective": "wasserstein", "penalty": "wgan-gp", "penalty_weight": 10.0, "k": 3, "packing": 2},
    "clipped": {"objective": "wasserstein", "d_loss_scale": 0.5, "anneal": "none", "prior": "uniform"},
    "r1": {"objective": "least-squares", "penalty": "r1", "penalty_weight": 0.5, "anneal_steps": 6, "lr_end": 0.1},
}


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_an_ensemble_is_separate_runs_of_the_trainer(changes):
    config = small(**changes)
    ensemble = Ensemble(config, SEEDS)
    for _ in range(config.steps):
        ensemble.step()
    generators, judges = apart(ensemble.generator, config, 0), apart(ensemble.discriminator, config, 1)
    averages = apart(ensemble.generator, config, 0, ensemble.average)
    samples = ensemble.sample(40)
    for i, seed in enumerate(SEEDS):
        trainer = Trainer(config.replace(seed=seed))
        before = [p.clone() for p in trainer.generator.parameters()]
        for _ in train.steps(trainer):
            pass
        assert (
            max(
                float((a - b).detach().abs().max()) for a, b in zip(before, trainer.generator.parameters(), strict=True)
            )
            > 1e-3
        )
        for mine, its in ((generators[i], trainer.generator), (judges[i], trainer.discriminator)):
            mine, its = (torch.cat([p.detach().flatten() for p in list(n.parameters())[:-1]]) for n in (mine, its))
            torch.testing.assert_close(mine, its, rtol=1e-6, atol=1e-7)
        if trainer.average is not None:
            torch.testing.assert_close(
                averages[i].state_dict(), trainer.average.network.state_dict(), rtol=1e-6, atol=1e-7
            )
        z = evaluation_noise(trainer.config, 40)
        torch.testing.assert_close(
            samples[i].float(), Probe(trainer).sample(z, average=bool(config.ema_half_life)), rtol=1e-5, atol=1e-6
        )


@pytest.mark.parametrize("name", ["r1", "r2", "r1+r2", "wgan-gp"])
def test_written_out_gradients_are_those_of_the_penalty(name):
    config = small(objective="wasserstein", penalty=name, penalty_weight=0.7)
    ensemble = Ensemble(config, SEEDS)
    random = torch.Generator().manual_seed(1)
    real, fake = torch.randn(2, 2, 16, 2, dtype=torch.float64, generator=random)
    states = [r.get_state() for r in ensemble.random]
    ensemble._update_d(real, fake)
    for i, seed in enumerate(SEEDS):
        d = build(config.replace(seed=seed))[1]
        noise = torch.Generator()
        noise.set_state(states[i])
        loss = d(fake[i]).mean() - d(real[i]).mean() + 0.7 * PENALTIES[name](d, real[i], fake[i], noise)
        grads = torch.autograd.grad(loss, list(d.parameters()), allow_unused=True)
        for layer in range(4):
            torch.testing.assert_close(ensemble.discriminator.weight_grads[layer][i].mT, grads[2 * layer])
            torch.testing.assert_close(
                ensemble.discriminator.bias_grads[layer][i, 0], grads[2 * layer + 1], rtol=1e-6, atol=1e-12
            )


def test_what_an_ensemble_cannot_follow_is_refused():
    for changes in ({"spectral_norm": True}, {"unrolled": 2}, {"reuse_fakes": False}, {"penalty": "dragan"}):
        with pytest.raises(ValueError, match="ensemble"):
            Ensemble(small(**changes), SEEDS)
    with pytest.raises(ValueError, match="not ReLU"):
        Ensemble(small(architecture="mlp-dropout"), SEEDS)


def test_every_recipe_can_be_stacked():
    for data in ("ring", "grid"):
        for recipe in mixtures.RECIPES:
            config = mixtures.config_of(recipe, data, 2)
            ensemble = Ensemble(config.replace(width=8), SEEDS)
            ensemble.step()
            assert torch.isfinite(ensemble.sample(10)).all() and ensemble.sample(10).shape == (2, 10, 2)
            assert TrainConfig.from_json(config.to_json()) == config


# --------------------------------------------------------------------------- PacGAN's protocol


@pytest.mark.parametrize("packing", [1, 3])
def test_pacgan_updates_both_networks_at_the_same_weights(packing):
    runs = PacGAN("ring", packing, SEEDS, count=300)
    assert runs.per_epoch == 3
    pairs = []
    for seed in SEEDS:
        config = TrainConfig(
            data="ring",
            resolution=None,
            architecture="maxout",
            width=None,
            latent_dim=2,
            packing=packing,
            batch_size=100 * packing,
        )
        pairs.append(build(config.replace(seed=seed)))
    judged, generated = [], []
    judge, generate = runs.judge, runs.generate
    runs.judge = lambda x: judged.append((x, judge(x))) or judged[-1][1]
    runs.generate = lambda z, training: generated.append((z, generate(z, training))) or generated[-1][1]
    runs.update()
    (packs, fake_logits), (reals, real_logits) = judged
    z, fake = generated[0]
    for i, (g, d) in enumerate(pairs):
        with as_in_training(g):
            # each place in the pack is a batch of its own to G's batch norm
            drawn = torch.stack([g(z[i, place]) for place in range(packing)])
        torch.testing.assert_close(fake[i], drawn, rtol=1e-3, atol=1e-5)
        flat = drawn.transpose(0, 1).flatten(0, 1)
        torch.testing.assert_close(packs[i].detach(), flat.view(100, -1).detach(), rtol=1e-3, atol=1e-5)
        real = reals[i].reshape(100 * packing, 2)
        torch.testing.assert_close(fake_logits[i], d(flat), rtol=1e-3, atol=1e-6)
        torch.testing.assert_close(real_logits[i], d(real), rtol=1e-3, atol=1e-6)
        softplus = torch.nn.functional.softplus
        d_loss = (softplus(-d(real)) + softplus(d(flat.detach()))).mean()
        d_grads = torch.autograd.grad(d_loss, list(d.parameters()))
        g_grads = torch.autograd.grad(softplus(-d(flat)).mean(), list(g.parameters()))
        torch.testing.assert_close(runs.d_weights[1].grad[i].mT, d_grads[2], rtol=1e-3, atol=1e-7)
        torch.testing.assert_close(runs.d_biases[-1].grad[i, 0], d_grads[-1], rtol=1e-3, atol=1e-7)
        torch.testing.assert_close(runs.g_weights[-1].grad[i].mT, g_grads[-2], rtol=1e-3, atol=1e-7)
        torch.testing.assert_close(runs.g_weights[1].grad[i].mT, g_grads[3], rtol=2e-2, atol=1e-6)
        torch.testing.assert_close(runs.scales[0].grad[i].flatten(), g_grads[1], rtol=2e-2, atol=1e-6)
        # Adam's first step is the rate, whatever the gradient's size
        moved = (runs.d_weights[1][i].mT - d.state_dict()[[n for n, _ in d.named_parameters()][2]]).detach()
        assert float(moved.abs().max()) == pytest.approx(1e-4, rel=1e-2)


def test_pacgan_keeps_running_statistics_for_evaluation():
    runs = PacGAN("ring", 2, SEEDS, count=300)
    first = runs.sample(50)
    assert torch.equal(first, runs.sample(50)) and first.shape == (2, 50, 2)
    z = torch.randn(2, 2, 100, 2, generator=torch.Generator().manual_seed(0))
    hidden = torch.einsum("smbi,sio->smbo", z, runs.g_weights[0].detach())
    runs.generate(z, True)
    torch.testing.assert_close(runs.means[0], 0.05 * hidden.mean(2, keepdim=True).mean(1, True))
    torch.testing.assert_close(runs.variances[0], 0.95 + 0.05 * hidden.var(2, correction=0, keepdim=True).mean(1, True))
    assert not torch.equal(first, runs.sample(50))


def test_pacgan_goes_through_its_resampled_data_once_an_epoch():
    runs = PacGAN("ring", 2, SEEDS, count=300)
    seen = []
    judge = runs.judge
    runs.judge = lambda x: seen.append(x.detach()) or judge(x)
    for _ in range(3):
        runs.update()
    for i in range(2):
        packs = torch.cat([x[i] for x in seen[1::2]])
        assert torch.equal(packs.sort(0).values, runs.data[i, runs.places[i]].flatten(1).sort(0).values)


# --------------------------------------------------------------------------- tables


def test_oracles_agree_with_the_reference():
    # shared/reference/tables.md: ring 8 / 98.89 / 0.0014, grid 25 / 98.89 / 0.0048
    for data, modes, kl in (("ring", 8, 0.0014), ("grid", 25, 0.0048)):
        spread = mixture_oracle(data, mixtures.SAMPLES)
        assert spread["modes"].mean == modes
        assert 100 * spread["high_quality"].mean == pytest.approx(98.89, abs=0.06)
        assert spread["reverse_kl"].mean == pytest.approx(kl, rel=0.12)
        assert mixtures.oracle(data).startswith(f"{modes} / 98.")
    # 1000 / 0.0194 of 26,000 and 1000 / 0.0198 of 25,600
    for samples, kl in ((26_000, 0.0194), (25_600, 0.0198)):
        modes, of = stacked_mnist.oracle(samples).split(" / ")
        assert modes == "1000" and float(of) == pytest.approx(kl, abs=4e-4)


def test_rows_of_the_table():
    assert mixtures.mean_and_error([1.0, 2.0, 3.0, math.nan]) == (2.0, pytest.approx(1 / math.sqrt(3)))
    found = [(8, 98.0, 0.01), (7, 96.0, 0.03), (0, 0.0, math.nan)]
    line = mixtures.row("ring", "packing-2", found, "PacGAN2", 12.4)
    assert line.startswith(
        "| ring | packing-2 | 5.00±2.52 / 64.67±32.34 / 0.0200±0.0100 (1 without a KL) | 1 of 3 "
        "| PacGAN2: 7.9±0.1 / 95.6±2.0 / 0.07±0.03 |"
    )
    assert line.count("|") == mixtures.HEAD.splitlines()[0].count("|") and line.endswith("| 12 |")
    assert mixtures.summary([(0, 0.0, math.nan)]) == "0.00 / 0.00 / none (1 without a KL)"
    assert mixtures.scores(torch.full((1, 5, 2), math.nan), "ring")[0][:2] == (0, 0)
    line = stacked_mnist.row("B", "quarter", "dcgan", 2000, [(30, 5.9, 10.0), (32, 6.1, 20.0)])
    assert (
        "dcgan, SHORTENED: 2,000 of 500,000 steps | 31.0±1.0 / 6.000±0.100 (2 seeds) "
        "| DCGAN: 30.6 / 5.99 | 1000 / 0.019" in line
    )
    assert line.endswith("| 15 |") and line.count("|") == stacked_mnist.HEAD.splitlines()[0].count("|")
    line = stacked_mnist.row("A", "full", "relativistic+r1+r2", 100_000, None)
    assert "not run" in line and "SHORTENED" not in line and "PacDCGAN2-4: 1000 / 0.06-0.07" in line


def test_modes_are_distinct_triples():
    triples = torch.tensor([0, 0, 98, 5])
    modes, kl = stacked_mnist.score(triples)
    assert modes == 3 and kl == pytest.approx(math.log(1000) - (0.5 * math.log(2) + 0.5 * math.log(4)))
    assert stacked_mnist.score(torch.nn.functional.one_hot(triples, 1000).float()) == (modes, kl)


def test_settings_are_the_published_ones():
    a, b = (stacked_mnist.config_of(s, "packing-2", size, 10) for s, size in (("A", "full"), ("B", "half")))
    assert (a.architecture, a.batch_size, a.packing, a.lr_d, a.lr_g, a.beta1, a.latent_dim, a.prior) == (
        "stacked-dcgan",
        128,
        2,
        2e-4,
        2e-4,
        0.5,
        100,
        "uniform",
    )
    assert (b.architecture, b.batch_size, b.width, b.lr_d, b.lr_g, b.beta1, b.beta2) == (
        "stacked-tiny",
        256,
        4,
        2e-4,
        1e-4,
        0.5,
        0.99,
    )
    assert stacked_mnist.config_of("B", "dcgan", "quarter", 10).width == 2
    for setting, size in (("A", "full"), ("B", "quarter"), ("B", "half")):
        for recipe in stacked_mnist.RECIPES:
            stacked_mnist.config_of(setting, recipe, size, 10)


# --------------------------------------------------------------------------- commands


def rows(capsys) -> list[list[str]]:
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def test_the_quick_command(capsys):
    mixtures.main(["--data", "ring", "--recipe", "relativistic+r1+r2", "packing-2", "--seeds", "2", "--steps", "3"])
    first, second = rows(capsys)
    assert first[:2] == ["ring", "relativistic+r1+r2, 3 steps"] and first[3] == "0 of 2"
    assert second[4].startswith("PacGAN2: 7.9") and second[5].startswith("8 / 98.9")


def test_a_single_seed_of_the_trainer_scores_as_in_an_ensemble():
    config = mixtures.config_of("relativistic+r1+r2", "grid", 8).replace(width=16, precision="float64")
    ensemble = Ensemble(config, SEEDS)
    for _ in range(8):
        ensemble.step()
    expected = mixtures.scores(ensemble.sample(mixtures.SAMPLES).float(), "grid")
    alone = mixtures.single(config, SEEDS[1])
    assert alone == pytest.approx(expected[1], nan_ok=True)


def test_the_pacgan_command(capsys, monkeypatch):
    monkeypatch.setattr(PacGAN, "COUNT", 200)
    mixtures.main(
        [
            "--data",
            "grid",
            "--protocol",
            "pacgan",
            "--packing",
            "1",
            "4",
            "--seeds",
            "2",
            "--epochs",
            "1",
            "--device",
            "cpu",
        ]
    )
    found = rows(capsys)
    assert [r[1] for r in found] == ["packing 1, 1 of 400 epochs", "packing 4, 1 of 400 epochs"]
    assert found[0][4].startswith("GAN: 17.3") and found[1][4].startswith("PacGAN4: 24.8")


def test_the_speed_command(capsys):
    mixtures.main(["--data", "ring", "--speed", "--recipe", "packing-2", "--seeds", "2", "--steps", "1"])
    out = capsys.readouterr().out
    assert "2 seeds of packing-2 on ring" in out and "one by one" in out and "ratios" in out


def test_setting_a_is_not_run_without_a_gpu(capsys, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(stacked_mnist, "train", None)
    stacked_mnist.main(["--setting", "A", "--recipe", "dcgan"])
    assert rows(capsys)[0][3] == "not run: no GPU at hand"


def test_the_stacked_command(capsys, monkeypatch, mnist):
    class Brightness:
        """Names a channel by how bright it is: enough of a classifier to follow the samples through."""

        name = "brightness"

        def predict(self, images):
            assert images.shape[1:] == (3, 28, 28) and images.abs().max() <= 1
            digit = ((images.mean((2, 3)) + 1) * 4.999).long()
            return torch.nn.functional.one_hot((digit * torch.tensor([100, 10, 1])).sum(1), 1000).float()

    monkeypatch.setattr(stacked_mnist, "load_classifier", lambda data, resolution: Brightness())
    stacked_mnist.main(
        [
            "--setting",
            "B",
            "--size",
            "half",
            "--recipe",
            "dcgan",
            "relativistic+r1+r2",
            "--steps",
            "2",
            "--samples",
            "60",
            "--seeds",
            "1",
            "--device",
            "cpu",
        ]
    )
    found = rows(capsys)
    assert [r[2] for r in found] == [
        "dcgan, SHORTENED: 2 of 500,000 steps",
        "relativistic+r1+r2, SHORTENED: 2 of 500,000 steps",
    ]
    assert found[0][4] == "DCGAN: 628 / 2.58" and found[1][4] == "PacDCGAN4: 820 / 1.15"
    assert 1 <= float(found[0][3].split(" / ")[0]) <= 60
