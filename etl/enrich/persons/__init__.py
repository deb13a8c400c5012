"""Persons that articles name."""
