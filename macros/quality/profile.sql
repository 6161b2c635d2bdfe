{% macro profile(
    relation=none, columns=none, approximate=false, dry_run=false, output='table', schema=none, select=[], exclude=[], quantiles=true, top_values=0,
    name=none, record=false
) -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set known = [
        'relation', 'columns', 'approximate', 'dry_run', 'output', 'schema', 'select', 'exclude', 'quantiles', 'top_values', 'name', 'record',
    ] -%}
    {%- set operation = cutover._operation('profile', known, kwargs, varargs, output, dry_run) -%}
    {%- do cutover._require_boolean(operation, 'approximate', approximate) -%}
    {%- do cutover._require_boolean(operation, 'quantiles', quantiles) -%}
    {%- do cutover._require_integer(operation, 'top_values', top_values, min=0, max=1000) -%}
    {%- do cutover._require_boolean(operation, 'record', record) -%}
    {%- if name is not none -%}
        {%- do cutover._require_text(operation, 'name', name) -%}
    {%- endif -%}
    {%- do cutover._require_profiled(operation, relation, columns, schema, select, exclude) -%}
    {%- set several = cutover._several(operation, relation, schema, select, exclude) -%}
    {%- set asked = {'columns': columns, 'approximate': approximate, 'quantiles': quantiles, 'top_values': top_values} -%}
    {%- set relations = [] -%}
    {%- if record and not dry_run -%}
        {%- do cutover._ensure_state(['profile_results']) -%}
    {%- endif -%}
    {%- for one in several -%}
        {%- set result = cutover._profiled(operation, one, asked) -%}
        {%- do relations.append(result) -%}
        {%- if not dry_run -%}
            {%- if several | length > 1 -%}
                {%- do cutover._say('cutover.profile: ' ~ loop.index ~ ' of ' ~ several | length ~ ': ' ~ one.text ~ ', '
                    ~ (one.error or cutover._cell(result.rows) ~ ' rows')) -%}
            {%- endif -%}
            {%- if record and one.error is none -%}
                {%- do cutover._record_profile(operation, name, result, approximate) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if dry_run -%}
        {{ return(cutover._show_plan(operation)) }}
    {%- endif -%}
    {%- do cutover._tell_profile(operation, {'operation': 'profile', 'relations': relations}) -%}
{%- endmacro %}


