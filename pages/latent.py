"""Latent: move through what a generator has learnt."""

from ui import latent, session, views

session.open_page()
views.style()
latent.draw()
