"""The facts the guide stands on: typed records, the loader that reads them, and the checks that keep them whole."""
