"""The two words that a sender is given: a code that names the ticket, and a secret that opens it.

Both are twelve letters and digits without look-alikes (no 0 O, 1 I L), 59 random bits each. Of the secret only a
hash is kept. It is made from the key of the form that was sent, so that a double click, which sends the same form
twice, reads the same secret, although nobody keeps it.
"""

import hashlib
import re
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 12
# What a lost table of hashes would cost to try: a hundredth of a second and 4 MB for each guess.
_SCRYPT = {"n": 2**12, "r": 8, "p": 1, "dklen": 32}


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def hash_form_key(form_key: str) -> str:
    """What is kept of a form's key."""
    return hashlib.sha256(form_key.encode()).hexdigest()


def secret_for(form_key: str) -> str:
    """The secret of the ticket that this form makes."""
    number = int.from_bytes(salted_hmac("feedback.secret", form_key, algorithm="sha256").digest())
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[place])
    return "".join(letters)


def hash_secret(code: str, secret: str) -> str:
    return hashlib.scrypt(secret.encode(), salt=code.encode(), **_SCRYPT).hex()


def opens(secret: str, *, code: str, secret_hash: str) -> bool:
    """Whether the secret opens the ticket. For a code that does not exist give any hash: it takes the same time."""
    return constant_time_compare(hash_secret(code, secret), secret_hash)


def written(word: str) -> str:
    """In groups of four, to be read aloud and typed."""
    return "-".join(word[place : place + 4] for place in range(0, len(word), 4))


def read(typed: str) -> str:
    """What was typed, without blanks and dashes, in capitals."""
    return re.sub(r"[^0-9A-Z]", "", typed[:100].upper())
