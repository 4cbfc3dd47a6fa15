"""What pages share: frame, settings and form, desk and address, transport bar, live views."""
