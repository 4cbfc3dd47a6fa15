"""Train: choose a system, press Start, watch it learn."""

from ui.train import page

page.draw()
