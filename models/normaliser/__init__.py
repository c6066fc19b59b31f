"""Text normalisation: undoes disguise and surface marks, keeping where each character stood."""

from models.normaliser.normaliser import VERSION, Normaliser
from models.normaliser.trace import Normalised

__all__ = ["VERSION", "Normalised", "Normaliser"]
