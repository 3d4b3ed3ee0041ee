"""Rules that let KMS clients reach their hosts: PowerShell, netsh, tables."""
