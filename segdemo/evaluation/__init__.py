"""What was measured: test scores, the size of each network, how training went."""
