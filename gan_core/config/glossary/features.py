"""Words on the switches and numbers that are something with a paper of its own."""

from __future__ import annotations

from .term import Term

FEATURES: dict[str, Term] = {
    "k": Term(
        "k updates of D",
        "D makes k updates before each update of G.",
        "A Wasserstein critic needs about 5; for the plain game 1 is enough.",
        "",
        "Goodfellow et al. 2014, arXiv:1406.2661, algorithm 1",
    ),
    "k_g": Term(
        "G updates per step",
        "G makes several updates after D’s updates.",
        "Use it to reproduce published code that does so; otherwise 1.",
    ),
    "weight_clip": Term(
        "Weight clipping",
        "Clips D's weights to a range after each update, which bounds D's slope.",
        "The original constraint of the Wasserstein critic; a gradient penalty works better.",
        r"w \leftarrow \min(\max(w, -c), c)",
        "Arjovsky et al. 2017, arXiv:1701.07875",
    ),
    "penalty_every": Term(
        "Lazy penalty",
        "Computes the penalty only at every n-th update of D, with n times its weight.",
        "R1 at every 16th update costs a few per cent instead of a third.",
        "",
        "Karras et al. 2020, arXiv:1912.04958",
    ),
    "spectral_norm": Term(
        "Spectral norm",
        "Divides every weight matrix of D by its largest singular value.",
        "Bounds D's slope at little cost (batch norm in D undoes it); usual with the hinge objective.",
        r"W \leftarrow W / \sigma(W)",
        "Miyato et al. 2018, arXiv:1802.05957",
    ),
    "minibatch_stddev": Term(
        "Minibatch standard deviation",
        "Tells D how much the samples of a small group differ.",
        "Against collapse: D can tell when G repeats itself.",
        r"\tfrac1{F}\textstyle\sum_i \sqrt{\mathrm{var}_n\, h_{ni} + \epsilon}",
        "Karras et al. 2018, arXiv:1710.10196",
    ),
    "packing": Term(
        "Packing (PacGAN)",
        "D scores m samples together as one input.",
        "Against lost modes: a pack of fakes with too little variety looks wrong even where each fake looks right.",
        r"D(x_1, \ldots, x_m)",
        "Lin et al. 2018, arXiv:1712.04086",
    ),
    "label_smoothing": Term(
        "One-sided label smoothing",
        "D’s target for real samples is 1 − s instead of 1; for fakes it stays 0.",
        "Against a D that is overconfident; 0.1 is usual.",
        r"-(1 - s)\log D(x) - s \log(1 - D(x))",
        "Salimans et al. 2016, arXiv:1606.03498",
    ),
    "instance_noise": Term(
        "Instance noise",
        "Adds noise, which fades out over time, to everything that D sees.",
        "When real samples and fakes do not overlap at first (narrow modes, thin lines) and D would win at once.",
        r"D(x + \sigma_t \epsilon), \quad \sigma_t = \sigma\,(1 - t/T)_+",
        "Arjovsky and Bottou 2017, arXiv:1701.04862; Sønderby et al. 2017, arXiv:1610.04490",
    ),
    "unrolled": Term(
        "Unrolled D",
        "G's gradient is taken against D after K more updates, and through those updates.",
        "When G jumps between modes: G then learns against a D that has already caught up. These extra updates use no "
        "penalty and no clipping.",
        r"\nabla_{\theta_G} f(\theta_G, \theta_D^{K}(\theta_G, \theta_D))",
        "Metz et al. 2017, arXiv:1611.02163",
    ),
    "clip_grad": Term(
        "Gradient clipping",
        "Scales a network's gradient down to a given norm when it is larger.",
        "Prevents occasional huge steps.",
        r"g \leftarrow g\,\min(1, c / \|g\|)",
        "Pascanu et al. 2013, arXiv:1211.5063",
    ),
    "ema_half_life": Term(
        "Average of G",
        "Keeps a moving average of G's weights besides G itself; its samples are shown beside G's.",
        "Late in training, when G circles around its best: the average lies in the middle. Usual: 10,000 to 500,000 "
        "images.",
        r"\bar\theta \leftarrow \beta\,\bar\theta + (1 - \beta)\,\theta, \quad \beta = "
        r"2^{-\text{batch}/\text{half-life}}",
        "Yazıcı et al. 2019, arXiv:1806.04498; Karras et al. 2018, arXiv:1710.10196",
    ),
    "beta2_end": Term(
        "β₂ at the end",
        "β₂ goes from its first value to this one.",
        "A short average at first forgets the unstable start sooner.",
        "",
        "Huang et al. 2024, arXiv:2501.05441",
    ),
}
