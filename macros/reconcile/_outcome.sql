{#- The document of DESIGN's JSON: each level with its verdict, and the one that stands over all of them. -#}
{% macro _reconcile_outcome(operation, plan, found) -%}
    {%- set n = cutover._numbers(plan, found) -%}
    {%- set levels = {} -%}
    {%- if 'counts' in plan.levels -%}
        {%- do levels.update({'counts': cutover._counts_level(n)}) -%}
    {%- endif -%}
    {%- if 'keys' in plan.levels -%}
        {%- do levels.update({'keys': cutover._keys_level(plan, found, n)}) -%}
    {%- endif -%}
    {%- if 'columns' in plan.levels -%}
        {%- do levels.update({'columns': cutover._columns_level(plan, n)}) -%}
    {%- endif -%}
    {%- if 'rows' in plan.levels -%}
        {%- do levels.update({'rows': cutover._rows_level(n)}) -%}
    {%- endif -%}
    {%- set accepted = [] -%}
    {%- for difference in plan.accepted -%}
        {%- do accepted.append({
            'difference': (difference.column or difference.status) ~ ('' if difference.where is none else ' where ' ~ difference.where),
            'reason': difference.reason, 'until': difference.until, 'expired': difference.expired, 'rows': n.get('difference_' ~ difference.number, 0),
        }) -%}
    {%- endfor -%}
    {%- set tolerated = [] -%}
    {%- for column in plan['columns'] if n.get('tolerated_' ~ column.number, 0) > 0 -%}
        {%- do tolerated.append({'column': column.name, 'rows': n['tolerated_' ~ column.number]}) -%}
    {%- endfor -%}
    {%- do cutover._add_warnings(plan, n) -%}
    {{ return({
        'operation': 'reconcile', 'verdict': cutover._overall_verdict(plan, levels, n),
        'name': plan.name, 'legacy': plan.legacy.text, 'migrated': plan.migrated.text,
        'keys': plan['keys'] | map(attribute='name') | list, 'seconds': cutover._seconds(operation), 'statements': operation.statements, 'levels': levels,
        'not_compared': plan.not_compared, 'tolerated': tolerated, 'normalised': [], 'accepted': accepted, 'causes': [],
        'warnings': plan.warnings, 'samples': cutover._samples(plan, found.samples),
    }) }}
{%- endmacro %}


{#- Every total as a number; without phase two there are no differences. -#}
{% macro _numbers(plan, found) -%}
    {%- set n = {} -%}
    {%- for name in (found.pairs or {}) -%}
        {%- do n.update({name: cutover._count(found.pairs[name])}) -%}
    {%- endfor -%}
    {%- for name in ('unexplained', 'mismatch', 'only_in_legacy', 'only_in_migrated', 'tolerated', 'accepted_mismatch', 'accepted_only_in_legacy',
        'accepted_only_in_migrated', 'keys_only_in_legacy', 'keys_only_in_migrated', 'open_keys_only_in_legacy', 'open_keys_only_in_migrated',
        'repeated_in_legacy', 'repeated_in_migrated') if name not in n -%}
        {%- do n.update({name: 0}) -%}
    {%- endfor -%}
    {%- do n.update({'legacy_rows': cutover._count(found.legacy_rows), 'migrated_rows': cutover._count(found.migrated_rows)}) -%}
    {%- do n.update({
        'match': n.legacy_rows - n.mismatch - n.only_in_legacy,
        'match_in_migrated': n.migrated_rows - n.mismatch - n.only_in_migrated,
    }) -%}
    {{ return(n) }}
{%- endmacro %}


{#- Differences that are all accepted, some that aren't, or none. -#}
{% macro _verdict_of(differences, accepted) -%}
    {{ return('match' if differences == 0 else ('accepted' if differences == accepted else 'mismatch')) }}
{%- endmacro %}


{#- The difference of the counts is accepted where the rows behind it are. -#}
{% macro _counts_level(n) -%}
    {%- set unexplained = (n.legacy_rows - n.accepted_only_in_legacy) - (n.migrated_rows - n.accepted_only_in_migrated) -%}
    {%- set verdict = 'match' if n.legacy_rows == n.migrated_rows else ('accepted' if unexplained == 0 else 'mismatch') -%}
    {{ return({'verdict': verdict, 'legacy': n.legacy_rows, 'migrated': n.migrated_rows}) }}
{%- endmacro %}


{% macro _keys_level(plan, found, n) -%}
    {%- set duplicates = {'legacy': none, 'migrated': none} -%}
    {%- if found.duplicates -%}
        {%- do duplicates.update({'legacy': cutover._count(found.duplicates.legacy), 'migrated': cutover._count(found.duplicates.migrated)}) -%}
    {%- endif -%}
    {#- A key is accepted when all of its rows are. -#}
    {%- set keys = n.keys_only_in_legacy + n.keys_only_in_migrated -%}
    {%- set verdict = cutover._verdict_of(keys, keys if n.open_keys_only_in_legacy + n.open_keys_only_in_migrated == 0 else 0) -%}
    {{ return({
        'verdict': 'mismatch' if (duplicates.legacy or 0) + (duplicates.migrated or 0) > 0 else verdict,
        'only_in_legacy': n.keys_only_in_legacy, 'only_in_migrated': n.keys_only_in_migrated,
        'duplicated_in_legacy': duplicates.legacy, 'duplicated_in_migrated': duplicates.migrated,
    }) }}
{%- endmacro %}


{% macro _columns_level(plan, n) -%}
    {%- set columns = [] -%}
    {%- for column in plan['columns'] -%}
        {%- set mismatches = n.get('differs_' ~ loop.index, 0) -%}
        {%- set accepted = n.get('accepted_' ~ loop.index, 0) -%}
        {%- do columns.append({'column': column.name, 'mismatches': mismatches, 'accepted': accepted, 'verdict': cutover._verdict_of(mismatches, accepted)}) -%}
    {%- endfor -%}
    {%- set verdicts = columns | map(attribute='verdict') | list -%}
    {{ return({'verdict': 'mismatch' if 'mismatch' in verdicts else ('accepted' if 'accepted' in verdicts else 'match'), 'columns': columns}) }}
{%- endmacro %}


{% macro _rows_level(n) -%}
    {%- set differences = n.mismatch + n.only_in_legacy + n.only_in_migrated -%}
    {%- set accepted = n.accepted_mismatch + n.accepted_only_in_legacy + n.accepted_only_in_migrated -%}
    {{ return({
        'verdict': cutover._verdict_of(differences, accepted), 'match': n.match, 'mismatch': n.mismatch,
        'only_in_legacy': n.only_in_legacy, 'only_in_migrated': n.only_in_migrated,
    }) }}
{%- endmacro %}


{#-
    error: the numbers contradict each other, so that nothing may be called equal. Otherwise the worst of the levels; what wasn't compared makes a clean result
    partial.
-#}
{% macro _overall_verdict(plan, levels, n) -%}
    {%- set verdicts = levels.values() | map(attribute='verdict') | list -%}
    {%- if n.unexplained > 0 or (plan['keys'] and n.match != n.match_in_migrated) -%}
        {{ return('error') }}
    {%- elif 'mismatch' in verdicts -%}
        {{ return('mismatch') }}
    {%- elif plan.not_compared -%}
        {{ return('partial') }}
    {%- endif -%}
    {{ return('accepted' if 'accepted' in verdicts else 'match') }}
{%- endmacro %}


{% macro _add_warnings(plan, n) -%}
    {%- for side, rows in [('legacy', n.legacy_rows), ('migrated', n.migrated_rows)] if rows == 0 -%}
        {%- do plan.warnings.append('the ' ~ side ~ ' side is empty') -%}
    {%- endfor -%}
    {%- if n.repeated_in_legacy + n.repeated_in_migrated > 0 -%}
        {%- do plan.warnings.append('keys repeat among the rows that differ (' ~ n.repeated_in_legacy ~ ' in legacy, ' ~ n.repeated_in_migrated
            ~ ' in migrated): those rows were paired in the order of their values') -%}
    {%- endif -%}
    {%- if n.only_in_legacy + n.only_in_migrated > 0 and plan.levels == ['columns'] -%}
        {%- do plan.warnings.append('rows that only one side has (' ~ n.only_in_legacy ~ ' in legacy, ' ~ n.only_in_migrated
            ~ ' in migrated) are not judged by the level columns') -%}
    {%- endif -%}
    {%- for difference in plan.accepted if difference.expired -%}
        {%- do plan.warnings.append('accepted difference ' ~ difference.number ~ ' (' ~ difference.reason ~ ') expired on ' ~ difference.until) -%}
    {%- endfor -%}
    {%- for difference in plan.accepted if not difference.expired and n.get('difference_' ~ difference.number, 0) == 0 -%}
        {%- do plan.warnings.append('accepted difference ' ~ difference.number ~ ' (' ~ difference.reason ~ ') no longer occurs') -%}
    {%- endfor -%}
{%- endmacro %}


{% macro _samples(plan, rows) -%}
    {%- set samples = [] -%}
    {%- for row in rows -%}
        {%- set key = {} -%}
        {%- for column in plan['keys'] -%}
            {%- do key.update({column.name: cutover._sample_value(column, row['key_' ~ loop.index])}) -%}
        {%- endfor -%}
        {%- set columns = {} -%}
        {%- for column in plan['columns'] if row.status != 'mismatch' or row['differs_' ~ column.number] == 1 -%}
            {%- do columns.update({column.name: {
                'legacy': cutover._sample_value(column, row['legacy_' ~ column.number]),
                'migrated': cutover._sample_value(column, row['migrated_' ~ column.number]),
            }}) -%}
        {%- endfor -%}
        {%- do samples.append({'status': row.status, 'accepted': cutover._is_accepted(plan, row), 'key': key, 'columns': columns}) -%}
    {%- endfor -%}
    {{ return(samples) }}
{%- endmacro %}


{% macro _sample_value(column, value) -%}
    {{ return('[redacted]' if column.get('hidden') and value is not none else value) }}
{%- endmacro %}


{% macro _is_accepted(plan, row) -%}
    {%- if row.status != 'mismatch' -%}
        {{ return(row.accepted_row > 0) }}
    {%- endif -%}
    {%- set open = [] -%}
    {%- for column in plan['columns'] -%}
        {%- if row['differs_' ~ loop.index] == 1 and row['accepted_' ~ loop.index] == 0 -%}
            {%- do open.append(column.name) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(open | length == 0) }}
{%- endmacro %}
