"""Processes: one for each run, the queue, and the one that draws pictures for the pages."""
