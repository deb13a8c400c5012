"""Interactions between states, coded by PLOVER's categories."""
