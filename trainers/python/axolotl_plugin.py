"""Our callback in Axolotl's trainer (docs.axolotl.ai/docs/custom_integrations.html). It meets axolotl_trainer.py in a folder of files."""

import json
import os
from pathlib import Path

from axolotl.integrations.base import BasePlugin

from sft_callback import JobCallback, Plan

PARENT = os.getppid()


class JobPlugin(BasePlugin):
    def __init__(self):
        super().__init__()
        self.folder = Path(os.environ["AXOLOTL_JOB"])

    def add_callbacks_pre_trainer(self, cfg, model):
        plan = Plan(**json.loads((self.folder / "plan.json").read_text("utf8")))
        self.callback = JobCallback(plan, self._tell, self._stopping)
        return [self.callback]

    def post_train(self, cfg, model):
        callback = self.callback
        result = {
            "interrupted": callback.interrupted,
            "kept": callback.kept(callback.plan.total),
            "seconds": callback.seconds_in_all(),
        }
        (self.folder / "result.json").write_text(json.dumps(result), "utf8")

    def _tell(self, event: str, job: str, **values) -> None:
        with open(self.folder / "events.jsonl", "a", encoding="utf8") as file:
            file.write(json.dumps({"event": event, "job": job, **values}) + "\n")

    def _stopping(self) -> bool:
        """A dead parent hears no events any more."""
        return (self.folder / "stop").exists() or os.getppid() != PARENT
