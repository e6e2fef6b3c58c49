# Aligned units to verdicts: what goes into the corpus. Only where the configuration names a block.

FILTER = bool(settings.corpus.filter)
DUPLICATES = "duplicates" in settings.corpus.filter


rule filter:
    input:
        aligned=after_ingest("aligned/{shard}.jsonl"),
        test_sets=files_of(settings.corpus.filter.get("test_sets", {}).get("paths", [])),
    output:
        verdicts=f"{RESULTS}/filtered/{{shard}}.jsonl",
        signatures=f"{RESULTS}/filtered/{{shard}}.signatures" if DUPLICATES else [],
    log:
        f"{RESULTS}/logs/filter/{{shard}}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(120),
    params:
        blocks=json.dumps(settings.corpus.filter),
        languages=LANGUAGES,
        signatures=lambda wildcards, output: (
            f"--signatures {shlex.quote(output.signatures)}" if DUPLICATES else ""
        ),
        sources=source_digest("filter", "filter.duplicates", "store"),
    message:
        "Filtering shard {wildcards.shard}"
    shell:
        "dragoman filter --aligned {input.aligned:q} --blocks {params.blocks:q} --languages {params.languages:q}"
        " {params.signatures} --output {output.verdicts:q} --log {log:q}"


rule find_duplicates:
    input:
        after_ingest("filtered/{shard}.jsonl", shard=SHARDS),
        after_ingest("filtered/{shard}.signatures", shard=SHARDS),
    output:
        f"{RESULTS}/filtered/duplicates.jsonl",
    log:
        f"{RESULTS}/logs/find_duplicates.log",
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(240),
    params:
        folder=lambda wildcards, output: Path(output[0]).parent,
        shards=settings.shards,
        blocks=json.dumps(settings.corpus.filter),
        sources=source_digest("filter.duplicates", "store"),
    message:
        "Looking for segments that came before"
    shell:
        "dragoman find-duplicates --folder {params.folder:q} --shards {params.shards} --blocks {params.blocks:q}"
        " --output {output:q} --log {log:q}"
