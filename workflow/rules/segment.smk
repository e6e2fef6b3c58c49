# Articles to segments.


rule segment:
    input:
        articles_shard,
    output:
        f"{RESULTS}/segments/{{shard}}.jsonl",
    log:
        f"{RESULTS}/logs/segment/{{shard}}.log",
    params:
        sources=source_digest("segment", "store"),
    threads: 1
    resources:
        mem_mb=1000,
    message:
        "Splitting shard {wildcards.shard} into segments"
    shell:
        "{DRAGOMAN} segment --articles {input:q} --output {output:q} --log {log:q}"
