"""Export: a fine-tuned model becomes the model files of a release folder."""

from __future__ import annotations

import copy
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from models.errors import InvalidInput
from models.jsonfile import read_object, write_json
from models.layout import Layout
from models.runtime.library import openvino
from models.runtime.serving_graph import ServingGraph
from training.quantise import remove_int8

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_ANY_FAST_TOKENIZER = "PreTrainedTokenizerFast"


def export_model(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Write configuration, fp16 weights, tokenizer and serving graph into `folder`.

    The model must be one of `AutoModelForSequenceClassification` with its labels named in
    `config.id2label`; it is left as it was. An int8 graph of other weights is removed, any other
    file in the folder is left alone.
    Raises InvalidInput for a model without named labels or a tokenizer without a fast form.
    """
    _require_exportable(model, tokenizer)
    layout = Layout(folder)
    folder.mkdir(parents=True, exist_ok=True)
    remove_int8(layout)
    # The copy goes through fp16, so that both forms of the weights are the same numbers.
    rounded = copy.deepcopy(model).cpu()
    rounded.train(mode=False)
    torch.nn.Module.half(rounded)
    rounded.config.problem_type = "multi_label_classification"
    if rounded.config.pad_token_id is None:
        rounded.config.pad_token_id = tokenizer.pad_token_id
    with tempfile.TemporaryDirectory() as scratch:
        rounded.save_pretrained(scratch)
        tokenizer.save_pretrained(scratch)
        for target in (layout.config, layout.weights, layout.tokenizer, layout.tokenizer_config):
            shutil.copyfile(Path(scratch) / target.name, target)
    _name_tokenizer_class(layout)
    graph = _convert(torch.nn.Module.float(rounded))
    openvino.save_model(graph, str(layout.graph), compress_to_fp16=True)


def _name_tokenizer_class(layout: Layout) -> None:
    """Name the class of the tokenizer as every version of Transformers knows it."""
    settings = read_object(layout.tokenizer_config)
    if settings.get("tokenizer_class") == "TokenizersBackend":
        write_json(layout.tokenizer_config, {**settings, "tokenizer_class": _ANY_FAST_TOKENIZER})


def _convert(model: PreTrainedModel) -> Any:
    pad = model.config.pad_token_id
    # Two rows of different length: tracing must see padding, or it drops the attention mask.
    mask = torch.tensor([[1] * 24, [1] * 16 + [0] * 8])
    ids = torch.where(mask == 1, torch.full_like(mask, (pad + 1) % 5), pad)
    with warnings.catch_warnings():
        # Tracing warns about the inside of Transformers; tests compare what comes out instead.
        warnings.simplefilter("ignore")
        return openvino.convert_model(
            ServingGraph(model), example_input={"input_ids": ids, "attention_mask": mask}
        )


def _require_exportable(model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> None:
    names = model.config.id2label or {}
    if not names or any(str(name).startswith("LABEL_") for name in names.values()):
        raise InvalidInput("name every output in config.id2label before the model is exported")
    if not getattr(tokenizer, "is_fast", False):
        raise InvalidInput(
            f"{type(tokenizer).__name__} has no fast form (tokenizer.json); choose a base model "
            "with a fast tokenizer"
        )
