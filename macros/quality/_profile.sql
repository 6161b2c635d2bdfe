{#- What a column can be asked, and the statements that ask it: for profile. -#}

{#- The measures of a column by their names, as SQL. What its type has no answer to is left out. -#}
{% macro _profile_measures(column, approximate, quantiles) -%}
    {%- set facts = cutover.dialect_type_facts(column.type) -%}
    {%- set name = cutover._quoted(column.name) -%}
    {%- set compared = cutover.dialect_comparable(name, facts) -%}
    {%- set measures = {
        'nulls': 'count(*) - count(' ~ name ~ ')',
        'distinct': cutover.dialect_approx_distinct(compared) if approximate else 'count(distinct ' ~ compared ~ ')',
    } -%}
    {%- if facts.family not in ('other', 'boolean') -%}
        {%- do measures.update({'min': 'min(' ~ compared ~ ')', 'max': 'max(' ~ compared ~ ')'}) -%}
    {%- endif -%}
    {%- if facts.family in ('integer', 'decimal', 'float') -%}
        {%- set number = 'cast(' ~ name ~ ' as ' ~ cutover.dialect_type_name({'family': 'float'}) ~ ')' -%}
        {#- Squares of larger numbers don't fit a double; of NaN and the infinities there is no deviation. Some engines raise. -#}
        {%- set small = 'abs(' ~ number ~ ') < 1e150' -%}
        {%- set meant = 'avg(' ~ compared ~ ')' -%}
        {%- if facts.family == 'float' -%}
            {%- set large = small.replace('<', '>=') ~ ' and ' ~ number ~ ' - ' ~ number ~ ' = 0' -%}
            {%- set meant = 'case when count(case when ' ~ large ~ ' then 1 end) = 0 then avg(case when ' ~ large ~ ' then null else ' ~ compared
                ~ ' end) end' -%}
        {%- endif -%}
        {%- do measures.update({
            'mean': meant,
            'stddev': 'case when count(case when ' ~ small ~ ' then 1 end) = count(' ~ name ~ ') then stddev_samp(case when ' ~ small ~ ' then ' ~ number
                ~ ' end) end',
        }) -%}
        {%- for measure, share in [('p25', 0.25), ('median', 0.5), ('p75', 0.75)] if quantiles -%}
            {%- do measures.update({measure: cutover.dialect_quantile(number, share, approximate)}) -%}
        {%- endfor -%}
    {%- elif facts.family == 'text' -%}
        {%- do measures.update(cutover._text_measures('cast(' ~ name ~ ' as ' ~ dbt.type_string() ~ ')', compared)) -%}
    {%- endif -%}
    {{ return(measures) }}
{%- endmacro %}


{#- A blank text begins with a blank or with nothing, which all stand before `!`: the expression is tried on few. -#}
{% macro _text_measures(text, compared) -%}
    {%- set length = dbt.length(text) | trim -%}
    {%- set blank = 'not ' ~ cutover.dialect_regex_like(text, '[^\\s]') -%}
    {{ return({
        'min_length': 'min(' ~ length ~ ')', 'max_length': 'max(' ~ length ~ ')', 'mean_length': 'avg(' ~ length ~ ')',
        'blank': 'count(case when ' ~ compared ~ " < '!' then case when " ~ blank ~ ' then 1 end end)',
    }) }}
{%- endmacro %}


{#- Counts are fetched as they are, everything else as exact text. -#}
{% macro _is_counted(measure) -%}
    {{ return(measure in ('nulls', 'distinct', 'min_length', 'max_length', 'blank')) }}
{%- endmacro %}


{% macro _profile_query(relation, columns, approximate, quantiles) -%}
select
    count(*) as row_count
    {%- for column in columns %},
    {{ cutover._comment(column.name) }}
    {%- set number = loop.index -%}
    {%- set measures = cutover._profile_measures(column, approximate, quantiles) -%}
    {%- for measure in measures %}
    {{ measures[measure] if cutover._is_counted(measure) else cutover._exact_text(measures[measure]) }} as {{ measure }}_{{ number }}{{ ',' if not loop.last }}
    {%- endfor %}
    {%- endfor %}

from {{ relation.relation }}
{%- endmacro %}


{#- The most frequent values of each column, a row each: a pass of the relation per column. Those as frequent as each other in the order of the values. -#}
{% macro _top_values_query(relation, columns, top_values) -%}
    {%- for column in columns %}
    {%- set compared = cutover.dialect_comparable(cutover._quoted(column.name), cutover.dialect_type_facts(column.type)) %}
select {{ loop.index }} as column_number, {{ cutover._exact_text('cutover_value') }} as value, cutover_copies as copies
from (
    {{ cutover._comment(column.name) }}
    select
        {{ compared }} as cutover_value,
        count(*) as cutover_copies

    from {{ relation.relation }}
    where {{ cutover._quoted(column.name) }} is not null
    group by {{ compared }}
    order by count(*) desc, {{ compared }}
    limit {{ top_values }}
) as cutover_top_{{ loop.index }}
    {{- '\nunion all' if not loop.last }}
    {%- endfor %}
{%- endmacro %}


{#- JSON has no NaN and no infinity: those stay text. -#}
{% macro _number_or_text(value) -%}
    {{ return(value | float if value is not none and modules.re.match('^-?[0-9.]+([eE][-+]?[0-9]+)?$', value) else value) }}
{%- endmacro %}


{#- One relation of the document. `row` is the scan's answer, `top` that of the most frequent values, in their order. -#}
{% macro _profile_of(found, columns, row, top, approximate) -%}
    {%- set rows = cutover._count(row.row_count) -%}
    {%- set results, candidate_keys = [], [] -%}
    {%- for column in columns -%}
        {%- set number = loop.index -%}
        {%- set result = {'column': column.name, 'type': column.type} -%}
        {%- for measure in cutover._measure_names() -%}
            {%- set value = row.get(measure ~ '_' ~ number) -%}
            {%- if cutover._is_counted(measure) -%}
                {%- set value = cutover._count(value) -%}
            {%- elif measure not in ('min', 'max') -%}
                {%- set value = cutover._number_or_text(value) -%}
            {%- endif -%}
            {%- do result.update({measure: value}) -%}
        {%- endfor -%}
        {%- if top is not none -%}
            {%- set frequent = [] -%}
            {%- for value in top | selectattr('column_number', 'equalto', number) -%}
                {%- do frequent.append({'value': value.value, 'rows': cutover._count(value.copies)}) -%}
            {%- endfor -%}
            {%- do result.update({'top': frequent | sort(attribute='rows', reverse=true)}) -%}
        {%- endif -%}
        {%- if rows > 0 and result.nulls == 0 and result.distinct == rows and not approximate -%}
            {%- do candidate_keys.append([column.name]) -%}
        {%- endif -%}
        {%- do results.append(result) -%}
    {%- endfor -%}
    {{ return({'relation': found.text, 'rows': rows, 'columns': results, 'candidate_keys': none if approximate else candidate_keys}) }}
{%- endmacro %}


{% macro _measure_names() -%}
    {{ return(['nulls', 'distinct', 'min', 'max', 'mean', 'stddev', 'p25', 'median', 'p75', 'min_length', 'max_length', 'mean_length', 'blank']) }}
{%- endmacro %}
