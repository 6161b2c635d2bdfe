{#- What the project's YAML says of a relation, and how the relation keeps to it: for check_contract and the test matches_contract. -#}

{#-
    The contract as {by, columns: [{name, data_type}], rules, not_checked}. A rule is {kind, columns, by, severity, where, and what its kind needs}. `columns`,
    where given, are a contract of the caller's own, in the form that YAML has; else the node of the graph that makes or names the relation is asked.
-#}
{% macro _declared_contract(origin, relation, asked, columns) -%}
    {%- set declared = {'by': 'the columns given', 'columns': [], 'rules': [], 'not_checked': []} -%}
    {%- set node = {'columns': columns} -%}
    {%- if columns is none -%}
        {%- set node = cutover._contract_node(origin, relation, asked) -%}
        {%- do declared.update({'by': node.unique_id}) -%}
    {%- endif -%}
    {%- for column in (columns if columns is not none else node.columns.values()) -%}
        {%- do declared.columns.append({'name': column.get('name'), 'data_type': column.get('data_type')}) -%}
        {%- for constraint in column.get('constraints') or [] -%}
            {%- do cutover._add_constraint(declared, constraint, [column.get('name')]) -%}
        {%- endfor -%}
        {%- for test in (column.get('data_tests') or column.get('tests') or []) if columns is not none -%}
            {%- do cutover._add_written_test(declared, test, column.get('name')) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if columns is none -%}
        {%- set meta = (node.config.get('meta') or node.get('meta') or {}).get('cutover') or {} -%}
        {%- for constraint in (node.get('constraints') or []) + (meta.get('constraints') or []) -%}
            {%- do cutover._add_constraint(declared, constraint, constraint.get('columns') or []) -%}
        {%- endfor -%}
        {%- do cutover._add_graph_tests(declared, node.unique_id) -%}
        {%- if not declared.columns and not declared.rules -%}
            {%- do cutover._fail(origin, node.unique_id ~ ' has no columns in the YAML of the project: there is nothing to hold ' ~ relation.text
                ~ ' to. `generate_contract` prints them.') -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(declared) }}
{%- endmacro %}


{#- The node by its place; else, where another place is read in its stead, as with --defer, by the name in ref() or source(). -#}
{% macro _contract_node(origin, relation, asked) -%}
    {%- set place = cutover._place(relation.relation) -%}
    {%- set words = modules.re.findall('[^\'"(),=\\s]+', asked) if asked is string and '(' in asked else [] -%}
    {%- set by_place, by_name = [], [] -%}
    {%- for node in graph.nodes.values() | list + graph.sources.values() | list if node.resource_type in ('model', 'seed', 'snapshot', 'source') -%}
        {%- set of_source = node.resource_type == 'source' -%}
        {%- set name = node.identifier if of_source else node.alias -%}
        {%- set database = node.database or place.database -%}
        {%- if [database | lower, node.schema | lower, name | lower] == [place.database | lower, place.schema | lower, place.identifier | lower] -%}
            {%- do by_place.append(node) -%}
        {%- endif -%}
        {%- if words and of_source == (words[0] == 'source') and node.name in words and (not of_source or node.source_name in words) -%}
            {%- do by_name.append(node) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set both = by_place | selectattr('unique_id', 'in', by_name | map(attribute='unique_id') | list) | list -%}
    {#- A source may be the table that a seed fills: a test is of the one that its YAML stands at. -#}
    {%- set tested = model.depends_on.nodes if model is defined and model.depends_on is defined and model.depends_on.nodes is defined else [] -%}
    {%- set found = both or by_place | selectattr('unique_id', 'in', tested) | list or by_place or by_name -%}
    {%- if not found -%}
        {%- do cutover._fail(origin, relation.text ~ ' is no source, model, seed or snapshot of this project or its packages: there is no YAML of it. '
            ~ "Give its contract as `columns`. Example: columns: [{name: id, data_type: integer, constraints: [{type: not_null}]}].") -%}
    {%- endif -%}
    {{ return(found[0]) }}
{%- endmacro %}


{#- A rule that stands twice, as a constraint and as a test, is looked at once: the stricter is the constraint, which comes first. -#}
{% macro _add_rule(declared, kind, columns, by, details={}) -%}
    {%- set rule = {'kind': kind, 'columns': columns, 'by': by, 'severity': 'error', 'where': none} -%}
    {%- do rule.update(details) -%}
    {%- set state = namespace(known=false) -%}
    {%- for other in declared.rules if other.kind == kind and other.columns == columns and kind in ('not_null', 'unique') -%}
        {%- set state.known = state.known or other.where in (none, rule.where) and other.severity == 'error' -%}
    {%- endfor -%}
    {%- if not state.known -%}
        {%- do declared.rules.append(rule) -%}
    {%- endif -%}
{%- endmacro %}


{% macro _add_constraint(declared, constraint, columns) -%}
    {%- set type = constraint.get('type') | string -%}
    {%- if type in ('not_null', 'primary_key') -%}
        {%- for column in columns -%}
            {%- do cutover._add_rule(declared, 'not_null', [column], 'constraint') -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if type in ('unique', 'primary_key') and columns -%}
        {%- do cutover._add_rule(declared, 'unique', columns, 'constraint') -%}
    {%- elif type == 'check' and constraint.get('expression') -%}
        {%- do cutover._add_rule(declared, 'expression', columns, 'constraint', {'expression': constraint.get('expression')}) -%}
    {%- elif type not in ('not_null', 'primary_key') -%}
        {%- do declared.not_checked.append({'column': columns | join(', ') or none, 'reason': 'a constraint of type ' ~ type}) -%}
    {%- endif -%}
{%- endmacro %}


{#- A test as YAML has it under a column: its name, or {name: arguments}. -#}
{% macro _add_written_test(declared, test, column) -%}
    {%- set name = test if test is string else test | first -%}
    {%- set given = {} if test is string else test[name] or {} -%}
    {%- set arguments = given.get('arguments') or given -%}
    {%- do cutover._add_test(declared, name, column, arguments, given.get('config') or {}) -%}
{%- endmacro %}


{#- Tests stand in the graph as nodes of their own. -#}
{% macro _add_graph_tests(declared, unique_id) -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'test' and node.test_metadata is defined and unique_id in node.depends_on.nodes -%}
        {%- set metadata = node.test_metadata -%}
        {%- if metadata and not metadata.get('namespace') and metadata.name in ('unique', 'not_null', 'accepted_values') -%}
            {%- set column = metadata.kwargs.get('column_name') or node.get('column_name') -%}
            {%- if column -%}
                {%- set column = modules.re.sub('^["`](.*)["`]$', '\\1', column) -%}
                {%- do cutover._add_test(declared, metadata.name, column, metadata.kwargs, node.config) -%}
            {%- endif -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}


{% macro _add_test(declared, name, column, arguments, config) -%}
    {%- set reason = none -%}
    {%- set where = config.get('where') -%}
    {%- if name not in ('unique', 'not_null', 'accepted_values') -%}
        {%- set reason = 'the test ' ~ name -%}
    {%- elif '!= 0' != (config.get('error_if') or '!= 0') or '!= 0' != (config.get('warn_if') or '!= 0') -%}
        {%- set reason = 'the test ' ~ name ~ ', which has thresholds' -%}
    {%- elif where and ('{{' in where or '{%' in where) -%}
        {%- set reason = 'the test ' ~ name ~ ', whose `where` holds Jinja' -%}
    {%- elif name == 'accepted_values' and not (arguments.get('values') or []) | reject('none') | list -%}
        {%- set reason = 'the test accepted_values without values' -%}
    {%- endif -%}
    {%- if reason is not none -%}
        {%- do declared.not_checked.append({'column': column, 'reason': reason}) -%}
    {%- else -%}
        {%- set severity = 'warn' if (config.get('severity') or 'error') | lower == 'warn' else 'error' -%}
        {%- do cutover._add_rule(declared, name, [column], 'test', {'severity': severity, 'where': where, 'values': arguments.get('values')}) -%}
    {%- endif -%}
{%- endmacro %}
