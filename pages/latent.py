"""Latent: move through what a generator has learnt."""

from ui import latent, session, views

session.open_page(session.last_place())
views.style()
latent.draw()
