"""Sources to articles: finding the files, reading every format, writing the shards.

Importing this package is cheap, as the Snakefile does it at parse time; the libraries for each format are
imported by the reader that needs them.
"""

from dragoman.ingest.reader import read_sources
from dragoman.ingest.shards import shard_of, write_shards
from dragoman.ingest.sources import Sources, find_sources, state_of

__all__ = ["Sources", "find_sources", "read_sources", "shard_of", "state_of", "write_shards"]
