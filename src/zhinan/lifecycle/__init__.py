"""The procedure as a machine: who may do what, from which stage, until when, and why not; what comes next."""
