"""Training of a MarianMT model with PyTorch, on a CPU or on CUDA; stops and resumes at any time.

The schedule is the Transformer's (Vaswani et al. 2017) with a linear cool-down at the end. The weights that
are exported are an exponential moving average, which stands for the average of many checkpoints.
"""

from __future__ import annotations

import json
import logging
import math
import os
import signal
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from dragoman.errors import ConfigError, DataError
from dragoman.store import sha256
from dragoman.training.encode import Examples, epoch, pack, padded
from dragoman.training.loss import output_loss
from dragoman.training.network import converted, hand_through, marian, optimisers, take
from dragoman.training.vocabulary import PAD, UNK, Ids, Sampler

log = logging.getLogger("dragoman")

STATE = "state.pt"
LOG = "log.jsonl"
INTERVAL = 20.0
"""Seconds between two lines of progress."""
MIN_USE = 0.05
"""Nats per token that the right source must be better than a wrong one, once the warm-up is over."""


def train(
    settings: dict[str, Any],
    train: Examples,
    valid: Examples,
    vocabulary: str,
    run: Path,
    *,
    sampler: Sampler | None = None,
) -> dict[str, Any]:
    """Trains until the budget is spent; the state in ``run`` is taken up where it is.

    Args:
        settings: the whole configuration, checked and filled.
        train: pairs to learn from.
        valid: pairs to watch with.
        vocabulary: digest of the vocabulary that both are encoded with.
        run: folder of ``state.pt`` and ``log.jsonl``.
        sampler: cuts the sources of each step anew.

    Returns:
        ``{"steps", "minutes", "seen"}`` over all resumptions.

    Raises:
        ConfigError: the state in ``run`` is of another model or vocabulary.
        DataError: it was told to stop (SIGTERM or Ctrl-C) before the budget was spent; run again to go on.
    """
    trainer = _Trainer(settings, train, valid, vocabulary, run)
    trainer.sampler = sampler
    trainer.run()
    return {"steps": trainer.step, "minutes": round(trainer.minutes, 1), "seen": trainer.seen}


