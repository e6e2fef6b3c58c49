# Segments and their translations to aligned units: a join on ids, with a quality class for each;
# and the names of each article.


rule align:
    input:
        segments=after_ingest("segments/{shard}.jsonl"),
        translations=after_ingest(
            "translations/{language}/{shard}.jsonl", language=LANGUAGES
        ),
        round_trips=(
            after_ingest("round_trips/{language}/{shard}.jsonl", language=LANGUAGES)
            if BACK
            else []
        ),
        models=MODELS,
        glossary=settings.names.glossary or [],
        romaniser=SPELLERS,
    output:
        aligned=f"{RESULTS}/aligned/{{shard}}.jsonl",
        names=f"{RESULTS}/names/{{shard}}.jsonl",
    log:
        f"{RESULTS}/logs/align/{{shard}}.log",
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(60),
    params:
        pairs=lambda wildcards, input: [
            f"{language}={path}"
            for language, path in zip(LANGUAGES, input.translations)
        ],
        round_trips=lambda wildcards, input: [
            f"{language}={path}"
            for language, path in zip(LANGUAGES, input.round_trips)
        ],
        models=[f"{language}={model_manifest(language)}" for language in LANGUAGES],
        glossary=lambda wildcards, input: (
            f"--glossary {shlex.quote(input.glossary)}" if input.glossary else ""
        ),
        romaniser=lambda wildcards, input: (
            f"--romaniser {shlex.quote(str(Path(input.romaniser[0]).parent))}"
            if SPELLERS
            else ""
        ),
        sources=source_digest("align", "names.find", "names.romanise", "store"),
    message:
        "Aligning shard {wildcards.shard}"
    shell:
        "dragoman align --segments {input.segments:q} --translations {params.pairs:q}"
        " --models {params.models:q} --round-trips {params.round_trips:q} {params.glossary} {params.romaniser} --names {output.names:q} --output {output.aligned:q}"
        " --log {log:q}"


rule gather_names:
    input:
        after_ingest("names/{shard}.jsonl", shard=SHARDS),
    output:
        f"{RESULTS}/names.tsv",
    log:
        f"{RESULTS}/logs/gather_names.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
    params:
        names=lambda wildcards: f"{RESULTS}/names",
        shards=settings.shards,
        languages=LANGUAGES,
        sources=source_digest("names.find", "export.tsv", "store"),
    message:
        "Writing the table of names"
    shell:
        "dragoman gather-names --names {params.names:q} --shards {params.shards} --languages {params.languages:q}"
        " --output {output:q} --log {log:q}"
