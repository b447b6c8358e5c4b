"""The runtimes that can run a network, and which of them is used."""
