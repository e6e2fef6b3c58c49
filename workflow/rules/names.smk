# Aligned units to the names of each article, and to the table of all of them.


rule find_names:
    input:
        aligned=after_ingest("aligned/{shard}.jsonl"),
        romaniser=installed(SPELLER, SPELLER_PART) if SPELLER else [],
    output:
        f"{RESULTS}/names/{{shard}}.jsonl",
    log:
        f"{RESULTS}/logs/names/{{shard}}.log",
    # the briefs wait for it, and it is the longest of what they wait for
    priority: 2
    threads: by_size(8)
    resources:
        mem_mb=growing(1000),
        runtime=growing(60),
    params:
        languages=LANGUAGES,
        romaniser=speller_option,
        sources=source_digest("names.find", "names.romanise", "store"),
    message:
        "Finding the names of shard {wildcards.shard}"
    shell:
        "dragoman find-names --aligned {input.aligned:q} --languages {params.languages:q} {params.romaniser}"
        " --threads {threads} --output {output:q} --log {log:q}"


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
