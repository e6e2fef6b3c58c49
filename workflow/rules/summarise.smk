# Aligned units to summaries: the same segments in every language.


rule summarise:
    input:
        after_ingest("aligned/{shard}.jsonl"),
    output:
        f"{RESULTS}/summaries/{{shard}}.jsonl",
    log:
        f"{RESULTS}/logs/summarise/{{shard}}.log",
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


rule gather_summaries:
    input:
        after_ingest("summaries/{shard}.jsonl", shard=SHARDS),
    output:
        f"{RESULTS}/summaries.jsonl",
    log:
        f"{RESULTS}/logs/gather_summaries.log",
    threads: 1
    params:
        shards=settings.shards,
        folder=lambda wildcards: f"{RESULTS}/summaries",
        sources=source_digest("commands.outputs"),
    message:
        "Gathering the summaries"
    shell:
        "dragoman gather-summaries --summaries {params.folder:q} --shards {params.shards}"
        " --output {output:q} --log {log:q}"
