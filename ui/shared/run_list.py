"""The runs that there are: those that open, those at work, and folders that cannot be opened."""

from __future__ import annotations

from gan_core.runs import BrokenRun, Run, list_runs


def good_runs() -> list[Run]:
    """Runs that open, those at work first, then the newest first."""
    return sorted((one for one in list_runs() if isinstance(one, Run)), key=lambda one: not one.is_active)


def active_runs() -> list[Run]:
    """Runs at work or in the queue, the newest first."""
    return [one for one in list_runs() if isinstance(one, Run) and one.is_active]


def broken_runs() -> list[BrokenRun]:
    """Folders among the runs that cannot be opened, each with its reason."""
    return [one for one in list_runs() if isinstance(one, BrokenRun)]
