"""TODO."""

MACROS = ()
