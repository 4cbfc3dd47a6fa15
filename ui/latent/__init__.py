"""The Latent page."""

from ..shared.frame import Page

PAGE = Page("Latent", ":material/linear_scale:", order=3, url="latent")
