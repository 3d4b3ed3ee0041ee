"""Macros that compute the Volume Activation Guide."""

from .plugin import define_env

__all__ = ["define_env"]
