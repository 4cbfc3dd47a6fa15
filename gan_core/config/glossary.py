"""What every choice is: a name, a sentence on what it does, one on when it helps, its formula and its paper. Read by the form; needs no torch.

`TERMS[field][option]` for fields with named options, `FEATURES[field]` for switches and numbers that are something with a paper of its own.
Formulas are LaTeX; s, r and f are D's logits in general, on a real sample and on a fake.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Term:
    """`title` a few words; `does` and `helps` one sentence each; `formula` LaTeX, several lines separated by newlines; `paper` author, year, arXiv number."""

    title: str
    does: str
    helps: str = ""
    formula: str = ""
    paper: str = ""


_GOODFELLOW = "Goodfellow et al. 2014, arXiv:1406.2661"
_JOLICOEUR = "Jolicoeur-Martineau 2018, arXiv:1807.00734"

_OPTIMISERS = {
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
        "Momentum can carry two players past each other; WGAN's authors used this one for D. Its first steps are long where β₂ is near 1: try 0.99.",
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

TERMS: dict[str, dict[str, Term]] = {
    "architecture": {
        "mlp": Term(
            "Fully connected",
            "One or more hidden layers with LeakyReLU on each side.",
            "Fast, and all that points need; on images it stays blurry.",
        ),
        "mlp-dropout": Term(
            "Fully connected, dropout in D",
            "Deeper, with ReLU, and D forgets 30 % of its units at random.",
            "Where D learns a small data set by heart.",
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
    },
    "prior": {
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
            "Fewer odd samples, less variety.",
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
    },
    "conditioning": {
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
    },
    "objective": {
        "non-saturating": Term(
            "Non-saturating",
            "D learns to tell real from fake; G maximises log D(G(z)), whose slope is steepest while it is losing.",
            "The first choice; with R1 it converges where the plain game circles.",
            "D: \\; \\max \\; \\mathbb{E}\\log D(x) + \\mathbb{E}\\log(1 - D(G(z)))\nG: \\; \\max \\; \\mathbb{E}\\log D(G(z))",
            _GOODFELLOW,
        ),
        "minimax": Term(
            "Minimax (saturating)",
            "One score for both: D pushes it up, G down.",
            "To study the theory, whose G this is. Its gradient vanishes when D is sure: see it happen.",
            r"\min_G \max_D \; \mathbb{E}\log D(x) + \mathbb{E}\log(1 - D(G(z)))",
            _GOODFELLOW,
        ),
        "least-squares": Term(
            "Least squares",
            "D aims at 1 for reals and 0 for fakes, G at 1, all in squared distance.",
            "Never saturates: fakes far on the right side of D's border are still pulled.",
            "D: \\; \\min \\; \\tfrac12\\mathbb{E}(r - 1)^2 + \\tfrac12\\mathbb{E} f^2\nG: \\; \\min \\; \\tfrac12\\mathbb{E}(f - 1)^2",
            "Mao et al. 2017, arXiv:1611.04076",
        ),
        "wasserstein": Term(
            "Wasserstein",
            "D is a critic: its mean score on reals minus that on fakes estimates how far samples must be carried.",
            "Gives a slope even where real and fake do not overlap. Needs a critic of bounded slope (clipping, a penalty or spectral norm), and k of about 5.",
            "D: \\; \\max \\; \\mathbb{E}\\,r - \\mathbb{E} f, \\quad \\|D\\|_L \\le 1\nG: \\; \\max \\; \\mathbb{E} f",
            "Arjovsky et al. 2017, arXiv:1701.07875",
        ),
        "hinge": Term(
            "Hinge",
            "D wants reals above 1 and fakes below -1 and leaves alone what is; G raises the scores of its fakes.",
            "With spectral norm: the pair behind the large class-conditional GANs.",
            "D: \\; \\min \\; \\mathbb{E}\\max(0, 1 - r) + \\mathbb{E}\\max(0, 1 + f)\nG: \\; \\max \\; \\mathbb{E} f",
            "Lim and Ye 2017, arXiv:1705.02894; Miyato et al. 2018, arXiv:1802.05957",
        ),
        "relativistic": Term(
            "Relativistic pairing",
            "D scores each real against one fake: only the difference counts, so G is judged where the reals are.",
            "With R1 + R2 the most reliable against lost modes, and near the goal it provably converges.",
            "D: \\; \\min \\; \\mathbb{E}\\log(1 + e^{f - r})\nG: \\; \\min \\; \\mathbb{E}\\log(1 + e^{r - f})",
            f"{_JOLICOEUR}; Huang et al. 2024, arXiv:2501.05441",
        ),
        "relativistic-average": Term(
            "Relativistic average",
            "D scores each real against the average fake, and each fake against the average real.",
            "Steadier than the plain game on images; widely used in super-resolution.",
            "D: \\; \\min \\; \\mathbb{E}\\log(1 + e^{\\bar f - r}) + \\mathbb{E}\\log(1 + e^{f - \\bar r})\nG: \\; r \\leftrightarrow f",
            _JOLICOEUR,
        ),
    },
    "penalty": {
        "none": Term("None", "D may be as steep as it likes."),
        "wgan-gp": Term(
            "WGAN-GP",
            "Pulls D's slope towards 1 at points between reals and fakes.",
            "With Wasserstein instead of clipping; weight 10 is usual. For a D without batch norm (fully connected, residual).",
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
            "Like R1, where G is rather than where the data are.",
            r"\tfrac{\gamma}{2}\, \mathbb{E}\,\|\nabla_x D(G(z))\|_2^2",
            "Mescheder et al. 2018, arXiv:1801.04406",
        ),
        "r1+r2": Term(
            "R1 + R2",
            "Flattens D at reals and fakes alike.",
            "Its place is beside the relativistic objective, which R1 alone does not always hold.",
            r"\tfrac{\gamma}{2}\, \mathbb{E}\,\|\nabla_x D(x)\|_2^2 + \tfrac{\gamma}{2}\, \mathbb{E}\,\|\nabla_x D(G(z))\|_2^2",
            "Huang et al. 2024, arXiv:2501.05441",
        ),
        "dragan": Term(
            "DRAGAN",
            "Pulls D's slope towards 1 just beside the reals.",
            "For the plain game, against collapse; weight 10. For a D without batch norm.",
            r"\lambda\, \mathbb{E}\,(\|\nabla_x D(x + \delta)\|_2 - 1)^2",
            "Kodali et al. 2017, arXiv:1705.07215",
        ),
    },
    "augment": {
        "none": Term("None", "D sees the images as they are."),
        **{
            name: Term(
                title,
                does,
                "When there are few images (hundreds to a few thousand): D can then not learn them by heart.",
                r"D(T(x)), \quad D(T(G(z)))",
                "Zhao et al. 2020, arXiv:2006.10738",
            )
            for name, title, does in (
                ("translation", "Translation", "D sees every image, real or fake, moved by up to an eighth."),
                (
                    "translation+cutout",
                    "Translation, cutout",
                    "D sees every image moved by up to an eighth, with a square cut out.",
                ),
                (
                    "colour+translation+cutout",
                    "Colour, translation, cutout",
                    "D sees every image in changed colours, moved, with a square cut out.",
                ),
            )
        },
    },
    "optimiser_d": _OPTIMISERS,
    "optimiser_g": _OPTIMISERS,
    "activation": {
        None: Term("the system's own", "LeakyReLU, nearly a ReLU: negative values count a hundredth."),
        "leaky-relu": Term("LeakyReLU", "Negative values count a fifth, so that no unit ever falls silent."),
        "relu": Term("ReLU", "Negative values become 0: G draws with straight pieces."),
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
    },
    "anneal": {
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
    },
    "init": {
        "pytorch": Term("The family's own", "PyTorch's own initialisation, or the one that the family needs."),
        "dcgan": Term(
            "DCGAN's",
            "N(0, 0.02) for weights, N(1, 0.02) for batch norm.",
            "",
            "",
            "Radford et al. 2015, arXiv:1511.06434",
        ),
    },
    "split": {
        "train": Term("Training part", "The training part alone."),
        "all": Term("Training and test part", "Both parts together."),
    },
    "precision": {"auto": Term("Automatic", "bfloat16 multiplication where it is fast.")},
    "device": {"auto": Term("Automatic", "A GPU where there is one.")},
}

FEATURES: dict[str, Term] = {
    "k": Term(
        "k updates of D",
        "D learns k times before G does.",
        "Wasserstein critics want about 5; for the plain game 1 does.",
        "",
        f"{_GOODFELLOW}, algorithm 1",
    ),
    "k_g": Term(
        "G updates per step",
        "G learns several times after each round of D.",
        "To repeat published code that does; else 1.",
    ),
    "weight_clip": Term(
        "Weight clipping",
        "Cuts D's weights to a box after each update, which bounds its slope.",
        "The original constraint of the Wasserstein critic; a gradient penalty does better.",
        r"w \leftarrow \min(\max(w, -c), c)",
        "Arjovsky et al. 2017, arXiv:1701.07875",
    ),
    "penalty_every": Term(
        "Lazy penalty",
        "Computes the penalty at every n-th update of D, n times as strong.",
        "R1 at every 16th update costs a few per cent instead of a third.",
        "",
        "Karras et al. 2020, arXiv:1912.04958",
    ),
    "spectral_norm": Term(
        "Spectral norm",
        "Divides every weight matrix of D by its largest singular value.",
        "Bounds D's slope at little cost (batch norm in D undoes it); at home with the hinge objective.",
        r"W \leftarrow W / \sigma(W)",
        "Miyato et al. 2018, arXiv:1802.05957",
    ),
    "minibatch_stddev": Term(
        "Minibatch standard deviation",
        "Tells D how much the samples of a small group differ.",
        "Against collapse: a G that repeats itself is found out.",
        r"\tfrac1{F}\textstyle\sum_i \sqrt{\mathrm{var}_n\, h_{ni} + \epsilon}",
        "Karras et al. 2018, arXiv:1710.10196",
    ),
    "packing": Term(
        "Packing (PacGAN)",
        "D judges m samples side by side as one.",
        "Against lost modes: a pack of fakes with too little variety looks wrong even where each fake looks right.",
        r"D(x_1, \ldots, x_m)",
        "Lin et al. 2018, arXiv:1712.04086",
    ),
    "label_smoothing": Term(
        "One-sided label smoothing",
        "D aims at 1 − s on reals instead of 1; fakes stay at 0.",
        "Against a D that is overconfident; 0.1 is usual.",
        r"-(1 - s)\log D(x) - s \log(1 - D(x))",
        "Salimans et al. 2016, arXiv:1606.03498",
    ),
    "instance_noise": Term(
        "Instance noise",
        "Adds noise to everything that D sees, less and less of it.",
        "Where real and fake do not overlap at first (narrow modes, thin lines) and D would win at once.",
        r"D(x + \sigma_t \epsilon), \quad \sigma_t = \sigma\,(1 - t/T)_+",
        "Arjovsky and Bottou 2017, arXiv:1701.04862; Sønderby et al. 2017, arXiv:1610.04490",
    ),
    "unrolled": Term(
        "Unrolled D",
        "G's gradient is taken against D after K more updates, and through those updates.",
        "Against modes that G hops between: it sees that D would catch up. The updates ahead leave penalty and clipping aside.",
        r"\nabla_{\theta_G} f(\theta_G, \theta_D^{K}(\theta_G, \theta_D))",
        "Metz et al. 2017, arXiv:1611.02163",
    ),
    "clip_grad": Term(
        "Gradient clipping",
        "Scales a network's gradient down to a length where it is longer.",
        "Against single huge steps.",
        r"g \leftarrow g\,\min(1, c / \|g\|)",
        "Pascanu et al. 2013, arXiv:1211.5063",
    ),
    "ema_half_life": Term(
        "Average of G",
        "Keeps a moving average of G's weights besides G itself; its samples are shown beside G's.",
        "Late in training, when G circles around its best: the average sits in the middle. 10,000 to 500,000 images.",
        r"\bar\theta \leftarrow \beta\,\bar\theta + (1 - \beta)\,\theta, \quad \beta = 2^{-\text{batch}/\text{half-life}}",
        "Yazıcı et al. 2019, arXiv:1806.04498; Karras et al. 2018, arXiv:1710.10196",
    ),
    "beta2_end": Term(
        "β₂ at the end",
        "β₂ goes from its first value to this one.",
        "A short memory at first forgets the wild start.",
        "",
        "Huang et al. 2024, arXiv:2501.05441",
    ),
}


def title(field: str, option: object) -> str | None:
    """The title of an option, None where it has none."""
    term = TERMS.get(field, {}).get(option) if isinstance(option, str) else None
    return term.title if term else None
