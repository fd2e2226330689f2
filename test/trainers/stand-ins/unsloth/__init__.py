"""Stands in for Unsloth, which needs an NVIDIA GPU: the signatures of 2026.10.9, PEFT behind them."""

import sys

assert "trl" not in sys.modules and "peft" not in sys.modules, "Unsloth must be imported before what it patches"

from peft import LoraConfig, get_peft_model
from transformers import AutoModelForCausalLM, AutoTokenizer


class FastLanguageModel:
    @staticmethod
    def from_pretrained(
        model_name="unsloth/Llama-3.2-1B-Instruct",
        max_seq_length=2048,
        dtype=None,
        load_in_4bit=True,
        load_in_8bit=False,
        load_in_16bit=False,
        full_finetuning=False,
        token=None,
        device_map="sequential",
        device_map_planner_kwargs=None,
        rope_scaling=None,
        fix_tokenizer=True,
        trust_remote_code=False,
        use_gradient_checkpointing="unsloth",
        resize_model_vocab=None,
        revision=None,
        use_exact_model_name=False,
        random_state=3407,
    ):
        assert isinstance(model_name, str) and use_exact_model_name and not load_in_4bit and max_seq_length > 100
        return AutoModelForCausalLM.from_pretrained(model_name, dtype=dtype), AutoTokenizer.from_pretrained(model_name)

    @staticmethod
    def get_peft_model(
        model,
        r=16,
        target_modules=(),
        lora_alpha=16,
        lora_dropout=0.0,
        bias="none",
        layers_to_transform=None,
        layers_pattern=None,
        finetune_last_n_layers=None,
        use_gradient_checkpointing="unsloth",
        random_state=3407,
        max_seq_length=2048,
        use_rslora=False,
        modules_to_save=None,
        init_lora_weights=True,
    ):
        config = LoraConfig(
            task_type="CAUSAL_LM",
            r=r,
            lora_alpha=lora_alpha,
            lora_dropout=lora_dropout,
            target_modules=target_modules,
            use_rslora=use_rslora,
        )
        return get_peft_model(model, config)
