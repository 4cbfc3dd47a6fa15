"""Lab: the adversarial game itself."""

from ui import lab, views

lab.open_page()
views.style()
lab.two_parameters()
