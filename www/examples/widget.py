"""The lab as a widget of Jupyter, marimo and Colab: shows it in a cell, and follows its run in the kernel.

    pip install anywidget
    from widget import GrokkingLab
    lab = GrokkingLab({"p": 31, "train": 0.5})
    lab

Training runs in the browser. What it tells, the kernel hears when no cell is running: read it in the next one.
"""

import uuid
from concurrent.futures import Future

import anywidget
import traitlets

LAB = "https://example.org/lab/"


class GrokkingLab(anywidget.AnyWidget):
    """`config` may be set at any time; the other traits follow the run, the first one where there are several."""

    _esm = f'export {{ default }} from "{LAB}grokking-lab-anywidget.js";'
    config = traitlets.Dict().tag(sync=True)
    state = traitlets.Unicode("idle").tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    memorized = traitlets.Int(None, allow_none=True).tag(sync=True)
    grok = traitlets.Int(None, allow_none=True).tag(sync=True)
    metrics = traitlets.Dict().tag(sync=True)
    problems = traitlets.List().tag(sync=True)
    history = traitlets.Dict().tag(sync=True)

    def __init__(self, config=None, **traits):
        super().__init__(config=config or {}, **traits)
        self._asked = {}
        self.on_msg(self._hear)

    def call(self, method, *args):
        """Calls a method of the element. The future has its answer, or raises what went wrong."""
        future, number = Future(), str(uuid.uuid4())
        self._asked[number] = future
        # Bytes travel beside the message, and come last.
        binary = [bytes(arg) for arg in args if isinstance(arg, (bytes, bytearray, memoryview))]
        plain = [arg for arg in args if not isinstance(arg, (bytes, bytearray, memoryview))]
        self.send({"type": "call", "id": number, "method": method, "args": plain}, buffers=binary)
        return future

    def start(self):
        """Trains."""
        return self.call("start")

    def pause(self):
        """Stops training."""
        return self.call("pause")

    def reset(self):
        """Back to step 0."""
        return self.call("reset")

    def _hear(self, _widget, message, buffers):
        future = self._asked.pop(message.get("id"), None)
        if future is None:
            return
        if message.get("error"):
            future.set_exception(RuntimeError(message["error"]))
        else:
            future.set_result(bytes(buffers[0]) if buffers else message.get("result"))
