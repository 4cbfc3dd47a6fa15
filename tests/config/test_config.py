"""The description of a run: what it accepts, what it refuses and in which words."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import subprocess
import sys

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import configs, values_of

import gan_core
from gan_core.config import (
    DATA,
    FIELDS,
    GROUPS,
    LIVE,
    Bool,
    Choice,
    ConfigError,
    Float,
    Int,
    TrainConfig,
    parse_value,
)

IMAGES = [name for name, kind in DATA.items() if kind.is_image]
POINTS = [name for name, kind in DATA.items() if not kind.is_image]


@given(configs())
def test_json_there_and_back(config):
    again = TrainConfig.from_json(config.to_json())
    assert again == config and hash(again) == hash(config)
    assert {k: type(v) for k, v in again.to_dict().items()} == {k: type(v) for k, v in config.to_dict().items()}
    assert set(json.loads(config.to_json())) == set(FIELDS)
    assert TrainConfig.from_dict(config.to_dict()) == config
    assert config.replace() == config


@given(configs(), st.sampled_from(sorted(FIELDS)), st.data())
def test_replace_changes_one_field_and_nothing_else(config, name, data):
    value = data.draw(values_of(FIELDS[name].accepts))
    before = config.to_dict()
    try:
        changed = config.replace(**{name: value})
    except ConfigError as error:
        assert error.field in FIELDS
    else:
        if name not in ("resolution", "data"):  # without one, images take on the data's own
            assert changed.to_dict() == {**before, name: value}
    assert config.to_dict() == before
    with pytest.raises(dataclasses.FrozenInstanceError):
        config.seed = 3


@given(configs())
def test_a_value_written_as_text_is_read_back(config):
    """As a command line or a URL carries it."""
    for name, value in config.to_dict().items():
        assert FIELDS[name].accepts.check(name, parse_value(name, str(value))) == value, name
    assert (
        parse_value("width", "none") is None
        and parse_value("resolution", "none") is None
        and parse_value("steps", "None") is None
    )
    assert (
        parse_value("reuse_fakes", "False") is False
        and parse_value("lr_d", "1e-4") == 1e-4
        and parse_value("seed", "7") == 7
    )
    for text in ("1", "1.0"):
        assert (
            TrainConfig(
                d_loss_scale=FIELDS["d_loss_scale"].accepts.check("d_loss_scale", parse_value("d_loss_scale", text))
            ).d_loss_scale
            == 1.0
        )
    with pytest.raises(ConfigError, match="bogus"):
        parse_value("bogus", "1")


WRONG = [
    True,
    False,
    math.nan,
    math.inf,
    -math.inf,
    -1,
    10**400,
    -(10**400),
    1.5,
    "7",
    "",
    "none",
    b"x",
    [],
    {},
    (1,),
    1j,
    object(),
    float,
    "ﬁve",
    "\0",
]


@pytest.mark.parametrize("name", list(FIELDS))
def test_what_a_field_does_not_accept_is_refused_by_name(name):
    accepts = FIELDS[name].accepts
    for value in WRONG:
        if (isinstance(accepts, Bool) and isinstance(value, bool)) or (
            isinstance(accepts, Choice) and value in [o for o in accepts.options if type(o) is str]
        ):
            continue
        if isinstance(accepts, Float) and type(value) is float and accepts.low <= value <= accepts.high:
            continue
        with pytest.raises(ConfigError) as caught:
            TrainConfig(**{name: value})
        error, message = caught.value, str(caught.value)
        assert isinstance(error, ValueError) and error.field == name
        assert name in message and repr(value) in message, message
        assert "use " in message or "needs" in message or "name the folder" in message, message
    optional = getattr(accepts, "optional", False) or None in getattr(accepts, "options", ())
    if not optional:
        with pytest.raises(ConfigError):
            TrainConfig(**{name: None})


@pytest.mark.parametrize("name", [n for n, f in FIELDS.items() if isinstance(f.accepts, (Int, Float))])
def test_the_ends_of_a_range_are_in_it_and_the_message_says_where_it_ends(name):
    accepts = FIELDS[name].accepts
    assert accepts.check(name, accepts.low) == accepts.low
    outside = [accepts.low - 1, accepts.high + 1] + ([accepts.high] if getattr(accepts, "below", False) else [])
    if not getattr(accepts, "below", False):
        assert accepts.check(name, accepts.high) == accepts.high
    for value in outside:
        with pytest.raises(ConfigError) as caught:
            accepts.check(name, value)
        shown = str(caught.value).replace(",", "")
        assert f"{accepts.low:g}" in shown and (f"{accepts.high:g}" in shown or str(accepts.high) in shown)


@given(st.text(max_size=20), st.integers())
def test_unknown_keys_are_errors(name, value):
    assume(name not in FIELDS)
    for make in (
        TrainConfig.from_dict,
        lambda v: TrainConfig().replace(**v),
        lambda v: TrainConfig.from_json(json.dumps(v)),
    ):
        with pytest.raises(ConfigError) as caught:
            make({name: value})
        assert repr(name) in str(caught.value) and caught.value.field == name


def test_near_misses_are_suggested():
    with pytest.raises(ConfigError, match="'batch_size'"):
        TrainConfig().replace(batchsize=3)
    with pytest.raises(ConfigError, match="'fashion-mnist'"):
        TrainConfig(data="fashion_mnist")
    with pytest.raises(ConfigError, match="'non-saturating'"):
        TrainConfig(objective="nonsaturating")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "3",
        "null",
        '"x"',
        "{'a': 1}",
        b"\xff\xfe",
        '{"lr_d": NaN}',
        '{"lr_d": Infinity}',
        '{"lr_d": 1e999}',
        '{"k": true}',
        '{"k": 1.0}',
    ],
)
def test_what_is_no_configuration_is_refused(text):
    with pytest.raises(ConfigError) as caught:
        TrainConfig.from_json(text)
    assert str(caught.value)


def test_every_field_is_described_for_a_form():
    assert list(dict.fromkeys(f.group for f in FIELDS.values())) == list(GROUPS)
    for name, field in FIELDS.items():
        assert field.label and len(field.help) > 15, name
        field.accepts.check(name, field.default)
    assert set(LIVE) == {"lr_d", "lr_g", "k", "objective", "penalty", "penalty_weight"}
    wanted = """data, resolution, architecture, width, depth, objective, penalty, prior, latent_dim, k, lr_d, lr_g,
    beta1, beta2, batch_size, epochs, steps, seed, init, precision, pretrain_d, d_loss_scale, reuse_fakes, samples"""
    assert {name.strip() for name in wanted.split(",")} <= set(FIELDS)


def test_configurations_runs_and_the_fleet_need_no_torch():
    code = """
