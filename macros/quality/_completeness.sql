{#-
    The batches of a source whose rows are not all among the valid ones or in quarantine, once, as they are there: by count, and by the sum of the rows' hashes.
    `sides` are model, valid and quarantined, as `_relations` gives them.
-#}
{% macro _lost_batches(sides, batch_column, where) -%}
    {%- set columns = cutover._kept_columns(sides) -%}
    {%- set batch = none -%}
    {%- if batch_column is not none -%}
        {%- set batch = cutover._kept_column(sides, cutover._column('quarantine_is_complete', 'batch_column', batch_column, sides.model)) -%}
    {%- endif -%}
    with hashed as (

        {%- for side in sides %}
        {%- if not loop.first %}

        union all
        {%- endif %}
        {{ cutover._hashed_side(side, sides[side], columns, batch, where) }}
        {%- endfor %}

    ),

    batches as (

        select
            cutover_batch,
            count(case when cutover_side = 'model' then 1 end) as source_rows,
            count(case when cutover_side = 'valid' then 1 end) as valid_rows,
            count(case when cutover_side = 'quarantined' then 1 end) as quarantined_rows,
            coalesce(sum(case when cutover_side = 'model' then cutover_hash end), 0) as source_sum,
            coalesce(sum(case when cutover_side <> 'model' then cutover_hash end), 0) as kept_sum

        from hashed
        group by cutover_batch

    )

    select
        cutover_batch,
        source_rows,
        valid_rows,
        quarantined_rows,
        {{ cutover._kept_fault() }} as cutover_fault

    from batches
    where source_rows <> valid_rows + quarantined_rows or source_sum <> kept_sum
{%- endmacro %}


{#- The source's columns, labels left out, each with what it is on every side. -#}
{% macro _kept_columns(sides) -%}
    {%- set columns = [] -%}
    {%- for column in sides.model.columns if column.name not in cutover._label_names() -%}
        {%- do columns.append(cutover._kept_column(sides, column)) -%}
    {%- endfor -%}
    {{ return(columns) }}
{%- endmacro %}


{#- A column of the source as {facts, model, valid, quarantined}: its name on each side, and the type in which all three compare. -#}
{% macro _kept_column(sides, column) -%}
    {%- set found = {'facts': cutover.dialect_type_facts(column.type), 'model': column.name} -%}
    {%- for side in ('valid', 'quarantined') -%}
        {%- set own = cutover._column('quarantine_is_complete', side, column.name, sides[side]) -%}
        {%- set common = cutover._common_facts(found.facts, cutover.dialect_type_facts(own.type)) -%}
        {%- if common is none -%}
            {%- do cutover._fail('quarantine_is_complete', '`' ~ side ~ '` ' ~ sides[side].text ~ ' has ' ~ own.name ~ ' as ' ~ own.type ~ ', and '
                ~ sides.model.text ~ ' as ' ~ column.type ~ ': the two do not compare. Keep the type of the source.') -%}
        {%- endif -%}
        {%- do found.update({'facts': common, side: own.name}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}


{#- A side as the hash of each row and the batch that it belongs to. -#}
{% macro _hashed_side(side, relation, columns, batch, where) -%}
    {%- set values = [] -%}
    {%- for column in columns -%}
        {%- do values.append({'sql': 'value_' ~ loop.index, 'family': column.facts.family}) -%}
    {%- endfor %}
        select
            '{{ side }}' as cutover_side,
            cutover_batch,
            {{ cutover.dialect_row_hash(values) }} as cutover_hash
        from (
            select
                {%- for column in columns %}
                {{ cutover.dialect_comparable(cutover._quoted(column[side]), column.facts) }} as value_{{ loop.index }},
                {%- endfor %}
                {{ '0' if batch is none else cutover.dialect_comparable(cutover._quoted(batch[side]), batch.facts) }} as cutover_batch
            from {{ relation.relation }}
            {{ where }}
            {{ cutover.dialect_fence() }}
        ) as compared
{%- endmacro %}


{#- What is wrong with a batch, in words. -#}
{% macro _kept_fault() -%}
    {%- set kept = 'valid_rows + quarantined_rows' -%}
    {%- set numbers = [] -%}
    {%- for difference in ('source_rows - (' ~ kept ~ ')', kept ~ ' - source_rows') -%}
        {%- do numbers.append('cast(' ~ difference ~ ' as ' ~ dbt.type_string() ~ ')') -%}
    {%- endfor -%}
    {{ return("case when source_rows > " ~ kept ~ " then " ~ dbt.concat([numbers[0], "' of the rows are missing'"]) | trim
        ~ " when source_rows < " ~ kept ~ " then " ~ dbt.concat([numbers[1], "' rows too many'"]) | trim
        ~ " else 'as many rows, but not the same ones' end") }}
{%- endmacro %}
