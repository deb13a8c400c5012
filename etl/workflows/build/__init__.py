"""Captures to committed facts."""
