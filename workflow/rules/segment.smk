# Articles to segments.


rule segment:
    input:
        after_ingest("articles/{shard}.jsonl"),
    output:
        f"{RESULTS}/segments/{{shard}}.jsonl",
    log:
        f"{RESULTS}/logs/segment/{{shard}}.log",
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
    params:
        unit=settings.segment.unit,
        sources=source_digest("segment", "store"),
    message:
        "Splitting shard {wildcards.shard} into segments"
    shell:
        "dragoman segment --articles {input:q} --unit {params.unit} --output {output:q} --log {log:q}"
