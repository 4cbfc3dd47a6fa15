"""Prints the catalogue as a module of the browser, for what runs the browser half without a server."""

import sys

from . import module

sys.stdout.buffer.write(module().encode())
