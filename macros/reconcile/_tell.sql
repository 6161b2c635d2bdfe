{#- A `running` row before the first read, so that a run that dies is told by the next one; also tells of such a row that an earlier run left. -#}
{% macro _record_running(operation, plan, asked) -%}
    {%- do cutover._ensure_state(['reconciliation_results', 'reconciliation_samples']) -%}
    {%- set table = cutover._state_relation('reconciliation_results') -%}
    {%- set query -%}
select count(*) as left_running
from {{ table }} as started
where
    level = 'run'
    and verdict = 'running'
    and legacy = {{ cutover._literal(plan.legacy.text) }}
    and migrated = {{ cutover._literal(plan.migrated.text) }}
    and not exists (
        select 1 from {{ table }} as ended where ended.run_id = started.run_id and ended.level = 'run' and ended.verdict <> 'running'
    )
    {%- endset -%}
    {%- set left = cutover._count(cutover._rows(query)[0].left_running) -%}
    {%- if left > 0 -%}
        {%- do plan.warnings.append(left ~ ' earlier reconciles of this pair never told a verdict: they died, or still run') -%}
    {%- endif -%}
    {%- do cutover._record('reconciliation_results', [{
        'run_id': operation.run_id, 'name': plan.name, 'legacy': plan.legacy.text, 'migrated': plan.migrated.text, 'level': 'run', 'verdict': 'running',
        'arguments': cutover._arguments_json(plan, asked),
    }]) -%}
{%- endmacro %}


{#- Enough to run it again, with the relations as they were found. -#}
{% macro _arguments_json(plan, asked) -%}
    {%- set arguments = dict(asked) -%}
    {%- do arguments.update({'legacy': plan.legacy.text, 'migrated': plan.migrated.text}) -%}
    {%- set differences = [] -%}
    {%- for difference in asked.accepted_differences -%}
        {%- set one = dict(difference) -%}
        {%- do one.update({'until': difference.get('until') | string if difference.get('until') is not none else none}) -%}
        {%- do differences.append(one) -%}
    {%- endfor -%}
    {%- do arguments.update({'accepted_differences': differences}) -%}
    {{ return(tojson(arguments)) }}
{%- endmacro %}


{% macro _record_reconcile(operation, plan, outcome) -%}
    {%- set common = {'run_id': operation.run_id, 'name': plan.name, 'legacy': outcome.legacy, 'migrated': outcome.migrated} -%}
    {%- set rows = [] -%}
    {%- for level in outcome.levels -%}
        {%- set row = dict(common) -%}
        {%- set found = outcome.levels[level] -%}
        {%- do row.update({
            'level': level, 'verdict': found.verdict, 'legacy_rows': found.get('legacy'), 'migrated_rows': found.get('migrated'), 'matches': found.get('match'),
            'mismatches': found.get('mismatch'), 'only_in_legacy': found.get('only_in_legacy'), 'only_in_migrated': found.get('only_in_migrated'),
            'details': tojson(found),
        }) -%}
        {%- do rows.append(row) -%}
    {%- endfor -%}
    {%- set row = dict(common) -%}
    {%- set details = {} -%}
    {%- for name in ('not_compared', 'tolerated', 'accepted', 'warnings') -%}
        {%- do details.update({name: outcome[name]}) -%}
    {%- endfor -%}
    {%- do row.update({'level': 'run', 'verdict': outcome.verdict, 'details': tojson(details), 'seconds': outcome.seconds}) -%}
    {%- do rows.append(row) -%}
    {%- set samples = [] -%}
    {%- for sample in outcome.samples -%}
        {%- do samples.append({
            'run_id': operation.run_id, 'name': plan.name, 'status': sample.status, 'accepted': 'yes' if sample.accepted else 'no',
            'key_json': tojson(sample.key), 'columns_json': tojson(sample.columns),
        }) -%}
    {%- endfor -%}
    {%- do cutover._record('reconciliation_samples', samples) -%}
    {%- do cutover._record('reconciliation_results', rows) -%}
{%- endmacro %}


{% macro _tell_reconcile(operation, plan, outcome) -%}
    {%- if operation.output == 'json' -%}
        {%- do cutover._print_json(outcome) -%}
    {%- else -%}
        {%- do cutover._print_reconcile(outcome) -%}
    {%- endif -%}
    {%- if outcome.verdict not in ('match', 'accepted') and not (outcome.verdict == 'partial' and plan.allow_partial) -%}
        {%- do cutover._end_badly(operation, outcome.legacy ~ ' and ' ~ outcome.migrated ~ ': ' ~ outcome.verdict ~ '. ' ~ cutover._why(outcome)) -%}
    {%- endif -%}
{%- endmacro %}


{% macro _why(outcome) -%}
    {%- if outcome.verdict == 'error' -%}
        {{ return('The totals contradict each other, as when a side changes while it is read: nothing was proven. Run it again.') }}
    {%- elif outcome.verdict == 'partial' -%}
        {%- set names = outcome.not_compared | map(attribute='column') | list -%}
        {{ return('Nothing wrong was found, but not compared: ' ~ names | join(', ') ~ '. Map, exclude or derive them, or pass allow_partial: true.') }}
    {%- endif -%}
    {%- set bad = [] -%}
    {%- for level in outcome.levels if outcome.levels[level].verdict == 'mismatch' -%}
        {%- do bad.append(level) -%}
    {%- endfor -%}
    {{ return('Levels that differ: ' ~ bad | join(', ') ~ '.') }}
{%- endmacro %}


{% macro _print_reconcile(outcome) -%}
    {%- set by = ', by ' ~ outcome['keys'] | join(', ') if outcome['keys'] else '' -%}
    {%- do cutover._say('cutover.reconcile: ' ~ outcome.legacy ~ ' (legacy) against ' ~ outcome.migrated ~ ' (migrated)' ~ by) -%}
    {%- set rows = [] -%}
    {%- for level in outcome.levels -%}
        {%- set found = outcome.levels[level] -%}
        {%- do rows.append([level, found.verdict, cutover._level_line(level, found)]) -%}
    {%- endfor -%}
    {%- do cutover._print_table(['level', 'verdict', 'found'], rows) -%}
    {%- for difference in outcome.accepted -%}
        {%- set until = ', until ' ~ difference.until if difference.until else '' -%}
        {%- do cutover._say('  accepted: ' ~ cutover._cell(difference.rows) ~ ' rows, ' ~ difference.difference ~ ' (' ~ difference.reason ~ ')' ~ until) -%}
    {%- endfor -%}
    {%- for one in outcome.tolerated -%}
        {%- do cutover._say('  within tolerance: ' ~ cutover._cell(one.rows) ~ ' rows, ' ~ one.column) -%}
    {%- endfor -%}
    {%- for one in outcome.not_compared -%}
        {%- do cutover._say('  not compared: ' ~ one.column ~ ' (' ~ one.reason ~ ')') -%}
    {%- endfor -%}
    {%- for warning in outcome.warnings -%}
        {%- do cutover._say('  warning: ' ~ warning) -%}
    {%- endfor -%}
    {%- do cutover._print_samples(outcome) -%}
    {%- do cutover._say('  verdict: ' ~ outcome.verdict ~ ', ' ~ outcome.statements ~ ' statements, ' ~ outcome.seconds ~ ' s') -%}
{%- endmacro %}


{% macro _level_line(level, found) -%}
    {%- if level == 'counts' -%}
        {{ return('legacy ' ~ cutover._cell(found.legacy) ~ ', migrated ' ~ cutover._cell(found.migrated)) }}
    {%- elif level == 'columns' -%}
        {%- set parts = [] -%}
        {%- for column in found.columns if column.mismatches > 0 -%}
            {%- do parts.append(column.column ~ ' ' ~ cutover._cell(column.mismatches)) -%}
        {%- endfor -%}
        {{ return(parts | join(', ') or found.columns | length ~ ' columns') }}
    {%- endif -%}
    {%- set parts = [] -%}
    {%- set names = ('match', 'mismatch', 'only_in_legacy', 'only_in_migrated', 'duplicated_in_legacy', 'duplicated_in_migrated') -%}
    {%- for name in names if found.get(name) is not none -%}
        {%- do parts.append(name.replace('_', ' ') ~ ' ' ~ cutover._cell(found[name])) -%}
    {%- endfor -%}
    {{ return(parts | join(', ')) }}
{%- endmacro %}


{#- The first rows of each status that nobody accepted; all samples are in the JSON and in reconciliation_samples. -#}
{% macro _print_samples(outcome) -%}
    {%- set rows = [] -%}
    {%- for status in ('mismatch', 'only_in_legacy', 'only_in_migrated') -%}
        {%- for sample in (outcome.samples | selectattr('status', 'equalto', status) | rejectattr('accepted') | list)[:3] -%}
            {%- set parts = [] -%}
            {%- for name in sample.key -%}
                {%- do parts.append(name ~ ' ' ~ cutover._shown_value(sample.key[name])) -%}
            {%- endfor -%}
            {%- set values = [] -%}
            {%- for name in sample.columns if status == 'mismatch' -%}
                {%- set value = sample.columns[name] -%}
                {%- do values.append(name ~ ' ' ~ cutover._shown_value(value.legacy) ~ ' -> ' ~ cutover._shown_value(value.migrated)) -%}
            {%- endfor -%}
            {%- do rows.append([status, parts | join(', ') ~ (': ' ~ values | join(', ') if values else '')]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if rows -%}
        {%- do cutover._say('  sample rows') -%}
        {%- do cutover._print_table(['status', 'key: legacy -> migrated'], rows) -%}
    {%- endif -%}
{%- endmacro %}


{% macro _shown_value(value) -%}
    {{ return('NULL' if value is none else cutover._shown(value)) }}
{%- endmacro %}
