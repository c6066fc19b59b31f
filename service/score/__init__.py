"""POST /score: posts in, scores, flags and a suggestion out."""
