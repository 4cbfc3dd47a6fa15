"""What the views of the Latent page say."""

from __future__ import annotations

WORDS: dict[str, str | tuple[str, str]] = {
    "latent.percent": "{percent} % of the way from A to B",
    "latent.score": "D gives it {score}",
    "latent.score.error": "D gives it {score} · {error}",
    "picture.title": "On the way",
    "picture.rendering": "Rendering the walk from A to B …",
    "picture.step": "generator of step {step}",
    "picture.label": "The generator’s picture {percent} % of the way from A to B",
    "interpolation.title": "From A to B",
    "interpolation.term": "this walk",
    "interpolation.help": (
        "A and B are two points z of the noise that the generator starts from. The slider moves z from A to B.\n"
        "The pictures of a generator that has learnt well change smoothly all the way; those of one that has "
        "memorised its data jump.\n"
        "The number below each picture is D’s answer: the probability that the picture is real, or its score."
    ),
    "interpolation.label": "Picture {i} of {count}, D gives it {score}",
    "interpolation.unscored": "Picture {i} of {count}, D gives it no score",
    "dimensions.title": "One dimension of z at a time",
    "dimensions.term": "a dimension",
    "dimensions.help": (
        "z is a list of random numbers. Each slider changes one of the first of them; all others stay those of A.\n"
        "No single number means “slant” or “thickness” by design: what you find is what this generator has made "
        "of it."
    ),
    "dimensions.label": "The picture of A with the dimensions changed",
    "dimensions.back": "Back to A",
    "dimensions.drawing": "Drawing A …",
    "dimensions.slider": "Dimension {i} of z",
}
