# Segments and their translations to aligned units: a join on ids, with a quality class for each.


rule align:
    input:
        segments=after_ingest("segments/{shard}.jsonl"),
        translations=after_ingest(
            "translations/{language}/{shard}.jsonl", language=LANGUAGES
        ),
        models=MODELS,
    output:
        f"{RESULTS}/aligned/{{shard}}.jsonl",
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
        models=[f"{language}={model_manifest(language)}" for language in LANGUAGES],
        sources=source_digest("align", "store"),
    message:
        "Aligning shard {wildcards.shard}"
    shell:
        "dragoman align --segments {input.segments:q} --translations {params.pairs:q}"
        " --models {params.models:q} --output {output:q} --log {log:q}"
