# Aligned units of all shards to the corpus in its formats, and the manifest of the run.


CORPUS = {
    "jsonl": ["corpus.jsonl"],
    "moses": [f"corpus.{language}" for language in ["ar", *LANGUAGES]],
    "tsv": ["corpus.tsv"],
    "tmx": ["corpus.tmx"],
    "xliff": [f"corpus.{language}.xlf" for language in LANGUAGES],
    "parquet": ["dataset/README.md"],
}
CORPUS_FILES = [
    f"{RESULTS}/corpus/{name}"
    for name in [
        "LICENCES.md",
        *(["filtered.jsonl", "filter.tsv"] if FILTER else []),
        *(
            name
            for key in dict.fromkeys(["jsonl", *settings.export])
            for name in CORPUS[key]
        ),
    ]
]


rule export:
    input:
        aligned=after_ingest("aligned/{shard}.jsonl", shard=SHARDS),
        filtered=(
            after_ingest("filtered/{shard}.jsonl", shard=SHARDS) if FILTER else []
        ),
        duplicates=after_ingest("filtered/duplicates.jsonl") if DUPLICATES else [],
        catalogue=f"{RESULTS}/articles/catalogue.json",
        models=MODELS,
    output:
        corpus=CORPUS_FILES,
        counts=f"{RESULTS}/corpus/counts.json",
    log:
        f"{RESULTS}/logs/export.log",
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(480),
    params:
        folder=lambda wildcards, output: Path(output.counts).parent,
        shards=settings.shards,
        aligned=f"{RESULTS}/aligned",
        languages=LANGUAGES,
        formats=settings.export,
        validation=settings.splits.validation,
        test=settings.splits.test,
        filter=shlex.join(
            [
                *(["--filtered", f"{RESULTS}/filtered"] if FILTER else []),
                *(["--blocks", json.dumps(settings.corpus.filter)] if FILTER else []),
                *(
                    ["--duplicates", f"{RESULTS}/filtered/duplicates.jsonl"]
                    if DUPLICATES
                    else []
                ),
            ]
        ),
        licence=settings.corpus.licence,
        tmx_units=settings.corpus.tmx_units,
        sources=source_digest("export", "store"),
    message:
        "Writing the corpus"
    shell:
        "dragoman export --aligned {params.aligned:q} --shards {params.shards} --models {input.models:q}"
        " --languages {params.languages:q} --formats {params.formats:q} --folder {params.folder:q}"
        " --catalogue {input.catalogue:q} {params.filter} --licence={params.licence:q} --tmx-units {params.tmx_units}"
        " --validation {params.validation} --test {params.test} --counts {output.counts:q} --log {log:q}"


rule manifest:
    input:
        catalogue=f"{RESULTS}/articles/catalogue.json",
        counts=after_ingest("corpus/counts.json"),
        models=MODELS + WRITERS,
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
        "dragoman manifest --catalogue {input.catalogue:q} --counts {input.counts:q} --models {input.models:q}"
        " --config {params.config:q} --output {output:q} --log {log:q}"
