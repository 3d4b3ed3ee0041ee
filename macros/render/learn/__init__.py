"""The section Learn: practice for who begins."""
