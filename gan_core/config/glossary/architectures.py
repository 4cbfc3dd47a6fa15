"""Words on the network families."""

from __future__ import annotations

from typing import Any

from .term import Term

ARCHITECTURE: dict[Any, Term] = {
    "mlp": Term(
        "Fully connected",
        "One or more hidden layers with LeakyReLU on each side.",
        "Fast, and sufficient for points; images stay blurry.",
    ),
    "mlp-dropout": Term(
        "Fully connected, dropout in D",
        "Deeper, with ReLU, and dropout switches off 30 % of D’s units at random.",
        "When D memorises a small data set.",
    ),
    "conv-minimax": Term(
        "Convolutional, 1x1 bridge",
        "G grows 4 → 8 → 15 → 28 pixels; D pools instead of striding.",
        "The teaching system on the original objective.",
    ),
    "dcgan": Term(
        "DCGAN (convolutional)",
        "Strided convolutions, batch norm, ReLU in G and LeakyReLU in D.",
        "The first choice for images: quick and forgiving.",
        "",
        "Radford et al. 2015, arXiv:1511.06434",
    ),
    "residual": Term(
        "Residual, no batch norm",
        "Residual blocks with an initialisation that needs no normalisation.",
        "With the relativistic objective and R1 + R2: the modern baseline, steady for as long as you train.",
        r"x \leftarrow x + F(x)",
        "Huang et al. 2024 (R3GAN), arXiv:2501.05441",
    ),
    "maxout": Term(
        "Maxout D",
        "G with batch norm and ReLU; each unit of D is the largest of five linear ones.",
        "The networks of the published tables on ring and grid.",
        r"h_i = \max_j \; x^\top W_{\cdot ij} + b_{ij}",
        "Goodfellow et al. 2013, arXiv:1302.4389; Lin et al. 2018, arXiv:1712.04086",
    ),
    "stacked-dcgan": Term(
        "DCGAN of the Stacked-MNIST table",
        "Four 5x5 strided convolutions each.",
        "To compare with published counts of modes.",
        "",
        "Lin et al. 2018, arXiv:1712.04086",
    ),
    "stacked-tiny": Term(
        "Tiny networks of the Stacked-MNIST table",
        "A D far too small for its task.",
        "To see which methods save modes when D is weak.",
        "",
        "Metz et al. 2017, arXiv:1611.02163",
    ),
}
