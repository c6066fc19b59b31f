"""What a changed policy, word list or release would have done to the posts of the past."""
