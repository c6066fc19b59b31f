"""The community rules that decisions cite."""
