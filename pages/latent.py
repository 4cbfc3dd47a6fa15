"""Latent: move through what a generator has learnt."""

from ui.latent import page as latent
from ui.shared import session, views

session.open_page(session.last_place())
views.style()
latent.draw()
