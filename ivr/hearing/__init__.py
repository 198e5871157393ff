"""What callers say, heard: the end of their words found, a few words told from all others."""
