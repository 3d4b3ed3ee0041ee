"""Settings of KMS clients: registry files, Group Policy preferences, scripts."""
