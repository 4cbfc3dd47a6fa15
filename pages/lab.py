"""Lab: the adversarial game itself."""

from ui.lab import page as lab

lab.draw()
