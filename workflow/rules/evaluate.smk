# The target `evaluate`: scores of the models in use on given test sets.


rule evaluate:
    input:
        models=[
            model_manifest(language, model)
            for model in EVALUATED
            for language in LANGUAGES
        ],
        romaniser=speller_for(*RECIPES),
        test_sets=settings.evaluate.test_sets,
        files=files_of(settings.evaluate.test_sets),
    output:
        scores=f"{RESULTS}/evaluation/evaluation.json",
        others=multiext(
            f"{RESULTS}/evaluation/",
            "slices.json",
            "comparison.json",
            "segments.jsonl",
            "evaluation.md",
            "evaluation.svg",
        ),
    log:
        f"{RESULTS}/logs/evaluate.log",
    threads: settings.translate.threads
    resources:
        mem_mb=growing(3000),
        runtime=growing(120),
        gpu=1 if settings.device == "cuda" else 0,
    params:
        languages=LANGUAGES,
        beam_size=settings.translate.beam_size,
        device=settings.device,
        folder=lambda wildcards, output: Path(output.scores).parent,
        romaniser=speller_option,
        comet=comet_options(settings.evaluate.comet),
        sources=source_digest("evaluate", "evaluate.report", "comet", "names.copying"),
    message:
        "Scoring the models on the test sets"
    shell:
        "dragoman evaluate --test-sets {input.test_sets:q} --languages {params.languages:q}"
        " --models {input.models:q} --beam-size {params.beam_size} --device {params.device} --threads {threads}"
        " {params.romaniser} {params.comet} --folder {params.folder:q} --log {log:q}"
