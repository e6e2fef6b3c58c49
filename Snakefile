# Dragoman: Arabic articles to aligned English and French.
#
#   snakemake --cores all
#   snakemake --cores 8 --config articles=my/articles results=out
#
# The order of the includes is the order of the data. Keys of the configuration: config/README.md.


configfile: workflow.basedir + "/config/config.yaml"


# every tool comes from the one Python environment that runs Snakemake; there is no container to name
container: None


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/models.smk"
include: "workflow/rules/ingest.smk"
include: "workflow/rules/segment.smk"
include: "workflow/rules/translate.smk"
include: "workflow/rules/align.smk"
include: "workflow/rules/summarise.smk"
include: "workflow/rules/brief.smk"
include: "workflow/rules/export.smk"
include: "workflow/rules/report.smk"


rule all:
    default_target: True
    input:
        f"{RESULTS}/briefs/index.html",
        f"{RESULTS}/summaries.jsonl",
        corpus_files(),
        f"{RESULTS}/report/lengths.svg",
        f"{RESULTS}/manifest.json",


onsuccess:
    shell(f"{DRAGOMAN} finish --results {{RESULTS:q}}")
