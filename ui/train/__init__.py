"""The Train page."""

from ..shared.frame import Page

PAGE = Page(
    "Train",
    ":material/model_training:",
    order=1,
    url="",
    sketch=(
        (("transport", 1, 40),),
        (("status", 1, 62),),
        (("samples", 2, 490), ("curves", 3, 490)),
        (("batch", 2, 178), ("words", 3, 178)),
    ),
)
