# COMET of each translation without a reference. Only where the configuration names the program.


rule estimate:
    input:
        segments=after_ingest("segments/{shard}.jsonl"),
        translations=after_ingest("translations/{language}/{shard}.jsonl"),
    output:
        f"{RESULTS}/comet/{{language}}/{{shard}}.jsonl",
    log:
        f"{RESULTS}/logs/comet/{{language}}/{{shard}}.log",
    threads: settings.translate.threads
    resources:
        mem_mb=growing(6000),
        runtime=growing(480),
        gpu=1 if settings.device == "cuda" else 0,
    params:
        comet=comet_options(settings.quality.comet),
        device=settings.device,
        sources=source_digest("comet", "store"),
    message:
        "Estimating the {wildcards.language} of shard {wildcards.shard} by COMET"
    shell:
        "dragoman estimate --segments {input.segments:q} --translations {input.translations:q} {params.comet}"
        " --device {params.device} --output {output:q} --log {log:q}"
