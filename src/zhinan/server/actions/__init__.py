"""Writes: one function, one transaction, one event; who acts and when are arguments."""
