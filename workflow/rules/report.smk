# Aligned units of all shards to the figures of `snakemake --report`.


rule report:
    input:
        aligned=after_ingest("aligned/{shard}.jsonl", shard=SHARDS),
        models=[model_manifest(language) for language in LANGUAGES],
        counts=after_ingest("corpus/counts.json") if FILTER else [],
    output:
        lengths=report(
            f"{RESULTS}/report/lengths.svg",
            caption="../report/lengths.rst",
            category="Segments",
        ),
        quality=report(
            f"{RESULTS}/report/quality.svg",
            caption="../report/quality.rst",
            category="Quality",
        ),
        throughput=report(
            f"{RESULTS}/report/throughput.svg",
            caption="../report/throughput.rst",
            category="Speed",
        ),
        filter=(
            report(
                f"{RESULTS}/report/filter.svg",
                caption="../report/filter.rst",
                category="Corpus",
            )
            if FILTER
            else []
        ),
        table=f"{RESULTS}/report/quality.tsv",
    log:
        f"{RESULTS}/logs/report.log",
    # the longest of what nothing waits for
    priority: 1
    threads: 1
    resources:
        mem_mb=growing(1000),
        runtime=growing(120),
    params:
        folder=lambda wildcards, output: Path(output.table).parent,
        languages=LANGUAGES,
        low_score=LOW_SCORE,
        counts=(
            shlex.join(["--counts", f"{RESULTS}/corpus/counts.json"]) if FILTER else ""
        ),
        shards=settings.shards,
        aligned=f"{RESULTS}/aligned",
        timings=f"{RESULTS}/benchmarks/translate",
        sources=source_digest("report", "store"),
    message:
        "Drawing the figures of the report"
    shell:
        "dragoman report --aligned {params.aligned:q} --shards {params.shards} --timings {params.timings:q}"
        " --languages {params.languages:q} --models {input.models:q} {params.low_score} {params.counts} --folder {params.folder:q}"
        " --log {log:q}"
