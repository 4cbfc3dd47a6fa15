"""One process's hold on one run: it trains, writes the run folder, and obeys what the folder asks. Imports torch.

session      the hold itself: from the first look at the folder to the last word in it
orders       what is asked: pause, stop, single steps, live values
pace         whether the next step is due: speed, and the other side of a race
cadence      which steps are kept: as frames, as weights, as states
rhythm       how often something may be done for what it costs
writer       measures, frames, evaluations, weights and states
status_file  status.json and its heartbeat
"""

from .session import Session, hold

__all__ = ["Session", "hold"]
