"""The method: objectives, penalties, priors, optimisers, and the trainer that plays the game."""
