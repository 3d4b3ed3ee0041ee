"""Turns results into what a page shows: HTML, SVG, JSON. Wording lives here and in the data, arithmetic does not."""
