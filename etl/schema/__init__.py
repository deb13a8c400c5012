"""Every table, column and coded word, declared once; and what is derived from the declarations."""
