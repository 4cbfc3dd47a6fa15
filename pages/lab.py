"""Lab: the adversarial game itself."""

from ui.lab import page

page.draw()
