"""The pages' shared parts: settings, transport bar, live views, and the routes they talk to. Knows nothing of how training works."""
