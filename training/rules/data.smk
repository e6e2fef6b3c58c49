# Sources to encoded pairs.


ruleorder: distil > collect


rule collect:
    input:
        sources=SOURCES_FILE,
        files=lambda wildcards: files_of(
            source.path for source in SOURCES if source.name == wildcards.source
        ),
    output:
        f"{WORK}/collected/{{source}}.jsonl",
    log:
        f"{WORK}/logs/collect/{{source}}.log",
    threads: 1
    resources:
        mem_mb=1000,
    params:
        root=settings["root"],
        sources=source_digest("training.collect", "training.names"),
    message:
        "Collecting {wildcards.source}"
    shell:
        "dragoman training collect --sources {input.sources:q} --root {params.root:q}"
        " --name {wildcards.source:q} --output {output:q} --log {log:q}"


rule distil:
    input:
        text=distil["input"] or [],
        teacher=f"{distil['teacher']}/manifest.json" if distil["teacher"] else [],
    output:
        rows=f"{WORK}/collected/distilled.jsonl",
        rejects=f"{WORK}/distil/rejects.jsonl",
    log:
        f"{WORK}/logs/distil.log",
    threads: 2
    resources:
        mem_mb=4000,
    params:
        teacher=distil["teacher"],
        config=SECTIONS["distil"],
        sources=source_digest("training.distil"),
    message:
        "Translating with the teacher"
    shell:
        "dragoman training distil --input {input.text:q} --teacher {params.teacher:q} --config {params.config:q}"
        " --threads {threads} --output {output.rows:q} --rejects {output.rejects:q} --log {log:q}"


rule clean:
    input:
        rows=expand(f"{WORK}/collected/{{source}}.jsonl", source=COLLECTED),
        held_out=settings["held_out"],
        files=files_of(settings["held_out"]),
    output:
        train=f"{WORK}/clean/train.jsonl",
        valid=f"{WORK}/clean/valid.jsonl",
        rejects=f"{WORK}/clean/rejects.jsonl",
        counts=f"{WORK}/clean/counts.json",
    log:
        f"{WORK}/logs/clean.log",
    threads: 1
    resources:
        mem_mb=4000,
    params:
        share=settings["valid_share"],
        sources=source_digest("training.clean", "training.split"),
    message:
        "Cleaning and splitting"
    shell:
        "dragoman training clean --rows {input.rows:q} --held-out {input.held_out:q} --valid-share {params.share}"
        " --train {output.train:q} --valid {output.valid:q} --rejects {output.rejects:q} --counts {output.counts:q}"
        " --log {log:q}"


rule vocabulary:
    input:
        OTHER_VOCABULARY or f"{WORK}/clean/train.jsonl",
    output:
        f"{WORK}/vocabulary.spm",
    log:
        f"{WORK}/logs/vocabulary.log",
    threads: 1
    resources:
        mem_mb=4000,
    params:
        pieces=settings["model"]["pieces"],
        unit=settings["model"]["unit"],
        tags=sorted(set(TAGS.values())),
        sources=source_digest("training.vocabulary"),
    message:
        "The vocabulary from {input}"
    shell:
        "cp {input:q} {output:q}"
        if OTHER_VOCABULARY
        else "dragoman training vocabulary --rows {input:q} --pieces {params.pieces}"
        " --unit {params.unit} --tags {params.tags}"
        " --output {output:q} --log {log:q}"


rule encode:
    input:
        rows=f"{WORK}/clean/{{part}}.jsonl",
        vocabulary=f"{WORK}/vocabulary.spm",
    output:
        f"{WORK}/encoded/{{part}}.npz",
    log:
        f"{WORK}/logs/encode/{{part}}.log",
    threads: 1
    resources:
        mem_mb=4000,
    params:
        weights=json.dumps(WEIGHTS),
        tags=json.dumps(TAGS),
        # what is watched stays as it is
        inline=lambda wildcards: (
            settings["train"]["inline"] if wildcards.part == "train" else 0
        ),
        sources=source_digest("training.encode", "training.inline"),
    message:
        "Encoding the part {wildcards.part}"
    shell:
        "dragoman training encode --rows {input.rows:q} --vocabulary {input.vocabulary:q}"
        " --weights {params.weights:q} --tags {params.tags:q} --inline {params.inline}"
        " --output {output:q} --log {log:q}"
