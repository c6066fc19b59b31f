"""What a model is: labels, text normalisation, the release folder and the runtime that scores."""
