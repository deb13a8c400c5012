"""The Bangla language: one Unicode form, digits, sentences, datelines and the calendar."""
