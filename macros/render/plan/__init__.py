"""Capacity, renewal, host keys, MAK budget and the lifecycle of products."""
