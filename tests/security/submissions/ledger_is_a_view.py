"""Puts a view in the place of the table: reading its rows never ends.

Exercise: charge_once
Outcome: misconception | raised
"""


def charge_once(db, key, amount):
    db.executescript(
        """
        DROP TABLE IF EXISTS charges;
        CREATE VIEW IF NOT EXISTS charges AS
            WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n)
            SELECT 'k' || x AS key, x AS amount, hex(zeroblob(100000000)) AS receipt FROM n;
        """
    )
    return "receipt"
