"""The sub-commands of `callcenter`, one file each; thin, the work is done elsewhere."""
