{% macro report_failures(results) -%}
    {%- for result in results if result.status in ['error', 'fail'] -%}
        {%- do log('shop_utils: ' ~ result.node.name ~ ' ended in ' ~ result.status ~ ': ' ~ result.message, info=true) -%}
    {%- endfor -%}
{%- endmacro %}
