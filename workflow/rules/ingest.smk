# Sources to shards of articles. A checkpoint: the shards that did not change keep their time stamps,
# and only what lies downstream of the others runs again.


checkpoint ingest:
    output:
        catalogue=f"{RESULTS}/articles/catalogue.json",
        rejects=f"{RESULTS}/rejects.jsonl",
    log:
        f"{RESULTS}/logs/ingest.log",
    threads: 1
    resources:
        mem_mb=growing(2000),
        runtime=growing(240),
    params:
        articles=settings.articles,
        # instead of inputs: Snakemake goes by the time of change, and a copy keeps its old one, or a clock was
        # wrong; and there may be a million files
        state=state_of(sources.files),
        columns=json.dumps(settings.columns),
        shards=settings.shards,
        policy=settings.on_bad_record,
        folder=lambda wildcards, output: Path(output.catalogue).parent,
        sources=source_digest("ingest", "store"),
    message:
        "Reading the articles"
    shell:
        "dragoman ingest --articles {params.articles:q} --columns {params.columns:q} --shards {params.shards}"
        " --on-bad-record {params.policy} --folder {params.folder:q} --rejects {output.rejects:q}"
        " --catalogue {output.catalogue:q} --log {log:q}"
