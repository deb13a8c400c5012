"""Counting what is right: predictions against labels, pooled over articles."""

from dataclasses import dataclass


@dataclass
class Tally:
    """Right predictions, all predictions and all labels of one measure."""

    right: int = 0
    predicted: int = 0
    labelled: int = 0

    @property
    def precision(self) -> float:
        """The share of predictions that are right."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """The share of labels that were found."""
        return self.right / self.labelled if self.labelled else 0.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.predicted + self.labelled
        return 2 * self.right / total if total else 0.0

    def add(self, predicted: set[str], labelled: set[str], optional: set[str]) -> None:
        """Count one article; optional labels that aren't labels proper drop out."""
        predicted = predicted - (optional - labelled)
        self.right += len(predicted & labelled)
        self.predicted += len(predicted)
        self.labelled += len(labelled)
