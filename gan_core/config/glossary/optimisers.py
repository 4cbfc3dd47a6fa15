"""Words on the optimisers, and on how their rates change."""

from __future__ import annotations

from typing import Any

from .term import Term

OPTIMISER: dict[Any, Term] = {
    "adam": Term(
        "Adam",
        "Follows an average of the last gradients, each weight at its own pace.",
        "The usual choice, and forgiving of the rate.",
        r"w \leftarrow w - \eta \, \hat m / (\sqrt{\hat v} + \epsilon)",
        "Kingma and Ba 2014, arXiv:1412.6980",
    ),
    "rmsprop": Term(
        "RMSProp",
        "Each weight at its own pace, without momentum.",
        "Momentum can carry two players past each other; WGAN's authors used this one for D. Its first steps are long "
        "where β₂ is near 1: try 0.99.",
        r"w \leftarrow w - \eta \, g / (\sqrt{v} + \epsilon)",
        "Tieleman and Hinton 2012",
    ),
    "sgd": Term(
        "Gradient descent",
        "Rate times gradient, nothing else. It needs far larger rates than Adam, 0.01 to 0.1 for points.",
        "To see the plain game of the theory.",
        r"w \leftarrow w - \eta \, g",
    ),
}

ANNEAL: dict[Any, Term] = {
    "none": Term("None", "Rates stay as they are."),
    "linear": Term(
        "Linear",
        "Rates go to their last values evenly.",
        "Against circling at the end: small steps settle.",
        r"\eta_t = \eta\,(1 - t + t\,e)",
    ),
    "cosine": Term(
        "Cosine",
        "Rates stay high at first, fall fastest half-way, and arrive gently.",
        "Against circling at the end.",
        r"\eta_t = \eta\,(e + (1 - e)\tfrac12(1 + \cos \pi t))",
        "Loshchilov and Hutter 2016, arXiv:1608.03983",
    ),
}
