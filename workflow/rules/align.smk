# Segments and their translations to aligned units: a join on ids, with a quality class for each.


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
        estimates=(
            after_ingest("comet/{language}/{shard}.jsonl", language=LANGUAGES)
            if settings.quality.comet["program"]
            else []
        ),
        models=MODELS,
        glossary=settings.names.glossary or [],
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
        round_trips=lambda wildcards, input: [
            f"{language}={path}"
            for language, path in zip(LANGUAGES, input.round_trips)
        ],
        estimates=lambda wildcards, input: [
            f"{language}={path}" for language, path in zip(LANGUAGES, input.estimates)
        ],
        models=[f"{language}={model_manifest(language)}" for language in LANGUAGES],
        glossary=lambda wildcards, input: (
            f"--glossary {shlex.quote(input.glossary)}" if input.glossary else ""
        ),
        sources=source_digest("align", "names.glossary", "store"),
    message:
        "Aligning shard {wildcards.shard}"
    shell:
        "dragoman align --segments {input.segments:q} --translations {params.pairs:q}"
        " --models {params.models:q} --round-trips {params.round_trips:q}"
        " --estimates {params.estimates:q} {params.glossary} --output {output:q}"
        " --log {log:q}"
