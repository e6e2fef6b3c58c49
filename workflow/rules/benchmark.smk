# The target `benchmark`: the speed of the model in use, and of one of OPUS-MT's size, side by side with other ways.

RANDOM = "opus-size"
BENCHMARKED = {
    settings.models[
        LANGUAGES[0]
    ]: f"--model {shlex.quote(str(Path(MODELS[0]).parent))}",
    RANDOM: "",
}
BENCHMARK_TEXT = settings.benchmark.text or sorted(
    str(path) for path in Path(workflow.basedir).glob("training/news/*.jsonl")
)


rule benchmark_model:
    input:
        text=BENCHMARK_TEXT,
        model=lambda wildcards: [] if wildcards.subject == RANDOM else MODELS[0],
    output:
        f"{RESULTS}/benchmark/{{subject}}/benchmark.json",
        f"{RESULTS}/benchmark/{{subject}}/benchmark.tsv",
        f"{RESULTS}/benchmark/{{subject}}/benchmark.svg",
    log:
        f"{RESULTS}/logs/benchmark/{{subject}}.log",
    # all of them, so that nothing else runs beside it
    threads: lambda wildcards: workflow.cores
    resources:
        mem_mb=growing(6000),
        runtime=growing(120),
    params:
        model=lambda wildcards: BENCHMARKED[wildcards.subject],
        language=LANGUAGES[0],
        segments=lambda wildcards: (
            settings.benchmark.random_segments
            if wildcards.subject == RANDOM
            else settings.benchmark.segments
        ),
        beam_sizes=settings.benchmark.beam_sizes,
        repeats=settings.benchmark.repeats,
        limit=settings.benchmark.limit,
        folder=lambda wildcards, output: str(Path(output[0]).parent),
        sources=source_digest("benchmark", "engine"),
    message:
        "Measuring the speed of {wildcards.subject}"
    shell:
        "dragoman benchmark --text {input.text:q} {params.model} --language {params.language}"
        " --segments {params.segments} --beam-sizes {params.beam_sizes} --threads {threads}"
        " --repeats {params.repeats} --limit {params.limit} --folder {params.folder:q} --log {log:q}"


rule benchmark:
    input:
        expand(f"{RESULTS}/benchmark/{{subject}}/benchmark.json", subject=BENCHMARKED),
