"""What a run’s own numbers say: what goes wrong and what to do, and what is worth trying."""
