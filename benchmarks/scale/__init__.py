"""What `acd_scale` measures."""
