"""The words templates are written with."""
