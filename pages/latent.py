"""Latent: move through what a generator has learnt."""

from ui.latent import page

page.draw()
