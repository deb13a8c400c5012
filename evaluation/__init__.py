"""Quality of extraction and coding, measured on labelled data."""
