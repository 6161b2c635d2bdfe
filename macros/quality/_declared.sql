{#- Lists of checks, one for a relation each: those that models and sources declare in their meta, and all lists read before the first is run. -#}

{#-
    What `select` asks for, as `_asked_lists` has it. A node declares in its meta {cutover: {checks: [..]}}, and beside it `where`, `redact` and `keys`, which
    with several relations are no arguments.
-#}
{% macro _declared_lists(operation, given, select) -%}
    {%- for argument in given if given[argument] is not none -%}
        {%- do cutover._fail(operation, '`' ~ argument ~ '` cannot stand beside `select`, which takes the relations and their checks from meta. '
            ~ ('Declare it there, beside `checks`.' if argument in ('where', 'keys') else 'Leave one of them out.')) -%}
    {%- endfor -%}
    {%- set lists = [] -%}
    {%- for node in cutover._selected_nodes(operation, select) -%}
        {%- set declared = cutover._declaration(node) -%}
        {%- set at = node.unique_id -%}
        {%- do cutover._require_mapping(operation, at ~ '.meta.cutover', declared, '{checks: [{check: not_null, column: order_id}]}') -%}
        {%- do cutover._require_checks(operation, declared.get('checks'), list=at ~ '.checks') -%}
        {%- if declared.get('where') is not none -%}
            {%- do cutover._require_sql(operation, at ~ '.where', declared.get('where'), "status <> 'test'") -%}
        {%- endif -%}
        {%- for key in ('redact', 'keys') if declared.get(key) is not none -%}
            {%- do cutover._require_names(operation, at ~ '.' ~ key, declared.get(key), '[email]' if key == 'redact' else '[order_id]') -%}
        {%- endfor -%}
        {%- if node.get('config', {}).get('materialized') == 'ephemeral' -%}
            {%- do cutover._fail(operation, '`select` ' ~ at ~ ' is ephemeral: it has no relation to read. Materialize it as a view or a table.') -%}
        {%- endif -%}
        {%- set name = node.get('identifier') or node.get('alias') or node.name -%}
        {%- set relation = api.Relation.create(database=node.database, schema=node.schema, identifier=name) -%}
        {%- do lists.append({'at': at, 'list': at ~ '.checks', 'relation': relation, 'checks': declared.checks, 'labels': {}, 'where': declared.get('where'),
            'redact': declared.get('redact') or [], 'keys': declared.get('keys') or none, 'keys_at': at ~ '.keys'}) -%}
    {%- endfor -%}
    {{ return(lists) }}
{%- endmacro %}


{#- A node's meta stands in its config; dbt puts it there from the top level too, older versions of a source's not. -#}
{% macro _declaration(node) -%}
    {%- set meta = node.get('config', {}).get('meta') or node.get('meta') or {} -%}
    {{ return(meta.get('cutover') or {}) }}
{%- endmacro %}


{% macro _declares(node) -%}
    {%- set declared = cutover._declaration(node) -%}
    {{ return(declared is not mapping or declared.get('checks') is not none) }}
{%- endmacro %}


{#- The nodes that `select` means and that declare checks, each once, in the order asked. -#}
{% macro _selected_nodes(operation, select) -%}
    {%- set example = "[orders, 'source:shop.orders', 'tag:nightly']" -%}
    {%- set wanted = [select] if select is string else select -%}
    {%- do cutover._require_names(operation, 'select', wanted, example, min=1) -%}
    {%- set nodes = [] -%}
    {%- for node in graph.nodes.values() | list + graph.sources.values() | list if node.resource_type in ('model', 'seed', 'snapshot', 'source') -%}
        {%- do nodes.append(node) -%}
    {%- endfor -%}
    {%- set found = {} -%}
    {%- for item in wanted -%}
        {%- set meant = [] -%}
        {%- set names = [] -%}
        {%- for node in nodes | sort(attribute='unique_id') -%}
            {%- set own = cutover._selectors(node) -%}
            {%- do names.extend(own) -%}
            {%- if item in own or item == '*' and cutover._declares(node) -%}
                {%- do meant.append(node) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if not meant and item != '*' -%}
            {%- do cutover._refuse(operation, 'select', "'*', the name of a model, seed or snapshot, source:<source>.<table> or tag:<tag>", item,
                candidates=names) -%}
        {%- endif -%}
        {%- set before = found | length -%}
        {%- set declaring = [] -%}
        {%- for node in meant if cutover._declares(node) -%}
            {%- do declaring.append(node) -%}
            {%- do found.update({node.unique_id: node}) -%}
        {%- endfor -%}
        {%- if not declaring -%}
            {%- do cutover._fail(operation, '`select` ' ~ cutover._shown(item) ~ ' finds no checks: '
                ~ ((meant | map(attribute='unique_id') | join(', ') ~ ' declares none.') if meant else 'no model and no source declares any.')
                ~ ' Example: meta: {cutover: {checks: [{check: not_null, column: order_id}]}}.') -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(found.values() | list) }}
{%- endmacro %}


{#- The words that select a node: a source by its own and with its table, others by name and with their package; all by tag. -#}
{% macro _selectors(node) -%}
    {%- set words = [] -%}
    {%- if node.resource_type == 'source' -%}
        {%- do words.extend(['source:' ~ node.source_name, 'source:' ~ node.source_name ~ '.' ~ node.name]) -%}
    {%- else -%}
        {%- do words.extend([node.name, node.unique_id.split('.')[1:] | join('.')]) -%}
    {%- endif -%}
    {%- for tag in node.get('tags') or [] -%}
        {%- do words.append('tag:' ~ tag) -%}
    {%- endfor -%}
    {{ return(words) }}
{%- endmacro %}


{#- All lists against the catalog, from one query of it, before any is run: each gets found (its relation), read (its checks) and key_columns. -#}
{% macro _read_lists(operation, lists) -%}
    {%- set asked = {} -%}
    {%- for list in lists -%}
        {%- do asked.update(cutover._asked_relations(list.at, list.relation, list.checks, list.list)) -%}
    {%- endfor -%}
    {%- set relations = cutover._relations(operation, asked) -%}
    {%- for list in lists -%}
        {%- set own = {} -%}
        {%- for argument in cutover._asked_relations(list.at, list.relation, list.checks, list.list) -%}
            {%- do own.update({argument: relations[argument]}) -%}
        {%- endfor -%}
        {%- set found = relations[list.at] -%}
        {%- set read = cutover._checks(operation, list.checks, own, list.labels, list.list) -%}
        {%- if list['keys'] is not none -%}
            {%- set key_columns = cutover._named_columns(operation, list.keys_at, list['keys'], found) -%}
        {%- else -%}
            {%- set key_columns = (read | selectattr('check', 'equalto', 'unique') | map(attribute='columns') | list or [[]])[0] -%}
        {%- endif -%}
        {%- do list.update({'found': found, 'read': read, 'key_columns': key_columns | map(attribute='name') | list}) -%}
    {%- endfor -%}
    {{ return(lists) }}
{%- endmacro %}


{#-
    Each list gets `hidden`, its columns whose values nobody shall see. A column of the argument has to be in every relation where there is one, and in some
    relation where there are several: a name that is mistyped would show what it should hide.
-#}
{% macro _hide_columns(operation, lists, redact) -%}
    {%- for list in lists -%}
        {%- set hidden = cutover._named_columns(operation, list.at ~ '.redact', list.redact, list.found) | map(attribute='name') | list -%}
        {%- for name in redact -%}
            {%- set everywhere = [] -%}
            {%- for other in lists -%}
                {%- do everywhere.extend(other.found.columns | map(attribute='name') | map('lower') | list) -%}
            {%- endfor -%}
            {%- set here = name | lower in list.found.columns | map(attribute='name') | map('lower') | list -%}
            {%- if here or name | lower not in everywhere -%}
                {%- do hidden.append(cutover._column(operation, 'redact[' ~ loop.index0 ~ ']', name, list.found).name) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do list.update({'hidden': hidden}) -%}
    {%- endfor -%}
{%- endmacro %}
