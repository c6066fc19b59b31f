"""Makes a release: prepare, fine-tune, calibrate, choose thresholds, export, evaluate."""
