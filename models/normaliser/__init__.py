"""Text normalisation: undoes disguise and surface marks, keeping where each character stood."""

from models.normaliser.changes import Change, Explanation
from models.normaliser.normaliser import VERSION, Normaliser
from models.normaliser.trace import Normalised

__all__ = ["VERSION", "Change", "Explanation", "Normalised", "Normaliser"]
