"""Publishing: an immutable build of marts for BI, made aside, checked and flipped."""
