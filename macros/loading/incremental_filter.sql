{#-
    The rows of a source that an incremental model has not seen yet, as a boolean condition. Runs no query while compiling, except with `watermark='literal'`:
    one. The model's own table is read once.
-#}
{% macro incremental_filter(column, lookback=none, default_start=none, inclusive=true, watermark='subquery', target_column=none) -%}
    {%- do cutover._require_known_arguments('incremental_filter', kwargs, varargs, ['column', 'lookback', 'default_start', 'inclusive', 'watermark',
        'target_column']) -%}
    {%- do cutover._require_sql('incremental_filter', 'column', column, 'updated_at') -%}
    {%- set back = cutover._lookback(lookback) -%}
    {%- set start = cutover._start('incremental_filter', default_start) -%}
    {%- do cutover._require_boolean('incremental_filter', 'inclusive', inclusive) -%}
    {%- do cutover._require_one_of('incremental_filter', 'watermark', watermark, ['subquery', 'literal']) -%}
    {%- set of_target = cutover._of_target(column, target_column) -%}
    {%- set value = column | trim if cutover._last_name(column) else '(\n' ~ column ~ '\n)' -%}
    {#- A NULL has no place before or after the watermark: left out in every run, so that many runs hold the rows that one full refresh holds. -#}
    {%- set first = value ~ (' is not null' if start is none else ' >= ' ~ start) -%}
    {%- if not cutover._adds_to_this() -%}
        {{ return(first) }}
    {%- endif -%}
    {%- set compare = ' >= ' if inclusive else ' > ' -%}
    {%- set newest = cutover._newest_bound(of_target, back, start) -%}
    {%- if watermark == 'literal' -%}
        {%- set literal = cutover._newest_literal(this, newest) -%}
        {{ return(first if literal is none else value ~ compare ~ literal) }}
    {%- endif -%}
    {%- set found = cutover._newest_subquery(this, newest) -%}
    {%- if inclusive and start is not none -%}
        {#- The bare comparison, which an index or partitions of the source can serve. -#}
        {{ return(value ~ compare ~ 'coalesce(' ~ found ~ ', ' ~ start ~ ')') }}
    {%- endif -%}
    {{ return('coalesce(' ~ value ~ compare ~ found ~ ', ' ~ first ~ ')') }}
{%- endmacro %}


{#-
    Whether this run adds to what is there. Not outside of a model, where there is no `this`. Not in a microbatch model either: dbt says which times a batch
    holds, and a watermark would empty the batches of the past, which are replaced by what the query gives.
-#}
{% macro _adds_to_this() -%}
    {%- if model is undefined or this is undefined or model.config is undefined or model.config.incremental_strategy == 'microbatch' -%}
        {{ return(false) }}
    {%- endif -%}
    {{ return(is_incremental()) }}
{%- endmacro %}


{#- How far back, as [part, number]: a number for columns of numbers has no part. None where nothing is looked back. -#}
{% macro _lookback(lookback) -%}
    {%- set allowed = "a number of at least 0, or a text such as '3 days': minutes, hours, days, weeks, months or years" -%}
    {%- if lookback is none -%}
        {{ return(none) }}
    {%- elif lookback is string -%}
        {{ return(cutover._period('incremental_filter', 'lookback', lookback, allowed)) }}
    {%- elif lookback is not number or lookback is boolean or 'n' in lookback | string | lower or lookback < 0 -%}
        {%- do cutover._refuse('incremental_filter', 'lookback', allowed, lookback) -%}
    {%- endif -%}
    {{ return([none, cutover._literal(lookback)]) }}
{%- endmacro %}


{#- The target's column by its own name, or by the last part of the source's: o.updated_at is updated_at there. -#}
{% macro _of_target(column, target_column) -%}
    {%- if target_column is not none -%}
        {%- do cutover._require_column_name('incremental_filter', 'target_column', target_column, 'updated_at') -%}
        {{ return(target_column | trim) }}
    {%- endif -%}
    {%- set name = cutover._last_name(column) -%}
    {%- if name is none -%}
        {%- do cutover._fail('incremental_filter', '`target_column` is required where `column` is an expression; got ' ~ cutover._shown(column)
            ~ '. Name the column that holds it in the table that is loaded.') -%}
    {%- endif -%}
    {{ return(name) }}
{%- endmacro %}


{#-
    The newest value of the target, less the lookback. The lookback doesn't reach beyond `default_start`, and `default_start` hides no row from the newest value
    on: one that moves with the clock loses nothing after a pause.
-#}
{% macro _newest_bound(column, back, start) -%}
    {%- set newest = 'max(cutover_target.' ~ column ~ ')' -%}
    {%- if back is none -%}
        {{ return(newest) }}
    {%- endif -%}
    {%- set part, number = back -%}
    {%- set earlier = newest ~ ' - ' ~ number if part is none else dbt.dateadd(part, -number, newest) | trim -%}
    {#- Engines disagree on what NULL is to least() and greatest(): asked before. -#}
    {%- set held = 'case when ' ~ newest ~ ' is not null then least(' ~ newest ~ ', greatest(' ~ earlier ~ ', ' ~ start ~ ')) end' -%}
    {{ return(earlier if start is none else held) }}
{%- endmacro %}
