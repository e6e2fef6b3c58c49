# Segments to translations: the hot path. The model is loaded once per shard and language.


rule translate:
    input:
        segments=after_ingest("segments/{shard}.jsonl"),
        model=lambda wildcards: model_manifest(wildcards.language),
    output:
        f"{RESULTS}/translations/{{language}}/{{shard}}.jsonl",
    log:
        f"{RESULTS}/logs/translate/{{language}}/{{shard}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/translate/{{language}}/{{shard}}.tsv"
    # one language after the other with all cores: side by side, the slower one ends on a part of them
    threads: settings.translate.threads
    resources:
        mem_mb=3000,
        gpu=1 if settings.device == "cuda" else 0,
    params:
        model=lambda wildcards, input: str(Path(input.model).parent),
        options=" ".join(
            [
                f"--beam-size {settings.translate.beam_size}",
                f"--batch-tokens {settings.translate.batch_tokens}",
                f"--compute-type {settings.translate.compute_type}",
                *([] if settings.translate.rescue else ["--no-rescue"]),
                LOW_SCORE,
            ]
        ),
        device=settings.device,
        timings=lambda wildcards: f"{RESULTS}/benchmarks/translate/{wildcards.language}/{wildcards.shard}.json",
        sources=source_digest("translate", "engine", "store"),
    message:
        "Translating shard {wildcards.shard} to {wildcards.language}"
    shell:
        "dragoman translate --segments {input.segments:q} --model {params.model:q}"
        " --language {wildcards.language} --device {params.device} {params.options} --threads {threads}"
        " --timings {params.timings:q} --output {output:q} --log {log:q}"
