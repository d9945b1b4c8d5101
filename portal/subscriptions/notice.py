"""What people are told about their data when they subscribe: the words are `templates/subscriptions/_notice.html`.

Each subscriber's row says which of its versions they agreed to. Who changes what the words promise raises the version;
who only mends an expression does not.
"""

VERSION = "2026-11"
