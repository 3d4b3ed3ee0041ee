"""Checklists, error codes and the reader of outputs."""
