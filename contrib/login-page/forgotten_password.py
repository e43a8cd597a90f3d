"""Hands what a visitor typed on the login page to entctl. See docs/login-page.md."""

import logging
import subprocess

# A list, so that no shell ever sees anything; the login is not on it. contrib/login-page/sudoers allows these words.
COMMAND = [
    "/usr/bin/sudo", "-n", "-u", "entctl",
    "/usr/bin/timeout", "20",
    "/usr/bin/entctl", "--no-input", "--profile", "college", "password", "send", "--uniform",
]

# Say this whatever happened, and nothing else.
ANSWER = "Si un compte correspond et qu'il a une adresse de secours, un e-mail est en route."


def forgotten_password(login: str) -> str:
    """Takes the request and gives the sentence to show. What was typed is neither logged nor kept: it may be a
    password."""
    try:
        done = subprocess.run(
            COMMAND,
            # More than a login ever has; a longer text is nobody's.
            input=login[:1000].encode("utf-8", errors="replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=30,
            check=False,
        )
        if done.returncode != 0:
            words = done.stderr.decode("utf-8", errors="replace").strip()
            logging.error("entctl: exit status %d: %s", done.returncode, words)
    except (OSError, subprocess.TimeoutExpired) as error:
        logging.error("entctl: %s", type(error).__name__)
    return ANSWER
