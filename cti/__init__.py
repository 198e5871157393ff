"""Computer-telephony integration: the only package that talks to Asterisk."""
