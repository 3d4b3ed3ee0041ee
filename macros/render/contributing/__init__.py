"""Examples of components for editors."""
