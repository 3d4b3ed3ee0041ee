"""Pages on MAK, KMS and ADBA."""
