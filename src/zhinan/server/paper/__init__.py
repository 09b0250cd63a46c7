"""Papers of the platform, PDF and Excel, made from plain values: receipt, letter with its list, application."""
