"""What is counted: figures per queue, agent and interval."""
