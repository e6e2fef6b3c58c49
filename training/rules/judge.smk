# A tested model to its scores and its card.


rule evaluate:
    input:
        model=f"{WORK}/model/manifest.json",
        test_sets=settings["held_out"] or f"{WORK}/clean/valid.jsonl",
        files=files_of(settings["held_out"]),
    output:
        f"{WORK}/evaluation/evaluation.json",
    log:
        f"{WORK}/logs/evaluate.log",
    threads: 2
    resources:
        mem_mb=3000,
    params:
        folder=lambda wildcards, output: Path(output[0]).parent,
        sources=source_digest("evaluate", "evaluate.report"),
    message:
        "Scoring the model"
    shell:
        "dragoman evaluate --test-sets {input.test_sets:q} --languages en fr --models {input.model:q} {input.model:q}"
        " --device cpu --threads {threads} --folder {params.folder:q} --log {log:q}"


rule card:
    input:
        sources=SOURCES_FILE,
        counts=f"{WORK}/clean/counts.json",
        finished=f"{WORK}/run/finished.json",
        evaluation=f"{WORK}/evaluation/evaluation.json",
    output:
        f"{WORK}/README.md",
    log:
        f"{WORK}/logs/card.log",
    threads: 1
    resources:
        mem_mb=500,
    params:
        root=settings["root"],
        rows=f"{WORK}/run/log.jsonl",
        config=SECTIONS["all"],
        sources=source_digest("training.card"),
    message:
        "Writing the card"
    shell:
        "dragoman training card --sources {input.sources:q} --root {params.root:q} --counts {input.counts:q}"
        " --finished {input.finished:q} --log-rows {params.rows:q} --evaluation {input.evaluation:q}"
        " --config {params.config:q} --output {output:q} --log {log:q}"
