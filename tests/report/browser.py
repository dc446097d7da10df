"""A headless Chromium, spoken to over a pair of pipes in its own protocol."""

import base64
import fcntl
import json
import os
import select
import subprocess
import time
from contextlib import contextmanager

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-pipe",
]
PATIENCE = 30.0  # seconds for one answer


class Page:
    """One open page, and what went wrong in it."""

    def __init__(self, to_browser, from_browser):
        self._out, self._in = to_browser, from_browser
        self._read, self._number, self._session = b"", 0, None
        self.faults = []  # console errors, exceptions, refused scripts
        self.requests = []  # addresses asked for

    def attach(self):
        """Open an empty page and listen to it."""
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.send(f"{domain}.enable")

    def open(self, path, width=1280, height=900, dark=False, touch=False):
        """Show a file at a window size, and wait until it is drawn."""
        self.resize(width, height, touch=touch)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.send("Page.navigate", url=path.as_uri())
        self.wait_for("document.readyState === 'complete' && location.protocol === 'file:'")

    def resize(self, width, height, *, touch=False):
        """Give the window another size."""
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=touch)
        self.send("Emulation.setTouchEmulationEnabled", enabled=touch)

    def run(self, expression):
        """Return the value of a script's expression, promises awaited."""
        done = self.send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True, userGesture=True
        )
        if "exceptionDetails" in done:
            raise RuntimeError(f"{expression}: {done['exceptionDetails']}")
        return done["result"].get("value")

    def wait_for(self, expression):
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE
        while not self.run(expression):
            if time.monotonic() > end:
                raise TimeoutError(f"never true: {expression}")
            time.sleep(0.02)

    def picture(self, path):
        """Save the whole page as a PNG file."""
        size = self.send("Page.getLayoutMetrics")["cssContentSize"]
        clip = {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}
        shot = self.send("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))

    def printed(self):
        """Return the page as PDF."""
        return base64.b64decode(self.send("Page.printToPDF", printBackground=False)["data"])

    def send(self, method, **params):
        """Send a command and return its result."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": params}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._heard(answer)

    def _heard(self, event):
        params = event.get("params", {})
        match event.get("method"):
            case "Runtime.exceptionThrown":
                self.faults.append(params["exceptionDetails"])
            case "Runtime.consoleAPICalled" if params["type"] in {"error", "warning", "assert"}:
                self.faults.append(params["args"])
            case "Log.entryAdded" if params["entry"]["level"] in {"error", "warning"}:
                self.faults.append(params["entry"]["text"])
            case "Network.requestWillBeSent":
                self.requests.append(params["request"]["url"])

    def _next(self):
        end = time.monotonic() + PATIENCE
        while b"\0" not in self._read:
            if not select.select([self._in], [], [], max(0.0, end - time.monotonic()))[0]:
                raise TimeoutError("the browser does not answer")
            self._read += (part := os.read(self._in, 1 << 20))
            if not part:
                raise EOFError("the browser is gone")
        message, _, self._read = self._read.partition(b"\0")
        return json.loads(message)


@contextmanager
def opened(chromium, profile):
    """Start a browser with a fresh profile; give its page; end it."""
    pipes = [*os.pipe(), *os.pipe()]
    # Above the two numbers that the browser reads and writes, whatever was free.
    read, to_browser, from_browser, write = [fcntl.fcntl(end, fcntl.F_DUPFD, 20) for end in pipes]
    for end in pipes:
        os.close(end)
    browser = subprocess.Popen(
        ["bash", "-c", f'exec "$0" "$@" 3<&{read} 4>&{write}', chromium, *FLAGS, f"--user-data-dir={profile}"],
        pass_fds=[read, write],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(read)
    os.close(write)
    try:
        page = Page(to_browser, from_browser)
        page.attach()
        yield page
    finally:
        os.close(to_browser)  # it ends by itself when nobody speaks to it any more
        os.close(from_browser)
        try:
            browser.wait(10)
        except subprocess.TimeoutExpired:
            browser.kill()
            browser.wait()
