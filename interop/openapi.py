"""schemathesis against the server's own OpenAPI description of the SQL API. Usage: openapi.py HOST PORT."""

import os
import subprocess
import sys
import urllib.request

from checks import Checks

HOST, PORT = sys.argv[1], sys.argv[2]
PROGRAM = os.path.join(os.environ["INTEROP_BIN"], "schemathesis")
checks = Checks("openapi")
check = checks.check
BASE = f"http://{HOST}:{PORT}"

# A text that is right by its schema is seldom SQL, and is refused; any token will do while there are no users; and `null` stands
# for what is left out, which the description does not say.
LEFT_OUT = "positive_data_acceptance,ignored_auth,negative_data_rejection"


@check
def answers_are_as_described():
    done = subprocess.run(
        [PROGRAM, "run", f"{BASE}/api/v2/openapi.json", "--header", "Authorization: Bearer x", "--max-examples", "40", "--seed", "7",
         "--request-timeout", "20", "--exclude-checks", LEFT_OUT],
        capture_output=True, text=True, timeout=100,
    )
    assert done.returncode == 0, done.stdout[-3000:]


@check
def it_is_still_well():
    for path in ("/healthz", "/readyz"):
        with urllib.request.urlopen(BASE + path, timeout=10) as answer:
            assert answer.status == 200


checks.end()
