"""A made-up press of two years, to look at: templates and a seed become pages of twelve outlets."""
