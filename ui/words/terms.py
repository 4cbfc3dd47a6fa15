"""Terms of the field, and what each means: said where a page uses it first (`ui/shared/terms.js`)."""

from __future__ import annotations

WORDS: dict[str, str | tuple[str, str]] = {
    "terms.prior": "Prior: the distribution that the noise z is drawn from, before G turns it into samples.",
    "terms.manifold": "Manifold: the sheet on which all samples of G lie. G bends the noise into it.",
    "terms.pull": "Pull: the direction in which G’s loss moves a fake, and how strongly.",
    "terms.best": (
        "Best D: the best answer that any D could give against this G, p_data / (p_data + p_G) at each point."
    ),
    "terms.sigma": (
        "σ: the standard deviation of one mode, its width. Of a round mode’s samples in the plane, 98.9 % lie "
        "within 3σ of its centre."
    ),
    "terms.critic": "Critic: a D that gives a score instead of a probability, as in the Wasserstein GAN.",
}
