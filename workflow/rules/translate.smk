# Segments to translations: the hot path. The model is loaded once per shard and language.


# people's translations, and what the model made of texts in earlier runs
TRANSLATION_MEMORY = (
    f"{RESULTS}/translation_memory.sqlite" if settings.memory.tmx else None
)
MEMORY = settings.memory_path.as_posix()
# the threshold of the flag low-score: the recipe's, unless the configuration has its own
LOW_SCORE = (
    ""
    if settings.translate.low_score is None
    else f"--low-score={settings.translate.low_score}"
)
DECODING = f"--beam-size {settings.translate.beam_size} {LOW_SCORE}" + (
    "" if settings.translate.rescue else " --no-rescue"
)


rule compile_memory:
    input:
        settings.memory.tmx,
    output:
        f"{RESULTS}/translation_memory.sqlite",
    log:
        f"{RESULTS}/logs/compile_memory.log",
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(60),
    params:
        languages=LANGUAGES,
        sources=source_digest("translation_memory"),
    message:
        "Reading the translation memories"
    shell:
        "dragoman compile-memory --tmx {input:q} --languages {params.languages:q} --output {output:q} --log {log:q}"


rule translate:
    input:
        segments=after_ingest("segments/{shard}.jsonl"),
        model=lambda wildcards: model_manifest(wildcards.language),
        people=TRANSLATION_MEMORY or [],
        glossary=lambda wildcards: (
            settings.names.glossary or []
            if settings.models[wildcards.language] in COPIES_NAMES
            else []
        ),
        romaniser=lambda wildcards: speller_for(settings.models[wildcards.language]),
    output:
        f"{RESULTS}/translations/{{language}}/{{shard}}.jsonl",
    log:
        f"{RESULTS}/logs/translate/{{language}}/{{shard}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/translate/{{language}}/{{shard}}.tsv"
    # one language after the other with all cores: side by side, the slower one ends on a part of them
    threads: settings.translate.threads
    resources:
        mem_mb=growing(3000),
        runtime=growing(480),
        gpu=1 if settings.device == "cuda" else 0,
    params:
        model=lambda wildcards, input: str(Path(input.model).parent),
        options=" ".join(
            [
                DECODING,
                f"--batch-tokens {settings.translate.batch_tokens}",
                f"--compute-type {settings.translate.compute_type}",
                (
                    f"--translation-memory {shlex.quote(TRANSLATION_MEMORY)}"
                    if TRANSLATION_MEMORY
                    else ""
                ),
            ]
        ),
        # no input: it grows with every run, and what it holds changes no output
        memory=f"--memory {shlex.quote(MEMORY)}" if settings.memory.enabled else "",
        glossary=lambda wildcards, input: (
            f"--glossary {shlex.quote(input.glossary)}" if input.glossary else ""
        ),
        romaniser=speller_option,
        device=settings.device,
        timings=lambda wildcards: f"{RESULTS}/benchmarks/translate/{wildcards.language}/{wildcards.shard}.json",
        sources=source_digest(
            "translate", "engine", "store", "translation_memory", "names.copying"
        ),
    message:
        "Translating shard {wildcards.shard} to {wildcards.language}"
    shell:
        "dragoman translate --segments {input.segments:q} --model {params.model:q}"
        " --language {wildcards.language} --device {params.device} {params.options} {params.memory} {params.glossary} {params.romaniser}"
        " --threads {threads}"
        " --timings {params.timings:q} --output {output:q} --log {log:q}"
