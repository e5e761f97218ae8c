"""Which text is meant? Paper 3.3: scores over the texts of a scene for a query, answered found, ambiguous or none."""
