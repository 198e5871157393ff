"""Automatic call distribution: who takes which call, and why."""
