"""The configuration file of the Office Deployment Tool."""
