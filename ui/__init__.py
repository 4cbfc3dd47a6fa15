"""The app: a room for each page, and one each for what pages share, for the browser half's words, and for the server.

It knows nothing of how training works. words imports from no other room, shared from words; a page's room (train, lab,
latent) from shared; server from all.
"""
