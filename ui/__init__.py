"""The app: a room for each page, one for what pages share, one for the server. Knows nothing of how training works.

shared imports from no other room; a page's room (train, lab, latent) from shared; server from all.
"""
