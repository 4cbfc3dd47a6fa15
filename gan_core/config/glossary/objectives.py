"""Words on the objectives."""

from __future__ import annotations

from typing import Any

from .term import Term

_GOODFELLOW = "Goodfellow et al. 2014, arXiv:1406.2661"
_JOLICOEUR = "Jolicoeur-Martineau 2018, arXiv:1807.00734"

OBJECTIVE: dict[Any, Term] = {
    "minimax": Term(
        "Minimax (saturating)",
        "One score for both: D pushes it up, G down.",
        "To study the theory, which uses this loss for G. Its gradient vanishes when D is sure.",
        r"\min_G \max_D \; \mathbb{E}\log D(x) + \mathbb{E}\log(1 - D(G(z)))",
        _GOODFELLOW,
    ),
    "non-saturating": Term(
        "Non-saturating",
        "D learns to tell real from fake; G maximises log D(G(z)), whose slope is steepest while G is losing.",
        "The first choice; with R1 it converges where the plain game circles.",
        "D: \\; \\max \\; \\mathbb{E}\\log D(x) + \\mathbb{E}\\log(1 - D(G(z)))\nG: \\; \\max \\; \\mathbb{E}\\log "
        "D(G(z))",
        _GOODFELLOW,
    ),
    "least-squares": Term(
        "Least squares",
        "D aims at 1 for real samples and 0 for fakes, G at 1 for its fakes, all in squared distance.",
        "Never saturates: even fakes far on the real side of D's border still get a gradient.",
        "D: \\; \\min \\; \\tfrac12\\mathbb{E}(r - 1)^2 + \\tfrac12\\mathbb{E} f^2\nG: \\; \\min \\; "
        "\\tfrac12\\mathbb{E}(f - 1)^2",
        "Mao et al. 2017, arXiv:1611.04076",
    ),
    "wasserstein": Term(
        "Wasserstein",
        "D is a critic: its mean score of real samples minus that of fakes estimates how far the fakes "
        "must be moved to match the data.",
        "Gives a slope even where real and fake do not overlap. Needs a critic of bounded slope (clipping, a penalty "
        "or spectral norm), and k of about 5.",
        "D: \\; \\max \\; \\mathbb{E}\\,r - \\mathbb{E} f, \\quad \\|D\\|_L \\le 1\nG: \\; \\max \\; \\mathbb{E} f",
        "Arjovsky et al. 2017, arXiv:1701.07875",
    ),
    "hinge": Term(
        "Hinge",
        "D wants real samples above 1 and fakes below -1 and ignores those that already are; G raises the "
        "scores of its fakes.",
        "With spectral norm: the pair behind the large class-conditional GANs.",
        "D: \\; \\min \\; \\mathbb{E}\\max(0, 1 - r) + \\mathbb{E}\\max(0, 1 + f)\nG: \\; \\max \\; \\mathbb{E} f",
        "Lim and Ye 2017, arXiv:1705.02894; Miyato et al. 2018, arXiv:1802.05957",
    ),
    "relativistic": Term(
        "Relativistic pairing",
        "D scores each real sample against one fake: only the difference counts, so G always meets real samples.",
        "With R1 + R2 it is the most reliable against lost modes and provably converges near the equilibrium.",
        "D: \\; \\min \\; \\mathbb{E}\\log(1 + e^{f - r})\nG: \\; \\min \\; \\mathbb{E}\\log(1 + e^{r - f})",
        f"{_JOLICOEUR}; Huang et al. 2024, arXiv:2501.05441",
    ),
    "relativistic-average": Term(
        "Relativistic average",
        "D scores each real sample against the average fake, and each fake against the average real sample.",
        "Steadier than the plain game on images; widely used in super-resolution.",
        "D: \\; \\min \\; \\mathbb{E}\\log(1 + e^{\\bar f - r}) + \\mathbb{E}\\log(1 + e^{f - \\bar r})\nG: \\; r "
        "\\leftrightarrow f",
        _JOLICOEUR,
    ),
}

D_LOSS_SCALE: dict[Any, Term] = {1.0: Term("Sum of its two terms"), 0.5: Term("Mean of its two terms")}
