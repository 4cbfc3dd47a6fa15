"""The server's side: what starts and ends with it, and the routes that the live views talk to."""
