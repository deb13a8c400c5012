"""Countries, organisations and places that articles name."""
