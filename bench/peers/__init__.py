"""thaw beside Mesa, agentpy and NumPy: `make bench-peers`, or `python -m bench.peers` where those are installed."""
