{% macro reconcile(
    legacy=none, migrated=none, keys=[], columns=none, exclude=[], column_map={}, expressions={}, normalise={}, tolerances={},
    legacy_where=none, migrated_where=none, levels=['counts', 'keys', 'columns', 'rows'], count_tolerance=none, aggregates={},
    accepted_differences=[], sample_size=20, redact=[], partition_by=none, max_differences=none, require_unique_keys=false, exact=false,
    allow_partial=false, name=none, record=true, dry_run=false, output='table'
) -%}
    {%- set known = [
        'legacy', 'migrated', 'keys', 'columns', 'exclude', 'column_map', 'expressions', 'normalise', 'tolerances', 'legacy_where', 'migrated_where', 'levels',
        'count_tolerance', 'aggregates', 'accepted_differences', 'sample_size', 'redact', 'partition_by', 'max_differences', 'require_unique_keys', 'exact',
        'allow_partial', 'name', 'record', 'dry_run', 'output',
    ] -%}
    {%- if not execute -%}
        {{ return('') }}
    {%- endif -%}
    {%- set operation = cutover._operation('reconcile', known, kwargs, varargs, output, dry_run) -%}
    {%- set later = {
        'normalise': normalise, 'count_tolerance': count_tolerance, 'aggregates': aggregates, 'partition_by': partition_by,
        'max_differences': max_differences, 'exact': exact,
    } -%}
    {%- for argument in later if later[argument] -%}
        {%- do cutover._not_yet(operation, '`' ~ argument ~ '`') -%}
    {%- endfor -%}
    {%- do cutover._require_levels(operation, levels) -%}
    {%- do cutover._require_integer(operation, 'sample_size', sample_size, min=0, max=10000) -%}
    {%- for argument, value in [('require_unique_keys', require_unique_keys), ('allow_partial', allow_partial), ('record', record)] -%}
        {%- do cutover._require_boolean(operation, argument, value) -%}
    {%- endfor -%}
    {%- for argument, value in [('legacy_where', legacy_where), ('migrated_where', migrated_where)] if value is not none -%}
        {%- do cutover._require_sql(operation, argument, value, "status <> 'test'") -%}
    {%- endfor -%}
    {%- if name is not none -%}
        {%- do cutover._require_text(operation, 'name', name) -%}
    {%- endif -%}
    {%- set asked = {
        'legacy': legacy, 'migrated': migrated, 'keys': keys, 'columns': columns, 'exclude': exclude, 'column_map': column_map, 'expressions': expressions,
        'tolerances': tolerances, 'legacy_where': legacy_where, 'migrated_where': migrated_where, 'levels': levels,
        'accepted_differences': accepted_differences,
        'sample_size': sample_size, 'redact': redact, 'require_unique_keys': require_unique_keys, 'allow_partial': allow_partial,
    } -%}
    {%- set plan = cutover._reconcile_plan(operation, asked) -%}
    {%- do plan.update({
        'name': name or plan.legacy.text ~ ' = ' ~ plan.migrated.text,
        'sample_size': sample_size, 'require_unique_keys': require_unique_keys, 'allow_partial': allow_partial,
    }) -%}
    {%- if record and not dry_run -%}
        {%- do cutover._record_running(operation, plan, asked) -%}
    {%- endif -%}
    {%- set found = cutover._compare(operation, plan) -%}
    {%- if dry_run -%}
        {{ return(cutover._show_plan(operation)) }}
    {%- endif -%}
    {%- set outcome = cutover._reconcile_outcome(operation, plan, found) -%}
    {%- if record -%}
        {%- do cutover._record_reconcile(operation, plan, outcome) -%}
    {%- endif -%}
    {%- do cutover._tell_reconcile(operation, plan, outcome) -%}
{%- endmacro %}


{% macro _require_levels(origin, levels) -%}
    {%- set known = ['schema', 'counts', 'aggregates', 'keys', 'columns', 'rows'] -%}
    {%- do cutover._require_list(origin, 'levels', levels, '[counts, keys]', min=1) -%}
    {%- for level in levels -%}
        {%- do cutover._require_one_of(origin, 'levels[' ~ loop.index0 ~ ']', level, known) -%}
        {%- if level in ('schema', 'aggregates') -%}
            {%- do cutover._not_yet(origin, 'level `' ~ level ~ '`') -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
