"""Publishing: an immutable build of marts for BI, built in its own folder, checked, then linked."""
