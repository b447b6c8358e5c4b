"""Tab *See why*: one photo, looked into."""
