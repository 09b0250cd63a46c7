"""A whole register against whole packs: read the table, judge every row, write what came out."""
