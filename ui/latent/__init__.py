"""The Latent page."""

from ..shared.frame import Page

PAGE = Page(
    "Latent",
    ":material/linear_scale:",
    order=3,
    url="latent",
    sketch=(
        (("interpolation", 1, 186),),
        (("latent_picture", 5, 480), ("dimensions", 6, 480)),
    ),
)
