"""The language conditions are written in: read, check, evaluate with reasons, explain, write, compile to columns."""
