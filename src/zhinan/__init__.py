"""Zhinan 指南: programme guides as data, judged with reasons.

The house is described in ARCHITECTURE.md; this room is only its front door.
"""

__version__ = "0.1.0"
