"""Templates of Asterisk's own configuration files."""
