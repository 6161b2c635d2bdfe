"""The demo: real flights, a legacy warehouse with faults in it, its dbt rewrite, and the way over."""