import sys
import gan_core, gan_core.config.asking, gan_core.config.presets, gan_core.runs.tables
import gan_core.processes.fleet, gan_core.processes.wire, gan_core.__main__
gan_core.preset("starter").replace(seed=1).to_json(), gan_core.Run, gan_core.PRESETS, dir(gan_core)
gan_core.runs.list_runs()
heavy = {"torch", "torchvision", "sklearn", "safetensors", "PIL", "streamlit"} & set(sys.modules)
sys.exit(f"imported: {heavy}" if heavy else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_fixed_names_are_there():
    for name in ("PRESETS", "preset", "TrainConfig", "ConfigError", "build", "train", "Run", "OBJECTIVES", "PENALTIES"):
        assert getattr(gan_core, name) is not None and name in dir(gan_core)
    assert issubclass(gan_core.ConfigError, ValueError)
    with pytest.raises(AttributeError):
        gan_core.bogus  # noqa: B018


@pytest.mark.parametrize("text", ["", "{", "[1,", "{'a': 1}", b"\xff{}", "1" * 5000, "[" * 100_000, "null", "[]", "3"])
def test_what_is_no_configuration_in_json_is_told_in_a_sentence(text):
    with pytest.raises(ConfigError) as caught:
        TrainConfig.from_json(text)
    said = str(caught.value)
    assert "JSON" in said and not re.search(r"Expecting|codec|line \d|Exceeds|NoneType|recursion", said), said
