"""The web platform: rows, reads, writes, pages; the only package that imports Django."""
