# Aligned units of all shards to the corpus in its formats, and the manifest of the run.


def corpus_files():
    """What export writes under corpus/, as the configuration asks."""
    formats = {
        "jsonl": ["corpus.jsonl"],
        "moses": [f"corpus.{language}" for language in ["ar", *LANGUAGES]],
        "tmx": ["corpus.tmx"],
        "parquet": ["dataset/README.md"],
    }
    wanted = dict.fromkeys(["jsonl", *settings.export])
    return [f"{RESULTS}/corpus/{name}" for key in wanted for name in formats[key]]


rule export:
    input:
        aligned=after_ingest("aligned/{shard}.jsonl", shard=SHARDS),
        models=MODELS,
    output:
        corpus=corpus_files(),
        counts=f"{RESULTS}/corpus/counts.json",
    log:
        f"{RESULTS}/logs/export.log",
    threads: 1
    resources:
        mem_mb=2000,
    params:
        folder=f"{RESULTS}/corpus",
        languages=LANGUAGES,
        formats=settings.export,
        sources=source_digest("export", "store"),
    message:
        "Writing the corpus"
    shell:
        "{DRAGOMAN} export --aligned {input.aligned:q} --models {input.models:q} --languages {params.languages:q}"
        " --formats {params.formats:q} --folder {params.folder:q} --counts {output.counts:q} --log {log:q}"


rule manifest:
    input:
        catalogue=f"{RESULTS}/articles/catalogue.json",
        counts=after_ingest("corpus/counts.json"),
        models=MODELS,
    output:
        f"{RESULTS}/manifest.json",
    log:
        f"{RESULTS}/logs/manifest.log",
    threads: 1
    params:
        config=json.dumps(config, sort_keys=True),
        sources=source_digest("manifest", "store"),
    message:
        "Writing the manifest"
    shell:
        "{DRAGOMAN} manifest --catalogue {input.catalogue:q} --counts {input.counts:q} --models {input.models:q}"
        " --config {params.config:q} --output {output:q} --log {log:q}"
