"""What is derived from the declarations: Arrow schemas, DDL, expectations, documents."""
