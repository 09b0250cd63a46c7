"""Programs that time Zhinan against its peers; see README.md. Never imported by `src/` or by a test."""
