"""From a few hundred own Examples to a candidate release, starting from the one that is served."""
