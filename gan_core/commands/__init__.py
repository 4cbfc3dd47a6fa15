"""The commands of `python -m gan_core`: a file each, with `add(commands)`, which says what may be given, and `run`."""

from . import evaluate, metrics, presets, sample, train

COMMANDS = (presets, train, metrics, sample, evaluate)
"""In the order in which they are listed."""
