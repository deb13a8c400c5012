"""From captures to committed facts."""
