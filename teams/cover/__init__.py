"""Pages of the organisation and its people."""
