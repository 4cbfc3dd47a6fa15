"""The Train page."""

from ..shared.frame import Page

PAGE = Page("Train", ":material/model_training:", order=1, url="")
