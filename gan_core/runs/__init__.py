"""A run is its folder: this room reads it, makes it and trains into it.

layout     what lies in the folder and what it is called
files      small files that are replaced whole
disk       what a disk can refuse, in words
status     how the run is, and whether the process that holds it lives
control    what is asked of that process
changes    what was changed of it, and when
snapshot   all of this at one moment
tables     the table of measures
states     weights and whole states of trainings
folder     `Run`, the reader of all these
catalogue  all runs, and what they are called
making     runs that come into being: created, forked, lengthened; and one taken back of which nothing was made
lock       one process at a time
rewind     a folder taken back to the step that a training goes on from
training   the process that holds a run (imports torch; all else does not)
"""

from .catalogue import GAME, BrokenRun, find, label_of, list_runs, runs_dir, snapshots
from .changes import Change, config_at
from .control import Control
from .files import RunError, write_json
from .folder import Run
from .lock import Lock
from .making import create, discard, fork, lengthen, set_config, withdraw
from .snapshot import Snapshot
from .states import load_state
from .status import ACTIVE, STARTING, STATES, TRAINS, holder, how_to_continue, set_state

__all__ = [
    "ACTIVE",
    "GAME",
    "STARTING",
    "STATES",
    "TRAINS",
    "BrokenRun",
    "Change",
    "Control",
    "Lock",
    "Run",
    "RunError",
    "Snapshot",
    "config_at",
    "create",
    "discard",
    "find",
    "fork",
    "holder",
    "how_to_continue",
    "label_of",
    "lengthen",
    "list_runs",
    "load_state",
    "runs_dir",
    "set_config",
    "set_state",
    "snapshots",
    "withdraw",
    "write_json",
]
