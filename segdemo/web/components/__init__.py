"""What more than one tab shows."""
