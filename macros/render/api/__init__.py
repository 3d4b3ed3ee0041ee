"""The data of the guide for programs: JSON at addresses that stay, with schemas and a description."""
