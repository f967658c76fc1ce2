"""The flow: a network that turns inputs into draws along the informed directions, by BayesFlow on JAX.

A small network summarises the inputs, a coupling flow over the informed directions is conditioned on that summary; both learn together
from masked histories, anew in every epoch, and stop when histories set apart are told no better. All other directions keep their prior.
Sources: radev2020, radev2023 (BayesFlow: amortised posteriors), papamakarios2016 (neural posterior estimation).
"""

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from thaw.errors import RunError
from thaw.inference.discrepancy import moved
from thaw.inference.encode import Encoder, masked

BATCH, EPOCHS, PATIENCE = 256, 80, 12
SUMMARY, HIDDEN, DROPOUT, DEPTH = 64, 256, 0.15, 4  # dropout in the flow itself would be learnt as doubt
HELD_OUT = 0.1  # of the histories, to know when to stop and how to recalibrate


@dataclass(frozen=True)
class Fitted:
    """A trained flow.

    directions  (K, r) orthonormal
    losses      per epoch: (training, held-out) negative log density along the directions
    prior_loss  the same of the prior itself, r/2 (1 + log 2 pi): what knowing nothing would cost
    """

    approximator: Any
    encoder: Encoder
    directions: np.ndarray
    losses: tuple[tuple[float, float], ...]
    prior_loss: float

    def along(self, inputs: np.ndarray, draws: int, seed: int) -> np.ndarray:
        """Draws (n, draws, r) along the directions for each input (n, size)."""
        import keras

        keras.utils.set_random_seed(seed)
        found = self.approximator.sample(num_samples=draws, conditions={"summary_variables": np.asarray(inputs, np.float32)})
        return np.asarray(found["inference_variables"], float)

    def summary(self, inputs: np.ndarray) -> np.ndarray:
        """What the network makes of inputs (n, size): (n, SUMMARY)."""
        return np.asarray(self.approximator.summarize({"summary_variables": np.asarray(inputs, np.float32)}), float)


def completed(directions: np.ndarray, along: np.ndarray, luck: np.random.Generator) -> np.ndarray:
    """Parameters (..., K) in the normal scale: given along some directions (..., r), from the prior along all others.

    >>> axis = np.array([[1.0], [0.0]])
    >>> completed(axis, np.array([[2.0]]), np.random.default_rng(0))[0, 0]
    np.float64(2.0)
    """
    prior = luck.standard_normal((*along.shape[:-1], len(directions)))
    return prior + (along - prior @ directions) @ directions.T


def held_out(n: int) -> int:
    """How many of n histories, the last ones, the flow does not learn from."""
    return max(int(n * HELD_OUT), 32)


def train(
    encoder: Encoder, prepared: np.ndarray, along: np.ndarray, directions: np.ndarray, *, seed: int, told: Callable[[int, int, str], None] | None = None,
    epochs: int = EPOCHS, depth: int = DEPTH, exact: np.ndarray | None = None, error: float = 0.0,
) -> Fitted:  # fmt: skip
    """A flow trained on prepared summaries (n, columns) and where the parameters lie along the directions (n, r); RunError where it fails.

    The last tenth of the histories tell when to stop, under masks that stay the same. The others are learnt from as they are in `exact`,
    with an `error` of that size drawn anew in every epoch, as their masks are.
    """
    bf, keras = _libraries()
    keras.utils.set_random_seed(seed)
    held = held_out(len(prepared))
    luck = np.random.default_rng(seed)
    cuts, seen = masked(encoder, held, luck)
    apart = {"summary_variables": encoder.inputs(prepared[-held:], cuts, seen), "inference_variables": along[-held:].astype(np.float32)}

    def under_masks(batch: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
        rows = moved(encoder, batch["prepared"], error, luck)
        cuts, seen = masked(encoder, len(rows), luck)
        return {"summary_variables": encoder.inputs(rows, cuts, seen), "inference_variables": batch["inference_variables"]}

    known = {"prepared": (prepared if exact is None else exact)[:-held], "inference_variables": along[:-held].astype(np.float32)}
    learning = bf.datasets.OfflineDataset(known, BATCH, None, augmentations=under_masks)
    checking = bf.datasets.OfflineDataset(apart, min(BATCH, held), None, shuffle=False)
    approximator = bf.approximators.ContinuousApproximator(
        inference_network=bf.networks.CouplingFlow(depth=depth, subnet_kwargs={"widths": (96, 96), "dropout": 0.0}),
        summary_network=_summary(bf, keras), standardize=None,
    )  # fmt: skip
    steps = learning.num_batches * epochs
    rate = keras.optimizers.schedules.CosineDecay(1e-3, steps)
    approximator.compile(optimizer=keras.optimizers.AdamW(rate, weight_decay=1e-3, clipnorm=1.5))
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", patience=PATIENCE, restore_best_weights=True)
    heard = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: told(epoch + 1, epochs, f"training (held-out loss {(logs or {}).get('val_loss', float('nan')):.3f})") if told else None
    )
    history = approximator.fit(dataset=learning, validation_data=checking, epochs=epochs, callbacks=[stop, heard], verbose=0).history
    losses = tuple(zip(map(float, history["loss"]), map(float, history["val_loss"]), strict=True))
    must_be_numbers(losses)
    return Fitted(approximator, encoder, directions, losses, along.shape[1] / 2 * float(1 + np.log(2 * np.pi)))


def must_be_numbers(losses: Sequence[tuple[float, float]]) -> None:
    """A RunError where a loss is no number: what the network has learnt is then worth nothing.

    >>> must_be_numbers([(3.0, 2.9), (2.5, 2.6)])
    """
    sound = np.isfinite(losses).all(axis=1)
    if not sound.all():
        raise RunError(f"the fit failed: its loss is no number from epoch {int(np.argmin(sound)) + 1} on.")


def _libraries() -> tuple[Any, Any]:
    """BayesFlow and Keras on JAX; RunError where the extra is not installed."""
    os.environ.setdefault("KERAS_BACKEND", "jax")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    os.environ.setdefault("TQDM_DISABLE", "1")  # progress is told by `told`
    logging.getLogger("bayesflow").setLevel(logging.WARNING)  # before it says which backend it uses
    try:
        import bayesflow
        import keras
    except ImportError as error:
        raise RunError(f"thaw fit needs the extra 'fit' ({error.name} is not installed): pip install 'thaw-sim[fit]'.") from None
    if keras.backend.backend() != "jax":
        raise RunError(f"thaw fit computes with JAX, but Keras is set to {keras.backend.backend()}. Unset KERAS_BACKEND.")
    return bayesflow, keras


def _summary(bf: Any, keras: Any) -> Any:
    """The network that summarises inputs: two layers and a linear one, with dropout."""

    class Summary(bf.networks.SummaryNetwork):
        def __init__(self, **settings: Any) -> None:
            super().__init__(**settings)
            self.layers_ = [
                keras.layers.Dropout(DROPOUT / 2), keras.layers.Dense(HIDDEN, activation="silu"), keras.layers.Dropout(DROPOUT),
                keras.layers.Dense(HIDDEN, activation="silu"), keras.layers.Dropout(DROPOUT), keras.layers.Dense(SUMMARY),
            ]  # fmt: skip

        def call(self, x: Any, training: bool = False, **_: Any) -> Any:
            for layer in self.layers_:
                x = layer(x, training=training) if isinstance(layer, keras.layers.Dropout) else layer(x)
            return x

    return Summary()
