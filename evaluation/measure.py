"""One measured figure, printed as a line of JSON in the shape of a benchmark's."""

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure with its unit, the number of cases and what it is compared with.

    ``baseline`` is another program's figure on the same cases, or the figure aimed at; ``note``
    says which.
    """

    name: str
    value: float
    unit: str
    n: int
    baseline: float | None = None
    note: str = ""

    def line(self) -> str:
        """Return the measure as one JSON object."""
        ratio = self.value / self.baseline if self.baseline else None
        return json.dumps(
            {
                "name": self.name,
                "value": round(self.value, 4),
                "unit": self.unit,
                "baseline": round(self.baseline, 4) if self.baseline is not None else None,
                "ratio": round(ratio, 3) if ratio is not None else None,
                "n": self.n,
                "note": self.note,
            },
            ensure_ascii=False,
        )
