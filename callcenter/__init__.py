"""The front door: the command, the settings and the wiring of all parts."""
