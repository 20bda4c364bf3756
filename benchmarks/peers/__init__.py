"""The same work, written for each library as its users would write it well."""
