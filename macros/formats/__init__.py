"""Files that people give or take: a folder a format, and `base` for what formats share.

`kinds` tells which format a file is and checks it, `library` lists the samples that the site shows.
"""
