"""Reads: frozen answers out of rows; `access` is the only way to a guarded one."""
