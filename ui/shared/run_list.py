"""The runs that there are: those that open, those at work, and folders that cannot be opened."""

from __future__ import annotations

from gan_core.runs import BrokenRun, Snapshot, list_runs, snapshots


def good_runs() -> list[Snapshot]:
    """Runs that open, those at work first, then the newest first."""
    return sorted(snapshots(), key=lambda one: not one.is_active)


def active_runs() -> list[Snapshot]:
    """Runs at work or in the queue, the newest first."""
    return [one for one in snapshots() if one.is_active]


def line() -> str:
    """These and their states in a word."""
    return " ".join(sorted(f"{one.run.id}:{'training' if one.trains else one.state}" for one in active_runs()))


def broken_runs() -> list[BrokenRun]:
    """Folders among the runs that cannot be opened, each with its reason."""
    return [one for one in list_runs() if isinstance(one, BrokenRun)]
