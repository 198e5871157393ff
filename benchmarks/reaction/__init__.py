"""What `acd_reaction` stands on: its own Asterisk, phones and callers."""
