"""Words on the gradient penalties."""

from __future__ import annotations

from typing import Any

from .term import Term

PENALTY: dict[Any, Term] = {
    "none": Term("None", "D's slope is not limited."),
    "wgan-gp": Term(
        "WGAN-GP",
        "Keeps D's slope near 1 at points between real samples and fakes.",
        "With Wasserstein instead of clipping; weight 10 is usual. For a D without batch norm (fully connected, "
        "residual).",
        r"\lambda\, \mathbb{E}\,(\|\nabla_x D(\hat x)\|_2 - 1)^2, \quad \hat x = \epsilon x + (1 - \epsilon) G(z)",
        "Gulrajani et al. 2017, arXiv:1704.00028",
    ),
    "r1": Term(
        "R1",
        "Flattens D at real samples.",
        "Makes the plain game converge; weight 1 to 10 on images, 0.1 on points.",
        r"\tfrac{\gamma}{2}\, \mathbb{E}\,\|\nabla_x D(x)\|_2^2",
        "Mescheder et al. 2018, arXiv:1801.04406",
    ),
    "r2": Term(
        "R2",
        "Flattens D at fakes.",
        "Like R1, but where G's samples are instead of where the data are.",
        r"\tfrac{\gamma}{2}\, \mathbb{E}\,\|\nabla_x D(G(z))\|_2^2",
        "Mescheder et al. 2018, arXiv:1801.04406",
    ),
    "r1+r2": Term(
        "R1 + R2",
        "Flattens D at real samples and at fakes.",
        "For the relativistic objective, which R1 alone does not always stabilise.",
        r"\tfrac{\gamma}{2}\, \mathbb{E}\,\|\nabla_x D(x)\|_2^2 + \tfrac{\gamma}{2}\, \mathbb{E}\,\|\nabla_x "
        r"D(G(z))\|_2^2",
        "Huang et al. 2024, arXiv:2501.05441",
    ),
    "dragan": Term(
        "DRAGAN",
        "Keeps D's slope near 1 close to the real samples.",
        "For the plain game, against collapse; weight 10. For a D without batch norm.",
        r"\lambda\, \mathbb{E}\,(\|\nabla_x D(x + \delta)\|_2 - 1)^2",
        "Kodali et al. 2017, arXiv:1705.07215",
    ),
}
