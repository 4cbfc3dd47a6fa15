"""What pages ask that needs torch, by what it is about: settings, or a run."""
