"""The shared store of customers, calls, tickets and charges."""
