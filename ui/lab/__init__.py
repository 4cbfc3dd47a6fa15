"""The Lab page."""

from ..shared.frame import Page

PAGE = Page("Lab", ":material/science:", order=2, url="lab")
