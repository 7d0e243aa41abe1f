"""What has moved between the course and what it teaches: `course drift`.

probe.py      in any environment: what the SDK there is made of, and does against a server → JSON; nothing of ours in it
snapshot.py   … asked, with every ending of the replay to meet → a snapshot: topic → name → words
difference.py two snapshots → what is other, new or gone, in words
fixtures.py   our fixtures, held against the SDK's types
recorded.py   the replay, held against what the API was recorded to send
api.py        the API, held against the replay: with a key alone
report.py     the above, in words and as JSON

`helpers/facts/data/sdk.json` is the snapshot of the SDK that the course is written for.
"""
