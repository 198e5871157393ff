"""The story of each call, pieced together from facts about channels."""