{% macro _require_profiled(operation, relation, columns, schema, select, exclude) -%}
    {%- if columns is not none -%}
        {%- do cutover._require_names(operation, 'columns', columns, '[amount, status]', min=1) -%}
    {%- endif -%}
    {%- if relation is none and schema is none -%}
        {#- Refused as every macro refuses a relation that wasn't given. -#}
        {%- do cutover._parse_relation(operation, 'relation', relation) -%}
    {%- endif -%}
    {%- do cutover._require_several(operation, relation, schema, select, exclude) -%}
    {%- if columns is not none and schema is not none -%}
        {%- do cutover._fail(operation, '`columns` are those of one relation, and cannot stand beside `schema`.') -%}
    {%- endif -%}
{%- endmacro %}


{#- One scan, and one statement more for the most frequent values. -#}
{% macro _profiled(operation, one, asked) -%}
    {%- if one.error is not none -%}
        {{ return({'relation': one.text, 'rows': none, 'columns': [], 'candidate_keys': none, 'error': one.error}) }}
    {%- endif -%}
    {%- set found, columns = one.found, [] -%}
    {%- for column in asked.columns or [] -%}
        {%- do columns.append(cutover._column(operation, 'columns[' ~ loop.index0 ~ ']', column, found)) -%}
    {%- endfor -%}
    {%- set columns = columns if asked.columns is not none else found.columns -%}
    {%- set exact = [] -%}
    {%- for column in columns -%}
        {%- set number = loop.index -%}
        {%- for measure in cutover._measure_names() if not cutover._is_counted(measure) -%}
            {%- do exact.append(measure ~ '_' ~ number) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set query = cutover._profile_query(found, columns, asked.approximate, asked.quantiles) -%}
    {%- set rows = cutover._run(operation, 'one scan of ' ~ found.text, query, exact=exact) -%}
    {%- set top = none -%}
    {%- if asked.top_values and columns -%}
        {%- set top = cutover._run(operation, 'most frequent values of ' ~ found.text, cutover._top_values_query(found, columns, asked.top_values),
            exact=['value']) -%}
    {%- endif -%}
    {{ return(cutover._profile_of(found, columns, rows[0], top, asked.approximate) if rows else {}) }}
{%- endmacro %}


{% macro _record_profile(operation, name, result, approximate) -%}
    {%- set rows = [] -%}
    {%- for column in result.columns -%}
        {%- set row = {
            'run_id': operation.run_id, 'name': name, 'relation': result.relation, 'row_count': result.rows, 'column_number': loop.index,
            'column_name': column.column, 'data_type': column.type, 'is_approximate': approximate, 'nulls': column.nulls, 'distinct_count': column.distinct,
            'min_value': column.min, 'max_value': column.max, 'min_length': column.min_length, 'max_length': column.max_length, 'blank': column.blank,
            'is_candidate_key': none if approximate else [column.column] in result.candidate_keys,
            'top_json': tojson(column.top) if column.top is defined else none,
        } -%}
        {%- for measure in ['mean', 'stddev', 'p25', 'median', 'p75', 'mean_length'] -%}
            {%- do row.update({measure: none if column[measure] is none else column[measure] | float}) -%}
        {%- endfor -%}
        {%- do rows.append(row) -%}
    {%- endfor -%}
    {%- do cutover._record('profile_results', rows) -%}
{%- endmacro %}


{% macro _tell_profile(operation, outcome) -%}
    {%- if operation.output == 'json' -%}
        {%- do cutover._print_json(outcome) -%}
    {%- endif -%}
    {%- set unread = [] -%}
    {%- for relation in outcome.relations -%}
        {%- if relation.error is defined -%}
            {%- do unread.append(relation.relation ~ ': ' ~ relation.error) -%}
        {%- elif operation.output == 'table' -%}
            {%- do cutover._say_profile(relation) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if unread -%}
        {%- do cutover._end_badly(operation, unread | length ~ ' of ' ~ outcome.relations | length ~ ' relations could not be read: ' ~ unread | join('; ')
            ~ '.') -%}
    {%- endif -%}
{%- endmacro %}


{% macro _say_profile(relation) -%}
    {%- set rows = [] -%}
    {%- for column in relation.columns -%}
        {%- set cells = [column.column, column.type, column.nulls, column.distinct, column.min, column.max] -%}
        {%- for measure in ['mean', 'stddev', 'median'] -%}
            {%- do cells.append(column[measure] | round(4) if column[measure] is number else column[measure]) -%}
        {%- endfor -%}
        {%- do cells.append(none if column.min_length is none else column.min_length ~ ' .. ' ~ column.max_length) -%}
        {%- do cells.append(column.blank) -%}
        {%- do rows.append(cells) -%}
    {%- endfor -%}
    {%- do cutover._say('cutover.profile: ' ~ relation.relation ~ ', ' ~ cutover._cell(relation.rows) ~ ' rows') -%}
    {%- do cutover._print_table(['column', 'type', 'nulls', 'distinct', 'min', 'max', 'mean', 'stddev', 'median', 'length', 'blank'], rows) -%}
    {%- if relation.candidate_keys -%}
        {%- do cutover._say('  candidate keys: ' ~ relation.candidate_keys | map('first') | join(', ')) -%}
    {%- endif -%}
    {%- for column in relation.columns if column.top -%}
        {%- set values = [] -%}
        {%- for frequent in column.top -%}
            {%- do values.append(cutover._cell(frequent.value) ~ ' (' ~ cutover._cell(frequent.rows) ~ ')') -%}
        {%- endfor -%}
        {%- do cutover._say('  most frequent ' ~ column.column ~ ': ' ~ values | join(', ')) -%}
    {%- endfor -%}
{%- endmacro %}
