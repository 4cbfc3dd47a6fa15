"""What all pages share: settings, transport bar, form, curves, and the live views’ base."""
