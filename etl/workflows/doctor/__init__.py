"""The examination of a home: what is wrong with it, what to do, and what can be repaired."""
