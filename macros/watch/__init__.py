"""Whether the pages behind the facts still say what was read: they are asked for, read and compared.

Nothing here is needed to build the site, and no other command asks for a page.
"""
