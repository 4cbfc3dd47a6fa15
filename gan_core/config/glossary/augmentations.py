"""Words on the augmentations."""

from __future__ import annotations

from typing import Any

from .term import Term

AUGMENT: dict[Any, Term] = {
    "none": Term("None", "D sees the images as they are."),
    **{
        name: Term(
            title,
            does,
            "When there are few images (hundreds to a few thousand): D would otherwise memorise them.",
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
}
