"""Lab: the adversarial game itself."""

from ui import lab

lab.draw()
