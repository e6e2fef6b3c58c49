# Dragoman: Arabic articles to aligned English and French.
#
#   snakemake --cores all
#   snakemake --cores 8 --config articles=my/articles results=out
#
# The order of the includes is the order of the data. Keys of the configuration: config/README.md.


configfile: f"{workflow.basedir}/config/config.yaml"


# the base that the lock file is made for; only used where containers are asked for (--sdm apptainer)
container: "docker://python:3.11-slim"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/installed.smk"
include: "workflow/rules/models.smk"
include: "workflow/rules/ingest.smk"
include: "workflow/rules/segment.smk"
include: "workflow/rules/translate.smk"
include: "workflow/rules/round_trip.smk"
include: "workflow/rules/comet.smk"
include: "workflow/rules/align.smk"
include: "workflow/rules/names.smk"
include: "workflow/rules/filter.smk"
include: "workflow/rules/summarise.smk"
include: "workflow/rules/brief.smk"
include: "workflow/rules/export.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/evaluate.smk"
include: "workflow/rules/benchmark.smk"


rule all:
    default_target: True
    input:
        f"{RESULTS}/briefs/index.html" if settings.briefs else [],
        f"{RESULTS}/summaries.jsonl",
        f"{RESULTS}/names.tsv",
        CORPUS_FILES,
        f"{RESULTS}/report/lengths.svg",
        f"{RESULTS}/manifest.json",


onstart:
    claim_results()


onsuccess:
    end_timers()
    shell("dragoman finish --results {RESULTS:q}")


onerror:
    end_timers()