class _Trainer:
    """One training run: the network, its optimiser and where it stands."""

    def __init__(
        self, settings: dict[str, Any], train: Examples, valid: Examples, vocabulary: str, run: Path
    ) -> None:
        import torch

        self.vocabulary = vocabulary
        self.options, self.examples, self.valid, self.folder = settings["train"], train, valid, run
        run.mkdir(parents=True, exist_ok=True)
        torch.manual_seed(self.options["seed"])
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.network = marian(settings["model"], self.options["dropout"], self.options["activation_dropout"])
        self.bfloat16 = use_bfloat16(self.options["precision"], self.device)
        self.step, self.minutes, self.seen, self.epoch, self.position = 0, 0.0, 0, 0, 0
        self.asked_to_stop = False
        self.sampler: Sampler | None = None
        self.new_layers: list[Any] = []
        state = self._state()
        self.network.to(self.device).train()
        self.outputs = torch.from_numpy(train.outputs).to(self.device)
        # from an id to its place among the outputs
        self.places = torch.full((settings["model"]["pieces"],), -1, device=self.device)
        self.places[self.outputs] = torch.arange(len(self.outputs), device=self.device)
        self._settle()
        self.weights = [weight for weight in self.network.parameters() if weight.requires_grad]
        self.threads = 1 if self.device == "cuda" else torch.get_num_threads()
        cores = torch.get_num_threads() // self.threads
        self.pool = ThreadPoolExecutor(self.threads, initializer=torch.set_num_threads, initargs=(cores,))
        self.optimisers = optimisers(self.network, self.options["optimiser"])
        self.average = torch.optim.swa_utils.AveragedModel(self.network, avg_fn=self._averaged)
        if state:
            try:
                for optimiser, values in zip(self.optimisers, state["optimisers"], strict=True):
                    optimiser.load_state_dict(values)
            except (KeyError, ValueError) as error:
                raise ConfigError(
                    f"{run / STATE}: made with another optimiser; begin a new run with it as train.warm_start"
                ) from error
            self.average.module.load_state_dict(state["average"])
            self.average.n_averaged.fill_(self.step)

    def _state(self) -> dict[str, Any]:
        """Loads the run's own state, else the weights to start warm from; returns the own state."""
        path = self.folder / STATE
        if path.exists():
            state = self._load(path, "model")
            for name in ("step", "minutes", "seen", "epoch", "position"):
                setattr(self, name, state[name])
            return state
        start = Path(self.options["warm_start"])
        if self.options["warm_start"] and start.is_dir():
            if not (start / "source.spm").is_file():
                raise ConfigError(f"{start}: train.warm_start names a folder without a model (source.spm)")
            self._check(start, sha256(start / "source.spm"))
            self._take(start, converted(start))
        elif self.options["warm_start"]:
            self._load(start, "average")
        return {}

    def _load(self, path: Path, weights: str) -> dict[str, Any]:
        """Reads a state and puts its weights, ``model`` or ``average``, into the network."""
        import torch

        try:
            state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
        self._check(path, state["vocabulary"])
        self._take(path, state[weights])
        return state

    def _check(self, path: Path, vocabulary: str) -> None:
        if vocabulary != self.vocabulary:
            raise ConfigError(f"{path}: trained with another vocabulary than {self.folder} has now")

    def _take(self, path: Path, weights: dict[str, Any]) -> None:
        """Puts weights into the network, which may be larger."""
        try:
            self.new_layers = take(self.network, weights)
        except RuntimeError as error:
            raise ConfigError(
                f"{path}: weights of another shape than the section model asks for; make them agree"
            ) from error

    def _settle(self) -> None:
        """Fits the norms of new layers to one batch of middling length, without dropout."""
        if self.new_layers:
            batches = list(pack(range(len(self.valid)), self.valid, self.options["batch_tokens"]))
            batch = batches[len(batches) // 2]
            targets = [self.valid.targets[i] for i in batch]
            sources = [self.valid.sources[i] for i in batch]
            self.network.eval()
            hand_through(self.new_layers, lambda: self._loss(sources, targets, targets))
            self.network.train()

    def save(self) -> None:
        """Writes the state: the old one or the new one is there, never a part."""
        import torch

        path = self.folder / STATE
        state = {"model": self.network.state_dict(), "average": self.average.module.state_dict()}
        state |= {"optimisers": [optimiser.state_dict() for optimiser in self.optimisers]}
        state |= {
            "vocabulary": self.vocabulary,
            "step": self.step,
            "minutes": self.minutes,
            "seen": self.seen,
            "epoch": self.epoch,
            "position": self.position,
        }
        part = path.with_suffix(".part")
        torch.save(state, part)
        part.replace(path)

    def progress(self) -> float:
        """Returns the share of the budget that is spent."""
        return float(max(self.step / self.options["max_steps"], self.minutes / self.options["minutes"]))

    def batches(self) -> Iterator[list[int]]:
        """Yields batches from where the run stands, epoch after epoch."""
        while True:
            for batch in epoch(self.examples, self.options["batch_tokens"], self.options["seed"], self.epoch)[
                self.position :
            ]:
                self.position += 1
                yield batch
            self.epoch, self.position = self.epoch + 1, 0

    def run(self) -> None:
        """Trains; SIGTERM and Ctrl-C end it after the step that is under way, with the state saved."""
        stops = (signal.SIGTERM, signal.SIGINT)
        previous = [signal.signal(stop, lambda *_: setattr(self, "asked_to_stop", True)) for stop in stops]
        try:
            self._loop()
        finally:
            for stop, handler in zip(stops, previous, strict=True):
                signal.signal(stop, handler)
        if self.asked_to_stop and self.progress() < 1:
            raise DataError(f"{self.folder}: stopped at step {self.step}, state saved; run again to go on")

    def _loop(self) -> None:
        # only here: the clock of the budget runs while training, not while the file was loaded
        clock = saved = said = time.monotonic()
        loss, tokens, rate_start = 0.0, 0, clock
        batches = self.batches()
        while self.progress() < 1 and not self.asked_to_stop:
            value, count = self._learn(next(batches))
            loss, tokens = loss + value * count, tokens + count
            now = time.monotonic()
            self.minutes, clock = self.minutes + (now - clock) / 60, now
            looks = self.step % self.options["valid_steps"] == 0 or self.progress() >= 1
            if looks or now - said > INTERVAL:
                self._tell(loss / tokens, tokens / (now - rate_start), looks)
                loss, tokens, said, rate_start = 0.0, 0, now, now
            if now - saved > self.options["save_minutes"] * 60:
                self.save()
                saved = time.monotonic()
        self.save()

    def _learn(self, batch: list[int]) -> tuple[float, int]:
        """Takes one step; returns the loss per target token, and their number."""
        import torch

        self.step += 1
        self.seen += len(batch)
        for group in (group for optimiser in self.optimisers for group in optimiser.param_groups):
            group["lr"] = rate(self.step, self.progress(), self.options)
        sources = [self.examples.sources[i] for i in batch]
        if self.sampler:
            # by the step, so that a resumed run draws what the whole one does
            sources = self.sampler(sources, self.options["seed"] + self.step)
        targets = [self.examples.targets[i] for i in batch]
        loss, count = self._gradients(sources, targets)
        torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
        list(self.pool.map(lambda optimiser: optimiser.step(), self.optimisers))
        self.network.zero_grad(set_to_none=True)
        with torch.no_grad():
            # CTranslate2 starts decoding from a zero vector, so the pad embedding stays zero
            self.network.model.shared.weight[PAD].zero_()
        self.average.update_parameters(self.network)
        return loss, count

    def _gradients(self, sources: list[Ids], targets: list[Ids]) -> tuple[float, int]:
        """Sets the gradients of the loss per target token; returns that loss and the number of tokens.

        On a CPU every thread takes its part of the batch, all of like length: cores that share each operation
        wait for one another at its end. Their draws of dropout come in any order.
        """
        import torch

        inputs = masked(targets, self.options["word_dropout"], self.options["seed"] + self.step)
        smoothing = self.options["label_smoothing"]

        def part(first: int) -> tuple[Sequence[Any], float, int]:
            cut = slice(first, None, self.threads)
            loss, count = self._loss(sources[cut], targets[cut], inputs[cut], smoothing)
            return torch.autograd.grad(loss, self.weights), float(loss.detach()), count

        parts = range(min(self.threads, len(targets)))
        gradients, losses, counts = zip(*self.pool.map(part, parts), strict=True)
        tokens = sum(counts)
        for weight, *values in zip(self.weights, *gradients, strict=True):
            weight.grad = sum(values) / tokens
        return sum(losses) / tokens, tokens

    def _averaged(self, average: Any, value: Any, count: Any) -> Any:
        # at first the average would be the random weights
        decay = min(self.options["average"], (1 + int(count)) / (10 + int(count)))
        return average.lerp(value, 1 - decay)

    def _loss(
        self, sources: list[Ids], targets: list[Ids], inputs: list[Ids], smoothing: float = 0.0
    ) -> tuple[Any, int]:
        """Returns the loss of the targets, summed, and the number of their tokens.

        Args:
            sources: what is translated.
            targets: what shall come out.
            inputs: the targets as the decoder sees them, each token before it gives the next.
            smoothing: label smoothing.
        """
        import torch

        source, target, shown = (
            torch.from_numpy(padded(side)).to(self.device) for side in (sources, targets, inputs)
        )
        shifted = torch.cat([torch.full_like(shown[:, :1], PAD), shown[:, :-1]], 1)
        real = target != PAD
        with torch.autocast(self.device, dtype=torch.bfloat16, enabled=self.bfloat16):
            hidden = self.network.model(
                input_ids=source,
                attention_mask=(source != PAD).long(),
                decoder_input_ids=shifted,
                # the start token is the pad token: without a mask of ones it would be hidden
                decoder_attention_mask=torch.ones_like(shifted),
            ).last_hidden_state
        # the output layer is much of the work: only for real tokens, and among what a target may have, so
        # that the trained model is the one whose decoder is cut to that
        wanted = self.places[target[real]]
        kind = torch.bfloat16 if self.bfloat16 else torch.float32
        loss = output_loss(
            hidden[real].to(kind), self.network.lm_head.weight[self.outputs], wanted, smoothing
        )
        return loss, int(real.sum())

    def look(self) -> tuple[float, float]:
        """Returns the validation loss with the right sources and with those of other pairs."""
        import torch

        self.network.eval()
        sums = [0.0, 0.0]
        tokens = 0
        with torch.no_grad():
            for batch in pack(range(len(self.valid)), self.valid, self.options["batch_tokens"]):
                targets = [self.valid.targets[i] for i in batch]
                for kind, others in enumerate((batch, [*batch[1:], batch[0]])):
                    sources = [self.valid.sources[i] for i in others]
                    loss, count = self._loss(sources, targets, targets)
                    sums[kind] += float(loss)
                tokens += count
        self.network.train()
        return sums[0] / tokens, sums[1] / tokens

    def _tell(self, loss: float, speed: float, looks: bool) -> None:
        row: dict[str, Any] = {
            "step": self.step,
            "minutes": round(self.minutes, 2),
            "seen": self.seen,
            "loss": round(loss, 4),
            "rate": rate(self.step, self.progress(), self.options),
            "tokens_per_second": round(speed),
        }
        left = self.minutes * (1 / max(self.progress(), 1e-9) - 1)
        line = f"step {self.step}, loss {loss:.3f}, {speed:.0f} tokens/s, {left:.0f} min left"
        if looks:
            right, wrong = self.look()
            row |= {"valid_loss": round(right, 4), "shuffled_loss": round(wrong, 4)}
            line += f"; validation loss {right:.3f}, with wrong sources {wrong:.3f}"
        log.info("train: %s", line)
        if looks and self.step > self.options["warmup"] and wrong - right < MIN_USE:
            log.warning("train: the model does not use its source: a collapsed encoder? lower train.peak")
        with (self.folder / LOG).open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")


def masked(targets: list[Ids], share: float, seed: int) -> list[Ids]:
    """Hides tokens from the decoder, so that it learns to look at the source (Bowman et al. 2016).

    Args:
        targets: token ids.
        share: of the tokens, that the unknown token then stands for.
        seed: decides which.
    """
    if not share:
        return targets
    numbers = np.random.default_rng(seed)
    return [np.where(numbers.random(len(target)) < share, np.int32(UNK), target) for target in targets]


def rate(step: int, progress: float, options: dict[str, Any]) -> float:
    """Returns the learning rate: linear warm-up, inverse square root, linear cool-down.

    Args:
        step: the step, from 1.
        progress: share of the budget spent.
        options: ``peak``, ``warmup``, ``cooldown``.
    """
    warmup = options["warmup"]
    shape = min(step / warmup, math.sqrt(warmup / step))
    return float(options["peak"] * shape * min(1.0, max(0.02, (1 - progress) / options["cooldown"])))


def use_bfloat16(precision: str, device: str) -> bool:
    """Tells whether to compute in bfloat16: on a CPU without instructions for it, it is many times slower."""
    if precision != "auto":
        return precision == "bfloat16"
    if device == "cuda":
        return True
    info = Path("/proc/cpuinfo")
    flags = info.read_text(encoding="utf-8").split() if os.name == "posix" and info.exists() else []
    return "avx512_bf16" in flags or "amx_bf16" in flags
