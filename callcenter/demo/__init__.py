"""A caller to try the platform with: SIPp signals, we send and count the sound."""
