# Models: fetch a part's source files, then convert, quantise and test them into an installed model.


from dragoman.models.fetch import local_files
from dragoman.models.recipe import load_recipe

PARTS = {
    (recipe, name): part
    for recipe, path in RECIPES.items()
    for name, part in load_recipe(path).parts.items()
}


wildcard_constraints:
    recipe="[a-z0-9][a-z0-9._-]*",
    part="[a-z0-9][a-z0-9._-]*",


# the network may be out of reach of a cluster's nodes
localrules:
    fetch_model,


rule fetch_model:
    input:
        lambda wildcards: local_files(PARTS[wildcards.recipe, wildcards.part]),
    output:
        f"{settings.resources.as_posix()}/sources/{{recipe}}/{{part}}.json",
    log:
        f"{RESULTS}/logs/fetch_model/{{recipe}}/{{part}}.log",
    threads: 1
    resources:
        mem_mb=growing(500),
        runtime=growing(120),
    params:
        recipe=lambda wildcards: RECIPES[wildcards.recipe],
        asked=lambda wildcards: json.dumps(
            PARTS[wildcards.recipe, wildcards.part].to_json()
        ),
        sources=source_digest("models.fetch"),
    message:
        "Fetching model {wildcards.recipe}/{wildcards.part}"
    shell:
        "dragoman models fetch --recipe {params.recipe:q} --part {wildcards.part:q}"
        " --output {output:q} --log {log:q}"


rule install_model:
    input:
        f"{settings.resources.as_posix()}/sources/{{recipe}}/{{part}}.json",
    output:
        f"{settings.resources.as_posix()}/models/{{recipe}}/{{part}}/manifest.json",
    log:
        f"{RESULTS}/logs/install_model/{{recipe}}/{{part}}.log",
    benchmark:
        f"{RESULTS}/benchmarks/install_model/{{recipe}}/{{part}}.tsv"
    threads: 2
    resources:
        mem_mb=growing(6000),
        runtime=growing(60),
    params:
        recipe=lambda wildcards: RECIPES[wildcards.recipe],
        asked=lambda wildcards: json.dumps(
            load_recipe(RECIPES[wildcards.recipe]).to_json()
            | PARTS[wildcards.recipe, wildcards.part].to_json()
        ),
        sources=source_digest("models.install"),
    message:
        "Converting, quantising and testing model {wildcards.recipe}/{wildcards.part}"
    shell:
        "dragoman models install --recipe {params.recipe:q} --part {wildcards.part:q}"
        " --source {input:q} --output {output:q} --threads {threads} --log {log:q}"
