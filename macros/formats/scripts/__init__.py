"""PowerShell scripts that set up a KMS host, activate a forest, or activate with a MAK."""
