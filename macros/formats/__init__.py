"""Files that people give or take: a folder a format, and `base` for what formats share.

`detect` lists the formats, tells which one a file is and checks it; `library` makes the samples that the site shows.
"""
