"""What an Example is, and the road of a corpus: read, check, clean, de-duplicate, split."""
