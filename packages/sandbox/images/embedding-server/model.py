"""The sentence encoder all-MiniLM-L6-v2 in numpy: a BERT encoder of six layers, mean pooling, vectors of length one."""

import json
import math
import pathlib

import numpy
from safetensors.numpy import load_file
from tokenizers import Tokenizer


class Encoder:
    """Weights and tokenizer from a directory as sentence-transformers writes one."""

    def __init__(self, directory: pathlib.Path):
        settings = json.loads((directory / "config.json").read_text())
        self.dimension = settings["hidden_size"]
        self.maximum_tokens = json.loads((directory / "sentence_bert_config.json").read_text())["max_seq_length"]
        self._heads = settings["num_attention_heads"]
        self._layers = range(settings["num_hidden_layers"])
        self._epsilon = settings["layer_norm_eps"]
        self._weights = load_file(directory / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        # What is too long is the caller's to cut, who may refuse it instead.
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def tokenize(self, texts: list[str]) -> list[list[int]]:
        """The token numbers of each text, the two marks at its ends included."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]

    def text_of(self, tokens: list[int]) -> str:
        """The text that token numbers stand for; what is no number of a token is left out."""
        return self._tokenizer.decode(tokens, skip_special_tokens=False)

    def places(self, texts: list[str], special: bool) -> list[list[dict]]:
        """Each text's tokens with their first and last character's places."""
        return [
            [
                {"id": token, "text": text[start:stop], "special": bool(mask), "start": start, "stop": stop}
                for token, (start, stop), mask in zip(encoding.ids, encoding.offsets, encoding.special_tokens_mask)
            ]
            for text, encoding in zip(texts, self._tokenizer.encode_batch(texts, add_special_tokens=special))
        ]

    def truncate(self, tokens: list[int]) -> list[int]:
        """Cuts a text to what the model takes; the mark at its end stays."""
        return tokens if len(tokens) <= self.maximum_tokens else [*tokens[: self.maximum_tokens - 1], tokens[-1]]

    def embed(self, batch: list[list[int]], normalize: bool = True, length: int | None = None) -> numpy.ndarray:
        """One vector for each tokenized text: its first numbers, where a length is given."""
        longest = max(len(tokens) for tokens in batch)
        tokens = numpy.zeros((len(batch), longest), dtype=numpy.int64)
        mask = numpy.zeros((len(batch), longest), dtype=numpy.float32)
        for row, ids in enumerate(batch):
            tokens[row, : len(ids)] = ids
            mask[row, : len(ids)] = 1
        hidden = self._embeddings(tokens)
        # A padded position gets a weight of nought in every softmax.
        bias = (mask[:, None, None, :] - 1) * 1e9
        for layer in self._layers:
            hidden = self._layer(f"encoder.layer.{layer}", hidden, bias)
        pooled = (hidden * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        pooled = pooled[:, :length]
        if normalize:
            pooled /= numpy.linalg.norm(pooled, axis=1, keepdims=True)
        return pooled.astype(numpy.float32)

    def _embeddings(self, tokens: numpy.ndarray) -> numpy.ndarray:
        word, position, kind = (
            self._weights[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")
        )
        return self._normalize("embeddings.LayerNorm", word[tokens] + position[: tokens.shape[1]] + kind[0])

    def _layer(self, name: str, hidden: numpy.ndarray, bias: numpy.ndarray) -> numpy.ndarray:
        attended = self._linear(f"{name}.attention.output.dense", self._attention(f"{name}.attention.self", hidden, bias))
        hidden = self._normalize(f"{name}.attention.output.LayerNorm", hidden + attended)
        inner = gelu(self._linear(f"{name}.intermediate.dense", hidden))
        return self._normalize(f"{name}.output.LayerNorm", hidden + self._linear(f"{name}.output.dense", inner))

    def _attention(self, name: str, hidden: numpy.ndarray, bias: numpy.ndarray) -> numpy.ndarray:
        texts, length, width = hidden.shape
        size = width // self._heads
        query, key, value = (
            self._linear(f"{name}.{part}", hidden).reshape(texts, length, self._heads, size).transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        )
        scores = query @ key.transpose(0, 1, 3, 2) / math.sqrt(size) + bias
        scores = numpy.exp(scores - scores.max(axis=-1, keepdims=True))
        shares = scores / scores.sum(axis=-1, keepdims=True)
        return (shares @ value).transpose(0, 2, 1, 3).reshape(texts, length, width)

    def _linear(self, name: str, hidden: numpy.ndarray) -> numpy.ndarray:
        return hidden @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _normalize(self, name: str, hidden: numpy.ndarray) -> numpy.ndarray:
        centred = hidden - hidden.mean(axis=-1, keepdims=True)
        deviation = numpy.sqrt((centred**2).mean(axis=-1, keepdims=True) + self._epsilon)
        return centred / deviation * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]


def gelu(values: numpy.ndarray) -> numpy.ndarray:
    """x times the normal distribution's share below x; its error function by Abramowitz and Stegun 7.1.26 (off by 1.5e-7 at most)."""
    scaled = numpy.abs(values) / math.sqrt(2)
    step = 1 / (1 + 0.3275911 * scaled)
    series = 0.0
    for factor in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series = (series + factor) * step
    return values * 0.5 * (1 + numpy.sign(values) * (1 - series * numpy.exp(-scaled**2)))
