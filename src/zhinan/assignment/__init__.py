"""Experts to applications: fitness, conflicts, a lottery anyone can audit, why this pairing."""
