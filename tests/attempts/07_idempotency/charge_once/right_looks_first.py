"""I believed: most calls are repeats, so look first, and still let the constraint decide."""

import uuid


def charge_once(db, key, amount):
    def find():
        return db.execute("SELECT receipt FROM charges WHERE key = ?", (key,)).fetchone()

    found = find()
    if found is None:
        cursor = db.cursor()
        cursor.execute("INSERT OR IGNORE INTO charges VALUES (?, ?, ?)", (key, amount, uuid.uuid4().hex))
        db.commit()
        found = find()
    return found[0]
