"""Exports of many computers as rows: CSV, JSON, CLIXML, texts of commands, folders and archives of them."""
