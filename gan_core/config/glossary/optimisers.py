"""Words on the optimisers, and on how their rates change."""

from __future__ import annotations

from typing import Any

from .term import Term

OPTIMISER: dict[Any, Term] = {
    "adam": Term(
        "Adam",
        "Follows an average of the last gradients, with its own step size for each weight.",
        "The usual choice, not sensitive to the learning rate.",
        r"w \leftarrow w - \eta \, \hat m / (\sqrt{\hat v} + \epsilon)",
        "Kingma and Ba 2014, arXiv:1412.6980",
    ),
    "rmsprop": Term(
        "RMSProp",
        "A step size of its own for each weight, without momentum.",
        "Momentum can make two players overshoot each other; WGAN's authors used RMSProp for D. Its first steps are "
        "large when β₂ is near 1: try 0.99.",
        r"w \leftarrow w - \eta \, g / (\sqrt{v} + \epsilon)",
        "Tieleman and Hinton 2012",
    ),
    "sgd": Term(
        "Gradient descent",
        "Learning rate times gradient. Needs far larger rates than Adam: 0.01 to 0.1 for points.",
        "To see the plain game of the theory.",
        r"w \leftarrow w - \eta \, g",
    ),
}

ANNEAL: dict[Any, Term] = {
    "none": Term("None", "Rates stay as they are."),
    "linear": Term(
        "Linear",
        "Rates change linearly to their final values.",
        "Against circling at the end: with small steps the networks settle.",
        r"\eta_t = \eta\,(1 - t + t\,e)",
    ),
    "cosine": Term(
        "Cosine",
        "Rates stay high at first, fall fastest half-way, and change slowly at the end.",
        "Against circling at the end.",
        r"\eta_t = \eta\,(e + (1 - e)\tfrac12(1 + \cos \pi t))",
        "Loshchilov and Hutter 2016, arXiv:1608.03983",
    ),
}
