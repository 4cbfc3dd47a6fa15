"""Networks that mix the samples of a batch, and looking at them."""

from __future__ import annotations

import torch
from samples_of_families import inputs, small

from gan_core.networks import FAMILIES, adopt_statistics, as_in_training, build, mixes_batch
from gan_core.networks.layers import MinibatchDeviation


def test_who_mixes_the_batch():
    normalised = {"conv-minimax", "dcgan", "stacked-dcgan", "stacked-tiny"}
    for architecture in FAMILIES:
        for config in (
            small(architecture),
            small(architecture, minibatch_stddev=True),
            small(architecture, conditioning="concatenation", packing=2),
        ):
            g, d = build(config)
            assert mixes_batch(d) == (architecture in normalised or config.minibatch_stddev)
            assert mixes_batch(g) == (architecture in normalised | {"maxout"})


def test_adopted_statistics_judge_single_samples_as_in_the_batch():
    for config in (
        small("dcgan", minibatch_stddev=True),
        small("mlp", minibatch_stddev=True, conditioning="concatenation"),
        small("residual"),
    ):
        _, d = build(config)
        _, example = inputs(config, 4)
        with torch.no_grad():
            far = [v * 3 if v.is_floating_point() else v for v in example]
            with as_in_training(d):
                together, afar = d(*example), d(*far)
            adopt_statistics(d, *example)
            assert not d.training and not any(m.training for m in d.modules())
            alone = torch.cat([d(*(v[i : i + 1] for v in example)) for i in range(4)])
            # the variance that a batch norm keeps is the unbiased one
            torch.testing.assert_close(alone, together, rtol=0.1, atol=0.02)
            torch.testing.assert_close(alone, d(*example), rtol=1e-4, atol=1e-5)
            with as_in_training(d):
                torch.testing.assert_close(d(*example), together)
            if config.minibatch_stddev:
                layer = next(m for m in d.modules() if isinstance(m, MinibatchDeviation))
                assert float(layer.adopted) > 1e-3 and "adopted" not in " ".join(d.state_dict())
                d.train()
                with as_in_training(d):
                    torch.testing.assert_close(d(*far), afar)
                assert not torch.allclose(d.eval()(*far), afar)
