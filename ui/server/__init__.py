"""The server’s side: what starts and ends with it, and the routes of the live views."""
