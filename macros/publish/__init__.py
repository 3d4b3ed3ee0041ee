"""What is put on a server: the built site, configuration that fits it for servers and hosts, an edition to carry."""
