"""What articles say: entities, persons, cited sources, events."""
