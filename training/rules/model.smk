# Encoded pairs to a tested model.


rule train:
    input:
        train=f"{WORK}/encoded/train.npz",
        valid=f"{WORK}/encoded/valid.npz",
        vocabulary=f"{WORK}/vocabulary.spm",
    output:
        # the state beside it is no output: Snakemake would delete it when the job is interrupted
        f"{WORK}/run/finished.json",
    log:
        f"{WORK}/logs/train.log",
    threads: lambda wildcards: workflow.cores
    resources:
        mem_mb=6000,
    params:
        config=SECTIONS["train"],
        folder=lambda wildcards, output: str(Path(output[0]).parent),
        sources=source_digest("training.train"),
    message:
        "Training; stop it with Ctrl-C and run again to go on"
    shell:
        "OMP_NUM_THREADS={threads} dragoman training train --train {input.train:q} --valid {input.valid:q}"
        " --vocabulary {input.vocabulary:q} --config {params.config:q} --folder {params.folder:q}"
        " --output {output:q} --log {log:q}"


rule curves:
    input:
        f"{WORK}/run/finished.json",
    output:
        f"{WORK}/curves.svg",
    log:
        f"{WORK}/logs/curves.log",
    threads: 1
    resources:
        mem_mb=500,
    params:
        rows=f"{WORK}/run/log.jsonl",
        sources=source_digest("training.curves"),
    message:
        "Drawing the learning curve"
    shell:
        "dragoman training curves --log-rows {params.rows:q} --output {output:q} --log {log:q}"


rule export:
    input:
        finished=f"{WORK}/run/finished.json",
        vocabulary=f"{WORK}/vocabulary.spm",
    output:
        f"{WORK}/hf/config.json",
        f"{WORK}/hf/model.safetensors",
    log:
        f"{WORK}/logs/export.log",
    threads: 1
    resources:
        mem_mb=2000,
    params:
        config=SECTIONS["train"],
        run=lambda wildcards, input: str(Path(input.finished).parent),
        folder=lambda wildcards, output: str(Path(output[0]).parent),
        sources=source_digest("training.export"),
    message:
        "Exporting the model in the hub's format"
    shell:
        "dragoman training export --config {params.config:q} --folder {params.run:q}"
        " --vocabulary {input.vocabulary:q} --output {params.folder:q} --log {log:q}"


rule fetch:
    input:
        weights=f"{WORK}/hf/model.safetensors",
        recipe=f"{workflow.basedir}/config/{RECIPE}.yaml",
    output:
        recipe=f"{WORK}/recipe/{RECIPE}.yaml",
        listing=f"{WORK}/sources/{RECIPE}.json",
    log:
        f"{WORK}/logs/fetch.log",
    threads: 1
    resources:
        mem_mb=500,
    params:
        sources=source_digest("models.fetch"),
    message:
        "Taking the model into its recipe"
    shell:
        "cp {input.recipe:q} {output.recipe:q} && dragoman models fetch --recipe {output.recipe:q} --part ar-enfr"
        " --output {output.listing:q} --log {log:q}"


rule install:
    input:
        recipe=f"{WORK}/recipe/{RECIPE}.yaml",
        listing=f"{WORK}/sources/{RECIPE}.json",
    output:
        f"{WORK}/model/manifest.json",
    log:
        f"{WORK}/logs/install.log",
    threads: 2
    resources:
        mem_mb=4000,
    params:
        sources=source_digest("models.install"),
    message:
        "Converting, quantising and testing the model"
    shell:
        "dragoman models install --recipe {input.recipe:q} --part ar-enfr --source {input.listing:q}"
        " --output {output:q} --threads {threads} --log {log:q}"
