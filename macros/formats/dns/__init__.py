"""SRV records for KMS hosts, in every form that a DNS server takes them."""
