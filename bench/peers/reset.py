#!/usr/bin/python3
"""Resets the passwords of a CSV file (login, password): the script that one writes in a quarter of an hour.

reset.py URL BIND_DN PASSWORD_FILE BASE CSV
"""

import csv
import sys

from ldap3 import MODIFY_REPLACE, Connection, Server

url, bind_dn, password_file, base, path = sys.argv[1:]
with open(password_file, encoding="utf-8") as file:
    password = file.readline().rstrip("\n")

connection = Connection(Server(url), bind_dn, password, auto_bind=True)
failed = 0
with open(path, encoding="utf-8", newline="") as file:
    for row in csv.DictReader(file):
        connection.search(base, f"(ENTPersonLogin={row['login']})", attributes=["uid"])
        if len(connection.entries) != 1:
            print(f"{row['login']}: not found", file=sys.stderr)
            failed += 1
            continue
        changes = {
            "userPassword": [(MODIFY_REPLACE, [row["password"]])],
            "pwdReset": [(MODIFY_REPLACE, ["TRUE"])],
        }
        if not connection.modify(connection.entries[0].entry_dn, changes):
            print(f"{row['login']}: {connection.result['description']}", file=sys.stderr)
            failed += 1
connection.unbind()
sys.exit(1 if failed else 0)
