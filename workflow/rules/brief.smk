# Aligned units and summaries to trilingual briefs, and the index over them.


rule write_briefs:
    input:
        articles=after_ingest("articles/{shard}.jsonl"),
        aligned=after_ingest("aligned/{shard}.jsonl"),
        summaries=after_ingest("summaries/{shard}.jsonl"),
        names=after_ingest("names/{shard}.jsonl"),
        abstracts=after_ingest("abstracts/{shard}.jsonl") if WRITER else [],
        models=MODELS + WRITERS,
    output:
        f"{RESULTS}/briefs/.entries/{{shard}}.jsonl",
    log:
        f"{RESULTS}/logs/brief/{{shard}}.log",
    priority: 2
    threads: by_size(8)
    resources:
        mem_mb=growing(1000),
        runtime=growing(120),
    params:
        folder=lambda wildcards, output: Path(output[0]).parents[1],
        languages=LANGUAGES,
        abstracts=lambda wildcards, input: (
            f"--abstracts {shlex.quote(str(input.abstracts))}" if WRITER else ""
        ),
        papers=[name for name in ("docx", "pdf") if getattr(settings, name)],
        sources=source_digest("brief", "store"),
    message:
        "Writing the briefs of shard {wildcards.shard}"
    shell:
        "dragoman brief --articles {input.articles:q} --aligned {input.aligned:q} --summaries {input.summaries:q}"
        " --names {input.names:q} {params.abstracts} --papers {params.papers}"
        " --models {input.models:q} --languages {params.languages:q} --folder {params.folder:q}"
        " --threads {threads} --entries {output:q} --log {log:q}"


rule brief_index:
    input:
        entries=after_ingest("briefs/.entries/{shard}.jsonl", shard=SHARDS),
        models=MODELS,
    output:
        index=f"{RESULTS}/briefs/index.html",
        json=f"{RESULTS}/briefs/briefs.json",
        feed=f"{RESULTS}/briefs/feed.atom",
    log:
        f"{RESULTS}/logs/brief_index.log",
    threads: 1
    params:
        shards=settings.shards,
        entries=f"{RESULTS}/briefs/.entries",
        folder=lambda wildcards, output: Path(output.index).parent,
        languages=LANGUAGES,
        sources=source_digest("brief", "store"),
    message:
        "Writing the index of the briefs"
    shell:
        "dragoman brief-index --entries {params.entries:q} --shards {params.shards} --languages {params.languages:q}"
        " --models {input.models:q} --folder {params.folder:q} --log {log:q}"


# a target: snakemake --cores 8 brief --config articles=one.txt
rule brief:
    input:
        f"{RESULTS}/briefs/index.html",
    log:
        f"{RESULTS}/logs/brief.log",
    localrule: True
    params:
        shards=settings.shards,
        entries=lambda wildcards, input: Path(input[0]).parent / ".entries",
        folder=lambda wildcards, input: Path(input[0]).parent,
    message:
        "The briefs:"
    shell:
        "dragoman show-briefs --entries {params.entries:q} --shards {params.shards} --folder {params.folder:q} --log {log:q}"
