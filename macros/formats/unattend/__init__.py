"""The answer file of Windows Setup."""
