# Aligned units to summaries: the same segments in every language.


rule summarise:
    input:
        after_ingest("aligned/{shard}.jsonl"),
    output:
        f"{RESULTS}/summaries/{{shard}}.jsonl",
    log:
        f"{RESULTS}/logs/summarise/{{shard}}.log",
    # the briefs wait for it
    priority: 2
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
    params:
        summary=settings.summary,
        sources=source_digest("summarise", "store"),
    message:
        "Summarising shard {wildcards.shard}"
    shell:
        "dragoman summarise --aligned {input:q} --sentences {params.summary.sentences} --words {params.summary.words}"
        " --query={params.summary.query:q} --method {params.summary.method} --output {output:q} --log {log:q}"


# what a model writes: only where the configuration names a recipe for it
WRITERS = [installed(WRITER, WRITER_PART)] if WRITER else []


rule write_abstracts:
    input:
        aligned=after_ingest("aligned/{shard}.jsonl"),
        writer=WRITERS,
        romaniser=speller_for(*settings.models.values()) if WRITER else [],
        models=MODELS,
    output:
        f"{RESULTS}/abstracts/{{shard}}.jsonl",
    log:
        f"{RESULTS}/logs/abstracts/{{shard}}.log",
    threads: settings.translate.threads
    resources:
        mem_mb=growing(4000),
        runtime=growing(480),
        gpu=1 if settings.device == "cuda" else 0,
    params:
        writer=lambda wildcards, input: str(Path(WRITERS[0]).parent),
        models=[f"{language}={model_manifest(language)}" for language in LANGUAGES],
        options=DECODING,
        romaniser=speller_option,
        device=settings.device,
        sources=source_digest("abstracts", "names.copying", "store"),
    message:
        "Writing summaries of shard {wildcards.shard}"
    shell:
        "dragoman write-abstracts --aligned {input.aligned:q} --writer {params.writer:q} --models {params.models:q}"
        " --device {params.device} {params.options} {params.romaniser} --threads {threads} --output {output:q} --log {log:q}"


rule gather_summaries:
    input:
        after_ingest("summaries/{shard}.jsonl", shard=SHARDS),
        after_ingest("abstracts/{shard}.jsonl", shard=SHARDS) if WRITER else [],
    output:
        f"{RESULTS}/summaries.jsonl",
    log:
        f"{RESULTS}/logs/gather_summaries.log",
    threads: 1
    params:
        shards=settings.shards,
        folder=lambda wildcards: f"{RESULTS}/summaries",
        abstracts=f"--abstracts {shlex.quote(f'{RESULTS}/abstracts')}" if WRITER else "",
        sources=source_digest("commands.outputs"),
    message:
        "Gathering the summaries"
    shell:
        "dragoman gather-summaries --summaries {params.folder:q} --shards {params.shards} {params.abstracts}"
        " --output {output:q} --log {log:q}"
