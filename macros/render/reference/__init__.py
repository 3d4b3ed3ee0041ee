"""Registers of facts, keys and commands, and what is offered for download."""
