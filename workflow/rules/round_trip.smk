# Translations back into Arabic, and how much of the source comes back. Only where the configuration names a recipe.


rule round_trip:
    input:
        segments=after_ingest("segments/{shard}.jsonl"),
        translations=after_ingest("translations/{language}/{shard}.jsonl"),
        model=lambda wildcards: back_manifest(wildcards.language),
    output:
        f"{RESULTS}/round_trips/{{language}}/{{shard}}.jsonl",
    log:
        f"{RESULTS}/logs/round_trip/{{language}}/{{shard}}.log",
    threads: settings.translate.threads
    resources:
        mem_mb=growing(3000),
        runtime=growing(480),
        gpu=1 if settings.device == "cuda" else 0,
    params:
        model=lambda wildcards, input: str(Path(input.model).parent),
        device=settings.device,
        sources=source_digest("round_trip", "engine", "store"),
    message:
        "Translating shard {wildcards.shard} back from {wildcards.language}"
    shell:
        "dragoman round-trip --segments {input.segments:q} --translations {input.translations:q}"
        " --model {params.model:q} --device {params.device} --threads {threads} --output {output:q} --log {log:q}"
