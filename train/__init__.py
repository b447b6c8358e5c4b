"""What makes the checkpoints."""
