"""I believed: every payment has its own table."""


def charge_once(db, key, amount):
    with db:
        db.execute("INSERT INTO receipts VALUES (?, ?)", (key, amount))
    return key
