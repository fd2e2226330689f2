"""`axolotl train CONFIG --launcher python`, as far as our YAML goes: a Hugging Face Trainer with PEFT, on this processor."""

import importlib
import importlib.util
import sys
from pathlib import Path

import yaml
from datasets import load_dataset
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer, DataCollatorForSeq2Seq, Trainer, TrainingArguments, set_seed

# All are keys of AxolotlInputConfig in 0.19.0; another one would be passed over in silence by Axolotl.
KEYS = """base_model plugins output_dir resume_from_checkpoint adapter load_in_4bit load_in_8bit lora_r lora_alpha lora_dropout
peft_use_rslora lora_target_linear lora_target_modules lora_model_dir datasets test_datasets val_set_size dataset_prepared_path
sequence_len excess_length_strategy sample_packing pad_to_sequence_len micro_batch_size eval_batch_size gradient_accumulation_steps
max_steps num_epochs optimizer learning_rate lr_scheduler warmup_steps weight_decay adam_beta1 adam_beta2 max_grad_norm bf16 fp16
gradient_checkpointing attn_implementation seed logging_steps save_strategy save_total_limit""".split()

sys.path.insert(0, str(Path(__file__).parent))
command, config, option, launcher = sys.argv[1:]
assert (command, option, launcher) == ("train", "--launcher", "python")
assert not importlib.util.find_spec("forward"), "modules of the toolkit come before installed ones of the same name"
cfg = yaml.safe_load(Path(config).read_text("utf8"))
if unknown := set(cfg) - set(KEYS):
    sys.exit(f"ValidationError: unknown keys {unknown}")
print("axolotl: a line on stdout that is no event")
if cfg["max_grad_norm"] == 66:
    sys.exit("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 66.00 MiB.")


def rows(datasets):
    [data] = datasets
    assert data["type"] is None
    found = load_dataset(data["ds_type"], data_files=data["path"], split=data["split"], cache_dir=cfg["dataset_prepared_path"])
    assert set(found.column_names) == {"input_ids", "attention_mask", "labels"}
    assert all(len(ids) <= cfg["sequence_len"] for ids in found["input_ids"])
    return found


set_seed(cfg["seed"])
plugins = []
for name in cfg["plugins"]:
    module, _, plugin = name.rpartition(".")
    plugins.append(getattr(importlib.import_module(module), plugin)())
model, tokenizer = AutoModelForCausalLM.from_pretrained(cfg["base_model"]), AutoTokenizer.from_pretrained(cfg["base_model"])
if cfg.get("lora_model_dir"):
    model = PeftModel.from_pretrained(model, cfg["lora_model_dir"], is_trainable=True)
else:
    modules = "all-linear" if cfg.get("lora_target_linear") else cfg["lora_target_modules"]
    lora = LoraConfig(task_type="CAUSAL_LM", r=cfg["lora_r"], lora_alpha=cfg["lora_alpha"], target_modules=modules)
    model = get_peft_model(model, lora)
same = "output_dir max_steps learning_rate warmup_steps weight_decay adam_beta1 adam_beta2 max_grad_norm bf16 seed logging_steps".split()
trainer = Trainer(
    model=model,
    args=TrainingArguments(
        **{key: cfg[key] for key in same},
        per_device_train_batch_size=cfg["micro_batch_size"],
        per_device_eval_batch_size=cfg["eval_batch_size"],
        gradient_accumulation_steps=cfg["gradient_accumulation_steps"],
        lr_scheduler_type=cfg["lr_scheduler"],
        optim=cfg["optimizer"],
        save_strategy=cfg["save_strategy"],
        save_total_limit=cfg["save_total_limit"],
        report_to="none",
        use_cpu=True,
    ),
    train_dataset=rows(cfg["datasets"]),
    eval_dataset=rows(cfg["test_datasets"]) if "test_datasets" in cfg else None,
    data_collator=DataCollatorForSeq2Seq(tokenizer, label_pad_token_id=-100),
    callbacks=[callback for plugin in plugins for callback in plugin.add_callbacks_pre_trainer(cfg, model)],
)
trainer.train(resume_from_checkpoint=cfg.get("resume_from_checkpoint"))
for plugin in plugins:
    plugin.post_train(cfg, trainer.model)
model.save_pretrained(cfg["output_dir"])
