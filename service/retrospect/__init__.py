"""Looking back: earlier posts that a new debunk throws new light on."""
