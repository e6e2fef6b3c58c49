# Parse-time glue: the checked configuration and names that all rules share.

import json
import shlex
import sys
from pathlib import Path

from dragoman import config as configuration
from dragoman.errors import ConfigError, DragomanError
from dragoman.provenance import source_digest
from dragoman.store import files_of
from dragoman.training.collect import read_sources

shell.prefix(f"export PATH={shlex.quote(str(Path(sys.executable).parent))}:$PATH; ")

try:
    settings = configuration.checked(config, configuration.schema("training"))
    SOURCES_FILE = Path(workflow.basedir) / "config" / settings["sources"]
    SOURCES = read_sources(SOURCES_FILE, Path(settings["root"]))
    distil = settings["distil"]
    if bool(distil["teacher"]) != bool(distil["input"]):
        raise ConfigError(
            "config.distil: teacher and input go together; give both or neither"
        )
except DragomanError as error:
    print(f"dragoman: error: {error}", file=sys.stderr)
    sys.exit(2)

WORK, RECIPE = settings["work"], settings["recipe"]
WEIGHTS = {source.name: source.weight for source in SOURCES} | {
    "distilled": distil["weight"]
}
TAGS = {source.name: source.tag for source in SOURCES if source.tag}
COLLECTED = [source.name for source in SOURCES] + (
    ["distilled"] if distil["teacher"] else []
)
SECTIONS = {
    name: json.dumps({key: settings[key] for key in keys})
    for name, keys in {
        "distil": ["distil"],
        "train": ["model", "train"],
        "all": list(settings),
    }.items()
}
# a warm start goes on with the vocabulary of the model, or of the run whose state it takes
WARM_START = Path(settings["train"]["warm_start"])
OTHER_VOCABULARY = (
    str(
        WARM_START / "source.spm"
        if WARM_START.is_dir()
        else WARM_START.parent.parent / "vocabulary.spm"
    )
    if settings["train"]["warm_start"]
    else ""
)


wildcard_constraints:
    source="[a-z0-9][a-z0-9-]*",
    part="train|valid",
