"""Runs checks in the order they are written and counts them: a client's script is a list of them."""

import sys
import time
import traceback


class Checks:
    def __init__(self, client):
        self.client = client
        self.failed = []
        self.passed = 0

    def check(self, function):
        started = time.time()
        try:
            function()
        except BaseException:
            self.failed.append(function.__name__)
            text = traceback.format_exc(limit=-3)
            print(f"FAILED {self.client}: {function.__name__}\n{text}", flush=True)
        else:
            self.passed += 1
            print(f"ok     {self.client}: {function.__name__} ({time.time() - started:.2f} s)", flush=True)
        return function

    def end(self):
        print(f"{self.client}: {self.passed} passed, {len(self.failed)} failed {self.failed or ''}", flush=True)
        sys.exit(1 if self.failed else 0)
