"""Ansible playbooks that activate computers."""
