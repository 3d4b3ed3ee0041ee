"""The search of the site: what it looks through, and the index that the browser asks for when a reader turns to it."""
