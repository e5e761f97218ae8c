"""What a run shows: tables, charts and cases as plain values, and the Markdown and HTML made of them."""
