"""Training a compact MarianMT: the stages of the workflow in ``training/``, never part of a run."""
