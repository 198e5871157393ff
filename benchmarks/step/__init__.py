"""What the benchmark of a flow's steps is made of."""
