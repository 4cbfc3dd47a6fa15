"""Words on what the networks are made of beside their family: noise, labels, activations, first weights."""

from __future__ import annotations

from typing import Any

from .term import Term

PRIOR: dict[Any, Term] = {
    "normal": Term("Normal N(0, 1)", "Each coordinate of z is normal.", "The usual choice."),
    "uniform": Term(
        "Uniform on [-1, 1]",
        "Each coordinate of z is uniform.",
        "DCGAN's choice; one dimension of it is easy to draw.",
    ),
    "uniform-half": Term(
        "Uniform on [-0.5, 0.5]",
        "Each coordinate of z is uniform, and small.",
        "The choice of the conv-minimax system.",
    ),
    "truncated-normal": Term(
        "Normal, cut at ±2",
        "Normal without its tails.",
        "Fewer unusual samples, less variety.",
        "",
        "Brock et al. 2018, arXiv:1809.11096",
    ),
    "sphere": Term(
        "Sphere of radius √dim",
        "All z have the same length.",
        "Every point of an interpolation is as likely as any other.",
        "",
        "White 2016, arXiv:1609.04468",
    ),
}

CONDITIONING: dict[Any, Term] = {
    "none": Term("None", "Neither network knows labels."),
    "concatenation": Term(
        "Label joins the inputs",
        "An embedding of the label is appended to z, and to what D sees.",
        "When you want to ask G for a class; labels also steady training.",
        r"G(z, y), \quad D(x, y)",
        "Mirza and Osindero 2014, arXiv:1411.1784",
    ),
    "projection": Term(
        "D weighs the label against its features",
        "D adds the product of an embedding of the label and its last features to the logit.",
        "Often better than concatenation for convolutional networks with many classes.",
        r"s(x, y) = \psi(\phi(x)) + e(y)^\top \phi(x)",
        "Miyato and Koyama 2018, arXiv:1802.05637",
    ),
}

ACTIVATION: dict[Any, Term] = {
    None: Term("the system's own", "LeakyReLU, nearly a ReLU: negative values count a hundredth."),
    "leaky-relu": Term("LeakyReLU", "Negative values count a fifth, so that no unit stops learning."),
    "relu": Term("ReLU", "Negative values become 0: G’s map is piecewise linear."),
    "tanh": Term(
        "tanh",
        "Between -1 and 1, smooth: maps without corners, and gradients that fade where a unit is far from 0.",
    ),
    "elu": Term(
        "ELU",
        "Smooth, and down to -1 on the left.",
        "",
        r"\max(0, x) + \min(0, e^x - 1)",
        "Clevert et al. 2015, arXiv:1511.07289",
    ),
}

INIT: dict[Any, Term] = {
    "pytorch": Term("The family's own", "PyTorch's own initialisation, or the one that the family needs."),
    "dcgan": Term(
        "DCGAN's",
        "N(0, 0.02) for weights, N(1, 0.02) for batch norm.",
        "",
        "",
        "Radford et al. 2015, arXiv:1511.06434",
    ),
}
