"""Samples, and the pages that check and build files."""
