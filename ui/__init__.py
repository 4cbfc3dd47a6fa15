"""The app: a room for each page, one for what pages share, one for the words of the browser half, one for the server. Knows nothing of how training works.

words imports from no other room, shared from words; a page's room (train, lab, latent) from shared; server from all.
"""
