"""Sample configurations that cannot be wrong: one module a format, each with generate and validate.

`findings` says what a check reports, `reading` turns any input into text or a finding, `xml_tree` keeps positions,
`keys` recognizes product keys, and `library` lists the samples that the site shows.
"""
