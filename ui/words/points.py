"""What pictures of points say: the plane, and figure 1."""

from __future__ import annotations

WORDS: dict[str, str | tuple[str, str]] = {
    "figure.title": "Figure 1",
    "figure.label": "The game in one dimension at step {step}",
    "figure.help": (
        "The figure of the original paper.\n"
        "Dotted: the density of the data. Solid: the density of the generator. Dashed: D(x), D’s rating of each x. "
        "Thin: the best D that is possible against this G.\n"
        "The lines below show where the generator sends each z."
    ),
    "figure.words": "as in the paper; below, the lines z → x = G(z)",
    "figure.legend.data": "data",
    "figure.legend.generator": "generator",
    "figure.legend.generator_by": "generator ({how})",
    "figure.legend.average": "its average",
    "figure.legend.cut": "{name}, cut: up to {most}",
    "figure.axis.d": "D(x)",
    "figure.axis.score": "score",
    "figure.axis.density": "density",
    "figure.legend.d": "D(x)",
    "figure.legend.score": "D’s score",
    "figure.legend.best": "the best D",
    "figure.kernel": "kernel, width {width}",
    "figure.by": "by {method}",
    "figure.z_range": "z from {low} to {high}",
    "plane.help": (
        "Every dot is a sample: green ones are real, purple ones are fakes from G, from the same noise vectors at "
        "every step, so that you can follow each of them.\n"
        "The background is D’s map: green where D rates points as real, purple where it rates them as fake; on the "
        "blue line it cannot tell. G follows D’s slope, away from purple.\n"
        "Circles mark the data’s modes; a circle is solid while at least one fake lies within three standard "
        "deviations of its centre."
    ),
    "plane.hits": "{count} samples of G: {reached} of {modes} modes, {share} % within 3σ",
    "plane.hits_of_average": "{count} of its average: {reached} of {modes} modes, {share} % within 3σ",
}
