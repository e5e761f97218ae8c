"""Public evaluation protocols, one a file: pure functions on plain values, no photos, no networks.

`results` holds the values that every protocol takes and gives, `files` reads them from JSON Lines and from the official
text layouts, `protocols` lists the protocols by name. Each protocol's module says which source it follows and what is
peculiar about it.
"""
