"""Arabic news articles to aligned English and French: translations, summaries, briefs, corpora."""

__version__ = "0.1.0"
