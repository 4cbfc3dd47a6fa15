"""The Lab page."""

from ..shared.frame import Page

PAGE = Page(
    "Lab",
    ":material/science:",
    order=2,
    url="lab",
    sketch=(
        (("lab_head", 1, 40),),
        (("transport", 1, 40),),
        (("status", 1, 62),),
        (("field", 1, 545), ("curves", 1, 500)),
    ),
)
