"""What a person touches. The only place that prints, parses or exits."""
