{#- A materialization of the project: adds the query's rows to a table, and notes how many runs there were. -#}
{% materialization appended, default %}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set existing = load_cached_relation(this) -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') -%}
        {% if existing is none -%}
            create table {{ target_relation }} as {{ sql }}
        {%- else -%}
            insert into {{ target_relation }} {{ sql }}
        {%- endif %}
    {%- endcall %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}


{% materialization forgetful, default %}
    {% call statement('main') -%} select 1 as one {%- endcall %}
{% endmaterialization %}
