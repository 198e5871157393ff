"""The `callcenter` command."""
