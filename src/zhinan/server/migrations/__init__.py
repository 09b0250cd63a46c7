"""The history of the tables, in order."""
