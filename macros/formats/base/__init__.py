"""What every format shares: texts findings, keys, hosts, and samples with where they come from."""
